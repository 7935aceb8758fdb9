import GRDB
import Model
import Store

/// What tells whether something changed, without reading it.
extension SQLiteTransaction {
  func revision() throws -> StoreRevision? {
    guard let generation = try generation(), let head = try head() else { return nil }
    return StoreRevision(
      generation: generation, auditEnd: head.sequence, auditHash: String(decoding: head.hash, as: UTF8.self))
  }

  func sealingKey() throws -> String? {
    try value(String.self, "SELECT value FROM meta WHERE key = ?", [SealingKey.name])
  }

  func marks(accounts: Set<String>, since revision: StoreRevision) throws -> [TenantMark]? {
    guard try hasHad(revision) else { return nil }
    let columns =
      "id, name, serial, applied_commit, policy_digest, withheld, baseline_revision, suspended_at IS NOT NULL"
    // Organizations sort before `~`, with which the names of accounts begin: the index on names finds them together.
    var found = try rows("SELECT \(columns) FROM tenants WHERE name < '~' ORDER BY name", [], mark)
    for name in accounts.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
      found += try rows("SELECT \(columns) FROM tenants WHERE name = ?", [name], mark)
    }
    return found
  }

  private func mark(_ row: borrowing RawRow) -> TenantMark {
    TenantMark(
      id: row.integer(0), name: row.string(1), serial: row.integer(2), commit: row.optionalString(3) ?? "",
      policyDigest: row.optionalString(4) ?? "", withheld: Int(row.integer(5)), baseline: row.integer(6),
      isSuspended: row.flag(7))
  }

  /// Whether the audit log goes on from where it was then.
  private func hasHad(_ revision: StoreRevision) throws -> Bool {
    if revision.auditEnd == 0 { return true }
    let sql = "SELECT hash FROM audit WHERE sequence = ?"
    return try value(String.self, sql, [revision.auditEnd]) == revision.auditHash
  }

  func accounts(of emails: Set<String>, names: inout NameTable) throws -> [AccountRecord] {
    var found: [AccountRecord] = []
    for email in emails.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
      let sql = "SELECT \(StateReader.accountColumns) FROM accounts WHERE email_key = ?"
      try forEachRow(sql, [email]) { found.append(StateReader.record($0, &names)) }
    }
    return found
  }
}
