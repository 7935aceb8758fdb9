import Model
import Store
import Testing

/// Keys, counters and invoices of workspaces.
@Suite struct WorkspaceContentTests {
  private static let none = APIKeyLimits(monthly: nil, daily: nil)

  @Test("keys: one live one a name, dead ones no longer found", arguments: Engine.all)
  func keys(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    func create(_ name: String, _ hash: String, by creator: Int64? = nil) throws {
      try store.transaction {
        try $0.createAPIKey(
          workspace: acme.general, name: name, hash: hash, creator: creator, limits: Self.none, at: day(1))
      }
    }
    func hashes(_ tenant: String = "acme", _ workspace: String = "general") throws -> [String] {
      try store.apiKeys(tenant: tenant, workspace: workspace).map(\.hash)
    }
    try create("ci", "one", by: acme.ada)
    expectConstraint { try create("ci", "two") }
    expectConstraint { try create("cd", "one") }
    #expect(
      try store.apiKeys(tenant: "acme", workspace: "general") == [
        APIKeyRow(
          name: "ci", hash: "one", creator: "Ada@Acme.example", isCreatorSuspended: false, limits: Self.none,
          created: day(1))
      ])
    try create("Z", "three")
    try create("ä", "four")
    #expect(try hashes() == ["three", "one", "four"], "in byte order of names")
    #expect(try hashes("acme", "General").isEmpty && hashes("other").isEmpty, "names are exact")
    #expect(try hashes("~ada@acme.example", "Personal").isEmpty, "keys of another workspace")
    try store.transaction {
      try $0.updateAPIKey(workspace: acme.general, name: "ci", limits: APIKeyLimits(monthly: 7, daily: 3))
    }
    #expect(
      try store.apiKeys(tenant: "acme", workspace: "general")[1].limits == APIKeyLimits(monthly: 7, daily: 3))
    #expect(try store.state().state.tenants[0].workspaces[0].apiKeys[1].limits == APIKeyLimits(monthly: 7, daily: 3))
    try store.transaction { try $0.revokeAPIKey(workspace: acme.general, name: "ci", at: day(2)) }
    #expect(try hashes() == ["three", "four"])
    #expect(try store.state().state.tenants[0].workspaces[0].apiKeys.count == 2)
    try create("ci", "two")
    #expect(try hashes() == ["three", "two", "four"])
  }

  @Test("keys say whether their creator is suspended; keys without one go on", arguments: Engine.all)
  func suspendedCreator(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    try store.transaction { write in
      for (name, creator) in [("ada's", acme.ada), ("operator's", nil)] {
        try write.createAPIKey(
          workspace: acme.general, name: name, hash: name, creator: creator, limits: Self.none, at: day(1))
      }
      try write.suspendAccount(acme.ada, reason: "stolen", at: day(2))
    }
    #expect(try store.apiKeys(tenant: "acme", workspace: "general").map(\.isCreatorSuspended) == [true, false])
    try store.transaction { try $0.suspendAccount(acme.ada, reason: nil, at: nil) }
    #expect(try store.apiKeys(tenant: "acme", workspace: "general").map(\.isCreatorSuspended) == [false, false])
    try store.transaction { try $0.deleteAccount(acme.ada) }
    #expect(try store.apiKeys(tenant: "acme", workspace: "general").map(\.creator) == [nil, nil])
  }

  @Test("counters add up by kind and creator", arguments: Engine.all)
  func counters(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    try store.transaction { write in
      for (account, kind) in [
        (acme.ada, "usage"), (nil, "usage"), (acme.ada, "model"), (acme.ada, "usage"), (nil, "usage"),
      ] {
        try write.addCounter(workspace: acme.general, account: account, kind: kind, count: 5)
      }
    }
    #expect(
      try store.counters(workspace: acme.general) == [
        CounterRow(kind: "model", creator: "Ada@Acme.example", count: 5),
        CounterRow(kind: "usage", creator: nil, count: 10),
        CounterRow(kind: "usage", creator: "Ada@Acme.example", count: 10),
      ])
    #expect(try store.counters(workspace: acme.personal).isEmpty)
  }

  private static func invoice(_ workspace: String, _ id: Int64, tenant: String = "acme", day number: Int64 = 1)
    -> Invoice
  {
    Invoice(
      tenant: tenant, workspace: workspace, workspaceID: id, reason: "workspace-deleted",
      lines: [
        .init(kind: "a \"kind\"\n", count: .max), .init(kind: "credits", count: 5), .init(kind: "usage", count: 8),
      ],
      total: 3, created: day(number))
  }

  @Test("invoices outlive their workspace, and come back as they were written", arguments: Engine.all)
  func invoices(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    let numbers = try store.transaction { write in
      let numbers = [
        try write.writeInvoice(Self.invoice("general", acme.general)),
        try write.writeInvoice(Self.invoice("old", 77)),
        try write.writeInvoice(Self.invoice("general", 99, day: 2)),
        try write.writeInvoice(Self.invoice("Personal", acme.personal, tenant: "~ada@acme.example")),
      ]
      try write.deleteWorkspace(acme.general, at: day(3))
      return numbers
    }
    #expect(numbers == numbers.sorted() && Set(numbers).count == 4)
    #expect(try store.invoices(tenant: "acme", workspace: nil).map(\.number) == Array(numbers[..<3]))
    #expect(
      try store.invoices(tenant: "acme", workspace: "general") == [
        InvoiceRow(number: numbers[0], invoice: Self.invoice("general", acme.general)),
        InvoiceRow(number: numbers[2], invoice: Self.invoice("general", 99, day: 2)),
      ])
    #expect(try store.invoices(tenant: "beta", workspace: nil).isEmpty)
    try store.transaction { try $0.moveAccount(acme.ada, to: "countess@new.example", at: day(4)) }
    #expect(try store.invoices(tenant: "~ada@acme.example", workspace: nil).isEmpty)
    #expect(try store.invoices(tenant: "~countess@new.example", workspace: "Personal").map(\.number) == [numbers[3]])
  }
}
