import Foundation
import Testing

/// `who --at` and `why --at` with a store: what was stored then, by the audit log.
@Suite struct PastTests {
  private static func acme(_ ml: String, more: String = "", policy: String = "") -> String {
    """
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    owner: ada@acme.example
    members:
      ada@acme.example: super-admin
      grace@acme.example: member
    workspaces:
      ml: {members: {\(ml)}}
      \(more)
    groups: {sre: [grace@acme.example]}
    ---
    apiVersion: tenure/v1
    kind: Policy
    invitations: {admission: direct\(policy)}
    """
  }

  /// Eve is let in by command on the 2nd and removed as drift on the 3rd.
  private static func company(_ first: String = acme("ada@acme.example: admin")) throws -> Company {
    let company = try Company.declared("")
    try company.commit(["manifests/acme.yaml": first], at: "2026-12-01T09:00:00Z")
    try company.tenure("apply --yes --now 2026-12-01T10:00:00Z", exits: 0)
    try company.tenure("account sign-up eve@acme.example --now 2026-12-02T08:00:00Z", exits: 0)
    try company.tenure("member add acme eve@acme.example --role member --now 2026-12-02T09:00:00Z", exits: 0)
    try company.tenure("member add acme/ml eve@acme.example --role developer --now 2026-12-02T10:00:00Z", exits: 0)
    try company.tenure("apply --yes --now 2026-12-03T10:00:00Z", exits: 0)
    return company
  }

  private func rows(_ company: Company, _ line: String, sourceLocation: SourceLocation = #_sourceLocation) throws
    -> [String]
  {
    let found = try company.json("who \(line)", sourceLocation: sourceLocation)["people"] as? [[String: Any]] ?? []
    return found.map { row in
      ["subject", "role", "status", "via", "expires"].map { row[$0] as? String ?? "-" }.joined(separator: " ")
    }
  }

  @Test func `whoever was let in by command and removed as drift was there in between`() throws {
    let company = try Self.company()
    let eve = "eve@acme.example developer active direct -"
    #expect(try rows(company, "acme/ml --at 2026-12-02").contains(eve))
    #expect(try rows(company, "acme/ml --at 2026-12-02T10:00:00Z").contains(eve))
    #expect(try !rows(company, "acme/ml --at 2026-12-02T09:59:59Z").contains(eve))
    #expect(try !rows(company, "acme/ml --at 2026-12-03T10:00:00Z").contains(eve))
    // A commit says what it declares.
    #expect(try !rows(company, "acme/ml --at HEAD").contains(eve))
    let outside = try Binary().run(
      ["who", "acme/ml", "--at", "2026-12-02", "--state", company.store], in: "/")
    #expect(outside.status == 0 && outside.out.contains("eve@acme.example"), "\(outside.err)")
  }

  @Test func `why says who gave it then, and later who ended it`() throws {
    let company = try Self.company()
    let then = try #require(try company.why("eve@acme.example acme/ml --at 2026-12-02").access.first)
    #expect(then.text("status") == "active" && then.text("role") == "developer")
    let events = try #require(then["events"] as? [[String: Any]])
    #expect(events.map { $0.text("action") } == ["add-member"])
    let before = try company.tenure("why eve@acme.example --at 2026-12-01", exits: 0)
    #expect(before.contains("no account and no manifest has eve@acme.example"))
    for line in ["eve@acme.example acme/ml", "eve@acme.example acme/ml --at 2026-12-03"] {
      let answer = try company.why(line)
      #expect(answer.access.isEmpty)
      let ended = try #require(answer.ended.first)
      let given = try #require(ended["given"] as? [[String: Any]])
      #expect(given.map { $0.text("action") } == ["add-member"])
      #expect(given.first?["actors"] as? [String] == ["operator"])
      #expect(given.first?.text("time") == "2026-12-02T10:00:00Z")
      let event = try #require(ended["event"] as? [String: Any])
      #expect(event.text("action") == "remove-member" && event["actors"] as? [String] == ["tenure"])
      #expect(event.text("time") == "2026-12-03T10:00:00Z")
    }
    let text = try company.tenure("why eve@acme.example acme/ml", exits: 0)
    #expect(text.contains("2026-12-02T10:00:00Z  add-member     developer  by operator"))
    #expect(text.contains("2026-12-03T10:00:00Z  remove-member  developer  by tenure"))
  }

  @Test func `what was declared beside it is the commit applied then`() throws {
    let company = try Self.company(Self.acme("sre: developer, ada@acme.example: admin"))
    try company.commit(
      ["manifests/acme.yaml": Self.acme("grace@acme.example: developer, ada@acme.example: admin")],
      at: "2026-12-04T09:00:00Z")
    try company.tenure("apply --yes --now 2026-12-04T10:00:00Z", exits: 0)
    #expect(
      try rows(company, "acme/ml --at 2026-12-03").contains("grace@acme.example developer active group:sre -"))
    #expect(try rows(company, "acme/ml --at 2026-12-04").contains("grace@acme.example developer active direct -"))
    let then = try company.why("grace@acme.example acme/ml --at 2026-12-04T09:30:00Z")
    #expect(then.access.first?.text("via") == "group:sre" && then.proof("acme/ml").count == 2)
    #expect(then.json["commit"] as? String == (try company.gitOutput("rev-parse", "HEAD~1")))
  }

