import GitReader
import Manifests
import Model
import Store

/// «Why does this person have access?», now or at a commit.
public struct AccessQuestion {
  /// In any case.
  public var email: String
  /// Nil: everywhere.
  public var path: Path?
  /// Nil: there is no repository; only the store answers.
  public var source: DesiredSource?
  /// Nil: now, and the store says what is there.
  public var at: PointInTime?
  public var now: Instant
  /// What was stored then; nil: the question is not about the past, or nothing tells.
  public private(set) var past: PastState?

  public init(email: String, path: Path?, source: DesiredSource?, at: PointInTime?, now: Instant) {
    (self.email, self.path, self.source, self.at, self.now) = (email, path, source, at, now)
  }

  /// About what was stored then, with what the commit declared that was applied last then.
  public init(email: String, path: Path?, source: DesiredSource?, past: PastState, now: Instant) {
    let commit = past.commit.flatMap { commit in
      source.flatMap { $0.repository.contains(commit: commit) ? commit : nil }
    }
    self.init(
      email: past.emailThen(email), path: path.map(past.pathThen), source: commit == nil ? nil : source,
      at: commit.map { PointInTime(commit: $0, instant: now) }, now: now)
    self.past = past
  }

  public struct Answer {
    public var explanation: Explanation
    /// What has to be known besides, sentence by sentence.
    public var notes: [String] = []
    /// Of the commit that was asked about, where it cannot be read.
    public var diagnostics: [Diagnostic] = []
    public var files = 0
    /// Whether the place is stored or declared, now or formerly.
    public var knowsPlace = true
    /// Whether the person is anywhere at all.
    public var knowsPerson = true
  }

  /// `store` nil: nothing is stored, or a commit was asked about. `progress` gets the number of commits looked at.
  public func answer(_ store: (any StoreReader)?, progress: @escaping (Int) -> Void = { _ in }) throws -> Answer {
    var asking = Asking(self)
    if let source { try asking.read(source, progress) }
    if let store { try asking.read(store) }
    return try asking.answer()
  }
}

/// A question at work.
struct Asking {
  let question: AccessQuestion
  let email: String
  var people: Set<String>
  /// The place that was asked about, by the name that it has.
  var wanted: Path?
  var spelling: String?
  var archive: PersonArchive?
  /// The newest manifests that count, and their commit.
  var tip: DeclaredAccess?
  var stored: StoredAccess?
  var trail: AccessTrail?
  /// Manifests that were read, by commit; nil: this clone does not have it.
  var declared: [String: DeclaredAccess?] = [:]
  private var introductions: [String: Introductions] = [:]
  private var links: [String: [FoundStatement: ProofLink]] = [:]
  var notes: [String] = []

  init(_ question: AccessQuestion) {
    self.question = question
    email = question.email.emailKey
    people = [email]
    wanted = question.path.map(own)
  }

  mutating func read(_ source: DesiredSource, _ progress: @escaping (Int) -> Void) throws {
    let commit = try question.at?.commit ?? source.repository.resolve(ref: source.ref)
    let reading = try PersonReading(source, at: commit, now: instant)
    people = reading.emails(of: email)
    wanted = question.path.map(own)
    spelling = reading.spelling(of: email)
    if let present = reading.successor(of: email) {
      notes.append("\(question.email) is a former email: tenure why \(present) says what the person has")
    }
    let archive = PersonArchive(source: source, people: people, progress: progress)
    let access = reading.access(of: email, people: people, archive)
    self.archive = archive
    tip = access
    declared[commit] = .some(access)
    if access.isAttested {
      notes.append(
        "the policy says identity: attested: authors and approvers of commits are as they say themselves; whom the "
          + "pipeline named stands with what was applied")
    }
  }

  mutating func read(_ store: any StoreReader) throws {
    var names = question.past?.names ?? NameTable()
    let actual = try question.past?.actual ?? store.read(.everything, names: &names)
    let stored = try StoredAccess(actual, names, email: email, emails: people)
    self.stored = stored
    let hasOwnAccount = stored.email?.emailKey == email
    trail = try AccessTrail(
      store, email: email, emails: hasOwnAccount ? [email] : people, until: question.past?.sequence ?? .max)
    spelling = stored.email ?? spelling
  }

  /// The person's own account by the email that was asked for.
  func own(_ path: Path) -> Path {
    guard let account = path.accountEmail, people.contains(account) else { return path }
    return Path(tenant: "~" + email, workspace: path.workspace)
  }

  /// Goes on with the name that the place has, where the one that was asked about is a former one.
  mutating func followRenames() throws {
    guard let path = wanted, path.workspace != nil, !knowsPlace, let present = try successor(of: path), present != path
    else { return }
    wanted = present
    notes.append("\(shown(path)) has been renamed to \(shown(present))")
  }

  private func successor(of path: Path) throws -> Path? {
    if let known = trail?.successor(of: path) { return known }
    guard let tip, let archive else { return nil }
    return try RemovalWalk(from: tip.commit, at: nil, in: archive).names[path]
  }

  /// When ends are judged.
  var instant: Instant { question.at?.instant ?? question.now }

  /// The manifests of a commit; nil where this clone does not have it, or they cannot be read.
  mutating func access(at commit: String) throws -> DeclaredAccess? {
    if let known = declared[commit] { return known }
    guard let archive, archive.source.repository.contains(commit: commit) else {
      declared[commit] = .some(nil)
      return nil
    }
    let reading = try PersonReading(archive.source, at: commit, now: instant)
    let access = reading.access(of: email, people: people, archive)
    declared[commit] = .some(access)
    return access
  }

  /// The chain with the commits behind it.
  mutating func proof(_ chain: [FoundStatement], at commit: String) throws -> [ProofLink] {
    guard let archive else { return [] }
    return try chain.map { found in
      if let known = links[commit]?[found] { return known }
      let (introduced, since) = try OriginWalk.origin(of: found, at: commit, in: archive)
      let link = ProofLink(
        kind: found.kind, text: found.text, source: found.location,
        introduced: try introduction(introduced, seenFrom: commit, archive),
        since: try since.map { try introduction($0, seenFrom: commit, archive) })
      links[commit, default: [:]][found] = link
      return link
    }
  }

  mutating func introduction(
    _ origin: OriginWalk.Origin, seenFrom commit: String, _ archive: PersonArchive
  ) throws -> Introduction {
    // A merge may have come after the commit that was applied.
    let newest = tip?.commit ?? commit
    let end = try archive.contains(commit, in: newest) ? newest : commit
    return try introductions[end, default: Introductions(tip: end)].introduction(origin, in: archive)
  }
}
