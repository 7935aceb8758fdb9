import GRDB
import Model
import Store

extension RollScope {
  /// Table and column that hold the memberships.
  fileprivate var members: (table: String, column: String) {
    switch self {
    case .tenant: ("tenant_members", "tenant_id")
    case .workspace: ("workspace_members", "workspace_id")
    }
  }

  var id: Int64 {
    switch self {
    case .tenant(let id), .workspace(let id): id
    }
  }

  /// Selects the rows of `invitations` and `departures` that belong to the roll; one parameter, ``id``.
  var condition: String {
    switch self {
    case .tenant: "tenant_id = ? AND workspace_id IS NULL"
    case .workspace: "workspace_id = ?"
    }
  }
}

extension SQLiteTransaction {
  func putMember(
    _ scope: RollScope, account: Int64, role: String, expires: Instant?, protect: Bool, joined: Instant
  ) throws {
    let values = (scope.id, account, role, expires?.milliseconds, protect, joined.milliseconds)
    switch scope {
    case .tenant: pending.tenantMembers.append(values.0, values.1, values.2, values.3, values.4, values.5)
    case .workspace: pending.workspaceMembers.append(values.0, values.1, values.2, values.3, values.4, values.5)
    }
    try pending.added(db)
    guard try hasDepartures(scope) else { return }
    try run(
      """
      DELETE FROM departures
      WHERE \(scope.condition) AND email_key = (SELECT email_key FROM accounts WHERE id = ?)
      """, [scope.id, account])
  }

  func removeMember(_ scope: RollScope, account: Int64) throws {
    let (table, column) = scope.members
    try change("member", "DELETE FROM \(table) WHERE \(column) = ? AND account_id = ?", [scope.id, account])
    let place =
      switch scope {
      case .tenant: "tenants"
      case .workspace: "workspaces"
      }
    try run("UPDATE \(place) SET owner_id = NULL WHERE id = ? AND owner_id = ?", [scope.id, account])
  }
}
