import Model
import Planning
import Testing

/// `member-cap`: more members and pending invitations than there are seats, and a subscription lowered below them.
@Suite struct MemberCapTests {
  /// The rule's own number is 5, and no subscription has a limit.
  private static let five = "extends: small-team\naccounts: {deleteWithLastWorkspace: false}"
  private static let off = five + "\nprotection: {member-cap: off}"
  /// `free` has 5 seats, `team` 25, `business` no limit.
  private static let on = extending("single-owner")
  private static let blocked = " blocked:member-cap"
  private static let sixth = "invite acme/ml f@x +role=member first"

  private static func ml(_ people: [String], pending: [String] = [], _ attributes: String = "") -> String {
    (["acme\nacme/ml \(attributes)\n  a@x owner"] + people.map { "  \($0) member" } + pending.map { "  ? \($0) member" })
      .joined(separator: "\n")
  }

  private static func declaring(
    _ people: [String], _ policy: String = five, stored: String, with attributes: String = ""
  ) -> Scenario {
    let members = (["a@x: owner"] + people.map { "\($0): member" }).joined(separator: ", ")
    return Scenario(
      acme("workspaces: {ml: {\(attributes)members: {\(members)}}}", policy: policy), stored: stored)
  }

  private static let full = ml(["b@x", "c@x", "d@x"], pending: ["e@x"])
  private static let six = ml(["b@x", "c@x", "d@x", "e@x", "f@x"])
  private static let waiting = ["acme/ml e@x accept-invitation"]

  static let seats = [
    PlanRow(
      "a sixth, a pending one counted", declaring(["b@x", "c@x", "d@x", "e@x", "f@x"], stored: full), [sixth + blocked],
      waiting: waiting,
      blocked: [
        Refusal(
          rule: .memberCap, organization: "acme", workspace: "ml", subject: "f@x",
          message: "acme/ml has 5 of 5 seats taken (member-cap: 5), pending ones counted",
          remedy: "free a seat for f@x, or choose a larger subscription",
          source: SourceLocation(file: "manifests/all.yaml", line: 9, column: 93))
      ]),
    PlanRow(
      "an override changes nothing",
      declaring(["b@x", "c@x", "d@x", "e@x", "f@x"], stored: full).withEveryOverride, [sixth + blocked],
      waiting: waiting),
    PlanRow(
      "a fifth", declaring(["b@x", "c@x", "d@x", "f@x"], stored: ml(["b@x", "c@x", "d@x"])), [sixth]),
    PlanRow(
      "two for one seat: the first in order has it",
      declaring(["b@x", "c@x", "d@x", "e@x", "f@x"], stored: ml(["b@x", "c@x", "d@x"])),
      ["invite acme/ml e@x +role=member first", sixth + blocked]),
    PlanRow(
      "a cancelled invitation makes room, before it is taken", declaring(["b@x", "c@x", "d@x", "f@x"], stored: full),
      ["cancel-invitation acme/ml e@x -role=member first", sixth]),
    PlanRow(
      "a member who leaves makes room, before it is taken", declaring(["c@x", "d@x", "e@x", "f@x"], stored: full),
      ["remove-member acme/ml b@x -role=member first", sixth], waiting: waiting),
    PlanRow(
      "a lapsed invitation holds no seat",
      declaring(["b@x", "c@x", "d@x", "f@x"], stored: full + " lapses=2026-01-01T00:00:00Z"),
      [sixth, "cancel-invitation acme/ml e@x -role=member first"]),
    PlanRow(
      "a lapsed invitation sent again takes its seat again",
      declaring(["b@x", "c@x", "d@x", "e@x", "f@x"], stored: full + " lapses=2026-01-01T00:00:00Z"),
      ["invite acme/ml e@x +resend=true,role=member first", sixth + blocked]),
    PlanRow(
      "a membership that has ended holds no seat",
      declaring(
        ["b@x", "c@x", "d@x", "f@x"], stored: ml(["b@x", "c@x", "d@x"]) + "\n  e@x member until=2026-01-01T00:00:00Z"),
      [sixth, "remove-member acme/ml e@x -expires=2026-01-01T00:00:00Z,role=member first"]),
    PlanRow(
      "one that has ended comes back only to a free seat",
      declaring(
        ["b@x", "c@x", "d@x", "e@x", "f@x"],
        stored: ml(["b@x", "c@x", "d@x", "e@x"]) + "\n  f@x member until=2026-01-01T00:00:00Z"),
      ["update-member acme/ml f@x -expires=2026-01-01T00:00:00Z +expires=null first" + blocked]),
    PlanRow(
      "a suspended person keeps the seat", declaring(["b@x", "c@x", "d@x", "e@x", "f@x"], stored: full + "\n! b@x"),
      [sixth + blocked], waiting: waiting, held: ["acme/ml b@x suspended"]),
    PlanRow(
      "in a full workspace roles change, open invitations too",
      Scenario(
        acme("workspaces: {ml: {members: {a@x: owner, b@x: owner, c@x: member, d@x: member, e@x: owner}}}", policy: on),
        stored: full.replacing("a@x owner", with: "a@x member")),
      [
        "change-role acme/ml a@x -role=member +role=owner first",
        "change-role acme/ml b@x -role=member +role=owner first blocked:single-owner",
        "update-invitation acme/ml e@x -role=member +role=owner first blocked:single-owner",
      ]),
    PlanRow(
      "too many already: others go, roles change, nobody comes",
      Scenario(
        acme(
          "workspaces: {ml: {members: {a@x: owner, b@x: owner, c@x: member, d@x: member, e@x: member, g@x: member, h@x: member}}}",
          policy: five),
        stored: six + "\n  g@x member"),
      [
        "change-role acme/ml b@x -role=member +role=owner first", "remove-member acme/ml f@x -role=member first",
        "invite acme/ml h@x +role=member first" + blocked,
      ]),
    PlanRow(
      "a new workspace, its owner counted",
      Scenario(
        acme(
          "workspaces: {new: {owner: a@x, members: {b@x: member, c@x: member, d@x: member, e@x: member, f@x: member}}}",
          policy: on),
        stored: "acme"),
      [
        "create-workspace acme/new +owner=a@x first", "add-member acme/new b@x +role=member first",
        "add-member acme/new c@x +role=member first", "add-member acme/new d@x +role=member first",
        "add-member acme/new e@x +role=member first", "add-member acme/new f@x +role=member first" + blocked,
      ]),
    PlanRow(
      "a workspace of an account",
      Scenario(
        ada(
          "workspaces: {Personal: {members: {b@x: member, c@x: member, d@x: member, e@x: member, f@x: member}}}",
          policy: on),
        stored:
          "~ada@x\n~ada@x/Personal personal owner=ada@x\n  ada@x owner\n  b@x member\n  c@x member\n  d@x member\n  e@x member"
      ),
      ["add-member ~ada@x/Personal f@x +role=member first" + blocked]),
    PlanRow("off", declaring(["b@x", "c@x", "d@x", "e@x", "f@x"], off, stored: full), [sixth], waiting: waiting),
  ]

