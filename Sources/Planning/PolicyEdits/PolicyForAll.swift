import Model

/// The Policy for all in one plan.
public struct PolicyForAll: Sendable {
  /// What accounts and sign-up go by once the plan is done.
  public internal(set) var inForce: PolicyInForce
  /// The change, done or withheld; nil: there is none.
  public internal(set) var action: Action?
  /// Who answers for a change that does not come into force, as the store keeps them; nil: nothing is withheld.
  public internal(set) var withheld: String?
  /// The change that is done, with the rules that an override lifted for it.
  public internal(set) var done: Step?
  var blocked: [Refusal] = []
  var waiting: Waiting?
  /// What was in force before, as far as it is known, and what is declared.
  var before: PolicyView?
  let declared: PolicyView
  var hold: PolicyHold?

  init(declared: PolicyView) {
    self.declared = declared
    inForce = declared.inForce
  }

  /// Whether this plan has a change of it, whatever becomes of that.
  public var isChanging: Bool { action != nil || waiting != nil || hold != nil }

  /// What is in force after the plan.
  var view: PolicyView { hold == nil ? declared : before ?? declared }

  /// Both, where both are known.
  var change: (before: PolicyInForce, after: PolicyInForce)? {
    before.map { ($0.inForce, declared.inForce) }
  }
}

extension Preparation {
  /// Judges the change of the Policy for all.
  ///
  /// - Parameters:
  ///   - before: as it was applied; nil: nothing was, or it is not known.
  ///   - policies: views by digest.
  mutating func settlePolicyForAll(
    before: PolicyView?, declared: PolicyView, policies: [String: PolicyView], _ names: NameTable
  ) {
    forAll = PolicyForAll(declared: declared)
    forAll.before = before
    guard let before, before.canonical != declared.canonical, !declared.canonical.isEmpty,
      !input.authorship.isBeginning
    else { return }
    let edit = PolicyEdit(from: before.inForce, to: declared.inForce)
    let step = Step(
      change: .updatePolicy(edit), origin: .change, mark: edit.mark(in: input.desired.policy) ?? .none, entry: .policy,
      phase: .policy)
    let context = contextForAll(before, declared, policies, names)
    let options = input.options
    let verdict = PolicyVerdict(
      step, [context], options.overrides, isChosen: options.only.isEmpty && !options.driftOnly)
    let wording = Wording(
      tenant: "", account: nil, names: names, accounts: accounts, spellings: input.desired.spellings,
      files: input.desired.files,
      answers: { _ in .init(actors: verdict.actors(context), approvers: verdict.approvers(context)) })
    forAll.take(verdict, wording)
  }

  private func contextForAll(
    _ before: PolicyView, _ declared: PolicyView, _ policies: [String: PolicyView], _ names: NameTable
  ) -> RuleContext {
    let authorship = authorship.believed(by: [before.policy.identity])
    let commit = input.actual.policyForAllCommit
    var kept: [EntryKey: Baseline.Withheld] = [:]
    if let text = input.actual.policyForAllWithheld {
      kept[.policy] = .init(commit: commit, policyDigest: nil, parts: Part.list(text))
    }
    let accountability = Accountability(
      authorship, tenant: "", people: people, groups: { _ in [] }, since: { _ in commit },
      withheld: kept)
    var context = RuleContext(
      tenant: "", policy: before, newTopRoles: (declared.topOrganizationRole, declared.topWorkspaceRole),
      accounts: accounts, names: names, now: input.now, allowsDeletion: false, allowsMove: false, stored: nil,
      accountability: accountability, activeElsewhere: ActivePeople(), frozenUntil: nil)
    context.reach = reach(before, declared, policies)
    return context
  }

  /// Every tenant of the store: declared organizations under their own policies, accounts under the Policy for all.
  private func reach(
    _ before: PolicyView, _ declared: PolicyView, _ policies: [String: PolicyView]
  ) -> [PolicyReach] {
    let organizations = Dictionary(
      input.desired.tenants.filter { $0.account == nil }.map { ($0.name, $0) }
    ) { a, _ in a }
    return stored.values.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }.map { tenant in
      guard tenant.account == nil else {
        return PolicyReach(tenant: tenant, before: before.policy, after: declared.policy)
      }
      let applied = tenant.applied.flatMap { policies[$0.policyDigest] }?.policy ?? before.policy
      // With an error in its own document it is not planned, and goes by the Policy for all as it did.
      let follows = input.desired.stopped.contains(tenant.name) && applied == before.policy
      return PolicyReach(
        tenant: tenant, declared: organizations[tenant.name], before: applied,
        after: organizations[tenant.name]?.policy.policy ?? (follows ? declared.policy : applied))
    }
  }
}

extension PolicyForAll {
  fileprivate mutating func take(_ verdict: PolicyVerdict, _ wording: Wording) {
    hold = verdict.hold
    blocked = wording.refusals(verdict)
    guard let hold else {
      done = verdict.step
      action = wording.action(verdict.step, blockedBy: [])
      return
    }
    inForce = before?.inForce ?? inForce
    withheld = Part.text(verdict.parts)
    switch hold {
    case .refused(let rules): action = wording.action(verdict.step, blockedBy: rules)
    case .waits(let event): waiting = wording.waiting(verdict.step, for: event)
    case .leftOut: break
    }
  }
}

extension PolicyVerdict {
  func actors(_ context: RuleContext) -> [String] {
    Set(context.accountability.parts(of: step).map(\.email)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Nobody approves their own.
  func approvers(_ context: RuleContext) -> [String] {
    let own = Set(actors(context).map(\.emailKey))
    return Set(context.accountability.parts(of: step).flatMap(\.known.approvers)).subtracting(own)
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}

extension Wording {
  func refusals(_ verdict: PolicyVerdict) -> [Refusal] {
    verdict.refusals.map {
      Refusal(
        $0.reason, by: $0.rule, organization: organization, workspace: verdict.step.workspace.map(names.text),
        source: SourceLocation(verdict.step.mark, files: files))
    }
  }
}

extension Part {
  /// One ``text`` a line.
  static func text(_ parts: [Part]) -> String { parts.map(\.text).joined(separator: "\n") }

  public static func list(_ text: String) -> [Part] { text.split(separator: "\n").compactMap(Part.init(text:)) }
}
