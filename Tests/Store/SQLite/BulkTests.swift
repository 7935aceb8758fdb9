import Foundation
import GRDB
import Model
import Store
import TestSupport
import Testing

@testable import SQLiteStore

/// Rows that go by the hundred leave what single ones would have left.
@Suite struct BulkTests {
  /// A store that inserts so many rows at once.
  private static func store(_ fixture: SQLiteFixture, rowsAtOnce: Int) throws -> SQLiteStore {
    let store = try SQLiteStore.open(path: fixture.path, mode: .readWriteCreate)
    store.pending.most = rowsAtOnce
    return store
  }

  /// Every row of every table but the generation, which begins anywhere.
  private static func contents(_ store: SQLiteStore) throws -> [String] {
    try store.queue.read { db in
      let tables = try String.fetchAll(
        db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'generation' ORDER BY name")
      return try tables.flatMap { table in
        try Row.fetchAll(db, sql: "SELECT * FROM \(table)").map { "\(table) \($0)" }
          .filter { !$0.contains("sealing-key") }.sorted()
      }
    }
  }

  /// Writes as a plan would, and some that a plan never would; what is refused is rolled back.
  private static func write(_ seed: UInt64, _ store: SQLiteStore) throws {
    var organizations: [Int64] = []
    var workspaces: [Int64] = []
    var accounts: [Int64] = []
    for round in 0..<60 {
      let before = (organizations, workspaces, accounts)
      // Anew for each transaction: one that is refused late has drawn more than one that is refused at once.
      var random = SplitMix(seed: seed << 32 + UInt64(round))
      var number = round * 100
      do {
        try store.transaction { write in
          for _ in 0..<Int.random(in: 1...40, using: &random) {
            number += 1
            let email = "P\(Int.random(in: 0..<90, using: &random))@x.example"
            let scope =
              workspaces.isEmpty || Bool.random(using: &random)
              ? RollScope.tenant(organizations.randomElement(using: &random) ?? 1)
              : .workspace(workspaces.randomElement(using: &random) ?? 1)
            switch Int.random(in: 0..<20, using: &random) {
            case 0:
              organizations.append(
                try write.createOrganization(
                  name: "o\(number)", displayName: number.isMultiple(of: 2) ? "" : nil, owner: accounts.last,
                  subscription: nil, at: day(1)))
            case 1...2 where !organizations.isEmpty:
              workspaces.append(
                try write.createWorkspace(
                  tenant: organizations.randomElement(using: &random) ?? 1, name: "w\(number % 700)", kind: .standard,
                  displayName: "W é", owner: nil, subscription: nil, at: day(1)))
            case 3...8 where try write.accountID(email: email) == nil:
              let account = try write.createAccount(email: email, displayName: nil, at: day(1))
              accounts.append(account.account)
              _ = try write.createWorkspace(
                tenant: account.tenant, name: "Personal", kind: .personal, displayName: nil, owner: account.account,
                subscription: nil, at: day(1))
            case 3...12 where !organizations.isEmpty:
              guard let account = try write.accountID(email: email) else { continue }
              try write.putMember(
                scope, account: account, role: "r\(number % 3)", expires: number.isMultiple(of: 5) ? day(9) : nil,
                protect: number.isMultiple(of: 7), joined: day(Int64(number)))
            case 13...15 where !organizations.isEmpty:
              try write.putInvitation(scope, invitation(email, token: "t\(number)"))
              try write.appendOutbox(kind: "invitation", to: email, token: "t\(number)", path: nil, at: day(1))
            case 16 where !organizations.isEmpty:
              try write.recordDeparture(scope, email: email, reason: .left, at: day(1), reinvite: nil)
            case 17 where !organizations.isEmpty:
              try write.closeInvitation(scope, email: email, as: .accepted, at: day(2))
            case 18 where !accounts.isEmpty:
              guard let account = try write.accountID(email: email) else { continue }
              try write.removeMember(scope, account: account)
            default:
              // The end of the log is read in between, as `apply` never does.
              if number.isMultiple(of: 9) { _ = try write.auditEnd() }
            }
            try write.appendAudit(
              AuditRecord(
                time: day(1), actors: ["a\"b@x.example", "é\u{1}\n"], action: "x", path: "p\(number)", subject: nil,
                before: number.isMultiple(of: 3) ? nil : [:], after: ["n": .number(-number), "t": .text("\t\\")]))
          }
        }
      } catch let error as StoreError where error.code == .constraint {
        (organizations, workspaces, accounts) = before
      }
    }
  }

  @Test("many rows at once are the rows that single ones would have been", arguments: 0..<6 as Range<UInt64>)
  func equal(seed: UInt64) throws {
    var results: [[String]] = []
    for rowsAtOnce in [1, 7, 200, 4096] {
      let fixture = try SQLiteFixture()
      let store = try Self.store(fixture, rowsAtOnce: rowsAtOnce)
      try Self.write(seed, store)
      guard case .intact(let entries) = try store.verifyAudit() else {
        Issue.record("the chain is broken at \(rowsAtOnce) rows at once")
        return
      }
      #expect(entries > 100)
      results.append(try Self.contents(store))
    }
    #expect(results.allSatisfy { $0 == results[0] }, "seed \(seed)")
  }

  @Test("a row that is refused late undoes the transaction, even where its error is swallowed")
  func refusedLate() throws {
    let fixture = try SQLiteFixture()
    let store = try Self.store(fixture, rowsAtOnce: 4096)
    let acme = try store.makeAcme()
    let before = try Self.contents(store)
    func put(_ write: any StoreTransaction, _ role: String) throws {
      try write.putMember(.tenant(acme.id), account: 77, role: role, expires: nil, protect: false, joined: day(1))
    }
    expectConstraint {
      try store.transaction { write in
        try put(write, "member")
        try write.appendAudit(AuditRecord(time: day(1), actors: [], action: "x", path: nil, subject: nil))
        _ = try? write.tenants()
        try put(write, "viewer")
      }
    }
    #expect(try Self.contents(store) == before)
    try store.transaction {
      try $0.appendAudit(AuditRecord(time: day(1), actors: [], action: "x", path: nil, subject: nil))
    }
    #expect(try store.auditEnd() == 1 && store.verifyAudit() == .intact(entries: 1))
  }

  @Test("what was written is seen by every read of the transaction")
  func seen() throws {
    let fixture = try SQLiteFixture()
    let store = try Self.store(fixture, rowsAtOnce: 4096)
    let acme = try store.makeAcme()
    try store.transaction { write in
      let bob = try write.createAccount(email: "Bob@x.example", displayName: nil, at: day(1))
      #expect(try write.accountID(email: "bob@X.example") == bob.account)
      try write.putMember(
        .tenant(acme.id), account: bob.account, role: "x", expires: nil, protect: false, joined: day(1))
      #expect(try write.account(email: "bob@x.example")?.id == bob.account)
      #expect(try write.belongsSomewhere(email: "BOB@x.example"))
      var names = NameTable()
      #expect(try write.read(.tenants(["acme"]), names: &names).tenants[0].roll.members.count == 2)
      try write.appendAudit(AuditRecord(time: day(1), actors: [], action: "x", path: nil, subject: nil))
      #expect(try write.auditEnd() == 1 && write.verifyAudit() == .intact(entries: 1))
      // Outside the protocol, but on the same connection.
      #expect(try store.tenants().count == 3)
    }
    #expect(try !store.belongsSomewhere(email: "nobody@x.example"))
  }

  @Test("commits that reach the disk together leave the store as careful as it was", arguments: [false, true])
  func syncingOnce(fails: Bool) throws {
    let fixture = try SQLiteFixture()
    let store = try Self.store(fixture, rowsAtOnce: 4096)
    func levels() throws -> [Int?] {
      try store.queue.read { db in
        try ["synchronous", "wal_autocheckpoint"].map { try Int.fetchOne(db, sql: "PRAGMA \($0)") }
      }
    }
    let careful = try levels()
    do {
      try store.syncingOnce {
        #expect(try levels() != careful)
        try store.makeAcme()
        if fails { throw StoreError(.other, "stop") }
      }
    } catch let error as StoreError {
      #expect(fails && error.message == "stop")
    }
    #expect(try levels() == careful)
    #expect(try store.tenants().count == 2, "what was committed stays")
  }
}
