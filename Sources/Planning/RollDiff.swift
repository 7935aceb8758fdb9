import Model

/// One roll: who is declared against who is there.
///
/// | declared          | stored                                   | outcome                                              |
/// |-------------------|------------------------------------------|------------------------------------------------------|
/// | member, role R    | nothing                                  | `invite`, or `add-member` (direct admission, and for |
/// |                   |                                          | workspaces under `organization-member-first`)        |
/// | member, role R    | pending: R · other role · lapsed         | waiting · `update-invitation` · `invite` again, then |
/// |                   |                                          | held at `maxSends`                                   |
/// | member, role R    | active: R · other role · other end       | nothing · `change-role` · `update-member`            |
/// | member            | left or declined · suspended             | held                                                 |
/// | workspace member  | organization membership pending · held   | waiting · held                                       |
/// | not declared      | pending · active                         | `cancel-invitation` · `remove-member`                |
extension TenantDiff {
  /// `after`: the step that makes or renames the workspace.
  mutating func roll(
    _ workspace: Symbol?, desired list: [DesiredMember]?, later: [Symbol: [DesiredMember]] = [:],
    owner: Marked<Symbol>?, stored: Roll, management: Management, after step: Int?, mootAfter deletion: Int? = nil,
    isManaged: Bool = true
  ) {
    let wanted = list ?? impliedOwner(owner, inWorkspace: workspace != nil)
    let scope = RollScan(
      workspace: workspace, managesOthers: isManaged && list != nil, management: management, later: later, after: step,
      mootAfter: deletion)
    if wanted.isEmpty, !scope.managesOthers, leavers.isEmpty { return }
    var (w, m, i, d) = (0, 0, 0, 0)
    let canSkip = canSkip(workspace)
    let carriers = workspace != nil && hasOrganizationFirst ? actual.roll.members : nil
    while true {
      let heads = (
        w < wanted.count ? wanted[w].person.rawValue : .max,
        m < stored.members.count ? stored.members[m].person.rawValue : .max,
        i < stored.invitations.count ? stored.invitations[i].person.rawValue : UInt32.max
      )
      // Nearly everybody is stored as declared: there is nothing to find out about them.
      if canSkip, heads.0 == heads.1, heads.0 < heads.2, wanted[w].isStored(as: stored.members[m]),
        carriers.map({ $0.first(sortedBy: \.person, wanted[w].person) != nil }) ?? true
      {
        (w, m) = (w + 1, m + 1)
        continue
      }
      let next = min(heads.0, heads.1, heads.2)
      if next == .max { break }
      var stand = Standing(person: Symbol(rawValue: next))
      if heads.0 == next { (stand.wanted, w) = (wanted[w], w + 1) }
      if heads.1 == next { (stand.member, m) = (stored.members[m], m + 1) }
      if heads.2 == next { (stand.invitation, i) = (stored.invitations[i], i + 1) }
      while d < stored.departures.count, stored.departures[d].person.rawValue < next { d += 1 }
      if d < stored.departures.count, stored.departures[d].person.rawValue == next {
        stand.departure = stored.departures[d]
      }
      settle(stand, in: scope)
    }
  }

  /// Whether somebody who is stored as declared stays as they are, whatever else is so of them: nobody is suspended, and
  /// for workspaces nobody leaves the organization.
  private func canSkip(_ workspace: Symbol?) -> Bool {
    !accounts.hasSuspended && (workspace == nil || leavers.isEmpty)
  }

  struct RollScan {
    var workspace: Symbol?
    /// Whether people who are not declared are managed at all.
    var managesOthers: Bool
    var management: Management
    /// What people get once their present entries have ended.
    var later: [Symbol: [DesiredMember]]
    var after: Int?
    var mootAfter: Int?
  }

  /// One person in one roll: declared, and stored.
  struct Standing {
    var person: Symbol
    var wanted: DesiredMember?
    var member: ActualMember?
    var invitation: ActualInvitation?
    var departure: Departure?
  }

  func impliedOwner(_ owner: Marked<Symbol>?, inWorkspace: Bool) -> [DesiredMember] {
    owner.map { [DesiredMember(person: $0.value, role: policy.top(inWorkspace: inWorkspace), mark: $0.mark)] } ?? []
  }

