import Foundation
import GRDB
import GRDBSQLite
import Model
import Store

/// The actual state in one SQLite file: write-ahead log, foreign keys on, every commit synced to the disk.
///
/// ```swift
/// let store = try SQLiteStore.open(path: ".tenure/state.db", mode: .readWriteCreate)
/// let ada = try store.transaction { try $0.createAccount(email: "ada@acme.example", displayName: "Ada", at: now) }
/// ```
///
/// To be used from one thread at a time. Other processes may read and write the same file meanwhile: a reader sees one
/// snapshot, writers take turns.
public final class SQLiteStore: Store {
  /// How a store is opened.
  public enum Mode: Sendable {
    /// Makes a missing file, and the folder that holds it where that is called `.tenure`; brings an older schema to
    /// this version.
    case readWriteCreate
    /// Changes nothing; works on a read-only file in a read-only folder too.
    case readOnly
  }

  /// The file, as an absolute path.
  public let path: String
  /// As it was opened.
  public let mode: Mode
  public let engine = "sqlite"
  let queue: DatabaseQueue
  private(set) var pending = PendingRows()
  /// What the file was like when it was opened, where it is read without locks.
  private let stamp: FileStamp?

  init(path: String, mode: Mode, queue: DatabaseQueue, stamp: FileStamp? = nil) {
    (self.path, self.mode, self.queue, self.stamp) = (path, mode, queue, stamp)
  }

  deinit {
    guard ThreadProbe.code() != 0 else { return }
    // The connection ends, and its queue stays: letting go of it would wait for a thread.
    try? close()
    _ = Unmanaged.passRetained(queue)
  }

  public func close() throws {
    // Its statements would keep the connection.
    pending = PendingRows()
    do {
      try queue.close()
    } catch let error as DatabaseError {
      throw StoreError(error, path: path)
    }
  }

  public func transaction<R>(_ body: (any StoreTransaction) throws -> R) throws -> R {
    guard mode != .readOnly else { throw StoreError.readOnly(path) }
    return try mappingErrors { db in
      guard !db.isInsideTransaction else { throw StoreError(.other, "A transaction of \(path) is still open.") }
      var result: R?
      defer { pending.reset() }
      try db.inTransaction(.immediate) {
        result = try body(SQLiteTransaction(db: db, pending: pending))
        try pending.flush(db)
        return .commit
      }
      guard let result else { throw StoreError(.other, "The transaction of \(path) was not committed.") }
      return result
    }
  }

  /// Runs `body` on one consistent snapshot.
  func reading<R>(_ body: (SQLiteTransaction) throws -> R) throws -> R {
    try mappingErrors { db in
      if db.isInsideTransaction { return try body(SQLiteTransaction(db: db, pending: pending)) }
      var result: R?
      try db.inTransaction(.deferred) {
        result = try body(SQLiteTransaction(db: db, pending: pending))
        return .commit
      }
      guard let result else { throw StoreError(.other, "The read of \(path) came to no end.") }
      return result
    }
  }

  func mappingErrors<R>(_ body: (Database) throws -> R) throws -> R {
    try queue.unsafeReentrantWrite { db in
      do {
        let result = try body(db)
        try stamp?.requireUnchanged(path: path)
        return result
      } catch let error as DatabaseError {
        try stamp?.requireUnchanged(path: path)
        throw StoreError(error, path: path, systemError: sqlite3_system_errno(db.sqliteConnection))
      }
    }
  }

  public func lockForApply(waitingUpTo seconds: Double, onWait: (LockHolder) -> Void) throws -> any ApplyLock {
    guard mode != .readOnly else { throw StoreError.readOnly(path) }
    return try LockFile.take(path: path + ".lock", store: path, waitingUpTo: seconds, onWait: onWait)
  }
}

