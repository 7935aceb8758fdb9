import Model
import Planning
import Testing

/// `no-self-change`: `raise`, an action that raises the access of one of its actors; `any`, any change of their own.
///
/// In `acme` ada@x is super-admin; in `acme/ml` carl@x is admin, dave@x and bob@x are viewers.
@Suite struct NoSelfChangeTests {
  private static let raise = extending("enterprise")
  private static let anyChange = extending("enterprise", "no-self-change: any")
  private static let off = extending("enterprise", "no-self-change: off")
  private static let organization = "ada@x: super-admin, bob@x: member, carl@x: member, dave@x: member"
  private static let stored = """
    acme owner=ada@x
      ada@x super-admin
      bob@x member
      carl@x member
      dave@x member
    acme/default default
    acme/ml
      bob@x viewer
      carl@x admin
      dave@x viewer
    acme/other
    @ ops@x
    """
  private static let workspace = ml("bob@x: viewer, carl@x: admin, dave@x: viewer")
  private static let raised = ml("bob@x: admin, carl@x: admin, dave@x: viewer")
  private static let entry = "acme/ml bob@x"
  private static let blocked = " blocked:no-self-change"
  private static let raising = "change-role acme/ml bob@x -role=viewer +role=admin change"

  private static func ml(_ members: String) -> String { "ml: {members: {\(members)}}" }

  private static func body(_ workspaces: String, _ members: String = organization) -> String {
    "owner: ada@x\nmembers: {\(members)}\nworkspaces: {\(workspaces)}"
  }

  /// A commit after the one applied, which declared what is stored.
  private static func company(
    _ workspaces: String, _ policy: String = raise, members: String = organization, stored: String = stored,
    applied: String = workspace
  ) -> Scenario {
    Scenario(
      acme(body(workspaces, members), policy: policy), stored: stored,
      applied: acme(body(applied), policy: policy))
  }

  private static func raisingBob(_ policy: String = raise) -> Scenario { company(raised, policy) }

  private static let attested =
    raisingBob(raise + "\nidentity: attested").commit(by: "x@y", touching: [entry])

