import Model
import Store

/// What the audit log has about one person, place by place.
struct AccessTrail {
  /// A place by the name that it has, or had when it was deleted, whatever it was called before.
  struct Place: Hashable {
    var path: Path
    /// The sequence of its deletion; nil: it is there.
    var end: Int64?
  }

  /// What somebody had in a place, from one ending to the next.
  struct Life {
    /// Oldest first.
    var events: [AccessEvent]
    /// Its first entry; nil: the log has none.
    var began: AuditEntry?
  }

  /// How it ended.
  struct Ending {
    var event: AccessEvent
    /// What gave it, and what became of that until then.
    var life: Life
  }

  private static let making: Set<Action.Kind> = [
    .createOrganization, .createAccount, .createWorkspace, .renameWorkspace,
  ]

  private let store: any StoreReader
  private let log: [AuditEntry]
  /// By which the person's own account goes here.
  private let email: String
  /// Under which the person was known, caseless.
  private let emails: Set<String>
  /// Renames and deletions of workspaces, oldest first.
  private var changes: [PlaceChange] = []
  /// What made places and gave them their names, oldest first.
  private var makings: [(path: Path, entry: AuditEntry)] = []
  private var marks: [AppliedMark]?
  /// What is about the person, oldest first.
  private var entries: [(place: Place?, entry: AuditEntry)] = []

  /// `emails`: as the manifests know the person; moves that the log has are followed. `end`: the last sequence that counts.
  init(_ store: any StoreReader, email: String, emails: Set<String>, until end: Int64 = .max) throws {
    (self.store, self.email) = (store, email)
    log = try store.audit(since: nil, subject: nil).filter { $0.sequence <= end }
    var (known, open, about): (Set<String>, Set<String>, [AuditEntry]) = ([], emails, [])
    while let email = open.popFirst() {
      guard known.insert(email).inserted else { continue }
      let found = log.filter { $0.record.subject?.emailKey == email }
      about += found
      for entry in found where entry.record.kind == .moveAccount {
        if let old = entry.record.before?.text("email") { open.insert(old.emailKey) }
      }
    }
    self.emails = known
    makings = log.filter { $0.record.kind.map(Self.making.contains) ?? false }.compactMap { entry in
      path(of: entry.record).map { ($0, entry) }
    }
    changes = log.compactMap { PlaceChange($0, path: path(of: $0.record)) }
    entries = about.sorted { $0.sequence < $1.sequence }.map { entry in
      (path(of: entry.record).map { place(of: $0, after: entry.sequence) }, entry)
    }
  }

  /// What the person has there, with what made the place where that let them in.
  func life(at path: Path) -> Life { life(in: Place(path: normal(path)), before: .max) }

  /// The last ending and what came after it: for somebody who is declared and not there.
  func aftermath(at path: Path) -> [AccessEvent] {
    let own = entries(in: Place(path: normal(path)))
    return own[(own.lastIndex(where: \.record.isEnding) ?? 0)...].map { AccessEvent($0.record) }
  }

  /// What ended it there; nil: nothing did.
  func end(at path: Path) -> AccessEvent? { end(of: Place(path: normal(path))).map { AccessEvent($0.record) } }

  /// The places where it ended, by path.
  func endings() -> [Path: Ending] {
    var result: [Path: (sequence: Int64, ending: Ending)] = [:]
    for place in Set(entries.compactMap(\.place)) {
      guard let entry = end(of: place), entry.sequence > result[place.path]?.sequence ?? 0 else { continue }
      let life = life(in: place, before: entry.sequence)
      result[place.path] = (entry.sequence, Ending(event: AccessEvent(entry.record), life: life))
    }
    return result.mapValues(\.ending)
  }

  /// What a place is called that had this name; nil: the log does not know.
  func successor(of path: Path) -> Path? {
    let path = normal(path)
    return changes.last { $0.former == path }.map { place(of: path, after: $0.sequence - 1).path }
  }

  /// Whether something was done about the person there without a commit.
  func hasHandwork(at path: Path, after sequence: Int64) -> Bool {
    entries(in: Place(path: normal(path))).contains { $0.sequence > sequence && $0.record.commit == nil }
  }

