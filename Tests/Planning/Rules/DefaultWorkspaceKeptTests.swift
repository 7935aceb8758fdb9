import Model
import Planning
import Testing

/// `default-workspace-kept`: deleting a workspace of kind `default`, whatever its name.
@Suite struct DefaultWorkspaceKeptTests {
  private static let on = extending("enterprise")
  private static let off = extending("enterprise", "default-workspace-kept: off")
  private static let stored = "acme\n  ada@x super-admin\n  bob@x member\nacme/default default\n  ada@x admin"
  private static let before = "members: {ada@x: super-admin, bob@x: member}\nworkspaces: {default: {}}"
  private static let after = "members: {ada@x: super-admin}\nworkspaces: {default: {removed: unused}}"
  private static let blocked = " blocked:default-workspace-kept"

  private static func deletion(_ name: String = "default", _ origin: String = "first") -> String {
    "delete-workspace acme/\(name) -apiKeys=0,invitations=0,members=1 +removed=unused \(origin)"
  }

  private static func removal(_ origin: String) -> String { "remove-member acme bob@x -role=member \(origin)" }

  private static func tombstone(_ policy: String = on, stored: String = stored) -> Scenario {
    Scenario(acme(after, policy: policy), stored: stored).allowingDeletion
  }

  static let rows = [
    PlanRow(
      "a tombstone, while people leave beside it", tombstone(), [removal("first"), deletion() + blocked],
      blocked: [
        Refusal(
          rule: .defaultWorkspaceKept, organization: "acme", workspace: "default",
          message: "acme/default is the default workspace of acme",
          remedy: "take the tombstone out or rename it; or --override default-workspace-kept --reason TEXT",
          inReview: "take the tombstone out or rename it",
          source: SourceLocation(file: "manifests/all.yaml", line: 10, column: 14))
      ]),
    PlanRow(
      "an override", tombstone().overriding(.defaultWorkspaceKept), [deletion(), removal("first")]),
    PlanRow(
      "an override for this organization", tombstone().overriding(.defaultWorkspaceKept, organization: "acme"),
      [deletion(), removal("first")]),
    PlanRow(
      "an override for another one", tombstone().overriding(.defaultWorkspaceKept, organization: "other"),
      [removal("first"), deletion() + blocked]),
    PlanRow(
      "an override of another rule", tombstone().overriding(.removalThreshold),
      [removal("first"), deletion() + blocked]),
    PlanRow(
      "an override does not stand for the operator's flag",
      Scenario(acme(after, policy: on), stored: stored).overriding(.defaultWorkspaceKept),
      [removal("first"), deletion() + " blocked:deletion-needs-operator"]),
    PlanRow(
      "under another name",
      Scenario(
        acme("workspaces: {hall: {removed: unused}}"),
        stored: "acme\n  ada@x super-admin\nacme/hall default\n  ada@x admin"
      ).allowingDeletion, [deletion("hall") + blocked]),
    PlanRow(
      "no longer named",
      Scenario(acme("workspaces: {}"), stored: stored, applied: acme("workspaces: {default: {}}")).allowingDeletion,
      [
        "delete-workspace acme/default -apiKeys=0,invitations=0,members=1 change "
          + "blocked:default-workspace-kept,deletion-needs-tombstone"
      ]),
    PlanRow(
      "a workspace named default of another kind goes",
      tombstone(stored: "acme\n  ada@x super-admin\nacme/default\n  ada@x admin\nacme/hall default"), [deletion()]),
    PlanRow(
      "it can be renamed",
      Scenario(acme("workspaces: {hall: {renamedFrom: default}}"), stored: stored),
      ["rename-workspace acme/hall -name=default +name=hall first"]),
    PlanRow(
      "renamed in one commit and removed in the next: still refused",
      Scenario(
        acme("workspaces: {hall: {removed: unused}}"),
        stored: "acme\n  ada@x super-admin\nacme/hall default\n  ada@x admin",
        applied: acme("workspaces: {hall: {renamedFrom: default}}")
      ).allowingDeletion, [deletion("hall", "change") + blocked]),
    PlanRow("off", tombstone(off), [deletion(), removal("first")]),
  ]

  @Test(
    arguments: rows
      + underBothPolicies(
        strict: on, relaxed: off, before: before, after: after, stored: stored,
        refused: [removal("change"), deletion("default", "change") + blocked],
        passes: [deletion("default", "change"), removal("change")], with: { $0.allowingDeletion }))
  func `the default workspace is kept`(_ row: PlanRow) { row.check() }

  @Test(arguments: [("single-owner", true), ("enterprise", true), ("small-team", true), ("self-serve", false)])
  func `presets that keep it`(_ preset: String, isKept: Bool) {
    let scenario = Scenario(
      acme("workspaces: {default: {removed: unused}}", policy: extending(preset)), stored: "acme\nacme/default default"
    ).allowingDeletion
    #expect(scenario.planned().plan.blocked.map(\.rule) == (isKept ? [.defaultWorkspaceKept] : []))
  }

  @Test(arguments: [
    ByHandRow(
      "the operator deletes it", Scenario(acme("", policy: on), stored: stored), "delete acme/default",
      does: ["delete-workspace acme/default -apiKeys=0,invitations=0,members=1 change" + blocked])
  ]) func `by hand too`(_ row: ByHandRow) { row.check() }
}
