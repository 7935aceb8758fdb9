import Model

/// What a plan leaves undone, and what counts as applied for it.
extension TenantPlanner {
  /// The declarations that are not as declared once the plan is done.
  func withheld(
    _ diff: TenantDiff, _ chosen: Set<Int>, _ awaited: [Int: Set<Symbol>], _ admission: Admission
  ) -> [EntryKey: Baseline.Withheld] {
    var result: [EntryKey: Baseline.Withheld] = [:]
    for entry in diff.unsettled { result[entry] = counting(entry) }
    var undone: Set<EntryKey> = []
    for (index, step) in diff.steps.enumerated() {
      let isRefused = !chosen.contains(index) || !blockers(index, step, admission).isEmpty
      guard isRefused || awaited[index] != nil, !admission.moot.contains(index) else { continue }
      if isRefused { undone.insert(step.entry) }
      var value = counting(step.entry)
      value.origin = value.origin ?? step.origin
      if let verdict = admission.verdict(on: index, names) {
        value.verdict = value.verdict?.joined(with: verdict) ?? verdict
      }
      result[step.entry] = value
    }
    for entry in result.keys where !undone.contains(entry) && isDeclaredNow(entry) { result[entry]?.isDeclared = true }
    return result
  }

  /// Whether this plan takes on the entry's declaration of a person; `--only` may leave it out.
  private func isDeclaredNow(_ entry: EntryKey) -> Bool {
    guard case .member(let workspace, let person) = entry, isChosen(workspace.map(names.text)) else { return false }
    return desired.declares(person, in: workspace)
  }

  /// What counts as applied for a declaration that is withheld, since when.
  func counting(_ entry: EntryKey) -> Baseline.Withheld {
    baseline?.withheld[entry]
      ?? .init(commit: stored?.applied?.commit, policyDigest: stored?.applied?.policyDigest)
  }
}
