import Model
import Planning
import Testing

/// `creator-kept`: removing or demoting the owner of record; with `only-workspace` demoting only in their only workspace.
@Suite struct CreatorKeptTests {
  private static let on = extending("self-serve", "creator-kept: on")
  private static let onlyWorkspace = extending("self-serve", "creator-kept: only-workspace")
  private static let off = extending("self-serve")
  /// Two owners, of whom ada@x is the creator, so that `last-owner-kept` has no word in it.
  private static let stored = "acme\nacme/ml owner=ada@x\n  ada@x owner\n  bob@x owner\n  eve@x member"
  private static let elsewhere = "\nacme/other owner=bob@x\n  ada@x member\n  bob@x owner"
  private static let blocked = " blocked:creator-kept"
  private static let removal = "remove-member acme/ml ada@x -role=owner first"
  private static let demotion = "change-role acme/ml ada@x -role=owner +role=member first"
  private static let end = "update-member acme/ml ada@x -expires=null +expires=2027-02-01T00:00:00Z first"

  private static func ml(_ body: String, _ policy: String, stored: String = stored) -> Scenario {
    Scenario(acme("workspaces: {ml: {\(body)}}", policy: policy), stored: stored)
  }

  private static let without = "members: {bob@x: owner, eve@x: member}"
  private static let lowered = "members: {ada@x: member, bob@x: owner, eve@x: member}"
  private static let ending = "members: {ada@x: {role: owner, expires: 2027-01-31}, bob@x: owner, eve@x: member}"

  static let always = [
    PlanRow(
      "removed, while others go beside", ml("members: {bob@x: owner}", on),
      ["remove-member acme/ml eve@x -role=member first", removal + blocked],
      blocked: [
        Refusal(
          rule: .creatorKept, organization: "acme", workspace: "ml", subject: "ada@x",
          message: "ada@x is the owner of record of acme/ml",
          remedy:
            "transfer the ownership first: `owner: SOMEBODY` in the manifest, or tenure workspace transfer",
          source: SourceLocation(file: "manifests/all.yaml", line: 10, column: 14))
      ]),
    PlanRow("an override changes nothing", ml(without, on).withEveryOverride, [removal + blocked]),
    PlanRow("demoted", ml(lowered, on), [demotion + blocked]),
    PlanRow("demoted, and active elsewhere", ml(lowered, on, stored: stored + elsewhere), [demotion + blocked]),
    PlanRow("given an end", ml(ending, on), [end + blocked]),
    PlanRow(
      "any other owner goes", ml("members: {ada@x: owner, eve@x: member}", on),
      ["remove-member acme/ml bob@x -role=owner first"]),
    PlanRow(
      "transferred and removed in one commit", ml("owner: bob@x, \(without)", on),
      ["transfer-ownership acme/ml bob@x -owner=ada@x +owner=bob@x first", removal]),
    PlanRow(
      "transferred and demoted in one commit", ml("owner: bob@x, \(lowered)", on),
      ["transfer-ownership acme/ml bob@x -owner=ada@x +owner=bob@x first", demotion]),
    PlanRow(
      "of an organization",
      Scenario(
        acme("members: {bob@x: owner}", policy: on),
        stored: "acme owner=ada@x\n  ada@x owner\n  bob@x owner\n  eve@x member\nacme/default default"),
      ["remove-member acme eve@x -role=member first", "remove-member acme ada@x -role=owner first" + blocked]),
    PlanRow(
      "in a lower role already: raised",
      ml(
        "members: {ada@x: owner, bob@x: owner}", on, stored: "acme\nacme/ml owner=ada@x\n  ada@x member\n  bob@x owner"),
      ["change-role acme/ml ada@x -role=member +role=owner first"]),
    PlanRow(
      "in a lower role already: lowered further",
      Scenario(
        acme(
          "members: {ada@x: member, bob@x: member}\nworkspaces: {ml: {members: {ada@x: viewer, bob@x: admin}}}",
          policy: extending("enterprise", "creator-kept: on")),
        stored: "acme\n  ada@x member\n  bob@x member\nacme/ml owner=ada@x\n  ada@x developer\n  bob@x admin"),
      ["change-role acme/ml ada@x -role=developer +role=viewer first" + blocked]),
    PlanRow(
      "no member any more: others come and go",
      ml("members: {bob@x: owner}", on, stored: "acme\nacme/ml owner=ada@x\n  bob@x owner\n  eve@x member"),
      ["remove-member acme/ml eve@x -role=member first"]),
    PlanRow(
      "ended: what is left of it is taken away",
      ml(
        "members: {bob@x: owner}", on,
        stored: "acme\nacme/ml owner=ada@x\n  ada@x owner until=2026-01-01T00:00:00Z\n  bob@x owner"),
      ["remove-member acme/ml ada@x -expires=2026-01-01T00:00:00Z,role=owner first"]),
    PlanRow("off: removed", ml(without, off), [removal]),
    PlanRow("off: demoted", ml(lowered, off), [demotion]),
  ]

