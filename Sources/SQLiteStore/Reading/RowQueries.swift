import GRDB
import Model
import Store

/// What commands show: rows without the state around them.
extension SQLiteTransaction {
  private static let accountColumns = "id, email, display_name, suspended_at, suspension_reason, created_at"

  private func accountRow(_ row: borrowing RawRow) -> AccountRow {
    AccountRow(
      id: row.integer(0), email: row.string(1), displayName: row.optionalString(2), suspended: row.optionalInstant(3),
      suspensionReason: row.optionalString(4), created: row.instant(5))
  }

  func account(email: String) throws -> AccountRow? {
    try rows("SELECT \(Self.accountColumns) FROM accounts WHERE email_key = ?", [email.emailKey], accountRow).first
  }

  func belongsSomewhere(email: String) throws -> Bool {
    try value(
      Bool.self,
      """
      SELECT EXISTS (SELECT 1 FROM accounts a JOIN tenant_members m ON m.account_id = a.id WHERE a.email_key = ?1)
        OR EXISTS (SELECT 1 FROM accounts a JOIN workspace_members m ON m.account_id = a.id WHERE a.email_key = ?1)
        OR EXISTS (SELECT 1 FROM invitations WHERE email_key = ?1 AND outcome IS NULL)
      """, [email.emailKey]) == true
  }

  func accounts() throws -> [AccountRow] {
    try rows("SELECT \(Self.accountColumns) FROM accounts ORDER BY email_key", [], accountRow)
  }

  private static let tenantQuery = """
    SELECT id, name, serial, suspended_at, suspension_reason, applied_commit, applied_at, withheld FROM tenants
    """

  private func tenantRow(_ row: borrowing RawRow) -> TenantRow {
    TenantRow(
      id: row.integer(0), name: row.string(1), serial: row.integer(2), suspended: row.optionalInstant(3),
      suspensionReason: row.optionalString(4), appliedCommit: row.optionalString(5),
      appliedAt: row.optionalInstant(6), withheld: Int(row.integer(7)))
  }

  func tenants() throws -> [TenantRow] { try rows(Self.tenantQuery + " ORDER BY name", [], tenantRow) }

  func tenant(named name: String) throws -> TenantRow? {
    try rows(Self.tenantQuery + " WHERE name = ?", [name], tenantRow).first
  }

  private func invitationQuery() throws -> String {
    let isKnown = try knowsInviters()
    return """
      SELECT t.name, w.name, i.email, i.role, i.created_at,
        min(coalesce(i.lapses_at, i.expires_at), coalesce(i.expires_at, i.lapses_at)), i.sends,
        \(isKnown ? "a.email" : "NULL")
      FROM invitations i JOIN tenants t ON t.id = i.tenant_id LEFT JOIN workspaces w ON w.id = i.workspace_id
        \(isKnown ? "LEFT JOIN accounts a ON a.id = i.inviter_id" : "")
      WHERE i.outcome IS NULL
      """
  }

  private func invitationRow(_ row: borrowing RawRow) -> InvitationRow {
    InvitationRow(
      path: Path(tenant: row.string(0), workspace: row.optionalString(1)).description, email: row.string(2),
      role: row.string(3), created: row.instant(4), end: row.optionalInstant(5), sends: Int(row.integer(6)),
      inviter: row.optionalString(7))
  }

  func invitations(email: String?) throws -> [InvitationRow] {
    let found =
      if let email {
        try rows(invitationQuery() + " AND i.email_key = ?", [email.emailKey], invitationRow)
      } else {
        try rows(invitationQuery(), [], invitationRow)
      }
    return found.map { (path: Array($0.path.utf8), email: Array($0.email.emailKey.utf8), row: $0) }
      .sorted { a, b in
        a.path == b.path ? a.email.lexicographicallyPrecedes(b.email) : a.path.lexicographicallyPrecedes(b.path)
      }
      .map(\.row)
  }

  func invitation(tokenHash: String) throws -> InvitationRow? {
    try rows(invitationQuery() + " AND i.token_hash = ?", [tokenHash], invitationRow).first
  }

