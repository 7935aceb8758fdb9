import Model
import Planning
import Testing

/// The decision table of SPEC section 5 for people, row by row.
@Suite struct MemberTests {
  static let stored = """
    acme
      ada@x super-admin
    acme/default default
    """

  struct Row: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var members: String
    var stored: String
    var actions: [String]
    var waiting: [String] = []
    var held: [String] = []
    var policy = "extends: enterprise\ninvitations: {admission: direct}"
  }

  static let rows = [
    Row(testDescription: "nothing differs", members: "{ada@x: super-admin}", stored: "", actions: []),
    Row(
      testDescription: "direct admission adds", members: "{ada@x: super-admin, bob@x: member}", stored: "",
      actions: ["add-member acme bob@x +role=member first"]),
    Row(
      testDescription: "invitation is the preset's way", members: "{ada@x: super-admin, bob@x: member}", stored: "",
      actions: ["invite acme bob@x +role=member first"], policy: "extends: enterprise"),
    Row(
      testDescription: "pending with the same role waits", members: "{ada@x: super-admin, bob@x: member}",
      stored: "  ? bob@x member", actions: [], waiting: ["acme bob@x accept-invitation"]),
    Row(
      testDescription: "pending with another role is updated in place",
      members: "{ada@x: super-admin, bob@x: super-admin}", stored: "  ? bob@x member",
      actions: ["update-invitation acme bob@x -role=member +role=super-admin first"]),
    Row(
      testDescription: "a lapsed invitation is sent again", members: "{ada@x: super-admin, bob@x: member}",
      stored: "  ? bob@x member lapses=2026-01-01T00:00:00Z",
      actions: ["invite acme bob@x +resend=true,role=member first"],
      policy: "extends: enterprise\ninvitations: {expireAfter: 14d, maxSends: 3}"),
    Row(
      testDescription: "a lapsed invitation at maxSends is held", members: "{ada@x: super-admin, bob@x: member}",
      stored: "  ? bob@x member lapses=2026-01-01T00:00:00Z sends=3", actions: [], held: ["acme bob@x max-sends"],
      policy: "extends: enterprise\ninvitations: {expireAfter: 14d, maxSends: 3}"),
    Row(
      testDescription: "reinvite sends once more at maxSends",
      members: "{ada@x: super-admin, bob@x: {role: member, reinvite: 2026-01-02}}",
      stored: "  ? bob@x member lapses=2026-01-01T00:00:00Z sends=3",
      actions: ["invite acme bob@x +resend=true,role=member first"],
      policy: "extends: enterprise\ninvitations: {expireAfter: 14d, maxSends: 3}"),
    Row(
      testDescription: "reinvite before the invitation lapsed sends nothing more",
      members: "{ada@x: super-admin, bob@x: {role: member, reinvite: 2026-01-01}}",
      stored: "  ? bob@x member lapses=2026-01-01T00:00:00Z sends=3", actions: [], held: ["acme bob@x max-sends"],
      policy: "extends: enterprise\ninvitations: {expireAfter: 14d, maxSends: 3}"),
    Row(
      testDescription: "another role", members: "{ada@x: super-admin, bob@x: super-admin}", stored: "  bob@x member",
      actions: ["change-role acme bob@x -role=member +role=super-admin first"]),
    Row(
      testDescription: "another end and protection",
      members: "{ada@x: super-admin, bob@x: {role: member, expires: 2027-01-31, protect: true}}",
      stored: "  bob@x member",
      actions: [
        "update-member acme bob@x -expires=null,protect=false +expires=2027-02-01T00:00:00Z,protect=true first"
      ]),
    Row(
      testDescription: "not declared and active", members: "{ada@x: super-admin}", stored: "  bob@x member",
      actions: ["remove-member acme bob@x -role=member first"]),
    Row(
      testDescription: "not declared and pending", members: "{ada@x: super-admin}", stored: "  ? bob@x member",
      actions: ["cancel-invitation acme bob@x -role=member first"]),
    Row(
      testDescription: "who left is held", members: "{ada@x: super-admin, bob@x: member}",
      stored: "  < bob@x left 2026-11-01T00:00:00Z", actions: [], held: ["acme bob@x left"]),
    Row(
      testDescription: "reinvite chases who left before that day",
      members: "{ada@x: super-admin, bob@x: {role: member, reinvite: 2026-11-22}}",
      stored: "  < bob@x declined 2026-11-01T00:00:00Z", actions: ["add-member acme bob@x +role=member first"]),
    Row(
      testDescription: "reinvite does not chase who left on that day or later",
      members: "{ada@x: super-admin, bob@x: {role: member, reinvite: 2026-11-01}}",
      stored: "  < bob@x declined 2026-11-01T00:00:00Z", actions: [], held: ["acme bob@x declined"]),
    Row(
      testDescription: "an end that has come means not declared",
      members: "{ada@x: super-admin, bob@x: {role: member, expires: 2026-11-21}}", stored: "  bob@x member",
      actions: ["remove-member acme bob@x -role=member first"]),
    Row(
      testDescription: "access lasts through the day of its end",
      members: "{ada@x: super-admin, bob@x: {role: member, expires: 2026-11-22}}",
      stored: "  bob@x member until=2026-11-23T00:00:00Z", actions: []),
    Row(
      testDescription: "emails compare without case", members: "{Ada@X: super-admin, BOB@x: member}",
      stored: "  bob@x member", actions: []),
  ]

  @Test(arguments: rows) func `a member list against the stored roll`(_ row: Row) {
    let stored = Self.stored.replacing("  ada@x super-admin", with: "  ada@x super-admin\n\(row.stored)")
    let plan = Scenario(acme("members: \(row.members)", policy: row.policy), stored: stored).planned().plan
    #expect(plan.actions.map(Scenario.line) == row.actions)
    #expect(plan.waiting.map { "\($0.organization) \($0.subject ?? "") \($0.event.rawValue)" } == row.waiting)
    #expect(plan.held.map { "\($0.organization) \($0.subject ?? "") \($0.because.rawValue)" } == row.held)
  }

  @Test func `a key that is absent is not managed`() {
    let scenario = Scenario(acme("displayName: Acme"), stored: "acme name=Acme\n  bob@x member\nacme/default default")
    #expect(scenario.actions == [])
  }

  @Test func `an empty list declares nobody`() {
    let scenario = Scenario(acme("members: {}"), stored: "acme\n  bob@x member\n  eve@x member\nacme/default default")
    #expect(scenario.actions.count == 2)
  }

  @Test func `a suspended person is held and loses nothing by the plan`() {
    let stored = Self.stored + "\n! bob@x"
    let plan = Scenario(acme("members: {ada@x: super-admin, bob@x: member}"), stored: stored).planned().plan
    #expect(plan.actions.isEmpty)
    #expect(plan.held.map(\.because) == [.suspended])
  }

  @Test func `additive management leaves alone what was never declared, and removes what was`() {
    let manifests = acme("management: additive\nmembers: {ada@x: super-admin}")
    let before = acme("management: additive\nmembers: {ada@x: super-admin, bob@x: member}")
    let stored = "acme\n  ada@x super-admin\n  bob@x member\n  eve@x member\nacme/default default"
    #expect(
      Scenario(manifests, stored: stored, applied: before).actions == ["remove-member acme bob@x -role=member change"])
  }

  @Test func `additive management removes what has ended`() {
    let manifests = acme("management: additive\nmembers: {ada@x: super-admin}")
    let stored = "acme\n  ada@x super-admin\n  eve@x member until=2026-01-01T00:00:00Z\nacme/default default"
    #expect(
      Scenario(manifests, stored: stored, applied: manifests).actions == [
        "remove-member acme eve@x -expires=2026-01-01T00:00:00Z,role=member expiry"
      ])
  }
}
