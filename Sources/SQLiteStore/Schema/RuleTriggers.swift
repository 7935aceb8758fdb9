import Model

/// Triggers that hold what a database can hold of the protection rules (SPEC section 6): they refuse plain SQL as well.
/// Their messages begin with the rule's name.
enum RuleTriggers {
  static let version1: [String] = personalWorkspace + kinds + audit

  static func refuse(_ rule: RuleName, _ message: String) -> String {
    "SELECT RAISE(ABORT, '\(rule.rawValue): \(message)');"
  }

  /// The account of whose personal workspace a row speaks, while that account exists: deleting an account takes its
  /// workspace along, and by then its row is gone.
  static func ownUser(of row: String) -> String {
    """
    EXISTS (
      SELECT 1 FROM workspaces w JOIN tenants t ON t.id = w.tenant_id JOIN accounts a ON a.id = t.account_id
      WHERE w.id = \(row).workspace_id AND w.kind = 'personal' AND a.id = \(row).account_id)
    """
  }

  private static let personalWorkspace = [
    """
    CREATE TRIGGER personal_workspace_undeletable BEFORE DELETE ON workspaces FOR EACH ROW
    WHEN OLD.kind = 'personal' AND EXISTS (
      SELECT 1 FROM tenants t JOIN accounts a ON a.id = t.account_id WHERE t.id = OLD.tenant_id)
    BEGIN \(refuse(.personalWorkspaceUndeletable, "a personal workspace goes only with its account")) END
    """,
    """
    CREATE TRIGGER personal_tenant_undeletable BEFORE DELETE ON tenants FOR EACH ROW
    WHEN OLD.account_id IS NOT NULL AND EXISTS (SELECT 1 FROM accounts WHERE id = OLD.account_id)
    BEGIN \(refuse(.personalWorkspaceUndeletable, "a personal workspace goes only with its account")) END
    """,
    """
    CREATE TRIGGER personal_workspace_stays_personal BEFORE UPDATE OF kind, tenant_id ON workspaces FOR EACH ROW
    WHEN OLD.kind = 'personal' AND (NEW.kind <> OLD.kind OR NEW.tenant_id <> OLD.tenant_id)
    BEGIN \(refuse(.personalWorkspaceUndeletable, "a personal workspace stays one, and with its account")) END
    """,
    """
    CREATE TRIGGER personal_workspace_keeps_its_user BEFORE DELETE ON workspace_members FOR EACH ROW
    WHEN \(ownUser(of: "OLD"))
    BEGIN \(refuse(.personalWorkspaceKeepsItsUser, "a personal workspace never loses its own user")) END
    """,
    """
    CREATE TRIGGER personal_workspace_keeps_its_users_role
    BEFORE UPDATE OF workspace_id, account_id, role ON workspace_members FOR EACH ROW
    WHEN (NEW.role <> OLD.role OR NEW.account_id <> OLD.account_id OR NEW.workspace_id <> OLD.workspace_id)
      AND \(ownUser(of: "OLD"))
    BEGIN \(refuse(.personalWorkspaceKeepsItsUser, "the own user of a personal workspace keeps their role")) END
    """,
  ]

  private static let kinds = ["INSERT", "UPDATE OF kind, tenant_id"].enumerated().map { number, event in
    """
    CREATE TRIGGER workspace_kind_fits_\(number) BEFORE \(event) ON workspaces FOR EACH ROW
    WHEN (NEW.kind = 'personal' AND (SELECT account_id FROM tenants WHERE id = NEW.tenant_id) IS NULL)
      OR (NEW.kind = 'default' AND (SELECT account_id FROM tenants WHERE id = NEW.tenant_id) IS NOT NULL)
    BEGIN SELECT RAISE(ABORT, 'personal workspaces belong to accounts, default ones to organizations'); END
    """
  }

  private static let audit = [
    """
    CREATE TRIGGER audit_keeps_rows BEFORE DELETE ON audit FOR EACH ROW
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
    """,
    """
    CREATE TRIGGER audit_keeps_content BEFORE UPDATE ON audit FOR EACH ROW
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
    """,
    """
    CREATE TRIGGER audit_head_stays BEFORE DELETE ON audit_head FOR EACH ROW
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
    """,
    """
    CREATE TRIGGER audit_head_advances BEFORE UPDATE ON audit_head FOR EACH ROW
    WHEN NEW.id <> OLD.id OR NEW.sequence <> OLD.sequence + 1
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
    """,
  ]
}
