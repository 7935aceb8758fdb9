/// Schema version 7: who approved what the audit log has.
extension Tables {
  /// A JSON list like the actors; NULL in the entries of before, whose hashes do not cover it (see ``AuditChain``).
  static let version7 = ["ALTER TABLE audit ADD COLUMN approved_by TEXT"]
}
