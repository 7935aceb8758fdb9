import Foundation
import Testing

private let acme = """
  apiVersion: tenure/v1
  kind: Organization
  name: acme
  owner: ada@acme.example
  members:
    ada@acme.example: super-admin
    grace@acme.example: member
    linus@acme.example: member
  ---
  apiVersion: tenure/v1
  kind: Policy
  operators: [ada@acme.example]
  """

/// What is to be told the world, tried from outside.
@Suite struct OutboxTests {
  private func entries(_ company: Company) throws -> [[String: Any]] {
    try #require(try company.json("outbox list")["entries"] as? [[String: Any]])
  }

  @Test func `invitations wait there with their token, oldest first`() throws {
    let company = try Company(acme)
    let all = try entries(company)
    #expect(all.map { $0["kind"] as? String } == ["invitation", "invitation"])
    #expect(all.map { $0["to"] as? String } == ["grace@acme.example", "linus@acme.example"])
    #expect(all.map { $0["path"] as? String } == ["acme", "acme"])
    #expect(all.allSatisfy { Set($0.keys) == ["id", "kind", "to", "token", "path", "created"] })
    let ids = all.compactMap { $0["id"] as? Int }
    #expect(ids == ids.sorted())
    let token = try #require(all[0]["token"] as? String)
    #expect(token.count == 64)
    #expect(try company.tenure("outbox list", exits: 0).contains(token))
    for line in ["invitation list --format json", "audit --format json", "export", "plan --format json"] {
      #expect(!(try company.tenure(line, exits: 0)).contains(token), "in the clear only in the outbox")
    }
    try company.tenure("account sign-up grace@acme.example", exits: 0)
    try company.tenure("invitation accept --token \(token)", exits: 0)
  }

  @Test func `what is acknowledged is gone, once`() throws {
    let company = try Company(acme)
    let ids = try entries(company).compactMap { $0["id"] as? Int }
    let done = try company.tenure("outbox ack \(ids[0]) 999 \(ids[0])")
    #expect(done.status == 0 && done.out == "Acknowledged \(ids[0]).\n" && done.err.contains("no entry 999"))
    #expect(try entries(company).compactMap { $0["id"] as? Int } == [ids[1]])
    let again = try company.tenure("outbox ack \(ids[0]) 999")
    #expect(again.status == 1 && again.out.isEmpty && again.err.contains("no entry \(ids[0]), 999"))
    try company.tenure("outbox ack \(ids[1])", exits: 0)
    #expect(try entries(company).isEmpty)
    try company.apply()
    #expect(try entries(company).isEmpty, "nothing is said twice")
  }

  @Test func `operators only`() throws {
    let company = try Company(acme)
    let id = try #require(try entries(company).first?["id"] as? Int)
    try company.tenure("account sign-up grace@acme.example", exits: 0)
    for line in ["outbox list --as grace@acme.example", "outbox ack \(id) --as grace@acme.example"] {
      #expect(try company.tenure(line, exits: 3).contains("actor-allowed"))
    }
    #expect(try entries(company).count == 2)
    try company.tenure("outbox list --as ada@acme.example", exits: 0)
    try company.tenure("outbox ack \(id) --as ada@acme.example", exits: 0)
  }

  /// Lines and their exit codes.
  private static let misuse: [(line: String, status: Int32)] = [
    ("outbox ack", 64), ("outbox ack one", 64), ("outbox ack 1.5", 64), ("outbox lst", 64), ("outbox list acme", 64),
    ("outbox ack 99", 1), ("outbox list --as nobody", 64),
  ]

  @Test func `wrong usage, and names that do not exist`() throws {
    let company = try Company(acme)
    for (line, status) in Self.misuse { try company.tenure(line, exits: status) }
  }

  @Test func `an outbox that is not there is empty`() throws {
    let company = try Company(acme, apply: false)
    #expect(try entries(company).isEmpty)
    try company.tenure("outbox ack 1", exits: 1)
    #expect(!FileManager.default.fileExists(atPath: company.storeFolder))
  }
}
