import GitReader
import Manifests
import Model
import Planning
import Store

/// From a repository and a store to a plan: git tree → desired state, store → actual state, both → plan.
public struct Reconciliation: Sendable {
  public var source: DesiredSource
  public var options: PlanOptions
  /// What `--actor` and `--approved-by` say.
  public var statements: Statements
  public var now: Instant
  /// Whether the commit is to take the place of what was applied, whether it descends from that or not.
  var mayRewind = true
  /// Who answers for what, where that is known already; nil: asked of the repository's history.
  var authorship: (@Sendable (Reading, PlanInput) throws -> Authorship)?

  public init(
    source: DesiredSource, options: PlanOptions, statements: Statements = Statements(), now: Instant
  ) {
    (self.source, self.options, self.statements, self.now) = (source, options, statements, now)
  }

  /// A plan with everything it was made from.
  public struct Proposal: Sendable {
    public var input: PlanInput
    public var planned: Planned
    public var diagnostics: [Diagnostic]
    public var plan: Plan { planned.plan }
    public var digest: String
    /// Commits that count as applied to a tenant.
    public var appliedCommits: Set<String> = []
    /// Set where the commit goes back behind those, and may.
    public var rewind: Rewind?
  }

  /// All that declares and stores something is looked at. `store` nil: nothing is stored yet. Nil result: the manifests
  /// cannot be planned at all.
  public func propose(_ reading: Reading, store: (any StoreReader)?, engine: String) throws -> Proposal? {
    guard !reading.isUnusable else { return nil }
    var names = reading.names
    let actual = try store?.read(scope(reading, names), names: &names) ?? ActualState()
    try checkOnly(reading.desired, actual, names)
    var input = try input(reading, actual, names, engine: engine)
    if let store { try input.readHoldings(store, declared: [], hasAllAccounts: true) }
    return try propose(input, reading, store: store) { try attribution(reading, store).authorship(for: $0) }
  }

  func input(_ reading: Reading, _ actual: ActualState, _ names: NameTable, engine: String) throws -> PlanInput {
    PlanInput(
      source: reading.source, engine: engine, desired: reading.desired, actual: actual, names: names,
      appliedPolicies: try actual.policies.mapValues(Policies.policy(fromCanonical:)), now: now, options: options)
  }

  func attribution(_ reading: Reading, _ store: (any StoreReader)?) throws -> Attribution {
    Attribution(
      source: source, reading: reading, lastApplied: try store?.lastAppliedCommit(), statements: statements,
      applied: { try store?.everApplied(among: $0) ?? [] }, mayRewind: mayRewind,
      recorded: { try store?.attestations(of: $0) ?? [:] })
  }

  /// - Parameter attribute: asks the repository's history, where it is not known already.
  func propose(
    _ input: PlanInput, _ reading: Reading, store: (any StoreReader)?, attribute: (PlanInput) throws -> Authorship
  ) throws -> Proposal {
    var input = input
    if let store { try input.readFormerEmails(store) }
    let moved = try stopMoved(&input, store)
    if let authorship {
      input.authorship = try authorship(reading, input)
    } else {
      input.authorship = try attribute(input)
    }
    let policies = input.desired.tenants.map(\.policy) + input.appliedPolicies.values
    input.freezes = try TimeZones().calendar(for: policies.map(\.policy))
    var planned = plan(input)
    // An account that nothing declares any more stays at its commit, whatever is applied.
    let accounts = input.desired.accounts(input.names)
    let managed = input.actual.tenants.lazy.filter { $0.account == nil || accounts.contains($0.name) }
    let applied = Set(managed.compactMap(\.applied?.commit)).union(input.elsewhere.commits)
    // Whoever knows the history goes along it; a shallow clone could not tell.
    let passed = authorship == nil ? try rewound(applied, reading.source.commit) : []
    var rewind: Rewind?
    if options.allowRewind, let commit = reading.source.commit, !passed.isEmpty {
      let own = Set(statements.actors.map(\.email.emailKey))
      rewind = Rewind(
        from: passed.map(\.applied), to: commit, actors: statements.actors.map(\.email),
        approvedBy: statements.approvers.map(\.email).filter { !own.contains($0.emailKey) })
      planned.plan.allowances.append(.rewind)
    }
    if authorship == nil {
      planned.plan.warnings =
        rewindWarning(passed) + planned.plan.warnings
    }
    return Proposal(
      input: input, planned: planned, diagnostics: reading.diagnostics + moved,
      digest: "sha256:" + digest(planned.plan.digestText), appliedCommits: applied, rewind: rewind)
  }

