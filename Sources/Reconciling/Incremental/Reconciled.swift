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
  let cache: MemoFile?
  /// Nil where nothing is known of what to keep.
  var memo: Memo?
  /// What is kept already.
  var known: Memo?

  /// Only what may have changed was looked at.
  public var isNarrowed: Bool { known != nil }

  /// Keeps what was found.
  ///
  /// - Parameter recorded: tenants of which an apply found nothing to note, by name.
  public func remember(recorded: Set<String> = []) {
    guard let cache else { return }
    var memo = memo
    memo?.record(recorded)
    // An older one about the same manifests and the same store is as good.
    if let known, var older = memo {
      (older.now, older.revision) = (known.now, known.revision)
      if older == known, memo?.revision == known.revision { return }
    }
    cache.write(memo)
  }
}

extension Reconciliation {
  /// Reads, and plans what may have changed since an earlier call left its memo in `cache`; everything where there is
  /// none, or where too much changed. The proposal is the same, byte for byte.
  ///
  /// - Parameters:
  ///   - cache: nil: everything is looked at, and nothing kept.
  ///   - isRecording: for an apply.
  ///   - openStore: called once at most, and not at all where the manifests cannot be planned; nil: nothing is stored.
  ///   - show: called with the reading before the store is asked for its contents.
  public func reconcile(
    cache: MemoFile?, isRecording: Bool = false, openStore: () throws -> (any Store)?,
    show: (Reading) -> Void = { _ in }
  ) throws -> Reconciled {
    let cache = options.only.isEmpty && authorship == nil ? cache : nil
    var opened: (any Store)??
    if let memo = cache?.read() {
      let store = try openStore()
      opened = .some(store)
      if let store, let found = try narrowed(memo, store, cache, isRecording: isRecording) {
        show(found.reading)
        return found
      }
    }
    let (reading, draft) = try source.read(now: now, drafting: cache != nil)
    show(reading)
    guard !reading.isUnusable else { return Reconciled(reading: reading, cache: cache) }
    let store = if let opened { opened } else { try openStore() }
    // Before the state, so that what is written in between is noticed next time.
    let revision = try store?.revision()
    let proposal = try propose(reading, store: store, engine: store?.engine ?? "sqlite")
    var memo: Memo?
    if let proposal, let draft, let revision, !proposal.asksForAll {
      memo = Memo(draft, proposal, revision: revision)
    }
    return Reconciled(reading: reading, proposal: proposal, cache: cache, memo: memo)
  }

  /// Nil: everything is to be looked at.
  private func narrowed(_ memo: Memo, _ store: any Store, _ cache: MemoFile?, isRecording: Bool) throws -> Reconciled? {
    guard memo.now <= now, let commit = try source.commit(), let tree = try source.tree(at: commit),
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
    let reading = Reading(
      desired: compiled.desired, diagnostics: [], names: shelf.names,
      source: source.planSource(commit), files: count)
    var names = shelf.names
    var actual = try store.read(.tenants(narrowing.tenants), names: &names)
    var input = try input(reading, actual, names, engine: store.engine)
    input.elsewhere = narrowing.elsewhere(memo, stored, skipping: options.skipping)
    var attribution = try attribution(reading, store)
    attribution.shelf = shelf
    let authorship = try attribution.authorship(for: input)
    let people = reading.desired.people(names).union(authorship.people).union(input.operators)
    for record in try store.accounts(of: people, names: &names) { actual.accounts.put(record) }
    (input.actual, input.names) = (actual, names)
    let proposal = try propose(input, reading, store: store) { _ in authorship }
    guard !proposal.asksForAll else { return nil }
    return Reconciled(
      reading: reading, proposal: proposal, cache: cache,
      memo: memo.following(narrowing, proposal, tree: tree, revision: revision, stored), known: memo)
  }
}

extension Reconciliation.Proposal {
  /// A policy asks what people do in other organizations, so that none can be planned alone.
  fileprivate var asksForAll: Bool {
    let policies = [input.desired.policy] + input.desired.tenants.map(\.policy) + input.appliedPolicies.values
    return policies.contains { $0.policy.deleteAccountWithLastWorkspace || $0.policy.asksWhereElse }
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
    let commits = ranges.values.joined()
    let emails = commits.map(\.author) + commits.flatMap(\.approvers) + named + approvedBy
    return Set(emails.map { $0.lowercased() })
  }
}

extension PlanInput {
  /// Caseless emails.
  fileprivate var operators: Set<String> {
    let policies = desired.tenants.map(\.policy) + appliedPolicies.values
    return Set(policies.flatMap(\.policy.operators).map { $0.lowercased() })
  }
}

extension Narrowing {
  /// What is known of the tenants that are not planned.
  fileprivate func elsewhere(_ memo: Memo, _ stored: [TenantMark]?, skipping: Set<String>) -> Elsewhere {
    var elsewhere = Elsewhere()
    let marks = Dictionary(uniqueKeysWithValues: (stored ?? []).map { ($0.name, $0) })
    elsewhere.settled.reserveCapacity(memo.tenants.count)
    for tenant in memo.tenants where !tenants.contains(tenant.name) && !skipping.contains(tenant.name) {
      guard let settled = tenant.settled else { continue }
      let mark = marks[tenant.name] ?? settled.mark
      elsewhere.settled.append(
        SettledTenant(
          name: tenant.name, organization: settled.organization, id: mark.id, serial: mark.serial, commit: mark.commit))
    }
    elsewhere.unmanaged = unmanaged(memo, stored)
    elsewhere.commits = stored.map { Set($0.map(\.commit)).subtracting([""]) } ?? Set(memo.commits)
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
    _ stored: [TenantMark]?
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
      memo.tenants += Self.tenants(of: proposal)
      memo.tenants.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }
    let declared = Set(proposal.input.desired.tenants.map(\.name))
    let undeclared = proposal.input.actual.tenants.filter { $0.account == nil && !declared.contains($0.name) }
    memo.unmanaged = (proposal.input.elsewhere.unmanaged + undeclared.map(\.name)).sorted()
    memo.commits = proposal.appliedCommits.sorted()
    return memo
  }
}
