import Model
import Planning
import Testing

/// `organization-member-first`: a workspace member without an active membership of the organization.
@Suite struct OrganizationMemberFirstTests {
  private static let on = extending("enterprise")
  private static let off = extending("enterprise", "organization-member-first: off")
  private static let stored =
    "acme\n  ada@x super-admin\n  bob@x member\nacme/default default\nacme/ml\n  ada@x admin\n  bob@x viewer"
  private static let both = "ada@x: super-admin, bob@x: member"
  private static let blocked = " blocked:organization-member-first"
  private static let guest = "add-member acme/ml guest@y +role=viewer first"

  private static func company(
    _ members: String = both, ml: String, _ policy: String = on, stored: String = stored
  ) -> Scenario {
    Scenario(acme("members: {\(members)}\nworkspaces: {ml: {\(ml)}}", policy: policy), stored: stored)
  }

  private static func with(_ line: String) -> String {
    stored.replacing("\nacme/default", with: "\n  \(line)\nacme/default")
  }

  static let joining = [
    PlanRow(
      "an outsider, while others go beside", company(ml: "members: {ada@x: admin, guest@y: viewer}"),
      ["remove-member acme/ml bob@x -role=viewer first", guest + blocked],
      blocked: [
        Refusal(
          rule: .organizationMemberFirst, organization: "acme", workspace: "ml", subject: "guest@y",
          message: "guest@y is no member of acme, so cannot be a member of acme/ml",
          remedy: "declare guest@y under the organization's `members` too, with a role that admits to workspaces",
          source: SourceLocation(file: "manifests/all.yaml", line: 10, column: 43))
      ]),
    PlanRow(
      "an override changes nothing",
      company(ml: "members: {ada@x: admin, bob@x: viewer, guest@y: viewer}").withEveryOverride, [guest + blocked]),
    PlanRow(
      "declared in both: the organization first",
      company(both + ", guest@y: member", ml: "members: {ada@x: admin, bob@x: viewer, guest@y: viewer}"),
      ["add-member acme guest@y +role=member first", guest]),
    PlanRow(
      "a billing admin",
      company(
        both + ", guest@y: billing-admin", ml: "members: {ada@x: admin, bob@x: viewer, guest@y: viewer}",
        stored: with("guest@y billing-admin")), [guest + blocked]),
    PlanRow(
      "invited to the organization: the rest waits",
      company(
        both + ", guest@y: member", ml: "members: {ada@x: admin, bob@x: viewer, guest@y: viewer}",
        extending("enterprise", admission: "invite")), ["invite acme guest@y +role=member first"],
      waiting: ["acme/ml guest@y organization-membership"]),
    PlanRow(
      "pending in the organization: the rest waits on",
      company(
        both + ", guest@y: member", ml: "members: {ada@x: admin, bob@x: viewer, guest@y: viewer}",
        stored: with("? guest@y member")), [],
      waiting: ["acme guest@y accept-invitation", "acme/ml guest@y organization-membership"]),
    PlanRow(
      "accepted: the rest follows by itself",
      company(
        both + ", guest@y: member", ml: "members: {ada@x: admin, bob@x: viewer, guest@y: viewer}",
        stored: with("guest@y member")), [guest]),
    PlanRow(
      "who declined the organization is held in both",
      company(
        both + ", guest@y: member", ml: "members: {ada@x: admin, bob@x: viewer, guest@y: viewer}",
        stored: with("< guest@y declined 2026-11-01T00:00:00Z")), [],
      held: ["acme guest@y declined", "acme/ml guest@y declined"]),
    PlanRow(
      "whose membership of the organization has ended",
      Scenario(
        acme("workspaces: {ml: {members: {ada@x: admin, bob@x: viewer, guest@y: viewer}}}"),
        stored: with("guest@y member until=2026-01-01T00:00:00Z")), [guest + blocked]),
    PlanRow(
      "an outsider as owner of a new workspace",
      Scenario(acme("members: {\(both)}\nworkspaces: {new: {owner: guest@y}}"), stored: stored),
      [
        "create-workspace acme/new + first", "add-member acme/new guest@y +role=admin first" + blocked,
        "transfer-ownership acme/new guest@y -owner=null +owner=guest@y first" + blocked,
      ]),
    PlanRow(
      "a workspace of an account asks for no organization",
      Scenario(
        ada("workspaces: {Personal: {members: {guest@y: viewer}}}", policy: on),
        stored: "~ada@x\n~ada@x/Personal personal owner=ada@x\n  ada@x admin"),
      ["add-member ~ada@x/Personal guest@y +role=viewer first"]),
    PlanRow(
      "off", company(ml: "members: {ada@x: admin, bob@x: viewer, guest@y: viewer}", off), [guest]),
  ]

