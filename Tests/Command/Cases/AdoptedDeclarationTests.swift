import Testing

/// What a commit makes count although no action says so is in the digest: nobody applies under the digest of a review what
/// the review did not see.
@Suite struct AdoptedDeclarationTests {
  /// A change of declarations that needs no action.
  struct Row: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var base: String
    var edit: String
    var other: String
    /// A command between the first apply and the change.
    var byHand: String?
    /// A key that nobody made is waited for.
    var waits = false

    init(
      _ name: String, _ base: String, _ edit: String, _ other: String, byHand: String? = nil, waits: Bool = false
    ) {
      (testDescription, self.base, self.edit, self.other) = (name, base, edit, other)
      (self.byHand, self.waits) = (byHand, waits)
    }
  }

  private static func ml(_ vic: String, _ more: String = "") -> String {
    "workspaces: {ml: {members: {vic@: \(vic)}\(more)}}"
  }

  static let rows = [
    Row(
      "the limit of a key that nobody made", ml("viewer", ", apiKeys: {k: {monthlyLimit: 5}}"),
      ml("viewer", ", apiKeys: {k: {monthlyLimit: 50}}"), ml("viewer", ", apiKeys: {k: {monthlyLimit: 500}}"),
      waits: true),
    Row(
      "a word about chasing", ml("viewer"), ml("{role: viewer, reinvite: 2027-02-01}"),
      ml("{role: viewer, reinvite: 2027-03-01}")),
    Row(
      "what somebody did by hand", ml("viewer"), ml("developer"), ml("{role: developer, reinvite: 2027-02-01}"),
      byHand: "member set-role acme/ml vic@ developer"),
    Row(
      "entering management", "management: additive\n" + ml("viewer"), ml("viewer"),
      "management: additive\n" + ml("viewer", ", management: authoritative")),
    Row(
      "a list that was not there", "workspaces: {ml: {members: {vic@: viewer}}}\ndisplayName: Acme",
      "workspaces: {ml: {members: {vic@: viewer}, apiKeys: {}}}\ndisplayName: Acme",
      "workspaces: {ml: {members: {vic@: viewer}, apiKeys: {}}}"),
    Row(
      "a role for later", "groups: {team: [vic@]}\n" + ml("{role: viewer, expires: 2099-01-01}"),
      "groups: {team: [vic@]}\n" + ml("{role: viewer, expires: 2099-01-01}, team: viewer"),
      "groups: {team: [vic@]}\n" + ml("{role: viewer, expires: 2099-01-01}, team: developer")),
  ]

  private static func acme(_ body: String, policy: String = "invitations: {admission: direct}") -> String {
    """
    apiVersion: tenure/v1
    kind: Policy
    \(policy)
    ---
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    owner: ada@
    members: {ada@: super-admin, vic@: member}
    \(body)
    """
  }

  private static func digest(_ scene: Scene, _ line: String = "plan") throws -> String {
    try #require(try scene.json(line)["digest"] as? String)
  }

  @Test(arguments: rows) func `what needs no action is in the digest`(_ row: Row) throws {
    let scene = try Scene(Self.acme(row.base))
    let nothing = try Self.digest(scene)
    if let line = row.byHand { try scene.run(line) }
    try scene.commit(Self.acme(row.edit))
    let first = try Self.digest(scene)
    try scene.commit(Self.acme(row.other))
    let second = try Self.digest(scene)
    #expect(Set([nothing, first, second]).count == 3)
    #expect(try scene.json("plan")["actions"] as? [[String: String]] == [])
    if !row.waits { #expect(try scene.run("plan").contains("No changes.")) }
    // Before a merge, and again once it is known that there is nothing to do.
    #expect(try Self.digest(scene, "diff HEAD~2..HEAD") == second)
    #expect(try Self.digest(scene) == second)
    // Without a store all is as declared, and keys are made.
    if row.byHand == nil, !row.waits { #expect(try Self.digest(scene, "diff HEAD~2..HEAD --state none.db") == second) }
    for old in [nothing, first] {
      #expect(try scene.run("apply --yes --expect \(old)", exits: 1).contains("nothing was applied"))
    }
    try scene.run("plan --out plan.json")
    try scene.run("apply plan.json --yes --expect \(second)")
    #expect(try Self.digest(scene) == nothing)
  }

  @Test func `what waits for somebody is in the digest once`() throws {
    let scene = try Scene(Self.acme("workspaces: {ml: {members: {}}}", policy: "extends: enterprise"))
    let nothing = try Self.digest(scene)
    func commit(_ role: String) throws -> String {
      try scene.commit(Self.acme(Self.ml(role), policy: "extends: enterprise"))
      return try Self.digest(scene)
    }
    let (viewer, developer) = (try commit("viewer"), try commit("developer"))
    #expect(Set([nothing, viewer, developer]).count == 3)
    try scene.run("apply --yes --expect \(developer)")
    #expect(try Self.digest(scene) == nothing)
    let admin = try commit("admin")
    #expect(![nothing, viewer, developer].contains(admin))
    #expect(try Self.digest(scene, "diff HEAD~1..HEAD") == admin)
    try scene.run("apply --yes --expect \(nothing)", exits: 1)
    try scene.run("apply --yes --expect \(admin)")
    #expect(try Self.digest(scene) == nothing)
  }

  @Test func `what a refusal withholds is not`() throws {
    let scene = try Scene(Self.acme(Self.ml("viewer")))
    let nothing = try Self.digest(scene)
    try scene.run("member set-role acme/ml vic@ admin")
    try scene.commit(Self.acme(Self.ml("admin")), by: "vic@")
    #expect(try scene.run("plan", exits: 3).contains("no-self-change"))
    #expect(try Self.digest(scene) == nothing)
  }

  @Test func `an end that comes adds nothing`() throws {
    let scene = try Scene(
      Self.acme("groups: {team: [vic@]}\n" + Self.ml("{role: developer, expires: 2099-01-01}, team: viewer")))
    func digest(_ now: String) throws -> String { try Self.digest(scene, "plan --now \(now)T10:00:00Z") }
    let ended = try digest("2099-01-03")
    #expect(try digest("2098-12-31") != ended)
    try scene.commit(Self.acme(Self.ml("viewer")))
    #expect(try digest("2099-01-03") == ended)
  }
}
