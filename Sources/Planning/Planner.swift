import Model

/// The plan and, by tenant, what applying it leaves behind.
public struct Planned: Sendable {
  public var plan: Plan
  public var tenants: [TenantPlan]
  /// The table that the baselines' symbols belong to.
  public var names: NameTable
}

/// Desired state, actual state and policies in, plan out: no clock, no disk, no randomness.
public func plan(_ input: PlanInput) -> Planned {
  var names = input.names
  var preparation = Preparation(input, names: &names)
  var tenants: [TenantPlan] = []
  var suspended: [SuspendedTenant] = []
  for desired in preparation.order {
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
  var result = Plan(
    source: input.source, state: PlanState(engine: input.engine, serials: preparation.serials(of: tenants)),
    now: input.now,
    overrides: input.options.overrides, invalid: input.desired.stopped.sorted(), suspended: suspended)
  for tenant in tenants {
    result.actions += tenant.actions
    result.blocked += tenant.blocked
    result.waiting += tenant.waiting
    result.held += tenant.held
    result.warnings += tenant.warnings
  }
  if input.desired.policy.policy.deleteAccountWithLastWorkspace, input.options.only.isEmpty, !input.options.driftOnly {
    result.actions += AccountEndings(input.actual, desired: input.desired, plans: tenants)
      .actions(input.actual.accounts, names: names)
  }
  result.warnings += preparation.unmanaged()
  return Planned(plan: result, tenants: tenants, names: names)
}