  static let raises = [
    PlanRow(
      "a viewer makes himself admin", raisingBob().commit(by: "bob@x", touching: [entry]), [raising + blocked],
      blocked: [
        Refusal(
          rule: .noSelfChange, organization: "acme", workspace: "ml", subject: "bob@x",
          message: "bob@x would raise their own access to acme/ml",
          remedy:
            "let ada@x or carl@x, who may do it, approve: `Approved-by: EMAIL` in the commit, or --approved-by EMAIL",
          inReview: "let ada@x or carl@x, who may do it, approve: `Approved-by: EMAIL` in the commit",
          source: SourceLocation(file: "manifests/all.yaml", line: 11, column: 29))
      ]),
    PlanRow(
      "an override changes nothing", raisingBob().commit(by: "bob@x", touching: [entry]).withEveryOverride,
      [raising + blocked]),
    PlanRow("emails compare without case", raisingBob().commit(by: "Bob@X", touching: [entry]), [raising + blocked]),
    PlanRow("somebody else makes him admin", raisingBob().commit(by: "carl@x", touching: [entry]), [raising]),
    PlanRow(
      "his commit changed something else",
      raisingBob().commit(by: "bob@x", touching: ["acme/ml dave@x"])
        .commit(by: "carl@x", touching: [entry]), [raising]),
    PlanRow(
      "somebody else's commit, and he is named beside",
      raisingBob().commit(by: "carl@x", touching: [entry]).actor("bob@x"),
      [raising + blocked]),
    PlanRow("only named", raisingBob().actor("bob@x"), [raising + blocked]),
    PlanRow(
      "through the policy: his commit changed it",
      raisingBob().commit(by: "bob@x", touching: nil).commit(by: "carl@x", touching: [entry]), [raising + blocked]),
    PlanRow(
      "through the organization's own policy",
      raisingBob().commit(by: "bob@x", touching: [], tenants: ["acme"]).commit(by: "carl@x", touching: [entry]),
      [raising + blocked]),
    PlanRow(
      "through another organization's policy",
      raisingBob().commit(by: "bob@x", touching: [], tenants: ["other"]).commit(by: "carl@x", touching: [entry]),
      [raising]),
    PlanRow(
      "through a group",
      Scenario(
        acme(body("ml: {members: {carl@x: admin, dave@x: viewer, team: admin}}") + "\ngroups: {team: [bob@x]}"),
        stored: stored, applied: acme(body(workspace))
      ).commit(by: "bob@x", touching: [entry]), [raising + blocked]),
    PlanRow(
      "others, whom his commit changed beside",
      company(ml("bob@x: admin, carl@x: admin, eve@x: viewer"), members: organization + ", eve@x: member")
        .commit(by: "bob@x", touching: ["acme eve@x", entry, "acme/ml dave@x", "acme/ml eve@x"]),
      [
        "add-member acme eve@x +role=member change", "add-member acme/ml eve@x +role=viewer change",
        "remove-member acme/ml dave@x -role=viewer change", raising + blocked,
      ]),
    PlanRow(
      "he adds himself to another workspace",
      company(workspace + ", other: {members: {bob@x: viewer}}").commit(by: "bob@x", touching: ["acme/other bob@x"]),
      ["add-member acme/other bob@x +role=viewer change" + blocked]),
    PlanRow(
      "he invites himself",
      Scenario(
        acme(body(workspace, organization + ", eve@x: member"), policy: "extends: enterprise"), stored: stored,
        applied: acme(body(workspace), policy: "extends: enterprise")
      ).commit(by: "eve@x", touching: ["acme eve@x"]), ["invite acme eve@x +role=member change" + blocked]),
    PlanRow(
      "he puts off his end",
      company(
        ml("bob@x: {role: viewer, expires: 2027-06-30}, carl@x: admin, dave@x: viewer"),
        stored: stored.replacing("bob@x viewer", with: "bob@x viewer until=2027-01-01T00:00:00Z"),
        applied: ml("bob@x: {role: viewer, expires: 2026-12-31}, carl@x: admin, dave@x: viewer")
      ).commit(by: "bob@x", touching: [entry]),
      ["update-member acme/ml bob@x -expires=2027-01-01T00:00:00Z +expires=2027-07-01T00:00:00Z change" + blocked]),
    PlanRow(
      "he sets an end for himself",
      company(ml("bob@x: {role: viewer, expires: 2027-06-30}, carl@x: admin, dave@x: viewer"))
        .commit(by: "bob@x", touching: [entry]),
      ["update-member acme/ml bob@x -expires=null +expires=2027-07-01T00:00:00Z change"]),
    PlanRow(
      "an admin steps down",
      company(ml("bob@x: viewer, carl@x: viewer, dave@x: viewer"))
        .commit(by: "carl@x", touching: ["acme/ml carl@x"]),
      ["change-role acme/ml carl@x -role=admin +role=viewer change"]),
    PlanRow(
      "he takes himself out", company(ml("carl@x: admin, dave@x: viewer")).commit(by: "bob@x", touching: [entry]),
      ["remove-member acme/ml bob@x -role=viewer change"]),
    PlanRow(
      "a super-admin adds herself to a workspace: she can do everything there anyway",
      company(workspace + ", other: {members: {ada@x: admin}}").commit(by: "ada@x", touching: ["acme/other ada@x"]),
      ["add-member acme/other ada@x +role=admin change"]),
    PlanRow(
      "a workspace that one makes is one's own",
      company(workspace + ", new: {owner: bob@x}").commit(by: "bob@x", touching: ["acme/new", "acme/new bob@x"]),
      ["create-workspace acme/new +owner=bob@x change"]),
    PlanRow(
      "drift is put right, whoever made the commit",
      Scenario(acme(body(raised)), stored: stored, applied: acme(body(raised))).commit(by: "bob@x", touching: nil)
        .actor("bob@x"), ["change-role acme/ml bob@x -role=viewer +role=admin drift"]),
    PlanRow("off", raisingBob(off).commit(by: "bob@x", touching: [entry]), [raising]),
  ]

