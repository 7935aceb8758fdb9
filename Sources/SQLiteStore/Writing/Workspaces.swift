import GRDB
import Model
import Store

extension SQLiteTransaction {
  func createWorkspace(
    tenant: Int64, name: String, kind: WorkspaceKind, displayName: String?, owner: Int64?, subscription: String?,
    at: Instant
  ) throws -> Int64 {
    if kind == .personal {
      // The unique index refuses it too, but cannot say which rule it stands for.
      let there = try value(
        Int64.self, "SELECT id FROM workspaces WHERE tenant_id = ? AND kind = 'personal'", [tenant])
      guard there == nil else {
        throw StoreError(
          .constraint, "\(RuleName.onePersonalWorkspace.rawValue): the account has its personal workspace already.")
      }
    }
    return try insert(
      """
      INSERT INTO workspaces (tenant_id, name, kind, display_name, owner_id, subscription, created_at)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """, [tenant, name, kind.rawValue, displayName, owner, subscription, at.milliseconds])
  }

  func updateWorkspace(_ id: Int64, displayName: String??, owner: Int64??, subscription: String??) throws {
    try update("workspaces", "workspace", id, displayName: displayName, owner: owner, subscription: subscription)
  }

  func renameWorkspace(_ id: Int64, to name: String) throws {
    try change("workspace", "UPDATE workspaces SET name = ? WHERE id = ?", [name, id])
  }

  /// All that is in it goes by foreign keys; the audit log keeps what was.
  func deleteWorkspace(_ id: Int64, at: Instant) throws {
    try change("workspace", "DELETE FROM workspaces WHERE id = ?", [id])
  }

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
}
