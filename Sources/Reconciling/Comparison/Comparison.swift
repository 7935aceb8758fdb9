import GitReader
import Manifests
import Model
import Planning
import Store

/// What merging would change: a commit's plan on the state that another commit settles into, or on what is stored.
///
/// Without a store it reads what the two trees do not share, and whatever that concerns (``Reach``). The rest of the
/// manifests is the same on both sides; it is searched for names, and not parsed.
public struct Comparison: Sendable {
  public var source: DesiredSource
  public var span: Span
  public var options: PlanOptions
  /// People named by `--actor`.
  public var actors: [String]
  /// People named by `--approved-by`.
  public var approvers: [String]
  public var now: Instant
  /// Reads all manifests of both commits, to check the shorter way against.
  public var readsEverything = false

  public init(
    source: DesiredSource, span: Span, options: PlanOptions = .init(), actors: [String] = [], approvers: [String] = [],
    now: Instant
  ) {
    (self.source, self.span, self.options, self.actors, self.approvers, self.now) =
      (source, span, options, actors, approvers, now)
  }

  public struct Result: Sendable {
    /// What merging changes. Its state is that of the store, or empty without one.
    public var proposal: Reconciliation.Proposal
    /// The commit compared with; 40 hexadecimal digits.
    public var base: String
    /// What an apply would do besides: drift, ends that have come, what was merged before and is not applied.
    public var besides: [Action] = []
  }

  /// What is wrong with HEAD's manifests is in the reading's diagnostics; without a result they cannot be planned.
  public func compare(store: (any StoreReader)?, engine: String) throws -> (reading: Reading, result: Result?) {
    let (base, head) = try span.resolve(in: source.repository)
    guard let store else { return try compareAlone(base, head) }
    return try compare(base, head, store, engine)
  }

  private func planSource(_ commit: String) -> PlanSource {
    PlanSource(repository: source.name, ref: span.text, commit: commit, manifests: source.manifests)
  }
}

// MARK: - Without a store

extension Comparison {
  private func compareAlone(_ base: String, _ head: String) throws -> (Reading, Result?) {
    var shelf = ManifestShelf(source: source, now: now, names: NameTable())
    if !readsEverything { shelf.excerpt = try excerpt(base, head, &shelf) }
    var sides = try read(base, head, &shelf)
    // Some policies ask where else people are: in manifests that the change does not concern.
    if shelf.excerpt != nil, sides.asksForAll {
      shelf.excerpt = nil
      sides = try read(base, head, &shelf)
    }
    let reading = Reading(
      desired: sides.head.desired, diagnostics: sides.head.diagnostics, names: shelf.names, source: planSource(head),
      files: sides.files)
    guard !reading.isUnusable else { return (reading, nil) }
    let proposal = try propose(reading, sides.base, base, shelf)
    return (reading, Result(proposal: proposal, base: base))
  }

  private struct Sides {
    var base: Compiled
    var head: Compiled
    /// How many manifests HEAD has.
    var files: Int

    var asksForAll: Bool {
      let policies =
        (base.desired.tenants + head.desired.tenants).map(\.policy) + [base.desired.policy, head.desired.policy]
      return policies.contains { $0.policy.deleteAccountWithLastWorkspace || $0.policy.asksWhereElse }
    }
  }

  private func read(_ base: String, _ head: String, _ shelf: inout ManifestShelf) throws -> Sides {
    let new = try shelf.compiled(head)
    return Sides(base: try shelf.compiled(base).compiled, head: new.compiled, files: new.files)
  }

  private func propose(_ reading: Reading, _ before: Compiled, _ base: String, _ shelf: ManifestShelf) throws
    -> Reconciliation.Proposal
  {
    var names = reading.names
    let actual = SettledState.actual(
      of: before.desired, next: reading.desired, commit: base, time: try source.repository.commit(base).time,
      names: &names, digest: digest)
    var input = PlanInput(
      source: reading.source, engine: "", desired: reading.desired, actual: actual, names: names,
      appliedPolicies: try actual.policies.mapValues(Policies.policy(fromCanonical:)), now: now, options: options)
    let unknown = before.unusable(of: reading.desired)
    input.options.skipping.formUnion(unknown)
    var attribution = Attribution(
      source: source, reading: reading, lastApplied: base, actors: actors, approvers: approvers)
    attribution.known = [base: before.desired]
    attribution.shelf = shelf
    input.authorship = try attribution.authorship(for: input)
    input.freezes = try TimeZones().calendar(
      for: (input.desired.tenants.map(\.policy) + input.appliedPolicies.values).map(\.policy))
    var planned = plan(input)
    // What BASE declares and no rule lets pass is refused before and after.
    input.desired = before.desired
    var standing: [Action] = []
    planned.plan.subtract(plan(input).plan, besides: &standing)
    input.desired = reading.desired
    planned.plan.state.serials = [:]
    planned.plan.warnings += planned.plan.unattested(actors, reading.desired.policy.policy)
    planned.plan.warnings += PolicyComparison.warnings(from: before.desired, to: reading.desired)
    planned.plan.warnings += unknown.sorted().map {
      PlanWarning(
        code: "base-invalid", message: "the manifests of \($0) have errors in \(span.base), so nothing is compared",
        path: $0)
    }
    return Reconciliation.Proposal(
      input: input, planned: planned, diagnostics: reading.diagnostics,
      digest: "sha256:" + digest(planned.plan.digestText))
  }
}

