import Model
import Planning
import Testing

/// `personal-workspace-keeps-its-user`: removing or demoting a person in their own personal workspace.
///
/// An Account's user is owner of its workspaces unless `owner:` says otherwise, so these manifests name another one.
@Suite struct PersonalWorkspaceKeepsItsUserTests {
  private static let enterprise = extending("enterprise")
  private static let off = extending("enterprise", "personal-workspace-keeps-its-user: off")
  private static let stored = stored("ada@x admin")
  private static let blocked = " blocked:personal-workspace-keeps-its-user"

  private static func stored(_ user: String, owner: String = "eve@x") -> String {
    "~ada@x\n~ada@x/Personal personal owner=\(owner)\n  \(user)\n  bob@x viewer\n  eve@x admin"
  }

  private static func personal(
    owner: String = "eve@x", _ members: String, stored: String = stored, policy: String = enterprise
  ) -> Scenario {
    Scenario(
      ada("workspaces: {Personal: {owner: \(owner), members: {\(members)}}}", policy: policy), stored: stored)
  }

  private static func role(_ before: String, _ after: String) -> String {
    "change-role ~ada@x/Personal ada@x -\(before) +\(after) first"
  }

  private static func end(_ before: String, _ after: String) -> String {
    "update-member ~ada@x/Personal ada@x -expires=\(before) +expires=\(after) first"
  }

  private static let removal = "remove-member ~ada@x/Personal ada@x -role=admin first"

  static let rows = [
    PlanRow(
      "removed, while others go beside", personal("eve@x: admin"),
      ["remove-member ~ada@x/Personal bob@x -role=viewer first", removal + blocked],
      blocked: [
        Refusal(
          rule: .personalWorkspaceKeepsItsUser, organization: "~ada@x", workspace: "Personal", subject: "ada@x",
          message: "~ada@x/Personal is the personal workspace of ada@x, who always keeps it",
          remedy: "declare ada@x there in the top role, or leave `members` out",
          source: SourceLocation(file: "manifests/all.yaml", line: 9, column: 14))
      ]),
    PlanRow("every override", personal("bob@x: viewer").withEveryOverride, [removal + blocked]),
    PlanRow(
      "an empty list still means its user",
      Scenario(
        ada("workspaces: {Personal: {members: {}}}", policy: enterprise), stored: stored("ada@x admin", owner: "ada@x")),
      [
        "remove-member ~ada@x/Personal bob@x -role=viewer first",
        "remove-member ~ada@x/Personal eve@x -role=admin first",
      ]),
    PlanRow(
      "demoted", personal("ada@x: viewer, bob@x: viewer"), [role("role=admin", "role=viewer") + blocked]),
    PlanRow(
      "given an end", personal("ada@x: {role: admin, expires: 2027-01-31}, bob@x: viewer"),
      [end("null", "2027-02-01T00:00:00Z") + blocked]),
    PlanRow(
      "another owner of record",
      personal("ada@x: admin, bob@x: viewer", stored: stored("ada@x admin", owner: "ada@x")),
      ["transfer-ownership ~ada@x/Personal eve@x -owner=ada@x +owner=eve@x first" + blocked]),
    PlanRow(
      "the role that goes with the ownership",
      personal(
        "ada@x: member", stored: "~ada@x\n~ada@x/Personal personal owner=ada@x\n  ada@x owner\n  eve@x member",
        policy: extending("single-owner")),
      ["transfer-ownership ~ada@x/Personal eve@x -owner=ada@x +owner=eve@x first" + blocked]),
    PlanRow(
      "others come, change and go", personal("ada@x: admin, carl@x: viewer"),
      [
        "add-member ~ada@x/Personal carl@x +role=viewer first",
        "remove-member ~ada@x/Personal bob@x -role=viewer first",
      ]),
    PlanRow(
      "a lower role is repaired", personal("ada@x: admin, bob@x: viewer", stored: stored("ada@x viewer")),
      [role("role=viewer", "role=admin")]),
    PlanRow(
      "a lower role is not lowered further: its user has the top role anyway, which is written",
      personal("ada@x: viewer, bob@x: viewer", stored: stored("ada@x developer")),
      [
        "change-role ~ada@x/Personal ada@x -role=developer +role=admin drift",
        role("role=developer", "role=viewer") + blocked,
      ]),
    PlanRow(
      "an end is taken away",
      personal("ada@x: admin, bob@x: viewer", stored: stored("ada@x admin until=2027-01-01T00:00:00Z")),
      [end("2027-01-01T00:00:00Z", "null")]),
    PlanRow(
      "an end is put off",
      personal(
        "ada@x: {role: admin, expires: 2027-06-30}, bob@x: viewer",
        stored: stored("ada@x admin until=2027-01-01T00:00:00Z")),
      [end("2027-01-01T00:00:00Z", "2027-07-01T00:00:00Z")]),
    PlanRow(
      "an end does not come sooner",
      personal(
        "ada@x: {role: admin, expires: 2026-12-31}, bob@x: viewer",
        stored: stored("ada@x admin until=2027-06-01T00:00:00Z")),
      [end("2027-06-01T00:00:00Z", "2027-01-01T00:00:00Z") + blocked]),
    PlanRow(
      "a promotion brings no end",
      personal("ada@x: {role: admin, expires: 2027-01-31}, bob@x: viewer", stored: stored("ada@x viewer")),
      [role("expires=null,role=viewer", "expires=2027-02-01T00:00:00Z,role=admin") + blocked]),
    PlanRow(
      "the ownership comes back", personal(owner: "ada@x", "bob@x: viewer, eve@x: admin"),
      ["transfer-ownership ~ada@x/Personal ada@x -owner=eve@x +owner=ada@x first"]),
    PlanRow(
      "from another workspace of theirs they are removed",
      Scenario(
        ada("workspaces: {Shared: {owner: eve@x, members: {}}}", policy: enterprise),
        stored: stored + "\n~ada@x/Shared owner=eve@x\n  ada@x admin\n  eve@x admin"),
      ["remove-member ~ada@x/Shared ada@x -role=admin first"]),
    PlanRow("off", personal("bob@x: viewer", policy: off), [removal]),
  ]

