import Model
import Planning
import Testing

/// `single-owner`: a second holder of a workspace's top role. How ownership passes: ``OwnerSwapTests``.
@Suite struct SingleOwnerTests {
  private static let on = extending("single-owner")
  private static let off = extending("single-owner", "single-owner: off")
  private static let inviting = extending("single-owner", admission: "invite")
  private static let stored = "acme\nacme/ml owner=ada@x\n  ada@x owner\n  bob@x member\n  eve@x member"
  private static let two = "acme\nacme/ml owner=ada@x\n  ada@x owner\n  bob@x owner\n  eve@x member"
  private static let blocked = " blocked:single-owner"
  private static let promotion = "change-role acme/ml bob@x -role=member +role=owner first"

  private static func ml(_ members: String, _ policy: String = on, stored: String = stored) -> Scenario {
    Scenario(acme("workspaces: {ml: {members: {\(members)}}}", policy: policy), stored: stored)
  }

  static let rows = [
    PlanRow(
      "promoted, while others go beside", ml("ada@x: owner, bob@x: owner"),
      ["remove-member acme/ml eve@x -role=member first", promotion + blocked],
      blocked: [
        Refusal(
          rule: .singleOwner, organization: "acme", workspace: "ml", subject: "bob@x",
          message: "ada@x is owner of acme/ml, which has one alone",
          remedy: "make bob@x owner of record (`owner:`), which changes both at once",
          source: SourceLocation(file: "manifests/all.yaml", line: 9, column: 43))
      ]),
    PlanRow(
      "an override changes nothing", ml("ada@x: owner, bob@x: owner, eve@x: member").withEveryOverride,
      [promotion + blocked]),
    PlanRow(
      "added", ml("ada@x: owner, bob@x: member, carl@x: owner, eve@x: member"),
      ["add-member acme/ml carl@x +role=owner first" + blocked]),
    PlanRow(
      "invited", ml("ada@x: owner, bob@x: member, carl@x: owner, eve@x: member", inviting),
      ["invite acme/ml carl@x +role=owner first" + blocked]),
    PlanRow(
      "an open invitation raised",
      ml("ada@x: owner, bob@x: member, carl@x: owner, eve@x: member", inviting, stored: stored + "\n  ? carl@x member"),
      ["update-invitation acme/ml carl@x -role=member +role=owner first" + blocked]),
    PlanRow(
      "two invited where there is none",
      ml("bob@x: owner, carl@x: owner", inviting, stored: "acme\nacme/ml"),
      [
        "invite acme/ml bob@x +role=owner first", "invite acme/ml carl@x +role=owner first" + blocked,
      ]),
    PlanRow(
      "one where there is none", ml("bob@x: owner", stored: "acme\nacme/ml"),
      ["add-member acme/ml bob@x +role=owner first"]),
    PlanRow(
      "one beside an owner whose membership has ended",
      ml("bob@x: owner", stored: "acme\nacme/ml\n  ada@x owner until=2026-01-01T00:00:00Z\n  bob@x member"),
      [
        promotion, "remove-member acme/ml ada@x -expires=2026-01-01T00:00:00Z,role=owner first",
      ]),
    PlanRow(
      "a second beside a suspended one", ml("ada@x: owner, bob@x: owner, eve@x: member", stored: stored + "\n! ada@x"),
      [promotion + blocked], held: ["acme/ml ada@x suspended"]),
    PlanRow(
      "members come and change",
      ml("ada@x: owner, bob@x: {role: member, expires: 2027-01-31}, carl@x: member, eve@x: member"),
      [
        "update-member acme/ml bob@x -expires=null +expires=2027-02-01T00:00:00Z first",
        "add-member acme/ml carl@x +role=member first",
      ]),
    PlanRow(
      "two already: one steps down", ml("ada@x: owner, bob@x: member, eve@x: member", stored: two),
      ["change-role acme/ml bob@x -role=owner +role=member first"]),
    PlanRow(
      "two already: an end for one",
      ml("ada@x: owner, bob@x: {role: owner, expires: 2027-01-31}, eve@x: member", stored: two),
      ["update-member acme/ml bob@x -expires=null +expires=2027-02-01T00:00:00Z first"]),
    PlanRow(
      "two already: no third", ml("ada@x: owner, bob@x: owner, eve@x: owner", stored: two),
      ["change-role acme/ml eve@x -role=member +role=owner first" + blocked]),
    PlanRow(
      "an organization may have several",
      Scenario(
        acme("members: {ada@x: owner, bob@x: owner}", policy: on), stored: "acme\n  ada@x owner\nacme/default default"),
      ["add-member acme bob@x +role=owner first"]),
    PlanRow("off", ml("ada@x: owner, bob@x: owner, eve@x: member", off), [promotion]),
  ]

  static let policies = underBothPolicies(
    strict: on, relaxed: off, before: "workspaces: {ml: {members: {ada@x: owner, bob@x: member, eve@x: member}}}",
    after: "workspaces: {ml: {members: {ada@x: owner, bob@x: owner, eve@x: member}}}", stored: stored,
    refused: ["change-role acme/ml bob@x -role=member +role=owner change" + blocked],
    passes: ["change-role acme/ml bob@x -role=member +role=owner change"])

  @Test(arguments: rows + policies) func `a workspace never has two owners`(_ row: PlanRow) { row.check() }

  @Test(arguments: [
    ByHandRow(
      "the owner makes somebody a second", ml("ada@x: owner"), as: "ada@x", "set-role acme/ml bob@x owner",
      does: ["change-role acme/ml bob@x -role=member +role=owner change" + blocked]),
    ByHandRow(
      "the operator adds a second", ml("ada@x: owner"), "add acme/ml carl@x owner",
      does: ["add-member acme/ml carl@x +role=owner change" + blocked]),
    ByHandRow(
      "the owner passes it on", ml("ada@x: owner"), as: "ada@x", "transfer acme/ml bob@x",
      does: ["transfer-ownership acme/ml bob@x -owner=ada@x +owner=bob@x change"]),
    ByHandRow(
      "the owner invites a second", ml("ada@x: owner"), as: "ada@x", "invite acme/ml carl@x owner",
      does: ["invite acme/ml carl@x +role=owner change" + blocked]),
    ByHandRow(
      "somebody accepts what was offered while there was none",
      ml("ada@x: owner", stored: stored + "\n  ? carl@x owner\n@ carl@x"), as: "carl@x", "accept acme/ml carl@x",
      does: ["add-member acme/ml carl@x +role=owner change" + blocked]),
  ]) func `by hand too`(_ row: ByHandRow) { row.check() }
}
