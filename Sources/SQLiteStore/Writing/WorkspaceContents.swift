import GRDB
import Model
import Store

/// What workspaces hold besides their people: keys, counters, invoices.
extension SQLiteTransaction {
  func createAPIKey(
    workspace: Int64, name: String, hash: String, creator: Int64?, limits: APIKeyLimits, at: Instant
  ) throws {
    try run(
      """
      INSERT INTO api_keys (workspace_id, name, hash, creator_id, monthly_limit, daily_rate_limit, created_at)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """, [workspace, name, hash, creator, limits.monthly, limits.daily, at.milliseconds])
  }

  func updateAPIKey(workspace: Int64, name: String, limits: APIKeyLimits) throws {
    try change(
      "API key",
      """
      UPDATE api_keys SET monthly_limit = ?, daily_rate_limit = ?
      WHERE workspace_id = ? AND name = ? AND revoked_at IS NULL
      """, [limits.monthly, limits.daily, workspace, name])
  }

  func revokeAPIKey(workspace: Int64, name: String, at: Instant) throws {
    try change(
      "API key", "UPDATE api_keys SET revoked_at = ? WHERE workspace_id = ? AND name = ? AND revoked_at IS NULL",
      [at.milliseconds, workspace, name])
  }

  func addCounter(workspace: Int64, account: Int64?, kind: String, count: Int64) throws {
    let sql = "SELECT min(id) FROM counters WHERE workspace_id = ? AND kind = ?"
    let row =
      if let account {
        try value(Int64.self, sql + " AND account_id = ?", [workspace, kind, account])
      } else {
        try value(Int64.self, sql + " AND account_id IS NULL", [workspace, kind])
      }
    if let row {
      try run("UPDATE counters SET count = count + ? WHERE id = ?", [count, row])
    } else {
      try run(
        "INSERT INTO counters (workspace_id, account_id, kind, count) VALUES (?, ?, ?, ?)",
        [workspace, account, kind, count])
    }
  }

  func writeInvoice(_ invoice: Invoice) throws -> Int64 {
    let lines = Fields(invoice.lines.map { ($0.kind, .number(Int($0.count))) })
    return try insert(
      """
      INSERT INTO invoices (tenant_name, workspace_name, workspace_id, reason, lines, total, created_at)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """,
      [
        invoice.tenant, invoice.workspace, invoice.workspaceID, invoice.reason, FieldsJSON.encode(lines),
        invoice.total, invoice.created.milliseconds,
      ])
  }
}
