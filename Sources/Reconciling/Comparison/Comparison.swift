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
  /// What `--actor` and `--approved-by` say of the range.
  public var statements: Statements
  public var now: Instant
  /// Reads all manifests of both commits, to check the shorter way against.
  public var readsEverything = false

  public init(
    source: DesiredSource, span: Span, options: PlanOptions = .init(), statements: Statements = Statements(),
    now: Instant
  ) {
    (self.source, self.span, self.options, self.statements, self.now) = (source, span, options, statements, now)
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
      source: source, reading: reading, lastApplied: base, statements: statements.speaking(since: base))
    attribution.mayRewind = false
    if !before.diagnostics.contains(where: { $0.severity == .error }) { attribution.known = [base: before.desired] }
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
  /// What the files that differ concern, and the files that have nothing to do with it; nil: everything is to be read.
  private func excerpt(_ base: String, _ head: String, _ shelf: inout ManifestShelf) throws -> ManifestShelf.Excerpt? {
    let (old, new) = (try source.tree(at: base), try source.tree(at: head))
    let change = try source.repository.change(fromTree: old, toTree: new, folder: source.manifests)
    // A snapshot has a word about a symbolic link, or a name that is not UTF-8.
    guard !change.hasOddities else { return nil }
    var documents: [FileDocuments] = []
    for id in change.files.flatMap({ [$0.before, $0.after] }).compactMap({ $0 }) {
      guard let read = try shelf.documents(ofBlob: id) else { return nil }
      documents.append(read)
    }
    var excerpt = ManifestShelf.Excerpt(reach: Reach(changed: documents))
    // Answers that hold whatever the reach grows to.
    var known = Dictionary(change.files.compactMap(\.after).map { ($0, true) }) { a, _ in a }
    var found = TreeMatches()
    repeat {
      guard !excerpt.reach.isEverything, NeedleSearch.canFind(excerpt.reach, names: shelf.names) else { return nil }
      found = try search(new, NeedleSearch(excerpt.reach, names: shelf.names), known)
      guard !found.isTooLarge else { return nil }
      for file in found.files where known[file.id] == nil {
        known[file.id] = true
        if let read = try shelf.documents(ofBlob: file.id) { documents.append(read) }
      }
    } while excerpt.reach.grow(by: documents)
    let others = found.others
    excerpt.leftOut = { Set(others) }
    if let new { excerpt.listings[new] = .init(files: found.files, count: found.count) }
    if let old { excerpt.listings[old] = .init(files: change.undone(in: found.files), count: found.count) }
    return excerpt
  }

  /// Both cores read; a repository serves one thread at a time.
  private func search(_ tree: String?, _ needles: NeedleSearch, _ known: [String: Bool]) throws -> TreeMatches {
    let (folder, manifests) = (source.repository.gitFolder, source.manifests)
    let half = Background {
      try GitRepository.open(at: folder).search(tree: tree, folder: manifests, known: known, part: 1, of: 2) {
        needles.mayFind(in: $0)
      }
    }
    var found = try source.repository.search(tree: tree, folder: manifests, known: known, part: 0, of: 2) {
      needles.mayFind(in: $0)
    }
    let rest = try half.value()
    found.files += rest.files
    found.others += rest.others
    return found
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
    var reconciliation = Reconciliation(
      source: source, options: options, statements: statements.speaking(since: base), now: now)
    reconciliation.mayRewind = false
    guard var proposal = try reconciliation.propose(reading, store: store, engine: engine) else {
      return (reading, nil)
    }
    var result = Result(proposal: proposal, base: base)
    let older = try self.reading(base)
    var former = Reconciliation(source: source, options: options, now: now)
    former.mayRewind = false
    let before = try former.propose(older, store: store, engine: engine)?.plan
    proposal.planned.plan.subtract(before, besides: &result.besides)
    proposal.planned.plan.warnings += try later(than: proposal.plan, result.besides, base, head)
    result.proposal = proposal
    return (reading, result)
  }

  /// What the commits change and the plan on the store does not say: it waits for somebody, or is stored already. A
  /// grant that comes once an invitation is accepted must not go unseen.
  private func later(than plan: Plan, _ besides: [Action], _ base: String, _ head: String) throws -> [PlanWarning] {
    guard let declared = try compareAlone(base, head).1?.proposal.plan.actions else { return [] }
    struct Entry: Hashable {
      var path: Path
      var subject: String?
      init(_ action: Action) {
        (path, subject) = (Path(tenant: action.organization, workspace: action.workspace), action.subject)
      }
    }
    let said = Set((plan.actions + besides).map(Entry.init))
    return declared.filter { !said.contains(Entry($0)) }.map { action in
      let role = action.after?.text("role").map { " as \($0)" } ?? ""
      let path = action.organization.isEmpty ? nil : Entry(action).path.description
      return PlanWarning(
        code: "not-in-plan",
        message:
          "\(action.kind.rawValue) \(action.subject ?? path ?? "of the Policy for all")\(role) is declared, and not in the"
          + " plan of what is stored: it waits for somebody, or is there already",
        path: path)
    }
  }

  private func reading(_ commit: String) throws -> Reading {
    DesiredSource.compile(try source.snapshot(at: commit), now: now, source: planSource(commit))
  }
}

