import GitReader
import Manifests
import Model
import Planning
import Store

/// Looking at everything without a memo: manifests and store are read side by side, tenants in which nothing differs are
/// told apart on both cores, and only the others are planned, with their baselines and whoever answers for them.
extension Reconciliation {
  func fresh(
    _ cache: MemoFile?, isRecording: Bool, readsAhead: Bool, _ openStore: () throws -> (any Store)?,
    _ show: (Reading) -> Void
  ) throws -> Reconciled {
    let (source, now) = (source, now)
    let manifests = Background { try source.read(now: now, drafting: true) }
    // What is wrong with the manifests is said before what is wrong with the store.
    var ahead = readsAhead ? Result { try readStore(openStore) } : nil
    var (reading, draft) = try manifests.value()
    show(reading)
    guard !reading.isUnusable else { return Reconciled(reading: reading, cache: cache) }
    var stored = try ahead?.get() ?? readStore(openStore)
    ahead = nil
    // Moved, not copied: names and state are as large as anything here.
    var names = NameTable(minimumCapacity: 0)
    swap(&names, &reading.names)
    let actual = try actual(&stored, reading, &names)
    let older = try actual?.policies.values.map(Policies.policy(fromCanonical:)) ?? []
    internNames(of: reading.desired.tenants.map(\.policy) + [reading.desired.policy] + older, in: &names)
    reading.names = names
    guard let store = stored.store, let actual else {
      let proposal = try propose(reading, store: stored.store, engine: stored.store?.engine ?? "sqlite")
      return Reconciled(reading: reading, proposal: proposal, cache: cache)
    }
    var input = try input(reading, actual, names, engine: store.engine)
    // Whether an account's move was applied before is asked of its baseline, and of all plans.
    let moving = Set(input.desired.tenants.lazy.filter { !$0.formerly.isEmpty }.map(\.name))
    try readBaselines(&input, store) { moving.contains($0) }
    let applied = try commits(of: input.actual, withTree: draft?.tree)
    // What is said of a former email depends on more than whether anything differs.
    let suspects = try MovedAccounts(store, input.desired, names)?.suspects(input.desired) ?? []
    // A change of the Policy for all is judged by what everybody has everywhere.
    let known =
      input.changesPolicyForAll
      ? [] : try settled(input, store, applied).filter { !suspects.contains($0.name) }
    input.leaveOut(known)
    try readBaselines(&input, store)
    try input.readHoldings(store, declared: known.map(\.name), hasAllAccounts: true)
    let proposal = try propose(input, reading, store: store) { input in
      guard let draft else { return try attribution(reading, store).authorship(for: input) }
      var open = reading
      open.desired = input.desired
      var attribution = try attribution(open, store)
      attribution.shelf = shelf(for: input, draft, input.names)
      return try attribution.authorship(for: input)
    }
    guard let draft, let revision = stored.revision else {
      return Reconciled(reading: reading, proposal: proposal, cache: cache)
    }
    try cache?.use(for: store)
    return Reconciled(
      reading: reading, proposal: proposal, cache: cache,
      memo: { Memo(draft, proposal, known, applied: applied, revision: revision) })
  }

  private struct Stored {
    var store: (any Store)?
    var revision: StoreRevision?
    /// With symbols of `names`.
    var actual = ActualState()
    var names = NameTable()
  }

  private func readStore(_ open: () throws -> (any Store)?) throws -> Stored {
    var stored = Stored(store: try open())
    guard let store = stored.store else { return stored }
    // Before the state, so that what is written in between is noticed next time.
    stored.revision = try store.revision()
    stored.actual = try store.read(.organizations(and: []), baselines: false, names: &stored.names)
    return stored
  }

  /// What is stored, in symbols of the manifests, with the accounts that those declare; nil where all accounts are asked
  /// for.
  private func actual(_ stored: inout Stored, _ reading: Reading, _ names: inout NameTable) throws -> ActualState? {
    guard case .organizations(let accounts) = scope(reading, names) else { return nil }
    let map = SymbolMap(from: stored.names, into: &names)
    stored.names = NameTable()
    var actual = ActualState()
    swap(&actual, &stored.actual)
    actual.translate(map)
    guard !accounts.isEmpty, let store = stored.store else { return actual }
    actual.tenants += try store.read(.tenants(accounts), baselines: false, names: &names).tenants
    return actual
  }