  static let approvals = [
    PlanRow(
      "another admin approved", raisingBob().commit(by: "bob@x", approvedBy: ["carl@x"], touching: [entry]), [raising]),
    PlanRow(
      "a super-admin approved", raisingBob().commit(by: "bob@x", approvedBy: ["ada@x"], touching: [entry]), [raising]),
    PlanRow(
      "--approved-by", raisingBob().commit(by: "bob@x", touching: [entry]).approvedBy("ada@x"), [raising]),
    PlanRow(
      "an operator approved",
      raisingBob(raise + "\noperators: [ops@x]").commit(by: "bob@x", approvedBy: ["ops@x"], touching: [entry]),
      [raising]),
    PlanRow(
      "he approved himself", raisingBob().commit(by: "bob@x", approvedBy: ["bob@x"], touching: [entry]),
      [raising + blocked]),
    PlanRow(
      "an admin approves himself",
      company(
        ml("bob@x: viewer, carl@x: {role: admin, expires: 2027-06-30}, dave@x: viewer"),
        stored: stored.replacing("carl@x admin", with: "carl@x admin until=2027-01-01T00:00:00Z"),
        applied: ml("bob@x: viewer, carl@x: {role: admin, expires: 2026-12-31}, dave@x: viewer")
      ).commit(by: "carl@x", approvedBy: ["carl@x"], touching: ["acme/ml carl@x"]).approvedBy("carl@x"),
      ["update-member acme/ml carl@x -expires=2027-01-01T00:00:00Z +expires=2027-07-01T00:00:00Z change" + blocked]),
    PlanRow(
      "somebody without the permission approved",
      raisingBob().commit(by: "bob@x", approvedBy: ["dave@x"], touching: [entry]), [raising + blocked]),
    PlanRow(
      "a stranger approved", raisingBob().commit(by: "bob@x", approvedBy: ["stranger@y"], touching: [entry]),
      [raising + blocked]),
    PlanRow(
      "a suspended admin approved",
      company(raised, stored: stored + "\n! carl@x").commit(by: "bob@x", approvedBy: ["carl@x"], touching: [entry]),
      [raising + blocked], held: ["acme carl@x suspended", "acme/ml carl@x suspended"]),
    PlanRow(
      "somebody approved who may do it only after this commit",
      company(ml("bob@x: admin, carl@x: admin, dave@x: admin"))
        .commit(by: "bob@x", approvedBy: ["dave@x"], touching: [entry, "acme/ml dave@x"]),
      [
        "change-role acme/ml dave@x -role=viewer +role=admin change", raising + blocked,
      ]),
    PlanRow(
      "one of two commits of his was approved",
      raisingBob().commit(by: "bob@x", approvedBy: ["carl@x"], touching: [entry]).commit(
        by: "bob@x", touching: [entry]),
      [raising + blocked]),
    PlanRow(
      "his policy change was approved, and somebody else changed the entry",
      raisingBob().commit(by: "bob@x", approvedBy: ["ada@x"], touching: nil).commit(by: "carl@x", touching: [entry]),
      [raising]),
    PlanRow(
      "attested: named, and approved in the review", attested.attested("bob@x", approvedBy: ["carl@x"]),
      [raising]),
    PlanRow(
      "attested: named, and approved by nobody", attested.attested("bob@x"), [raising + blocked]),
    PlanRow(
      "attested: a trailer approves nothing",
      raisingBob(raise + "\nidentity: attested").commit(by: "x@y", approvedBy: ["carl@x"], touching: [entry])
        .attested("bob@x"), [raising + blocked]),
    PlanRow(
      "attested: the author counts against himself, whoever is named",
      raisingBob(raise + "\nidentity: attested").commit(by: "bob@x", touching: [entry]).attested("carl@x"),
      [raising + blocked]),
    PlanRow(
      "attested: nobody is named: it waits", attested, [], waiting: ["acme/ml bob@x attestation"]),
  ]