  private mutating func settle(_ stand: Standing, in scope: RollScan) {
    let isLeaving = scope.workspace != nil && leavers[stand.person] != nil
    if let wanted = stand.wanted, wanted.isInForce {
      guard isLeaving, hasOrganizationFirst else { return grant(wanted, stand, in: scope) }
      // Declared here but not in the organization: what they have ends, and what they should get is refused.
      end(stand, in: scope)
      let again = step(stand, .addMember(Grant(wanted)), in: scope, mark: wanted.mark)
      if let leaving = leavers[stand.person] {
        steps[again].requires.append(leaving)
        // It is the leaving that makes it a difference.
        steps[again].origin = steps[leaving].origin
      }
      grants[.init(workspace: scope.workspace, person: stand.person)] = again
      return
    }
    if isLeaving || isToEnd(stand, in: scope) { end(stand, in: scope) }
  }

  /// Additive management leaves alone what was never declared; ends and former declarations count all the same.
  private func isToEnd(_ stand: Standing, in scope: RollScan) -> Bool {
    guard scope.managesOthers else { return false }
    switch scope.management {
    case .authoritative: return true
    case .additive:
      let end = stand.member?.expires ?? stand.invitation?.expires
      let hasEnded = stand.wanted != nil || (end.map { $0 <= now } ?? false)
      return hasEnded || baseline?.member(scope.workspace, stand.person) != nil
        || baseline?.declares(stand.person, in: scope.workspace) ?? false
    }
  }

  private mutating func end(_ stand: Standing, in scope: RollScan) {
    if let member = stand.member {
      let held = grantBeforeEnd(member, in: scope.workspace)
      let index = step(stand, .removeMember(held), in: scope, mark: place(stand, scope))
      if scope.workspace == nil { (leavers[stand.person], outlooks[stand.person]) = (index, .absent) }
    }
    if let invitation = stand.invitation {
      let index = step(stand, .cancelInvitation(Grant(invitation)), in: scope, mark: place(stand, scope))
      if scope.workspace == nil, stand.member == nil {
        (leavers[stand.person], outlooks[stand.person]) = (index, .absent)
      }
    }
  }

  /// Where an ending points: the entry that has lapsed, else the list's owner.
  private func place(_ stand: Standing, _ scope: RollScan) -> Mark {
    stand.wanted?.mark ?? desired.workspaces.first { $0.name == scope.workspace }?.mark ?? desired.mark
  }

  private mutating func grant(_ wanted: DesiredMember, _ stand: Standing, in scope: RollScan) {
    let isInWorkspace = scope.workspace != nil
    if let since = accounts[stand.person]?.suspended {
      return hold(stand, .suspended, since: since, in: scope)
    }
    if let member = stand.member {
      if isSwapped(stand.person, in: scope.workspace) { return }
      let (before, after) = (Grant(member), Grant(wanted))
      if before.role != after.role {
        grants[.init(workspace: scope.workspace, person: stand.person)] =
          step(stand, .changeRole(before: before, after: after), in: scope, mark: wanted.mark)
      } else if !before.gives(after) {
        step(stand, .updateMember(before: before, after: after), in: scope, mark: wanted.mark)
      }
      if isInWorkspace, hasOrganizationFirst { noteMissingOrganization(stand, in: scope) }
      return
    }
    if let departure = stand.departure, !isChasedAgain(wanted, departure) {
      return hold(stand, departure.reason == .left ? .left : .declined, since: departure.since, in: scope)
    }
    if isInWorkspace, hasOrganizationFirst {
      switch outlook(stand.person) {
      case .pending(let since): return wait(stand, .organizationMembership, since: since, in: scope)
      case .held(let reason, let since): return hold(stand, reason, since: since, in: scope)
      case .active:
        // Somebody invited them by hand: they have yet to accept, as anywhere else.
        guard let invitation = stand.invitation, invitation.lapses.map({ now < $0 }) ?? true else {
          return admit(wanted, stand, in: scope)
        }
        return pursue(invitation, wanted, stand, in: scope)
      case .absent: return admit(wanted, stand, in: scope)
      }
    }
    if let invitation = stand.invitation { return pursue(invitation, wanted, stand, in: scope) }
    switch policy.policy.invitations.admission {
    case .direct: admit(wanted, stand, in: scope)
    case .invite: invite(wanted, stand, resend: false, in: scope)
    }
  }

