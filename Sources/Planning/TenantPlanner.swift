import Model

/// Plans one tenant: difference, order and rules, then words.
struct TenantPlanner {
  var desired: DesiredTenant
  let stored: ActualTenant?
  /// With the names that workspaces have once `renames` are done.
  let baseline: Baseline?
  /// Who answers for what, with this tenant's workspaces followed from name to name.
  let attributed: Authorship
  /// New name → stored name of the renames that are due.
  let renames: [Symbol: Symbol]
  /// The policy of the last apply, and those of withheld declarations by digest.
  let appliedPolicy: PolicyView?
  let olderPolicies: [String: PolicyView]
  let declaredPolicy: PolicyView
  /// The one that it is planned under: in force once the plan is done.
  var policy: PolicyView
  let forAll: PolicyForAll
  /// Why the declared policy does not come into force.
  var hold: PolicyHold?
  let input: PlanInput
  let names: NameTable
  let wellKnown: WellKnownNames
  let accounts: AccountDirectory
  /// People whose email moves in this plan, with the rules that refuse it.
  let moves: [Symbol: Set<RuleName>]
  /// New email → former one, of people whose move is not known to be done.
  let formerEmails: [Symbol: Symbol]
  /// The tenant's own move.
  let move: AccountMove?
  /// Former emails that it takes on and nobody has an account under.
  let formerlyNobodys: [Marked<Symbol>]
  let people: PeopleByEmail
  /// As far as a policy asks for it.
  let activeElsewhere: ActivePeople

  func plan() -> TenantPlan { planUnderPolicy() }

  /// - Parameter verdicts: what becomes of changes of policy and management, judged before the rest.
  func plan(early verdicts: [PolicyVerdict]) -> TenantPlan { plan(difference(.known(baseline)), verdicts) }

  /// The plan of a tenant in which nothing differs, made without its baseline; nil where that is needed.
  func planIfSettled() -> TenantPlan? {
    guard let stored, stored.applied != nil, move == nil, formerlyNobodys.isEmpty, !changesPolicy, !mayRename,
      !mayDeclareMore, desired.account == nil || forAll.hold == nil
    else { return nil }
    let probe = BaselineSource.Probe()
    let diff = difference(.unread(probe))
    guard !probe.wasAsked, diff.steps.isEmpty, diff.unsettled.isEmpty else { return nil }
    let wording = wording(accountability)
    var result = TenantPlan(name: desired.name, organization: wording.organization, policy: desired.policy)
    result.waiting = wording.waiting(diff, awaited: [:]).filter { isChosen($0.workspace) }
    result.held = wording.held(diff).filter { isChosen($0.workspace) }
    result.warnings = diff.warnings
    result.baseline = Baseline(settled: desired, in: stored)
    result.settledUntil = settledUntil(result, diff)
    return result
  }

  /// Nil: there is something to do, to wait for or to say, or there will be once this is applied.
  private func settledUntil(_ result: TenantPlan, _ diff: TenantDiff) -> Instant? {
    guard let stored, stored.suspended == nil, stored.applied?.withheld == 0, !changesPolicy, desired.formerly.isEmpty,
      diff.steps.isEmpty, diff.unsettled.isEmpty, result.saysNothing
    else { return nil }
    return nextEnd(desired, stored, after: input.now)
  }

  /// Whether a commit since the one applied before may have declared something that nothing is to be done for.
  private var mayDeclareMore: Bool {
    guard let commit = stored?.applied?.commit, commit != input.source.commit else { return false }
    return authorship.unknown.contains(commit) || authorship.rewound.contains(commit)
      || authorship.ranges[commit]?.contains { $0.changedAny(of: desired.name) } ?? false
  }

  private var mayRename: Bool {
    desired.workspaces.contains { $0.renamedFrom != nil } && desired.mayRename(in: stored?.workspaceIDs ?? [:])
  }

  private func difference(_ baseline: BaselineSource) -> TenantDiff {
    TenantDiff(
      desired: desired, actual: stored ?? projection.tenant, creation: stored == nil ? projection.change : nil,
      baseline: baseline, renames: renames, policy: policy, accounts: accounts, names: names, now: input.now,
      move: move, formerlyNobodys: formerlyNobodys)
  }

