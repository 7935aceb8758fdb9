import Model

/// What a step takes from somebody.
enum Loss { case removal, demotion, end }

extension PolicyView {
  /// What the change takes from its subject; nil: nothing.
  func loss(by change: Change, inWorkspace: Bool) -> Loss? {
    switch change {
    case .removeMember, .cancelInvitation: .removal
    case .changeRole(let before, let after), .updateMember(let before, let after),
      .updateInvitation(let before, let after):
      rank(after.role, inWorkspace: inWorkspace) < rank(before.role, inWorkspace: inWorkspace)
        ? .demotion : before.lastsLonger(than: after) ? .end : nil
    case .createOrganization, .createAccount, .updateTenant, .moveAccount, .deleteAccount, .createWorkspace,
      .updateWorkspace, .renameWorkspace, .deleteWorkspace, .invite, .addMember, .transferOwnership, .updateAPIKey,
      .revokeAPIKey:
      nil
    }
  }

  /// Most seats; nil: no limit, or a subscription that the policy does not know.
  func limit(of subscription: Symbol) -> Int? { limits[subscription] }
}

extension Grant {
  /// No end is later than any.
  func lastsLonger(than other: Grant) -> Bool {
    guard let theirs = other.expires else { return false }
    return expires.map { theirs < $0 } ?? true
  }
}

extension RuleContext {
  /// What the change takes from its subject under this policy. A role that only the policy to come knows, as its top
  /// role, is no demotion.
  func loss(by change: Change, inWorkspace: Bool) -> Loss? {
    switch change {
    case .changeRole(let before, let after), .updateInvitation(let before, let after):
      guard isTop(after.role, inWorkspace: inWorkspace) else { break }
      return before.lastsLonger(than: after) ? .end : nil
    case .createOrganization, .createAccount, .updateTenant, .moveAccount, .deleteAccount, .createWorkspace,
      .updateWorkspace, .renameWorkspace, .deleteWorkspace, .invite, .cancelInvitation, .addMember, .updateMember,
      .removeMember, .transferOwnership, .updateAPIKey, .revokeAPIKey:
      break
    }
    return policy.loss(by: change, inWorkspace: inWorkspace)
  }

  /// Who loses something by the step: its subject, or the former owner where ownership takes the top role along.
  func losers(by step: Step) -> [Symbol] {
    if case .transferOwnership(_, let swap?) = step.change { return [swap.former] }
    guard loss(by: step.change, inWorkspace: step.workspace != nil) != nil else { return [] }
    return step.person.map { [$0] } ?? []
  }

  /// People who hold a seat: active members, and open invitations that have not lapsed.
  func seats(_ roll: RollState) -> Set<Symbol> {
    Set(roll.members.filter(isActive).map(\.person))
      .union(roll.invitations.filter { $0.lapses.map { now < $0 } ?? true }.map(\.person))
  }

  /// Whether the person is active in a workspace besides `workspace`, in this tenant or another.
  func isActive(_ person: Symbol, outside workspace: Symbol?, _ state: TenantState) -> Bool {
    guard accounts[person]?.suspended == nil else { return false }
    return activeElsewhere.contains(person, besides: tenant)
      || state.workspaces.contains { name, place in
        name != workspace && place.roll.member(person).map(isActive) ?? false
      }
  }

  /// Whether the step lets the person do something that they could not do before, or do it for longer. What an
  /// organization role opens anyway (`all`, `workspace.enter-all`) is no raise.
  func raises(_ step: Step, _ person: Symbol, in state: TenantState) -> Bool {
    if case .moveAccount = step.change { return step.person == person }
    guard let after = grant(by: step, to: person) else { return false }
    let inWorkspace = step.workspace != nil
    let roll = state.roll(of: step.workspace)
    let before =
      roll?.member(person).flatMap { isActive($0) ? Grant($0) : nil } ?? roll?.invitation(person).map(Grant.init)
    let anyway = inWorkspace ? opened(to: person, in: state) : []
    let wanted = permissions(after.role, inWorkspace)
    let held = before.map { permissions($0.role, inWorkspace) } ?? []
    if !wanted.isSubset(of: held.union(anyway)) { return true }
    return !wanted.isSubset(of: anyway) && (before.map { after.lastsLonger(than: $0) } ?? true)
  }

