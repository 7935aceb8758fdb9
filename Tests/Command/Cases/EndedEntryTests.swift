import Testing

/// An entry whose end has come, seen from what depends on it.
@Suite struct EndedEntryTests {
  private static func acme(_ members: String) -> String {
    """
    apiVersion: tenure/v1
    kind: Policy
    invitations: {admission: direct}
    ---
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    owner: p0@
    members: {\(members)}
    workspaces: {ml: {members: {p1@: developer}}}
    """
  }

  @Test func `a workspace entry of somebody whose organization entry has ended says what one without it says`() throws {
    let scene = try Scene(Self.acme("p1@: {role: member, expires: 2030-01-03}"), apply: false)
    try scene.run("apply --yes --now 2030-01-01T00:00:00Z")
    try scene.run("apply --yes --now 2030-01-09T00:00:00Z", exits: 3)
    let ended = try scene.json("plan --now 2030-01-09T00:00:00Z")
    try scene.commit(Self.acme(""))
    let absent = try scene.json("plan --now 2030-01-09T00:00:00Z")
    for plan in [ended, absent] {
      let rules = (plan["blocked"] as? [[String: Any]] ?? []).compactMap { $0["rule"] as? String }
      #expect(rules == ["organization-member-first"])
    }
    #expect(try !scene.run("who acme/ml --now 2030-01-09T00:00:00Z").contains("p1@"))
  }

  @Test func `an owner of record whose membership of the organization has ended leaves the workspace`() throws {
    let scene = try Scene(
      """
      apiVersion: tenure/v1
      kind: Policy
      invitations: {admission: direct}
      protection: {creator-kept: on}
      ---
      apiVersion: tenure/v1
      kind: Organization
      name: acme
      owner: p0@
      members: {p1@: {role: member, expires: 2030-01-03}}
      workspaces: {ml: {owner: p1@, members: {p0@: admin, p1@: admin}}}
      """, apply: false)
    try scene.run("apply --yes --now 2030-01-01T00:00:00Z")
    let applied = try scene.run("apply --yes --now 2030-01-09T00:00:00Z", exits: 3)
    #expect(!applied.contains("refused a write"))
    let plan = try scene.json("plan --now 2030-01-09T00:00:00Z")
    let kinds = (plan["actions"] as? [[String: Any]] ?? []).compactMap { $0["action"] as? String }
    #expect(!kinds.contains("remove-member"), "what may be removed is removed")
  }

  @Test func `an open invitation whose offered access has ended is cancelled`() throws {
    let scene = try Scene(
      """
      apiVersion: tenure/v1
      kind: Policy
      extends: small-team
      ---
      apiVersion: tenure/v1
      kind: Organization
      name: acme
      owner: p0@
      workspaces: {ml: {owner: p0@, members: {p1@: {role: member, expires: 2030-01-03}}}}
      """, apply: false)
    try scene.run("apply --yes --now 2030-01-01T00:00:00Z")
    let plan = try scene.json("plan --now 2030-01-04T00:00:00Z")
    let kinds = (plan["actions"] as? [[String: Any]] ?? []).compactMap { $0["action"] as? String }
    #expect(kinds == ["cancel-invitation"])
  }

  @Test(arguments: ["single-owner", "small-team", "self-serve"])
  func `where workspaces need an owner, the organization's stands in for one that is not declared`(
    _ preset: String
  ) throws {
    let scene = try Scene(
      """
      apiVersion: tenure/v1
      kind: Policy
      extends: \(preset)
      ---
      apiVersion: tenure/v1
      kind: Organization
      name: acme
      owner: ada@
      workspaces:
        empty: {members: {}}
        headless: {members: {bob@: member}}
      """)
    for name in ["empty", "headless"] {
      #expect(try scene.json("workspace show acme/\(name)")["owner"] as? String == "ada@")
    }
    #expect(try scene.run("plan").hasSuffix("No changes.\n"))
  }
}
