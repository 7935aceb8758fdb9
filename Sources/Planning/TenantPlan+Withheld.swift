import Model

/// What a plan leaves undone, and what counts as applied for it.
extension TenantPlanner {
  /// The declarations that are not as declared once the plan is done.
  func withheld(
    _ diff: TenantDiff, _ chosen: Set<Int>, _ awaited: [Int: Set<Symbol>], _ admission: Admission,
    _ accountability: Accountability
  ) -> [EntryKey: Baseline.Withheld] {
    var result: [EntryKey: Baseline.Withheld] = [:]
    for entry in diff.unsettled { result[entry] = keeping(entry, accountability) }
    var undone: Set<EntryKey> = []
    for (index, step) in diff.steps.enumerated() {
      let isRefused = !chosen.contains(index) || !blockers(index, step, admission).isEmpty
      guard isRefused || awaited[index] != nil, !admission.moot.contains(index) else { continue }
      if isRefused { undone.insert(step.entry) }
      var value = result[step.entry] ?? keeping(step.entry, accountability)
      value.origin = value.origin ?? step.origin
      value.parts = Part.joined(value.parts ?? [], admission.parts(of: index))
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

  /// The same with everybody who has a part in it.
  func keeping(_ entry: EntryKey, _ accountability: Accountability) -> Baseline.Withheld {
    var result = counting(entry)
    result.parts = accountability.parts(of: entry).map(\.known)
    return result
  }

  /// What counts as applied for a declaration that is withheld, since when.
  func counting(_ entry: EntryKey) -> Baseline.Withheld {
    baseline?.withheld[entry]
      ?? .init(commit: stored?.applied?.commit, policyDigest: stored?.applied?.policyDigest)
  }
}
