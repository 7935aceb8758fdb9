import Model
import Store

/// What the audit log has about one person, place by place.
struct AccessTrail {
  private static let endings: Set<String> = [
    Action.Kind.removeMember.rawValue, Action.Kind.cancelInvitation.rawValue, "decline-invitation", "leave",
  ]
  private static let beginnings: Set<String> = [
    Action.Kind.invite.rawValue, Action.Kind.addMember.rawValue, Action.Kind.changeRole.rawValue,
  ]

  private let store: any StoreReader
  /// The last sequence that counts.
  private let end: Int64
  /// Under which the person was known, caseless.
  private(set) var emails: Set<String>
  /// Oldest first.
  private let entries: [AuditEntry]
  /// All of the log, which only some questions need.
  private var log: [AuditEntry]?

  /// `emails`: as the manifests know the person; moves that the log has are followed.
  init(_ store: any StoreReader, emails: Set<String>, until end: Int64 = .max) throws {
    (self.store, self.end) = (store, end)
    var (known, open, entries): (Set<String>, Set<String>, [AuditEntry]) = ([], emails, [])
    while let email = open.popFirst() {
      guard known.insert(email).inserted else { continue }
      let found = try store.audit(since: nil, subject: email).filter { $0.sequence <= end }
      entries += found
      for entry in found where entry.record.action == Action.Kind.moveAccount.rawValue {
        if case .text(let old)? = entry.record.before?["email"] { open.insert(old.emailKey) }
      }
    }
    self.emails = known
    self.entries = entries.sorted { $0.sequence < $1.sequence }
  }

  /// Since it began there: what came after the last ending.
  func events(at path: Path) -> [AccessEvent] {
    events(at: path, after: 0, before: .max)
  }

  private func events(at path: Path, after first: Int64, before end: Int64) -> [AccessEvent] {
    let all = entries.filter { first < $0.sequence && $0.sequence < end && isSame($0.record.path, path) }.map(\.record)
    let start = all.lastIndex { Self.endings.contains($0.action) }.map { $0 + 1 } ?? 0
    return all[start...].map(AccessEvent.init)
  }

  /// The last ending and what came after it: for somebody who is declared and not there.
  func aftermath(at path: Path) -> [AccessEvent] {
    let all = records(at: path)
    let start = all.lastIndex { Self.endings.contains($0.action) } ?? 0
    return all[start...].map(AccessEvent.init)
  }

  /// Events of somebody who is there, with what made the place where that let them in, and under its former names.
  ///
  /// Goes back in the log, from one name to the one before: each name counts for the time in which the place had it, so
  /// names that were given up and taken again lead nowhere twice.
  mutating func beginning(at path: Path, before last: Int64 = .max) throws -> [AccessEvent] {
    let log = try whole()
    var (path, end, later): (Path, Int64, [AccessEvent]) = (path, last, [])
    while true {
      let made = log.last { $0.sequence < end && isBeginning($0.record, of: path) }
      let start = made?.sequence ?? 0
      let events = events(at: path, after: start, before: end)
      if events.contains(where: { Self.beginnings.contains($0.action) }) { return events + later }
      guard let made else { return events + later }
      later = [AccessEvent(made.record)] + events + later
      guard made.record.action == Action.Kind.renameWorkspace.rawValue, let name = made.record.before?.text("name")
      else { return later }
      (path, end) = (Path(tenant: path.tenant, workspace: name), made.sequence)
    }
  }

  /// Whether the entry made the place, or gave it this name. A workspace may have come with its tenant.
  private func isBeginning(_ record: AuditRecord, of path: Path) -> Bool {
    let kinds: [Action.Kind] = [.createWorkspace, .createOrganization, .createAccount, .renameWorkspace]
    guard kinds.map(\.rawValue).contains(record.action) else { return false }
    if isSame(record.path, path) { return true }
    let comesWithTenant = [Action.Kind.createOrganization, .createAccount].map(\.rawValue).contains(record.action)
    return comesWithTenant && isSame(record.path, Path(tenant: path.tenant))
  }

  /// How it ended.
  struct Ending {
    var event: AccessEvent
    /// What gave it, and what became of that until then.
    var before: [AccessEvent]
  }

  /// The places where it ended, by path.
  mutating func endings() throws -> [Path: Ending] {
    var result: [Path: Ending] = [:]
    let paths = Set(entries.compactMap { $0.record.path.flatMap { Path($0) } }.map(normal))
    for path in paths {
      guard let last = entries.last(where: { isSame($0.record.path, path) }) else { continue }
      if Self.endings.contains(last.record.action) {
        result[path] = try ending(last, at: path)
      } else if let (place, deletion) = try deletion(of: path, after: last.sequence) {
        result[place] = try ending(deletion, at: place)
      }
    }
    return result
  }

  private mutating func ending(_ entry: AuditEntry, at path: Path) throws -> Ending {
    Ending(event: AccessEvent(entry.record), before: try beginning(at: path, before: entry.sequence))
  }

  /// The deletion of a workspace, whatever it was called by then.
  private mutating func deletion(of path: Path, after sequence: Int64) throws -> (Path, AuditEntry)? {
    guard var name = path.workspace else { return nil }
    var place = path
    for entry in try whole() where entry.sequence > sequence {
      if entry.record.action == Action.Kind.deleteWorkspace.rawValue, isSame(entry.record.path, place) {
        return (place, entry)
      }
      guard entry.record.action == Action.Kind.renameWorkspace.rawValue, entry.record.before?.text("name") == name,
        let renamed = entry.record.path.flatMap({ Path($0) }).map(normal), renamed.tenant == place.tenant,
        let next = renamed.workspace
      else { continue }
      (name, place) = (next, renamed)
    }
    return nil
  }

  private mutating func whole() throws -> [AuditEntry] {
    let all = try log ?? store.audit(since: nil, subject: nil).filter { [end] in $0.sequence <= end }
    log = all
    return all
  }

  private func records(at path: Path) -> [AuditRecord] {
    entries.map(\.record).filter { isSame($0.path, path) }
  }

  private func isSame(_ text: String?, _ path: Path) -> Bool {
    text.flatMap { Path($0) }.map(normal) == normal(path)
  }

  /// The person's own account has one name, whatever its email was.
  private func normal(_ path: Path) -> Path {
    guard let email = path.accountEmail?.emailKey else { return path }
    let own = emails.contains(email) ? emails.min() ?? email : email
    return Path(tenant: "~" + own, workspace: path.workspace)
  }
}

extension AccessEvent {
  init(_ record: AuditRecord) {
    var role: String?
    if case .text(let text)? = (record.after ?? record.before)?["role"] { role = text }
    self.init(
      time: record.time, action: record.action, role: role, actors: record.actors, approvedBy: record.approvedBy,
      commit: record.commit,
      overrides: record.overrides, reason: record.reason)
  }
}
