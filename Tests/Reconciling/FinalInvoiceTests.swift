import Foundation
import Model
import SQLiteStore
import Store
import Testing

@testable import Reconciling

@Suite struct FinalInvoiceTests {
  private let now = Instant(seconds: 1_800_000_000)

  /// Makes a store in a folder of its own for `body`.
  private func withStore(_ body: (SQLiteStore) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.path + "/tenure-invoice-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(try SQLiteStore.open(path: folder + "/state.db", mode: .readWriteCreate))
  }

  @Test func `a deleted account leaves an invoice for each of its workspaces`() throws {
    try withStore { store in
      try store.transaction { write in
        let (ada, home) = try write.createAccount(email: "Ada@x.example", displayName: nil, at: now)
        for (name, usage) in [("Lab", Int64(5)), ("Personal", 7)] {
          let id = try write.createWorkspace(
            tenant: home, name: name, kind: .standard, displayName: nil, owner: ada, subscription: nil, at: now)
          try write.addCounter(workspace: id, account: ada, kind: Ledger.usageKind, count: usage)
        }
        let account = try #require(try write.account(email: "ada@x.example"))
        let deletion = AuditRecord(
          time: now, actors: ["operator"], action: "delete-account", path: "~Ada@x.example", subject: "Ada@x.example")
        try FinalInvoice(transaction: write, now: now).writeAll(of: account, deletion: deletion)
        try write.deleteAccount(ada)
      }
      let invoices = try store.invoices(tenant: "~ada@x.example", workspace: nil).map(\.invoice)
      #expect(invoices.map(\.workspace) == ["Lab", "Personal"] && invoices.map(\.total) == [5, 7])
      #expect(try store.outbox().map(\.to) == ["Ada@x.example", "Ada@x.example"])
      let entries = try store.audit(since: nil, subject: nil).map(\.record)
      #expect(entries.map(\.action) == ["final-invoice", "final-invoice"])
      #expect(entries.map(\.path) == ["~ada@x.example/Lab", "~ada@x.example/Personal"])
      #expect(entries.allSatisfy { $0.subject == nil && $0.actors == ["operator"] })
    }
  }

  @Test func `invoices of an account that is gone are the operators'`() throws {
    try withStore { store in
      try store.transaction { write in
        _ = try write.createAccount(email: "eve@x.example", displayName: nil, at: now)
        _ = try write.writeInvoice(
          Invoice(
            tenant: "~ada@x.example", workspace: "Lab", workspaceID: 1, reason: FinalInvoice.reason, lines: [],
            total: 0, created: now))
      }
      let path = Path(tenant: "~ADA@x.example", workspace: "Lab")
      guard case .seen(.gone(_, let invoices)) = try HandView(reader: store, actor: nil, now: now).billing(path) else {
        Issue.record("not seen")
        return
      }
      #expect(invoices.count == 1)
      guard case .refused = try HandView(reader: store, actor: "eve@x.example", now: now).billing(path) else {
        Issue.record("seen")
        return
      }
    }
  }

  @Test(
    arguments: [
      ([], 0, 0, 0), ([("usage", 8), ("credits", 5), ("models", 3)], 8, 5, -3),
      ([("usage", .max), ("usage", .max), ("credits", 1)], .max, 1, 1 - .max),
      ([("usage", -5), ("credits", .max)], -5, .max, .max), ([("usage", .max), ("credits", -5)], .max, -5, .min),
    ] as [([(String, Int64)], Int64, Int64, Int64)])
  func `a ledger adds up whatever it holds`(
    rows: [(String, Int64)], usage: Int64, credits: Int64, balance: Int64
  ) {
    let ledger = Ledger(rows.map { CounterRow(kind: $0.0, creator: nil, count: $0.1) })
    #expect(ledger.usage == usage && ledger.credits == credits && ledger.balance == balance)
  }

  @Test(
    arguments: [
      ("", "", true), ("a", "a", true), ("a", "b", false), ("a", "", false), ("ab", "a", false), ("ab", "ba", false),
    ])
  func `texts are compared whole`(a: String, b: String, isEqual: Bool) { #expect(Secret.areEqual(a, b) == isEqual) }
}