extension SQLiteStore {
  public func read(_ scope: ReadScope, baselines: Bool, names: inout NameTable) throws -> ActualState {
    try reading { try $0.read(scope, baselines: baselines, names: &names) }
  }
  public func baselines(of tenants: [Int64]) throws -> [Int64: [UInt8]] {
    try reading { try $0.baselines(of: tenants) }
  }
  public func account(email: String) throws -> AccountRow? { try reading { try $0.account(email: email) } }
  public func belongsSomewhere(email: String) throws -> Bool { try reading { try $0.belongsSomewhere(email: email) } }
  public func accounts() throws -> [AccountRow] { try reading { try $0.accounts() } }
  public func tenants() throws -> [TenantRow] { try reading { try $0.tenants() } }
  public func tenant(named name: String) throws -> TenantRow? { try reading { try $0.tenant(named: name) } }
  public func lastReconciliation() throws -> Instant? { try reading { try $0.lastReconciliation() } }
  public func invitations(email: String?) throws -> [InvitationRow] {
    try reading { try $0.invitations(email: email) }
  }
  public func invitation(tokenHash: String) throws -> InvitationRow? {
    try reading { try $0.invitation(tokenHash: tokenHash) }
  }
  public func apiKeys(tenant: String, workspace: String) throws -> [APIKeyRow] {
    try reading { try $0.apiKeys(tenant: tenant, workspace: workspace) }
  }
  public func counters(workspace: Int64) throws -> [CounterRow] {
    try reading { try $0.counters(workspace: workspace) }
  }
  public func invoices(tenant: String, workspace: String?) throws -> [InvoiceRow] {
    try reading { try $0.invoices(tenant: tenant, workspace: workspace) }
  }
  public func audit(since: Instant?, subject: String?) throws -> [AuditEntry] {
    try reading { try $0.audit(since: since, subject: subject) }
  }
  public func audit(after sequence: Int64) throws -> [AuditEntry] { try reading { try $0.audit(after: sequence) } }
  public func accountChanges() throws -> [AuditEntry] { try reading { try $0.accountChanges() } }
  public func appliedMarks() throws -> [AppliedMark] { try reading { try $0.appliedMarks() } }
  public func auditEnd() throws -> Int64 { try reading { try $0.auditEnd() } }
  public func verifyAudit() throws -> AuditVerdict { try reading { try $0.verifyAudit() } }
  public func policyForAll() throws -> String? { try reading { try $0.policyForAll() } }
  public func tenantsWithKeys(of account: Int64) throws -> [String] {
    try reading { try $0.tenantsWithKeys(of: account) }
  }
  public func isPolicyForAllApplied() throws -> Bool { try reading { try $0.isPolicyForAllApplied() } }
  public func attestations(of commits: Set<String>) throws -> [String: Attestation] {
    try reading { try $0.attestations(of: commits) }
  }
  public func formerEmails() throws -> [FormerEmail] { try reading { try $0.formerEmails() } }
  public func outbox() throws -> [OutboxMessage] { try reading { try $0.outbox() } }
  public func generation() throws -> Int64? { try reading { try $0.generation() } }
  public func sealingKey() throws -> String? { try reading { try $0.sealingKey() } }
  public func revision() throws -> StoreRevision? { try reading { try $0.revision() } }
  public func marks(accounts: Set<String>, since: StoreRevision) throws -> [TenantMark]? {
    try reading { try $0.marks(accounts: accounts, since: since) }
  }
  public func accounts(of emails: Set<String>, names: inout NameTable) throws -> [AccountRecord] {
    try reading { try $0.accounts(of: emails, names: &names) }
  }
  public func holdings(
    of accounts: Set<Int64>?, outside tenants: Set<Int64>, isInForce: (HeldMembership) -> Bool
  ) throws -> AccountHoldings {
    try reading { try $0.holdings(of: accounts, outside: tenants, isInForce: isInForce) }
  }
  public func accountsWithoutHoldings(names: inout NameTable) throws -> [AccountRecord] {
    try reading { try $0.accountsWithoutHoldings(names: &names) }
  }
  public func everApplied(among commits: Set<String>) throws -> Set<String> {
    try reading { try $0.everApplied(among: commits) }
  }
  public func lastAppliedCommit() throws -> String? { try reading { try $0.lastAppliedCommit() } }
}
