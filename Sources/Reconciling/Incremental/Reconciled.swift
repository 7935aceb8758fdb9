import GitReader
import Manifests
import Model
import Planning
import Store

/// A proposal, and what may be kept of it for the next one.
public struct Reconciled: Sendable {
  public var reading: Reading
  /// Nil: the manifests cannot be planned at all.
  public var proposal: Reconciliation.Proposal?
  var cache: MemoFile?
  /// What to keep, made where it is asked for; nil where nothing can be kept.
  var memo: (@Sendable () -> Memo)?
  /// What is kept already.
  var known: Memo?
  /// Of the store, before it was read.
  var revision: StoreRevision?

  /// Nothing changed, and so nothing was looked at.
  var isUnchanged = false

  /// What is not written down is found again in no time.
  private static let few = 64

  /// Only what may have changed was looked at.
  public var isNarrowed: Bool { known != nil || isUnchanged }

  /// Keeps what was found.
  ///
  /// - Parameter recorded: tenants of which an apply found nothing to note, by name.
  public func remember(recorded: Set<String> = []) {
    guard let cache else { return }
    // The plan of a pull request leaves something to do: what is kept of the branch it will be merged into stays.
    if let known, let proposal, known.revision == revision, proposal.input.desired.tenants.count < Self.few,
      proposal.planned.tenants.contains(where: { $0.settledUntil == nil })
    {
      return
    }
    // What an error keeps from being planned must not count as looked at.
    let isWhole = proposal.map { !$0.diagnostics.contains { $0.severity == .error } } ?? true
    var memo = isWhole ? memo?() : nil
    memo?.record(recorded)
    // An older one about the same manifests and the same store is as good.
    if let known, var older = memo {
      (older.now, older.revision) = (known.now, known.revision)
      if older == known, memo?.revision == known.revision { return }
    }
    cache.write(memo)
  }
}

/// How much a reconciliation looks at.
public enum Thoroughness: Sendable {
  /// Everything is read, and every tenant planned.
  case full
  /// Tenants in which nothing differs are told apart first, and what an earlier call left in the memo is not looked at
  /// again where nothing of it changed.
  case changes(since: MemoFile?)
}

extension Reconciliation {
  /// Reads and plans. The proposal is the same, byte for byte, however thorough it is.
  ///
  /// - Parameters:
  ///   - isRecording: for an apply, which also notes what is stored already as applied.
  ///   - listsAll: whether tenants with nothing to do are listed: their serials, and that they are unchanged.
  ///   - readsAhead: whether the store may be opened while it is not known yet whether the manifests can be planned.
  ///   - openStore: called once at most; nil: nothing is stored.
  ///   - show: called with the reading before anything is said of the store.
  public func reconcile(
    _ thoroughness: Thoroughness, isRecording: Bool = false, listsAll: Bool = true, readsAhead: Bool = true,
    openStore: () throws -> (any Store)?, show: (Reading) -> Void = { _ in }
  ) throws -> Reconciled {
    // What is asked for of a part is planned as if the rest were not there.
    guard case .changes(let cache) = thoroughness, options.only.isEmpty, authorship == nil, !source.isWorktree else {
      let reading = try source.read(now: now)
      show(reading)
      guard !reading.isUnusable else { return Reconciled(reading: reading) }
      let store = try openStore()
      return Reconciled(
        reading: reading, proposal: try propose(reading, store: store, engine: store?.engine ?? "sqlite"))
    }
    var opened: (any Store)??
    func store() throws -> (any Store)? {
      if let opened { return opened }
      let store = try openStore()
      opened = .some(store)
      return store
    }
    if let cache, cache.isThere, let store = try store() {
      try cache.use(for: store)
      let found =
        try (listsAll ? nil : cache.head()).flatMap {
          try unchanged($0, store, cache, isRecording: isRecording)
        }
        ?? cache.read().flatMap { try narrowed($0, store, cache, isRecording: isRecording, listsAll: listsAll) }
      if let found {
        show(found.reading)
        return found
      }
    }
    return try fresh(cache, isRecording: isRecording, readsAhead: readsAhead, store, show)
  }

