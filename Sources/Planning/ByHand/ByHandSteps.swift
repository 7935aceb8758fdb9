import Model

/// Turns a request into candidate steps, in the order in which they are to be done.
///
/// | request         | stored                   | steps                                                                 |
/// |-----------------|--------------------------|-----------------------------------------------------------------------|
/// | add R           | nothing · invited        | `add-member` · that, then `cancel-invitation`                          |
/// | set-role R      | member · invited         | `change-role` · `update-invitation`                                    |
/// | remove          | member · invited         | `remove-member` · `cancel-invitation`; of an organization: first those |
/// |                 |                          | of its workspaces                                                     |
/// | leave           | member                   | likewise, each recorded as left                                       |
/// | accept, decline | open invitation          | `add-member` · `cancel-invitation`, each by the person's own will      |
struct ByHandSteps {
  let input: ByHandInput
  let policy: PolicyView

  private var names: NameTable { input.names }

  func steps(_ request: ByHandRequest) throws(ByHandProblem) -> [Step] {
    switch request {
    case .signUp(let person, let displayName, let isInvited): try signUp(person, displayName, isInvited)
    case .add(let person, let workspace, let role): try add(person, workspace, role)
    case .setRole(let person, let workspace, let role): try setRole(person, workspace, role)
    case .remove(let person, let workspace): try end(person, workspace, ownWill: nil)
    case .leave(let person, let workspace): try end(person, workspace, ownWill: .departure)
    case .accept(let person, let workspace): try accept(person, workspace)
    case .decline(let person, let workspace): try decline(person, workspace)
    }
  }

  private func signUp(_ person: Symbol, _ displayName: String?, _ isInvited: Bool) throws(ByHandProblem) -> [Step] {
    if let known = input.accounts[person] {
      throw ByHandProblem(
        "\(email(person)) has an account since \(known.created)", hint: "tenure account show \(email(person))")
    }
    let signUp = policy.policy.signUp
    let makesWorkspace =
      switch signUp.personalWorkspace {
      case .always: true
      case .unlessInvited: !isInvited
      case .never: false
      }
    let workspace = makesWorkspace ? names.symbol(of: "Personal") : nil
    return [
      step(
        nil, person,
        .createAccount(
          displayName: displayName,
          workspace: workspace.map { .init(name: $0, kind: signUp.workspaceKind, attributes: .init(), owner: person) }))
    ]
  }

  private func add(_ person: Symbol, _ workspace: Symbol?, _ role: Symbol) throws(ByHandProblem) -> [Step] {
    if let since = input.accounts[person]?.suspended {
      throw ByHandProblem(
        "\(email(person)) is suspended since \(since)", hint: "tenure account resume \(email(person))")
    }
    let roll = roll(workspace)
    // A membership that has ended is as good as none.
    if let member = member(person, roll), isActive(member) {
      let isSame = member.role == role
      throw ByHandProblem(
        "\(email(person)) is \(names.text(member.role)) of \(place(workspace)) already",
        hint: isSame
          ? nil : "another role: tenure member set-role \(place(workspace)) \(email(person)) \(names.text(role))",
        isSettled: isSame)
    }
    let added = step(workspace, person, .addMember(Grant(role: role, expires: nil, protect: false)))
    guard let open = invitation(person, roll) else { return [added] }
    var closing = step(workspace, person, .cancelInvitation(Grant(open)))
    closing.requires = [0]
    return [added, closing]
  }

  private func setRole(_ person: Symbol, _ workspace: Symbol?, _ role: Symbol) throws(ByHandProblem) -> [Step] {
    let roll = roll(workspace)
    let current = member(person, roll).map(Grant.init) ?? invitation(person, roll).map(Grant.init)
    guard let before = current else { throw stranger(person, workspace, roll) }
    if before.role == role {
      throw ByHandProblem("\(email(person)) is \(names.text(role)) of \(place(workspace)) already", isSettled: true)
    }
    var after = before
    after.role = role
    let isMember = member(person, roll) != nil
    return [
      step(
        workspace, person,
        isMember ? .changeRole(before: before, after: after) : .updateInvitation(before: before, after: after))
    ]
  }