  static let policies = underBothPolicies(
    strict: enterprise, relaxed: off,
    before: "workspaces: {Personal: {owner: eve@x, members: {ada@x: admin, bob@x: viewer}}}",
    after: "workspaces: {Personal: {owner: eve@x, members: {bob@x: viewer}}}", stored: stored,
    refused: ["remove-member ~ada@x/Personal ada@x -role=admin change" + blocked],
    passes: ["remove-member ~ada@x/Personal ada@x -role=admin change"], in: { ada($0, policy: $1) })

  @Test(arguments: rows + policies) func `a personal workspace keeps its user`(_ row: PlanRow) { row.check() }

  @Test(arguments: [
    ByHandRow(
      "the operator removes them", personal(""), "remove ~ada@x/Personal ada@x",
      does: ["remove-member ~ada@x/Personal ada@x -role=admin change" + blocked]),
    ByHandRow(
      "the operator demotes them", personal(""), "set-role ~ada@x/Personal ada@x viewer",
      does: ["change-role ~ada@x/Personal ada@x -role=admin +role=viewer change" + blocked]),
    ByHandRow(
      "they leave", personal(""), as: "ada@x", "leave ~ada@x/Personal ada@x",
      does: ["remove-member ~ada@x/Personal ada@x -role=admin change" + blocked]),
    ByHandRow(
      "they remove somebody else", personal(""), as: "ada@x", "remove ~ada@x/Personal bob@x",
      does: ["remove-member ~ada@x/Personal bob@x -role=viewer change"]),
  ]) func `by hand too`(_ row: ByHandRow) { row.check() }
}