  /// Nil: everything is to be looked at.
  private func narrowed(
    _ memo: Memo, _ store: any Store, _ cache: MemoFile?, isRecording: Bool, listsAll: Bool
  ) throws -> Reconciled? {
    // What concerns more than declared tenants is found by looking at everything.
    guard !memo.concernsAll, memo.now <= now, let commit = try source.commit(), let tree = try source.tree(at: commit),
      let revision = try store.revision()
    else { return nil }
    var stored: [TenantMark]?
    if revision.generation != memo.revision.generation {
      let accounts = Set(memo.tenants.lazy.map(\.name).filter { $0.hasPrefix("~") })
      guard accounts.count <= Narrowing.most, let marks = try store.marks(accounts: accounts, since: memo.revision)
      else { return nil }
      stored = marks
    }
    var shelf = ManifestShelf(source: source, now: now, names: NameTable())
    let found = try Narrowing(
      memo, tree: tree, stored: stored, isRecording: isRecording, now: now, &shelf)
    guard let narrowing = found else { return nil }
    shelf.excerpt = narrowing.excerpt(tree: tree, before: memo)
    shelf.spellingsElsewhere = narrowing.spellingsElsewhere
    let (compiled, count) = try shelf.compiled(commit)
    // Hints name what else there is, and errors may lie in what is left out.
    guard compiled.diagnostics.isEmpty else { return nil }
    // A former email among the operators stops everything, what would be left out too.
    if let moved = try MovedAccounts(store, compiled.desired, shelf.names), moved.isNamed(by: compiled.desired.policy) {
      return nil
    }
    let reading = Reading(
      desired: compiled.desired, diagnostics: [], names: shelf.names,
      source: source.planSource(commit), files: count)
    var names = shelf.names
    // Everything of what is planned, as ``scope(_:_:)`` has it: accounts under former emails too.
    let scope = narrowing.tenants.union(reading.desired.accounts(names))
    var actual = try store.read(.tenants(scope), names: &names)
    var input = try input(reading, actual, names, engine: store.engine)
    // That is judged by what everybody has everywhere.
    guard !input.changesPolicyForAll else { return nil }
    input.elsewhere = narrowing.elsewhere(
      memo, stored, skipping: options.skipping, isListed: listsAll || isRecording)
    try input.readFormerEmails(store)
    names = input.names
    var attribution = try attribution(reading, store)
    attribution.shelf = shelf
    let authorship = try attribution.authorship(for: input)
    var people = reading.desired.people(names).union(authorship.people).union(input.operators)
    people.formUnion(input.answeringBefore)
    people.formUnion(people.compactMap { input.formerEmails[$0]?.emailKey })
    for record in try store.accounts(of: people, names: &names) { actual.accounts.put(record) }
    (input.actual, input.names) = (actual, names)
    let others = memo.tenants.lazy.map(\.name).filter { !narrowing.tenants.contains($0) }
    try input.readHoldings(store, declared: others, hasAllAccounts: false)
    let proposal = try propose(input, reading, store: store) { _ in authorship }
    // Whose memberships are whose is another matter now, in whatever tenant.
    guard proposal.planned.moves == memo.moves else { return nil }
    let applied = try commits(of: actual, withTree: tree)
    return Reconciled(
      reading: reading, proposal: proposal, cache: cache,
      memo: { [stored] in
        memo.following(narrowing, proposal, tree: tree, revision: revision, stored, applied: applied)
      }, known: memo, revision: revision)
  }
}

extension DesiredState {
  /// Caseless emails of everybody whom its tenants name.
  fileprivate func people(_ names: NameTable) -> Set<String> {
    var found: Set<Symbol> = []
    for tenant in tenants {
      if let account = tenant.account { found.insert(account) }
      if let owner = tenant.owner { found.insert(owner.value) }
      found.formUnion(tenant.formerly.map(\.value))
      found.formUnion((tenant.members ?? []).map(\.person))
      for workspace in tenant.workspaces {
        if let owner = workspace.owner { found.insert(owner.value) }
        found.formUnion((workspace.members ?? []).map(\.person))
      }
    }
    return Set(found.map(names.text))
  }
}

extension Authorship {
  /// Caseless emails of everybody who answers for something or approved it.
  fileprivate var people: Set<String> {
    let said = attestations.values.flatMap { $0.actors + $0.approvers }
    let emails = commits.flatMap(\.authors) + commits.flatMap(\.approvers) + said + named + approvedBy
    return Set(emails.map { $0.emailKey })
  }
}

