import Foundation
import Testing

/// Balance and sums take `billing.view`, ledger entries and invoices `billing.buy`, names in them `members.view`.
@Suite struct BillingLeakTests {
  private func company() throws -> Company {
    let company = try Company(
      """
      apiVersion: tenure/v1
      kind: Policy
      extends: small-team
      ---
      apiVersion: tenure/v1
      kind: Organization
      name: scrap
      owner: ops@acme.example
      workspaces: {team: {owner: cre@acme.example}}
      """)
    for name in ["new", "has"] {
      try company.tenure("member invite scrap/team \(name)@acme.example --as cre@acme.example", exits: 0)
      try company.tenure("account sign-up \(name)@acme.example", exits: 0)
      try company.tenure("invitation accept scrap/team --as \(name)@acme.example", exits: 0)
    }
    try company.tenure("resource add scrap/team doc --count 3 --as has@acme.example", exits: 0)
    try company.tenure("billing buy scrap/team 50 --as cre@acme.example", exits: 0)
    return company
  }

  @Test func `a member sees the balance and nobody's name`() throws {
    let company = try company()
    let text = try company.tenure("billing show scrap/team --as new@acme.example", exits: 0)
    #expect(text.contains("50") && !text.contains("@") && !text.contains("doc"), "\(text)")
    let json = try company.json("billing show scrap/team --as new@acme.example")
    #expect(json["balance"] as? Int == 50)
    for key in ["resources", "usageByCreator", "creditsByCreator", "invoices"] {
      #expect(json.keys.contains(key) && json[key] is NSNull, "\(key)")
    }
  }

  @Test func `an owner sees the ledger with its people`() throws {
    let company = try company()
    let text = try company.tenure("billing show scrap/team --as cre@acme.example", exits: 0)
    #expect(text.contains("has@acme.example") && text.contains("doc"), "\(text)")
  }

  @Test func `who buys and may not see the members sees sums by kind`() throws {
    let company = try Company(Office.manifests())
    for _ in 1...2 { try company.tenure("resource add acme/ml workflow --as dev@acme.example", exits: 0) }
    try company.tenure("resource add acme/ml workflow --as grace@acme.example", exits: 0)
    let json = try company.json("billing show acme/ml --as bill@acme.example")
    let resources = json["resources"] as? [[String: Any]] ?? []
    #expect(resources.count == 1 && resources.first?["count"] as? Int == 3)
    #expect(resources.first?["creator"] is NSNull)
    let text = try company.tenure("billing show acme/ml --as bill@acme.example", exits: 0)
    #expect(!text.contains("@"), "\(text)")
  }
}