  private static let added = "add-member acme/ml f@x +role=member first"
  private static let fiveMembers = ml(["b@x", "c@x", "d@x", "e@x"])
  private static let all = ["b@x", "c@x", "d@x", "e@x", "f@x"]

  static let limits = [
    PlanRow("the default subscription's limit", declaring(all, on, stored: fiveMembers), [added + blocked]),
    PlanRow(
      "a larger one's", declaring(all, on, stored: ml(["b@x", "c@x", "d@x", "e@x"], "subscription=team")), [added]),
    PlanRow(
      "one without a limit", declaring(all, on, stored: ml(["b@x", "c@x", "d@x", "e@x"], "subscription=business")),
      [added]),
    PlanRow(
      "raised in the same commit: first raised, then taken",
      declaring(all, on, stored: fiveMembers, with: "subscription: team, "),
      ["update-workspace acme/ml -subscription=free +subscription=team first", added]),
    PlanRow(
      "the rule's number is lower than the subscription's",
      declaring(
        all, extending("single-owner", "member-cap: 5"),
        stored: ml(["b@x", "c@x", "d@x", "e@x"], "subscription=team")), [added + blocked]),
    PlanRow(
      "the subscription's is lower than the rule's number",
      declaring(all, extending("single-owner", "member-cap: 50"), stored: fiveMembers), [added + blocked]),
    PlanRow(
      "a workspace without one goes by its organization's",
      declaring(all, on, stored: fiveMembers.replacing("acme\n", with: "acme subscription=team\n")), [added]),
    PlanRow(
      "an organization has the limit of the subscription that is set on it",
      Scenario(
        acme("members: {a@x: owner, b@x: member, c@x: member, d@x: member, e@x: member, f@x: member}", policy: on),
        stored:
          "acme subscription=free\n  a@x owner\n  b@x member\n  c@x member\n  d@x member\n  e@x member\nacme/default default"
      ), ["add-member acme f@x +role=member first" + blocked]),
    PlanRow(
      "an organization without one has no limit, whatever the rule's number",
      Scenario(
        acme(
          "members: {a@x: owner, b@x: member, c@x: member, d@x: member, e@x: member, f@x: member}",
          policy: extending("single-owner", "member-cap: 5")),
        stored: "acme\n  a@x owner\n  b@x member\n  c@x member\n  d@x member\n  e@x member\nacme/default default"),
      ["add-member acme f@x +role=member first"]),
  ]

