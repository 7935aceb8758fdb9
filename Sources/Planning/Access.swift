import Model

/// What a step takes from somebody.
enum Loss { case removal, demotion, end }

extension PolicyView {
  /// Whether the change ends a membership or an invitation.
  func isEnding(_ change: Change) -> Bool {
    switch change {
    case .removeMember, .cancelInvitation: true
    case .createOrganization, .createAccount, .updatePolicy, .updateManagement, .updateTenant, .moveAccount,
      .deleteAccount, .createWorkspace,
      .updateWorkspace, .renameWorkspace, .deleteWorkspace, .invite, .updateInvitation, .addMember, .updateMember,
      .changeRole, .transferOwnership, .updateAPIKey, .revokeAPIKey:
      false
    }
  }

  /// Whether the change takes access away: removals, cancelled invitations and demotions.
  func isReduction(_ change: Change, inWorkspace: Bool) -> Bool {
    switch change {
    case .removeMember, .cancelInvitation: true
    case .changeRole(let before, let after):
      rank(after.role, inWorkspace: inWorkspace) < rank(before.role, inWorkspace: inWorkspace)
    case .createOrganization, .createAccount, .updatePolicy, .updateManagement, .updateTenant, .moveAccount,
      .deleteAccount, .createWorkspace,
      .updateWorkspace, .renameWorkspace, .deleteWorkspace, .invite, .updateInvitation, .addMember, .updateMember,
      .transferOwnership, .updateAPIKey, .revokeAPIKey:
      false
    }
  }

