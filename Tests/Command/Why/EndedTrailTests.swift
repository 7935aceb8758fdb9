import Foundation
import Testing

/// What `why` says of access that ended, was renamed away, or is suspended.
@Suite struct EndedTrailTests {
  private static let (grace, ml) = ("grace@acme.example", "acme/ml")

  /// An organization of ada, bob and grace; `workspaces` is what stands below that key.
  private static func acme(_ workspaces: String, policy: String = "") -> [String: String?] {
    [
      "manifests/acme.yaml": """
      apiVersion: tenure/v1
      kind: Organization
      name: acme
      owner: ada@acme.example
      members:
        ada@acme.example: super-admin
        bob@acme.example: super-admin
        grace@acme.example: member
        eve@acme.example: member
      workspaces:
        \(workspaces)
      ---
      apiVersion: tenure/v1
      kind: Policy
      invitations: {admission: direct, expireAfter: 3d}
      \(policy)
      """
    ]
  }

  private static func ml(_ members: String) -> [String: String?] {
    acme("ml: {members: {ada@acme.example: admin\(members.isEmpty ? "" : ", ")\(members)}}")
  }

  private static func instant(_ day: Int) -> String { "2027-01-0\(day)T10:00:00Z" }

  /// Commits and applies on that day; answers the commit.
  @discardableResult
  private func apply(
    _ files: [String: String?], _ company: Company, day: Int, by author: String = "ada@acme.example",
    exits status: Int32 = 0
  ) throws -> String {
    let commit = try company.commit(files, by: author, at: Self.instant(day))
    try company.tenure("apply --yes --now \(Self.instant(day))", exits: status)
    return commit
  }

  private func run(_ line: String, _ company: Company, day: Int) throws {
    try company.tenure("\(line) --now \(Self.instant(day))", exits: 0)
  }

  private func actions(_ events: Any?) -> [String] {
    (events as? [[String: Any]] ?? []).map { event in
      let actors = (event["actors"] as? [String] ?? []).map { $0.prefix { $0 != "@" } }.joined(separator: "+")
      return "\(event.text("action") ?? "") \(actors)"
    }
  }

  // MARK: Renames

