import Testing

/// Where the organization comes first, its membership carries those of its workspaces: whoever asks about one asks about
/// both.
@Suite struct CarriedMembershipTests {
  private static func enterprise(
    _ members: String, ml: String, protection: String = "", roles: String = "", more: String = ""
  ) -> String {
    """
    apiVersion: tenure/v1
    kind: Policy
    extends: enterprise
    invitations: {admission: direct}
    \(protection.isEmpty ? "" : "protection: {\(protection)}")
    \(roles)
    ---
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    owner: ada@
    members: {ada@: super-admin, \(members)}
    \(more)
    workspaces: {ml: {members: {\(ml)}}}
    """
  }

  private static let before = "--now 2030-01-01T00:00:00Z"
  private static let after = "--now 2030-01-09T00:00:00Z"
  private static let ending = "bob@: {role: member, expires: 2030-01-03}"

  @Test func `a later end in the organization is a raise of what it carries`() throws {
    let roles = "roles: {organization: {member: {rank: 10, permissions: []}}}"
    let scene = try Scene(Self.enterprise(Self.ending, ml: "bob@: admin", roles: roles), apply: false)
    try scene.run("apply --yes \(Self.before)")
    let longer = Self.enterprise("bob@: {role: member, expires: 2035-01-03}", ml: "bob@: admin", roles: roles)
    try scene.commit(longer, by: "bob@")
    #expect(try scene.run("apply --yes \(Self.before)", exits: 3).contains("no-self-change"))
    let nothing = Self.enterprise("bob@: {role: member, expires: 2035-01-03}", ml: "ada@: admin", roles: roles)
    try scene.commit(Self.enterprise(Self.ending, ml: "ada@: admin", roles: roles))
    try scene.run("apply --yes \(Self.before)")
    try scene.commit(nothing, by: "bob@")
    try scene.run("apply --yes \(Self.before)")
  }

  @Test func `who is declared and not carried is a line of every plan`() throws {
    let off = "organization-member-first: off"
    let scene = try Scene(Self.enterprise("", ml: "bob@: viewer", protection: off))
    #expect(try scene.run("plan").contains("No changes."))
    try scene.commit(Self.enterprise("", ml: "bob@: viewer"))
    try scene.run("apply --yes")
    for line in ["plan", "plan --full"] {
      let plan = try scene.json(line)
      let waiting = plan["waiting"] as? [[String: Any]] ?? []
      #expect(waiting.map { $0["subject"] as? String } == ["bob@"])
      #expect(waiting.map { $0["for"] as? String } == ["organization-membership"])
    }
    #expect(try scene.run("plan") == scene.run("plan --full"))
    #expect(try !scene.run("who acme/ml").contains("bob@"))
    try scene.commit(Self.enterprise("bob@: member", ml: "bob@: viewer"))
    try scene.run("apply --yes")
    #expect(try scene.run("plan").contains("No changes.") && scene.run("who acme/ml").contains("bob@"))
  }

