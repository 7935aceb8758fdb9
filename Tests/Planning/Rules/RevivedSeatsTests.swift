import Model
import Planning
import Testing

/// `member-cap` where the organization comes first: its membership carries those of its workspaces, and their seats.
@Suite struct RevivedSeatsTests {
  private static let blocked = " blocked:member-cap"

  /// The membership of the organization that comes first has ended for e@x, whose place in the full acme/ml is free.
  private static let lapsed =
    "acme\n  ada@x super-admin\n  a@x member\n  b@x member\n  c@x member\n  d@x member\n  f@x member\n"
    + "  e@x member until=2026-01-01T00:00:00Z\nacme/ml subscription=free\n  a@x admin\n  b@x viewer\n  c@x viewer\n"
    + "  d@x viewer\n  f@x viewer\n  e@x viewer"

  private static func again(_ more: String = "", ml: String = "") -> Scenario {
    Scenario(
      acme(
        "members: {ada@x: super-admin, a@x: member, b@x: member, c@x: member, d@x: member, f@x: member, e@x: member}\n"
          + more), stored: lapsed)
  }

  static let revived = [
    PlanRow(
      "a membership of the organization that begins anew takes the seats that it revives", again(),
      ["update-member acme e@x -expires=2026-01-01T00:00:00Z +expires=null first" + blocked]),
    PlanRow(
      "once one of them is free",
      again(
        "workspaces: {ml: {members: {a@x: admin, b@x: viewer, c@x: viewer, d@x: viewer, e@x: viewer}}}"),
      [
        "remove-member acme/ml f@x -role=viewer first",
        "update-member acme e@x -expires=2026-01-01T00:00:00Z +expires=null first",
      ]),
  ]

  @Test(arguments: revived)
  func `seats that come back`(row: PlanRow) { row.check() }

  @Test func `by command as by plan`() {
    ByHandRow(
      "added again to the organization", Self.again(), as: "ada@x", "add acme e@x member",
      does: ["add-member acme e@x +role=member change" + Self.blocked]
    ).check()
  }
}
