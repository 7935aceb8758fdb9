import Foundation
import Testing

private let invoicing = "workspaces: {finalInvoice: true}"

/// Resources, usage, credits and invoices, tried from outside.
@Suite struct BillingTests {
  private func entries(_ value: [String: Any], _ key: String) throws -> [[String: Any]] {
    try #require(value[key] as? [[String: Any]])
  }

  @Test func `a kind in two compositions of one letter is one kind`() throws {
    let company = try Company(Office.manifests())
    for kind in ["do\u{301}c", "d\u{f3}c"] {
      try company.tenure("resource add acme/ml \(kind) --as dev@acme.example", exits: 0)
    }
    let resources = try entries(try company.json("billing show acme/ml"), "resources")
    #expect(resources.map { $0["count"] as? Int } == [2])
  }

  @Test func `the balance is credits bought less usage`() throws {
    let company = try Company(Office.manifests())
    #expect(
      try company.tenure("usage add acme/ml 8 --as op@acme.example").out == "~ add-usage  acme/ml  usage: 0 → 8\n")
    try company.tenure("usage add acme/ml 4", exits: 0)
    #expect(try company.json("billing show acme/ml")["balance"] as? Int == -12)
    try company.tenure("billing buy acme/ml 100 --as bill@acme.example", exits: 0)
    try company.tenure("resource add acme/ml models --count 3 --as dev@acme.example", exits: 0)
    try company.tenure("resource add acme/ml models --as dev@acme.example", exits: 0)
    try company.tenure("resource add acme/ml models --as grace@acme.example", exits: 0)
    let bill = try company.json("billing show acme/ml")
    #expect(bill["balance"] as? Int == 88 && bill["usage"] as? Int == 12 && bill["credits"] as? Int == 100)
    let resources = try entries(bill, "resources")
    #expect(resources.map { $0["kind"] as? String } == ["models", "models"])
    #expect(resources.map { $0["creator"] as? String } == ["dev@acme.example", "grace@acme.example"])
    #expect(resources.map { $0["count"] as? Int } == [4, 1])
    #expect(try entries(bill, "usageByCreator").map { $0["count"] as? Int } == [4, 8])
    #expect(try entries(bill, "invoices").isEmpty)
    let text = try company.tenure("billing show acme/ml").out
    #expect(text.contains("balance    88\n") && text.contains("dev@acme.example"))
    let log = try entries(try company.json("audit"), "entries").suffix(6)
    #expect(
      log.map { $0["action"] as? String } == [
        "add-usage", "add-usage", "buy-credits", "add-resource", "add-resource", "add-resource",
      ])
    #expect(log.map { ($0["after"] as? [String: Int])?.values.first } == [8, 12, 100, 3, 4, 5])
    #expect(log.last?["actors"] as? [String] == ["grace@acme.example"] && log.last?["path"] as? String == "acme/ml")
    try company.tenure("audit verify", exits: 0)
  }

  @Test func `what is recorded makes no plan stale and no action`() throws {
    let company = try Company(Office.manifests())
    let before = try company.json("plan")["state"] as? [String: AnyHashable]
    try company.tenure("usage add acme/ml 8", exits: 0)
    #expect(try company.json("plan")["state"] as? [String: AnyHashable] == before)
    #expect(try company.tenure("plan", exits: 0).contains("No changes."))
  }

  @Test func `removing a member leaves their resources`() throws {
    let company = try Company(Office.manifests())
    try company.tenure("resource add acme/ml models --count 3 --as dev@acme.example", exits: 0)
    try company.tenure("member remove acme/ml dev@acme.example", exits: 0)
    try company.tenure("resource add acme/ml models --as dev@acme.example", exits: 3)
    let left = try entries(try company.json("billing show acme/ml"), "resources")
    #expect(left.map { $0["creator"] as? String } == ["dev@acme.example"])
    #expect(left.map { $0["count"] as? Int } == [3])
    try company.tenure("member add acme/ml dev@acme.example --role developer", exits: 0)
    try company.tenure("resource add acme/ml models --as dev@acme.example", exits: 0)
    #expect(try entries(try company.json("billing show acme/ml"), "resources").map { $0["count"] as? Int } == [4])
  }

  /// What somebody tries, and its exit code.
  private static let attempts: [(line: String, name: String, status: Int32)] = [
    ("resource add acme/ml models", "linus", 3), ("resource add acme/ml models", "op", 3),
    ("resource add acme/ml workflow", "op", 0), ("resource add acme/ml connector", "op", 3),
    ("resource add acme/ml connector", "dev", 0), ("resource add acme/ml workflow", "linus", 3),
    ("resource add acme/labs models", "op", 3), ("resource add acme/ml models", "ada", 0),
    ("usage add acme/ml 5", "linus", 3), ("usage add acme/ml 5", "op", 0), ("usage add acme/ml 5", "bill", 3),
    ("billing buy acme/ml 5", "grace", 3), ("billing buy acme/ml 5", "bill", 0), ("billing buy acme/labs 5", "bill", 0),
    ("billing buy acme/ml 5", "ada", 0), ("billing show acme/ml", "grace", 3), ("billing show acme/ml", "bill", 0),
    ("billing show acme/ml", "ada", 0), ("billing show acme", "bill", 0), ("billing show acme", "grace", 3),
    ("billing show ~ada@acme.example", "bill", 3), ("billing show ~bill@acme.example", "bill", 0),
    ("billing show ~bill@acme.example/Personal", "bill", 0), ("billing show acme/ml", "nobody", 3),
  ]

  @Test func `enterprise: who records, buys and sees`() throws {
    let company = try Company(Office.manifests())
    for (line, name, status) in Self.attempts {
      let result = try company.tenure("\(line) --as \(name)@acme.example")
      #expect(result.status == status, "\(name): \(line)\n\(result.out)\(result.err)")
      if status == 3 { #expect(result.out.isEmpty && result.err.contains("actor-allowed")) }
    }
  }

  @Test func `small-team: both see the balance, owners alone buy`() throws {
    let company = try Company(
      """
      apiVersion: tenure/v1
      kind: Policy
      extends: small-team
      ---
      apiVersion: tenure/v1
      kind: Account
      email: ada@acme.example
      """)
    try company.tenure("account sign-up bob@acme.example", exits: 0)
    try company.tenure("member add ~ada@acme.example/Personal bob@acme.example", exits: 0)
    try company.tenure("billing buy ~ada@acme.example/Personal 10 --as ada@acme.example", exits: 0)
    try company.tenure("billing buy ~ada@acme.example/Personal 10 --as bob@acme.example", exits: 3)
    for who in ["ada", "bob"] {
      let shown = try company.json("workspace show ~ada@acme.example/Personal --as \(who)@acme.example")
      #expect(shown["balance"] as? Int == 10)
      #expect(try company.tenure("workspace show ~ada@acme.example/Personal").out.contains("balance"))
      try company.tenure("billing show ~ada@acme.example/Personal --as \(who)@acme.example", exits: 0)
    }
  }

  @Test func `workspace show has the balance for whoever may see it`() throws {
    let company = try Company(Office.manifests())
    try company.tenure("billing buy acme/ml 10", exits: 0)
    #expect(try company.json("workspace show acme/ml --as bill@acme.example")["balance"] as? Int == 10)
    let grace = try company.json("workspace show acme/ml --as grace@acme.example")
    #expect(grace["balance"] is NSNull && grace["usage"] is NSNull)
    #expect(!(try company.tenure("workspace show acme/ml --as grace@acme.example").out.contains("balance")))
  }

  @Test func `an organization has a line a workspace, and totals`() throws {
    let company = try Company(Office.manifests())
    for line in ["billing buy acme/ml 10", "usage add acme/ml 3", "usage add acme/labs 9"] {
      try company.tenure(line, exits: 0)
    }
    let bill = try company.json("billing show acme")
    let rows = try entries(bill, "workspaces")
    #expect(rows.map { $0["path"] as? String } == ["acme/default", "acme/labs", "acme/ml"])
    #expect(rows.map { $0["balance"] as? Int } == [0, -9, 7])
    #expect(bill["totals"] as? [String: Int] == ["balance": -2, "usage": 12, "credits": 10])
    #expect(try company.tenure("billing show acme").out.contains("all"))
  }

  @Test func `a deleted workspace leaves a final invoice, and nothing else`() throws {
    let company = try Company(Office.manifests(policy: invoicing))
    for line in [
      "usage add acme/ml 30 --as op@acme.example", "billing buy acme/ml 10",
      "resource add acme/ml models --count 2 --as dev@acme.example",
    ] {
      try company.tenure(line, exits: 0)
    }
    try company.deleteML(invoicing)
    let bill = try company.json("billing show acme/ml")
    let invoices = try entries(bill, "invoices")
    #expect(invoices.count == 1 && invoices[0]["total"] as? Int == 20 && invoices[0]["path"] as? String == "acme/ml")
    #expect(invoices[0]["reason"] as? String == "workspace-deleted")
    let lines = try entries(invoices[0], "lines")
    #expect(lines.map { $0["kind"] as? String } == ["credits", "models", "usage"])
    #expect(lines.map { $0["count"] as? Int } == [10, 2, 30])
    #expect(!"\(bill)".contains("dev@acme.example"), "no people: it outlives what is erased")
    #expect(try entries(try company.json("billing show acme"), "invoices").count == 1)
    #expect(try company.tenure("billing show acme/ml --as bill@acme.example", exits: 0).contains("usage: 30"))
    try company.tenure("billing show acme/ml --as grace@acme.example", exits: 3)
    try company.tenure("usage add acme/ml 1", exits: 1)

    let notices = try entries(try company.json("outbox list"), "entries").filter {
      $0["kind"] as? String == "final-invoice"
    }
    #expect(notices.map { $0["to"] as? String } == ["grace@acme.example"])
    #expect(notices.map { $0["path"] as? String } == ["acme/ml"])
    let log = try entries(try company.json("audit"), "entries").suffix(2)
    #expect(log.map { $0["action"] as? String } == ["final-invoice", "delete-workspace"])
    #expect((log.first?["after"] as? [String: Int])?["total"] == 20 && log.first?["commit"] as? String != nil)

    // Another workspace of that name begins with nothing.
    try company.commit(Office.manifests(policy: invoicing), by: "root@acme.example")
    try company.apply()
    let next = try company.json("billing show acme/ml")
    #expect(next["balance"] as? Int == 0 && next["usage"] as? Int == 0)
    #expect(try entries(next, "invoices").count == 1)
  }

  @Test func `credits that are left lapse; a workspace that used nothing has an invoice too`() throws {
    let company = try Company(Office.manifests(policy: invoicing))
    try company.tenure("billing buy acme/ml 10", exits: 0)
    try company.deleteML(invoicing)
    let invoices = try entries(try company.json("billing show acme/ml"), "invoices")
    #expect(invoices.map { $0["total"] as? Int } == [0])
  }

  @Test func `without finalInvoice there is none`() throws {
    let company = try Company(Office.manifests())
    try company.tenure("usage add acme/ml 30", exits: 0)
    try company.deleteML()
    #expect(try company.tenure("billing show acme/ml", exits: 1).contains("there is no workspace"))
    #expect(try entries(try company.json("billing show acme"), "invoices").isEmpty)
  }

  @Test func `counting ends with an error, never with a wrong number`() throws {
    let company = try Company(Office.manifests())
    try company.tenure("usage add acme/ml 9223372036854775807", exits: 0)
    #expect(try company.tenure("usage add acme/ml 1", exits: 1).contains("beyond what can be counted"))
    try company.tenure("usage add acme/ml 1 --as op@acme.example", exits: 1)
    try company.tenure("usage add acme/labs 5", exits: 0)
    #expect(try company.json("billing show acme/ml")["usage"] as? Int == .max)
    try company.tenure("billing show acme", exits: 0)
  }

  /// Lines and their exit codes.
  private static let misuse: [(line: String, status: Int32)] = [
    ("resource add acme/ml", 64), ("resource add acme/ml usage", 64), ("resource add acme/ml credits", 64),
    ("resource add acme/ml models --count 0", 64), ("resource add acme/ml models --count=-3", 64),
    ("resource add acme/ml models --count 1.5", 64), ("resource add acme models", 1), ("usage add acme/ml", 64),
    ("usage add acme/ml 0", 64), ("usage add acme/ml -5", 64), ("usage add acme/ml many", 64),
    ("usage add acme/ml 9223372036854775808", 64), ("usage add acme/mk 5", 1), ("usage add acmee/ml 5", 1),
    ("billing buy acme 5", 1), ("billing buy acme/ml 0", 64), ("billing buy acme/ml", 64), ("billing show", 64),
    ("billing show acme/mk", 1), ("billing show beta", 1), ("billing show ~nobody@acme.example", 1),
    ("billing sho", 64),
  ]

  @Test func `wrong usage, and names that do not exist`() throws {
    let company = try Company(Office.manifests())
    for (line, status) in Self.misuse { try company.tenure(line, exits: status) }
  }
}
