import Model

/// «nobody changes their own role» (SYSTEMS, `small-team`). With `raise` it fires at an action that raises the access of
/// one of its actors: directly, through a group, through the policy, or by moving an email onto them; what the declaration
/// gives later counts too. With `any` at every change of their own membership. It lets pass what another allowed person
/// approved.
///
/// | no self-change (SPEC section 9)                | told by                            |
/// |------------------------------------------------|------------------------------------|
/// | accepting, declining, leaving                  | ``Step/ownWill``                   |
/// | sign-up, owning what one creates               | creations are not asked            |
/// | handing one's ownership to somebody else       | the new owner alone is asked about |
/// | an organization's first apply by its owner     | ``Accountability/firstOwners``     |
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
    for person in subjects(step) where context.accountability.mayAnswer(person) {
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

  private func subjects(_ step: Step) -> [Symbol] {
    switch step.change {
    case .invite, .updateInvitation, .cancelInvitation, .addMember, .updateMember, .changeRole, .removeMember,
      .transferOwnership:
      step.person.map { [$0] } ?? []
    case .moveAccount(let from, _):
      [step.person, from].compactMap { $0 }
    case .createOrganization, .createAccount, .updatePolicy, .updateManagement, .updateTenant, .deleteAccount,
      .createWorkspace, .updateWorkspace,
      .renameWorkspace, .deleteWorkspace, .updateAPIKey, .revokeAPIKey:
      []
    }
  }

  private func isChange(of person: Symbol, _ step: Step, _ state: TenantState, _ context: RuleContext) -> Bool {
    if context.policy.policy.setting(name) == .value("any") || context.raises(step, person, in: state) { return true }
    switch step.entry {
    case .member(let workspace, person): return context.gain(of: person, in: workspace) != nil
    case .owner(let workspace): return context.becomesOwner(person, of: workspace)
    case .member, .tenant, .workspace, .apiKey, .policy, .management: return false
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

extension Action.Origin {
  /// False for what `tenure` answers for.
  var isSomebodys: Bool {
    switch self {
    case .change, .first: true
    case .drift, .expiry: false
    }
  }
}
