import Model
import Planning
import Testing

/// `freeze-window`: grants and deletions inside windows, not removals of people.
@Suite struct FreezeWindowTests {
  private static let windows = "[{cron: \"0 18 * * 5\", duration: 60h, timeZone: Europe/Berlin}]"
  private static let on = extending("enterprise", "freeze-window: \(windows)")
  private static let off = extending("enterprise")
  private static let blocked = " blocked:freeze-window"
  private static let stored = """
    acme
      ada@x super-admin
      bob@x member
      carl@x member
    acme/default default
    acme/ml
      bob@x developer
      carl@x viewer
      key ci
    """
  private static let people = "members: {ada@x: super-admin, bob@x: member, carl@x: member}"

  private static func ml(_ body: String, _ policy: String = on, stored: String = stored) -> Scenario {
    Scenario(acme("\(people)\nworkspaces: {ml: {\(body)}}", policy: policy), stored: stored)
  }

  private static let promotion = "change-role acme/ml carl@x -role=viewer +role=developer first"
  private static let promoting = "members: {bob@x: developer, carl@x: developer}"

  static let grants = [
    PlanRow(
      "a promotion, while others go beside", ml("members: {carl@x: developer}"),
      ["remove-member acme/ml bob@x -role=developer first", promotion + blocked],
      blocked: [
        Refusal(
          rule: .freezeWindow, organization: "acme", workspace: "ml", subject: "carl@x",
          message: "grants and deletions in acme are frozen until 2026-11-23T05:00:00Z",
          remedy: "wait until then; or --override freeze-window@acme --reason TEXT",
          inReview: "wait until then",
          source: SourceLocation(file: "manifests/all.yaml", line: 11, column: 29))
      ]),
    PlanRow("an override", ml(promoting).overriding(.freezeWindow), [promotion]),
    PlanRow(
      "an override for the organization", ml(promoting).overriding(.freezeWindow, organization: "acme"), [promotion]),
    PlanRow(
      "an override for another", ml(promoting).overriding(.freezeWindow, organization: "other"), [promotion + blocked]),
    PlanRow(
      "additions", ml("members: {ada@x: admin, bob@x: developer, carl@x: viewer}"),
      ["add-member acme/ml ada@x +role=admin first" + blocked]),
    PlanRow(
      "invitations, new and again",
      Scenario(
        acme(
          "members: {ada@x: super-admin, eve@x: member, new@x: member}",
          policy: "extends: enterprise\nprotection: {freeze-window: \(windows)}"),
        stored: "acme\n  ada@x super-admin\n  ? eve@x member lapses=2026-01-01T00:00:00Z\nacme/default default"
      ),
      ["invite acme eve@x +resend=true,role=member first" + blocked, "invite acme new@x +role=member first" + blocked]),
    PlanRow(
      "an invitation raised",
      Scenario(
        acme("members: {ada@x: super-admin, eve@x: super-admin}", policy: on),
        stored: "acme\n  ada@x super-admin\n  ? eve@x member\nacme/default default"
      ), ["update-invitation acme eve@x -role=member +role=super-admin first" + blocked]),
    PlanRow(
      "a later end",
      ml(
        "members: {bob@x: developer, carl@x: {role: viewer, expires: 2027-06-30}}",
        stored: stored.replacing("carl@x viewer", with: "carl@x viewer until=2027-01-01T00:00:00Z")),
      ["update-member acme/ml carl@x -expires=2027-01-01T00:00:00Z +expires=2027-07-01T00:00:00Z first" + blocked]),
    PlanRow(
      "another owner of record", ml("owner: bob@x, members: {bob@x: admin, carl@x: viewer}"),
      [
        "change-role acme/ml bob@x -role=developer +role=admin first" + blocked,
        "transfer-ownership acme/ml bob@x -owner=null +owner=bob@x first" + blocked,
      ]),
    PlanRow(
      "new workspaces, and what is in them",
      Scenario(acme("\(people)\nworkspaces: {new: {members: {bob@x: viewer}}}", policy: on), stored: stored),
      ["create-workspace acme/new + first" + blocked, "add-member acme/new bob@x +role=viewer first" + blocked]),
    PlanRow(
      "new organizations", Scenario(acme("owner: ada@x", policy: on)),
      ["create-organization acme +defaultWorkspace=default,owner=ada@x first" + blocked]),
    PlanRow(
      "an email that moves",
      Scenario(
        "apiVersion: tenure/v1\nkind: Policy\n\(on)\n---\napiVersion: tenure/v1\nkind: Account\nemail: bob@new\nformerly: [bob@x]",
        stored: "~bob@x\n~bob@x/Personal personal owner=bob@x\n  bob@x admin"
      ).allowingMove,
      ["move-account ~bob@new bob@new -email=bob@x +email=bob@new first" + blocked]),
  ]

