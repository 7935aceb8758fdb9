import GRDB
import Model
import Store

extension SQLiteTransaction {
  /// The columns `tenant_id` and `workspace_id` of a roll's rows.
  private func columns(_ scope: RollScope) throws -> (tenant: Int64, workspace: Int64?) {
    switch scope {
    case .tenant(let id): return (id, nil)
    case .workspace(let id):
      guard
        let tenant = try pending.tenantOfWorkspace[id]
          ?? storedValue(Int64.self, "SELECT tenant_id FROM workspaces WHERE id = ?", [id])
      else { throw StoreError.noSuch("workspace") }
      pending.tenantOfWorkspace[id] = tenant
      return (tenant, id)
    }
  }

  /// Asked once a roll: most rolls have none, and then nobody's needs to be forgotten.
  func hasDepartures(_ scope: RollScope) throws -> Bool {
    if let known = pending.hasDepartures[scope] { return known }
    switch scope {
    case .tenant(let id): if pending.isNew(id, in: .tenants) { return false }
    case .workspace(let id): if pending.isNew(id, in: .workspaces) { return false }
    }
    let found = try storedValue(
      Bool.self, "SELECT EXISTS (SELECT 1 FROM departures WHERE \(scope.condition))", [scope.id])
    pending.hasDepartures[scope] = found
    return found == true
  }

  private func forgetDeparture(_ scope: RollScope, _ key: String) throws {
    guard try hasDepartures(scope) else { return }
    try run("DELETE FROM departures WHERE \(scope.condition) AND email_key = ?", [scope.id, key])
  }

  func putInvitation(_ scope: RollScope, _ invitation: NewInvitation) throws {
    let key = invitation.email.emailKey
    let (tenant, workspace) = try columns(scope)
    pending.invitations.append(
      tenant, workspace, invitation.email, key, invitation.role, invitation.expires?.milliseconds, invitation.protect,
      invitation.tokenHash, invitation.lapses?.milliseconds, invitation.reinvite?.milliseconds,
      invitation.created.milliseconds, invitation.inviter, invitation.mail)
    try pending.added(db)
    try forgetDeparture(scope, key)
  }

  func updateInvitation(_ scope: RollScope, email: String, role: String, expires: Instant?, protect: Bool) throws {
    try change(
      "open invitation",
      """
      UPDATE invitations SET role = ?, expires_at = ?, protect = ?
      WHERE \(scope.condition) AND email_key = ? AND outcome IS NULL
      """, [role, expires?.milliseconds, protect, scope.id, email.emailKey])
  }

  func closeInvitation(_ scope: RollScope, email: String, as outcome: InvitationOutcome, at: Instant) throws {
    try change(
      "open invitation",
      """
      UPDATE invitations SET outcome = ?, closed_at = ?
      WHERE \(scope.condition) AND email_key = ? AND outcome IS NULL
      """, [outcome.rawValue, at.milliseconds, scope.id, email.emailKey])
  }

  func recordDeparture(
    _ scope: RollScope, email: String, reason: Departure.Reason, at: Instant, reinvite: Instant?
  ) throws {
    try forgetDeparture(scope, email.emailKey)
    pending.hasDepartures[scope] = true
    let (tenant, workspace) = try columns(scope)
    try run(
      """
      INSERT INTO departures (tenant_id, workspace_id, email, email_key, reason, since, reinvite_at)
      VALUES (?, ?, ?, ?, ?, ?, coalesce(?, (
        SELECT reinvite_at FROM invitations WHERE \(scope.condition) AND email_key = ? ORDER BY id DESC LIMIT 1)))
      """,
      [
        tenant, workspace, email, email.emailKey, reason.rawValue, at.milliseconds, reinvite?.milliseconds, scope.id,
        email.emailKey,
      ])
  }
}