  private static let outsider = stored + "\n  guest@y viewer\nacme/other"

  static let staying = [
    PlanRow(
      "who leaves the organization leaves its workspaces first", company("ada@x: super-admin", ml: ""),
      ["remove-member acme/ml bob@x -role=viewer first", "remove-member acme bob@x -role=member first"]),
    PlanRow(
      "only a billing admin any more, and still in a workspace",
      company("ada@x: super-admin, bob@x: billing-admin", ml: ""),
      ["change-role acme bob@x -role=member +role=billing-admin first" + blocked],
      blocked: [
        Refusal(
          rule: .organizationMemberFirst, organization: "acme", subject: "bob@x",
          message: "bob@x is still a member of acme/ml, which asks for membership of acme",
          remedy: "take bob@x out of the workspaces too",
          source: SourceLocation(file: "manifests/all.yaml", line: 9, column: 31))
      ]),
    PlanRow(
      "only a billing admin any more, out of the workspaces first",
      company("ada@x: super-admin, bob@x: billing-admin", ml: "members: {ada@x: admin}"),
      [
        "remove-member acme/ml bob@x -role=viewer first",
        "change-role acme bob@x -role=member +role=billing-admin first",
      ]),
    PlanRow(
      "an outsider already: can go", company(ml: "members: {ada@x: admin, bob@x: viewer}", stored: outsider),
      ["remove-member acme/ml guest@y -role=viewer first"]),
    PlanRow(
      "an outsider already: can be made a member of the organization",
      company(
        both + ", guest@y: member", ml: "members: {ada@x: admin, bob@x: viewer, guest@y: viewer}", stored: outsider),
      ["add-member acme guest@y +role=member first"]),
    PlanRow(
      "an outsider already: no further workspace",
      Scenario(
        acme("members: {\(both)}\nworkspaces: {ml: {}, other: {members: {guest@y: viewer}}}"), stored: outsider),
      ["add-member acme/other guest@y +role=viewer first" + blocked]),
    PlanRow(
      "an outsider already: no ownership",
      Scenario(
        acme("members: {\(both)}\nworkspaces: {ml: {owner: guest@y}}"),
        stored: outsider.replacing("guest@y viewer", with: "guest@y admin")),
      ["transfer-ownership acme/ml guest@y -owner=null +owner=guest@y first" + blocked],
      waiting: ["acme/ml guest@y organization-membership"]),
  ]

  static let policies = underBothPolicies(
    strict: on, relaxed: off, before: "workspaces: {ml: {members: {ada@x: admin, bob@x: viewer}}}",
    after: "workspaces: {ml: {members: {ada@x: admin, bob@x: viewer, guest@y: viewer}}}", stored: stored,
    refused: ["add-member acme/ml guest@y +role=viewer change" + blocked],
    passes: ["add-member acme/ml guest@y +role=viewer change"])

  @Test(arguments: joining + staying + policies) func `workspace members are organization members first`(
    _ row: PlanRow
  ) { row.check() }

  @Test(arguments: [("single-owner", false), ("enterprise", true), ("small-team", false), ("self-serve", false)])
  func `presets that ask for it`(_ preset: String, asks: Bool) {
    let scenario = Scenario(
      acme("workspaces: {ml: {members: {eve@x: \(asks ? "viewer" : "owner")}}}", policy: extending(preset)),
      stored: "acme\nacme/ml")
    #expect(scenario.planned().plan.blocked.map(\.rule) == (asks ? [.organizationMemberFirst] : []))
  }

  @Test(arguments: [
    ByHandRow(
      "the operator adds an outsider", company(ml: ""), "add acme/ml guest@y viewer",
      does: ["add-member acme/ml guest@y +role=viewer change" + blocked]),
    ByHandRow(
      "to the organization, then to the workspace", company(ml: ""), as: "ada@x", "add acme guest@y member",
      "add acme/ml guest@y viewer",
      does: [
        "add-member acme guest@y +role=member change", "add-member acme/ml guest@y +role=viewer change",
      ]),
    ByHandRow(
      "a removal from the organization ends the workspaces too", company(ml: ""), as: "ada@x", "remove acme bob@x",
      does: [
        "remove-member acme/ml bob@x -role=viewer change", "remove-member acme bob@x -role=member change",
      ]),
    ByHandRow(
      "only a billing admin any more, and still in a workspace", company(ml: ""), as: "ada@x",
      "set-role acme bob@x billing-admin",
      does: ["change-role acme bob@x -role=member +role=billing-admin change" + blocked]),
  ]) func `by hand too`(_ row: ByHandRow) { row.check() }
}
