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
  /// Under which the person was known, caseless.
  private(set) var emails: Set<String>
  /// Oldest first.
  private let records: [AuditRecord]
  /// All of the log, which only some questions need.
  private var log: [AuditRecord]?

  /// `emails`: as the manifests know the person; moves that the log has are followed.
  init(_ store: any StoreReader, emails: Set<String>) throws {
    self.store = store
    var (known, open, entries): (Set<String>, Set<String>, [AuditEntry]) = ([], emails, [])
    while let email = open.popFirst() {
      guard known.insert(email).inserted else { continue }
      let found = try store.audit(since: nil, subject: email)
      entries += found
      for entry in found where entry.record.action == Action.Kind.moveAccount.rawValue {
        if case .text(let old)? = entry.record.before?["email"] { open.insert(old.emailKey) }
      }
    }
    self.emails = known
    records = entries.sorted { $0.sequence < $1.sequence }.map(\.record)
  }

  /// Since it began there: what came after the last ending.
  func events(at path: Path) -> [AccessEvent] {
    let all = records(at: path)
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
  mutating func beginning(at path: Path) throws -> [AccessEvent] {
    let events = events(at: path)
    if events.contains(where: { Self.beginnings.contains($0.action) }) { return events }
    let log = try whole()
    if let rename = log.last(where: { $0.action == Action.Kind.renameWorkspace.rawValue && isSame($0.path, path) }),
      case .text(let name)? = rename.before?["name"]
    {
      return try beginning(at: Path(tenant: path.tenant, workspace: name)) + [AccessEvent(rename)] + events
    }
    func made(_ place: Path, _ kinds: [Action.Kind]) -> AuditRecord? {
      log.last { isSame($0.path, place) && kinds.map(\.rawValue).contains($0.action) }
    }
    let creation =
      made(path, [.createWorkspace, .createOrganization])
      ?? made(Path(tenant: path.tenant), [.createOrganization, .createAccount])
    return (creation.map { [AccessEvent($0)] } ?? []) + events
  }

  /// The last entry about each place where it ended, by path.
  mutating func endings() throws -> [Path: AccessEvent] {
    var result: [Path: AccessEvent] = [:]
    let paths = Set(records.compactMap { $0.path.flatMap { Path($0) } }.map(normal))
    let deletions = try whole().filter {
      $0.action == Action.Kind.deleteWorkspace.rawValue
    }
    for path in paths {
      let last = records(at: path).last
      let deletion = deletions.last { isSame($0.path, path) }
      if let deletion, (last?.time ?? deletion.time) <= deletion.time {
        result[path] = AccessEvent(deletion)
      } else if let last, Self.endings.contains(last.action) {
        result[path] = AccessEvent(last)
      }
    }
    return result
  }

  private mutating func whole() throws -> [AuditRecord] {
    let all = try log ?? store.audit(since: nil, subject: nil).map(\.record)
    log = all
    return all
  }

  private func records(at path: Path) -> [AuditRecord] { records.filter { isSame($0.path, path) } }

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
      time: record.time, action: record.action, role: role, actors: record.actors, commit: record.commit,
      overrides: record.overrides, reason: record.reason)
  }
}
