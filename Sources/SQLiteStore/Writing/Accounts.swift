import GRDB
import Model
import Store

extension SQLiteTransaction {
  func createAccount(email: String, displayName: String?, at: Instant) throws -> (account: Int64, tenant: Int64) {
    let (key, time) = (email.emailKey, at.milliseconds)
    let (account, tenant) = try (pending.nextID(.accounts, db), pending.nextID(.tenants, db))
    pending.accounts.append(account, email, key, displayName, time)
    pending.tenants.append(tenant, "~" + key, account, String?.none, Int64?.none, String?.none, time)
    pending.newAccounts[key] = account
    try pending.added(db)
    return (account, tenant)
  }

  func accountID(email: String) throws -> Int64? {
    let key = email.emailKey
    return try pending.newAccounts[key]
      ?? storedValue(Int64.self, "SELECT id FROM accounts WHERE email_key = ?", [key])
  }

  func updateAccount(_ id: Int64, displayName: String?) throws {
    try change("account", "UPDATE accounts SET display_name = ? WHERE id = ?", [displayName, id])
  }

  func suspendAccount(_ id: Int64, reason: String?, at: Instant?) throws {
    try change(
      "account", "UPDATE accounts SET suspended_at = ?, suspension_reason = ? WHERE id = ?",
      [at?.milliseconds, reason, id])
  }

  /// Memberships and the rest of the account's go with it by foreign keys; departures, which are known by email, would
  /// stay for whoever has the email next.
  func deleteAccount(_ id: Int64) throws {
    try run("DELETE FROM departures WHERE email_key = (SELECT email_key FROM accounts WHERE id = ?)", [id])
    try change("account", "DELETE FROM accounts WHERE id = ?", [id])
  }

  func moveAccount(_ id: Int64, to email: String, at: Instant) throws {
    guard let old = try value(String.self, "SELECT email_key FROM accounts WHERE id = ?", [id]) else {
      throw StoreError.noSuch("account")
    }
    let new = email.emailKey
    if new != old { try makeRoom(for: new, from: old, account: id, at: at) }
    try change("account", "UPDATE accounts SET email = ?, email_key = ? WHERE id = ?", [email, new, id])
    try change("tenant of the account", "UPDATE tenants SET name = ? WHERE account_id = ?", ["~" + new, id])
    if new != old {
      try run("DELETE FROM former_emails WHERE email_key = ? AND account_id = ?", [new, id])
      try rememberFormerEmail(old, of: id, at: at)
    }
    try run("UPDATE invoices SET tenant_name = ? WHERE tenant_name = ?", ["~" + new, "~" + old])
    try run("UPDATE invitations SET email = ?, email_key = ? WHERE email_key = ?", [email, new, old])
    try run("UPDATE departures SET email = ?, email_key = ? WHERE email_key = ?", [email, new, old])
  }

  func rememberFormerEmail(_ email: String, of account: Int64, at: Instant) throws {
    try run(
      """
      INSERT INTO former_emails (email_key, account_id, moved_at) VALUES (?, ?, ?)
      ON CONFLICT (email_key, account_id) DO UPDATE SET moved_at = excluded.moved_at
      """, [email.emailKey, account, at.milliseconds])
  }

  /// Where both emails stand in one roll, they are one person from now on: the membership counts, else the invitation
  /// to the new email, and a departure only where there is neither.
  private func makeRoom(for new: String, from old: String, account: Int64, at: Instant) throws {
    let sameRoll = """
      other.tenant_id = invitations.tenant_id
        AND coalesce(other.workspace_id, 0) = coalesce(invitations.workspace_id, 0)
      """
    try run(
      """
      UPDATE invitations SET outcome = 'cancelled', closed_at = ?
      WHERE email_key = ? AND outcome IS NULL AND EXISTS (
        SELECT 1 FROM invitations other WHERE other.email_key = ? AND other.outcome IS NULL AND \(sameRoll))
      """, [at.milliseconds, old, new])
    try run(
      """
      UPDATE invitations SET outcome = 'cancelled', closed_at = ?
      WHERE email_key = ? AND outcome IS NULL AND CASE
        WHEN workspace_id IS NULL THEN EXISTS (
          SELECT 1 FROM tenant_members m WHERE m.tenant_id = invitations.tenant_id AND m.account_id = ?)
        ELSE EXISTS (
          SELECT 1 FROM workspace_members m WHERE m.workspace_id = invitations.workspace_id AND m.account_id = ?)
      END
      """, [at.milliseconds, new, account, account])
    try run(
      """
      DELETE FROM departures WHERE email_key = ? AND EXISTS (
        SELECT 1 FROM departures other WHERE other.email_key = ? AND other.tenant_id = departures.tenant_id
          AND coalesce(other.workspace_id, 0) = coalesce(departures.workspace_id, 0))
      """, [old, new])
    for (departed, present) in [(old, new), (new, old)] {
      try run(
        """
        DELETE FROM departures WHERE email_key = ? AND EXISTS (
          SELECT 1 FROM invitations i WHERE i.email_key = ? AND i.outcome IS NULL
            AND i.tenant_id = departures.tenant_id
            AND coalesce(i.workspace_id, 0) = coalesce(departures.workspace_id, 0))
        """, [departed, present])
    }
    try run(
      """
      DELETE FROM departures WHERE email_key = ? AND CASE
        WHEN workspace_id IS NULL THEN EXISTS (
          SELECT 1 FROM tenant_members m WHERE m.tenant_id = departures.tenant_id AND m.account_id = ?)
        ELSE EXISTS (
          SELECT 1 FROM workspace_members m WHERE m.workspace_id = departures.workspace_id AND m.account_id = ?)
      END
      """, [new, account, account])
  }
}