extension Compiled {
  /// Tenants of the next commit of which this one says nothing that could be compared, because of its errors.
  fileprivate func unusable(of next: DesiredState) -> Set<String> {
    let isUnusable = diagnostics.contains { $0.severity == .error && $0.scope == .everything }
    return isUnusable ? Set(next.tenants.map(\.name)) : desired.stopped
  }
}

// MARK: - What to read

extension Comparison {
  /// What the files that differ concern, and the files that have nothing to do with it.
  private func excerpt(_ base: String, _ head: String, _ shelf: inout ManifestShelf) throws -> ManifestShelf.Excerpt? {
    let old = try list(base)
    let new = try list(head)
    let same = Set(old).intersection(new)
    let changed = Set((old + new).filter { !same.contains($0) }.map(\.id))
    var reach = Reach(changed: try documents(changed.sorted(), &shelf))
    var read: [FileDocuments] = []
    var open = Set(same.map(\.id)).subtracting(changed).sorted()
    repeat {
      guard !reach.isEverything, NeedleSearch.canFind(reach, names: shelf.names) else { return nil }
      let search = NeedleSearch(reach, names: shelf.names)
      var found: Set<String> = []
      try source.repository.forEachBlob(open) { index, bytes in
        if search.mayFind(in: bytes) { found.insert(open[index]) }
      }
      read += try documents(found.sorted(), &shelf)
      open.removeAll { found.contains($0) }
    } while reach.grow(by: read)
    return ManifestShelf.Excerpt(leftOut: Set(open), reach: reach)
  }

  private struct Listed: Hashable {
    var path: String
    var id: String
  }

  private func list(_ commit: String) throws -> [Listed] {
    try source.snapshot(at: commit) { _ in true }.files.map { Listed(path: $0.path, id: $0.objectID ?? "") }
  }

  private func documents(_ ids: [String], _ shelf: inout ManifestShelf) throws -> [FileDocuments] {
    var files: [Snapshot.File] = []
    try source.repository.forEachBlob(ids) { index, bytes in
      files.append(Snapshot.File(path: "", objectID: ids[index], bytes: Array(bytes)))
    }
    return files.map { shelf.documents(of: $0, $0.objectID ?? "") }
  }
}

// MARK: - With a store

extension Comparison {
  /// The plans of both commits on what is stored: what only the second one does is the change, the rest would be done
  /// anyway.
  private func compare(_ base: String, _ head: String, _ store: any StoreReader, _ engine: String) throws
    -> (Reading, Result?)
  {
    let reading = try reading(head)
    let reconciliation = Reconciliation(
      source: source, options: options, actors: actors, approvers: approvers, now: now)
    guard var proposal = try reconciliation.propose(reading, store: store, engine: engine) else {
      return (reading, nil)
    }
    var result = Result(proposal: proposal, base: base)
    let older = try self.reading(base)
    let before = try reconciliation.propose(older, store: store, engine: engine)?.plan
    proposal.planned.plan.subtract(before, besides: &result.besides)
    if !older.isUnusable {
      proposal.planned.plan.warnings += PolicyComparison.warnings(from: older.desired, to: reading.desired)
    }
    result.proposal = proposal
    return (reading, result)
  }

  private func reading(_ commit: String) throws -> Reading {
    DesiredSource.compile(try source.snapshot(at: commit), now: now, source: planSource(commit))
  }
}

extension Plan {
  /// Leaves what `other` would not do too; drift and ends that have come are nobody's change.
  fileprivate mutating func subtract(_ other: Plan?, besides: inout [Action]) {
    let (done, refused) = (Set(other?.actions.map(\.essence) ?? []), Set(other?.blocked.map(\.essence) ?? []))
    let isBesides: (Action) -> Bool = { !$0.origin.isDeclared || done.contains($0.essence) }
    besides = actions.filter(isBesides)
    actions.removeAll(where: isBesides)
    blocked.removeAll { refused.contains($0.essence) }
    let (waited, kept) = (Set(other?.waiting.map(\.essence) ?? []), Set(other?.held.map(\.essence) ?? []))
    waiting.removeAll { waited.contains($0.essence) }
    held.removeAll { kept.contains($0.essence) }
    let known = Set(other?.warnings ?? [])
    warnings.removeAll { known.contains($0) }
  }
}

extension Action {
  /// Without who and where, which differ from commit to commit.
  fileprivate var essence: Action {
    var action = self
    (action.actors, action.source, action.origin, action.blockedBy) = ([], nil, .change, [])
    return action
  }
}

extension Action.Origin {
  fileprivate var isDeclared: Bool {
    switch self {
    case .change, .first: true
    case .drift, .expiry: false
    }
  }
}

extension Refusal {
  fileprivate var essence: Refusal {
    var refusal = self
    refusal.source = nil
    return refusal
  }
}

extension Waiting {
  fileprivate var essence: Waiting {
    var waiting = self
    waiting.source = nil
    return waiting
  }
}

extension Held {
  fileprivate var essence: Held {
    var held = self
    held.source = nil
    return held
  }
}
