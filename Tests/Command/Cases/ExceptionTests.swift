import Foundation
import Testing

/// Overrides and flags in plans, reports and the audit log: what they lifted, and nothing else.
@Suite struct ExceptionTests {
  private static func organization(_ grace: String?, _ policy: String = "") -> String {
    """
    apiVersion: tenure/v1
    kind: Policy
    extends: enterprise
    invitations: {admission: direct}
    \(policy)
    ---
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    members:
      ada@acme.example: super-admin
    \(grace.map { "  grace@acme.example: \($0)" } ?? "")
    """
  }

  private func overrides(_ company: Company, _ line: String) throws -> [[String: Any]] {
    try #require(try company.json(line)["overrides"] as? [[String: Any]])
  }

  private func entries(_ company: Company) throws -> [[String: Any]] {
    try #require(try company.json("audit")["entries"] as? [[String: Any]])
  }

  @Test func `an override that lifts nothing is not listed`() throws {
    let minimum = "protection: {minimum-admins: 2}"
    let company = try Company(Self.organization("super-admin", minimum))
    try company.commit(Self.organization("member", minimum))
    try company.tenure("plan", exits: 3)
    let with = "plan --override minimum-admins freeze-window --reason audit"
    #expect(try overrides(company, with).map { $0["rule"] as? String } == ["minimum-admins"])
    let text = try company.tenure(with, exits: 0)
    #expect(text.contains("minimum-admins") && !text.contains("freeze-window"))
    try company.tenure("apply --yes --override minimum-admins freeze-window --reason audit", exits: 0)
    let last = try #require(try entries(company).last)
    #expect(last["overrides"] as? [String] == ["minimum-admins"] && last["reason"] as? String == "audit")
    try company.tenure("plan --override creator-kept --reason audit", exits: 3)
    try company.tenure("plan --override nonsense --reason audit", exits: 64)
  }

  @Test func `the digest holds an override only where it lifts something`() throws {
    let company = try Company(Self.organization("member"))
    try company.commit(Self.organization("super-admin"), by: "root@acme.example")
    let plain = try company.json("plan")["digest"] as? String
    #expect(try company.json("plan --override freeze-window --reason audit")["digest"] as? String == plain)
  }

  @Test func `going back is in the report, the JSON and the audit log, with who`() throws {
    let company = try Company(Self.organization("member"))
    try company.commit(Self.organization("super-admin"), by: "root@acme.example")
    try company.apply()
    try company.git("reset", "-q", "--hard", "HEAD~1")
    try company.tenure("apply --yes", exits: 1)
    #expect(try overrides(company, "plan").isEmpty)
    #expect(
      try overrides(company, "plan --allow-rewind").map { "\($0["rule"] ?? "") \($0["reason"] ?? "")" } == [
        "rewind --allow-rewind"
      ])
    let applied = try company.tenure("apply --yes --allow-rewind --actor ops@acme.example")
    #expect(applied.status == 0 && applied.out.contains("rewind"), "\(applied.out)\(applied.err)")
    let log = try entries(company)
    let rewind = try #require(log.first { $0["action"] as? String == "rewind" })
    #expect(rewind["actors"] as? [String] == ["ops@acme.example"] && rewind["reason"] as? String == "--allow-rewind")
    let (before, after) = (rewind["before"] as? [String: Any], rewind["after"] as? [String: Any])
    #expect((before?["commit"] as? String)?.count == 40 && before?["commit"] as? String != after?["commit"] as? String)
    #expect(log.last?["action"] as? String == "change-role" && log.last?["overrides"] as? [String] == ["rewind"])
    #expect(try overrides(company, "plan --allow-rewind").isEmpty, "it descends from what is applied now")
    #expect(try company.tenure("audit verify", exits: 0).contains("OK"))
  }

  @Test func `going back without an action is audited too`() throws {
    let company = try Company(Self.organization("member"))
    try company.commit(Self.organization("member"), message: "nothing")
    try company.apply()
    try company.git("reset", "-q", "--hard", "HEAD~1")
    try company.tenure("apply --yes --allow-rewind", exits: 0)
    let last = try #require(try entries(company).last)
    #expect(last["action"] as? String == "rewind" && last["actors"] as? [String] == ["operator"])
    try company.tenure("apply --yes --allow-rewind", exits: 0)
    #expect(try entries(company).count { $0["action"] as? String == "rewind" } == 1)
  }
}