  /// What the change takes from its subject; nil: nothing.
  func loss(by change: Change, inWorkspace: Bool) -> Loss? {
    switch change {
    case .removeMember, .cancelInvitation: .removal
    case .changeRole(let before, let after), .updateMember(let before, let after),
      .updateInvitation(let before, let after):
      rank(after.role, inWorkspace: inWorkspace) < rank(before.role, inWorkspace: inWorkspace)
        ? .demotion : before.lastsLonger(than: after) ? .end : nil
    case .createOrganization, .createAccount, .updatePolicy, .updateManagement, .updateTenant, .moveAccount,
      .deleteAccount, .createWorkspace,
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
    case .createOrganization, .createAccount, .updatePolicy, .updateManagement, .updateTenant, .moveAccount,
      .deleteAccount, .createWorkspace,
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

  /// People who hold a seat: active members, suspended ones too, and invitations that can be accepted.
  func seats(_ roll: RollState, in workspace: Symbol?, _ state: TenantState) -> Set<Symbol> {
    Set(roll.members.filter { isActive($0, in: workspace, state) }.map(\.person))
      .union(roll.invitations.filter { $0.isOpen(at: now) }.map(\.person))
  }

  /// Whether the person is active in a workspace besides `workspace`, in this tenant or another.
  func isActive(_ person: Symbol, outside workspace: Symbol?, _ state: TenantState) -> Bool {
    guard accounts[person]?.suspended == nil else { return false }
    return activeElsewhere.contains(person, besides: tenant)
      || state.workspaces.contains { name, place in
        name != workspace && place.roll.member(person).map { gap($0, in: name, state) == nil } ?? false
      }
  }

  /// Whether the step lets the person do something that they could not do before, or do it for longer. What an
  /// organization role opens anyway (`all`, `workspace.enter-all`) is no raise.
  func raises(_ step: Step, _ person: Symbol, in state: TenantState) -> Bool {
    if case .moveAccount(let from, _) = step.change {
      // Whoever uses an email that nobody has an account under will count as the account's person.
      return person == (accounts[from] == nil ? from : step.person)
    }
    guard let after = grant(by: step, to: person) else { return false }
    let inWorkspace = step.workspace != nil
    let roll = state.roll(of: step.workspace)
    let before =
      roll?.member(person).flatMap { isActive($0, in: step.workspace, state) ? Grant($0) : nil }
      ?? roll?.invitation(person).map(Grant.init)
    if !inWorkspace, admitsMore(after, before, person, in: state) { return true }
    let anyway = inWorkspace ? opened(to: person, for: after, in: state) : []
    let wanted = permissions(after.role, inWorkspace)
    let held = before.map { permissions($0.role, inWorkspace) } ?? []
    if !wanted.beyond(held.union(anyway)).isEmpty { return true }
    return !wanted.beyond(anyway).isEmpty && (before.map { after.lastsLonger(than: $0) } ?? true)
  }

  /// Where the organization comes first, its membership carries those of workspaces: whether one of them gives its role
  /// for longer, or gives it at all, through the change.
  private func admitsMore(_ after: Grant, _ before: Grant?, _ person: Symbol, in state: TenantState) -> Bool {
    guard state.account == nil, policy.asksOrganizationFirst, policy.admitsToWorkspaces(after.role) else {
      return false
    }
    let admitted = before.flatMap { policy.admitsToWorkspaces($0.role) ? $0 : nil }
    return state.workspaces.values.contains { place in
      guard let member = place.roll.member(person), member.expires.map({ now < $0 }) ?? true else { return false }
      return admitted.map { member.until(after).lastsLonger(than: member.until($0)) } ?? true
    }
  }

  private func grant(by step: Step, to person: Symbol) -> Grant? {
    switch step.change {
    case .invite(let grant, _), .addMember(let grant), .updateInvitation(_, let grant), .changeRole(_, let grant),
      .updateMember(_, let grant):
      step.person == person ? grant : nil
    case .transferOwnership(_, let swap): step.person == person ? swap?.heirAfter : nil
    case .createOrganization, .createAccount, .updatePolicy, .updateManagement, .updateTenant, .moveAccount,
      .deleteAccount, .createWorkspace,
      .updateWorkspace, .renameWorkspace, .deleteWorkspace, .cancelInvitation, .removeMember, .updateAPIKey,
      .revokeAPIKey:
      nil
    }
  }

  /// What the person's organization role lets them do in every workspace, for as long as the grant.
  private func opened(to person: Symbol, for grant: Grant, in state: TenantState) -> Set<Permission> {
    guard let member = state.roll.member(person), isActive(member, in: nil, state),
      !grant.lastsLonger(than: Grant(member))
    else { return [] }
    return openings(by: member.role)
  }

  /// What an organization role lets its holders do in every workspace.
  func openings(by role: Symbol) -> Set<Permission> {
    let held = permissions(role, false)
    return policy.opensWorkspaces(role) ? held : held.intersection(Permission.countingInWorkspaces)
  }

  func permissions(_ role: Symbol, _ inWorkspace: Bool) -> Set<Permission> {
    let found = policy.policy.role(names.text(role), inWorkspace ? .workspace : .organization)
    guard let found else { return [] }
    return found.permissions.contains(.all) ? Set(Permission.allCases) : found.permissions
  }

  /// Whether the person may do the step by what is stored now.
  func allows(_ person: Symbol, _ step: Step) -> Bool { lack(of: person, for: step) == nil }

  /// What the person lacks for the step; nil: nothing. The owner may everything at the first apply of their own,
  /// but make the organization, which is the operators'.
  func lack(of person: Symbol, for step: Step) -> Lack? {
    let isFirst = stored?.applied == nil && accountability.firstOwners.contains(person)
    if isFirst, !step.requirement(in: stored, origins).isOperators { return nil }
    if step.requirement(in: stored, origins) == .everywhere, holdsAllEverywhere(person) { return nil }
    if let foundedUnder, accounts[person]?.suspended == nil, foundedUnder.namesOperator(names.text(person)) {
      return nil
    }
    return acting(person).lack(for: step, origins)
  }

  /// What somebody whom neither state nor manifests know lacks.
  func lackOfStrangers(for step: Step) -> Lack? {
    switch step.requirement(in: stored, origins) {
    case .nothing: nil
    case .operators(let what): .operators(what)
    case .person(let person): .person(person)
    case .everywhere: .everywhere
    case .rights(let rights): .permission(rights.permissions[0], in: rights.place)
    }
  }

  private func acting(_ person: Symbol) -> ActingPerson {
    ActingPerson(person, in: stored, policy: policy.policy, accounts: accounts, names: names, now: now)
  }
}

extension ActualMember {
  /// What the membership gives as long as the organization's lasts.
  fileprivate func until(_ organization: Grant) -> Grant {
    var grant = Grant(self)
    grant.expires = [expires, organization.expires].compactMap(\.self).min()
    return grant
  }
}

extension Permission {
  /// What an organization role gives in every workspace without entering it (SYSTEMS, `enterprise`: a member «views
  /// members of a workspace», a billing-admin sees «usage and costs, payment»).
  static let countingInWorkspaces: Set<Permission> = [.membersView, .billingView, .billingBuy]
}
