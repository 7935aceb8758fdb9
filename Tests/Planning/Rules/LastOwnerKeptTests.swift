import Model
import Planning
import Testing

/// `last-owner-kept`: leaving an organization or workspace that has a permanent holder of the top role without one.
@Suite struct LastOwnerKeptTests {
  private static let organizations = extending("enterprise")
  private static let on = extending("enterprise", "last-owner-kept: on")
  private static let off = extending("enterprise", "last-owner-kept: off")
  private static let stored = "acme\n  ada@x super-admin\nacme/default default"
  private static let two = "acme\n  ada@x super-admin\n  bob@x super-admin\nacme/default default"
  private static let blocked = " blocked:last-owner-kept"
  private static let removal = "remove-member acme ada@x -role=super-admin first"

  private static func members(_ list: String, _ policy: String = organizations, stored: String = stored) -> Scenario {
    Scenario(acme("members: {\(list)}", policy: policy), stored: stored)
  }

  static let inOrganizations = [
    PlanRow(
      "the last one leaves, while others go beside",
      members("", stored: "acme\n  ada@x super-admin\n  eve@x member\nacme/default default"),
      ["remove-member acme eve@x -role=member first", removal + blocked],
      blocked: [
        Refusal(
          rule: .lastOwnerKept, organization: "acme", subject: "ada@x",
          message: "ada@x is the last permanent super-admin of acme",
          remedy: "give somebody else the role super-admin there, without an end, who has joined already",
          source: SourceLocation(file: "manifests/all.yaml", line: 6, column: 1))
      ]),
    PlanRow("every override", members("").withEveryOverride, [removal + blocked]),
    PlanRow(
      "of several, one stays", members("", stored: two),
      [removal, "remove-member acme bob@x -role=super-admin first" + blocked]),
    PlanRow("of two, one goes", members("bob@x: super-admin", stored: two), [removal]),
    PlanRow(
      "demoted", members("ada@x: member"), ["change-role acme ada@x -role=super-admin +role=member first" + blocked]),
    PlanRow(
      "given an end", members("ada@x: {role: super-admin, expires: 2027-01-31}"),
      ["update-member acme ada@x -expires=null +expires=2027-02-01T00:00:00Z first" + blocked]),
    PlanRow(
      "of two, one is given an end and the other goes",
      members("ada@x: {role: super-admin, expires: 2027-01-31}", stored: two),
      [
        "update-member acme ada@x -expires=null +expires=2027-02-01T00:00:00Z first",
        "remove-member acme bob@x -role=super-admin first" + blocked,
      ]),
    PlanRow(
      "who expires or is suspended does not count",
      members(
        "bob@x: {role: super-admin, expires: 2026-12-31}, eve@x: super-admin",
        stored:
          "acme\n  ada@x super-admin\n  bob@x super-admin until=2027-01-01T00:00:00Z\n  eve@x super-admin\nacme/default default\n! eve@x"
      ), [removal + blocked], held: ["acme eve@x suspended"]),
    PlanRow(
      "a suspended one is no loss", members("bob@x: super-admin", stored: two + "\n! ada@x"), [removal]),
    PlanRow(
      "the only one, suspended, can be removed: nobody counted before",
      members("", stored: stored + "\n! ada@x"), [removal]),
    PlanRow(
      "an expiring one goes: it did not count",
      members(
        "ada@x: super-admin",
        stored: two.replacing("bob@x super-admin", with: "bob@x super-admin until=2027-01-01T00:00:00Z")),
      ["remove-member acme bob@x -expires=2027-01-01T00:00:00Z,role=super-admin first"]),
    PlanRow(
      "a successor added by the same commit comes first", members("bob@x: super-admin"),
      ["add-member acme bob@x +role=super-admin first", removal]),
    PlanRow(
      "a successor promoted by the same commit comes first",
      members("bob@x: super-admin", stored: "acme\n  ada@x super-admin\n  bob@x member\nacme/default default"),
      ["change-role acme bob@x -role=member +role=super-admin first", removal]),
    PlanRow(
      "a successor with an end does not do", members("bob@x: {role: super-admin, expires: 2027-01-31}"),
      ["add-member acme bob@x +expires=2027-02-01T00:00:00Z,role=super-admin first", removal + blocked]),
    PlanRow(
      "a successor who has yet to accept is waited for",
      members("bob@x: super-admin, eve@x: member", extending("enterprise", admission: "invite")),
      [
        "invite acme bob@x +role=super-admin first", "invite acme eve@x +role=member first",
      ], waiting: ["acme ada@x accept-invitation"]),
    PlanRow(
      "and all along while the invitation is open",
      members(
        "bob@x: super-admin", extending("enterprise", admission: "invite"),
        stored: "acme\n  ada@x super-admin\n  ? bob@x super-admin\nacme/default default"),
      [], waiting: ["acme ada@x accept-invitation", "acme bob@x accept-invitation"]),
    PlanRow(
      "broken already: everybody else goes and somebody comes",
      members("bob@x: super-admin", stored: "acme\n  eve@x member\nacme/default default"),
      ["add-member acme bob@x +role=super-admin first", "remove-member acme eve@x -role=member first"]),
    PlanRow(
      "broken already: an end is taken away",
      members(
        "ada@x: super-admin", stored: "acme\n  ada@x super-admin until=2027-01-01T00:00:00Z\nacme/default default"),
      ["update-member acme ada@x -expires=2027-01-01T00:00:00Z +expires=null first"]),
    PlanRow("off", members("", off), [removal]),
  ]

