import Model
import Planning
import Testing

/// `deletion-needs-operator`: deleting a workspace by a plan without `--allow-deletion`.
@Suite struct DeletionNeedsOperatorTests {
  private static let on = extending("enterprise")
  private static let off = extending("enterprise", "deletion-needs-operator: off")
  private static let stored =
    "acme\n  ada@x super-admin\n  bob@x member\nacme/default default\nacme/ml\n  bob@x viewer\n  ? eve@x viewer\n  key ci\nacme/web\n  bob@x viewer"
  private static let blocked = " blocked:deletion-needs-operator"
  private static let deletion = "delete-workspace acme/ml -apiKeys=1,invitations=1,members=1 +removed=merged first"
  private static let removal = "remove-member acme/web bob@x -role=viewer first"

  private static func tombstone(_ policy: String = on) -> Scenario {
    Scenario(acme("workspaces: {ml: {removed: merged}, web: {members: {}}}", policy: policy), stored: stored)
  }

  static let rows = [
    PlanRow(
      "a tombstone, while people go from another one", tombstone(), [removal, deletion + blocked],
      blocked: [
        Refusal(
          rule: .deletionNeedsOperator, organization: "acme", workspace: "ml",
          message: "deleting acme/ml is permanent and needs the operator",
          remedy: "run this once with --allow-deletion",
          inReview: "let an operator apply this with deletions allowed",
          source: SourceLocation(file: "manifests/all.yaml", line: 9, column: 14))
      ]),
    PlanRow("the operator's flag", tombstone().allowingDeletion, [deletion, removal]),
    PlanRow("an override is no flag", tombstone().overriding(.deletionNeedsOperator), [removal, deletion + blocked]),
    PlanRow("another flag is none", tombstone().allowingMove, [removal, deletion + blocked]),
    PlanRow(
      "who leaves the organization leaves it, undeleted as it is",
      Scenario(acme("members: {ada@x: super-admin}\nworkspaces: {ml: {removed: merged}}"), stored: stored),
      [
        "remove-member acme/ml bob@x -role=viewer first", "remove-member acme/web bob@x -role=viewer first",
        "remove-member acme bob@x -role=member first", deletion + blocked,
      ]),
    PlanRow(
      "deleted, nobody need leave it",
      Scenario(acme("members: {ada@x: super-admin}\nworkspaces: {ml: {removed: merged}}"), stored: stored)
        .allowingDeletion,
      [
        deletion, "remove-member acme/web bob@x -role=viewer first", "remove-member acme bob@x -role=member first",
      ]),
    PlanRow("off", tombstone(off), [deletion, removal]),
  ]

  @Test(
    arguments: rows
      + underBothPolicies(
        strict: on, relaxed: off, before: "workspaces: {ml: {}}", after: "workspaces: {ml: {removed: merged}}",
        stored: stored, refused: [deletion.replacing("first", with: "change") + blocked],
        passes: [deletion.replacing("first", with: "change")]))
  func `deleting needs the operator`(_ row: PlanRow) { row.check() }

  @Test(arguments: [
    ByHandRow(
      "a super-admin", Scenario(acme("", policy: on), stored: stored), as: "ada@x", "delete acme/ml",
      does: ["delete-workspace acme/ml -apiKeys=1,invitations=1,members=1 change" + blocked],
      blocked: [
        Refusal(
          rule: .deletionNeedsOperator, organization: "acme", workspace: "ml",
          message: "deleting acme/ml is permanent and needs the operator",
          remedy: "ask the operator, or somebody whom the policy names in `operators`")
      ]),
    ByHandRow(
      "the operator", Scenario(acme("", policy: on), stored: stored), "delete acme/ml",
      does: ["delete-workspace acme/ml -apiKeys=1,invitations=1,members=1 change"]),
    ByHandRow(
      "somebody whom the policy names as operator",
      Scenario(acme("", policy: on + "\noperators: [ops@x]"), stored: stored + "\n@ ops@x"), as: "ops@x",
      "delete acme/ml",
      does: ["delete-workspace acme/ml -apiKeys=1,invitations=1,members=1 change"]),
    ByHandRow(
      "an owner, where workspaces have owners",
      Scenario(acme("", policy: extending("self-serve")), stored: "acme\nacme/ml owner=bob@x\n  bob@x owner"),
      as: "bob@x",
      "delete acme/ml", does: ["delete-workspace acme/ml -apiKeys=0,invitations=0,members=1 change"]),
  ]) func `by hand too`(_ row: ByHandRow) { row.check() }
}
