import Model

/// Members: added, changed, removed, and leaving.
extension ByHandSteps {
  func add(_ person: Symbol, _ workspace: Symbol?, _ role: Symbol) throws(ByHandProblem) -> [Step] {
    try refuseSuspended(person)
    try refuseMember(person, workspace, role)
    guard admitsDirectly(workspace) else { return try invite(person, workspace, role) }
    let added = step(workspace, person, .addMember(Grant(role: role, expires: nil, protect: false)))
    guard let open = invitation(person, roll(workspace)) else { return [added] }
    var closing = step(workspace, person, .cancelInvitation(Grant(open)))
    closing.requires = [0]
    return [added, closing]
  }

  /// Where the policy has direct admission, as in plans (SPEC section 5); the operator adds anywhere.
  private func admitsDirectly(_ workspace: Symbol?) -> Bool {
    if input.actor == .theOperator || policy.policy.invitations.admission == .direct { return true }
    return workspace != nil && input.account == nil && policy.asksOrganizationFirst
  }

  /// A membership that has ended is as good as none.
  func refuseMember(_ person: Symbol, _ workspace: Symbol?, _ role: Symbol) throws(ByHandProblem) {
    guard let member = lastingMember(person, workspace) else { return }
    let isSame = member.role == role
    throw ByHandProblem(
      "\(email(person)) is \(names.text(member.role)) of \(place(workspace)) already",
      hint: isSame
        ? nil : "another role: tenure member set-role \(place(workspace)) \(email(person)) \(names.text(role))",
      isSettled: isSame)
  }

  func setRole(_ person: Symbol, _ workspace: Symbol?, _ role: Symbol) throws(ByHandProblem) -> [Step] {
    let roll = roll(workspace)
    let isMember = member(person, roll) != nil
    guard let before = member(person, roll).map(Grant.init) ?? invitation(person, roll).map(Grant.init) else {
      throw stranger(person, workspace)
    }
    if let end = end(of: person, workspace) {
      throw ByHandProblem(
        "the membership of \(email(person)) in \(place(workspace)) ended at \(end)",
        hint: "tenure member add \(place(workspace)) \(email(person)) lets them in again")
    }
    if before.role == role {
      throw ByHandProblem("\(email(person)) is \(names.text(role)) of \(place(workspace)) already", isSettled: true)
    }
    if !isMember, role != joiningRole(role, workspace) {
      throw ByHandProblem(
        "\(email(person)) joins \(place(workspace)) as \(names.text(joiningRole(role, workspace))), like everybody "
          + "(invitations.joinAs: lowest)", hint: "change the role once they have accepted")
    }
    var after = before
    after.role = role
    return [
      step(
        workspace, person,
        isMember ? .changeRole(before: before, after: after) : .updateInvitation(before: before, after: after))
    ]
  }

  func remove(_ person: Symbol, _ workspace: Symbol?) throws(ByHandProblem) -> [Step] {
    guard member(person, roll(workspace)) != nil || invitation(person, roll(workspace)) != nil else {
      throw stranger(person, workspace, isToStay: false)
    }
    return end(person, workspace, nil)
  }

  func leave(_ person: Symbol, _ workspace: Symbol?) throws(ByHandProblem) -> [Step] {
    guard member(person, roll(workspace)) != nil else {
      guard invitation(person, roll(workspace)) != nil else { throw stranger(person, workspace, isToStay: false) }
      throw ByHandProblem(
        "\(email(person)) is invited to \(place(workspace)) but no member yet",
        hint: "tenure invitation decline \(place(workspace)) --as \(email(person))")
    }
    return end(person, workspace, .departure)
  }

  /// Leaving an organization ends all its workspace memberships and invitations first, each by a step of its own.
  private func end(_ person: Symbol, _ workspace: Symbol?, _ ownWill: OwnWill?) -> [Step] {
    let places = workspace.map { [$0] } ?? (input.stored?.workspaces.map(\.name) ?? [])
    var first: [Step] = []
    var inner: [Step] = []
    for place in places {
      let passing = ownWill == .departure ? passingOn(place, from: person, at: first.count) : []
      first += passing
      for var ending in endings(person, place, ownWill) {
        ending.requires = Array(first.indices.suffix(passing.count))
        inner.append(ending)
      }
    }
    return joined(first + inner, workspace == nil ? endings(person, nil, ownWill) : [], from: first.count)
  }

  /// `inner` from `start` on ends with the organization's own ending alone: rules then tell leaving a workspace from
  /// leaving the organization with it.
  func joined(_ inner: [Step], _ own: [Step], from start: Int = 0) -> [Step] {
    guard !own.isEmpty else { return inner }
    var steps = inner
    let isMember = if case .removeMember? = own.first?.change { true } else { false }
    if isMember { for index in start..<inner.count { steps[index].onlyWith = inner.count } }
    for var ending in own {
      ending.requires = Array(start..<inner.count)
      steps.append(ending)
    }
    return steps
  }

  func endings(_ person: Symbol, _ workspace: Symbol?, _ ownWill: OwnWill?) -> [Step] {
    var result: [Step] = []
    let roll = roll(workspace)
    if let member = member(person, roll) {
      result.append(step(workspace, person, .removeMember(Grant(member)), ownWill))
    }
    if let open = invitation(person, roll) {
      let isDeclined = ownWill != nil && result.isEmpty
      result.append(step(workspace, person, .cancelInvitation(Grant(open)), isDeclined ? .declination : nil))
    }
    return result
  }
}