  private static let workspace =
    "acme\n  ada@x member\n  bob@x member\nacme/default default\nacme/ml\n  ada@x admin\n  bob@x viewer"

  private static func ml(_ body: String, _ policy: String, stored: String = workspace) -> Scenario {
    Scenario(acme("workspaces: {ml: {\(body)}}", policy: policy), stored: stored)
  }

  static let inWorkspaces = [
    PlanRow(
      "`organizations` leaves workspaces alone", ml("members: {bob@x: viewer}", organizations),
      ["remove-member acme/ml ada@x -role=admin first"]),
    PlanRow(
      "`on` keeps their last one", ml("members: {}", on),
      [
        "remove-member acme/ml bob@x -role=viewer first",
        "remove-member acme/ml ada@x -role=admin first" + blocked,
      ]),
    PlanRow(
      "`on`: demoted", ml("members: {ada@x: viewer, bob@x: viewer}", on),
      ["change-role acme/ml ada@x -role=admin +role=viewer first" + blocked]),
    PlanRow(
      "`on`: a successor comes first", ml("members: {bob@x: admin}", on),
      [
        "change-role acme/ml bob@x -role=viewer +role=admin first", "remove-member acme/ml ada@x -role=admin first",
      ]),
    PlanRow(
      "`on`: who leaves the organization cannot leave the workspace without",
      Scenario(acme("members: {bob@x: member}\nworkspaces: {ml: {}}", policy: on), stored: workspace),
      [
        "remove-member acme/ml ada@x -role=admin first" + blocked,
        "remove-member acme ada@x -role=member first" + blocked,
      ]),
    PlanRow(
      "`on`: a workspace without one can be repaired, and worse it cannot get",
      ml(
        "members: {bob@x: admin}", on,
        stored: "acme\n  ada@x member\n  bob@x member\nacme/default default\nacme/ml\n  ada@x viewer\n  bob@x viewer"),
      [
        "change-role acme/ml bob@x -role=viewer +role=admin first", "remove-member acme/ml ada@x -role=viewer first",
      ]),
    PlanRow(
      "`on`: a workspace may be deleted with its last one",
      Scenario(acme("workspaces: {ml: {removed: done}}", policy: on), stored: workspace).allowingDeletion,
      ["delete-workspace acme/ml -apiKeys=0,invitations=0,members=2 +removed=done first"]),
  ]

  private static let promoted = "add-member acme bob@x +role=super-admin change"

  static let policies =
    underBothPolicies(
      strict: organizations, relaxed: off, before: "members: {ada@x: super-admin, eve@x: member}", after: "members: {}",
      stored: "acme\n  ada@x super-admin\n  eve@x member\nacme/default default",
      refused: [
        "remove-member acme eve@x -role=member change", "remove-member acme ada@x -role=super-admin change" + blocked,
      ],
      passes: [
        "remove-member acme ada@x -role=super-admin change", "remove-member acme eve@x -role=member change",
      ])
    + underBothPolicies(
      strict: on, relaxed: organizations, before: "workspaces: {ml: {members: {ada@x: admin, bob@x: viewer}}}",
      after: "workspaces: {ml: {members: {bob@x: viewer}}}", stored: workspace,
      refused: ["remove-member acme/ml ada@x -role=admin change" + blocked],
      passes: ["remove-member acme/ml ada@x -role=admin change"])

  @Test(arguments: inOrganizations + inWorkspaces + policies) func `somebody always owns the place`(_ row: PlanRow) {
    row.check()
  }

  @Test func `the top roles of another preset are taken on in one commit`() {
    let scenario = Scenario(
      acme("members: {ada@x: owner}", policy: "extends: self-serve"), stored: Self.stored,
      applied: acme("members: {ada@x: super-admin}")
    ).overriding(.actorAllowed, .noSelfChange)
    let actions = scenario.actions.filter { !$0.hasPrefix("update-policy") }
    #expect(actions == ["change-role acme ada@x -role=super-admin +role=owner change"])
  }

  @Test(arguments: [
    ByHandRow(
      "the operator removes the last one", members(""), "remove acme ada@x",
      does: ["remove-member acme ada@x -role=super-admin change" + blocked]),
    ByHandRow(
      "the last one leaves",
      members("", stored: stored.replacing("\nacme/default", with: "\n  eve@x member\nacme/default")),
      as: "ada@x", "leave acme ada@x",
      does: ["remove-member acme ada@x -role=super-admin change" + blocked]),
    ByHandRow(
      "the second request sees what the first has done", members("", stored: two), "remove acme ada@x",
      "remove acme bob@x",
      does: [
        "remove-member acme ada@x -role=super-admin change",
        "remove-member acme bob@x -role=super-admin change" + blocked,
      ]),
    ByHandRow(
      "a successor first", members(""), "add acme bob@x super-admin", "set-role acme ada@x member",
      does: [
        "add-member acme bob@x +role=super-admin change",
        "change-role acme ada@x -role=super-admin +role=member change",
      ]),
  ]) func `by hand too`(_ row: ByHandRow) { row.check() }
}