  @Test func `commands take a membership that is over for none`() throws {
    let scene = try Scene(Self.enterprise(Self.ending, ml: "bob@: viewer"), apply: false)
    try scene.run("apply --yes \(Self.before)")
    #expect(
      try scene.run("member add acme/ml bob@ --role viewer \(Self.after)", exits: 3)
        .contains("organization-member-first"))
    #expect(
      try scene.run("member set-role acme/ml bob@ admin \(Self.after)", exits: 1)
        .contains("ended at 2030-01-04T00:00:00Z"))
    #expect(try scene.run("workspace transfer acme/ml bob@ \(Self.after)", exits: 1).contains("is no member"))
  }

  @Test func `the past says the same in every view`() throws {
    let scene = try Scene(
      Self.enterprise("\(Self.ending), bil@: billing-admin", ml: "bob@: viewer, bil@: viewer, out@: viewer"),
      apply: false)
    let dates = ["2030-01-02": "bob@", "2030-01-09": ""]
    for (date, person) in dates {
      let listed = try scene.run("who acme/ml --at HEAD --now \(date)T00:00:00Z")
      for email in ["bob@", "bil@", "out@"] {
        let why = try scene.run("why \(email) acme/ml --at HEAD --now \(date)T00:00:00Z")
        #expect(listed.contains(email) == (email == person), "\(date) \(email)\n\(listed)")
        #expect(why.contains("viewer") == (email == person), "\(date) \(email)\n\(why)")
      }
    }
    #expect(try scene.run("why bob@ acme/ml --at HEAD --now 2030-01-02T00:00:00Z").contains("2030-01-04"))
  }

  @Test func `an end through the organization keeps the group`() throws {
    let scene = try Scene(
      Self.enterprise(Self.ending, ml: "crew: viewer", more: "groups: {crew: [bob@]}"), apply: false)
    try scene.run("apply --yes \(Self.before)")
    let people = try scene.json("who acme/ml \(Self.before)")["people"] as? [[String: Any]] ?? []
    let endings = try scene.json("expiring --within 30d \(Self.before)")["expiring"] as? [[String: Any]] ?? []
    let said =
      people.filter { $0["subject"] as? String == "bob@" } + endings.filter { $0["path"] as? String == "acme/ml" }
    #expect(said.map { $0["via"] as? String } == ["group:crew", "group:crew"])
    #expect(Set(said.map { $0["expires"] as? String }) == ["2030-01-04T00:00:00Z"])
  }

  @Test func `seats are counted once`() throws {
    let off = "organization-member-first: off"
    let scene = try Scene(Self.enterprise("", ml: "bob@: viewer, eve@: viewer", protection: off))
    try scene.commit(Self.enterprise("gus@: member", ml: "bob@: viewer, eve@: viewer", protection: "member-cap: 2"))
    try scene.run("apply --yes")
    let seats = try scene.json("workspace show acme/ml")["seats"] as? [String: Any]
    #expect(seats?["used"] as? Int == 2 && seats?["limit"] as? Int == 2, "\(seats ?? [:])")
    #expect(try scene.run("member add acme/ml gus@ --role viewer", exits: 3).contains("2 of 2 seats"))
  }

  @Test func `a place of another organization counts while its organization's membership lasts`() throws {
    let scene = try Scene(
      """
      apiVersion: tenure/v1
      kind: Policy
      extends: small-team
      invitations: {admission: direct, joinAs: declared}
      ---
      apiVersion: tenure/v1
      kind: Policy
      organization: ent
      extends: enterprise
      invitations: {admission: direct}
      ---
      apiVersion: tenure/v1
      kind: Organization
      name: ent
      owner: ada@
      members: {ada@: super-admin, cee@: {role: member, expires: 2030-01-03}}
      workspaces: {two: {members: {cee@: viewer}}}
      ---
      apiVersion: tenure/v1
      kind: Organization
      name: small
      owner: ada@
      workspaces: {one: {owner: cee@, members: {ada@: owner, cee@: owner}}}
      """, apply: false)
    try scene.run("apply --yes \(Self.before)")
    try scene.refused("creator-kept", "member set-role small/one cee@ member \(Self.after)")
    try scene.run("member set-role small/one cee@ member \(Self.before)")
  }

  @Test func `an ownership passes to somebody who stays`() throws {
    let scene = try Scene(
      """
      apiVersion: tenure/v1
      kind: Policy
      extends: self-serve
      invitations: {admission: direct}
      protection: {organization-member-first: on}
      ---
      apiVersion: tenure/v1
      kind: Organization
      name: acme
      owner: boss@
      members: {boss@: owner, ada@: member, old@: {role: member, expires: 2030-01-03}}
      workspaces: {ml: {owner: ada@, members: {ada@: owner, old@: member}}}
      """, apply: false)
    try scene.run("apply --yes \(Self.before)")
    try scene.run("member add acme new@ --role member \(Self.before)")
    try scene.run("member add acme/ml new@ --role member --now 2030-01-02T00:00:00Z")
    try scene.run("workspace leave acme/ml --as ada@ \(Self.after)")
    #expect(try scene.json("workspace show acme/ml \(Self.after)")["owner"] as? String == "new@")
  }
}
