import Foundation
import Testing

/// What `who --at` and `why --at` say was declared beside what was stored: by applies that changed nothing, and by such as
/// were refused.
@Suite struct PastDeclaredTests {
  private static func acme(_ members: String, ml: String, more: String = "") -> [String: String?] {
    [
      "manifests/acme.yaml": """
      apiVersion: tenure/v1
      kind: Organization
      name: acme
      owner: ada@acme.example
      members:
        ada@acme.example: super-admin
        \(members)
      workspaces:
        ml: {members: {\(ml)}}
      \(more)
      ---
      apiVersion: tenure/v1
      kind: Policy
      invitations: {admission: direct}
      """
    ]
  }

  private static func instant(_ day: Int) -> String { "2027-01-0\(day)T10:00:00Z" }

  @discardableResult
  private func apply(
    _ files: [String: String?], _ company: Company, day: Int, by author: String = "ada@acme.example",
    exits status: Int32 = 0
  ) throws -> String {
    let commit = try company.commit(files, by: author, at: Self.instant(day))
    try company.tenure("apply --yes --now \(Self.instant(day))", exits: status)
    return commit
  }

  private func vias(_ company: Company, _ line: String) throws -> [String] {
    let people = try company.json("who \(line)")["people"] as? [[String: Any]] ?? []
    return people.map { "\($0.text("subject") ?? "") \($0.text("via") ?? "")" }
  }

  /// An access as `why` has it of one instant, now and looking back.
  private func same(_ company: Company, _ who: String, day: Int) throws -> [String: Any] {
    let now = try #require(try company.why("\(who) --now \(Self.instant(day))").access.first)
    let then = try #require(try company.why("\(who) --at \(Self.instant(day))").access.first)
    let texts = try [now, then].map {
      String(decoding: try JSONSerialization.data(withJSONObject: $0, options: .sortedKeys), as: UTF8.self)
    }
    #expect(texts[0] == texts[1], "\(who)")
    return then
  }

  @Test func `a commit that changed nothing was applied all the same`() throws {
    func manifests(_ gus: String) -> [String: String?] {
      Self.acme("\(gus): member", ml: "team: developer", more: "groups: {team: [\(gus)]}")
    }
    let company = try Company.declared("")
    try apply(manifests("gus@acme.example"), company, day: 1)
    try company.tenure("account move gus@acme.example gustav@acme.example --now \(Self.instant(2))", exits: 0)
    let commit = try apply(manifests("gustav@acme.example"), company, day: 3)
    let then = try vias(company, "acme/ml --at \(Self.instant(4))")
    #expect(then.contains("gustav@acme.example group:team"))
    #expect(then == (try vias(company, "acme/ml --now \(Self.instant(4))")))
    #expect(try same(company, "gustav@acme.example acme/ml", day: 4).text("declaredBy") == commit)
    #expect(try company.why("gus@acme.example acme/ml --at \(Self.instant(4))").access.isEmpty)
    #expect(try vias(company, "acme/ml --at 2027-01-02").contains("gustav@acme.example direct"))
  }

  @Test func `an apply to one organization moves no other one on`() throws {
    let other = Self.acme("zoe@acme.example: member", ml: "zoe@acme.example: viewer")["manifests/acme.yaml"]??
      .replacing("name: acme", with: "name: other").components(separatedBy: "---").first
    let company = try Company.declared("")
    var files = Self.acme("gus@acme.example: member", ml: "gus@acme.example: viewer")
    files["manifests/other.yaml"] = .some(other)
    let first = try apply(files, company, day: 1)
    let second = try company.commit(["manifests/note.txt": "x"], at: Self.instant(2))
    try company.tenure("apply --yes --only acme --now \(Self.instant(2))", exits: 0)
    #expect(try same(company, "gus@acme.example acme/ml", day: 3).text("declaredBy") == second)
    let others = try company.why("zoe@acme.example other/ml --at \(Self.instant(3))")
    #expect(others.access.first?.text("declaredBy") == first)
    try company.tenure("apply --yes --now \(Self.instant(4))", exits: 0)
    #expect(try same(company, "zoe@acme.example other/ml", day: 5).text("declaredBy") == second)
  }

  @Test func `what an apply refused was held back then too`() throws {
    let company = try Company.declared("")
    let first = try apply(
      Self.acme("gus@acme.example: member", ml: "ada@acme.example: admin"), company, day: 1)
    let raise = try apply(
      Self.acme(
        "gus@acme.example: super-admin\n  zoe@acme.example: member",
        ml: "ada@acme.example: admin, gus@acme.example: admin"), company, day: 2, by: "gus@acme.example", exits: 3)
    let then = try same(company, "gus@acme.example acme", day: 3)
    #expect(then.text("because") == "withheld" && then.text("declaredBy") == first)
    #expect((then["next"] as? [String: Any])?.text("commit") == raise)
    let new = try same(company, "gus@acme.example acme/ml", day: 3)
    #expect(new.text("status") == "declared" && new.text("because") == "withheld")
    let text = try company.tenure("why gus@acme.example acme --at \(Self.instant(3))", exits: 0)
    #expect(text.contains("declared as super-admin at \(raise): held back by the last apply"))
  }

  @Test func `what somebody did by hand since is no refusal`() throws {
    let company = try Company.declared("")
    try apply(Self.acme("gus@acme.example: member", ml: "gus@acme.example: viewer"), company, day: 1)
    try company.tenure("member set-role acme/ml gus@acme.example developer --now \(Self.instant(2))", exits: 0)
    #expect(try same(company, "gus@acme.example acme/ml", day: 3).text("because") == "not-applied")
    try company.tenure("member remove acme/ml gus@acme.example --now \(Self.instant(4))", exits: 0)
    let gone = try same(company, "gus@acme.example acme/ml", day: 5)
    #expect(gone.text("status") == "declared" && gone.text("because") == "not-applied")
  }
}
