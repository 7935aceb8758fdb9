import Model

/// Accounts: made, moved to another email, ended.
extension ByHandSteps {
  func signUp(_ person: Symbol, _ displayName: String?, _ isInvited: Bool) throws(ByHandProblem) -> [Step] {
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

  func move(_ from: Symbol, _ to: Symbol, _ bothExist: Bool) throws(ByHandProblem) -> [Step] {
    if from == to {
      throw ByHandProblem(
        "\(email(from)) is that account's email already (emails are compared without case)", isSettled: true)
    }
    return [step(of: nil, .moveAccount(from: from, bothExist: bothExist), person: to)]
  }

  /// What somebody whose account goes holds in a tenant that is not theirs.
  func withdraw(_ person: Symbol) -> [Step] {
    let inner = (input.stored?.workspaces ?? []).flatMap { endings(person, $0.name, nil) }
    return joined(inner, endings(person, nil, nil)) + endingKeys(person)
  }

  /// Keys lose their creator with the account, and would be taken for the operator's.
  private func endingKeys(_ person: Symbol) -> [Step] {
    guard policy.policy.endsKeys(ofDeletedAccount: input.accounts[person]?.suspended != nil) else { return [] }
    return (input.stored?.workspaces ?? []).flatMap { workspace in
      workspace.apiKeys.filter { $0.creator == person }.map { key in
        var step = step(of: workspace.name, .revokeAPIKey(key.limits))
        step.key = key.name
        return step
      }
    }
  }
}
