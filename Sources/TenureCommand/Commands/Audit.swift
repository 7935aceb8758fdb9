import ArgumentParser
import Model
import Reconciling
import Reports
import Store

struct Audit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Show what was done, when, by whom and why; or verify that nobody changed the record.",
    discussion: """
      EXAMPLE: tenure audit --since 2026-11-01 --subject ada@acme.example
      EXAMPLE: tenure audit verify
      """,
    subcommands: [AuditList.self, AuditVerify.self], defaultSubcommand: AuditList.self)
}

struct AuditList: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Show the entries of the audit log (what `tenure audit` does).",
    discussion: "EXAMPLE: tenure audit --since 2026-11-01 --format json")

  @OptionGroup var state: StateOptions
  @OptionGroup var clock: ClockOptions

  @Option(
    help: ArgumentHelp("Only entries from then on: a day, an RFC 3339 instant, or an age such as 24h.", valueName: "t"))
  var since: String?

  @Option(
    help: ArgumentHelp("Only entries about this person, under former emails too, or this API key.", valueName: "email"))
  var subject: String?

  @Option(help: "How to show it.")
  var format = ListFormat.text

  mutating func run(_ console: Console) throws -> ExitStatus {
    let start = try beginning()
    let store = try state.openForReading(try Settings.load())
    let entries =
      try subject.map { try store.map(SubjectTrail.init)?.entries(about: $0, since: start) ?? [] }
      ?? store?.audit(since: start, subject: nil) ?? []
    switch format {
    case .text:
      let rows = entries.map { entry in
        let record = entry.record
        return [
          "\(entry.sequence)", record.time.description, record.action, record.path ?? "", record.subject ?? "",
          Words.change(record.before, record.after), record.actors.joined(separator: ", "),
          record.approvedBy.joined(separator: ", "), record.commit.map { String($0.prefix(12)) } ?? "",
          record.reason ?? "",
        ]
      }
      let header = ["#", "time", "action", "path", "subject", "change", "actors", "approved by", "commit", "reason"]
      console.out(
        entries.isEmpty
          ? "No entries.\n" : TextTable(header: header, rows: rows, rightAligned: [0]).render(color: console.usesColor))
    case .json: console.out((["entries": .array(entries.map(json))] as JSONValue).pretty() + "\n")
    }
    return .success
  }

  private func beginning() throws -> Instant? {
    guard let since else { return nil }
    if let instant = Instant(rfc3339: since) ?? Instant(day: since) { return instant }
    if case .success(let seconds) = DurationText.parse(since) {
      let now = try clock.instant()
      return now.advanced(bySeconds: -seconds)
    }
    throw Failure(.usage, "--since '\(since)' is no time", hint: "write 2026-11-01, 2026-11-01T12:00:00Z or 24h")
  }

  private func json(_ entry: AuditEntry) -> JSONValue {
    let record = entry.record
    return [
      "sequence": .number(entry.sequence), "time": .string(record.time.description), "actors": JSONValue(record.actors),
      "approvedBy": JSONValue(record.approvedBy), "action": .string(record.action), "path": JSONValue(record.path),
      "subject": JSONValue(record.subject),
      "before": PlanJSON.fields(record.before), "after": PlanJSON.fields(record.after),
      "commit": JSONValue(record.commit), "overrides": JSONValue(record.overrides), "reason": JSONValue(record.reason),
    ]
  }
}

struct AuditVerify: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Walk the hash chain of the audit log; exit code 1 where it is broken.",
    discussion: "EXAMPLE: tenure audit verify")

  @OptionGroup var state: StateOptions

  mutating func run(_ console: Console) throws -> ExitStatus {
    switch try state.openForReading(try Settings.load())?.verifyAudit() ?? .intact(entries: 0) {
    case .intact(let entries):
      console.out("OK: \(entries) \(entries == 1 ? "entry" : "entries")\n")
      return .success
    case .broken(let sequence, let why):
      throw Failure(
        .failure, "the audit log is broken at sequence \(sequence): \(why)",
        hint: "compare it with a backup; entries before \(sequence) are as they were written")
    }
  }
}

/// Attributes in a few words.
/// Attributes of audit entries as one text.
enum Words {
  static func change(_ before: Fields?, _ after: Fields?) -> String {
    switch (text(before), text(after)) {
    case ("", let new): new
    case (let old, ""): old
    case (let old, let new): "\(old) -> \(new)"
    }
  }

  private static func text(_ fields: Fields?) -> String {
    (fields?.entries ?? []).compactMap { entry in
      switch entry.value {
      case .text(let text): "\(entry.key): \(text)"
      case .number(let number): "\(entry.key): \(number)"
      case .flag(let flag): flag ? entry.key : nil
      case .null: nil
      }
    }.joined(separator: ", ")
  }
}