  private func grant(by step: Step, to person: Symbol) -> Grant? {
    switch step.change {
    case .invite(let grant, _), .addMember(let grant), .updateInvitation(_, let grant), .changeRole(_, let grant),
      .updateMember(_, let grant):
      step.person == person ? grant : nil
    case .transferOwnership(_, let swap): step.person == person ? swap?.heirAfter : nil
    case .createOrganization, .createAccount, .updateTenant, .moveAccount, .deleteAccount, .createWorkspace,
      .updateWorkspace, .renameWorkspace, .deleteWorkspace, .cancelInvitation, .removeMember, .updateAPIKey,
      .revokeAPIKey:
      nil
    }
  }

  /// What the person's organization role lets them do in every workspace.
  private func opened(to person: Symbol, in state: TenantState) -> Set<Permission> {
    guard let member = state.roll.member(person), isActive(member) else { return [] }
    let held = permissions(member.role, false)
    return policy.opensWorkspaces(member.role) ? held : held.intersection(Permission.countingInWorkspaces)
  }

  private func permissions(_ role: Symbol, _ inWorkspace: Bool) -> Set<Permission> {
    let found = policy.policy.role(names.text(role), inWorkspace ? .workspace : .organization)
    guard let found else { return [] }
    return found.permissions.contains(.all) ? Set(Permission.allCases) : found.permissions
  }

  /// Whether the person may do the step by what is stored now, or by being an operator; the owner may everything at the
  /// first apply of their organization.
  func allows(_ person: Symbol, _ step: Step) -> Bool {
    if accountability.firstOwners.contains(person) { return true }
    // An operator, such as a pipeline, need not have an account.
    if policy.operators.contains(person), accounts[person]?.suspended == nil { return true }
    let acting = ActingPerson(person, in: stored, policy: policy.policy, accounts: accounts, names: names, now: now)
    guard acting.bar == nil else { return false }
    switch step.change {
    case .createOrganization, .moveAccount, .deleteAccount: return false
    case .createAccount: return step.person == person
    case .updateTenant, .createWorkspace, .updateWorkspace, .renameWorkspace, .deleteWorkspace, .invite,
      .updateInvitation, .cancelInvitation, .addMember, .updateMember, .changeRole, .removeMember, .transferOwnership,
      .updateAPIKey, .revokeAPIKey:
      if let user = stored?.account { return user == person }
      guard let workspace = step.workspace else { return acting.may(step.permission, in: nil) }
      // Whoever may make a workspace may fill it.
      if origins.made.contains(workspace) { return acting.may(.workspaceCreate, in: nil) }
      return acting.may(step.permission, in: origins.stored(workspace))
    }
  }
}

extension Permission {
  /// What an organization role gives in every workspace without entering it (SYSTEMS, `enterprise`: a member «views
  /// members of a workspace», a billing-admin sees «usage and costs, payment»).
  static let countingInWorkspaces: Set<Permission> = [.membersView, .billingView, .billingBuy]
}

extension Step {
  /// What doing the step takes (SPEC section 3). For accounts and whole organizations it is the operators'.
  var permission: Permission {
    switch change {
    case .createOrganization, .createAccount, .moveAccount, .deleteAccount: .all
    case .updateTenant(_, let after): after.subscription == nil ? .organizationMembers : .subscriptionChange
    case .createWorkspace: .workspaceCreate
    case .updateWorkspace(_, let after): after.subscription == nil ? .workspaceEdit : .subscriptionChange
    case .renameWorkspace: .workspaceEdit
    case .deleteWorkspace: .workspaceDelete
    case .invite, .addMember: workspace == nil ? .organizationMembers : .membersInvite
    case .updateInvitation, .updateMember, .changeRole: workspace == nil ? .organizationMembers : .membersChangeRole
    case .cancelInvitation, .removeMember: workspace == nil ? .organizationMembers : .membersRemove
    case .transferOwnership: .ownershipTransfer
    case .updateAPIKey: .apiKeyLimits
    case .revokeAPIKey: .apiKeyRevokeOthers
    }
  }
}
