import Model

/// A tenant in which nothing differs, of which nothing waits and nothing is to be said.
public struct SettledPlan: Sendable {
  /// As ``TenantPlan/name`` and ``TenantPlan/organization``.
  public var name: String
  public var organization: String
  /// The first instant that may change that.
  public var until: Instant
}

/// The tenants that need no plan, told without their baselines and without anybody to answer for them. Of the tenants of
/// `input`, those whose place in their list leaves this rest when divided by the number of parts: parts may be asked for
/// on several threads.
public func settled(in input: PlanInput, part: Int = 0, of parts: Int = 1) -> [SettledPlan] {
  var names = input.names
  let preparation = Preparation(input, names: &names)
  var found: [SettledPlan] = []
  for (index, desired) in input.desired.tenants.enumerated() where index % parts == part {
    guard preparation.stored[desired.name]?.suspended == nil, !input.options.skipping.contains(desired.name),
      let plan = preparation.planner(desired, baseline: nil, names: names).planIfSettled(),
      let until = plan.settledUntil
    else { continue }
    found.append(SettledPlan(name: plan.name, organization: plan.organization, until: until))
  }
  return found
}
