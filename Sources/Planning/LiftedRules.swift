import Model

/// What overrides really lifted: only that is listed, counted in the digest and kept in the audit log.
extension TenantPlan {
  /// Whether the override lifted a refusal of something that is done.
  func used(_ override: Override) -> Bool {
    [nil, name, organization].contains(override.organization) && admitted.contains { $0.lifted.contains(override.rule) }
  }
}

extension TenantPlanner {
  /// The reductions that `removal-threshold` would refuse together.
  func threshold(_ steps: [Step], _ chosen: Set<Int>, _ judge: Judge)
    -> (rule: RuleName, steps: Set<Int>, reason: Reason)?
  {
    let rule = RemovalThreshold()
    guard let stored else { return nil }
    let counted = chosen.sorted().map { steps[$0] }.filter { !$0.isConsequence }
    let older = chosen.sorted().compactMap { judge.older[steps[$0].entry] }
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
    return (rule.name, reductions, reason)
  }

  /// The threshold is asked of all reductions together: an override of it lifts it for each.
  func markLifted(_ done: inout [Step], by diff: TenantDiff, _ chosen: Set<Int>, _ admission: Admission) {
    guard admission.judge.isOverridden(RemovalThreshold()),
      let lifted = threshold(diff.steps, chosen, admission.judge)
    else { return }
    for (place, index) in admission.admitted.enumerated() where lifted.steps.contains(index) {
      done[place].lifted.insert(lifted.rule)
    }
  }
}