  private func plan(_ diff: TenantDiff, _ early: [PolicyVerdict]) -> TenantPlan {
    let accountability = accountability
    let asked = choice(diff.steps)
    let unclear = unclear(diff.steps, asked, accountability)
    let chosen = asked.subtracting(unclear.keys)
    let judge = judge(diff)
    let silent = judged(silent(diff, judge.contexts[0]), judge, accountability)
    let mass = mass(diff.steps, chosen, unclear: Set(unclear.keys), judge)
    let refused = mass.flatMap { judge.isNamed(RemovalThreshold()) ? nil : $0 }
    var admission = admit(diff, chosen, refused, judge)
    let awaited = admission.awaitSuccessors { pendingSuccessors($0, $1) }
    let wording = wording(accountability)
    var result = TenantPlan(name: desired.name, organization: wording.organization, policy: policy.inForce)
    var withheld = self.withheld(diff, chosen, awaited, admission, silent, accountability, early)
    result.admitted = admission.done
    if refused == nil, let mass { markLifted(&result.admitted, mass, admission) }
    result.actions = actions(diff, admission, wording, early)
    result.blocked = refusals(diff, refused, admission, wording)
    result.blocked += silent.flatMap { declared in declared.refusals.map { refusal(of: declared.step, $0, wording) } }
    result.liftedSilently = silent.reduce(into: []) { $0.formUnion($1.lifted) }
    result.waiting = wording.waiting(diff, awaited: awaited).filter { isChosen($0.workspace) }
    let undecided = unclear.sorted { precedes(diff.steps[$0.key], $0.key, diff.steps[$1.key], $1.key) }
    result.waiting += undecided.map { wording.waiting(diff.steps[$0.key], for: $0.value) }
    result.waiting += silent.compactMap { declared in declared.missing.map { wording.waiting(declared.step, for: $0) } }
    result.held = wording.held(diff).filter { isChosen($0.workspace) }
    let atomic = input.options.atomic ? admission.allRules : []
    result.take(early, atomic: atomic, wording)
    if !atomic.isEmpty, let appliedPolicy, early.contains(where: { $0.step.entry == .policy }) {
      result.policy = appliedPolicy.inForce
    }
    if result.policy != declaredPolicy.inForce { withheld[.policy] = keeping(.policy, accountability) }
    for verdict in early where verdict.hold != nil || !atomic.isEmpty {
      withheld[verdict.step.entry] = keeping(verdict.step.entry, accountability)
      if !isUnknown(verdict.step.entry) { withheld[verdict.step.entry]?.parts = verdict.parts }
    }
    result.warnings = diff.warnings + diff.warnings(leftBy: result.admitted, wording)
    if let move {
      if !move.bothExist { result.formerName = "~" + names.text(move.from) }
      let moving = diff.steps.firstIndex { $0.change == .moveAccount(from: move.from, bothExist: move.bothExist) }
      result.rulesAgainstMove = moving.map { blockers($0, diff.steps[$0], admission, early) } ?? []
    }
    let present = present(after: result.admitted)
    let applied = Baseline.after(
      applying: desired, withholding: withheld, before: baseline, present: present,
      stored: stored?.workspaceIDs ?? [:])
    result.adoptions = adoptions(by: applied, besides: result.admitted, wording)
    result.baseline = applied.moving(formerEmails)
    result.settledUntil = settledUntil(result, diff)
    return result
  }

  /// The workspaces that are stored once these steps are done, by the names that the plan gives them; 0: made by it.
  private func present(after steps: [Step]) -> [Symbol: Int64] {
    var result: [Symbol: Int64] = [:]
    for (id, name) in stored?.names(after: renames) ?? [:] { result[name] = id }
    for step in steps {
      switch step.change {
      case .createWorkspace(let creation): result[creation.name] = 0
      case .createOrganization(let creation): result[creation.defaultWorkspace.name] = 0
      case .createAccount(_, let creation?): result[creation.name] = 0
      case .deleteWorkspace: if let name = step.workspace { result[name] = nil }
      case .createAccount(_, nil), .updatePolicy, .updateManagement, .updateTenant, .moveAccount, .deleteAccount,
        .updateWorkspace, .renameWorkspace,
        .invite, .updateInvitation, .cancelInvitation, .addMember, .updateMember, .changeRole, .removeMember,
        .transferOwnership, .updateAPIKey, .revokeAPIKey:
        break
      }
    }
    return result
  }