  /// All organizations and the accounts that manifests declare.
  func scope(_ reading: Reading, _ names: NameTable) -> ReadScope {
    let accounts = reading.desired.accounts(names).union(options.only.filter(\.isAccount).map(\.tenant))
    // Beyond that, one pass over all is cheaper than a look-up each.
    return accounts.count > 1000 ? .everything : .organizations(and: accounts)
  }

  /// The applied commits that `commit` does not descend from, and those of which this clone cannot tell; sorted.
  public func rewound(_ applied: Set<String>, _ commit: String?) throws -> [Rewound] {
    guard let commit else { return [] }
    return try applied.sorted().compactMap { old in
      switch try source.repository.ancestry(of: old, in: commit) {
      case .contained: nil
      case .notContained: Rewound(commit: commit, applied: old, isKnown: true)
      case .unknown: Rewound(commit: commit, applied: old, isKnown: false)
      }
    }
  }

  /// Those of the applied commits whose manifests are these.
  func commits(of actual: ActualState, withTree tree: String?) throws -> Set<String> {
    guard let tree else { return [] }
    return try Set(actual.tenants.compactMap(\.applied?.commit)).filter { commit in
      guard source.repository.contains(commit: commit) else { return false }
      return try source.tree(at: commit) == tree
    }
  }

  private func rewindWarning(_ passed: [Rewound]) -> [PlanWarning] {
    passed.map { found in
      PlanWarning(
        code: found.isKnown ? "rewind" : "shallow-history",
        message: found.isKnown
          ? "this commit does not descend from \(found.applied), which was applied before; "
            + "apply refuses it without --allow-rewind"
          : "this clone is shallow and does not reach back to \(found.applied), which was applied before, so apply "
            + "refuses it: \(Rewound.fetching)",
        path: nil)
    }
  }

  private func checkOnly(_ desired: DesiredState, _ actual: ActualState, _ names: NameTable) throws {
    for path in options.only {
      if let workspace = path.workspace, !desired.stopped.contains(path.tenant) {
        let name = names.symbol(of: workspace)
        let isNamed =
          desired.tenants.contains { $0.name == path.tenant && $0.workspaces.contains { $0.name == name } }
          || actual.tenants.contains { $0.name == path.tenant && $0.workspaces.contains { $0.name == name } }
        guard name != nil, isNamed else { throw UnknownPath(path: path) }
      }
      let isDeclared = desired.stopped.contains(path.tenant) || desired.tenants.contains { $0.name == path.tenant }
      guard isDeclared || actual.tenants.contains(where: { $0.name == path.tenant }) else {
        throw UnknownPath(path: path)
      }
    }
  }
}

/// A commit that was applied before, and that one to be applied does not contain as far as is known.
public struct Rewound: Hashable, Sendable {
  public var commit: String
  public var applied: String
  /// False: the clone is shallow, and its history ends before it would show.
  public var isKnown: Bool

  public var message: String {
    isKnown
      ? "\(commit) does not descend from \(applied), which was applied before"
      : "this clone is shallow and does not reach back to \(applied), which was applied before"
  }

  /// - Parameter otherwise: what to do where it is meant.
  public func hint(_ otherwise: String) -> String { isKnown ? otherwise : Self.fetching }

  static let fetching =
    "git fetch --unshallow (in CI fetch-depth: 0), or git fetch --deepen=N for as many commits as were made since"
}

/// `--only` names nothing that is declared or stored.
public struct UnknownPath: Error, Sendable {
  public var path: Path
}