  private static let lowering = "update-workspace acme/ml -subscription=team +subscription=free first"
  private static let team = ml(["b@x", "c@x", "d@x", "e@x"], pending: ["f@x"], "subscription=team")

  static let subscriptions = [
    PlanRow(
      "lowered below the seats taken, with the names",
      declaring(all, on, stored: team, with: "subscription: free, "), [lowering + blocked],
      waiting: ["acme/ml f@x accept-invitation"],
      blocked: [
        Refusal(
          rule: .memberCap, organization: "acme", workspace: "ml",
          message:
            "acme/ml has 6 members and pending invitations (a@x, b@x, c@x, d@x, e@x, f@x), and free has room for 5",
          remedy: "remove 1 of them first, or keep the subscription",
          source: SourceLocation(file: "manifests/all.yaml", line: 9, column: 14))
      ]),
    PlanRow(
      "lowered to just the seats taken",
      declaring(
        ["b@x", "c@x", "d@x", "e@x"], on, stored: ml(["b@x", "c@x", "d@x", "e@x"], "subscription=team"),
        with: "subscription: free, "),
      [lowering]),
    PlanRow(
      "lowered after enough people have left",
      declaring(["b@x", "c@x", "d@x"], on, stored: team, with: "subscription: free, "),
      ["remove-member acme/ml e@x -role=member first", "cancel-invitation acme/ml f@x -role=member first", lowering]),
    PlanRow(
      "lowered while too few leave: they leave all the same",
      declaring(
        ["b@x", "c@x", "d@x", "e@x", "f@x"], on, stored: team + "\n  g@x member", with: "subscription: free, "),
      ["remove-member acme/ml g@x -role=member first", lowering + blocked], waiting: ["acme/ml f@x accept-invitation"]),
    PlanRow(
      "raised while there are too many already", declaring(all, on, stored: six, with: "subscription: team, "),
      ["update-workspace acme/ml -subscription=free +subscription=team first"]),
    PlanRow(
      "from none to one with room",
      declaring(["b@x"], on, stored: ml(["b@x"], "subscription=business"), with: "subscription: free, "),
      ["update-workspace acme/ml -subscription=business +subscription=free first"]),
    PlanRow(
      "too many already: another one with as much room",
      declaring(
        all, on + "\nsubscriptions: {plus: {members: 5}, tiny: {members: 2}}", stored: six, with: "subscription: plus, "
      ),
      ["update-workspace acme/ml -subscription=free +subscription=plus first"]),
    PlanRow(
      "too many already: one with less room",
      declaring(
        all, on + "\nsubscriptions: {plus: {members: 5}, tiny: {members: 2}}", stored: six, with: "subscription: tiny, "
      ),
      ["update-workspace acme/ml -subscription=free +subscription=tiny first" + blocked]),
    PlanRow(
      "an organization's",
      Scenario(
        acme(
          "subscription: free\nmembers: {a@x: owner, b@x: member, c@x: member, d@x: member, e@x: member, f@x: member}",
          policy: on),
        stored:
          "acme subscription=team\n  a@x owner\n  b@x member\n  c@x member\n  d@x member\n  e@x member\n  f@x member\nacme/default default"
      ), ["update-organization acme -subscription=team +subscription=free first" + blocked]),
    PlanRow(
      "an organization's, with a workspace that goes by it",
      Scenario(
        acme("subscription: free", policy: on), stored: ml(all).replacing("acme\n", with: "acme subscription=team\n")),
      ["update-organization acme -subscription=team +subscription=free first" + blocked],
      blocked: [
        Refusal(
          rule: .memberCap, organization: "acme",
          message:
            "acme/ml has 6 members and pending invitations (a@x, b@x, c@x, d@x, e@x, f@x), and free has room for 5",
          remedy: "remove 1 of them first, or keep the subscription",
          source: SourceLocation(file: "manifests/all.yaml", line: 6, column: 1))
      ]),
    PlanRow(
      "an organization's, with a workspace that has its own",
      Scenario(
        acme("subscription: free", policy: on),
        stored: ml(all, "subscription=team").replacing("acme\n", with: "acme subscription=team\n")),
      ["update-organization acme -subscription=team +subscription=free first"]),
    PlanRow(
      "an organization's, after enough people have left the workspace",
      Scenario(
        acme("subscription: free\nworkspaces: {ml: {members: {a@x: owner}}}", policy: on),
        stored: ml(["b@x", "c@x", "d@x", "e@x", "f@x"]).replacing("acme\n", with: "acme subscription=team\n")),
      [
        "remove-member acme/ml b@x -role=member first", "remove-member acme/ml c@x -role=member first",
        "remove-member acme/ml d@x -role=member first", "remove-member acme/ml e@x -role=member first",
        "remove-member acme/ml f@x -role=member first",
        "update-organization acme -subscription=team +subscription=free first",
      ]),
    PlanRow(
      "a limit lowered by the policy removes nobody",
      declaring(all, on + "\nsubscriptions: {team: {members: 3}}", stored: ml(all, "subscription=team")), []),
  ]

