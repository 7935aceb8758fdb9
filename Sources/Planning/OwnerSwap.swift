import Model

/// Where a workspace has exactly one owner (`workspaces.owners: one`), the top role cannot pass in two steps: a second
/// owner and none are both refused. So it goes along with the ownership, in one.
///
/// | declared owner B       | A, the owner so far, declared as | outcome                                                |
/// |------------------------|----------------------------------|--------------------------------------------------------|
/// | member                 | a lower role                     | the transfer gives both their declared roles           |
/// | member                 | nothing                          | the transfer leaves A the lowest role, then removal    |
/// | to be added directly   | either                           | B is added in the lowest role, then the transfer       |
/// | to be invited, pending | either                           | B is offered the lowest role; all else waits           |
/// | any                    | the top role too                 | no swap: `single-owner` refuses B's                    |
extension TenantDiff {
  /// Looks for the swap that is due in a workspace, before its roll is settled.
  mutating func findSwap(_ wanted: DesiredWorkspace, _ stored: ActualWorkspace) {
    guard let heir = wanted.owner?.value,
      let former = policy.ownerToSwap(in: stored.roll, owner: stored.owner, heir: heir, now: now)
    else { return }
    let list = wanted.members ?? impliedOwner(wanted.owner, inWorkspace: true)
    let declared = list.first(sortedBy: \.person, former.person).flatMap { $0.isInForce ? $0 : nil }
    guard declared?.role != policy.topWorkspaceRole else { return }
    let heirs = list.first(sortedBy: \.person, heir)
    guard joinsNow(heir, heirs, stored.roll) else {
      awaitedHeirs.insert(.init(workspace: wanted.name, person: heir))
      return
    }
    swaps[wanted.name] = Change.OwnerSwap(
      heirAfter: heirs.map(Grant.init) ?? Grant(role: policy.topWorkspaceRole, expires: nil, protect: false),
      former: former.person, formerAfter: declared.map(Grant.init) ?? policy.lowered(former))
  }

  /// Whether the heir is a member or becomes one without having to accept.
  private func joinsNow(_ heir: Symbol, _ wanted: DesiredMember?, _ roll: Roll) -> Bool {
    guard accounts[heir]?.suspended == nil else { return false }
    if let member = roll.members.first(sortedBy: \.person, heir), member.expires.map({ now < $0 }) ?? true {
      return true
    }
    if let departure = roll.departures.first(sortedBy: \.person, heir) {
      guard let wanted, isChasedAgain(wanted, departure) else { return false }
    }
    guard hasOrganizationFirst else { return policy.policy.invitations.admission == .direct }
    switch outlook(heir) {
    case .active, .absent: return true
    case .pending, .held: return false
    }
  }

  /// Whether the role that is declared for them comes with the transfer.
  func isSwapped(_ person: Symbol, in workspace: Symbol?) -> Bool {
    guard let workspace, let swap = swaps[workspace] else { return false }
    return swap.former == person || desired.workspaces.first { $0.name == workspace }?.owner?.value == person
  }

  /// What a removal takes: of a former owner what the transfer left.
  func grantBeforeEnd(_ member: ActualMember, in workspace: Symbol?) -> Grant {
    guard let workspace, let swap = swaps[workspace], swap.former == member.person else { return Grant(member) }
    return swap.formerAfter
  }
}

extension PolicyView {
  /// Who gives up the top role of a workspace when `heir` becomes its owner: the owner of record, else the only other
  /// holder. Nil where owners may be many, or the heir holds the role already.
  func ownerToSwap(in roll: Roll, owner: Symbol?, heir: Symbol, now: Instant) -> ActualMember? {
    guard policy.workspaces.owners == .one else { return nil }
    let holders = roll.members.filter { member in
      member.role == topWorkspaceRole && (member.expires.map { now < $0 } ?? true)
    }
    guard !holders.contains(where: { $0.person == heir }) else { return nil }
    return holders.first { $0.person == owner } ?? (holders.count == 1 ? holders.first : nil)
  }

  /// What a former owner of a workspace is left with.
  func lowered(_ member: ActualMember) -> Grant {
    var grant = Grant(member)
    grant.role = lowestWorkspaceRole
    return grant
  }
}
