import Model
import Planning
import Testing

/// `minimum-admins`: going below N permanent holders of the top role in an organization.
@Suite struct MinimumAdminsTests {
  private static let two = extending("enterprise", "minimum-admins: 2")
  private static let off = extending("enterprise")
  private static let blocked = " blocked:minimum-admins"
  private static let removal = "remove-member acme bob@x -role=super-admin first"

  private static func stored(_ lines: String...) -> String {
    (["acme", "  ada@x super-admin"] + lines.map { "  " + $0 } + ["acme/default default"]).joined(separator: "\n")
  }

  private static func members(
    _ others: String, _ policy: String = two, stored: String = stored("bob@x super-admin", "eve@x member")
  )
    -> Scenario
  {
    Scenario(acme("members: {ada@x: super-admin\(others)}", policy: policy), stored: stored)
  }

  static let rows = [
    PlanRow(
      "one of two, while others go beside", members(""),
      ["remove-member acme eve@x -role=member first", removal + blocked],
      blocked: [
        Refusal(
          rule: .minimumAdmins, organization: "acme", subject: "bob@x",
          message: "acme has 2 permanent super-admins and keeps at least 2",
          remedy: "give somebody else the role first; or --override minimum-admins@acme --reason TEXT",
          inReview: "give somebody else the role first",
          source: SourceLocation(file: "manifests/all.yaml", line: 7, column: 1))
      ]),
    PlanRow(
      "demoted", members(", bob@x: member, eve@x: member"),
      ["change-role acme bob@x -role=super-admin +role=member first" + blocked]),
    PlanRow(
      "given an end", members(", bob@x: {role: super-admin, expires: 2027-01-31}, eve@x: member"),
      ["update-member acme bob@x -expires=null +expires=2027-02-01T00:00:00Z first" + blocked]),
    PlanRow(
      "one of three", members("", stored: stored("bob@x super-admin", "carl@x super-admin")),
      [removal, "remove-member acme carl@x -role=super-admin first" + blocked]),
    PlanRow(
      "a successor comes first", members(", eve@x: super-admin"),
      ["change-role acme eve@x -role=member +role=super-admin first", removal]),
    PlanRow(
      "a successor with an end does not do", members(", eve@x: {role: super-admin, expires: 2027-01-31}"),
      [
        "change-role acme eve@x -expires=null,role=member +expires=2027-02-01T00:00:00Z,role=super-admin first",
        removal + blocked,
      ]),
    PlanRow(
      "who expires does not count",
      members(
        ", carl@x: {role: super-admin, expires: 2026-12-31}",
        stored: stored("bob@x super-admin", "carl@x super-admin until=2027-01-01T00:00:00Z")),
      [removal + blocked]),
    PlanRow(
      "who is suspended does not count",
      members(", carl@x: super-admin", stored: stored("bob@x super-admin", "carl@x super-admin") + "\n! carl@x"),
      [removal + blocked], held: ["acme carl@x suspended"]),
    PlanRow(
      "too few already: somebody comes, others go",
      members(", eve@x: super-admin", stored: stored("eve@x member", "bob@x member")),
      ["change-role acme eve@x -role=member +role=super-admin first", "remove-member acme bob@x -role=member first"]),
    PlanRow(
      "too few already: not fewer still",
      Scenario(acme("members: {eve@x: member}", policy: two), stored: stored("eve@x member")),
      ["remove-member acme ada@x -role=super-admin first blocked:last-owner-kept,minimum-admins"]),
    PlanRow("an override", members(", eve@x: member").overriding(.minimumAdmins), [removal]),
    PlanRow(
      "an override for the organization", members(", eve@x: member").overriding(.minimumAdmins, organization: "acme"),
      [removal]),
    PlanRow(
      "an override for another", members(", eve@x: member").overriding(.minimumAdmins, organization: "other"),
      [removal + blocked]),
    PlanRow(
      "workspaces are not counted",
      Scenario(
        acme("workspaces: {ml: {members: {}}}", policy: two),
        stored: stored("bob@x super-admin") + "\nacme/ml\n  ada@x admin"),
      ["remove-member acme/ml ada@x -role=admin first"]),
    PlanRow(
      "a larger number", members(", eve@x: member", extending("enterprise", "minimum-admins: 3")), [removal + blocked]),
    PlanRow("`on` is one", members(", eve@x: member", extending("enterprise", "minimum-admins: on")), [removal]),
    PlanRow("off", members(", eve@x: member", off), [removal]),
  ]

  static let policies = underBothPolicies(
    strict: two, relaxed: off, before: "members: {ada@x: super-admin, bob@x: super-admin}",
    after: "members: {ada@x: super-admin}", stored: stored("bob@x super-admin"),
    refused: ["remove-member acme bob@x -role=super-admin change" + blocked],
    passes: ["remove-member acme bob@x -role=super-admin change"])

  @Test(arguments: rows + policies) func `an organization keeps enough admins`(_ row: PlanRow) { row.check() }

  @Test(arguments: [
    ByHandRow(
      "one of two", members(""), as: "ada@x", "remove acme bob@x",
      does: ["remove-member acme bob@x -role=super-admin change" + blocked]),
    ByHandRow(
      "a successor first", members(""), as: "ada@x", "set-role acme eve@x super-admin", "set-role acme bob@x member",
      does: [
        "change-role acme eve@x -role=member +role=super-admin change",
        "change-role acme bob@x -role=super-admin +role=member change",
      ]),
  ]) func `by hand too`(_ row: ByHandRow) { row.check() }
}
