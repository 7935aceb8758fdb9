import Model

/// Triggers that hold protection rules which a policy may switch off, by the policy that was applied to the tenant last.
/// Rules that can be overridden, that look at the clock, or that change two rows at once are the planner's alone.
enum PolicyTriggers {
  static let version2: [String] =
    organizationFirst + [creatorKeptInWorkspace()]
    + [creatorKept("tenants", "tenant_members", "tenant_id", tenant: "OLD.tenant_id")]

  /// Where the organization's membership comes first, the workspace's ends with it: its end is the planner's, too.
  static let version5: [String] = [
    "DROP TRIGGER workspace_members_creator_kept",
    creatorKeptInWorkspace(
      unless: """
        AND NOT EXISTS (
          SELECT 1 FROM workspaces w
          JOIN tenant_members t ON t.tenant_id = w.tenant_id AND t.account_id = OLD.account_id
          WHERE w.id = OLD.workspace_id AND t.expires_at IS NOT NULL)
        """),
  ]

  private static func refuse(_ rule: RuleName, _ message: String) -> String {
    "SELECT RAISE(ABORT, '\(rule.rawValue): \(message)');"
  }

  /// Whether the tenant's applied policy sets the rule to `on`, or to `only-workspace`.
  private static func isOn(_ rule: RuleName, tenant: String) -> String {
    """
    EXISTS (
      SELECT 1 FROM tenants t JOIN policies p ON p.digest = t.policy_digest
      WHERE t.id = \(tenant) AND t.account_id IS NULL
        AND instr(p.text, 'protection.\(rule.rawValue)' || char(9) || 'on') > 0)
    """
  }

  private static let tenantOfNew = "(SELECT tenant_id FROM workspaces WHERE id = NEW.workspace_id)"

  /// A row that is there already is only changed, so that a broken state can be repaired. Deleting an account takes its
  /// memberships along, and by then its row is gone.
  private static let organizationFirst = [
    """
    CREATE TRIGGER organization_member_first BEFORE INSERT ON workspace_members FOR EACH ROW
    WHEN \(isOn(.organizationMemberFirst, tenant: tenantOfNew))
      AND NOT EXISTS (
        SELECT 1 FROM tenant_members WHERE tenant_id = \(tenantOfNew) AND account_id = NEW.account_id)
      AND NOT EXISTS (
        SELECT 1 FROM workspace_members WHERE workspace_id = NEW.workspace_id AND account_id = NEW.account_id)
    BEGIN \(refuse(.organizationMemberFirst, "a workspace member is a member of the organization first")) END
    """,
    """
    CREATE TRIGGER organization_member_last BEFORE DELETE ON tenant_members FOR EACH ROW
    WHEN EXISTS (SELECT 1 FROM accounts WHERE id = OLD.account_id)
      AND EXISTS (
        SELECT 1 FROM workspace_members m JOIN workspaces w ON w.id = m.workspace_id
        WHERE w.tenant_id = OLD.tenant_id AND m.account_id = OLD.account_id)
      AND \(isOn(.organizationMemberFirst, tenant: "OLD.tenant_id"))
    BEGIN \(refuse(.organizationMemberFirst, "the person is a member of a workspace of the organization")) END
    """,
  ]

  private static func creatorKeptInWorkspace(unless end: String = "") -> String {
    creatorKept(
      "workspaces", "workspace_members", "workspace_id",
      tenant: "(SELECT tenant_id FROM workspaces WHERE id = OLD.workspace_id)", unless: end)
  }

  /// The owner of record stays while they are it; a membership with an end is left to the planner, which knows the time.
  private static func creatorKept(
    _ places: String, _ members: String, _ column: String, tenant: String, unless end: String = ""
  ) -> String {
    """
    CREATE TRIGGER \(members)_creator_kept BEFORE DELETE ON \(members) FOR EACH ROW
    WHEN OLD.expires_at IS NULL
      AND EXISTS (SELECT 1 FROM \(places) WHERE id = OLD.\(column) AND owner_id = OLD.account_id)
      AND EXISTS (SELECT 1 FROM accounts WHERE id = OLD.account_id)
      AND \(isOn(.creatorKept, tenant: tenant)) \(end)
    BEGIN \(refuse(.creatorKept, "the owner of record stays; transfer the ownership first")) END
    """
  }
}