  func tenantsWithKeys(of account: Int64) throws -> [String] {
    try rows(
      """
      SELECT DISTINCT t.name FROM api_keys k JOIN workspaces w ON w.id = k.workspace_id JOIN tenants t ON t.id = w.tenant_id
      WHERE k.creator_id = ?1 AND k.revoked_at IS NULL AND t.account_id IS NOT ?1 ORDER BY t.name
      """, [account]
    ) { $0.string(0) }
  }

  func outbox() throws -> [OutboxMessage] {
    try rows("SELECT id, kind, recipient, token, path, created_at FROM outbox ORDER BY id") { row in
      OutboxMessage(
        id: row.integer(0), kind: row.string(1), to: row.string(2), token: row.optionalString(3),
        path: row.optionalString(4), created: row.instant(5))
    }
  }

  /// Of a store that is only read, it may be an older one.
  func schemaVersion() throws -> Int { try value(Int.self, "PRAGMA user_version", []) ?? 0 }

  func knowsInviters() throws -> Bool { try schemaVersion() >= 5 }

  func policyForAllDigest() throws -> String? {
    guard try schemaVersion() >= 5 else { return try value(String.self, Tables.agreedPolicy, []) }
    return try recordedPolicy(Tables.policyForAllKey) ?? recordedPolicy(Tables.signUpPolicyKey)
  }

  /// A store of an older version has the commit that was applied last.
  func policyForAllStanding() throws -> (commit: String?, withheld: String?) {
    let commit = try recordedPolicy(Tables.policyForAllCommitKey) ?? lastAppliedCommit()
    let withheld = try recordedPolicy(Tables.policyForAllWithheldKey)
    return (commit, withheld.flatMap { $0.isEmpty ? nil : $0 })
  }

  private func recordedPolicy(_ key: String) throws -> String? {
    try value(String.self, "SELECT value FROM meta WHERE key = ?", [key])
  }

  func isPolicyForAllApplied() throws -> Bool {
    try schemaVersion() < 5 || recordedPolicy(Tables.policyForAllKey) != nil
  }

  func policyForAll() throws -> String? {
    guard let digest = try policyForAllDigest() else { return nil }
    return try value(String.self, "SELECT text FROM policies WHERE digest = ?", [digest])
  }

  func formerEmails() throws -> [FormerEmail] {
    guard try schemaVersion() >= 5 else { return [] }
    let sql = """
      SELECT f.email_key, a.email, f.moved_at, EXISTS (SELECT 1 FROM accounts n WHERE n.email_key = f.email_key)
      FROM former_emails f JOIN accounts a ON a.id = f.account_id ORDER BY f.email_key, f.moved_at, f.account_id
      """
    return try rows(sql) { row in
      FormerEmail(email: row.string(0), present: row.string(1), moved: row.instant(2), isTaken: row.integer(3) != 0)
    }
  }

  func attestations(of commits: Set<String>) throws -> [String: Attestation] {
    guard !commits.isEmpty, try schemaVersion() >= 8 else { return [:] }
    var result: [String: Attestation] = [:]
    let known = try rows("SELECT commit_id, role, email FROM attestations ORDER BY commit_id, role, email") { row in
      (commit: row.string(0), isActor: row.string(1) == "actor", email: row.string(2))
    }
    for (commit, isActor, email) in known where commits.contains(commit) {
      var attestation = result[commit] ?? Attestation(actors: [], approvers: [])
      if isActor { attestation.actors.append(email) } else { attestation.approvers.append(email) }
      result[commit] = attestation
    }
    return result
  }

  func everApplied(among commits: Set<String>) throws -> Set<String> {
    // Before version 7 only what still counts is known.
    let marks = try schemaVersion() < 7 ? "" : #" UNION SELECT "commit" FROM applied_marks"#
    let known = try rows("SELECT applied_commit FROM tenants" + marks) { $0.optionalString(0) }
    return Set(known.compactMap { $0 }).intersection(commits)
  }

  func lastAppliedCommit() throws -> String? {
    try value(String.self, "SELECT value FROM meta WHERE key = 'last-applied-commit'", [])
  }

  func generation() throws -> Int64? {
    return try schemaVersion() < 3 ? nil : try value(Int64.self, "SELECT value FROM generation", [])
  }

  func lastReconciliation() throws -> Instant? {
    try value(String.self, "SELECT value FROM meta WHERE key = 'last-reconciliation'", []).flatMap(Int64.init)
      .map(Instant.init(milliseconds:))
  }
}