  /// The commit that counted as applied to the tenant before an entry of the log; nil: nothing tells.
  mutating func commit(appliedTo tenant: String, before sequence: Int64) throws -> String? {
    let marks = try marks ?? store.appliedMarks()
    self.marks = marks
    return marks.last { $0.sequence < sequence && $0.commit != nil && $0.concerns(tenant) }?.commit
      ?? log.last { entry in
        entry.sequence < sequence && entry.record.commit != nil && path(of: entry.record)?.tenant == tenant
      }?.record.commit
  }

  // MARK: Lives

  private func entries(in place: Place) -> [AuditEntry] {
    // An account ends everywhere.
    entries.filter { ($0.place == place && !$0.entry.record.isSuspension) || $0.entry.record.kind == .deleteAccount }
      .map(\.entry)
  }

  /// What ended it when they were in last; of who never was, the last invitation. What follows an ending ends nothing more.
  private func end(of place: Place) -> AuditEntry? {
    let own = entries(in: place)
    let last = own.lastIndex(where: \.record.letsIn)
    let ends = own.indices.filter { index in
      own[index].record.isEnding && index > last ?? -1 && (index == 0 || !own[index - 1].record.isEnding)
    }
    if let end = last == nil ? ends.last : ends.first { return own[end] }
    return place.end.flatMap { end in log.first { $0.sequence == end } }
  }

  private func life(in place: Place, before end: Int64) -> Life {
    let earlier = entries(in: place).filter { $0.sequence < end }
    let start = earlier.last(where: \.record.isEnding)?.sequence ?? 0
    var found = earlier.filter { $0.sequence > start }
    let beginning = found.first(where: \.record.isBeginning)?.sequence
    let known = Set(found.map(\.sequence))
    found += making(of: place, before: end).filter {
      $0.sequence > beginning ?? start && !known.contains($0.sequence)
    }
    let first = found.map(\.sequence).min() ?? start
    found += entries.map(\.entry).filter { $0.record.isSuspension && first < $0.sequence && $0.sequence < end }
    found.sort { $0.sequence < $1.sequence }
    return Life(events: found.map { AccessEvent($0.record) }, began: found.first)
  }

  /// What made the place and gave it its names. A workspace may have come with its tenant.
  private func making(of place: Place, before end: Int64) -> [AuditEntry] {
    let tenant = Path(tenant: place.path.tenant)
    let made = makings.filter { path, entry in
      guard entry.sequence < end, path.tenant == tenant.tenant else { return false }
      return path == tenant || self.place(of: path, after: entry.sequence) == place
    }.map(\.entry)
    return Array(made[(made.lastIndex { $0.record.kind != .renameWorkspace } ?? 0)...])
  }

  // MARK: Places

  private func place(of path: Path, after sequence: Int64) -> Place {
    var path = path
    for change in changes where change.sequence > sequence {
      if change.former == path {
        path = change.path
      } else if change.former == nil, change.path == path {
        return Place(path: path, end: change.sequence)
      }
    }
    return Place(path: path)
  }

  private func path(of record: AuditRecord) -> Path? { record.path.flatMap { Path($0) }.map(normal) }

  /// The person's own account has one name, whatever its email was.
  private func normal(_ path: Path) -> Path {
    guard let account = path.accountEmail?.emailKey else { return path }
    return Path(tenant: "~" + (emails.contains(account) ? email : account), workspace: path.workspace)
  }
}

/// A workspace that got another name, or was deleted.
private struct PlaceChange {
  var sequence: Int64
  var path: Path
  /// What it was called before; nil: it was deleted.
  var former: Path?

  init?(_ entry: AuditEntry, path: Path?) {
    guard let path else { return nil }
    (sequence, self.path) = (entry.sequence, path)
    if entry.record.kind == .deleteWorkspace { return }
    guard entry.record.kind == .renameWorkspace, let name = entry.record.before?.text("name") else { return nil }
    former = Path(tenant: path.tenant, workspace: name.nfc)
  }
}