  /// Those in which nothing differs, and of which the store has noted all that is declared.
  private func settled(
    _ input: PlanInput, _ store: any Store, _ applied: Set<String>
  ) throws -> [Memo.Tenant] {
    let half = Background { Planning.settled(in: input, part: 1, of: 2) }
    var plans = Planning.settled(in: input, part: 0, of: 2)
    plans += try half.value()
    let stored = Dictionary(uniqueKeysWithValues: input.actual.tenants.map { ($0.name, $0) })
    let declared = Dictionary(uniqueKeysWithValues: input.desired.tenants.map { ($0.name, $0) })
    var digests: [String: String] = [:]
    var tenants: [Memo.Tenant] = []
    for plan in plans {
      guard let tenant = stored[plan.name], let desired = declared[plan.name] else { continue }
      let mark = TenantMark(tenant)
      var isRecorded = desired.isRecorded(mark, applied: applied) && !tenant.hasNewerWorkspaces
      if !isRecorded {
        let canonical = desired.policy.canonical
        let policy = digests[canonical] ?? digest(canonical)
        digests[canonical] = policy
        isRecorded = try policy == mark.policyDigest && isBaseline(of: desired, tenant, input.names, store)
        // What was declared since has to be judged, and an apply has something to note: it is planned with the others.
        guard isRecorded else { continue }
      }
      tenants.append(
        Memo.Tenant(
          name: plan.name,
          settled: .init(organization: plan.organization, mark: mark, until: plan.until, isRecorded: isRecorded)))
    }
    return tenants.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  private func isBaseline(
    of desired: DesiredTenant, _ tenant: ActualTenant, _ names: NameTable, _ store: any Store
  ) throws -> Bool {
    try Baseline(settled: desired, in: tenant).encoded(names: names) == store.baselines(of: [tenant.id])[tenant.id]
  }

  /// Of all tenants that are left, or of some by name.
  private func readBaselines(
    _ input: inout PlanInput, _ store: any Store, where isWanted: (String) -> Bool = { _ in true }
  ) throws {
    let places = input.actual.tenants.indices.filter {
      input.actual.tenants[$0].applied != nil && isWanted(input.actual.tenants[$0].name)
    }
    let baselines = try store.baselines(of: places.map { input.actual.tenants[$0].id })
    for place in places {
      let id = input.actual.tenants[place].id
      input.actual.tenants[place].applied?.baseline = baselines[id] ?? []
    }
  }

  /// To read older commits with: of what differs, and what concerns everybody.
  private func shelf(for input: PlanInput, _ draft: Memo.Draft, _ names: NameTable) -> ManifestShelf {
    var shelf = ManifestShelf(source: source, now: now, names: names)
    let narrowing = Narrowing(tenants: Set(input.desired.tenants.map(\.name)), draft, names: &shelf.names)
    shelf.excerpt = narrowing.excerpt(tree: draft.tree, before: nil)
    shelf.spellingsElsewhere = narrowing.spellingsElsewhere
    return shelf
  }
}

extension PlanInput {
  /// Leaves out tenants that need no plan.
  mutating func leaveOut(_ settled: [Memo.Tenant]) {
    let names = Set(settled.map(\.name))
    elsewhere.settled = settled.compactMap(SettledTenant.init)
    elsewhere.commits = Set(settled.compactMap(\.settled?.mark.commit))
    desired.tenants.removeAll { names.contains($0.name) }
    actual.tenants.removeAll { names.contains($0.name) }
  }
}

extension ActualTenant {
  /// Whether a workspace was made after the last apply: what counts as applied does not know its id.
  var hasNewerWorkspaces: Bool {
    guard let time = applied?.time else { return false }
    return workspaces.contains { time < $0.created }
  }
}

extension SettledTenant {
  init?(_ tenant: Memo.Tenant) {
    guard let settled = tenant.settled else { return nil }
    self.init(
      name: tenant.name, organization: settled.organization, id: settled.mark.id, serial: settled.mark.serial,
      commit: settled.mark.commit)
  }
}
