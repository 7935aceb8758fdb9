/// One number for all that a plan could depend on: it rises with every write to that, whoever makes it, so that whoever
/// remembers it knows whether anything moved meanwhile.
///
/// | write                                                            | raises the generation           |
/// |------------------------------------------------------------------|---------------------------------|
/// | to a roll, a workspace, an invitation, a departure, an API key    | yes, through the tenant's serial |
/// | a tenant: new, gone, any column (the bookkeeping of applies too)  | yes                             |
/// | a baseline                                                       | yes, through the tenant's `baseline_revision` |
/// | a policy, an account                                             | yes                             |
/// | the commit that was applied last, the Policy for all, where it is another one | yes                  |
/// | a former email, what a pipeline said of a commit                  | yes                             |
/// | counters, invoices, audit, outbox, the last reconciliation       | no                              |
enum GenerationTriggers {
  static let version3: [String] =
    table + ["tenants", "policies", "accounts"].flatMap(every) + lastApplied + baselineRevision

  /// Tells whether what counts as applied to a tenant is another one, without reading it.
  private static let baselineRevision =
    ["ALTER TABLE tenants ADD COLUMN baseline_revision INTEGER NOT NULL DEFAULT 0"]
    + [("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")].map { event, row in
      """
      CREATE TRIGGER baselines_revision_\(event.lowercased()) AFTER \(event) ON baselines FOR EACH ROW
      BEGIN
        UPDATE tenants SET baseline_revision = baseline_revision + 1 + (random() & 0xFFFF) WHERE id = \(row).tenant_id;
      END
      """
    }

  /// Begins anywhere and rises by strides of any length: neither a new store in the place of an old one nor one from a
  /// backup comes by a number that it, or its predecessor, had for other contents.
  private static let table = [
    """
    CREATE TABLE generation (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      value INTEGER NOT NULL
    )
    """,
    "INSERT INTO generation (id, value) VALUES (1, 1 + (random() & 0xFFFFFFFFFF))",
  ]

  static let raise = "BEGIN UPDATE generation SET value = value + 1 + (random() & 0xFFFF); END"

  static func every(_ table: String) -> [String] {
    ["INSERT", "UPDATE", "DELETE"].map { event in
      "CREATE TRIGGER \(table)_generation_\(event.lowercased()) AFTER \(event) ON \(table) FOR EACH ROW \(raise)"
    }
  }

  private static let key = "'last-applied-commit'"

  private static let lastApplied = [
    "CREATE TRIGGER meta_generation_insert AFTER INSERT ON meta FOR EACH ROW WHEN NEW.key = \(key) \(raise)",
    "CREATE TRIGGER meta_generation_delete AFTER DELETE ON meta FOR EACH ROW WHEN OLD.key = \(key) \(raise)",
    """
    CREATE TRIGGER meta_generation_update AFTER UPDATE ON meta FOR EACH ROW
    WHEN \(key) IN (OLD.key, NEW.key) AND (NEW.key <> OLD.key OR NEW.value <> OLD.value) \(raise)
    """,
  ]
}
