import Model

/// Workspaces and who owns them.
///
/// | owner of a new workspace                                                                  |
/// |-------------------------------------------------------------------------------------------|
/// | whom the request names; else who creates it; else the account's user; else, where the policy asks for owners, the |
/// | organization's owner of record; else nobody                                               |
extension ByHandSteps {
  func createWorkspace(_ new: ByHandRequest.NewWorkspace) throws(ByHandProblem) -> [Step] {
    if workspace(new.name) != nil {
      throw ByHandProblem(
        "there is a workspace \(place(new.name)) already", hint: "tenure workspace show \(place(new.name))")
    }
    let owner = try owner(of: new)
    let kind = policy.kindOfNewWorkspace(isFirstOfAccount: isAccountWithoutWorkspace)
    if kind == .personal, owner != input.account {
      throw ByHandProblem("\(place(new.name)) is a personal workspace, so its user owns it", hint: "leave --owner out")
    }
    if let owner { try refuseSuspended(owner) }
    return [
      step(
        of: new.name,
        .createWorkspace(
          .init(
            name: new.name, kind: kind,
            attributes: .init(displayName: new.displayName, subscription: new.subscription), owner: owner)))
    ]
  }

  private var isAccountWithoutWorkspace: Bool { input.account != nil && input.stored?.workspaces.isEmpty ?? true }

  private func owner(of new: ByHandRequest.NewWorkspace) throws(ByHandProblem) -> Symbol? {
    if let named = new.owner { return named }
    if case .person(let actor) = input.actor { return actor }
    if let user = input.account { return user }
    guard policy.policy.workspaces.ownerRequired else { return nil }
    if let owner = input.stored?.owner { return owner }
    throw ByHandProblem(
      "a workspace needs an owner of record here, and \(input.name) has none itself", hint: "add --owner EMAIL")
  }

  func deleteWorkspace(_ name: Symbol) throws(ByHandProblem) -> [Step] {
    guard let workspace = workspace(name) else { throw ByHandProblem("there is no workspace \(place(name))") }
    let ends = Change.Contents(
      members: workspace.roll.members.count, invitations: workspace.roll.invitations.count,
      apiKeys: workspace.apiKeys.count)
    return [step(of: name, .deleteWorkspace(.command, ends: ends))]
  }

  func transfer(_ person: Symbol, _ workspace: Symbol?) throws(ByHandProblem) -> [Step] {
    guard let member = lastingMember(person, workspace) else { throw stranger(person, workspace) }
    try refuseSuspended(person)
    if owner(workspace) == person {
      throw ByHandProblem("\(email(person)) owns \(place(workspace)) already", isSettled: true)
    }
    return handOver(workspace, to: member)
  }

  private func owner(_ workspace: Symbol?) -> Symbol? {
    guard let workspace else { return input.stored?.owner }
    return self.workspace(workspace)?.owner
  }

  /// The top role for the new owner of record, then the ownership.
  private func handOver(_ workspace: Symbol?, to member: ActualMember, at start: Int = 0) -> [Step] {
    let top = policy.top(inWorkspace: workspace != nil)
    var raised = Grant(member)
    raised.role = top
    let former = workspace.flatMap { _ in
      policy.ownerToSwap(in: roll(workspace), owner: owner(workspace), heir: member.person, now: input.now)
    }
    let swap = former.map {
      Change.OwnerSwap(heirAfter: raised, former: $0.person, formerAfter: policy.lowered($0))
    }
    var transfer = step(of: workspace, .transferOwnership(from: owner(workspace), swap: swap), person: member.person)
    if swap != nil || member.role == top { return [transfer] }
    transfer.requires = [start]
    return [step(workspace, member.person, .changeRole(before: Grant(member), after: raised)), transfer]
  }

  /// Where the policy asks for owners and lets them go: the steps by which what a leaver has passes to the
  /// longest-standing of those who stay (SPEC section 3, `self-serve`). None where nobody else is there: rules then
  /// refuse.
  ///
  /// | leaver                                                   | passes on                                    |
  /// |----------------------------------------------------------|----------------------------------------------|
  /// | owner of record                                          | the ownership, with the top role             |
  /// | last permanent holder of the top role, nobody owns       | the same                                     |
  /// | the same, somebody else is owner of record               | the top role alone                           |
  ///
  /// `start`: where in the request's steps they stand.
  func passingOn(_ workspace: Symbol, from leaver: Symbol, at start: Int) -> [Step] {
    guard policy.policy.workspaces.ownerRequired, policy.policy.setting(.creatorKept) == .off,
      let leaving = member(leaver, roll(workspace))
    else { return [] }
    let others = roll(workspace).members.filter { $0.person != leaver && isPermanent($0.person, workspace) }
    let holders = others.filter { $0.role == policy.topWorkspaceRole }
    let isLast = holders.isEmpty && leaving.role == policy.topWorkspaceRole && isPermanent(leaver, workspace)
    let owner = owner(workspace)
    guard owner == leaver || isLast, let heir = longestStanding(holders.isEmpty ? others : holders) else { return [] }
    if owner == leaver || owner == nil { return handOver(workspace, to: heir, at: start) }
    var raised = Grant(heir)
    raised.role = policy.topWorkspaceRole
    return [step(workspace, heir.person, .changeRole(before: Grant(heir), after: raised))]
  }

  private func longestStanding(_ members: [ActualMember]) -> ActualMember? {
    members.min { a, b in
      a.joined != b.joined ? a.joined < b.joined : names.precedes(a.person, b.person)
    }
  }

  func setSubscription(_ name: Symbol, _ workspace: Symbol?) throws(ByHandProblem) -> [Step] {
    // A workspace without one of its own goes by its organization's.
    let own = workspace.flatMap { self.workspace($0)?.subscription }
    let inForce = own ?? input.stored?.subscription ?? policy.defaultSubscription
    if inForce == name {
      throw ByHandProblem("\(place(workspace)) has the subscription \(names.text(name)) already", isSettled: true)
    }
    let (before, after) = (Change.Attributes(subscription: inForce), Change.Attributes(subscription: name))
    return [
      step(
        of: workspace,
        workspace == nil ? .updateTenant(before: before, after: after) : .updateWorkspace(before: before, after: after))
    ]
  }
}