extension Plan {
  /// Leaves what `other` would not do too; drift and ends that have come are nobody's change.
  fileprivate mutating func subtract(_ other: Plan?, besides: inout [Action]) {
    let known = other?.actions.filter { $0.kind == .updatePolicy } ?? []
    var done = Set(other?.actions.map(\.essence) ?? [])
    let refused = Set(other?.blocked.map(\.essence) ?? [])
    actions = actions.flatMap { action in
      guard let old = known.first(where: { action.isPolicy(of: $0) }) else { return [action] }
      let parts = action.parts(beyond: old)
      if let shared = parts.shared { done.insert(shared.essence) }
      return [parts.own, parts.shared].compactMap { $0 }
    }
    let isBesides: (Action) -> Bool = { !$0.origin.isDeclared || done.contains($0.essence) }
    besides = actions.filter(isBesides)
    actions.removeAll(where: isBesides)
    blocked.removeAll { refused.contains($0.essence) }
    let (waited, kept) = (Set(other?.waiting.map(\.essence) ?? []), Set(other?.held.map(\.essence) ?? []))
    waiting.removeAll { waited.contains($0.essence) }
    held.removeAll { kept.contains($0.essence) }
    let said = Set(other?.warnings ?? [])
    warnings.removeAll { said.contains($0) }
  }
}

extension Action {
  /// Without who and where, which differ from commit to commit.
  fileprivate var essence: Action {
    var action = self
    (action.actors, action.approvedBy, action.source, action.origin, action.blockedBy) = ([], [], nil, .change, [])
    return action
  }
}

extension Action {
  fileprivate func isPolicy(of other: Action) -> Bool {
    kind == .updatePolicy && other.kind == .updatePolicy && organization == other.organization
  }

  /// A change of policy in two: what it does beyond the other, and what both do.
  fileprivate func parts(beyond other: Action) -> (own: Action?, shared: Action?) {
    func isShared(_ key: String) -> Bool { before?[key] == other.before?[key] && after?[key] == other.after?[key] }
    func part(_ isWanted: (String) -> Bool) -> Action? {
      var action = self
      action.before = before.map { Fields($0.entries.filter { isWanted($0.key) }.map { ($0.key, $0.value) }) }
      action.after = after.map { Fields($0.entries.filter { isWanted($0.key) }.map { ($0.key, $0.value) }) }
      return action.after?.entries.isEmpty == false ? action : nil
    }
    return (part { !isShared($0) }, part(isShared))
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
