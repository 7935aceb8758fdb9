import Model

/// What overrides really lifted: only that is listed, counted in the digest and kept in the audit log.
extension TenantPlan {
  /// Whether the override lifted a refusal of something that is done.
  func used(_ override: Override) -> Bool {
    [nil, name, organization].contains(override.organization)
      && (liftedSilently.contains(override.rule) || admitted.contains { $0.lifted.contains(override.rule) })
  }
}

extension PolicyForAll {
  /// The same of the Policy for all.
  func used(_ override: Override) -> Bool {
    override.organization == nil && done?.lifted.contains(override.rule) ?? false
  }
}

extension TenantPlanner {
  /// Reductions that a rule refuses together.
  typealias MassRefusal = (rule: RuleName, steps: Set<Int>, reason: Reason)

  /// The chosen reductions, where `removal-threshold` would refuse all that the plan has. What `--only` and
  /// `--drift-only` leave out counts too: otherwise pieces would do what the whole may not. What another rule withholds
  /// does not: otherwise who may do nothing could hold up everybody.
  ///
  /// - Parameter unclear: steps of which it is not known yet who answers for them.
  func mass(_ steps: [Step], _ chosen: Set<Int>, unclear: Set<Int>, _ judge: Judge) -> MassRefusal? {
    let rule = RemovalThreshold()
    guard let stored else { return nil }
    let state = initialState
    let counted = steps.indices.filter { index in
      !steps[index].isConsequence && !unclear.contains(index) && isCountable(steps[index])
        && !judge.withholdsAlone(steps[index], in: state)
    }.map { steps[$0] }
    let older = steps.compactMap { judge.older[$0.entry] }
    let distinct = Dictionary(older.map { ($0.policy.canonical, $0) }, uniquingKeysWith: { first, _ in first })
    let reasons = (judge.contexts + distinct.sorted { $0.key < $1.key }.map(\.value)).lazy.filter {
      $0.policy.policy.setting(rule.name) != .off
    }
    .compactMap { rule.refusal(of: counted, from: stored, $0) }
    guard let reason = reasons.first else { return nil }
    let reductions = chosen.filter { index in
      if case .deleteWorkspace(_, let ends) = steps[index].change { return ends.members + ends.invitations > 0 }
      return policy.isReduction(steps[index].change, inWorkspace: steps[index].workspace != nil)
    }
    return reductions.isEmpty ? nil : (rule.name, reductions, reason)
  }

  private func isCountable(_ step: Step) -> Bool {
    if case .deleteWorkspace = step.change { return true }
    return policy.isReduction(step.change, inWorkspace: step.workspace != nil)
  }

  /// The threshold is asked of all reductions together: an override of it lifts it for each.
  func markLifted(_ done: inout [Step], _ mass: MassRefusal, _ admission: Admission) {
    for (place, index) in admission.admitted.enumerated() where mass.steps.contains(index) {
      done[place].lifted.insert(mass.rule)
    }
  }
}
