import Model

/// Under which policy a tenant is planned, and what becomes of a change that its own Policy makes.
extension TenantPlanner {
  /// What an organization's own Policy changes; nil: nothing, or nothing counts as applied to it yet.
  func ownPolicyVerdict() -> PolicyVerdict? {
    guard desired.account == nil, let stored, let applied = appliedPolicy, changesPolicy else { return nil }
    let edit = ownEdit(since: applied)
    guard !edit.leaves.isEmpty else { return nil }
    let step = Step(
      change: .updatePolicy(edit), origin: .change, mark: edit.mark(in: desired.policy) ?? desired.mark,
      entry: .policy, phase: .policy)
    var context = context(applied, .init())
    // Whom to believe is told by the policy that was in force: the new one is what is judged.
    context.accountability = accountability(believing: attributed.believed(by: [applied.policy.identity]))
    context.reach = [PolicyReach(tenant: stored, declared: desired, before: edit.before, after: edit.after)]
    let options = input.options
    let isChosen =
      !options.driftOnly && (options.only.isEmpty || options.only.contains { $0.tenant == desired.name })
    return PolicyVerdict(step, [context], options.overrides, isChosen: isChosen)
  }

  /// Planned under the policy that is in force once the plan is done.
  func planUnderPolicy() -> TenantPlan {
    var planner = self
    var own = ownPolicyVerdict()
    // What follows the Policy for all waits for that, the organization's own change with it.
    if changesPolicy || appliedPolicy == nil, followsForAll { planner.hold = forAll.hold }
    if own?.hold != nil || planner.hold != nil {
      planner.hold = own?.hold?.joined(with: planner.hold) ?? planner.hold
      if own != nil { own?.hold = planner.hold }
      planner.policy = olderPolicy ?? declaredPolicy
    }
    let leavings = planner.leavings()
    return planner.keeping(leavings).plan(early: [own].compactMap { $0 } + leavings)
  }

  /// What was in force before. An organization that is still to be made goes by the Policy for all.
  private var olderPolicy: PolicyView? {
    if desired.account != nil { return forAll.before }
    return appliedPolicy ?? (desired.policy == forAll.declared.inForce ? forAll.before : nil)
  }

  /// Whether the change of the Policy for all, if there is one, changes this tenant's.
  private var followsForAll: Bool {
    guard desired.account == nil, let applied = appliedPolicy, forAll.change != nil else { return true }
    return ownEdit(since: applied).leaves.count < declaredPolicy.inForce.changedValues(since: applied.inForce).count
  }

  private func ownEdit(since applied: PolicyView) -> PolicyEdit {
    PolicyEdit(
      from: applied.inForce, to: declaredPolicy.inForce, beside: forAll.change,
      pinned: baseline?.tenant.pinned ?? [])
  }

  /// Whether the step speaks of what only the declared policy knows.
  func needsDeclaredPolicy(_ step: Step) -> Bool {
    guard hold != nil else { return false }
    // Nothing older is known: all of it goes by the declared one.
    if policy.canonical == declaredPolicy.canonical { return true }
    if changesRanks, rests(onRanks: step) { return true }
    let inWorkspace = step.workspace != nil
    let isUnknown = step.givenRoles.contains { policy.rank($0, inWorkspace: inWorkspace) == Int.min }
    return isUnknown || step.givenSubscriptions.contains { !policy.knows(subscription: names.text($0)) }
  }
}

extension TenantPlanner {
  /// Whether the declared policy has the roles in another order than the one that holds.
  private var changesRanks: Bool {
    RoleScope.allCases.contains { scope in
      !policy.policy.roles(scope).elementsEqual(declaredPolicy.policy.roles(scope)) { $0.name == $1.name }
    }
  }

  /// Whether which role is declared was told by the order of roles: the highest of somebody's groups, or the owner's.
  private func rests(onRanks step: Step) -> Bool {
    guard case .member(let workspace, let person) = step.entry else { return false }
    let member = desired.grants(in: workspace).members?.first(sortedBy: \.person, person)
    return member?.group != nil || desired.owner(of: workspace)?.value == person
  }
}

extension PolicyView {
  func knows(subscription: String) -> Bool { policy.subscriptions.keys.contains(subscription) }
}

extension Step {
  /// Roles that it gives.
  fileprivate var givenRoles: [Symbol] {
    switch change {
    case .invite(let grant, _), .addMember(let grant), .updateInvitation(_, let grant), .updateMember(_, let grant),
      .changeRole(_, let grant):
      [grant.role]
    case .transferOwnership(_, let swap): swap.map { [$0.heirAfter.role, $0.formerAfter.role] } ?? []
    case .updatePolicy, .updateManagement, .createOrganization, .createAccount, .updateTenant, .moveAccount,
      .deleteAccount, .createWorkspace, .updateWorkspace, .renameWorkspace, .deleteWorkspace, .cancelInvitation,
      .removeMember, .updateAPIKey, .revokeAPIKey:
      []
    }
  }

  fileprivate var givenSubscriptions: [Symbol] {
    switch change {
    case .createOrganization(let creation): [creation.attributes.subscription].compactMap { $0 }
    case .createWorkspace(let creation): [creation.attributes.subscription].compactMap { $0 }
    case .updateTenant(_, let after), .updateWorkspace(_, let after): [after.subscription].compactMap { $0 }
    case .updatePolicy, .updateManagement, .createAccount, .moveAccount, .deleteAccount, .renameWorkspace,
      .deleteWorkspace, .invite, .updateInvitation, .cancelInvitation, .addMember, .updateMember, .changeRole,
      .removeMember, .transferOwnership, .updateAPIKey, .revokeAPIKey:
      []
    }
  }
}

extension TenantPlan {
  /// Adds what was judged before the rest: what is done comes first, what is not is the first of what is withheld.
  ///
  /// - Parameter atomic: rules that withhold another step of the organization, where it is all or nothing.
  mutating func take(_ verdicts: [PolicyVerdict], atomic: Set<RuleName>, _ wording: Wording) {
    blocked = verdicts.flatMap(wording.refusals) + blocked
    let done = verdicts.filter { $0.hold == nil && atomic.isEmpty }
    let refused = verdicts.filter { $0.hold.map { !$0.rules.isEmpty } ?? !atomic.isEmpty }
    actions.insert(
      contentsOf: refused.map { wording.action($0.step, blockedBy: atomic.union($0.hold?.rules ?? [])) },
      at: admitted.count)
    actions.insert(contentsOf: done.map { wording.action($0.step, blockedBy: []) }, at: 0)
    admitted.insert(contentsOf: done.map(\.step), at: 0)
    waiting =
      verdicts.compactMap { verdict in verdict.hold?.event.map { wording.waiting(verdict.step, for: $0) } } + waiting
  }
}
