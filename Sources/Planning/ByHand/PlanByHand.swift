import Model

/// Commands by hand on one tenant, judged by the rules that judge plans: no clock, no disk.
///
/// Requests are judged one after the other, each in the state that the ones before it leave, and each is all or
/// nothing: where a rule refuses one of its steps, none of them is done. Who acts is checked first, whatever the policy
/// says about `actor-allowed` in plans (SPEC section 9).
public func planByHand(_ requests: [ByHandRequest], _ input: ByHandInput) -> PlannedByHand {
  var input = input
  _ = input.names.intern("Personal")
  var names = input.names
  let policy = PolicyView(input.policy, names: &names)
  input.names = names
  var judgement = ByHandJudgement(input, policy)
  for request in requests { judgement.judge(request) }
  return PlannedByHand(tenant: judgement.result, problems: judgement.problems, notes: judgement.notes, names: names)
}

private struct ByHandJudgement {
  let input: ByHandInput
  let candidates: ByHandSteps
  let judge: Judge
  let wording: Wording
  var state: TenantState
  var done: [Action] = []
  var refused: [Action] = []
  var problems: [ByHandProblem] = []
  var notes: [String] = []
  private var plan: TenantPlan

  init(_ input: ByHandInput, _ policy: PolicyView) {
    self.input = input
    candidates = ByHandSteps(input: input, policy: policy)
    let isOperator = input.isByOperator
    let (names, accounts, spellings) = (input.names, input.accounts, input.spellings)
    let actor: (person: Symbol?, email: String) =
      switch input.actor {
      case .theOperator: (nil, "operator")
      case .person(let person): (person, names.text(accounts[person]?.email ?? spellings[person] ?? person))
      }
    let context = RuleContext(
      tenant: input.name, policy: policy,
      newTopRoles: (policy.topOrganizationRole, policy.topWorkspaceRole), accounts: input.accounts, names: input.names,
      now: input.now,
      // Where every workspace has an owner, owners delete (SPEC section 6): who is one is asked of permissions.
      allowsDeletion: isOperator || input.policy.policy.workspaces.ownerRequired, allowsMove: isOperator,
      stored: input.stored, accountability: Accountability(byHand: actor.person, email: actor.email),
      activeElsewhere: ActivePeople(elsewhere: input.activeElsewhere),
      frozenUntil: input.freezes.end(of: policy.policy.setting(.freezeWindow), at: input.now))
    judge = Judge(contexts: [context], older: [:], overrides: [])
    state = TenantState(
      input.stored, account: input.account,
      topRoles: .init(organization: policy.topOrganizationRole, workspace: policy.topWorkspaceRole), now: input.now)
    wording = Wording(
      tenant: input.name, account: input.account, names: names, accounts: accounts, spellings: spellings, files: [],
      answers: { _ in .init(actors: [actor.email], approvers: []) })
    plan = TenantPlan(name: input.name, organization: wording.organization, policy: input.policy)
  }

  /// What is done first, in order; then what is refused.
  var result: TenantPlan {
    var result = plan
    result.actions = done + refused
    return result
  }

  mutating func judge(_ request: ByHandRequest) {
    let steps: [Step]
    do throws(ByHandProblem) {
      steps = try candidates.steps(request)
    } catch {
      // Whoever may not do it is told that first, and learns nothing else.
      if let reason = refusal(of: request, candidates.supposed(request)) {
        refuse(request, reason)
      } else {
        problems.append(error)
      }
      return
    }
    let all = Set(steps.indices)
    let byActor = refusal(of: request, steps)
    // What rules would say besides, and what the steps come to, tells an outsider about people whom they may not see.
    if let byActor, isByOutsider {
      refuse(request, byActor)
      // That deletions are the operator's says nothing about people.
      for step in steps {
        for refusal in judge.refusals(of: step, in: state) where refusal.rule == .deletionNeedsOperator {
          block(step, refusal)
        }
      }
      return
    }
    let admission = Admission(
      steps: steps, order: Array(steps.indices), refusedAsWhole: byActor.map { _ in (rule: .actorAllowed, steps: all) },
      state: state, judge: judge)
    guard admission.verdicts.isEmpty, byActor == nil else { return refuse(request, steps, admission, byActor) }
    state = admission.state
    for index in admission.admitted {
      plan.admitted.append(steps[index])
      done.append(wording.action(steps[index], blockedBy: []))
      note(request, steps[index])
    }
    notes += (candidates.consequences?.left(by: steps) ?? []).map { left in
      "\(wording.words(left)) (\(Path(tenant: wording.organization, workspace: left.workspace.map(input.names.text))))"
    }
  }

