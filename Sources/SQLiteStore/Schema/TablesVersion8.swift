/// Schema version 8: what pipelines say of commits (SPEC section 6, «`identity: attested`»).
extension Tables {
  static let version8: [String] =
    [
      """
      CREATE TABLE attestations (
        commit_id TEXT NOT NULL CHECK (length(commit_id) = 40),
        role TEXT NOT NULL CHECK (role IN ('actor', 'approver')),
        email TEXT NOT NULL CHECK (email <> ''),
        attested_at INTEGER NOT NULL,
        PRIMARY KEY (commit_id, role, email)
      ) WITHOUT ROWID
      """
    ] + GenerationTriggers.every("attestations")
}
