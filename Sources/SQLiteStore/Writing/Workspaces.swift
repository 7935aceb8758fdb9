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
      let sql = "SELECT id FROM workspaces WHERE tenant_id = ? AND kind = 'personal'"
      let there = try pending.isNew(tenant, in: .tenants) ? nil : storedValue(Int64.self, sql, [tenant])
      guard pending.withPersonalWorkspace.insert(tenant).inserted, there == nil else {
        throw StoreError(
          .constraint, "\(RuleName.onePersonalWorkspace.rawValue): the account has its personal workspace already.")
      }
    }
    let id = try pending.nextID(.workspaces, db)
    pending.workspaces.append(id, tenant, name, kind.rawValue, displayName, owner, subscription, at.milliseconds)
    pending.tenantOfWorkspace[id] = tenant
    try pending.added(db)
    return id
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
}
