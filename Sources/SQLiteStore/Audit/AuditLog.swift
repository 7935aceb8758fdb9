import GRDB
import Model
import Store

extension SQLiteTransaction {
  func appendAudit(_ entry: AuditRecord) throws {
    let (last, previous) = try head() ?? (0, "")
    let columns = AuditChain.Columns(
      sequence: last + 1, time: entry.time.milliseconds, actors: FieldsJSON.encode(entry.actors), action: entry.action,
      path: entry.path, subject: entry.subject, before: entry.before.map(FieldsJSON.encode),
      after: entry.after.map(FieldsJSON.encode), commit: entry.commit, source: entry.source,
      overrides: FieldsJSON.encode(entry.overrides), reason: entry.reason)
    let hash = AuditChain.hash(columns, previous: previous)
    try run(
      """
      INSERT INTO audit (\(Self.auditColumns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        columns.sequence, columns.time, columns.actors, columns.action, columns.path, columns.subject, columns.before,
        columns.after, columns.commit, columns.source, columns.overrides, columns.reason, hash,
      ])
    try change("end of the audit log", "UPDATE audit_head SET sequence = ?, hash = ?", [columns.sequence, hash])
  }

  func audit(since: Instant?, subject: String?) throws -> [AuditEntry] {
    // Subjects are compared caseless, like emails.
    try audit("time >= ?", since?.milliseconds ?? .min) { subject == nil || $0?.emailKey == subject?.emailKey }
  }

  func audit(after sequence: Int64) throws -> [AuditEntry] { try audit("sequence > ?", sequence) { _ in true } }

  func auditEnd() throws -> Int64 { try head()?.sequence ?? 0 }

  private func audit(_ condition: String, _ value: Int64, isWanted: (_ subject: String?) -> Bool) throws -> [AuditEntry]
  {
    var entries: [AuditEntry] = []
    try forEachRow("SELECT \(Self.auditColumns) FROM audit WHERE \(condition) ORDER BY sequence", [value]) { row in
      let (columns, hash) = Self.auditEntry(row)
      guard isWanted(columns.subject) else { return }
      entries.append(
        AuditEntry(
          sequence: columns.sequence,
          record: AuditRecord(
            time: Instant(milliseconds: columns.time), actors: FieldsJSON.decodeList(columns.actors) ?? [],
            action: columns.action, path: columns.path, subject: columns.subject,
            before: columns.before.flatMap(FieldsJSON.decode), after: columns.after.flatMap(FieldsJSON.decode),
            commit: columns.commit, source: columns.source, overrides: FieldsJSON.decodeList(columns.overrides) ?? [],
            reason: columns.reason),
          hash: hash))
    }
    return entries
  }

  func verifyAudit() throws -> AuditVerdict {
    var (previous, expected) = ("", Int64(1))
    var verdict: AuditVerdict?
    let head = try head()
    try forEachRow("SELECT \(Self.auditColumns) FROM audit ORDER BY sequence") { row in
      guard verdict == nil else { return }
      let (columns, hash) = Self.auditEntry(row)
      if columns.sequence < expected {
        verdict = .broken(sequence: columns.sequence, why: "it stands before the first entry")
      } else if columns.sequence > expected {
        verdict = .broken(sequence: expected, why: "it is missing")
      } else if AuditChain.hash(columns, previous: previous) != hash {
        verdict = .broken(sequence: expected, why: "it, or the one before it, was changed after it was written")
      } else if let head, columns.sequence > head.sequence {
        verdict = .broken(sequence: expected, why: "it was not written by tenure")
      }
      (previous, expected) = (hash, expected + 1)
    }
    if let verdict { return verdict }
    guard let head else { return .broken(sequence: expected, why: "the record of the log's end is missing") }
    if head.sequence >= expected {
      return .broken(sequence: expected, why: "it is missing: the end was cut off after \(expected - 1) entries")
    }
    guard head.hash == previous else {
      return .broken(sequence: head.sequence, why: "it is not the entry that was written last")
    }
    return .intact(entries: Int(expected - 1))
  }

  func head() throws -> (sequence: Int64, hash: String)? {
    try rows("SELECT sequence, hash FROM audit_head") { (sequence: $0.integer(0), hash: $0.string(1)) }.first
  }

  private static let auditColumns = """
    sequence, time, actors, action, path, subject, before, after, "commit", source, overrides, reason, hash
    """

  private static func auditEntry(_ row: borrowing RawRow) -> (AuditChain.Columns, hash: String) {
    let columns = AuditChain.Columns(
      sequence: row.integer(0), time: row.integer(1), actors: row.string(2), action: row.string(3),
      path: row.optionalString(4), subject: row.optionalString(5), before: row.optionalString(6),
      after: row.optionalString(7), commit: row.optionalString(8), source: row.optionalString(9),
      overrides: row.string(10), reason: row.optionalString(11))
    return (columns, row.string(12))
  }
}