  /// Leaving an organization ends all its workspace memberships and invitations first, each by a step of its own.
  private func end(_ person: Symbol, _ workspace: Symbol?, ownWill: OwnWill?) throws(ByHandProblem) -> [Step] {
    let roll = roll(workspace)
    let isMember = member(person, roll) != nil
    guard isMember || (ownWill == nil && invitation(person, roll) != nil) else {
      if ownWill != nil, invitation(person, roll) != nil {
        throw ByHandProblem(
          "\(email(person)) is invited to \(place(workspace)) but no member yet",
          hint: "tenure invitation decline \(place(workspace)) --as \(email(person))")
      }
      throw stranger(person, workspace, roll)
    }
    var steps: [Step] = []
    if workspace == nil {
      for inner in input.stored?.workspaces ?? [] { steps += endings(person, inner.name, inner.roll, ownWill) }
    }
    let inner = Array(steps.indices)
    for var step in endings(person, workspace, roll, ownWill) {
      step.requires = inner
      steps.append(step)
    }
    return steps
  }

  private func endings(_ person: Symbol, _ workspace: Symbol?, _ roll: Roll, _ ownWill: OwnWill?) -> [Step] {
    var result: [Step] = []
    if let member = member(person, roll) {
      result.append(step(workspace, person, .removeMember(Grant(member)), ownWill))
    }
    if let open = invitation(person, roll) {
      let isDeclined = ownWill != nil && result.isEmpty
      result.append(step(workspace, person, .cancelInvitation(Grant(open)), isDeclined ? .declination : nil))
    }
    return result
  }

  private func accept(_ person: Symbol, _ workspace: Symbol?) throws(ByHandProblem) -> [Step] {
    let open = try openInvitation(person, workspace)
    guard input.accounts[person] != nil else {
      throw ByHandProblem(
        "\(email(person)) has no account to accept with", hint: "sign up first: tenure account sign-up \(email(person))"
      )
    }
    if let lapses = open.lapses, lapses <= input.now {
      throw ByHandProblem(
        "the invitation of \(email(person)) to \(place(workspace)) expired at \(lapses)",
        hint: "ask for another one: the next apply sends it, or tenure member add")
    }
    if let end = open.expires, end <= input.now {
      throw ByHandProblem(
        "what \(email(person)) was offered in \(place(workspace)) ended at \(end)", hint: "ask for another invitation")
    }
    if let member = member(person, roll(workspace)), isActive(member) {
      throw ByHandProblem("\(email(person)) is \(names.text(member.role)) of \(place(workspace)) already")
    }
    return [step(workspace, person, .addMember(Grant(open)), .acceptance)]
  }

  private func decline(_ person: Symbol, _ workspace: Symbol?) throws(ByHandProblem) -> [Step] {
    [step(workspace, person, .cancelInvitation(Grant(try openInvitation(person, workspace))), .declination)]
  }

  private func openInvitation(_ person: Symbol, _ workspace: Symbol?) throws(ByHandProblem) -> ActualInvitation {
    if let open = invitation(person, roll(workspace)) { return open }
    throw ByHandProblem(
      "\(email(person)) has no open invitation to \(place(workspace))",
      hint: "tenure invitation list --as \(email(person)) lists them")
  }

  private func step(_ workspace: Symbol?, _ person: Symbol, _ change: Change, _ ownWill: OwnWill? = nil) -> Step {
    var step = Step(
      workspace: workspace, person: person, change: change, origin: .change, mark: .none,
      entry: .member(workspace: workspace, person: person), phase: .tenant)
    step.ownWill = ownWill
    return step
  }

  private func isActive(_ member: ActualMember) -> Bool { member.expires.map { input.now < $0 } ?? true }

  private func roll(_ workspace: Symbol?) -> Roll {
    guard let workspace else { return input.stored?.roll ?? Roll() }
    return input.stored?.workspaces.first { $0.name == workspace }?.roll ?? Roll()
  }

  private func member(_ person: Symbol, _ roll: Roll) -> ActualMember? {
    roll.members.first(sortedBy: \.person, person)
  }

  private func invitation(_ person: Symbol, _ roll: Roll) -> ActualInvitation? {
    roll.invitations.first(sortedBy: \.person, person)
  }

  private func stranger(_ person: Symbol, _ workspace: Symbol?, _ roll: Roll) -> ByHandProblem {
    ByHandProblem(
      "\(email(person)) is no member of \(place(workspace))",
      hint: "tenure member add \(place(workspace)) \(email(person)) makes them one")
  }

  private func place(_ workspace: Symbol?) -> String {
    Path(tenant: input.name, workspace: workspace.map(names.text)).description
  }

  private func email(_ person: Symbol) -> String {
    names.text(input.accounts[person]?.email ?? input.spellings[person] ?? person)
  }
}