  static let deletions = [
    PlanRow(
      "workspaces",
      Scenario(acme("\(people)\nworkspaces: {ml: {removed: done}}", policy: on), stored: stored)
        .allowingDeletion,
      ["delete-workspace acme/ml -apiKeys=1,invitations=0,members=2 +removed=done first" + blocked]),
    PlanRow(
      "API keys", ml("apiKeys: {}"),
      ["revoke-api-key acme/ml ci -dailyRateLimit=null,monthlyLimit=null first" + blocked]),
  ]

  static let passing = [
    PlanRow(
      "removals", ml("members: {}"),
      ["remove-member acme/ml bob@x -role=developer first", "remove-member acme/ml carl@x -role=viewer first"]),
    PlanRow(
      "a removal from the organization",
      Scenario(acme("members: {ada@x: super-admin, bob@x: member}", policy: on), stored: stored),
      ["remove-member acme/ml carl@x -role=viewer first", "remove-member acme carl@x -role=member first"]),
    PlanRow(
      "demotions", ml("members: {bob@x: viewer, carl@x: viewer}"),
      ["change-role acme/ml bob@x -role=developer +role=viewer first"]),
    PlanRow(
      "an end, and a sooner one",
      ml("members: {bob@x: developer, carl@x: {role: viewer, expires: 2026-12-31}}"),
      ["update-member acme/ml carl@x -expires=null +expires=2027-01-01T00:00:00Z first"]),
    PlanRow(
      "a cancelled invitation",
      Scenario(
        acme("members: {ada@x: super-admin}", policy: on),
        stored: "acme\n  ada@x super-admin\n  ? eve@x member\nacme/default default"
      ), ["cancel-invitation acme eve@x -role=member first"]),
    PlanRow(
      "names and subscriptions",
      Scenario(
        acme("displayName: Acme\n\(people)\nworkspaces: {two: {renamedFrom: ml, subscription: team}}", policy: on),
        stored: stored
      ),
      [
        "update-organization acme -displayName= +displayName=Acme first",
        "rename-workspace acme/two -name=ml +name=two first",
        "update-workspace acme/two -subscription=business +subscription=team first",
      ]),
    PlanRow(
      "a demotion that brings a later end is a grant",
      ml(
        "members: {bob@x: viewer, carl@x: viewer}",
        stored: stored.replacing("bob@x developer", with: "bob@x developer until=2027-01-01T00:00:00Z")),
      [
        "change-role acme/ml bob@x -expires=2027-01-01T00:00:00Z,role=developer +expires=null,role=viewer first"
          + blocked
      ]),
    PlanRow(
      "the instant at which the window ends", ml(promoting).at("2026-11-23T05:00:00Z"), [promotion]),
    PlanRow(
      "a second before", ml(promoting).at("2026-11-23T04:59:59Z"), [promotion + blocked]),
    PlanRow("the instant at which it opens", ml(promoting).at("2026-11-20T17:00:00Z"), [promotion + blocked]),
    PlanRow("a second before that", ml(promoting).at("2026-11-20T16:59:59Z"), [promotion]),
    PlanRow("no window in the policy", ml(promoting, off), [promotion]),
  ]