  /// A membership of a workspace that is stored as declared gives nothing without the organization's, where that comes
  /// first: the policy may have begun to ask for it, or it was taken by hand.
  private mutating func noteMissingOrganization(_ stand: Standing, in scope: RollScan) {
    let since: Instant?
    switch outlook(stand.person) {
    case .active: return
    case .pending(let date): since = date
    case .held(_, let date): since = date
    case .absent: since = nil
    }
    waiting.append(
      Notice(
        workspace: scope.workspace, person: stand.person, kind: .organizationMembership, since: since,
        mark: stand.wanted?.mark ?? .none))
  }

  func isChasedAgain(_ wanted: DesiredMember, _ departure: Departure) -> Bool {
    guard let reinvite = wanted.reinvite else { return false }
    return departure.since < reinvite && departure.reinvite != reinvite
  }

  private mutating func admit(_ wanted: DesiredMember, _ stand: Standing, in scope: RollScan) {
    var grant = Grant(wanted)
    if isSwapped(stand.person, in: scope.workspace) { grant.role = policy.lowestWorkspaceRole }
    let index = step(stand, .addMember(grant), in: scope, mark: wanted.mark)
    grants[.init(workspace: scope.workspace, person: stand.person)] = index
    if scope.workspace == nil {
      outlooks[stand.person] = .active(step: index)
    } else if case .active(let first?) = outlook(stand.person) {
      steps[index].requires.append(first)
    }
  }

  /// What accepting gives: `joinAs: lowest` promotes at the first plan after acceptance.
  private func offer(_ wanted: DesiredMember, in workspace: Symbol?) -> Grant {
    var grant = Grant(wanted)
    let isAwaited = awaitedHeirs.contains(.init(workspace: workspace, person: wanted.person))
    if isAwaited || policy.policy.invitations.joinAs == .lowest {
      grant.role = policy.lowest(inWorkspace: workspace != nil)
    }
    return grant
  }

  private mutating func invite(_ wanted: DesiredMember, _ stand: Standing, resend: Bool, in scope: RollScan) {
    let grant = offer(wanted, in: scope.workspace)
    let index = step(stand, .invite(grant, resend: resend), in: scope, mark: wanted.mark)
    if resend, steps[index].origin == .drift { steps[index].origin = .expiry }
    grants[.init(workspace: scope.workspace, person: stand.person)] = index
    if grant.role != wanted.role { unsettled.insert(entry(stand, scope)) }
    if scope.workspace == nil { outlooks[stand.person] = .pending(since: nil) }
  }

  private mutating func pursue(
    _ invitation: ActualInvitation, _ wanted: DesiredMember, _ stand: Standing, in scope: RollScan
  ) {
    let target = offer(wanted, in: scope.workspace)
    if let lapses = invitation.lapses, lapses <= now {
      let isChasedAgain = wanted.reinvite.map { lapses < $0 && invitation.reinvite != $0 } ?? false
      if let most = policy.policy.invitations.maxSends, invitation.sends >= most, !isChasedAgain {
        return hold(stand, .maxSends, since: lapses, in: scope)
      }
      return invite(wanted, stand, resend: true, in: scope)
    }
    if scope.workspace == nil { outlooks[stand.person] = .pending(since: invitation.created) }
    if !Grant(invitation).gives(target) {
      grants[.init(workspace: scope.workspace, person: stand.person)] =
        step(stand, .updateInvitation(before: Grant(invitation), after: target), in: scope, mark: wanted.mark)
    } else {
      wait(stand, .acceptInvitation, since: invitation.created, in: scope)
    }
    if target.role != wanted.role { unsettled.insert(entry(stand, scope)) }
  }

  func outlook(_ person: Symbol) -> Outlook {
    if let known = outlooks[person] { return known }
    guard let member = actual.roll.members.first(sortedBy: \.person, person) else {
      return actual.roll.invitations.first(sortedBy: \.person, person).map { .pending(since: $0.created) } ?? .absent
    }
    return member.expires.map { $0 <= now } ?? false ? .absent : .active(step: nil)
  }

  private func entry(_ stand: Standing, _ scope: RollScan) -> EntryKey {
    .member(workspace: scope.workspace, person: stand.person)
  }

  private mutating func wait(_ stand: Standing, _ event: Waiting.Event, since: Instant?, in scope: RollScan) {
    waiting.append(
      Notice(
        workspace: scope.workspace, person: stand.person, kind: event, since: since, mark: stand.wanted?.mark ?? .none))
    if event == .organizationMembership { unsettled.insert(entry(stand, scope)) }
  }

