import Model
import Planning
import Testing

/// `leave-needs-another-member`: the last member leaving. Plans never make anybody leave, so these are commands.
@Suite struct LeaveNeedsAnotherMemberTests {
  private static let on = extending("self-serve", "last-owner-kept: off") + ownerless
  private static let off =
    extending("self-serve", "last-owner-kept: off, leave-needs-another-member: off")
    + ownerless
  /// Nobody need own a workspace, so that no ownership passes to whoever stays.
  private static let ownerless = "\nworkspaces: {ownerRequired: false}"
  private static let blocked = " blocked:leave-needs-another-member"
  private static let leaving = "remove-member acme/ml ada@x -role=owner change"

  private static func ml(_ members: String..., policy: String = on) -> Scenario {
    Scenario(
      acme("workspaces: {ml: {}}", policy: policy),
      stored: (["acme", "acme/ml"] + members.map { "  " + $0 }).joined(separator: "\n"))
  }

  static let rows = [
    ByHandRow(
      "the only member", ml("ada@x owner"), as: "ada@x", "leave acme/ml ada@x", does: [leaving + blocked],
      blocked: [
        Refusal(
          rule: .leaveNeedsAnotherMember, organization: "acme", workspace: "ml", subject: "ada@x",
          message: "ada@x is the only member of acme/ml",
          remedy: "delete the workspace: tenure workspace delete acme/ml")
      ]),
    ByHandRow(
      "one of two", ml("ada@x owner", "bob@x member"), as: "ada@x", "leave acme/ml ada@x", does: [leaving]),
    ByHandRow(
      "one of two, then the other", ml("ada@x owner", "bob@x member"), "leave acme/ml ada@x", "leave acme/ml bob@x",
      does: [leaving, "remove-member acme/ml bob@x -role=member change" + blocked]),
    ByHandRow(
      "somebody invited is no member yet", ml("ada@x owner", "? bob@x member"), as: "ada@x", "leave acme/ml ada@x",
      does: [leaving + blocked]),
    ByHandRow(
      "somebody whose membership has ended is none", ml("ada@x owner", "bob@x member until=2026-01-01T00:00:00Z"),
      as: "ada@x", "leave acme/ml ada@x", does: [leaving + blocked]),
    ByHandRow(
      "a member with an end is one", ml("ada@x owner", "bob@x member until=2027-01-01T00:00:00Z"), as: "ada@x",
      "leave acme/ml ada@x", does: [leaving]),
    ByHandRow(
      "removed by the operator: no leaving", ml("ada@x owner"), "remove acme/ml ada@x", does: [leaving]),
    ByHandRow(
      "the last member of an organization",
      Scenario(acme("", policy: on), stored: "acme\n  ada@x owner"), as: "ada@x", "leave acme ada@x",
      does: ["remove-member acme ada@x -role=owner change" + blocked],
      blocked: [
        Refusal(
          rule: .leaveNeedsAnotherMember, organization: "acme", subject: "ada@x",
          message: "ada@x is the only member of acme",
          remedy: "invite somebody first: an organization ends by its manifests only")
      ]),
    ByHandRow(
      "who leaves the organization leaves its workspaces with it",
      Scenario(
        acme("", policy: on),
        stored: "acme\n  ada@x owner\n  bob@x member\nacme/ml\n  bob@x member\nacme/web\n  ada@x owner"),
      as: "bob@x", "leave acme bob@x",
      does: ["remove-member acme/ml bob@x -role=member change", "remove-member acme bob@x -role=member change"]),
    ByHandRow("off", ml("ada@x owner", policy: off), as: "ada@x", "leave acme/ml ada@x", does: [leaving]),
  ]

  @Test(arguments: rows) func `the only member deletes the workspace instead`(_ row: ByHandRow) { row.check() }

  @Test(arguments: [
    PlanRow(
      "a plan that removes the last member makes nobody leave",
      Scenario(acme("workspaces: {ml: {members: {}}}", policy: on), stored: "acme\nacme/ml\n  ada@x owner"),
      ["remove-member acme/ml ada@x -role=owner first"])
  ]) func `plans`(_ row: PlanRow) { row.check() }
}
