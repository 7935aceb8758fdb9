import Testing

/// What was refused stays refused until it is declared anew, approved or overridden.
@Suite struct StandingRefusalTests {
  private static func acme(_ p6: String, _ p5: String, _ rule: String = "on") -> String {
    """
    apiVersion: tenure/v1
    kind: Policy
    invitations: {admission: direct}
    protection: {actor-allowed: \(rule)}
    ---
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    owner: p0@
    members: {p6@: \(p6), p5@: \(p5)}
    """
  }

  /// p6 makes p5 super-admin without a right to, and becomes super-admin afterwards.
  private static func laterRights() throws -> Scene {
    let scene = try Scene(acme("member", "member", "off"))
    try scene.commit(acme("member", "member"), by: "p0@")
    try scene.run("apply --yes")
    try scene.commit(acme("member", "super-admin"), by: "p6@")
    try scene.run("apply --yes", exits: 3)
    try scene.commit(acme("super-admin", "super-admin"), by: "p0@")
    for _ in 0..<3 {
      #expect(try scene.run("apply --yes", exits: 3).contains("blocked by actor-allowed"))
    }
    return scene
  }

  @Test func `a right that its author gains later does not count`() throws {
    let scene = try Self.laterRights()
    #expect(try p5(scene) == "member")
  }

  @Test func `declared anew by somebody who may, it is done`() throws {
    let scene = try Self.laterRights()
    try scene.commit(Self.acme("super-admin", "member"), by: "p0@")
    try scene.commit(Self.acme("super-admin", "super-admin"), by: "p0@")
    try scene.run("apply --yes")
    #expect(try p5(scene) == "super-admin")
  }

  @Test func `approved by somebody else, it is done`() throws {
    let scene = try Self.laterRights()
    try scene.run("apply --yes --approved-by p0@")
    #expect(try p5(scene) == "super-admin")
  }

  @Test func `overridden, it is done`() throws {
    let scene = try Self.laterRights()
    let result = try scene.company.run(
      "apply", "--yes", "--override", "actor-allowed", "--reason", "looked at it with p0")
    #expect(result.status == 0, "\(result.out)\(result.err)")
    #expect(try p5(scene) == "super-admin")
  }

  private func p5(_ scene: Scene) throws -> String? {
    let people = try scene.json("who acme")["people"] as? [[String: Any]] ?? []
    return people.first { $0["subject"] as? String == "p5@" }?["role"] as? String
  }
}
