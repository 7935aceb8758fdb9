import Model
import Planning
import Testing

/// `actor-allowed`: an action that none of its actors' permissions cover. In `acme` ada@x is super-admin; in `acme/ml`
/// carl@x is admin and bob@x viewer.
@Suite struct ActorAllowedTests {
  private static let on = extending("enterprise", "actor-allowed: on, no-self-change: off")
  private static let off = extending("enterprise", "no-self-change: off")
  private static let attested = on + "\nidentity: attested"
  private static let stored = """
    acme owner=ada@x
      ada@x super-admin
      bob@x member
      carl@x member
      eve@x member
    acme/default default
    acme/ml
      bob@x viewer
      carl@x admin
      eve@x viewer
    @ ops@x
    """
  private static let people =
    "owner: ada@x\nmembers: {ada@x: super-admin, bob@x: member, carl@x: member, eve@x: member}"
  private static let before = people + "\nworkspaces: {ml: {members: {bob@x: viewer, carl@x: admin, eve@x: viewer}}}"
  private static let after = people + "\nworkspaces: {ml: {members: {bob@x: viewer, carl@x: admin, eve@x: developer}}}"
  private static let entry = "acme/ml eve@x"
  private static let blocked = " blocked:actor-allowed"
  private static let promotion = "change-role acme/ml eve@x -role=viewer +role=developer change"

  private static func promoting(_ policy: String = on, after: String = after, stored: String = stored) -> Scenario {
    Scenario(acme(after, policy: policy), stored: stored, applied: acme(before, policy: policy))
  }

  private static func attestedBy(_ emails: String...) -> Scenario {
    var scenario = promoting(attested).commit(by: "carl@x", touching: [entry]).attested()
    scenario.authorship.commits[0].attestation?.actors = emails
    return scenario
  }

