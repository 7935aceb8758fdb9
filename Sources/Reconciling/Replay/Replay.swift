import GitReader
import Manifests
import Model
import Planning
import Store

/// Takes a scratch store through a history: every commit is planned and applied as if it had been at its time, and
/// everybody accepts their invitations and makes their keys at once. What a rule refuses is withheld until it passes.
public struct Replay {
  private let source: DesiredSource
  private let store: any Store
  private let options: PlanOptions
  /// Nil: the time of each commit.
  private let fixedNow: Instant?
  private var shelf: ManifestShelf
  private var authorship = HistoryAuthorship()
  private var standing = StandingRefusals()
  /// The commit whose state the store has, and its manifests folder.
  private var last: String?
  private var lastTree: String?
  private var now = Instant(seconds: 0)
  /// Every organization that a commit declared so far.
  public private(set) var organizations: Set<String> = []

  /// How often a commit is planned again because somebody accepted: an organization's membership, then a workspace's,
  /// then the role that `joinAs: lowest` holds back.
  private static let mostRounds = 5

  /// - Parameters:
  ///   - store: an empty one, of which nothing is kept.
  ///   - names: the table of `trial`.
  ///   - now: the instant for all commits; nil: when each was committed.
  public init(
    source: DesiredSource, store: any Store, options: PlanOptions = .init(), trial: PolicyTrial? = nil,
    names: NameTable = .init(), now: Instant? = nil
  ) {
    (self.source, self.store, self.options, fixedNow) = (source, store, options, now)
    shelf = ManifestShelf(source: source, now: self.now, names: names)
    shelf.trial = trial
  }

  /// Applies the commit as what was there before; nobody is asked about who changed it. One from before there was a
  /// manifests folder is a beginning with nothing.
  public mutating func start(at id: String) throws -> ReplayedCommit {
    let info = try source.repository.commit(id)
    guard try source.repository.treeID(commit: id, folder: source.manifests) != nil else {
      last = id
      return ReplayedCommit(info, .unchanged)
    }
    return try replay(info, isStart: true)
  }

  /// Plans and applies the next commit.
  public mutating func next(_ id: String) throws -> ReplayedCommit {
    let info = try source.repository.commit(id)
    let tree = try source.repository.treeID(commit: id, folder: source.manifests)
    if tree == lastTree { return ReplayedCommit(info, .unchanged) }
    return try replay(info, isStart: false)
  }

  private mutating func replay(_ info: CommitInfo, isStart: Bool) throws -> ReplayedCommit {
    // Clocks of committers differ; the store's time does not go back.
    now = fixedNow ?? max(now, info.time)
    lastTree = try source.repository.treeID(commit: info.id, folder: source.manifests)
    shelf.now = now
    var reading = try shelf.reading(at: info.id)
    var result = ReplayedCommit(info, reading.isUnusable ? .invalid : .replayed)
    result.errors = reading.diagnostics.filter { $0.severity == .error }
    result.stopped = reading.desired.stopped
    organizations.formUnion(reading.desired.tenants.filter { $0.account == nil }.map(\.name))
    organizations.formUnion(reading.desired.stopped)
    guard !reading.isUnusable else { return result }
    if isStart {
      authorship = HistoryAuthorship(start: info, reading)
    } else {
      try authorship.add(since: last, reading, &shelf)
      // What was recorded may speak of names that only earlier commits have.
      reading.names = shelf.names
    }
    let untouched = try standing.unchanged(by: reading, in: store) { !authorship.touched($0, since: last) }
    last = info.id
    shelf.forgetOldFiles()
    try carryOut(reading, without: Set(untouched.keys), &result)
    for (_, stood) in untouched.sorted(by: { $0.key < $1.key }) {
      result.actions += stood.actions
      result.blocked += stood.blocked
    }
    return result
  }

  /// Applies until nobody has anything left to accept or to make.
  private mutating func carryOut(
    _ reading: Reading, without skipped: Set<String>, _ result: inout ReplayedCommit
  ) throws {
    var options = options
    options.skipping = skipped
    var reconciliation = Reconciliation(source: source, options: options, now: now)
    let (authorship, source) = (authorship, source)
    reconciliation.authorship = { authorship.authorship(source, $0, $1) }
    for _ in 0..<Self.mostRounds {
      guard let proposal = try reconciliation.propose(reading, store: store, engine: store.engine) else { return }
      let late = proposal.diagnostics.dropFirst(reading.diagnostics.count)
      result.errors += late.filter { !result.errors.contains($0) }
      result.stopped.formUnion(proposal.input.desired.stopped)
      var applier = Applier(store: store, input: proposal.input)
      let outcomes = try applier.apply(proposal.planned)
      result.failures = outcomes.filter { $0.status == .failed }.map {
        .init(organization: $0.organization, message: $0.message ?? "failed")
      }
      let failed = Set(result.failures.map(\.organization))
      result.actions.removeAll { !$0.blockedBy.isEmpty }
      result.actions += proposal.plan.applicable.filter { !failed.contains($0.organization) }
      result.actions += proposal.plan.actions.filter { !$0.blockedBy.isEmpty }
      result.blocked = proposal.plan.blocked
      standing.note(proposal)
      guard try Crowd(store: store, now: now).act(on: proposal) else { return }
    }
  }
}

extension ReplayedCommit {
  fileprivate init(_ info: CommitInfo, _ status: Status) {
    let subject = info.message.split(whereSeparator: \.isNewline).first ?? ""
    self.init(
      id: info.id, time: info.time, author: info.authorName, authorEmail: info.authorEmail,
      subjectLine: String(subject), status: status)
  }
}
