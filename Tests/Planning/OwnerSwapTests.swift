import Model
import Planning
import Testing

/// How ownership passes where a workspace has exactly one owner: the table above `OwnerSwap`, row by row. A: ada@x, the
/// owner so far. B: bob@x, whom `owner:` names.
@Suite struct OwnerSwapTests {
  private static let direct = extending("single-owner")
  private static let inviting = extending("single-owner", admission: "invite")
  private static let member = "acme\nacme/ml owner=ada@x\n  ada@x owner\n  bob@x member"
  private static let absent = "acme\nacme/ml owner=ada@x\n  ada@x owner"
  private static let pending = absent + "\n  ? bob@x member"
  private static let transfer = "transfer-ownership acme/ml bob@x -owner=ada@x +owner=bob@x first"
  private static let removal = "remove-member acme/ml ada@x -role=member first"
  private static let invitation = "invite acme/ml bob@x +role=member first"

  /// `a`: A's entry in the list, or nothing.
  private static func owner(
    _ a: String = "", _ policy: String = direct, stored: String = member, others: String = ""
  ) -> Scenario {
    let list = [a, others].filter { !$0.isEmpty }.joined(separator: ", ")
    return Scenario(acme("workspaces: {ml: {owner: bob@x, members: {\(list)}}}", policy: policy), stored: stored)
  }

  static let rows = [
    PlanRow("B a member, A lower: one step gives both their roles", owner("ada@x: member"), [transfer]),
    PlanRow("B a member, A not declared: then A goes", owner(), [transfer, removal]),
    PlanRow(
      "B added directly, A lower", owner("ada@x: member", stored: absent),
      ["add-member acme/ml bob@x +role=member first", transfer]),
    PlanRow(
      "B added directly, A not declared", owner(stored: absent),
      ["add-member acme/ml bob@x +role=member first", transfer, removal]),
    PlanRow(
      "B to be invited, A lower: offered the lowest role, all else waits",
      owner("ada@x: member", inviting, stored: absent), [invitation],
      waiting: ["acme/ml ada@x accept-invitation", "acme/ml bob@x accept-invitation"]),
    PlanRow(
      "B to be invited, A not declared", owner("", inviting, stored: absent), [invitation],
      waiting: ["acme/ml ada@x accept-invitation", "acme/ml bob@x accept-invitation"]),
    PlanRow(
      "B pending", owner("", inviting, stored: pending), [],
      waiting: ["acme/ml ada@x accept-invitation", "acme/ml bob@x accept-invitation"]),
    PlanRow(
      "B pending with the top role: offered the lowest instead",
      owner("", inviting, stored: absent + "\n  ? bob@x owner"),
      ["update-invitation acme/ml bob@x -role=owner +role=member first"],
      waiting: ["acme/ml ada@x accept-invitation", "acme/ml bob@x accept-invitation"]),
    PlanRow("B has accepted: the next plan passes it on", owner("", inviting, stored: member), [transfer, removal]),
    PlanRow(
      "others come and go while B is waited for",
      owner("", inviting, stored: pending + "\n  eve@x member", others: "carl@x: member"),
      ["invite acme/ml carl@x +role=member first", "remove-member acme/ml eve@x -role=member first"],
      waiting: ["acme/ml ada@x accept-invitation", "acme/ml bob@x accept-invitation"]),
    PlanRow(
      "A keeps the top role: no swap, and B's is refused", owner("ada@x: owner"),
      [
        "change-role acme/ml bob@x -role=member +role=owner first blocked:single-owner",
        "transfer-ownership acme/ml bob@x -owner=ada@x +owner=bob@x first blocked:single-owner",
      ]),
    PlanRow(
      "B declined: held, and A stays",
      owner("ada@x: member", stored: absent + "\n  < bob@x declined 2026-11-01T00:00:00Z"),
      ["change-role acme/ml ada@x -role=owner +role=member first blocked:creator-kept,last-owner-kept"],
      held: ["acme/ml bob@x declined"]),
    PlanRow(
      "B suspended: held, and A stays", owner("ada@x: member", stored: member + "\n! bob@x"),
      ["change-role acme/ml ada@x -role=owner +role=member first blocked:creator-kept,last-owner-kept"],
      held: ["acme/ml bob@x suspended"]),
    PlanRow(
      "B with an end would be no permanent owner",
      owner("ada@x: member", others: "bob@x: {role: owner, expires: 2027-01-31}"),
      [transfer + " blocked:last-owner-kept"]),
    PlanRow(
      "B with an end, A not declared: A stays", owner(others: "bob@x: {role: owner, expires: 2027-01-31}"),
      [transfer + " blocked:last-owner-kept", removal + " blocked:creator-kept,last-owner-kept"]),
    PlanRow(
      "A suspended: the ownership passes all the same", owner("ada@x: member", stored: member + "\n! ada@x"),
      [transfer],
      held: ["acme/ml ada@x suspended"]),
    PlanRow(
      "A's membership has ended: B is simply promoted",
      owner(stored: "acme\nacme/ml owner=ada@x\n  ada@x owner until=2026-01-01T00:00:00Z\n  bob@x member"),
      [
        "change-role acme/ml bob@x -role=member +role=owner first", transfer,
        "remove-member acme/ml ada@x -expires=2026-01-01T00:00:00Z,role=owner first",
      ]),
    PlanRow(
      "B in the top role already, as record says A: the record is put right",
      owner(stored: "acme\nacme/ml owner=ada@x\n  ada@x member\n  bob@x owner"), [transfer, removal]),
    PlanRow(
      "in a full workspace, A lower: nobody needs a seat",
      owner(
        "ada@x: member", stored: member + "\n  c@x member\n  d@x member\n  e@x member",
        others: "c@x: member, d@x: member, e@x: member"), [transfer]),
    PlanRow(
      "in a full workspace B does not come in before somebody goes",
      owner(
        stored: absent + "\n  c@x member\n  d@x member\n  e@x member\n  f@x member",
        others: "c@x: member, d@x: member, e@x: member"),
      [
        "remove-member acme/ml f@x -role=member first", "add-member acme/ml bob@x +role=member first", transfer,
        removal,
      ]),
    PlanRow(
      "several owners: promoted, then passed on, then removed",
      Scenario(
        acme("workspaces: {ml: {owner: bob@x, members: {}}}", policy: extending("self-serve")), stored: member),
      [
        "change-role acme/ml bob@x -role=member +role=owner first", transfer,
        "remove-member acme/ml ada@x -role=owner first",
      ]),
  ]

  @Test(arguments: rows) func `ownership passes in one step`(_ row: PlanRow) { row.check() }

  @Test(arguments: ["", "ada@x: member"]) func `the owner so far waits for the successor, who is named`(a: String) {
    let waiting = Self.owner(a, Self.inviting, stored: Self.pending).planned().plan.waiting
    #expect(waiting.map(\.subject) == ["ada@x", "bob@x"])
    #expect(waiting.map(\.others) == [["bob@x"], []])
  }
}
