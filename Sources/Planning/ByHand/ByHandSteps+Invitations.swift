import Model

/// Invitations: opened, sent again, cancelled, answered.
extension ByHandSteps {
  func invite(_ person: Symbol, _ workspace: Symbol?, _ role: Symbol) throws(ByHandProblem) -> [Step] {
    try refuseSuspended(person)
    try refuseMember(person, workspace, role)
    let roll = roll(workspace)
    // Whoever left or declined is asked anew; what chased them before stays used up.
    let used = roll.departures.first(sortedBy: \.person, person)?.reinvite
    let open = invitation(person, roll)
    let isOver = open.map { !$0.isOpen(at: input.now) } ?? false
    let grant = Grant(
      role: joiningRole(role, workspace), expires: nil, protect: false, reinvite: open?.reinvite ?? used)
    return [step(workspace, person, .invite(grant, resend: isOver))]
  }

  /// The role that an invitation offers where `role` is asked for.
  func joiningRole(_ role: Symbol, _ workspace: Symbol?) -> Symbol {
    switch policy.policy.invitations.joinAs {
    case .declared: role
    case .lowest: policy.lowest(inWorkspace: workspace != nil)
    }
  }

  func cancelInvitation(_ person: Symbol, _ workspace: Symbol?) throws(ByHandProblem) -> [Step] {
    [step(workspace, person, .cancelInvitation(Grant(try openInvitation(person, workspace))))]
  }

  /// `maxSends` limits how often plans chase somebody, not what people send themselves.
  func resendInvitation(_ person: Symbol, _ workspace: Symbol?) throws(ByHandProblem) -> [Step] {
    let open = try openInvitation(person, workspace)
    try refuseSuspended(person)
    try refuseWorthless(open, person, workspace)
    return [step(workspace, person, .invite(Grant(open), resend: true))]
  }

  func accept(_ person: Symbol, _ workspace: Symbol?) throws(ByHandProblem) -> [Step] {
    let open = try openInvitation(person, workspace)
    guard input.accounts[person] != nil else {
      throw ByHandProblem(
        "\(email(person)) has no account to accept with", hint: "sign up first: tenure account sign-up \(email(person))"
      )
    }
    try refuseWorthless(open, person, workspace)
    if let end = open.end, end <= input.now {
      throw ByHandProblem(
        "the invitation of \(email(person)) to \(place(workspace)) expired at \(end)",
        hint: "ask somebody who may invite there: tenure invitation resend \(place(workspace)) \(email(person))")
    }
    if let member = lastingMember(person, workspace) {
      throw ByHandProblem("\(email(person)) is \(names.text(member.role)) of \(place(workspace)) already")
    }
    return [step(workspace, person, .addMember(Grant(open)), .acceptance)]
  }

  func decline(_ person: Symbol, _ workspace: Symbol?) throws(ByHandProblem) -> [Step] {
    [step(workspace, person, .cancelInvitation(Grant(try openInvitation(person, workspace))), .declination)]
  }

  private func openInvitation(_ person: Symbol, _ workspace: Symbol?) throws(ByHandProblem) -> ActualInvitation {
    if let open = invitation(person, roll(workspace)) { return open }
    throw ByHandProblem(
      "\(email(person)) has no open invitation to \(place(workspace))",
      hint: input.actor == .person(person)
        ? "tenure invitation list --as \(email(person)) lists them" : "tenure invitation list \(place(workspace))")
  }

  /// What an invitation offers must give something: sending it again changes neither its end nor its role.
  private func refuseWorthless(
    _ open: ActualInvitation, _ person: Symbol, _ workspace: Symbol?
  ) throws(ByHandProblem) {
    if let end = open.expires, end <= input.now {
      throw ByHandProblem(
        "what \(email(person)) was offered in \(place(workspace)) ended at \(min(end, open.end ?? end))",
        hint: "ask somebody who may invite there: tenure member invite \(place(workspace)) \(email(person))")
    }
    guard !policy.knows(open.role, inWorkspace: workspace != nil) else { return }
    let known = policy.policy.roles(workspace == nil ? .organization : .workspace).map(\.name)
    throw ByHandProblem(
      "\(email(person)) is invited to \(place(workspace)) as \(names.text(open.role)), a role that the policy does not "
        + "know, so it gives nothing",
      hint:
        "ask somebody who may change it: tenure member set-role \(place(workspace)) \(email(person)) ROLE, which is "
        + known.joined(separator: ", "))
  }
}
