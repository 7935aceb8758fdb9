import Model
import Planning
import Testing

/// `one-pending-invitation`: a second pending invitation for an email. Plans change or resend the open one instead;
/// commands can ask for a second.
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
        acme(
          "workspaces: {ml: {members: {ada@x: owner, bob@x: member}}, web: {members: {ada@x: owner, bob@x: member}}}",
          policy: inviting),
        stored: "acme\nacme/ml\n  ada@x owner\n  ? bob@x member\nacme/web\n  ada@x owner"),
      ["invite acme/web bob@x +role=member first"], waiting: ["acme/ml bob@x accept-invitation"]),
  ]

  @Test(arguments: rows) func `plans keep to the open invitation`(_ row: PlanRow) { row.check() }

  @Test(arguments: [
    ByHandRow(
      "a second one", ml("member", pending: "? bob@x member"), as: "ada@x", "invite acme/ml bob@x owner",
      does: ["invite acme/ml bob@x +role=owner change blocked:one-pending-invitation"],
      blocked: [
        Refusal(
          rule: .onePendingInvitation, organization: "acme", workspace: "ml", subject: "bob@x",
          message: "bob@x has a pending invitation to acme/ml already",
          remedy: "change that invitation's role, send it again, or cancel it first")
      ]),
    ByHandRow(
      "two requests in one go", ml("member", pending: "? carl@x member"), as: "ada@x", "invite acme/ml bob@x member",
      "invite acme/ml bob@x member",
      does: [
        "invite acme/ml bob@x +role=member change",
        "invite acme/ml bob@x +role=member change blocked:one-pending-invitation",
      ]),
    ByHandRow(
      "the same one again", ml("member", pending: "? bob@x member"), as: "ada@x", "resend acme/ml bob@x",
      does: ["invite acme/ml bob@x +resend=true,role=member change"]),
    ByHandRow(
      "a lapsed one anew", ml("member", pending: "? bob@x member lapses=2026-01-01T00:00:00Z"), as: "ada@x",
      "invite acme/ml bob@x member", does: ["invite acme/ml bob@x +resend=true,role=member change"]),
    ByHandRow(
      "after cancelling the first", ml("member", pending: "? bob@x member"), as: "ada@x", "cancel acme/ml bob@x",
      "invite acme/ml bob@x owner",
      does: ["cancel-invitation acme/ml bob@x -role=member change", "invite acme/ml bob@x +role=owner change"]),
    ByHandRow(
      "to another place", ml("member", pending: "? bob@x member"), "invite acme bob@x member",
      does: ["invite acme bob@x +role=member change"]),
    ByHandRow(
      "off",
      ml(
        "member", pending: "? bob@x member", extending("self-serve", "one-pending-invitation: off", admission: "invite")
      ),
      as: "ada@x", "invite acme/ml bob@x owner", does: ["invite acme/ml bob@x +role=owner change"]),
  ]) func `by hand too`(_ row: ByHandRow) { row.check() }
}
