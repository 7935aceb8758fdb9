import Model
import Planning
import Testing

/// `removal-threshold`: the removals of a plan that takes more than a share of an organization's members, or of all its
/// workspace memberships, where there are at least 10.
@Suite struct RemovalThresholdTests {
  private static let on = extending("enterprise")
  private static let off = extending("enterprise", "removal-threshold: off")
  private static let blocked = " blocked:removal-threshold"

  private static func people(_ range: Range<Int>) -> [String] { range.map { "p\($0)@x" } }

  private static func list(_ people: [String], as role: String = "member", others: [String] = []) -> String {
    "{" + (people.map { "\($0): \(role)" } + others).joined(separator: ", ") + "}"
  }

  /// ada@x and `count` members are stored; ada@x, the first `kept` of them and `others` are declared.
  private static func crowd(_ count: Int, keeping kept: Int, _ others: [String] = [], _ policy: String = on) -> Scenario
  {
    Scenario(
      acme("members: \(list(people(0..<kept), others: ["ada@x: super-admin"] + others))", policy: policy),
      stored: stored(count))
  }

  private static func stored(_ count: Int, _ more: String = "") -> String {
    "acme\n  ada@x super-admin\n" + people(0..<count).map { "  \($0) member" }.joined(separator: "\n")
      + "\n\(more)acme/default default"
  }

  private static func removals(_ range: Range<Int>, _ suffix: String = " first") -> [String] {
    people(range).sorted().map { "remove-member acme \($0) -role=member\(suffix)" }
  }

  static let members = [
    PlanRow(
      "more than a quarter of the members: grants and additions go through",
      crowd(11, keeping: 7, ["new@x: member"]),
      ["add-member acme new@x +role=member first"] + removals(7..<11, " first" + blocked),
      blocked: [
        Refusal(
          rule: .removalThreshold, organization: "acme",
          message: "the plan takes 4 of 12 members of acme, more than 25 %",
          remedy: "check the removals; if they are meant, --override removal-threshold@acme --reason TEXT",
          inReview: "check the removals; if they are meant, let an operator apply them with the rule overridden",
          source: SourceLocation(file: "manifests/all.yaml", line: 6, column: 1))
      ]),
    PlanRow("a quarter", crowd(11, keeping: 8), removals(8..<11)),
    PlanRow(
      "what --only leaves out counts",
      crowd(11, keeping: 7, ["new@x: member"]).with { $0.only = [Path(tenant: "acme")] },
      ["add-member acme new@x +role=member first"] + removals(7..<11, " first" + blocked)),
    PlanRow(
      "--only without a removal has nothing to refuse",
      Scenario(
        acme("members: \(list(people(0..<5), others: ["ada@x: super-admin"]))\nworkspaces: {ml: {}}", policy: on),
        stored: stored(11)
      ).with { $0.only = [Path(tenant: "acme", workspace: "ml")] }, ["create-workspace acme/ml + first"], blocked: []),
    PlanRow("nine members", crowd(8, keeping: 1), removals(1..<8)),
    PlanRow("ten members", crowd(9, keeping: 6), removals(6..<9, " first" + blocked)),
    PlanRow("an override", crowd(11, keeping: 7).overriding(.removalThreshold), removals(7..<11)),
    PlanRow(
      "an override for the organization", crowd(11, keeping: 7).overriding(.removalThreshold, organization: "acme"),
      removals(7..<11)),
    PlanRow(
      "an override for another", crowd(11, keeping: 7).overriding(.removalThreshold, organization: "other"),
      removals(7..<11, " first" + blocked)),
    PlanRow("a share of one's own, below it", crowd(11, keeping: 6, [], share("50%")), removals(6..<11)),
    PlanRow("a share of one's own, at it", crowd(11, keeping: 5, [], share("50%")), removals(5..<11)),
    PlanRow(
      "a share of one's own, above it", crowd(11, keeping: 4, [], share("50%")),
      removals(4..<11, " first" + blocked)),
    PlanRow("`on` is a quarter", crowd(11, keeping: 7, [], share("on")), removals(7..<11, " first" + blocked)),
    PlanRow("no share at all", crowd(11, keeping: 10, [], share("0%")), removals(10..<11, " first" + blocked)),
    PlanRow(
      "demotions count",
      Scenario(
        acme("members: \(list(people(0..<11), others: ["ada@x: super-admin"]))"),
        stored: stored(7).replacing(
          "\nacme/default", with: people(7..<11).map { "\n  \($0) super-admin" }.joined() + "\nacme/default")),
      people(7..<11).sorted().map { "change-role acme \($0) -role=super-admin +role=member first" + blocked }),
    PlanRow(
      "cancelled invitations count, against members",
      Scenario(
        acme("members: \(list(people(0..<11), others: ["ada@x: super-admin"]))"),
        stored: stored(11, "  ? a@y member\n  ? b@y member\n  ? c@y member\n  ? d@y member\n")),
      ["a", "b", "c", "d"].map { "cancel-invitation acme \($0)@y -role=member first" + blocked }),
    PlanRow(
      "members whose membership has ended are not counted against",
      crowd(8, keeping: 1).adding("  old@x member until=2026-01-01T00:00:00Z"),
      ["remove-member acme old@x -expires=2026-01-01T00:00:00Z,role=member first"] + removals(1..<8)),
    PlanRow("off", crowd(11, keeping: 1, [], off), removals(1..<11)),
  ]