  static let everything = [
    PlanRow(
      "any: a viewer makes himself admin", raisingBob(anyChange).commit(by: "bob@x", touching: [entry]),
      [raising + blocked],
      blocked: [
        Refusal(
          rule: .noSelfChange, organization: "acme", workspace: "ml", subject: "bob@x",
          message: "bob@x would change their own place in acme/ml",
          remedy:
            "let ada@x or carl@x, who may do it, approve: `Approved-by: EMAIL` in the commit, or --approved-by EMAIL",
          inReview: "let ada@x or carl@x, who may do it, approve: `Approved-by: EMAIL` in the commit",
          source: SourceLocation(file: "manifests/all.yaml", line: 12, column: 29))
      ]),
    PlanRow(
      "any: an admin steps down",
      company(ml("bob@x: viewer, carl@x: viewer, dave@x: viewer"), anyChange)
        .commit(by: "carl@x", touching: ["acme/ml carl@x"]),
      ["change-role acme/ml carl@x -role=admin +role=viewer change" + blocked]),
    PlanRow(
      "any: he takes himself out, and somebody else",
      company(ml("carl@x: admin"), anyChange).commit(by: "bob@x", touching: [entry, "acme/ml dave@x"]),
      [
        "remove-member acme/ml dave@x -role=viewer change", "remove-member acme/ml bob@x -role=viewer change" + blocked,
      ]),
    PlanRow(
      "any: he sets an end for himself",
      company(ml("bob@x: {role: viewer, expires: 2027-06-30}, carl@x: admin, dave@x: viewer"), anyChange)
        .commit(by: "bob@x", touching: [entry]),
      ["update-member acme/ml bob@x -expires=null +expires=2027-07-01T00:00:00Z change" + blocked]),
    PlanRow(
      "any: a super-admin adds herself to a workspace",
      company(workspace + ", other: {members: {ada@x: admin}}", anyChange).commit(
        by: "ada@x", touching: ["acme/other ada@x"]),
      ["add-member acme/other ada@x +role=admin change" + blocked]),
    PlanRow(
      "any: another admin approved",
      company(ml("carl@x: admin, dave@x: viewer"), anyChange)
        .commit(by: "bob@x", approvedBy: ["carl@x"], touching: [entry]),
      ["remove-member acme/ml bob@x -role=viewer change"]),
  ]

  private static func passing(_ preset: String) -> Scenario {
    Scenario(
      acme("workspaces: {ml: {owner: bob@x, members: {ada@x: member}}}", policy: extending(preset)),
      stored: "acme\nacme/ml owner=ada@x\n  ada@x owner\n  bob@x member",
      applied: acme("workspaces: {ml: {owner: ada@x, members: {bob@x: member}}}", policy: extending(preset)))
  }

  private static let transfer = "transfer-ownership acme/ml bob@x -owner=ada@x +owner=bob@x change"

  static let ownership = [
    PlanRow(
      "the owner passes it on", passing("single-owner").commit(by: "ada@x", touching: ["acme/ml"]), [transfer]),
    PlanRow(
      "a member takes it", passing("single-owner").commit(by: "bob@x", touching: ["acme/ml"]), [transfer + blocked]),
    PlanRow(
      "a member takes it, as the owner approved",
      passing("single-owner").commit(by: "bob@x", approvedBy: ["ada@x"], touching: ["acme/ml"]), [transfer]),
    PlanRow(
      "any: the owner passes it on, and does not step down by herself",
      passing("small-team").commit(by: "ada@x", touching: ["acme/ml", "acme/ml ada@x", "acme/ml bob@x"]),
      [
        "change-role acme/ml bob@x -role=member +role=owner change", transfer,
        "change-role acme/ml ada@x -role=owner +role=member change" + blocked,
      ]),
  ]

  private static let imported = stored.replacing("ada@x super-admin", with: "ada@x member")
  private static let promotion = "change-role acme ada@x -role=member +role=super-admin first"