  static let ofOnlyWorkspace = [
    PlanRow("only-workspace: demoted in it", ml(lowered, onlyWorkspace), [demotion + blocked]),
    PlanRow("only-workspace: given an end in it", ml(ending, onlyWorkspace), [end + blocked]),
    PlanRow(
      "only-workspace: demoted, and active in another", ml(lowered, onlyWorkspace, stored: stored + elsewhere),
      [demotion]),
    PlanRow(
      "only-workspace: demoted, and active in one of their own",
      ml(lowered, onlyWorkspace, stored: stored + "\n~ada@x\n~ada@x/Personal personal owner=ada@x\n  ada@x owner"),
      [demotion]),
    PlanRow(
      "only-workspace: removed, and active in another", ml(without, onlyWorkspace, stored: stored + elsewhere),
      [removal + blocked]),
    PlanRow(
      "only-workspace: demoted, and ended in the other",
      ml(
        lowered, onlyWorkspace,
        stored: stored + "\nacme/other\n  ada@x member until=2026-01-01T00:00:00Z\n  bob@x owner"),
      [demotion + blocked]),
    PlanRow(
      "only-workspace: demoted, and only invited to another",
      ml(lowered, onlyWorkspace, stored: stored + "\nacme/other\n  bob@x owner\n  ? ada@x member"),
      [demotion + blocked]),
    PlanRow(
      "only-workspace: added to another in the same commit",
      Scenario(
        acme(
          "workspaces: {ml: {\(lowered)}, other: {members: {ada@x: member, bob@x: owner}}}", policy: onlyWorkspace),
        stored: stored + "\nacme/other owner=bob@x\n  bob@x owner"),
      ["add-member acme/other ada@x +role=member first", demotion]),
    PlanRow(
      "only-workspace: a creator of two is demoted in both",
      Scenario(
        acme(
          "workspaces: {ml: {\(lowered)}, other: {members: {ada@x: member, bob@x: owner}}}", policy: onlyWorkspace),
        stored: stored + "\nacme/other owner=ada@x\n  ada@x owner\n  bob@x owner"),
      [demotion, "change-role acme/other ada@x -role=owner +role=member first"]),
  ]

  static let policies =
    underBothPolicies(
      strict: on, relaxed: off, before: "workspaces: {ml: {members: {ada@x: owner, bob@x: owner, eve@x: member}}}",
      after: "workspaces: {ml: {\(without)}}", stored: stored,
      refused: ["remove-member acme/ml ada@x -role=owner change" + blocked],
      passes: ["remove-member acme/ml ada@x -role=owner change"])
    + underBothPolicies(
      strict: on, relaxed: onlyWorkspace,
      before: "workspaces: {ml: {members: {ada@x: owner, bob@x: owner, eve@x: member}}}",
      after: "workspaces: {ml: {\(lowered)}}", stored: stored + elsewhere,
      refused: ["change-role acme/ml ada@x -role=owner +role=member change" + blocked],
      passes: ["change-role acme/ml ada@x -role=owner +role=member change"])

  @Test(arguments: always + ofOnlyWorkspace + policies) func `the creator is kept`(_ row: PlanRow) { row.check() }

  @Test(arguments: [
    ByHandRow(
      "the operator removes them", ml("", on), "remove acme/ml ada@x",
      does: ["remove-member acme/ml ada@x -role=owner change" + blocked]),
    ByHandRow(
      "another owner demotes them", ml("", on), as: "bob@x", "set-role acme/ml ada@x member",
      does: ["change-role acme/ml ada@x -role=owner +role=member change" + blocked]),
    ByHandRow(
      "another owner demotes them where they are active in another workspace",
      ml("", onlyWorkspace, stored: stored + elsewhere), as: "bob@x", "set-role acme/ml ada@x member",
      does: ["change-role acme/ml ada@x -role=owner +role=member change"]),
    ByHandRow(
      "they leave", ml("", on), as: "ada@x", "leave acme/ml ada@x",
      does: ["remove-member acme/ml ada@x -role=owner change" + blocked]),
    ByHandRow(
      "the ownership passes, then they are removed", ml("", on), "transfer acme/ml bob@x", "remove acme/ml ada@x",
      does: [
        "transfer-ownership acme/ml bob@x -owner=ada@x +owner=bob@x change",
        "remove-member acme/ml ada@x -role=owner change",
      ]),
    ByHandRow(
      "another owner removes somebody else", ml("", on), as: "bob@x", "remove acme/ml eve@x",
      does: ["remove-member acme/ml eve@x -role=member change"]),
  ]) func `by hand too`(_ row: ByHandRow) { row.check() }
}