  /// Says where something else was given than asked for.
  private mutating func note(_ request: ByHandRequest, _ step: Step) {
    guard case .invite(let grant, _) = step.change else { return }
    switch request {
    case .add(let person, _, let wanted):
      notes.append(
        "\(wording.email(person)) is invited to \(path(request)), where nobody is added without being asked "
          + "(invitations.admission: invite)")
      noteRole(person, grant, wanted)
    case .invite(let person, _, let wanted): noteRole(person, grant, wanted)
    case .signUp, .moveAccount, .deleteAccount, .withdraw, .remove, .setRole, .leave, .cancelInvitation,
      .resendInvitation, .accept, .decline, .createWorkspace, .deleteWorkspace, .transfer, .setSubscription:
      return
    }
  }

  private mutating func noteRole(_ person: Symbol, _ grant: Grant, _ wanted: Symbol) {
    guard grant.role != wanted else { return }
    notes.append(
      "\(wording.email(person)) is invited as \(input.names.text(grant.role)), as everybody is here "
        + "(invitations.joinAs: lowest); make them \(input.names.text(wanted)) once they have accepted")
  }

  private func refusal(of request: ByHandRequest, _ steps: [Step]) -> Reason? {
    if let reason = forbiddenLeaving(request) { return reason }
    switch input.actor {
    case .theOperator: return nil
    case .person(let person): return input.acting(person).refusal(of: request, steps)
    }
  }

  private var isByOutsider: Bool {
    switch input.actor {
    case .theOperator: false
    case .person(let person): input.acting(person).isOutsider
    }
  }

  /// Nobody leaves under `workspaces.leaving: forbidden`, by deleting their account neither.
  private func forbiddenLeaving(_ request: ByHandRequest) -> Reason? {
    guard input.policy.policy.workspaces.leaving == .forbidden else { return nil }
    switch request {
    case .leave(let person, _):
      return Reason(
        "the policy lets nobody leave by themselves (workspaces.leaving: forbidden)",
        remedy: "ask somebody who may remove members: tenure member remove \(path(request)) \(wording.email(person))")
    case .withdraw(let person):
      guard input.actor == .person(person) else { return nil }
      return Reason(
        "the policy lets nobody leave \(path(request)) by themselves (workspaces.leaving: forbidden)",
        remedy: "ask somebody who may remove members there, or the operator")
    case .signUp, .moveAccount, .deleteAccount, .add, .remove, .setRole, .invite, .cancelInvitation,
      .resendInvitation, .accept, .decline, .createWorkspace, .deleteWorkspace, .transfer, .setSubscription:
      return nil
    }
  }

  private func path(_ request: ByHandRequest) -> String {
    Path(tenant: wording.organization, workspace: request.workspace.map(input.names.text)).description
  }

  private mutating func refuse(_ request: ByHandRequest, _ reason: Reason) {
    plan.blocked.append(
      Refusal(
        reason, by: .actorAllowed, organization: wording.organization,
        workspace: request.workspace.map(input.names.text), subject: request.person.map(wording.email)))
  }

  /// Nothing of the request is done: every step of it is withheld by all that stands against any.
  private mutating func refuse(
    _ request: ByHandRequest, _ steps: [Step], _ admission: Admission, _ byActor: Reason?
  ) {
    if let byActor { refuse(request, byActor) }
    var rules: Set<RuleName> = byActor == nil ? [] : [.actorAllowed]
    for (index, step) in steps.enumerated() {
      for refusal in admission.verdicts[index]?.refusals ?? [] {
        rules.insert(refusal.rule)
        block(step, refusal)
      }
    }
    refused += steps.map { wording.action($0, blockedBy: rules) }
  }

  private mutating func block(_ step: Step, _ refusal: (rule: RuleName, reason: Reason)) {
    plan.blocked.append(
      Refusal(
        refusal.reason, by: refusal.rule, organization: wording.organization,
        workspace: step.workspace.map(input.names.text), subject: wording.subject(step)))
  }
}