extension PlanInput {
  /// Caseless emails of everybody who answers for something that is withheld, or approved it.
  fileprivate var answeringBefore: Set<String> {
    var (names, found): (NameTable, Set<String>) = (names, [])
    for tenant in actual.tenants where tenant.applied.map({ $0.withheld > 0 }) ?? false {
      let baseline = Baseline(of: tenant, policy: desired.policy, names: &names)
      for part in (baseline?.withheld ?? [:]).values.flatMap({ $0.parts ?? [] }) {
        found.formUnion(([part.email] + part.approvers).map(\.emailKey))
      }
    }
    return found
  }

  /// Caseless emails.
  fileprivate var operators: Set<String> {
    let policies = desired.tenants.map(\.policy) + appliedPolicies.values
    return Set(policies.flatMap(\.policy.operators).map { $0.emailKey })
  }
}

extension Narrowing {
  /// What is known of the tenants that are not planned.
  fileprivate func elsewhere(
    _ memo: Memo, _ stored: [TenantMark]?, skipping: Set<String>, isListed: Bool
  ) -> Elsewhere {
    var elsewhere = Elsewhere()
    elsewhere.unmanaged = unmanaged(memo, stored)
    elsewhere.commits = stored.map { Set($0.map(\.commit)).subtracting([""]) } ?? Set(memo.commits)
    guard isListed else {
      for tenant in memo.tenants
      where tenant.settled != nil && !tenants.contains(tenant.name) && !skipping.contains(tenant.name) {
        elsewhere.uncounted.tenants += 1
        if !tenant.name.hasPrefix("~") { elsewhere.uncounted.organizations += 1 }
      }
      return elsewhere
    }
    let marks = Dictionary(uniqueKeysWithValues: (stored ?? []).map { ($0.name, $0) })
    elsewhere.settled.reserveCapacity(memo.tenants.count)
    for tenant in memo.tenants where !tenants.contains(tenant.name) && !skipping.contains(tenant.name) {
      guard let settled = tenant.settled else { continue }
      let mark = marks[tenant.name] ?? settled.mark
      elsewhere.settled.append(
        SettledTenant(
          name: tenant.name, organization: settled.organization, id: mark.id, serial: mark.serial, commit: mark.commit))
    }
    return elsewhere
  }

  /// Stored organizations that are neither declared nor among those that are looked at.
  private func unmanaged(_ memo: Memo, _ stored: [TenantMark]?) -> [String] {
    guard let stored else { return memo.unmanaged.filter { !tenants.contains($0) } }
    let declared = Set(memo.tenants.map(\.name))
    return stored.map(\.name).filter { !$0.hasPrefix("~") && !declared.contains($0) && !tenants.contains($0) }
  }
}

extension Memo {
  /// With what looking at a part of it found.
  fileprivate func following(
    _ narrowing: Narrowing, _ proposal: Reconciliation.Proposal, tree: String, revision: StoreRevision,
    _ stored: [TenantMark]?, applied: Set<String>
  ) -> Memo {
    var memo = self
    (memo.tree, memo.revision, memo.now) = (tree, revision, proposal.input.now)
    (memo.entries, memo.bytes, memo.files) = (narrowing.entries, narrowing.bytes, narrowing.files)
    if let stored {
      let marks = Dictionary(uniqueKeysWithValues: stored.map { ($0.name, $0) })
      for index in memo.tenants.indices {
        if let mark = marks[memo.tenants[index].name] { memo.tenants[index].settled?.mark = mark }
      }
    }
    if !narrowing.tenants.isEmpty {
      memo.tenants.removeAll { narrowing.tenants.contains($0.name) }
      memo.tenants += Self.tenants(of: proposal, applied: applied)
      memo.tenants.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }
    let declared = Set(proposal.input.desired.tenants.map(\.name))
    let undeclared = proposal.input.actual.tenants.filter { $0.account == nil && !declared.contains($0.name) }
    memo.unmanaged = (proposal.input.elsewhere.unmanaged + undeclared.map(\.name)).sorted()
    memo.commits = proposal.appliedCommits.sorted()
    memo.moves = proposal.planned.moves
    (memo.endsAccounts, memo.concernsAll) = (proposal.planned.endsAccounts, proposal.planned.concernsAll)
    return memo
  }
}
