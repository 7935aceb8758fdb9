import Model
import Planning
import Testing

/// `one-personal-workspace`: a second of that kind, and with `furtherWorkspaces: none` any further one.
@Suite struct OnePersonalWorkspaceTests {
  private static let enterprise = extending("enterprise")
  private static let off = extending("enterprise", "one-personal-workspace: off")
  private static let further = enterprise + "\nsignUp: {furtherWorkspaces: allowed}"
  private static let stored = "~ada@x\n~ada@x/Personal personal owner=ada@x\n  ada@x admin\n  eve@x viewer"
  private static let blocked = " blocked:one-personal-workspace"
  private static let second = "create-workspace ~ada@x/Second +owner=ada@x first"

  private static func declaring(_ workspaces: String, stored: String = stored, policy: String = enterprise) -> Scenario
  {
    Scenario(ada("workspaces: {\(workspaces)}", policy: policy), stored: stored)
  }

  static let rows = [
    PlanRow(
      "a further workspace where the policy allows none", declaring("Personal: {}, Second: {}"), [second + blocked],
      blocked: [
        Refusal(
          rule: .onePersonalWorkspace, organization: "~ada@x", workspace: "Second",
          message: "the account of ada@x has ~ada@x/Personal, and the policy allows no further workspace",
          remedy: "make the workspace in an organization",
          source: SourceLocation(file: "manifests/all.yaml", line: 9, column: 28))
      ]),
    PlanRow("every override", declaring("Second: {}").withEveryOverride, [second + blocked]),
    PlanRow("a further workspace where the policy allows it", declaring("Second: {}", policy: further), [second]),
    PlanRow(
      "the first, which sign-up did not make", declaring("Mine: {}", stored: "~ada@x"),
      ["create-workspace ~ada@x/Mine +kind=personal,owner=ada@x first"]),
    PlanRow(
      "two at once where there is none", declaring("A: {}, B: {}", stored: "~ada@x"),
      [
        "create-workspace ~ada@x/A +kind=personal,owner=ada@x first",
        "create-workspace ~ada@x/B +owner=ada@x first" + blocked,
      ]),
    PlanRow(
      "two at once where further ones are allowed: only the first is personal",
      declaring("A: {}, B: {}", stored: "~ada@x", policy: further),
      [
        "create-workspace ~ada@x/A +kind=personal,owner=ada@x first", "create-workspace ~ada@x/B +owner=ada@x first",
      ]),
    PlanRow(
      "a new account", declaring("Personal: {}, Second: {}", stored: ""),
      ["create-account ~ada@x ada@x +workspace=Personal first", second + blocked]),
    PlanRow(
      "the place of a deleted one",
      declaring("Old: {removed: unused}, New: {}", stored: "~ada@x\n~ada@x/Old owner=ada@x\n  ada@x admin")
        .allowingDeletion,
      [
        "delete-workspace ~ada@x/Old -apiKeys=0,invitations=0,members=1 +removed=unused first",
        "create-workspace ~ada@x/New +owner=ada@x first",
      ]),
    PlanRow(
      "two already: they can be renamed and people go, a third is refused",
      declaring(
        "Home: {renamedFrom: Personal, members: {ada@x: admin}}, Old: {}, Third: {}",
        stored: stored + "\n~ada@x/Old personal owner=ada@x\n  ada@x admin"),
      [
        "rename-workspace ~ada@x/Home -name=Personal +name=Home first",
        "remove-member ~ada@x/Home eve@x -role=viewer first",
        "create-workspace ~ada@x/Third +owner=ada@x first" + blocked,
      ]),
    PlanRow(
      "two already: one that may be deleted goes",
      declaring("Old: {removed: unused}", stored: stored + "\n~ada@x/Old owner=ada@x\n  ada@x admin").allowingDeletion,
      ["delete-workspace ~ada@x/Old -apiKeys=0,invitations=0,members=1 +removed=unused first"]),
    PlanRow(
      "organizations have as many as they declare",
      Scenario(
        acme("members: {ada@x: super-admin}\nworkspaces: {a: {}, b: {}}"),
        stored: "acme\n  ada@x super-admin\nacme/default default"),
      ["create-workspace acme/a + first", "create-workspace acme/b + first"]),
    PlanRow("off", declaring("Second: {}", policy: off), [second]),
  ]

  private static let changed = "create-workspace ~ada@x/Second +owner=ada@x change"

  private static func relaxedBy(_ relaxed: String) -> [PlanRow] {
    underBothPolicies(
      strict: enterprise, relaxed: relaxed, before: "workspaces: {Personal: {}}",
      after: "workspaces: {Personal: {}, Second: {}}", stored: stored, refused: [changed + blocked], passes: [changed],
      in: { ada($0, policy: $1) })
  }

  @Test(arguments: rows + relaxedBy(off) + relaxedBy(further))
  func `an account has one personal workspace`(_ row: PlanRow) { row.check() }

  @Test(arguments: [
    ByHandRow(
      "a further one where the policy allows none", declaring(""), as: "ada@x", "create ~ada@x/Second",
      does: ["create-workspace ~ada@x/Second +owner=ada@x change" + blocked]),
    ByHandRow(
      "a further one where the policy allows it", declaring("", policy: further), as: "ada@x", "create ~ada@x/Second",
      does: ["create-workspace ~ada@x/Second +owner=ada@x change"]),
  ]) func `by hand too`(_ row: ByHandRow) { row.check() }
}
