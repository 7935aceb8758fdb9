import Testing

/// Taking somebody out is a change of whoever does it, also of somebody whose declaration waits still.
@Suite struct RemovalByCommitTests {
  private static func acme(_ preset: String, _ members: String, ml: String? = nil) -> String {
    """
    apiVersion: tenure/v1
    kind: Policy
    extends: \(preset)
    operators: [op@]
    protection: {actor-allowed: on}
    ---
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    owner: ada@
    members: {\(members)}
    \(ml.map { "workspaces: {ml: {members: {\($0)}}}" } ?? "")
    """
  }

  private static func begun(_ manifests: String) throws -> Scene {
    let scene = try Scene("# nothing yet", apply: false)
    try scene.apply(commit: manifests, by: "op@")
    return scene
  }

  private func expect(_ scene: Scene, refuses line: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let action = try #require(try scene.json("plan")["actions"] as? [[String: Any]]).first
    #expect(action?["origin"] as? String == "change", sourceLocation: sourceLocation)
    #expect(
      (action?["actors"] as? [String])?.contains("mem@") == true, "\(action ?? [:])", sourceLocation: sourceLocation)
    #expect(try scene.plan().actions == [line], sourceLocation: sourceLocation)
  }

  @Test(arguments: [false, true])
  func `somebody who joined in the lowest role, before the promotion`(_ isFirst: Bool) throws {
    let (before, after) = ("ada@: owner, mem@: member", "ada@: owner, mem@: member, new@: owner")
    let scene = try Self.begun(Self.acme("small-team", isFirst ? after : before))
    try scene.join("mem@", "acme")
    if !isFirst { try scene.apply(commit: Self.acme("small-team", after), by: "op@") }
    try scene.join("new@", "acme")
    try scene.commit(Self.acme("small-team", before), by: "mem@")
    try expect(scene, refuses: "remove-member acme new@ ! actor-allowed")
  }

  @Test(arguments: [false, true])
  func `an invitation of somebody who is to be promoted`(_ isFirst: Bool) throws {
    let (before, after) = ("ada@: owner, mem@: member", "ada@: owner, mem@: member, new@: owner")
    let scene = try Self.begun(Self.acme("small-team", isFirst ? after : before))
    try scene.join("mem@", "acme")
    if !isFirst { try scene.apply(commit: Self.acme("small-team", after), by: "op@") }
    try scene.commit(Self.acme("small-team", before), by: "mem@")
    try expect(scene, refuses: "cancel-invitation acme new@ ! actor-allowed")
  }

  @Test func `a member of a workspace who was to join the organization first`() throws {
    let members = "ada@: super-admin, mem@: member, bob@: member"
    let scene = try Self.begun(Self.acme("enterprise", members, ml: "ada@: admin"))
    try scene.apply(commit: Self.acme("enterprise", members, ml: "ada@: admin, bob@: admin"), by: "op@")
    try scene.join("mem@", "acme")
    try scene.join("bob@", "acme")
    try scene.run("member add acme/ml bob@ --role admin --as ada@")
    try scene.commit(Self.acme("enterprise", members, ml: "ada@: admin"), by: "mem@")
    try expect(scene, refuses: "remove-member acme/ml bob@ ! actor-allowed")
  }

  @Test func `somebody who may take them out does`() throws {
    let (before, after) = ("ada@: owner", "ada@: owner, new@: owner")
    let scene = try Self.begun(Self.acme("small-team", before))
    try scene.apply(commit: Self.acme("small-team", after), by: "op@")
    try scene.join("new@", "acme")
    try scene.apply(commit: Self.acme("small-team", before), by: "ada@")
    #expect(try scene.who("acme") == ["ada@ owner"])
  }

  @Test func `a removal of somebody added by hand, which waits, stays nobody's`() throws {
    let scene = try Self.begun(Self.acme("enterprise", "ada@: super-admin, mem@: member"))
    try scene.join("mem@", "acme")
    for index in 0..<12 {
      try scene.run("account sign-up h\(index)@")
      try scene.run("member add acme h\(index)@ --role member")
    }
    for _ in 0..<2 {
      try scene.run("apply --yes", exits: 3)
      let actions = try #require(try scene.json("plan")["actions"] as? [[String: Any]])
      #expect(actions.count == 12 && actions.allSatisfy { $0["origin"] as? String == "drift" })
    }
  }
}