  @Test func `renamed, moved, deleted, suspended and lapsed: each day as it was`() throws {
    let company = try Self.company(
      Self.acme("grace@acme.example: {role: admin, expires: 2026-12-20}", policy: ", expireAfter: 3d"))
    var noted: [(String, String, [String])] = []
    func look(_ path: String, _ at: String) throws {
      noted.append((path, at, try rows(company, "\(path) --now \(at)")))
    }
    func run(_ line: String, _ at: String) throws { try company.tenure("\(line) --now \(at)", exits: 0) }
    try run("member invite acme zoe@acme.example --role member", "2026-12-05T09:00:00Z")
    try look("acme", "2026-12-05T10:00:00Z")
    try look("acme", "2026-12-08T08:59:59Z")
    try look("acme", "2026-12-08T09:00:00Z")
    try run("account suspend grace@acme.example --reason lost", "2026-12-08T10:00:00Z")
    try look("acme/ml", "2026-12-08T11:00:00Z")
    try run("account resume grace@acme.example", "2026-12-09T10:00:00Z")
    try look("acme/ml", "2026-12-09T11:00:00Z")
    try company.commit(
      [
        "manifests/acme.yaml": Self.acme(
          "grace@acme.example: {role: admin, expires: 2026-12-20}", policy: ", expireAfter: 3d"
        ).replacing("  ml: {", with: "  lab: {renamedFrom: ml, ")
      ], at: "2026-12-10T09:00:00Z")
    try run("apply --yes", "2026-12-10T10:00:00Z")
    try look("acme/lab", "2026-12-10T11:00:00Z")
    try run("account move eve@acme.example eva@acme.example", "2026-12-11T10:00:00Z")
    try look("~eva@acme.example/Personal", "2026-12-11T11:00:00Z")
    try look("acme/lab", "2026-12-21T10:00:00Z")
    try run("workspace delete acme/lab --yes", "2026-12-22T10:00:00Z")
    try run("account delete eva@acme.example --yes", "2026-12-23T10:00:00Z")
    for (path, at, people) in noted {
      #expect(try rows(company, "\(path) --at \(at)") == people, "\(path) at \(at)")
    }
    #expect(try rows(company, "acme/ml --at 2026-12-02").count == 3, "under the name that it had")
    try company.tenure("who acme/lab --at 2026-12-09", exits: 1)
    try company.tenure("who acme/lab --at 2026-12-22", exits: 1)
    let answer = try company.why("grace@acme.example acme/lab --now 2026-12-24T00:00:00Z")
    #expect((answer.ended.first?["event"] as? [String: Any])?.text("action") == "delete-workspace")
    #expect((answer.ended.first?["given"] as? [[String: Any]])?.first?.text("action") == "add-member")
  }

  @Test func `before the first entry the manifests tell, and that is said`() throws {
    let company = try Self.company()
    let commit = try company.gitOutput("rev-parse", "HEAD~0")
    #expect(!commit.isEmpty)
    let result = try company.tenure("who acme/ml --at 2026-12-01T09:30:00Z")
    #expect(result.status == 0 && result.out.contains("ada@acme.example"))
    #expect(result.err.contains("the audit log begins at 2026-12-01T10:00:00Z"))
  }
}