  static let firstApply = [
    PlanRow(
      "the owner, at the first apply",
      Scenario(acme(body(workspace)), stored: imported).commit(by: "ada@x", touching: nil), [promotion]),
    PlanRow(
      "the owner, at the first apply, under any",
      Scenario(acme(body(workspace), policy: anyChange), stored: imported).commit(by: "ada@x", touching: nil),
      [promotion]),
    PlanRow(
      "whoever declared it with themselves in the top role, where there is no owner of record",
      Scenario(
        acme("members: {\(organization)}"), stored: imported.replacing("acme owner=ada@x", with: "acme")
      ).commit(by: "ada@x", touching: ["acme", "acme ada@x"]), [promotion]),
    PlanRow(
      "somebody else, at the first apply",
      Scenario(acme(body(raised)), stored: stored).commit(by: "bob@x", touching: nil),
      ["change-role acme/ml bob@x -role=viewer +role=admin first" + blocked]),
    PlanRow(
      "somebody else in the top role beside an owner of record",
      Scenario(
        acme(body(workspace, organization.replacing("bob@x: member", with: "bob@x: super-admin"))), stored: stored
      ).commit(by: "bob@x", touching: nil),
      ["change-role acme bob@x -role=member +role=super-admin first" + blocked]),
    PlanRow(
      "the owner, at a later apply",
      Scenario(acme(body(workspace)), stored: imported, applied: acme("members: {ada@x: member}")).commit(
        by: "ada@x", touching: nil), ["change-role acme ada@x -role=member +role=super-admin change" + blocked]),
    PlanRow(
      "a new organization by its owner",
      Scenario(acme("owner: ada@x\nmembers: {ada@x: super-admin}")).commit(by: "ada@x", touching: nil),
      ["create-organization acme +defaultWorkspace=default,owner=ada@x first"]),
    PlanRow(
      "a new organization by somebody else, who joins it",
      Scenario(acme("owner: ada@x\nmembers: {bob@x: member}")).commit(by: "bob@x", touching: nil),
      [
        "create-organization acme +defaultWorkspace=default,owner=ada@x first",
        "add-member acme bob@x +role=member first" + blocked,
      ]),
  ]

  private static func moving(_ policy: String = raise) -> Scenario {
    Scenario(
      acme("owner: ada@x\nmembers: {ada@x: super-admin, bob@new: member}", policy: policy)
        + "\n---\napiVersion: tenure/v1\nkind: Account\nemail: bob@new\nformerly: [bob@x]",
      stored:
        "acme owner=ada@x\n  ada@x super-admin\n  bob@x member\nacme/default default\n~bob@x\n~bob@x/Personal personal owner=bob@x\n  bob@x admin",
      applied: acme("owner: ada@x\nmembers: {ada@x: super-admin, bob@x: member}", policy: policy)
        + "\n---\napiVersion: tenure/v1\nkind: Account\nemail: bob@x"
    ).allowingMove
  }

  private static let move = "move-account ~bob@new bob@new -email=bob@x +email=bob@new change"

  static let emails = [
    PlanRow(
      "somebody moves an account onto their own email", moving().commit(by: "bob@new", touching: nil), [move + blocked]),
    PlanRow("under any", moving(anyChange).commit(by: "bob@new", touching: nil), [move + blocked]),
    PlanRow("somebody else moves it", moving().commit(by: "ada@x", touching: nil), [move]),
    PlanRow(
      "the account's user moves it away, under their old email", moving().commit(by: "bob@x", touching: nil), [move]),
    PlanRow(
      "under any they change something of their own", moving(anyChange).commit(by: "bob@x", touching: nil),
      [move + blocked]),
    PlanRow(
      "an operator approved",
      moving(raise + "\noperators: [ada@x]").commit(by: "bob@new", approvedBy: ["ada@x"], touching: nil), [move]),
  ]

