import Model

/// Schema version 5: former emails, who invited, the Policy for all, and mails that end with their invitation.
extension Tables {
  static let version5: [String] = formerEmails + inviters + policyForAll + mails + personalWorkspace

  /// An email belongs to the account that moved away from it until somebody new makes an account with it.
  private static let formerEmails =
    [
      """
      CREATE TABLE former_emails (
        email_key TEXT PRIMARY KEY CHECK (email_key <> '' AND email_key = lower(email_key)),
        account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
        moved_at INTEGER NOT NULL
      ) WITHOUT ROWID
      """,
      "CREATE INDEX former_emails_account ON former_emails (account_id)",
      """
      CREATE TRIGGER former_emails_forgotten AFTER INSERT ON accounts FOR EACH ROW
      BEGIN DELETE FROM former_emails WHERE email_key = NEW.email_key; END
      """,
    ] + GenerationTriggers.every("former_emails")

  /// Nobody: a plan, or the operator.
  private static let inviters = [
    "ALTER TABLE invitations ADD COLUMN inviter_id INTEGER REFERENCES accounts (id) ON DELETE SET NULL",
    "CREATE INDEX open_invitations_inviter ON invitations (inviter_id) WHERE outcome IS NULL AND inviter_id IS NOT NULL",
  ]

  /// The key of `meta` whose value is the digest of the Policy for all.
  static let policyForAllKey = "policy-for-all"

  /// The keys of the commit up to which it is known who changed it, and of who did; empty: nothing is withheld.
  static let policyForAllCommitKey = "policy-for-all-commit"
  static let policyForAllWithheldKey = "policy-for-all-withheld"

  /// The key of the policy that people signed up under before any apply recorded one.
  static let signUpPolicyKey = "sign-up-policy"

  /// In a store that never recorded one: the policy that all applied accounts, else all applied tenants, agree on.
  static let agreedPolicy = """
    SELECT coalesce(
      (SELECT CASE count(DISTINCT policy_digest) WHEN 1 THEN min(policy_digest) END
        FROM tenants WHERE account_id IS NOT NULL),
      (SELECT CASE count(DISTINCT policy_digest) WHEN 1 THEN min(policy_digest) END FROM tenants)) AS digest
    """

  private static let policyForAll = [
    """
    INSERT INTO meta (key, value)
    SELECT '\(policyForAllKey)', digest FROM (\(agreedPolicy)) WHERE digest IS NOT NULL
    """,
    "CREATE TRIGGER meta_policy_insert AFTER INSERT ON meta FOR EACH ROW \(ofPolicy("NEW.key"))",
    "CREATE TRIGGER meta_policy_delete AFTER DELETE ON meta FOR EACH ROW \(ofPolicy("OLD.key"))",
    """
    CREATE TRIGGER meta_policy_update AFTER UPDATE ON meta FOR EACH ROW
    WHEN '\(policyForAllKey)' IN (OLD.key, NEW.key) AND (NEW.key <> OLD.key OR NEW.value <> OLD.value)
    \(GenerationTriggers.raise)
    """,
    // What earlier versions remembered of a store says nothing about what is recorded from now on.
    "UPDATE generation SET value = value + 1 + (random() & 0xFFFF)",
  ]

  private static func ofPolicy(_ key: String) -> String {
    "WHEN \(key) = '\(policyForAllKey)' \(GenerationTriggers.raise)"
  }

  private static let dropMail = "BEGIN DELETE FROM outbox WHERE id = OLD.mail_id; END"

  /// A mail whose invitation ended, or was sent again with another token, would lead nowhere; one whose recipient has
  /// another email by now would give the token to whoever reads the old one. `mail_id` outlives the mail: its id is never
  /// used twice.
  private static let mails = [
    "ALTER TABLE invitations ADD COLUMN mail_id INTEGER",
    // Mails of earlier versions find their invitation by person and place; the newest has the token that works.
    """
    CREATE TABLE newest_mails AS
    SELECT recipient, path, max(id) AS id FROM outbox WHERE kind = 'invitation' GROUP BY recipient, path
    """,
    "CREATE INDEX newest_mails_place ON newest_mails (recipient, path)",
    """
    UPDATE invitations SET mail_id = (
      SELECT m.id FROM newest_mails m JOIN tenants t ON t.id = invitations.tenant_id
        LEFT JOIN workspaces w ON w.id = invitations.workspace_id
      WHERE m.recipient = invitations.email AND m.path = t.name || coalesce('/' || w.name, ''))
    WHERE outcome IS NULL AND email IN (SELECT recipient FROM newest_mails)
    """,
    "DROP TABLE newest_mails",
    """
    CREATE TRIGGER invitations_mail_ended AFTER UPDATE OF outcome ON invitations FOR EACH ROW
    WHEN NEW.outcome IS NOT NULL \(dropMail)
    """,
    """
    CREATE TRIGGER invitations_mail_replaced AFTER UPDATE OF mail_id ON invitations FOR EACH ROW
    WHEN OLD.mail_id <> coalesce(NEW.mail_id, 0) \(dropMail)
    """,
    "CREATE TRIGGER invitations_mail_gone AFTER DELETE ON invitations FOR EACH ROW \(dropMail)",
    """
    CREATE TRIGGER invitations_mail_moved AFTER UPDATE OF email ON invitations FOR EACH ROW
    WHEN NEW.email <> OLD.email AND NEW.outcome IS NULL
    BEGIN UPDATE outbox SET recipient = NEW.email WHERE id = NEW.mail_id; END
    """,
  ]

  /// The rank of a workspace role under the Policy for all; -1 for a role that it does not know.
  private static func rank(_ role: String) -> String {
    let leaf = "char(10) || 'roles.workspace.' || \(role) || '.rank' || char(9)"
    return """
      coalesce((
        SELECT CASE instr(p.text, \(leaf)) WHEN 0 THEN -1
          ELSE CAST(substr(p.text, instr(p.text, \(leaf)) + length(\(leaf))) AS INTEGER) END
        FROM meta m JOIN policies p ON p.digest = m.value WHERE m.key = '\(policyForAllKey)'), 0)
      """
  }

  /// The user of a personal workspace holds its policy's top role: where that is another one by now, the row follows.
  private static let personalWorkspace = [
    "DROP TRIGGER personal_workspace_keeps_its_users_role",
    """
    CREATE TRIGGER personal_workspace_keeps_its_users_role
    BEFORE UPDATE OF workspace_id, account_id, role ON workspace_members FOR EACH ROW
    WHEN (NEW.role <> OLD.role OR NEW.account_id <> OLD.account_id OR NEW.workspace_id <> OLD.workspace_id)
      AND \(RuleTriggers.ownUser(of: "OLD"))
      AND (NEW.account_id <> OLD.account_id OR NEW.workspace_id <> OLD.workspace_id
        OR \(rank("NEW.role")) <= \(rank("OLD.role")))
    BEGIN
      \(RuleTriggers.refuse(.personalWorkspaceKeepsItsUser, "the own user of a personal workspace keeps their role"))
    END
    """,
  ]
}
