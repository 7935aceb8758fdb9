import GRDB
import Model
import Store

/// What accounts have besides the tenants that a plan has read.
extension SQLiteTransaction {
  /// Above so many accounts one pass over all rows is cheaper than an index look-up for each.
  private static let mostLookups = 1000

  /// Account and tenant of what accounts have, memberships of workspaces first, with the columns of ``HeldMembership``;
  /// and the condition for one account.
  private static let holdingQueries = [
    (
      """
      SELECT m.account_id, w.tenant_id, m.expires_at, CASE WHEN t.account_id IS NULL THEN t.policy_digest END, o.role,
        o.expires_at
      FROM workspace_members m JOIN workspaces w ON w.id = m.workspace_id JOIN tenants t ON t.id = w.tenant_id
        LEFT JOIN tenant_members o ON o.tenant_id = w.tenant_id AND o.account_id = m.account_id
      """, " WHERE m.account_id = ?"
    ),
    ("SELECT account_id, tenant_id FROM tenant_members", " WHERE account_id = ?"),
    (
      """
      SELECT a.id, i.tenant_id FROM accounts a CROSS JOIN invitations i ON i.email_key = a.email_key
      WHERE i.outcome IS NULL
      """, " AND a.id = ?"
    ),
    (
      """
      SELECT t.account_id, t.id FROM tenants t
      WHERE t.account_id IS NOT NULL AND EXISTS (SELECT 1 FROM workspaces w WHERE w.tenant_id = t.id)
      """, " AND t.account_id = ?"
    ),
  ]

  func holdings(
    of accounts: Set<Int64>?, outside tenants: Set<Int64>, isInForce: (HeldMembership) -> Bool
  ) throws -> AccountHoldings {
    var found = AccountHoldings()
    guard let accounts, accounts.count <= Self.mostLookups else {
      try collect(nil, outside: tenants, isInForce, into: &found)
      if let accounts {
        found.active.formIntersection(accounts)
        found.holders.formIntersection(accounts)
      }
      return found
    }
    for account in accounts.sorted() { try collect(account, outside: tenants, isInForce, into: &found) }
    return found
  }

  private func collect(
    _ account: Int64?, outside tenants: Set<Int64>, _ isInForce: (HeldMembership) -> Bool,
    into found: inout AccountHoldings
  ) throws {
    let arguments: StatementArguments = account.map { [$0] } ?? []
    for (index, (sql, condition)) in Self.holdingQueries.enumerated() {
      try forEachRow(sql + (account == nil ? "" : condition), arguments) { row in
        guard !tenants.contains(row.integer(1)) else { return }
        found.holders.insert(row.integer(0))
        guard index == 0 else { return }
        let held = HeldMembership(
          end: row.optionalInstant(2), policyDigest: row.optionalString(3),
          organization: row.optionalString(4).map { ($0, row.optionalInstant(5)) })
        if isInForce(held) { found.active.insert(row.integer(0)) }
      }
    }
  }

  func accountsWithoutHoldings(names: inout NameTable) throws -> [AccountRecord] {
    var found: [AccountRecord] = []
    try forEachRow(
      """
      SELECT \(StateReader.accountColumns) FROM accounts a
      WHERE NOT EXISTS (SELECT 1 FROM workspace_members m WHERE m.account_id = a.id)
        AND NOT EXISTS (SELECT 1 FROM tenant_members m WHERE m.account_id = a.id)
        AND NOT EXISTS (SELECT 1 FROM tenants t JOIN workspaces w ON w.tenant_id = t.id WHERE t.account_id = a.id)
        AND NOT EXISTS (SELECT 1 FROM invitations i WHERE i.email_key = a.email_key AND i.outcome IS NULL)
      ORDER BY id
      """, []
    ) { found.append(StateReader.record($0, &names)) }
    return found
  }
}