  private mutating func hold(_ stand: Standing, _ reason: Held.Reason, since: Instant?, in scope: RollScan) {
    held.append(
      Notice(
        workspace: scope.workspace, person: stand.person, kind: reason, since: since, mark: stand.wanted?.mark ?? .none)
    )
    if let wanted = stand.wanted, stand.member.map({ !Grant($0).gives(Grant(wanted)) }) ?? true {
      unsettled.insert(entry(stand, scope))
    }
    if scope.workspace == nil, stand.member == nil { outlooks[stand.person] = .held(reason, since: since) }
  }

  @discardableResult
  private mutating func step(_ stand: Standing, _ change: Change, in scope: RollScan, mark: Mark) -> Int {
    var ownOrigin = memberOrigin(scope.workspace, stand.person, wanted: stand.wanted, stored: stand.member)
    let leaving = scope.workspace != nil && policy.isEnding(change) ? leavers[stand.person] : nil
    let isOnlyForLeaving = leaving != nil && (stand.wanted?.isInForce == true || !isToEnd(stand, in: scope))
    if isOnlyForLeaving, let leaving { ownOrigin = steps[leaving].origin }
    let index = add(
      Step(
        workspace: scope.workspace, person: stand.person, change: change, origin: ownOrigin, mark: mark,
        entry: entry(stand, scope), phase: phase(change, inWorkspace: scope.workspace != nil)))
    let wasDeclared = baseline?.member(scope.workspace, stand.person) != nil
    if stand.wanted == nil, !wasDeclared, ownOrigin == .change, scope.managesOthers, !wasManaged(scope.workspace) {
      steps[index].alsoBy = [.management(scope.workspace)]
    }
    if let after = scope.after { steps[index].requires.append(after) }
    if isOnlyForLeaving { steps[index].onlyWith = leaving }
    steps[index].later = later(stand, change, in: scope)
    switch change {
    case .removeMember, .cancelInvitation:
      steps[index].mootAfter = scope.mootAfter
      if scope.workspace != nil { workspaceEndings[stand.person, default: []].append(index) }
    case .createOrganization, .createAccount, .updatePolicy, .updateManagement, .updateTenant, .moveAccount,
      .deleteAccount, .createWorkspace,
      .updateWorkspace, .renameWorkspace, .deleteWorkspace, .invite, .updateInvitation, .addMember, .updateMember,
      .changeRole, .transferOwnership, .updateAPIKey, .revokeAPIKey:
      break
    }
    return index
  }

  /// What the declaration gives besides what the step gives at once: after an end, and where less is offered until somebody
  /// has accepted.
  private func later(_ stand: Standing, _ change: Change, in scope: RollScan) -> [Grant] {
    guard let wanted = stand.wanted, wanted.isInForce else { return [] }
    var result: [Grant] = []
    switch change {
    case .invite(let grant, _), .addMember(let grant), .updateInvitation(_, let grant):
      if grant.role != wanted.role { result.append(Grant(wanted)) }
    case .createOrganization, .createAccount, .updatePolicy, .updateManagement, .updateTenant, .moveAccount,
      .deleteAccount, .createWorkspace,
      .updateWorkspace, .renameWorkspace, .deleteWorkspace, .cancelInvitation, .updateMember, .changeRole,
      .removeMember, .transferOwnership, .updateAPIKey, .revokeAPIKey:
      break
    }
    guard let next = scope.later[stand.person] else { return result }
    let known = scope.workspace.map { baseline?.workspace($0)?.later ?? [:] } ?? baseline?.tenant.later ?? [:]
    return known[stand.person]?.map(Grant.init) == next.map(Grant.init) ? result : result + next.map(Grant.init)
  }

  private func phase(_ change: Change, inWorkspace: Bool) -> Step.Phase {
    policy.isReduction(change, inWorkspace: inWorkspace)
      ? (inWorkspace ? .workspaceReductions : .organizationReductions)
      : (inWorkspace ? .workspaceGrants : .organizationGrants)
  }
}

extension DesiredMember {
  /// In force, with the same role, end and protection.
  fileprivate func isStored(as member: ActualMember) -> Bool {
    isInForce && person == member.person && role == member.role && expires == member.expires
      && protect == member.protect
  }
}