  private static func members(_ people: [String]) -> String {
    "workspaces: {ml: {members: {a@x: owner, \(people.map { "\($0): member" }.joined(separator: ", "))}}}"
  }

  private static func relaxed(_ policy: String) -> [PlanRow] {
    let added = "add-member acme/ml f@x +role=member change"
    return underBothPolicies(
      strict: on, relaxed: policy, before: members(["b@x", "c@x", "d@x", "e@x"]), after: members(all),
      stored: fiveMembers, refused: [added + blocked], passes: [added])
  }

  static let policies =
    relaxed(extending("single-owner", "member-cap: off")) + relaxed(on + "\nsubscriptions: {free: {members: 9}}")
    + relaxed(on + "\ndefaultSubscription: team")

  @Test(arguments: seats) func `a seat for each member and each pending invitation`(_ row: PlanRow) { row.check() }
  @Test(arguments: limits) func `the lower of rule and subscription`(_ row: PlanRow) { row.check() }
  @Test(arguments: subscriptions) func `a subscription has room for whom it has`(_ row: PlanRow) { row.check() }
  @Test(arguments: policies) func `under both policies`(_ row: PlanRow) { row.check() }

  @Test(arguments: [
    ByHandRow(
      "the owner adds a sixth", declaring([], on, stored: fiveMembers), as: "a@x", "add acme/ml f@x member",
      does: ["add-member acme/ml f@x +role=member change" + blocked]),
    ByHandRow(
      "after somebody has gone", declaring([], on, stored: fiveMembers), as: "a@x", "remove acme/ml b@x",
      "add acme/ml f@x member",
      does: [
        "remove-member acme/ml b@x -role=member change", "add-member acme/ml f@x +role=member change",
      ]),
    ByHandRow(
      "the owner invites a sixth, a pending one counted", declaring([], five, stored: full), as: "a@x",
      "invite acme/ml f@x member", does: ["invite acme/ml f@x +role=member change" + blocked]),
    ByHandRow(
      "after a cancellation there is room", declaring([], five, stored: full), as: "a@x", "cancel acme/ml e@x",
      "invite acme/ml f@x member",
      does: ["cancel-invitation acme/ml e@x -role=member change", "invite acme/ml f@x +role=member change"]),
    ByHandRow(
      "resending takes no second seat", declaring([], five, stored: full), as: "a@x", "resend acme/ml e@x",
      does: ["invite acme/ml e@x +resend=true,role=member change"]),
    ByHandRow(
      "the subscription lowered below the present count", declaring([], on, stored: team), as: "a@x",
      "set-subscription acme/ml free",
      does: ["update-workspace acme/ml -subscription=team +subscription=free change" + blocked]),
    ByHandRow(
      "the subscription raised", declaring([], on, stored: six), as: "a@x", "set-subscription acme/ml team",
      does: ["update-workspace acme/ml -subscription=free +subscription=team change"]),
    ByHandRow(
      "who was promised a seat accepts in a full workspace",
      declaring([], on, stored: full + "\n@ e@x"), as: "e@x", "accept acme/ml e@x",
      does: ["add-member acme/ml e@x +role=member change"]),
    ByHandRow(
      "in a full workspace roles change", declaring([], five, stored: six), as: "a@x", "set-role acme/ml b@x owner",
      does: ["change-role acme/ml b@x -role=member +role=owner change"]),
  ]) func `by hand too`(_ row: ByHandRow) { row.check() }
}
