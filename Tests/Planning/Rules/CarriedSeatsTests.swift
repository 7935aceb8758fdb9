import Model
import Planning
import Testing

/// What is over holds no seat and counts nowhere; what begins anew is asked about as if it were new.
@Suite struct CarriedSeatsTests {
  private static let two = extending("self-serve", "member-cap: 2")
  private static let onlyWorkspace = extending("self-serve", "creator-kept: only-workspace")

  static let rows = [
    PlanRow(
      "an offer that is over takes a seat when it is made to last",
      Scenario(
        acme(
          "workspaces: {ml: {members: {a@x: owner, c@x: member, b@x: {role: member, expires: 2027-01-31}}}}",
          policy: two),
        stored: "acme\nacme/ml\n  a@x owner\n  c@x member\n  ? b@x member until=2026-01-01T00:00:00Z"),
      [
        "update-invitation acme/ml b@x -expires=2026-01-01T00:00:00Z +expires=2027-02-01T00:00:00Z first blocked:member-cap"
      ]),
    PlanRow(
      "a place that has ended is no other place to be active in",
      Scenario(
        acme(
          "workspaces: {ml: {members: {ada@x: member, bob@x: owner}}, other: {members: {bob@x: owner}}}",
          policy: onlyWorkspace),
        stored: "acme\nacme/ml owner=ada@x\n  ada@x owner\n  bob@x owner\nacme/other\n  "
          + "ada@x member until=2026-01-01T00:00:00Z\n  bob@x owner"),
      [
        "remove-member acme/other ada@x -expires=2026-01-01T00:00:00Z,role=member first",
        "change-role acme/ml ada@x -role=owner +role=member first blocked:creator-kept",
      ]),
  ]

  @Test("what is over", arguments: rows) func over(row: PlanRow) { row.check() }
}
