import Model
import Planning
import Testing

/// `protected-subject`: removing or demoting an entry with `protect: true` in the commit applied before.
@Suite struct ProtectedSubjectTests {
  private static let on = extending("enterprise")
  private static let off = extending("enterprise", "protected-subject: off")
  private static let blocked = " blocked:protected-subject"
  private static let people = "ada@x: super-admin, bob@x: member, oncall@x: member"
  private static let stored =
    "acme\n  ada@x super-admin\n  bob@x member\n  oncall@x member\nacme/default default\nacme/ml\n  bob@x viewer\n  oncall@x developer protect"
  private static let protected = "oncall@x: {role: developer, protect: true}"
  private static let removal = "remove-member acme/ml oncall@x -protect=true,role=developer change"

  private static func ml(_ members: String, _ policy: String = on, stored: String = stored) -> Scenario {
    Scenario(
      acme("members: {\(people)}\nworkspaces: {ml: {members: {\(members)}}}", policy: policy), stored: stored,
      applied: acme("members: {\(people)}\nworkspaces: {ml: {members: {bob@x: viewer, \(protected)}}}", policy: policy))
  }

  static let rows = [
    PlanRow(
      "removed, while others go beside", ml(""),
      ["remove-member acme/ml bob@x -role=viewer change", removal + blocked],
      blocked: [
        Refusal(
          rule: .protectedSubject, organization: "acme", workspace: "ml", subject: "oncall@x",
          message: "oncall@x is protected in acme/ml by the commit applied before",
          remedy: "take `protect` away in a commit of its own, and do this after its apply; "
            + "or --override protected-subject@acme --reason TEXT",
          inReview: "take `protect` away in a commit of its own, and do this after its apply",
          source: SourceLocation(file: "manifests/all.yaml", line: 10, column: 14))
      ]),
    PlanRow(
      "demoted", ml("bob@x: viewer, oncall@x: {role: viewer, protect: true}"),
      ["change-role acme/ml oncall@x -role=developer +role=viewer change" + blocked]),
    PlanRow(
      "demoted and no longer protected at once", ml("bob@x: viewer, oncall@x: viewer"),
      ["change-role acme/ml oncall@x -protect=true,role=developer +protect=false,role=viewer change" + blocked]),
    PlanRow(
      "given an end", ml("bob@x: viewer, oncall@x: {role: developer, protect: true, expires: 2027-01-31}"),
      ["update-member acme/ml oncall@x -expires=null +expires=2027-02-01T00:00:00Z change" + blocked]),
    PlanRow(
      "no longer protected", ml("bob@x: viewer, oncall@x: developer"),
      ["update-member acme/ml oncall@x -protect=true +protect=false change"]),
    PlanRow(
      "promoted, and no longer protected", ml("bob@x: viewer, oncall@x: admin"),
      ["change-role acme/ml oncall@x -protect=true,role=developer +protect=false,role=admin change"]),
    PlanRow(
      "in the next commit removed",
      Scenario(
        acme("members: {\(people)}\nworkspaces: {ml: {members: {bob@x: viewer}}}"),
        stored: stored.replacing(" protect", with: ""),
        applied: acme("members: {\(people)}\nworkspaces: {ml: {members: {bob@x: viewer, oncall@x: developer}}}")),
      ["remove-member acme/ml oncall@x -role=developer change"]),
    PlanRow(
      "an end that has come is no removal",
      ml(
        "bob@x: viewer",
        stored: stored.replacing("developer protect", with: "developer until=2026-11-21T00:00:00Z protect")),
      ["remove-member acme/ml oncall@x -expires=2026-11-21T00:00:00Z,protect=true,role=developer change"]),
    PlanRow(
      "an end put off",
      ml(
        "bob@x: viewer, oncall@x: {role: developer, protect: true, expires: 2027-06-30}",
        stored: stored.replacing("developer protect", with: "developer until=2027-01-01T00:00:00Z protect")),
      ["update-member acme/ml oncall@x -expires=2027-01-01T00:00:00Z +expires=2027-07-01T00:00:00Z change"]),
    PlanRow(
      "who leaves the organization stays where they are protected, and so in it",
      Scenario(
        acme("members: {ada@x: super-admin}\nworkspaces: {ml: {}}"), stored: stored,
        applied: acme("members: {\(people)}\nworkspaces: {ml: {members: {bob@x: viewer, \(protected)}}}")),
      [
        "update-management acme/ml -members=true +members=false change",
        "remove-member acme/ml bob@x -role=viewer change", "remove-member acme bob@x -role=member change",
        removal + blocked, "remove-member acme oncall@x -role=member change" + blocked,
      ]),
    PlanRow(
      "an invitation",
      Scenario(
        acme("members: {ada@x: super-admin}"),
        stored: "acme\n  ada@x super-admin\n  ? eve@x member\n  ? oncall@x super-admin protect\nacme/default default"),
      [
        "cancel-invitation acme eve@x -role=member first",
        "cancel-invitation acme oncall@x -protect=true,role=super-admin first" + blocked,
      ]),
    PlanRow(
      "an owner, whose role would go with the ownership",
      Scenario(
        acme("workspaces: {ml: {owner: bob@x, members: {ada@x: member}}}", policy: extending("single-owner")),
        stored: "acme\nacme/ml owner=ada@x\n  ada@x owner protect\n  bob@x member"),
      ["transfer-ownership acme/ml bob@x -owner=ada@x +owner=bob@x first" + blocked]),
    PlanRow("an override", ml("bob@x: viewer").overriding(.protectedSubject), [removal]),
    PlanRow(
      "an override for the organization", ml("bob@x: viewer").overriding(.protectedSubject, organization: "acme"),
      [removal]),
    PlanRow(
      "an override for another", ml("bob@x: viewer").overriding(.protectedSubject, organization: "other"),
      [removal + blocked]),
    PlanRow("off", ml("bob@x: viewer", off), [removal]),
  ]

  static let policies = underBothPolicies(
    strict: on, relaxed: off, before: "workspaces: {ml: {members: {bob@x: viewer, \(protected)}}}",
    after: "workspaces: {ml: {members: {bob@x: viewer}}}", stored: stored, refused: [removal + blocked],
    passes: [removal])

  @Test(arguments: rows + policies) func `a protected entry goes in two steps`(_ row: PlanRow) { row.check() }

  @Test(arguments: [
    ByHandRow(
      "removed", ml(""), as: "ada@x", "remove acme/ml oncall@x", does: [removal + blocked]),
    ByHandRow(
      "demoted", ml(""), as: "ada@x", "set-role acme/ml oncall@x viewer",
      does: ["change-role acme/ml oncall@x -role=developer +role=viewer change" + blocked]),
    ByHandRow(
      "an invitation declined: nobody is kept by force",
      Scenario(
        acme("members: {}"),
        stored: "acme\n  ada@x super-admin\n  ? oncall@x member protect\nacme/default default\n@ oncall@x"),
      as: "oncall@x", "decline acme oncall@x",
      does: ["cancel-invitation acme oncall@x -protect=true,role=member change"]),
  ]) func `by hand too`(_ row: ByHandRow) { row.check() }
}