  static let policies =
    underBothPolicies(
      strict: raise, relaxed: off, before: body(workspace), after: body(raised), stored: stored,
      refused: [raising + blocked], passes: [raising], with: { $0.commit(by: "bob@x", touching: [entry]) })
    + underBothPolicies(
      strict: anyChange, relaxed: raise, before: body(workspace), after: body(ml("carl@x: admin, dave@x: viewer")),
      stored: stored, refused: ["remove-member acme/ml bob@x -role=viewer change" + blocked],
      passes: ["remove-member acme/ml bob@x -role=viewer change"],
      with: { $0.commit(by: "bob@x", touching: [entry]) })

  @Test(arguments: raises) func `nobody raises their own access`(_ row: PlanRow) { row.check() }
  @Test(arguments: approvals) func `another allowed person approves`(_ row: PlanRow) { row.check() }
  @Test(arguments: everything) func `nobody changes anything of their own`(_ row: PlanRow) { row.check() }
  @Test(arguments: ownership) func `ownership taken for oneself`(_ row: PlanRow) { row.check() }
  @Test(arguments: firstApply) func `an organization's first apply`(_ row: PlanRow) { row.check() }
  @Test(arguments: emails) func `an email moved onto oneself`(_ row: PlanRow) { row.check() }
  @Test(arguments: policies) func `under both policies`(_ row: PlanRow) { row.check() }

  private static let team = Scenario(
    acme("workspaces: {ml: {}}", policy: extending("small-team")),
    stored: "acme\nacme/ml owner=ada@x\n  ada@x owner\n  bob@x owner\n  eve@x member\n  ? carl@x member\n@ carl@x")

  private static let ended = company(
    "ml: {}", stored: stored.replacing("ada@x super-admin", with: "ada@x super-admin\n  ? eve@x member") + "\n@ eve@x")

  @Test(arguments: [
    ByHandRow(
      "any: an owner steps down", team, as: "bob@x", "set-role acme/ml bob@x member",
      does: ["change-role acme/ml bob@x -role=owner +role=member change" + blocked],
      blocked: [
        Refusal(
          rule: .noSelfChange, organization: "acme", workspace: "ml", subject: "bob@x",
          message: "bob@x would change their own place in acme/ml", remedy: "ask somebody else who may do it")
      ]),
    ByHandRow(
      "any: an owner removes herself", team, as: "bob@x", "remove acme/ml bob@x",
      does: ["remove-member acme/ml bob@x -role=owner change" + blocked]),
    ByHandRow(
      "any: an owner demotes another", team, as: "ada@x", "set-role acme/ml bob@x member",
      does: ["change-role acme/ml bob@x -role=owner +role=member change"]),
    ByHandRow(
      "any: accepting is no change of one's own", team, as: "carl@x", "accept acme/ml carl@x",
      does: ["add-member acme/ml carl@x +role=member change"]),
    ByHandRow(
      "any: nor is declining", team, as: "carl@x", "decline acme/ml carl@x",
      does: ["cancel-invitation acme/ml carl@x -role=member change"]),
    ByHandRow(
      "any: the operator is nobody's self", team, "set-role acme/ml bob@x member",
      does: ["change-role acme/ml bob@x -role=owner +role=member change"]),
    ByHandRow(
      "raise: an admin steps down", company("ml: {}"), as: "carl@x", "set-role acme/ml carl@x viewer",
      does: ["change-role acme/ml carl@x -role=admin +role=viewer change"]),
    ByHandRow(
      "raise: leaving", company("ml: {}"), as: "bob@x", "leave acme/ml bob@x",
      does: ["remove-member acme/ml bob@x -role=viewer change"]),
    ByHandRow(
      "raise: accepting", ended, as: "eve@x", "accept acme eve@x", does: ["add-member acme eve@x +role=member change"]),
    ByHandRow(
      "raise: a super-admin adds herself to a workspace", company("ml: {}"), as: "ada@x", "add acme/ml ada@x admin",
      does: ["add-member acme/ml ada@x +role=admin change"]),
  ]) func `by hand too`(_ row: ByHandRow) { row.check() }
}
