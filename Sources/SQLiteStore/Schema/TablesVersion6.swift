/// Schema version 6: former emails that are kept for good, and mails that follow a renamed place.
extension Tables {
  static let version6: [String] = formerEmails + mails

  /// They are kept when somebody new makes an account with one: manifests of before the move still mean the account that
  /// moved.
  private static let formerEmails =
    [
      "DROP TRIGGER former_emails_forgotten",
      "CREATE TABLE moves AS SELECT email_key, account_id, moved_at FROM former_emails",
      "DROP TABLE former_emails",
      """
      CREATE TABLE former_emails (
        email_key TEXT NOT NULL CHECK (email_key <> '' AND email_key = lower(email_key)),
        account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
        moved_at INTEGER NOT NULL,
        PRIMARY KEY (email_key, account_id)
      ) WITHOUT ROWID
      """,
      "INSERT INTO former_emails (email_key, account_id, moved_at) SELECT email_key, account_id, moved_at FROM moves",
      "DROP TABLE moves",
      "CREATE INDEX former_emails_account ON former_emails (account_id)",
    ] + GenerationTriggers.every("former_emails")

  /// Writes where the invitations lead to into their mails.
  private static func nameMails(where condition: String) -> String {
    """
    BEGIN
      UPDATE outbox SET path = (
        SELECT coalesce('~' || a.email, t.name) || coalesce('/' || w.name, '')
        FROM invitations i JOIN tenants t ON t.id = i.tenant_id LEFT JOIN accounts a ON a.id = t.account_id
          LEFT JOIN workspaces w ON w.id = i.workspace_id
        WHERE \(condition) AND i.mail_id = outbox.id)
      WHERE id IN (SELECT i.mail_id FROM invitations i WHERE \(condition) AND i.outcome IS NULL);
    END
    """
  }

  private static let mails = [
    // The path is what people accept by.
    """
    CREATE TRIGGER invitations_mail_renamed AFTER UPDATE OF name ON workspaces FOR EACH ROW WHEN NEW.name <> OLD.name
    \(nameMails(where: "i.tenant_id = NEW.tenant_id AND i.workspace_id = NEW.id"))
    """,
    """
    CREATE TRIGGER invitations_mail_of_moved AFTER UPDATE OF name ON tenants FOR EACH ROW WHEN NEW.name <> OLD.name
    \(nameMails(where: "i.tenant_id = NEW.id"))
    """,
  ]
}