  @Test func `a rename ends nothing, and what ended before it is told under the new name and the old`() throws {
    let company = try Company.declared("")
    try apply(Self.ml("grace@acme.example: viewer"), company, day: 1)
    try run("member add acme/ml eve@acme.example --role operator --as ada@acme.example", company, day: 2)
    try run("member remove acme/ml eve@acme.example --as bob@acme.example", company, day: 3)
    try apply(
      Self.acme("mlx: {renamedFrom: ml, members: {ada@acme.example: admin, grace@acme.example: viewer}}"), company,
      day: 4)
    let answer = try company.why("\(Self.grace) --now \(Self.instant(5))")
    #expect(answer.paths.contains("acme/mlx") && answer.ended.isEmpty)
    #expect(
      actions(answer.access.first { $0.text("path") == "acme/mlx" }?["events"]) == [
        "add-member ada", "rename-workspace ada",
      ])
    for name in ["acme/mlx", "acme/ml"] {
      let ended = try #require(try company.why("eve@acme.example \(name) --now \(Self.instant(5))").ended.first)
      #expect(ended.text("path") == "acme/mlx")
      #expect(actions(ended["given"]) == ["add-member ada"])
      #expect(actions([ended["event"]]) == ["remove-member bob"])
    }
    let text = try company.tenure("why \(Self.grace) acme/ml --now \(Self.instant(5))", exits: 0)
    #expect(text.contains("acme/ml has been renamed to acme/mlx") && text.contains("acme/mlx: viewer, active"))
  }

  @Test func `a name that was given up and taken again is two places`() throws {
    let company = try Company.declared("")
    try apply(Self.ml("grace@acme.example: viewer"), company, day: 1)
    try apply(
      Self.acme(
        "ml: {members: {ada@acme.example: admin}}\n  "
          + "mlx: {renamedFrom: ml, members: {ada@acme.example: admin, grace@acme.example: viewer}}"), company, day: 2)
    let answer = try company.why("\(Self.grace) --now \(Self.instant(3))")
    #expect(answer.paths.contains("acme/mlx") && !answer.paths.contains(Self.ml))
    #expect(answer.ended.isEmpty)
    #expect(try company.why("\(Self.grace) acme/ml --now \(Self.instant(3))").json["path"] as? String == "acme/ml")
  }

  @Test func `manifests alone follow a rename too`() throws {
    let company = try Company.declared("")
    try company.commit(Self.ml("grace@acme.example: viewer"))
    let removal = try company.commit(Self.ml(""), by: "bob@acme.example")
    try company.commit(Self.acme("mlx: {renamedFrom: ml, members: {ada@acme.example: admin}}"))
    for name in ["acme/mlx", "acme/ml"] {
      let ended = try #require(try company.why("\(Self.grace) \(name)").ended.first)
      #expect(ended.text("path") == "acme/mlx")
      #expect((ended["removed"] as? [String: Any])?.text("commit") == removal)
    }
    #expect(try company.why("ada@acme.example").ended.isEmpty)
  }

  // MARK: The last of several times

  @Test func `an end that came is told by its own line, not by one that was taken out before`() throws {
    let company = try Company.declared("")
    try apply(Self.ml("grace@acme.example: developer"), company, day: 1)
    try apply(Self.ml(""), company, day: 3, by: "bob@acme.example")
    let commit = try apply(Self.ml("grace@acme.example: {role: viewer, expires: 2027-01-05}"), company, day: 4)
    for line in ["--now \(Self.instant(6))", "--at HEAD --now \(Self.instant(6))"] {
      let ended = try #require(try company.why("\(Self.grace) acme/ml \(line)").ended.first)
      #expect(ended.text("role") == "viewer" && ended.text("expired") == "2027-01-06T00:00:00Z")
      let proof = try #require((ended["proof"] as? [[String: Any]])?.first)
      #expect(proof.text("text") == "grace@acme.example: viewer until 2027-01-06T00:00:00Z")
      #expect(proof.text("commit") == commit && ended["removed"] is NSNull)
    }
  }

  @Test func `what was given by hand after the line was taken out is not that line's`() throws {
    let company = try Company.declared("")
    try apply(Self.ml("grace@acme.example: developer"), company, day: 1)
    let removal = try apply(Self.ml(""), company, day: 2, by: "bob@acme.example")
    let first = try #require(try company.why("\(Self.grace) acme/ml --now \(Self.instant(3))").ended.first)
    #expect((first["removed"] as? [String: Any])?.text("commit") == removal)
    try run("member add acme/ml grace@acme.example --role viewer --as ada@acme.example", company, day: 4)
    try run("member remove acme/ml grace@acme.example --as ada@acme.example", company, day: 5)
    let last = try #require(try company.why("\(Self.grace) acme/ml --now \(Self.instant(6))").ended.first)
    #expect(actions(last["given"]) == ["add-member ada"] && last.text("role") == "viewer")
    #expect((last["proof"] as? [Any])?.isEmpty == true && last["removed"] is NSNull)
  }

  @Test func `an invitation that lapsed does not hide who ended what they had`() throws {
    let company = try Company.declared("")
    try apply(Self.ml("grace@acme.example: developer"), company, day: 1)
    try apply(Self.ml(""), company, day: 2, by: "bob@acme.example")
    try run("member invite acme/ml grace@acme.example --role viewer --as ada@acme.example", company, day: 3)
    let answer = try company.why("\(Self.grace) acme/ml --now 2028-01-01T00:00:00Z")
    let ended = try #require(answer.ended.first)
    #expect(answer.access.isEmpty && actions(ended["given"]) == ["add-member ada"])
    #expect(actions([ended["event"]]) == ["remove-member bob"])
  }

  @Test func `a deleted account says who deleted it`() throws {
    let company = try Company.declared("")
    try apply(Self.ml(""), company, day: 1)
    try run("account sign-up zoe@acme.example", company, day: 2)
    try run("member add acme zoe@acme.example --role member --as ada@acme.example", company, day: 2)
    try run("account delete zoe@acme.example --yes", company, day: 3)
    let ended = try #require(try company.why("zoe@acme.example acme --now \(Self.instant(4))").ended.first)
    #expect(actions(ended["given"]) == ["add-member ada"])
    #expect(actions([ended["event"]]) == ["remove-member operator"])
    let account = try #require(
      try company.why("zoe@acme.example ~zoe@acme.example --now \(Self.instant(4))").ended.first)
    #expect(actions(account["given"]) == ["create-account operator"])
    #expect(actions([account["event"]]) == ["delete-account operator"])
  }

  // MARK: Ended and still declared

  @Test(arguments: [
    ("member remove acme/ml grace@acme.example --as bob@acme.example", "remove-member bob", "declared", "not-applied"),
    ("workspace leave acme/ml --as grace@acme.example", "leave grace", "held", "left"),
  ])
  func `who is declared and was removed or left is told who gave it and who ended it`(
    line: String, event: String, status: String, because: String
  ) throws {
    let company = try Company.declared("")
    try apply(Self.ml("grace@acme.example: viewer"), company, day: 1)
    try run(line, company, day: 2)
    let answer = try company.why("\(Self.grace) acme/ml --now \(Self.instant(3))")
    let access = try #require(answer.access.first)
    #expect(access.text("status") == status && access.text("because") == because)
    let ended = try #require(answer.ended.first)
    #expect(actions(ended["given"]) == ["add-member ada"] && actions([ended["event"]]) == [event])
    #expect(ended["removed"] is NSNull)
    #expect(try company.why("\(Self.grace) --now \(Self.instant(3))").ended.compactMap { $0.text("path") } == [Self.ml])
    let text = try company.tenure("why \(Self.grace) acme/ml --now \(Self.instant(3))", exits: 0)
    #expect(!text.contains("not applied yet"))
    #expect(status == "held" || text.contains("acme/ml: viewer, declared, ended by hand since it was applied\n"))
    #expect(text.components(separatedBy: Self.instant(2)).count == 2, "once")
  }

  @Test func `what a commit ended and a newer one declares again is not applied yet`() throws {
    let company = try Company.declared("")
    try apply(Self.ml("grace@acme.example: viewer"), company, day: 1)
    try apply(Self.ml(""), company, day: 2, by: "bob@acme.example")
    try company.commit(Self.ml("grace@acme.example: viewer"), at: Self.instant(3))
    let text = try company.tenure("why \(Self.grace) acme/ml --now \(Self.instant(4))", exits: 0)
    #expect(text.contains("acme/ml: viewer, declared, not applied yet\n"))
    #expect(text.contains("acme/ml: viewer, ended\n") && text.contains("remove-member  viewer  by bob@acme.example"))
  }

  // MARK: Suspended

  @Test func `who is suspended is told by whom, when and why, then and afterwards`() throws {
    let company = try Company.declared("")
    try apply(
      Self.acme("ml: {members: {ada@acme.example: admin}}", policy: "operators: [ops@acme.example]"), company, day: 1)
    try run("account suspend grace@acme.example --reason stolen --as ops@acme.example", company, day: 2)
    let question = "why \(Self.grace) acme --now \(Self.instant(3))"
    #expect(
      try company.tenure(question, exits: 0).contains(
        "\(Self.instant(2))  suspend-account          by ops@acme.example  stolen"))
    try run("account resume grace@acme.example", company, day: 4)
    for (line, status, ends) in [
      ("--now \(Self.instant(5))", "active", ["suspend-account ops", "resume-account operator"]),
      ("--at \(Self.instant(3))", "suspended", ["suspend-account ops"]),
    ] {
      let access = try #require(try company.why("\(Self.grace) acme \(line)").access.first)
      #expect(access.text("status") == status && actions(access["events"]) == ["add-member ada"] + ends)
      let event = try #require((access["events"] as? [[String: Any]])?[1])
      #expect(event.text("reason") == "stolen" && event.text("time") == Self.instant(2))
    }
    // What came after is of another time.
    try run("member add acme/ml grace@acme.example --role viewer --as ada@acme.example", company, day: 6)
    let later = try #require(try company.why("\(Self.grace) acme/ml --now \(Self.instant(7))").access.first)
    #expect(actions(later["events"]) == ["add-member ada"])
  }
}