  /// What creating the tenant makes of nothing.
  private var projection: (change: Change, tenant: ActualTenant) {
    let signUp = policy.policy.signUp
    let attributes = Change.Attributes(
      displayName: desired.displayName?.value, subscription: desired.subscription?.value)
    if let account = desired.account {
      var workspace: Change.WorkspaceCreation?
      if signUp.personalWorkspace != .never {
        workspace = firstWorkspace(named: wellKnown.personal, signUp.workspaceKind, owner: account)
      }
      var tenant = ActualTenant(id: 0, name: desired.name, account: account, displayName: attributes.displayName)
      tenant.workspaces = workspace.map { [$0.projected(topRole: policy.topWorkspaceRole, now: input.now)] } ?? []
      return (.createAccount(displayName: attributes.displayName, workspace: workspace), tenant)
    }
    let owner = desired.owner?.value
    let first = firstWorkspace(
      named: desired.defaultWorkspace ?? wellKnown.defaultWorkspace, .default, owner: owner)
    let creation = Change.Creation(
      attributes: attributes, owner: owner,
      defaultWorkspace: first)
    var tenant = ActualTenant(
      id: 0, name: desired.name, displayName: attributes.displayName, owner: owner,
      subscription: attributes.subscription)
    tenant.roll.members =
      owner.map { [ActualMember(person: $0, role: policy.topOrganizationRole, joined: input.now)] } ?? []
    tenant.workspaces = [creation.defaultWorkspace.projected(topRole: policy.topWorkspaceRole, now: input.now)]
    return (.createOrganization(creation), tenant)
  }

  /// Plain: what its own entry declares follows as a step of its own, so that a plan shows it.
  private func firstWorkspace(named name: Symbol, _ kind: WorkspaceKind, owner: Symbol?) -> Change.WorkspaceCreation {
    .init(name: name, kind: kind, attributes: .init(), owner: owner)
  }

  func isChosen(_ workspace: String?) -> Bool {
    input.options.only.isEmpty
      || input.options.only.contains { $0.tenant == desired.name && ($0.workspace == nil || $0.workspace == workspace) }
  }

  /// The steps that `--only` and `--drift-only` ask for, with what they need.
  private func choice(_ steps: [Step]) -> Set<Int> {
    var chosen = Set<Int>(minimumCapacity: steps.count)
    func take(_ index: Int) {
      guard chosen.insert(index).inserted else { return }
      steps[index].requires.forEach(take)
    }
    for (index, step) in steps.enumerated() {
      if input.options.driftOnly, step.origin != .drift { continue }
      if !step.isConsequence, isChosen(step.workspace.map(names.text)) { take(index) }
    }
    // What follows from a step is no reason to take that.
    for (index, step) in steps.enumerated() where step.isConsequence && isChosen(step.workspace.map(names.text)) {
      if step.requires.allSatisfy(chosen.contains) { chosen.insert(index) }
    }
    // What ends only with a leaving ends only where that is asked for.
    chosen = chosen.filter { steps[$0].onlyWith.map(chosen.contains) ?? true }
    return hold == .leftOut ? withoutNeed(of: steps, chosen) : chosen
  }

  /// Without what needs a policy that is left out, and what needs that.
  private func withoutNeed(of steps: [Step], _ chosen: Set<Int>) -> Set<Int> {
    var result = chosen.filter { !needsDeclaredPolicy(steps[$0]) }
    while let index = result.first(where: {
      !steps[$0].requires.allSatisfy { result.contains($0) || !chosen.contains($0) }
    }) {
      result.remove(index)
    }
    return result
  }

  /// Steps of which it is not known yet who answers for them, with what is waited for, and those that need them first.
  private func unclear(
    _ steps: [Step], _ chosen: Set<Int>, _ accountability: Accountability
  ) -> [Int: Waiting.Event] {
    var result: [Int: Waiting.Event] = [:]
    for index in chosen where !steps[index].isConsequence {
      result[index] = accountability.missing(for: steps[index])
      if let event = hold?.event, needsDeclaredPolicy(steps[index]) { result[index] = event }
    }
    while !result.isEmpty {
      let more = chosen.filter { index in
        let needed = steps[index].requires + [steps[index].onlyWith].compactMap { $0 }
        return result[index] == nil && needed.contains { result[$0] != nil }
      }
      if more.isEmpty { break }
      for index in more { result[index] = steps[index].requires.lazy.compactMap { result[$0] }.first ?? .attestation }
    }
    return result
  }

