import Model

/// The plan and, by tenant, what applying it leaves behind.
public struct Planned: Sendable {
  public var plan: Plan
  public var tenants: [TenantPlan]
  /// How many of them come first whatever their names: accounts that move or are new.
  public var leading: Int
  /// The table that the baselines' symbols belong to.
  public var names: NameTable
  /// Accounts that all of it takes as moved already, `former present` each; sorted.
  public var moves: [String]
  /// An account ends with the plan, or would were it not for `--drift-only`.
  public var endsAccounts = false
  /// What becomes of the Policy for all.
  public var policyForAll: PolicyForAll

  /// An organization without a document is not let go yet.
  public var holdsDropped = false

  /// There is something to do, or to say, that is found by looking at every tenant.
  public var concernsAll: Bool { policyForAll.isChanging || holdsDropped }
}

/// Desired state, actual state and policies in, plan out: no clock, no disk, no randomness.
public func plan(_ input: PlanInput) -> Planned {
  var names = input.names
  var preparation = Preparation(input, names: &names)
  var tenants: [TenantPlan] = []
  var suspended: [SuspendedTenant] = []
  for place in preparation.order {
    let desired = input.desired.tenants[place]
    if let stored = preparation.stored[desired.name], let since = stored.suspended {
      suspended.append(
        SuspendedTenant(organization: desired.name, reason: stored.suspensionReason ?? "", since: since))
      continue
    }
    if input.options.skipping.contains(desired.name) { continue }
    if !input.options.only.isEmpty, !input.options.only.contains(where: { $0.tenant == desired.name }) { continue }
    if let settled = preparation.planner(desired, baseline: nil, names: names).planIfSettled() {
      tenants.append(settled)
      continue
    }
    let baseline = preparation.baseline(of: desired, names: &names)
    let planned = preparation.planner(desired, baseline: baseline, names: names).plan()
    preparation.settleMove(by: planned, of: desired)
    tenants.append(planned)
  }
  var holdsDropped = false
  for name in preparation.dropped {
    guard let planned = preparation.plannerOfDropped(name, names: &names)?.planDropped() else { continue }
    tenants.append(planned)
    holdsDropped = holdsDropped || !planned.admitted.contains { $0.entry == .management(nil) }
  }
  var result = Plan(
    source: input.source, state: PlanState(engine: input.engine, serials: preparation.serials(of: tenants)),
    now: input.now,
    overrides: input.options.overrides.filter { override in
      tenants.contains { $0.used(override) } || preparation.forAll.used(override)
    },
    invalid: input.desired.stopped.sorted(), suspended: suspended)
  result.add(preparation.forAll)
  for tenant in tenants {
    result.actions += tenant.actions
    result.blocked += tenant.blocked
    result.waiting += tenant.waiting
    result.held += tenant.held
    result.warnings += tenant.warnings
    result.adoptions += tenant.adoptions
  }
  var endings: [Action] = []
  let forAll = preparation.forAll.view.policy
  if forAll.deleteAccountWithLastWorkspace, input.options.only.isEmpty {
    endings = AccountEndings(input, plans: tenants).actions(input.actual.accounts, names: names)
    if !input.options.driftOnly {
      let end = input.freezes.end(of: forAll.setting(.freezeWindow), at: input.now)
      result.add(endings: endings, frozenUntil: end, liftedBy: input.freezeOverrides)
    }
  }
  result.warnings += preparation.unmanaged()
  for kind in [Action.Kind.deleteWorkspace, .moveAccount] where result.applicable.contains(where: { $0.kind == kind }) {
    if let allowance = input.options.allowance(for: kind) { result.allowances.append(allowance) }
  }
  let leading = tenants.count { preparation.leading.contains($0.name) }
  let moves = preparation.renamed.map { "\(names.text($0.key)) \(names.text($0.value))" }.sorted()
  return Planned(
    plan: result, tenants: tenants, leading: leading, names: names, moves: moves, endsAccounts: !endings.isEmpty,
    policyForAll: preparation.forAll, holdsDropped: holdsDropped)
}

extension PlanInput {
  /// Those that concern accounts which end.
  fileprivate var freezeOverrides: [Override] {
    options.overrides.filter { $0.rule == .freezeWindow && $0.organization == nil }
  }
}

extension Plan {
  /// The change of the Policy for all comes before everything.
  fileprivate mutating func add(_ forAll: PolicyForAll) {
    actions += [forAll.action].compactMap { $0 }
    blocked += forAll.blocked
    waiting += [forAll.waiting].compactMap { $0 }
  }

  /// Accounts that end with the plan: deletions, which a freeze withholds unless an override lifts it.
  fileprivate mutating func add(endings: [Action], frozenUntil end: Instant?, liftedBy freezeOverrides: [Override]) {
    if end != nil, !endings.isEmpty {
      overrides += freezeOverrides.filter { !overrides.contains($0) }
    }
    for var ending in endings {
      if let end, freezeOverrides.isEmpty {
        ending.blockedBy = [.freezeWindow]
        blocked.append(
          Refusal(
            rule: .freezeWindow, organization: ending.organization, subject: ending.subject,
            message: "deletions are frozen until \(end)",
            remedy: "wait until then; or --override freeze-window --reason TEXT", inReview: "wait until then"))
      }
      actions.append(ending)
    }
  }
}
