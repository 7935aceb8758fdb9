/// Triggers that raise a tenant's serial on every write to what planning looks at, whoever makes it: a person with plain
/// SQL too. Bookkeeping of applies, counters, audit and outbox raise nothing: no plan depends on them.
enum SerialTriggers {
  static let version1: [String] =
    ofTenant("tenant_members", "tenant_id") + ofTenant("workspaces", "tenant_id")
    + ofTenant("invitations", "tenant_id") + ofTenant("departures", "tenant_id")
    + ofWorkspace("workspace_members") + ofWorkspace("api_keys") + tenants + accounts

  /// For tables that name their tenant.
  private static func ofTenant(_ table: String, _ column: String) -> [String] {
    triggers(table) { row in "id = \(row).\(column)" }
  }

  /// For tables that name a workspace. (When that goes, its own trigger raises the serial.)
  private static func ofWorkspace(_ table: String) -> [String] {
    triggers(table) { row in "id = (SELECT tenant_id FROM workspaces WHERE id = \(row).workspace_id)" }
  }

  private static func triggers(_ table: String, tenant: (String) -> String) -> [String] {
    [
      ("insert", "INSERT", tenant("NEW")), ("delete", "DELETE", tenant("OLD")),
      ("update", "UPDATE", "\(tenant("NEW")) OR \(tenant("OLD"))"),
    ].map { name, event, condition in
      """
      CREATE TRIGGER \(table)_serial_\(name) AFTER \(event) ON \(table) FOR EACH ROW
      BEGIN UPDATE tenants SET serial = serial + 1 WHERE \(condition); END
      """
    }
  }

  private static let tenants = [
    """
    CREATE TRIGGER tenants_serial AFTER UPDATE OF
      name, account_id, display_name, owner_id, subscription, suspended_at, suspension_reason ON tenants FOR EACH ROW
    BEGIN UPDATE tenants SET serial = serial + 1 WHERE id = NEW.id; END
    """
  ]

  /// A person's suspension and email show in every tenant where they are a member, an owner or invited.
  private static let accounts = [
    """
    CREATE TRIGGER accounts_serial_person AFTER UPDATE OF email, email_key, suspended_at ON accounts FOR EACH ROW
    BEGIN
      UPDATE tenants SET serial = serial + 1 WHERE id IN (
        SELECT id FROM tenants WHERE account_id = NEW.id
        UNION SELECT id FROM tenants WHERE owner_id = NEW.id
        UNION SELECT tenant_id FROM workspaces WHERE owner_id = NEW.id
        UNION SELECT tenant_id FROM tenant_members WHERE account_id = NEW.id
        UNION SELECT w.tenant_id FROM workspace_members m JOIN workspaces w ON w.id = m.workspace_id
          WHERE m.account_id = NEW.id
        UNION SELECT tenant_id FROM invitations WHERE email_key = OLD.email_key AND outcome IS NULL
        UNION SELECT tenant_id FROM invitations WHERE email_key = NEW.email_key AND outcome IS NULL);
    END
    """,
    """
    CREATE TRIGGER accounts_serial_name AFTER UPDATE OF display_name ON accounts FOR EACH ROW
    BEGIN UPDATE tenants SET serial = serial + 1 WHERE account_id = NEW.id; END
    """,
    // Whether somebody invited has an account changes how they are let in.
    """
    CREATE TRIGGER accounts_serial_insert AFTER INSERT ON accounts FOR EACH ROW
    BEGIN
      UPDATE tenants SET serial = serial + 1 WHERE id IN (
        SELECT tenant_id FROM invitations WHERE email_key = NEW.email_key AND outcome IS NULL);
    END
    """,
    """
    CREATE TRIGGER accounts_serial_delete AFTER DELETE ON accounts FOR EACH ROW
    BEGIN
      UPDATE tenants SET serial = serial + 1 WHERE id IN (
        SELECT tenant_id FROM invitations WHERE email_key = OLD.email_key AND outcome IS NULL);
    END
    """,
  ]
}
