import Foundation
import Testing

/// `who --at`: what was declared then.
@Suite struct WhoAtTests {
  static func acme(_ members: String) -> String {
    "apiVersion: tenure/v1\nkind: Organization\nname: acme\nmembers: {\(members)}\nworkspaces: {ml: {members: {g: viewer}}}\ngroups: {g: [y@acme.example]}\n"
  }

  static func company() throws -> Company {
    let company = try Company.declared(acme("x@acme.example: member"))
    try company.git(
      at: "2026-01-31T23:00:00Z", "commit", "-q", "--amend", "--no-edit", "--date", "2026-01-31T23:00:00Z")
    try company.commit(
      ["manifests/acme.yaml": acme("x@acme.example: super-admin, y@acme.example: {role: member, expires: 2026-02-10}")],
      at: "2026-02-05T10:00:00Z")
    try company.commit(["manifests/acme.yaml": acme("y@acme.example: member")], at: "2026-03-01T10:00:00+05:00")
    return company
  }

  @Test(arguments: [
    ("2026-01-31", ["x@acme.example member"]),
    ("2026-02-05T09:59:59Z", ["x@acme.example member"]),
    ("2026-02-05T10:00:00Z", ["x@acme.example super-admin", "y@acme.example member"]),
    // The last day, and the day after.
    ("2026-02-10", ["x@acme.example super-admin", "y@acme.example member"]),
    ("2026-02-11", ["x@acme.example super-admin"]),
    ("2026-03-01T05:00:00Z", ["y@acme.example member"]),
    ("HEAD~1", ["x@acme.example super-admin", "y@acme.example member"]),
    ("main", ["y@acme.example member"]),
  ])
  func `a commit or a date shows who was declared then`(at: String, people: [String]) throws {
    let found = try Self.company().json("who acme --at \(at)")
    #expect(found["path"] as? String == "acme")
    let rows = try #require(found["people"] as? [[String: Any]])
    #expect(rows.map { "\($0.text("subject") ?? "") \($0.text("role") ?? "")" } == people)
    #expect(rows.allSatisfy { Set($0.keys) == ["subject", "role", "status", "via", "expires"] })
    #expect(rows.allSatisfy { $0.text("status") == "active" })
  }

  @Test func `groups and organization roles are said as the store's list says them`() throws {
    let rows = try #require(try Self.company().json("who acme/ml --at HEAD~1")["people"] as? [[String: Any]])
    #expect(rows.compactMap { $0.text("via") } == ["organization-role", "group:g"])
  }

  @Test(arguments: [
    ("who acme/mll --at HEAD", 1, "did you mean 'acme/ml'?"), ("who acmee --at HEAD", 1, "did you mean 'acme'?"),
    ("who acme --at 2025-01-01", 1, "is as old as"), ("who acme --at nope", 1, "no branch, tag or commit"),
    ("who /x --at HEAD", 64, "is no path"),
  ])
  func `what was not there then is an error`(line: String, status: Int32, word: String) throws {
    #expect(try Self.company().tenure(line, exits: status).contains(word))
  }
}
