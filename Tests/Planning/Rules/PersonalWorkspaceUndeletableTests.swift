import Model
import Planning
import Testing

/// `personal-workspace-undeletable`: deleting a workspace of kind `personal`, whatever its name.
@Suite struct PersonalWorkspaceUndeletableTests {
  private static let enterprise = extending("enterprise")
  private static let stored = "~ada@x\n~ada@x/Personal personal owner=ada@x\n  ada@x admin\n  eve@x viewer"
  private static let deletion =
    "delete-workspace ~ada@x/Personal -apiKeys=0,invitations=0,members=2 +removed=unused first"

  private static func tombstone(_ policy: String = enterprise, stored: String = stored) -> Scenario {
    Scenario(ada("workspaces: {Personal: {removed: unused}}", policy: policy), stored: stored).allowingDeletion
  }

  static let rows = [
    PlanRow(
      "a tombstone", tombstone(), [deletion + " blocked:personal-workspace-undeletable"],
      blocked: [
        Refusal(
          rule: .personalWorkspaceUndeletable, organization: "~ada@x", workspace: "Personal",
          message: "~ada@x/Personal is a personal workspace, which is never deleted",
          remedy: "take the tombstone out, or use `released:` to stop managing it",
          source: SourceLocation(file: "manifests/all.yaml", line: 9, column: 14))
      ]),
    PlanRow(
      "every override and every flag", tombstone().withEveryOverride,
      [deletion + " blocked:personal-workspace-undeletable"]),
    PlanRow(
      "without the operator's flag both rules say so",
      Scenario(ada("workspaces: {Personal: {removed: unused}}", policy: enterprise), stored: stored),
      [deletion + " blocked:deletion-needs-operator,personal-workspace-undeletable"]),
    PlanRow(
      "under another name",
      Scenario(
        ada("workspaces: {Home: {removed: unused}}", policy: enterprise),
        stored: "~ada@x\n~ada@x/Home personal owner=ada@x\n  ada@x admin"
      ).allowingDeletion,
      [
        "delete-workspace ~ada@x/Home -apiKeys=0,invitations=0,members=1 +removed=unused first "
          + "blocked:personal-workspace-undeletable"
      ]),
    PlanRow(
      "no longer named",
      Scenario(
        ada("workspaces: {}", policy: enterprise), stored: stored,
        applied: ada("workspaces: {Personal: {}}", policy: enterprise)
      ).allowingDeletion,
      [
        "delete-workspace ~ada@x/Personal -apiKeys=0,invitations=0,members=2 change "
          + "blocked:deletion-needs-tombstone,personal-workspace-undeletable"
      ]),
    PlanRow(
      "neither of two, where there are two already",
      Scenario(
        ada("workspaces: {A: {removed: unused}, B: {}}", policy: enterprise),
        stored: "~ada@x\n~ada@x/A personal owner=ada@x\n  ada@x admin\n~ada@x/B personal owner=ada@x\n  ada@x admin"
      ).allowingDeletion,
      [
        "delete-workspace ~ada@x/A -apiKeys=0,invitations=0,members=1 +removed=unused first "
          + "blocked:personal-workspace-undeletable"
      ]),
    PlanRow(
      "people leave another workspace beside it",
      Scenario(
        ada(
          "workspaces: {Personal: {removed: unused}, Shared: {members: {ada@x: owner}}}",
          policy: extending("single-owner")),
        stored:
          "~ada@x\n~ada@x/Personal personal owner=ada@x\n  ada@x owner\n~ada@x/Shared owner=ada@x\n  ada@x owner\n  eve@x member"
      ).allowingDeletion,
      [
        "remove-member ~ada@x/Shared eve@x -role=member first",
        "delete-workspace ~ada@x/Personal -apiKeys=0,invitations=0,members=1 +removed=unused first "
          + "blocked:personal-workspace-undeletable",
      ]),
    PlanRow(
      "a workspace named Personal of another kind goes",
      tombstone(
        extending("self-serve"), stored: "~ada@x\n~ada@x/Personal\n  ada@x owner"),
      ["delete-workspace ~ada@x/Personal -apiKeys=0,invitations=0,members=1 +removed=unused first"]),
    PlanRow(
      "a standard workspace beside it goes",
      Scenario(
        ada("workspaces: {Old: {removed: unused}}", policy: enterprise),
        stored: stored + "\n~ada@x/Old\n  ada@x admin"
      ).allowingDeletion,
      ["delete-workspace ~ada@x/Old -apiKeys=0,invitations=0,members=1 +removed=unused first"]),
    PlanRow(
      "it can be renamed",
      Scenario(ada("workspaces: {Home: {renamedFrom: Personal}}", policy: enterprise), stored: stored),
      ["rename-workspace ~ada@x/Home -name=Personal +name=Home first"]),
    PlanRow("off", tombstone(extending("enterprise", "personal-workspace-undeletable: off")), [deletion]),
  ]

  static let policies = underBothPolicies(
    strict: enterprise, relaxed: extending("enterprise", "personal-workspace-undeletable: off"),
    before: "workspaces: {Personal: {}}", after: "workspaces: {Personal: {removed: unused}}", stored: stored,
    refused: [
      "delete-workspace ~ada@x/Personal -apiKeys=0,invitations=0,members=2 +removed=unused change "
        + "blocked:personal-workspace-undeletable"
    ],
    passes: ["delete-workspace ~ada@x/Personal -apiKeys=0,invitations=0,members=2 +removed=unused change"],
    in: { ada($0, policy: $1) }, with: { $0.allowingDeletion })

  @Test(arguments: rows + policies) func `personal workspaces are never deleted`(_ row: PlanRow) { row.check() }

  @Test(arguments: [
    ByHandRow(
      "the operator deletes it", Scenario(ada("", policy: enterprise), stored: stored), "delete ~ada@x/Personal",
      does: [
        "delete-workspace ~ada@x/Personal -apiKeys=0,invitations=0,members=2 change "
          + "blocked:personal-workspace-undeletable"
      ]),
    ByHandRow(
      "its user deletes it",
      Scenario(ada("", policy: extending("single-owner")), stored: stored.replacing("admin", with: "owner")),
      as: "ada@x", "delete ~ada@x/Personal",
      does: [
        "delete-workspace ~ada@x/Personal -apiKeys=0,invitations=0,members=2 change "
          + "blocked:personal-workspace-undeletable"
      ]),
    ByHandRow(
      "the workspace made at sign-up, of another kind",
      Scenario(ada("", policy: extending("self-serve")), stored: "~ada@x\n~ada@x/Personal owner=ada@x\n  ada@x owner"),
      as: "ada@x", "delete ~ada@x/Personal",
      does: ["delete-workspace ~ada@x/Personal -apiKeys=0,invitations=0,members=1 change"]),
  ]) func `by hand too`(_ row: ByHandRow) { row.check() }
}
