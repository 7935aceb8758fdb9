import Model
import Planning
import Testing

/// `deletion-needs-tombstone`: deleting a workspace by no longer naming it.
@Suite struct DeletionNeedsTombstoneTests {
  private static let on = extending("enterprise")
  private static let off = extending("enterprise", "deletion-needs-tombstone: off")
  private static let stored =
    "acme\n  ada@x super-admin\n  bob@x member\nacme/default default\nacme/ml\n  bob@x viewer\nacme/web\n  bob@x viewer"
  private static let blocked = " blocked:deletion-needs-tombstone"
  private static let deletion = "delete-workspace acme/ml -apiKeys=0,invitations=0,members=1 change"

  private static func dropping(
    _ after: String, _ policy: String = on,
    before: String = "{ml: {members: {bob@x: viewer}}, web: {members: {bob@x: viewer}}}"
  ) -> Scenario {
    Scenario(
      acme("workspaces: \(after)", policy: policy), stored: stored,
      applied: acme("workspaces: \(before)", policy: policy))
  }

  static let rows = [
    PlanRow(
      "no longer named, while people go from another one", dropping("{web: {members: {}}}"),
      ["remove-member acme/web bob@x -role=viewer change", deletion + blocked],
      blocked: [
        Refusal(
          rule: .deletionNeedsTombstone, organization: "acme", workspace: "ml",
          message: "acme/ml was declared by the commit applied before and is not any more",
          remedy: "declare it again; else write `ml: {released: REASON}` to stop managing it, or "
            + "`ml: {removed: REASON}` to delete it for ever",
          source: SourceLocation(file: "manifests/all.yaml", line: 6, column: 1))
      ]),
    PlanRow(
      "every override and every flag", dropping("{web: {members: {bob@x: viewer}}}").withEveryOverride,
      [deletion + blocked]),
    PlanRow(
      "all of them at once", dropping("{}"),
      [deletion + blocked, "delete-workspace acme/web -apiKeys=0,invitations=0,members=1 change" + blocked]),
    PlanRow(
      "a tombstone", dropping("{ml: {removed: merged}, web: {members: {bob@x: viewer}}}").allowingDeletion,
      ["delete-workspace acme/ml -apiKeys=0,invitations=0,members=1 +removed=merged change"]),
    PlanRow(
      "released", dropping("{ml: {released: by hand}, web: {members: {bob@x: viewer}}}"),
      ["update-management acme/ml -declared=true,members=true +declared=false,members=false change"]),
    PlanRow(
      "beside a new one: it may be the same under another name",
      dropping("{mine: {members: {bob@x: viewer}}, new: {}, web: {members: {bob@x: viewer}}}"),
      [
        "create-workspace acme/mine + change", "create-workspace acme/new + change",
        "add-member acme/mine bob@x +role=viewer change", deletion + blocked,
      ],
      blocked: [
        Refusal(
          rule: .deletionNeedsTombstone, organization: "acme", workspace: "ml",
          message: "acme/ml was declared by the commit applied before and is not any more",
          remedy: "if it is `mine` now, write `mine: {renamedFrom: ml}`; else write `ml: {released: REASON}` to stop "
            + "managing it, or `ml: {removed: REASON}` to delete it for ever",
          source: SourceLocation(file: "manifests/all.yaml", line: 6, column: 1))
      ],
      warnings: ["perhaps-renamed acme/mine"]),
    PlanRow(
      "renamed", dropping("{mine: {renamedFrom: ml}, web: {members: {bob@x: viewer}}}"),
      [
        "update-management acme/mine -members=true +members=false change",
        "rename-workspace acme/mine -name=ml +name=mine change",
      ]),
    PlanRow(
      "the whole key is gone",
      Scenario(
        acme("displayName: Acme"), stored: stored.replacing("acme\n", with: "acme name=Acme\n"),
        applied: acme("displayName: Acme\nworkspaces: {ml: {}}")),
      ["update-management acme -workspaces=true +workspaces=false change", deletion + blocked]),
    PlanRow(
      "never declared", dropping("{web: {members: {bob@x: viewer}}}", before: "{web: {members: {bob@x: viewer}}}"), []),
    PlanRow(
      "released by the commit before",
      dropping("{web: {members: {bob@x: viewer}}}", before: "{ml: {released: x}, web: {members: {bob@x: viewer}}}"), [],
      warnings: ["unmanaged acme/ml"]),
    PlanRow(
      "nothing was applied before", Scenario(acme("workspaces: {}"), stored: stored), []),
    PlanRow(
      "who leaves the organization leaves it too, undeleted as it is",
      Scenario(
        acme("members: {ada@x: super-admin}\nworkspaces: {web: {}}"), stored: stored,
        applied: acme("members: {ada@x: super-admin, bob@x: member}\nworkspaces: {ml: {}, web: {}}")),
      [
        "remove-member acme/ml bob@x -role=viewer change", "remove-member acme/web bob@x -role=viewer change",
        "remove-member acme bob@x -role=member change", deletion + blocked,
      ]),
    PlanRow("off", dropping("{web: {members: {bob@x: viewer}}}", off), [deletion]),
  ]

  @Test(
    arguments: rows
      + underBothPolicies(
        strict: on, relaxed: off, before: "workspaces: {ml: {}, web: {}}", after: "workspaces: {web: {}}",
        stored: stored, refused: [deletion + blocked], passes: [deletion]))
  func `a lost line deletes nothing`(_ row: PlanRow) { row.check() }
}
