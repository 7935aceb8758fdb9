/// Schema version 7: what it takes to tell the past from the audit log.
extension Tables {
  static let version7: [String] = [
    // A JSON list like the actors; NULL in the entries of before, whose hashes do not cover it (see ``AuditChain``).
    "ALTER TABLE audit ADD COLUMN approved_by TEXT",
    "ALTER TABLE audit ADD COLUMN effects TEXT",
    // From when on which commit and policy counted as applied, which no audit entry says. It names tenants as they were
    // called then, and outlives them: no foreign keys. An empty name stands for the Policy for all, and one name
    // may stand for many (see ``AppliedMark/Reach``).
    """
    CREATE TABLE applied_marks (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      sequence INTEGER NOT NULL,
      applied_at INTEGER NOT NULL,
      tenant TEXT NOT NULL,
      "commit" TEXT,
      policy_digest TEXT NOT NULL,
      is_found INTEGER NOT NULL DEFAULT 0 CHECK (is_found IN (0, 1))
    )
    """,
    """
    INSERT INTO applied_marks (sequence, applied_at, tenant, "commit", policy_digest, is_found)
    SELECT h.sequence, t.applied_at, t.name, t.applied_commit, t.policy_digest, 1
    FROM tenants t, audit_head h WHERE t.applied_commit IS NOT NULL ORDER BY t.id
    """,
    """
    INSERT INTO applied_marks (sequence, applied_at, tenant, policy_digest, is_found)
    SELECT h.sequence, coalesce((SELECT max(applied_at) FROM tenants), 0), '', m.value, 1
    FROM audit_head h, meta m WHERE m.key IN ('\(policyForAllKey)', '\(signUpPolicyKey)')
    ORDER BY m.key = '\(signUpPolicyKey)' DESC
    """,
  ]

  /// Notes what counts as applied to a tenant where that is new; parameters: tenant id, commit, policy, time.
  static let markApplied = """
    INSERT INTO applied_marks (sequence, applied_at, tenant, "commit", policy_digest)
    SELECT h.sequence, ?4, t.name, ?2, ?3 FROM tenants t, audit_head h
    WHERE t.id = ?1 AND (t.applied_commit IS NOT ?2 OR t.policy_digest IS NOT ?3)
    """

  /// Notes the commit as applied to all whom the first parameter names (see ``AppliedMark/Reach``), whose policies stay as
  /// they were; parameters: reach, commit, time.
  static let markTouched = """
    INSERT INTO applied_marks (sequence, applied_at, tenant, "commit", policy_digest)
    SELECT h.sequence, ?3, ?1, ?2, '' FROM audit_head h
    """

  /// Notes the Policy for all; parameters: policy, time.
  static let markPolicyForAll = """
    INSERT INTO applied_marks (sequence, applied_at, tenant, policy_digest)
    SELECT h.sequence, ?2, '', ?1 FROM audit_head h
    """
}