  static let policies = underBothPolicies(
    strict: on, relaxed: off, before: "workspaces: {ml: {members: {bob@x: developer, carl@x: viewer}}}",
    after: "workspaces: {ml: {\(promoting)}}", stored: stored,
    refused: [promotion.replacing("first", with: "change") + blocked],
    passes: [promotion.replacing("first", with: "change")])

  @Test(arguments: grants) func `grants wait`(_ row: PlanRow) { row.check() }
  @Test(arguments: deletions) func `deletions wait`(_ row: PlanRow) { row.check() }
  @Test(arguments: passing) func `people go at any time`(_ row: PlanRow) { row.check() }
  @Test(arguments: policies) func `under both policies`(_ row: PlanRow) { row.check() }

  @Test func `of several windows that are open, the latest end counts`() {
    let windows = [("22 11", "2d"), ("21 11", "7d"), ("23 11", "30d")].map {
      "{cron: \"0 0 \($0) *\", duration: \($1), timeZone: UTC}"
    }
    let policy = extending("enterprise", "freeze-window: [\(windows.joined(separator: ", "))]")
    #expect(
      Self.ml(Self.promoting, policy).planned().plan.blocked.map(\.message) == [
        "grants and deletions in acme are frozen until 2026-11-28T00:00:00Z"
      ])
  }

  @Test(arguments: [
    ByHandRow(
      "a promotion", ml(""), as: "ada@x", "set-role acme/ml carl@x developer",
      does: ["change-role acme/ml carl@x -role=viewer +role=developer change" + blocked]),
    ByHandRow(
      "an invitation", ml(""), as: "ada@x", "invite acme new@x member",
      does: ["invite acme new@x +role=member change" + blocked]),
    ByHandRow(
      "a cancelled one", ml("", stored: stored.replacing("\nacme/default", with: "\n  ? new@x member\nacme/default")),
      as: "ada@x", "cancel acme new@x", does: ["cancel-invitation acme new@x -role=member change"]),
    ByHandRow(
      "a new workspace", ml(""), as: "ada@x", "create acme/new",
      does: ["create-workspace acme/new +owner=ada@x change" + blocked]),
    ByHandRow(
      "a deletion", ml(""), "delete acme/ml",
      does: ["delete-workspace acme/ml -apiKeys=1,invitations=0,members=2 change" + blocked]),
    ByHandRow(
      "a removal", ml(""), as: "ada@x", "remove acme/ml carl@x",
      does: ["remove-member acme/ml carl@x -role=viewer change"]),
    ByHandRow(
      "accepting is no grant to a freeze",
      Scenario(
        acme("members: {}", policy: on),
        stored: "acme\n  ada@x super-admin\n  ? eve@x member\nacme/default default\n@ eve@x"
      ), as: "eve@x", "accept acme eve@x", does: ["add-member acme eve@x +role=member change"]),
    ByHandRow(
      "leaving", ml(""), as: "carl@x", "leave acme/ml carl@x",
      does: ["remove-member acme/ml carl@x -role=viewer change"]),
  ]) func `by hand too`(_ row: ByHandRow) { row.check() }

  @Test func `an account's end waits for the window's`() {
    let stored = "acme\n  ada@x owner\n  bob@x member\nacme/default default\nacme/w\n  ada@x owner"
    let policy = extending("small-team", "freeze-window: \(Self.windows)")
    let scenario = Scenario(acme("members: {ada@x: owner}", policy: policy), stored: stored)
    let removal = "remove-member acme bob@x -role=member first"
    #expect(scenario.actions == [removal, "delete-account ~bob@x bob@x first" + Self.blocked])
    #expect(scenario.planned().plan.blocked.map(\.subject) == ["bob@x"])
    #expect(scenario.overriding(.freezeWindow).actions == [removal, "delete-account ~bob@x bob@x first"])
  }
}