  var changesPolicy: Bool { appliedPolicy.map { $0.canonical != declaredPolicy.canonical } ?? false }

  func context(_ policy: PolicyView, _ origins: WorkspaceOrigins) -> RuleContext {
    RuleContext(
      tenant: desired.name, policy: policy,
      newTopRoles: (self.policy.topOrganizationRole, self.policy.topWorkspaceRole), accounts: accounts, names: names,
      now: input.now,
      allowsDeletion: input.options.allowDeletion, allowsMove: input.options.allowMove, stored: stored,
      accountability: accountability, activeElsewhere: activeElsewhere,
      frozenUntil: input.freezes.end(of: policy.policy.setting(.freezeWindow), at: input.now), origins: origins,
      declarations: Declarations(new: desired, old: baseline?.tenant))
  }

  private func judge(_ diff: TenantDiff) -> Judge {
    let origins = WorkspaceOrigins(
      former: renames, made: diff.madeWorkspaces, leaving: Set(diff.leavers.keys))
    var contexts = [context(policy, origins)]
    if let appliedPolicy, appliedPolicy.canonical != policy.canonical {
      contexts.append(context(appliedPolicy, origins))
    }
    contexts[0].foundedUnder = foundedUnder
    let older = (baseline?.withheld ?? [:]).compactMapValues { since in
      since.policyDigest.flatMap { olderPolicies[$0] }.map { context($0, origins) }
    }
    return Judge(
      contexts: contexts, founding: founding.map { context($0, origins) }, older: older,
      overrides: input.options.overrides)
  }

  private func admit(_ diff: TenantDiff, _ chosen: Set<Int>, _ mass: MassRefusal?, _ judge: Judge) -> Admission {
    let order = chosen.sorted { precedes(diff.steps[$0], $0, diff.steps[$1], $1) }
    let resting = chosen.reduce(into: [Int: Set<RuleName>]()) { found, index in
      for person in diff.steps[index].people {
        if let refused = moves[person] { found[index, default: []].formUnion(refused) }
      }
      if let rules = hold?.rules, !rules.isEmpty, needsDeclaredPolicy(diff.steps[index]) {
        found[index, default: []].formUnion(rules)
      }
    }
    return Admission(
      steps: diff.steps, order: order, refusedAsWhole: mass.map { ($0.rule, $0.steps) },
      resting: resting, state: initialState, judge: judge)
  }

  /// Before anything is done.
  var initialState: TenantState {
    TenantState(
      stored, account: desired.account,
      topRoles: .init(organization: policy.topOrganizationRole, workspace: policy.topWorkspaceRole), now: input.now)
  }

  /// Phase, then workspace and subject in byte order, then as found: the same whatever the manifests' layout.
  func precedes(_ a: Step, _ i: Int, _ b: Step, _ j: Int) -> Bool {
    if a.phase != b.phase { return a.phase < b.phase }
    if a.workspace != b.workspace {
      guard let x = a.workspace else { return true }
      guard let y = b.workspace else { return false }
      return names.precedes(x, y)
    }
    // What was given by hand replaces nobody.
    if a.phase >= .workspaceReductions, (a.origin == .drift) != (b.origin == .drift) { return a.origin == .drift }
    let (x, y) = (a.person ?? a.key, b.person ?? b.key)
    if x != y {
      guard let x else { return true }
      guard let y else { return false }
      return names.precedes(x, y)
    }
    return i < j
  }

  /// Those who are to hold the top role in the step's place and have an open invitation: where the owner of record is
  /// concerned, the declared one.
  private func pendingSuccessors(_ step: Step, _ state: TenantState) -> Set<Symbol> {
    func isPending(_ person: Symbol) -> Bool {
      state.roll(of: step.workspace)?.invitation(person) != nil && accounts[person]?.suspended == nil
    }
    let declared = desired.owner(of: step.workspace)
    let isCreator = step.person != nil && state.owner(of: step.workspace) == step.person
    if isCreator, policy.policy.setting(.creatorKept) != .off {
      guard let heir = declared?.value, heir != step.person, isPending(heir) else { return [] }
      return [heir]
    }
    let list = desired.grants(in: step.workspace).members
    let top = policy.top(inWorkspace: step.workspace != nil)
    let heirs = (list ?? []).filter { $0.role == top && $0.isInForce && $0.expires == nil && isPending($0.person) }
    return Set(heirs.map(\.person))
  }
}
