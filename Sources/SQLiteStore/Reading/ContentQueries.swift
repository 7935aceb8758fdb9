import GRDB
import Model
import Store

/// What workspaces hold besides their people: keys, counters, invoices.
extension SQLiteTransaction {
  func apiKeys(tenant: String, workspace: String) throws -> [APIKeyRow] {
    try rows(
      """
      SELECT k.name, k.hash, a.email, a.suspended_at, k.monthly_limit, k.daily_rate_limit, k.created_at
      FROM tenants t JOIN workspaces w ON w.tenant_id = t.id JOIN api_keys k ON k.workspace_id = w.id
        LEFT JOIN accounts a ON a.id = k.creator_id
      WHERE t.name = ? AND w.name = ? AND k.revoked_at IS NULL
      ORDER BY k.name
      """, [tenant, workspace]
    ) { row in
      APIKeyRow(
        name: row.string(0), hash: row.string(1), creator: row.optionalString(2), isCreatorSuspended: !row.isNull(3),
        limits: APIKeyLimits(
          monthly: row.optionalInteger(4).map(Int.init), daily: row.optionalInteger(5).map(Int.init)),
        created: row.instant(6))
    }
  }

  func counters(workspace: Int64) throws -> [CounterRow] {
    try rows(
      """
      SELECT c.kind, a.email, sum(c.count) FROM counters c LEFT JOIN accounts a ON a.id = c.account_id
      WHERE c.workspace_id = ? GROUP BY c.kind, c.account_id, a.email ORDER BY c.kind, a.email_key
      """, [workspace]
    ) { CounterRow(kind: $0.string(0), creator: $0.optionalString(1), count: $0.integer(2)) }
  }

  func invoices(tenant: String, workspace: String?) throws -> [InvoiceRow] {
    let sql = """
      SELECT id, tenant_name, workspace_name, workspace_id, reason, lines, total, created_at FROM invoices
      WHERE tenant_name = ?
      """
    if let workspace {
      return try rows(sql + " AND workspace_name = ? ORDER BY id", [tenant, workspace], invoiceRow)
    }
    return try rows(sql + " ORDER BY id", [tenant], invoiceRow)
  }

  private func invoiceRow(_ row: borrowing RawRow) throws -> InvoiceRow {
    let number = row.integer(0)
    guard let fields = FieldsJSON.decode(row.string(5)) else {
      throw StoreError(.corrupt, "The lines of invoice \(number) cannot be read.", hint: "Restore them from a backup.")
    }
    let lines = fields.entries.compactMap { kind, value -> Invoice.Line? in
      guard case .number(let count) = value else { return nil }
      return Invoice.Line(kind: kind, count: Int64(count))
    }
    return InvoiceRow(
      number: number,
      invoice: Invoice(
        tenant: row.string(1), workspace: row.string(2), workspaceID: row.integer(3), reason: row.string(4),
        lines: lines, total: row.integer(6), created: row.instant(7)))
  }
}
