import GRDB
import Model
import Store

extension SQLiteTransaction {
  func appendAudit(_ entry: AuditRecord) throws {
    var end = try pending.chain ?? head() ?? AuditChain.End()
    // Kept in one place, so that its buffers are not copied.
    pending.chain = nil
    pending.audit.append(end.sequence + 1, entry.time.milliseconds)
    pending.audit.appendText { FieldsJSON.append(entry.actors, to: &$0) }
    pending.audit.append(entry.action, entry.path, entry.subject)
    appendFields(entry.before)
    appendFields(entry.after)
    pending.audit.append(entry.commit, entry.source)
    pending.audit.appendText { FieldsJSON.append(entry.overrides, to: &$0) }
    pending.audit.append(entry.reason)
    pending.audit.appendText { FieldsJSON.append(entry.approvedBy, to: &$0) }
    appendFields(entry.effects)
    end.advance { encoding in
      pending.audit.forEachValueOfLastRow(integer: { encoding.add($0) }, text: { encoding.add($0) })
    }
    pending.audit.appendText { $0.append(contentsOf: end.hash) }
    pending.chain = end
    try pending.added(db)
  }

  private func appendFields(_ fields: Fields?) {
    if let fields {
      pending.audit.appendText { FieldsJSON.append(fields, to: &$0) }
    } else {
      pending.audit.append(String?.none)
    }
  }

  func audit(since: Instant?, subject: String?) throws -> [AuditEntry] {
    // Subjects are compared caseless, like emails.
    try audit("time >= ?", since?.milliseconds ?? .min) { subject == nil || $0?.emailKey == subject?.emailKey }
  }

  func audit(after sequence: Int64) throws -> [AuditEntry] { try audit("sequence > ?", sequence) { _ in true } }

  func accountChanges() throws -> [AuditEntry] {
    let kinds = [Action.Kind.moveAccount, .deleteAccount].map { "'\($0.rawValue)'" }.joined(separator: ", ")
    return try audit("sequence > ? AND action IN (\(kinds))", 0) { _ in true }
  }

  func appliedMarks() throws -> [AppliedMark] {
    guard try schemaVersion() >= 7 else { return [] }
    return try rows(
      "SELECT sequence, applied_at, tenant, \"commit\", policy_digest, is_found FROM applied_marks ORDER BY id"
    ) { row in
      AppliedMark(
        sequence: row.integer(0), time: row.instant(1), tenant: row.string(2), commit: row.optionalString(3),
        policyDigest: row.string(4), isFound: row.flag(5))
    }
  }

  func auditEnd() throws -> Int64 { try head()?.sequence ?? 0 }

  private func audit(_ condition: String, _ value: Int64, isWanted: (_ subject: String?) -> Bool) throws -> [AuditEntry]
  {
    var entries: [AuditEntry] = []
    try forEachRow("SELECT \(try auditColumns()) FROM audit WHERE \(condition) ORDER BY sequence", [value]) { row in
      let subject = row.optionalString(5)
      guard isWanted(subject) else { return }
      entries.append(
        AuditEntry(
          sequence: row.integer(0),
          record: AuditRecord(
            time: row.instant(1), actors: FieldsJSON.decodeList(row.string(2)) ?? [],
            approvedBy: row.optionalString(12).flatMap(FieldsJSON.decodeList) ?? [], action: row.string(3),
            path: row.optionalString(4), subject: subject, before: row.optionalString(6).flatMap(FieldsJSON.decode),
            after: row.optionalString(7).flatMap(FieldsJSON.decode), commit: row.optionalString(8),
            source: row.optionalString(9), overrides: FieldsJSON.decodeList(row.string(10)) ?? [],
            reason: row.optionalString(11), effects: row.optionalString(13).flatMap(FieldsJSON.decode)),
          hash: row.string(14), isComplete: !row.isNull(12)))
    }
    return entries
  }

  func verifyAudit() throws -> AuditVerdict {
    var end = AuditChain.End()
    var verdict: AuditVerdict?
    let head = try head()
    try forEachRow("SELECT \(try auditColumns()) FROM audit ORDER BY sequence") { row in
      guard verdict == nil else { return }
      let (sequence, expected) = (row.integer(0), end.sequence + 1)
      if sequence < expected {
        verdict = .broken(sequence: sequence, why: "it stands before the first entry")
      } else if sequence > expected {
        verdict = .broken(sequence: expected, why: "it is missing")
      }
      Self.advance(&end, to: row)
      if verdict != nil { return }
      if !end.hash.elementsEqual(row.text(14)) {
        verdict = .broken(sequence: expected, why: "it, or the one before it, was changed after it was written")
      } else if let head, sequence > head.sequence {
        verdict = .broken(sequence: expected, why: "it was not written by tenure")
      }
    }
    if let verdict { return verdict }
    guard let head else { return .broken(sequence: end.sequence + 1, why: "the record of the log's end is missing") }
    if head.sequence > end.sequence {
      return .broken(
        sequence: end.sequence + 1, why: "it is missing: the end was cut off after \(end.sequence) entries")
    }
    guard head.hash == end.hash else {
      return .broken(sequence: head.sequence, why: "it is not the entry that was written last")
    }
    return .intact(entries: Int(end.sequence))
  }

  private static func advance(_ end: inout AuditChain.End, to row: borrowing RawRow) {
    let hasApprovers = !row.isNull(12)
    end.advance(hasApprovers: hasApprovers) { encoding in
      encoding.add(row.integer(0))
      encoding.add(row.integer(1))
      for column in Int32(2)..<(hasApprovers ? 14 : 12) { encoding.add(row.isNull(column) ? nil : row.text(column)) }
    }
  }

  func head() throws -> AuditChain.End? {
    try rows("SELECT sequence, hash FROM audit_head") {
      AuditChain.End(sequence: $0.integer(0), hash: Array($0.text(1)))
    }.first
  }

  /// In a store that is only read the last columns may not be there yet.
  private func auditColumns() throws -> String {
    let columns = try schemaVersion() >= 7 ? AuditChain.columns : AuditChain.columns.dropLast(2) + ["NULL", "NULL"]
    return (columns + ["hash"]).joined(separator: ", ")
  }
}