  static let rows = [
    PlanRow(
      "a viewer's commit", promoting().commit(by: "bob@x", touching: [entry]), [promotion + blocked],
      blocked: [
        Refusal(
          rule: .actorAllowed, organization: "acme", workspace: "ml", subject: "eve@x",
          message: "bob@x lacks the permission members.change-role in acme/ml",
          remedy: "let ada@x or carl@x, who may do it, make or approve the change; "
            + "or --override actor-allowed@acme --reason TEXT",
          inReview: "let ada@x or carl@x, who may do it, make or approve the change",
          source: SourceLocation(file: "manifests/all.yaml", line: 12, column: 59))
      ]),
    PlanRow("an admin's commit", promoting().commit(by: "carl@x", touching: [entry]), [promotion]),
    PlanRow("a super-admin's commit", promoting().commit(by: "ada@x", touching: [entry]), [promotion]),
    PlanRow("a stranger's commit", promoting().commit(by: "stranger@y", touching: [entry]), [promotion + blocked]),
    PlanRow("nobody's", promoting(), [promotion + blocked]),
    PlanRow(
      "an override", promoting().commit(by: "bob@x", touching: [entry]).overriding(.actorAllowed), [promotion]),
    PlanRow(
      "an override for another organization",
      promoting().commit(by: "bob@x", touching: [entry]).overriding(.actorAllowed, organization: "other"),
      [promotion + blocked]),
    PlanRow(
      "a suspended admin's commit", promoting(stored: stored + "\n! carl@x").commit(by: "carl@x", touching: [entry]),
      [promotion + blocked], held: ["acme carl@x suspended", "acme/ml carl@x suspended"]),
    PlanRow(
      "two authors, of whom the later one may not",
      promoting().commit(by: "bob@x", touching: [entry]).commit(by: "carl@x", touching: [entry]), [promotion + blocked]),
    PlanRow(
      "two authors, of whom the later one may: who made the newest change answers alone",
      promoting().commit(by: "carl@x", touching: [entry]).commit(by: "bob@x", touching: [entry]), [promotion]),
    PlanRow(
      "two authors, who both may",
      promoting().commit(by: "carl@x", touching: [entry]).commit(by: "ada@x", touching: [entry]), [promotion]),
    PlanRow(
      "named beside an author who may: to be checked too",
      promoting().commit(by: "carl@x", touching: [entry]).actor("bob@x"), [promotion + blocked]),
    PlanRow(
      "named, who may, beside an author who may not: adds, and lends nothing",
      promoting().commit(by: "bob@x", touching: [entry]).actor("carl@x"), [promotion + blocked]),
    PlanRow(
      "a viewer's commit that an admin approved",
      promoting().commit(by: "bob@x", approvedBy: ["carl@x"], touching: [entry]), [promotion]),
    PlanRow(
      "a viewer's commit that a viewer approved",
      promoting().commit(by: "bob@x", approvedBy: ["eve@x"], touching: [entry]), [promotion + blocked]),
    PlanRow(
      "--approved-by", promoting().commit(by: "bob@x", touching: [entry]).approvedBy("ada@x"), [promotion]),
    PlanRow(
      "a policy change of somebody who may not change members",
      promoting().commit(by: "bob@x", touching: nil).commit(by: "carl@x", touching: [entry]), [promotion + blocked]),
    PlanRow("attested: each of those named has to", attestedBy("bob@x", "carl@x"), [promotion + blocked]),
    PlanRow("attested: all of those named may", attestedBy("ada@x", "carl@x"), [promotion]),
    PlanRow("attested: none of those named", attestedBy("bob@x", "eve@x"), [promotion + blocked]),
    PlanRow(
      "attested: nobody is known to have changed it: it waits", promoting(attested), [],
      waiting: [entry + " attestation"]),
    PlanRow(
      "nobody is known to have changed it: all who changed anything may have",
      promoting().commit(by: "ada@x", touching: ["acme carl@x"]).commit(by: "bob@x", touching: ["acme bob@x"]),
      [promotion + blocked]),
    PlanRow(
      "attested: nobody is named: it waits", promoting(attested).commit(by: "carl@x", touching: [entry]), [],
      waiting: [entry + " attestation"]),
    PlanRow(
      "attested: approved",
      promoting(attested).commit(by: "x@y", touching: [entry]).attested("bob@x", approvedBy: ["carl@x"]), [promotion]),
    PlanRow("attested: unknown may nothing", attestedBy("unknown"), [promotion + blocked]),
    PlanRow(
      "an operator's commit", promoting(on + "\noperators: [ops@x]").commit(by: "ops@x", touching: [entry]), [promotion]
    ),
    PlanRow(
      "an operator's commit, who has no account",
      promoting(on + "\noperators: [Robot@y]").commit(by: "robot@y", touching: [entry]), [promotion]),
    PlanRow(
      "a suspended operator's commit",
      promoting(on + "\noperators: [ops@x]", stored: stored + "\n! ops@x").commit(by: "ops@x", touching: [entry]),
      [promotion + blocked]),
    PlanRow(
      "what a viewer and an admin did in one range: each step by its own",
      promoting(
        after: people + "\nworkspaces: {ml: {members: {carl@x: admin, eve@x: developer}}}"
      ).commit(by: "bob@x", touching: [entry]).commit(by: "carl@x", touching: ["acme/ml bob@x"]),
      ["remove-member acme/ml bob@x -role=viewer change", promotion + blocked]),
    PlanRow(
      "a workspace admin makes no workspaces and changes no organization",
      promoting(
        after: before.replacing("eve@x: member}", with: "eve@x: billing-admin, new@x: member}").replacing(
          "{ml:", with: "{two: {}, ml:"
        )
        .replacing(", eve@x: viewer", with: "")
      ).commit(by: "carl@x", touching: ["acme new@x", "acme eve@x", "acme/two", entry]),
      [
        "remove-member acme/ml eve@x -role=viewer change",
        "change-role acme eve@x -role=member +role=billing-admin change" + blocked,
        "add-member acme new@x +role=member change" + blocked, "create-workspace acme/two + change" + blocked,
      ]),
    PlanRow(
      "drift is tenure's",
      Scenario(acme(after, policy: on), stored: stored, applied: acme(after, policy: on)).commit(
        by: "bob@x", touching: nil),
      ["change-role acme/ml eve@x -role=viewer +role=developer drift"]),
    PlanRow(
      "what ends by itself is tenure's",
      Scenario(
        acme(before.replacing("eve@x: viewer", with: "eve@x: {role: viewer, expires: 2026-11-20}"), policy: on),
        stored: stored.replacing("eve@x viewer", with: "eve@x viewer until=2026-11-21T00:00:00Z"),
        applied: acme(before.replacing("eve@x: viewer", with: "eve@x: {role: viewer, expires: 2026-11-20}"), policy: on)
      ).commit(by: "bob@x", touching: nil),
      ["remove-member acme/ml eve@x -expires=2026-11-21T00:00:00Z,role=viewer expiry"]),
    PlanRow("off", promoting(off).commit(by: "bob@x", touching: [entry]), [promotion]),
  ]

