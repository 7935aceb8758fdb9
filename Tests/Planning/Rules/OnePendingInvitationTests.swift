import Model
import Testing

@testable import Planning

/// `one-pending-invitation`: a second pending invitation for an email. Plans change or resend the open one instead, so
/// whole plans show that, and the rule itself is asked about the step that none of them has.
@Suite struct OnePendingInvitationTests {
  private static let inviting = extending("self-serve", admission: "invite")

  private static func ml(_ role: String, pending: String, _ policy: String = inviting) -> Scenario {
    Scenario(
      acme("workspaces: {ml: {members: {ada@x: owner, bob@x: \(role)}}}", policy: policy),
      stored: "acme\nacme/ml owner=ada@x\n  ada@x owner\n  eve@x member\n  \(pending)")
  }

  private static let removal = "remove-member acme/ml eve@x -role=member first"

  static let rows = [
    PlanRow(
      "nobody invited", ml("member", pending: "? carl@x member"),
      [
        "invite acme/ml bob@x +role=member first", "cancel-invitation acme/ml carl@x -role=member first", removal,
      ]),
    PlanRow(
      "invited already", ml("member", pending: "? bob@x member"), [removal],
      waiting: ["acme/ml bob@x accept-invitation"]),
    PlanRow(
      "invited already, with another role: changed in place", ml("owner", pending: "? bob@x member"),
      ["update-invitation acme/ml bob@x -role=member +role=owner first", removal]),
    PlanRow(
      "lapsed: the same one is sent again", ml("member", pending: "? bob@x member lapses=2026-01-01T00:00:00Z"),
      ["invite acme/ml bob@x +resend=true,role=member first", removal]),
    PlanRow(
      "emails compare without case", ml("member", pending: "? Bob@X member"), [removal],
      waiting: ["acme/ml bob@x accept-invitation"]),
    PlanRow(
      "in another place an invitation of its own",
      Scenario(
        acme("workspaces: {ml: {members: {bob@x: member}}, web: {members: {bob@x: member}}}", policy: inviting),
        stored: "acme\nacme/ml\n  ? bob@x member\nacme/web"),
      ["invite acme/web bob@x +role=member first"], waiting: ["acme/ml bob@x accept-invitation"]),
  ]

  @Test(arguments: rows) func `plans keep to the open invitation`(_ row: PlanRow) { row.check() }

  struct Step: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var person = "bob@x"
    var workspace: String? = "ml"
    var resend = false
    var isRefused = false
  }

  @Test(arguments: [
    Step(testDescription: "a second one", isRefused: true),
    Step(testDescription: "the same one again", resend: true),
    Step(testDescription: "to somebody else", person: "carl@x"),
    Step(testDescription: "to another place", workspace: "web"),
    Step(testDescription: "to the organization", workspace: nil),
  ]) func `the rule itself`(_ row: Step) throws {
    var names = NameTable()
    let stored = StoredText("acme\nacme/ml\n  ? bob@x member\nacme/web\n@ bob@x", names: &names, now: Scenario.now)
      .state
    let policy = PolicyView(
      Scenario.compile(acme("", policy: Self.inviting), now: Scenario.now, names: &names).policy, names: &names)
    let grant = Grant(role: names.intern("owner"), expires: nil, protect: false)
    let (person, workspace) = (names.intern(row.person), row.workspace.map { names.intern($0) })
    let context = RuleContext(
      tenant: "acme", policy: policy, newTopRoles: (policy.topOrganizationRole, policy.topWorkspaceRole),
      accounts: stored.accounts, names: names, now: Scenario.now, allowsDeletion: true, allowsMove: true,
      stored: stored.tenants[0], accountability: Accountability(byHand: nil, email: "operator"), activeElsewhere: [],
      frozenUntil: nil)
    let state = TenantState(
      stored.tenants[0], account: nil,
      topRoles: .init(organization: policy.topOrganizationRole, workspace: policy.topWorkspaceRole), now: Scenario.now)
    let step = Planning.Step(
      workspace: workspace, person: person, change: .invite(grant, resend: row.resend), origin: .change, mark: .none,
      entry: .member(workspace: workspace, person: person), phase: .workspaceGrants)
    let every = RuleName.allCases.map { Override(rule: $0, organization: nil, reason: "test") }
    let refusals = Judge(contexts: [context], older: [:], overrides: every).refusals(of: step, in: state)
    #expect(refusals.map(\.rule) == (row.isRefused ? [.onePendingInvitation] : []))
    let reason =
      row.isRefused
      ? Reason(
        "bob@x has a pending invitation to acme/ml already",
        remedy: "change that invitation's role, send it again, or cancel it first") : nil
    #expect(refusals.first?.reason == reason)
  }
}
