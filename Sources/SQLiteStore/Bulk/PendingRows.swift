import GRDB
import GRDBSQLite
import Model
import Store

/// The rows that a transaction has still to insert, so that many go with one statement.
///
/// ```
/// put a member, append to the audit log …  ──►  queues  ──┐
/// any other statement, or the commit  ────────────────────┴──►  queues inserted first, then that statement
/// ```
///
/// So every statement sees what was written before it, and the commit leaves the rows that single statements would have
/// left, with the same ids. A row that the database refuses is reported by the statement that made it go there, at the
/// latest by the commit; the transaction can then only be rolled back.
final class PendingRows {
  /// The tables with ids of their own. (Ids are given here, so that rows may name each other before they are inserted.)
  enum Table: String, CaseIterable { case accounts, tenants, workspaces, outbox }

  var accounts = RowQueue("accounts", ["id", "email", "email_key", "display_name", "created_at"])
  var tenants = RowQueue(
    "tenants", ["id", "name", "account_id", "display_name", "owner_id", "subscription", "created_at"])
  var workspaces = RowQueue(
    "workspaces", ["id", "tenant_id", "name", "kind", "display_name", "owner_id", "subscription", "created_at"])
  var tenantMembers = PendingRows.members("tenant_members", "tenant_id")
  var workspaceMembers = PendingRows.members("workspace_members", "workspace_id")
  var invitations = RowQueue(
    "invitations",
    [
      "tenant_id", "workspace_id", "email", "email_key", "role", "expires_at", "protect", "token_hash", "lapses_at",
      "reinvite_at", "created_at", "inviter_id", "mail_id",
    ],
    conflict: PendingRows.sendAgain("tenant_id", "workspace_id IS NULL")
      + PendingRows.sendAgain("workspace_id", "workspace_id IS NOT NULL"))
  var outbox = RowQueue("outbox", ["id", "kind", "recipient", "token", "path", "created_at"])
  var audit = RowQueue("audit", AuditChain.columns + ["hash"])

  /// Ids of the accounts in the queue, by caseless email.
  var newAccounts: [String: Int64] = [:]
  /// Tenants of workspaces that this transaction made or asked for.
  var tenantOfWorkspace: [Int64: Int64] = [:]
  /// Tenants to which this transaction gave their personal workspace.
  var withPersonalWorkspace: Set<Int64> = []
  /// Rolls that were asked, and whether they have departures.
  var hasDepartures: [RollScope: Bool] = [:]
  /// The end of the audit log with what is in the queue, once it was asked for.
  var chain: AuditChain.End?
  /// Before this transaction's first row, and of its last.
  private var ids: [Table: (first: Int64, last: Int64)] = [:]
  private var failure: (any Error)?

  /// So many rows are inserted without being asked to.
  var most = 4096
  private var count = 0

  private static func members(_ table: String, _ place: String) -> RowQueue {
    RowQueue(
      table, [place, "account_id", "role", "expires_at", "protect", "joined_at"],
      conflict: """
        ON CONFLICT (\(place), account_id) DO UPDATE
        SET role = excluded.role, expires_at = excluded.expires_at, protect = excluded.protect
        """)
  }

  private static func sendAgain(_ place: String, _ condition: String) -> String {
    """
    ON CONFLICT (\(place), email_key) WHERE outcome IS NULL AND \(condition) DO UPDATE
    SET role = excluded.role, expires_at = excluded.expires_at, protect = excluded.protect,
      token_hash = excluded.token_hash, lapses_at = excluded.lapses_at, reinvite_at = excluded.reinvite_at,
      inviter_id = excluded.inviter_id, mail_id = excluded.mail_id, sends = sends + 1\n
    """
  }

  /// To be called after each row that was added to a queue.
  func added(_ db: Database) throws {
    if let failure { throw failure }
    count += 1
    if count >= most { try flush(db) }
  }

  /// Inserts what is in the queues: parents before children, members of organizations before members of workspaces.
  func flush(_ db: Database) throws {
    if let failure { throw failure }
    guard count > 0 else { return }
    do {
      try accounts.insert(into: db)
      try tenants.insert(into: db)
      try workspaces.insert(into: db)
      try tenantMembers.insert(into: db)
      try workspaceMembers.insert(into: db)
      try invitations.insert(into: db)
      try outbox.insert(into: db)
      let isLogged = !audit.isEmpty
      try audit.insert(into: db)
      if isLogged, let chain { try chain.record(db) }
    } catch {
      failure = error
      throw error
    }
    newAccounts.removeAll(keepingCapacity: true)
    count = 0
  }

  /// Forgets everything: the transaction is over.
  func reset() {
    accounts.removeAll()
    tenants.removeAll()
    workspaces.removeAll()
    tenantMembers.removeAll()
    workspaceMembers.removeAll()
    invitations.removeAll()
    outbox.removeAll()
    audit.removeAll()
    newAccounts.removeAll(keepingCapacity: true)
    tenantOfWorkspace.removeAll(keepingCapacity: true)
    withPersonalWorkspace.removeAll(keepingCapacity: true)
    hasDepartures.removeAll(keepingCapacity: true)
    (chain, ids, failure, count) = (nil, [:], nil, 0)
  }

  /// The id that the table would give its next row. Nobody else gives any while the transaction lasts.
  func nextID(_ table: Table, _ db: Database) throws -> Int64 {
    var range: (first: Int64, last: Int64)
    if let known = ids[table] {
      range = known
    } else {
      let last = try Self.lastID(table, db)
      range = (last, last)
    }
    range.last += 1
    ids[table] = range
    return range.last
  }

  /// Whether this transaction made the row: nothing that is stored can name it yet.
  func isNew(_ id: Int64, in table: Table) -> Bool { ids[table].map { id > $0.first } ?? false }

  private static func lastID(_ table: Table, _ db: Database) throws -> Int64 {
    let statement = try db.cachedStatement(
      sql: """
        SELECT max(coalesce((SELECT seq FROM sqlite_sequence WHERE name = '\(table.rawValue)'), 0),
          coalesce((SELECT max(id) FROM \(table.rawValue)), 0))
        """)
    return try Int64.fetchOne(statement) ?? 0
  }
}