  private static func share(_ value: String) -> String { extending("enterprise", "removal-threshold: \(value)") }

  private static let places =
    stored(11) + "\nacme/ml\n" + people(0..<6).map { "  \($0) viewer" }.joined(separator: "\n") + "\nacme/web\n"
    + people(0..<6).map { "  \($0) developer" }.joined(separator: "\n")

  private static func workspaces(ml: String, web: String) -> Scenario {
    Scenario(
      acme(
        "members: \(list(people(0..<11), others: ["ada@x: super-admin"]))\nworkspaces: {ml: {\(ml)}, web: {\(web)}}"),
      stored: places
    ).allowingDeletion
  }

  static let memberships = [
    PlanRow(
      "more than a quarter of all workspace memberships, over several workspaces",
      workspaces(
        ml: "members: \(list(people(0..<4), as: "viewer"))",
        web: "members: \(list(people(0..<4), as: "developer", others: ["ada@x: admin"]))"),
      [
        "add-member acme/web ada@x +role=admin first", "remove-member acme/ml p4@x -role=viewer first" + blocked,
        "remove-member acme/ml p5@x -role=viewer first" + blocked,
        "remove-member acme/web p4@x -role=developer first" + blocked,
        "remove-member acme/web p5@x -role=developer first" + blocked,
      ],
      blocked: [
        Refusal(
          rule: .removalThreshold, organization: "acme",
          message: "the plan takes 4 of 12 workspace memberships of acme, more than 25 %",
          remedy: "check the removals; if they are meant, --override removal-threshold@acme --reason TEXT",
          inReview: "check the removals; if they are meant, let an operator apply them with the rule overridden",
          source: SourceLocation(file: "manifests/all.yaml", line: 6, column: 1))
      ]),
    PlanRow(
      "a quarter of them",
      workspaces(
        ml: "members: \(list(people(0..<4), as: "viewer"))", web: "members: \(list(people(0..<5), as: "developer"))"),
      [
        "remove-member acme/ml p4@x -role=viewer first", "remove-member acme/ml p5@x -role=viewer first",
        "remove-member acme/web p5@x -role=developer first",
      ]),
    PlanRow(
      "what a deleted workspace ends counts",
      workspaces(ml: "removed: merged", web: ""),
      ["delete-workspace acme/ml -apiKeys=0,invitations=0,members=6 +removed=merged first" + blocked]),
    PlanRow(
      "demotions count there too",
      workspaces(
        ml: "", web: "members: \(list(people(0..<2), as: "developer", others: people(2..<6).map { "\($0): viewer" }))"),
      people(2..<6).map { "change-role acme/web \($0) -role=developer +role=viewer first" + blocked }),
    PlanRow(
      "the organization's members beside it are withheld too",
      Scenario(
        acme(
          "members: \(list(people(0..<11), others: ["ada@x: super-admin"]).replacing("p10@x: member, ", with: ""))\nworkspaces: {ml: {removed: merged}}"
        ),
        stored: places
      ).allowingDeletion,
      [
        "delete-workspace acme/ml -apiKeys=0,invitations=0,members=6 +removed=merged first" + blocked,
        "remove-member acme p10@x -role=member first" + blocked,
      ]),
    PlanRow(
      "personal accounts have none",
      Scenario(
        ada("workspaces: {Personal: {members: {}}}", policy: on),
        stored: "~ada@x\n~ada@x/Personal personal owner=ada@x\n  ada@x admin\n"
          + people(0..<11).map { "  \($0) viewer" }.joined(separator: "\n")),
      people(0..<11).sorted().map { "remove-member ~ada@x/Personal \($0) -role=viewer first" }),
  ]

  static let policies = underBothPolicies(
    strict: on, relaxed: share("50%"), before: "members: \(list(people(0..<11), others: ["ada@x: super-admin"]))",
    after: "members: \(list(people(0..<7), others: ["ada@x: super-admin"]))", stored: stored(11),
    refused: removals(7..<11, " change" + blocked), passes: removals(7..<11, " change"))

  @Test(arguments: members) func `a share of an organization's members`(_ row: PlanRow) { row.check() }
  @Test(arguments: memberships) func `a share of all workspace memberships`(_ row: PlanRow) { row.check() }
  @Test(arguments: policies) func `under both policies`(_ row: PlanRow) { row.check() }

  @Test func `what a mass removal withholds is withheld by that alone`() {
    let stored = Self.stored(12) + "\nacme/ml\n  p0@x viewer\n  p1@x viewer"
    let plan = Scenario(acme("members: {ada@x: super-admin}\nworkspaces: {ml: {}}"), stored: stored).planned().plan
    #expect(plan.actions.count == 14)
    #expect(plan.actions.allSatisfy { $0.blockedBy == [.removalThreshold] })
    #expect(plan.blocked.count == 1)
  }

  @Test func `commands are no plan: people go one by one`() {
    let scenario = Self.crowd(11, keeping: 11)
    let done = scenario.byHand(Self.people(0..<6).map { "remove acme \($0)" }, as: "ada@x")
    #expect(done.tenant.actions.count == 6 && done.tenant.blocked.isEmpty)
  }
}

extension Scenario {
  /// One more line in the first roll that is stored.
  fileprivate func adding(_ line: String) -> Scenario {
    var result = self
    result.stored = stored.replacing("\nacme/default", with: "\n\(line)\nacme/default")
    return result
  }
}