  static let firstApply = [
    PlanRow(
      "a new organization by its owner",
      Scenario(acme("owner: ada@x", policy: on)).commit(by: "ada@x", touching: nil),
      ["create-organization acme +defaultWorkspace=default,owner=ada@x first" + blocked]),
    PlanRow(
      "a new organization by an operator",
      Scenario(
        acme("owner: ada@x\nmembers: {bob@x: member}\nworkspaces: {ml: {}}", policy: on + "\noperators: [ops@x]")
      ).commit(by: "ops@x", touching: nil),
      [
        "create-organization acme +defaultWorkspace=default,owner=ada@x first",
        "add-member acme bob@x +role=member first",
        "create-workspace acme/ml + first",
      ]),
    PlanRow(
      "a new organization by somebody else",
      Scenario(acme("owner: ada@x", policy: on)).commit(by: "bob@x", touching: nil),
      ["create-organization acme +defaultWorkspace=default,owner=ada@x first" + blocked]),
    PlanRow(
      "an account of one's own",
      Scenario(ada("displayName: Ada", policy: on)).commit(by: "ada@x", touching: nil),
      ["create-account ~ada@x ada@x +displayName=Ada,workspace=Personal first"]),
    PlanRow(
      "somebody else's account",
      Scenario(
        ada("displayName: Ada", policy: on), stored: "~ada@x\n~ada@x/Personal personal owner=ada@x\n  ada@x admin",
        applied: ada("workspaces: {}", policy: on)
      ).commit(by: "bob@x", touching: nil),
      [
        "update-management ~ada@x -workspaces=true +workspaces=false change" + blocked,
        "update-account ~ada@x ada@x -displayName= +displayName=Ada change" + blocked,
      ]),
    PlanRow(
      "the user's own account",
      Scenario(
        ada("displayName: Ada", policy: on), stored: "~ada@x\n~ada@x/Personal personal owner=ada@x\n  ada@x admin",
        applied: ada("workspaces: {}", policy: on)
      ).commit(by: "ada@x", touching: nil),
      [
        "update-management ~ada@x -workspaces=true +workspaces=false change",
        "update-account ~ada@x ada@x -displayName= +displayName=Ada change",
      ]),
  ]

  static let policies = underBothPolicies(
    strict: on, relaxed: off, before: before, after: after, stored: stored, refused: [promotion + blocked],
    passes: [promotion], with: { $0.commit(by: "bob@x", touching: [entry]) })

  @Test(arguments: rows) func `whoever answers for it may do it`(_ row: PlanRow) { row.check() }
  @Test(arguments: firstApply) func `what begins`(_ row: PlanRow) { row.check() }
  @Test(arguments: policies) func `under both policies`(_ row: PlanRow) { row.check() }

  @Test(arguments: [
    ByHandRow(
      "off concerns plans: --as is always asked", promoting(off), as: "bob@x", "set-role acme/ml eve@x developer",
      does: ["change-role acme/ml eve@x -role=viewer +role=developer change" + blocked],
      blocked: [
        Refusal(
          rule: .actorAllowed, organization: "acme", workspace: "ml", subject: "eve@x",
          message: "bob@x is viewer of acme/ml and lacks the permission members.change-role",
          remedy: "ask somebody who is admin there, or the operator")
      ]),
    ByHandRow(
      "an admin, of theirs", promoting(off), as: "carl@x", "set-role acme/ml eve@x developer",
      does: ["change-role acme/ml eve@x -role=viewer +role=developer change"]),
    ByHandRow(
      "an admin, of another workspace", promoting(off), as: "carl@x", "add acme/default eve@x viewer",
      does: ["add-member acme/default eve@x +role=viewer change" + blocked]),
    ByHandRow(
      "a super-admin, of every workspace", promoting(off), as: "ada@x", "add acme/default eve@x viewer",
      does: ["add-member acme/default eve@x +role=viewer change"]),
    ByHandRow(
      "the operator", promoting(), "set-role acme/ml eve@x developer",
      does: ["change-role acme/ml eve@x -role=viewer +role=developer change"]),
  ]) func `by hand too`(_ row: ByHandRow) { row.check() }
}
