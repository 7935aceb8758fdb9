import Model

/// «nobody changes their own role» (SYSTEMS, `small-team`). With `raise` it fires at an action that raises the access of
/// one of its actors: directly, through a group, through the policy, or by moving an email onto them; what the declaration
/// gives later counts too. With `any` at every change of their own membership. It lets pass what another allowed person
/// approved.
///
/// | no self-change (SPEC section 9)                | told by                                                |
/// |------------------------------------------------|--------------------------------------------------------|
/// | accepting, declining, leaving                  | ``Step/ownWill``                                       |
/// | sign-up, owning what one creates               | who declared it; another one's own `owner:` is a raise |
/// | handing one's ownership to somebody else       | the new owner alone is asked about                     |
/// | an organization's first apply by its owner     | ``Accountability/firstOwners``                         |
struct NoSelfChange: ProtectionRule {
  let name = RuleName.noSelfChange
  let documentation = RuleDocumentation(
    refuses: "an action that raises the access of one of its actors (`raise`), or any change of their own (`any`)",
    why: "Nobody decides about their own access alone.",
    example: "a commit in which ada@acme.example makes herself admin",
    remedy: "Let another allowed person approve: an `Approved-by:` trailer, the merge, or --approved-by.",
    override: .no("another allowed person approves; --override lifts it for a change of policy alone"))

  func refusal(of step: Step, in state: TenantState, _ context: RuleContext) -> Reason? {
    guard step.ownWill == nil, step.origin.isSomebodys, !context.accountability.isBeginning else { return nil }
    if case .updatePolicy(let edit) = step.change { return fault(in: edit, step, context)?.reason }
    if case .updateManagement(let edit) = step.change { return reasonAgainst(edit, step, in: state, context) }
    for person in subjects(step, context) where context.accountability.mayAnswer(person) {
      guard isChange(of: person, step, state, context), !context.accountability.firstOwners.contains(person) else {
        continue
      }
      let parts = context.accountability.parts(of: step)
      let actors = Set(parts.filter { !$0.known.passed.contains(name) }.compactMap(\.person))
      let isApproved = parts.filter { $0.person == person }.allSatisfy { part in
        part.known.passed.contains(name)
          || part.approvers.contains { !actors.contains($0) && context.allows($0, step) }
      }
      if !isApproved { return reason(person, step, context) }
    }
    return nil
  }

  private func subjects(_ step: Step, _ context: RuleContext) -> [Symbol] {
    func owner(_ owner: Symbol?) -> [Symbol] {
      let makers = context.accountability.parts(of: step.entry).map(\.person)
      return owner.map { makers.contains($0) ? [] : [$0] } ?? []
    }
    switch step.change {
    case .createOrganization(let creation): return owner(creation.owner)
    case .createWorkspace(let creation): return owner(creation.owner)
    case .invite, .updateInvitation, .cancelInvitation, .addMember, .updateMember, .changeRole, .removeMember,
      .transferOwnership:
      return step.person.map { [$0] } ?? []
    case .moveAccount(let from, _):
      return [step.person, from].compactMap { $0 }
    case .createAccount, .updatePolicy, .updateManagement, .updateTenant, .deleteAccount, .updateWorkspace,
      .renameWorkspace, .deleteWorkspace, .updateAPIKey, .revokeAPIKey:
      return []
    }
  }

  private func isChange(of person: Symbol, _ step: Step, _ state: TenantState, _ context: RuleContext) -> Bool {
    if context.policy.policy.setting(name) == .value("any") || context.raises(step, person, in: state) { return true }
    switch step.entry {
    case .member(let workspace, person): return context.gain(of: person, in: workspace) != nil
    // The default workspace goes with its organization.
    case .owner(let workspace):
      return context.becomesOwner(person, of: workspace)
        || (step.alsoBy.contains(.owner(nil)) && context.becomesOwner(person, of: nil))
    case .tenant, .workspace: return step.isCreation
    case .member, .apiKey, .policy, .management: return false
    }
  }

  private func reason(_ person: Symbol, _ step: Step, _ context: RuleContext) -> Reason {
    let who = context.email(person)
    let isAny = context.policy.policy.setting(name) == .value("any")
    let deed = isAny ? "change their own place in" : "raise their own access to"
    let message = "\(who) would \(deed) \(context.path(step.workspace))"
    if context.accountability.isByHand { return Reason(message, remedy: "ask somebody else who may do it") }
    let remedy = Approvers(of: step, context).remedy
    return Reason(message, remedy: remedy.text, inReview: remedy.inReview)
  }
}

extension Step {
  fileprivate var isCreation: Bool {
    switch change {
    case .createOrganization, .createWorkspace: true
    case .createAccount, .updatePolicy, .updateManagement, .updateTenant, .moveAccount, .deleteAccount,
      .updateWorkspace, .renameWorkspace, .deleteWorkspace, .invite, .updateInvitation, .cancelInvitation, .addMember,
      .updateMember, .changeRole, .removeMember, .transferOwnership, .updateAPIKey, .revokeAPIKey:
      false
    }
  }
}

extension Action.Origin {
  /// False for what `tenure` answers for.
  var isSomebodys: Bool {
    switch self {
    case .change, .first: true
    case .drift, .expiry: false
    }
  }
}
