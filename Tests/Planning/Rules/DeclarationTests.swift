import Model
import Planning
import Testing

/// What declarations give their own actors, at any time and where the store has it already (SPEC section 6, «Who answers»).
///
/// In `acme` ada@x is super-admin and owner; in `acme/ml` carl@x is admin, bob@x a viewer as far as counts as applied.
@Suite struct DeclarationTests {
  private static let raise = extending("enterprise")
  private static let strict = extending("enterprise", "actor-allowed: on")
  private static let people = "members: {ada@x: super-admin, bob@x: member, carl@x: member, eve@x: member}"
  private static let entry = "acme/ml bob@x"

  private static func stored(bob: String = "viewer", owner: String = "") -> String {
    """
    acme owner=ada@x
      ada@x super-admin
      bob@x member
      carl@x member
      eve@x member
    acme/default default
    acme/ml\(owner)
      bob@x \(bob)
      carl@x admin
    """
  }

  /// - Parameters:
  ///   - ml: what stands in the workspace's map.
  ///   - before: the same in the commit applied before.
  private static func company(
    _ ml: String, before: String = "members: {bob@x: viewer, carl@x: admin}", stored: String = stored(),
    groups: String = "", groupsBefore: String? = nil, policy: String = raise
  ) -> Scenario {
    func body(_ ml: String, _ groups: String) -> String {
      "owner: ada@x\n\(people)\nworkspaces: {ml: {\(ml)}}\n\(groups)"
    }
    return Scenario(
      acme(body(ml, groups), policy: policy), stored: stored,
      applied: acme(body(before, groupsBefore ?? groups), policy: policy))
  }

  private static let raised = "members: {bob@x: admin, carl@x: admin}"
  private static let ending = "members: {bob@x: {role: viewer, expires: 2035-01-01}, carl@x: admin, team: admin}"
  private static let team = "groups: {team: [bob@x]}"
  private static let update = "update-member acme/ml bob@x -expires=null +expires=2035-01-02T00:00:00Z change"

  static let rows = [
    PlanRow(
      "held by hand, declared by the holder",
      company(raised, stored: stored(bob: "admin")).commit(by: "bob@x", touching: [entry]), [],
      refused: [entry + " no-self-change"]),
    PlanRow(
      "held by hand, declared by somebody else",
      company(raised, stored: stored(bob: "admin")).commit(by: "carl@x", touching: [entry]), []),
    PlanRow(
      "held by hand, declared by the holder, approved",
      company(raised, stored: stored(bob: "admin")).commit(by: "bob@x", approvedBy: ["carl@x"], touching: [entry]), []),
    PlanRow(
      "held by hand, declared through a group by the holder",
      company("members: {carl@x: admin, team: admin}", stored: stored(bob: "admin"), groups: team)
        .commit(by: "bob@x", touching: [entry]), [], refused: [entry + " no-self-change"]),
    PlanRow(
      "less than counts as applied",
      company("members: {bob@x: viewer}", before: raised).commit(
        by: "bob@x", touching: [entry, "acme/ml carl@x"]), ["remove-member acme/ml carl@x -role=admin change"]),
    PlanRow(
      "held by hand, declared by a friend who may not",
      company(raised, stored: stored(bob: "admin"), policy: strict).commit(by: "eve@x", touching: [entry]), [],
      refused: [entry + " actor-allowed"]),
    PlanRow(
      "held by hand, declared by a friend who may",
      company(raised, stored: stored(bob: "admin"), policy: strict).commit(by: "carl@x", touching: [entry]), []),
    PlanRow(
      "an end uncovers a group's role later",
      company(ending, groups: team).commit(by: "bob@x", touching: [entry]),
      [update + " blocked:no-self-change"]),
    PlanRow(
      "an end uncovers a group's role later, which a friend's rank does not reach",
      company(ending, groups: team, policy: strict).commit(by: "eve@x", touching: [entry]),
      [update + " blocked:actor-allowed"]),
    PlanRow(
      "an end uncovers a group's role later, as somebody else has it",
      company(ending, groups: team).commit(by: "carl@x", touching: [entry]), [update]),
    PlanRow(
      "a group's role of after the end",
      company(
        "members: {bob@x: {role: viewer, expires: 2035-01-01}, carl@x: admin, team: admin}",
        before: "members: {bob@x: {role: viewer, expires: 2035-01-01}, carl@x: admin}",
        stored: stored(bob: "viewer until=2035-01-02T00:00:00Z"), groups: team
      ).commit(by: "bob@x", touching: [entry]), [], refused: [entry + " no-self-change"]),
    PlanRow(
      "one's own protection",
      company("members: {bob@x: {role: viewer, protect: true}, carl@x: admin}").commit(by: "bob@x", touching: [entry]),
      ["update-member acme/ml bob@x -protect=false +protect=true change blocked:no-self-change"]),
    PlanRow(
      "owner of record by hand, declared by the owner",
      company(
        "owner: bob@x, members: {bob@x: admin, carl@x: admin}", before: "owner: carl@x, " + raised,
        stored: stored(bob: "admin", owner: " owner=bob@x")
      ).commit(by: "bob@x", touching: ["acme/ml"]), [], refused: [entry + " no-self-change"]),
  ]

  @Test(arguments: rows) func `nobody gains by what they declare`(row: PlanRow) { row.check() }

  @Test func `what was refused without an action is no drift once it is taken back by hand`() throws {
    let declared = Self.company(Self.raised, stored: Self.stored(bob: "admin")).commit(
      by: "bob@x", touching: [Self.entry])
    let first = declared.planned()
    let baseline = try #require(first.tenants.first { $0.name == "acme" }?.baseline)
    let bob = try #require(first.names.symbol(of: "bob@x"))
    let withheld = baseline.withheld[.member(workspace: first.names.symbol(of: "ml"), person: bob)]
    #expect(withheld?.parts?.map(\.email) == ["bob@x"])
    #expect(withheld?.parts?.map(\.isRefused) == [true])
  }

  @Test func `what another rule withholds fills no threshold`() {
    let people = (1...12).map { "u\($0)@x" }
    func declared(_ gone: Set<String>) -> String {
      let members = people.filter { !gone.contains($0) }.map { "\($0): member" }
      return "owner: ada@x\nmembers: {\((["ada@x: super-admin"] + members).joined(separator: ", "))}"
    }
    let policy = extending("enterprise", "actor-allowed: on")
    let stored =
      (["acme owner=ada@x", "  ada@x super-admin"] + people.map { "  \($0) member" } + ["acme/default default"])
      .joined(separator: "\n")
    let (wanted, refused) = (["u1@x", "u2@x"], ["u3@x", "u4@x", "u5@x", "u6@x"])
    let plan = Scenario(
      acme(declared(Set(wanted + refused)), policy: policy), stored: stored, applied: acme(declared([]), policy: policy)
    )
    .commit(by: "ada@x", touching: wanted.map { "acme " + $0 })
    .commit(by: "u12@x", touching: refused.map { "acme " + $0 }).planned().plan
    #expect(
      plan.actions.map(Scenario.line)
        == wanted.map { "remove-member acme \($0) -role=member change" }
        + refused.map { "remove-member acme \($0) -role=member change blocked:actor-allowed" })
  }
}
