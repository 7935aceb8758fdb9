/// Triggers of the audit log since it is written by many entries at once.
enum AuditTriggers {
  /// The record of the log's end only goes forward, and to an entry that is there.
  static let version4 = [
    "DROP TRIGGER audit_head_advances",
    """
    CREATE TRIGGER audit_head_advances BEFORE UPDATE ON audit_head FOR EACH ROW
    WHEN NEW.id <> OLD.id OR NEW.sequence <= OLD.sequence
      OR NOT EXISTS (SELECT 1 FROM audit WHERE sequence = NEW.sequence AND hash = NEW.hash)
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
    """,
  ]
}
