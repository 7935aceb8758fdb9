import Model

/// What a plan leaves undone, and what counts as applied for it.
extension TenantPlanner {
  /// The declarations that are not as declared once the plan is done.
  func withheld(
    _ diff: TenantDiff, _ chosen: Set<Int>, _ awaited: [Int: Set<Symbol>], _ admission: Admission,
    _ silent: [SilentDeclaration], _ accountability: Accountability, _ early: [PolicyVerdict]
  ) -> [EntryKey: Baseline.Withheld] {
    var result: [EntryKey: Baseline.Withheld] = [:]
    for entry in diff.unsettled { result[entry] = keeping(entry, accountability) }
    var undone: Set<EntryKey> = []
    var judged: [EntryKey: [Part]] = [:]
    func note(_ entry: EntryKey, _ origin: Action.Origin, _ parts: [Part]) {
      var value = result[entry] ?? keeping(entry, accountability)
      value.origin = value.origin ?? origin
      result[entry] = value
      judged[entry] = Part.joined(judged[entry] ?? [], parts)
    }
    for (index, step) in diff.steps.enumerated() {
      let isRefused = !chosen.contains(index) || !blockers(index, step, admission, early).isEmpty
      guard isRefused || awaited[index] != nil, !admission.moot.contains(index) else { continue }
      if isRefused { undone.insert(step.entry) }
      note(step.entry, step.origin, admission.parts(of: index))
    }
    for declared in silent {
      if !declared.isPassed { undone.insert(declared.step.entry) }
      guard !declared.isPassed || result[declared.step.entry] != nil else { continue }
      note(declared.step.entry, declared.step.origin, declared.parts)
    }
    // What waits although a step was done for it is not judged again.
    for index in admission.admitted where diff.unsettled.contains(diff.steps[index].entry) {
      let entry = diff.steps[index].entry
      judged[entry] = Part.joined(judged[entry] ?? [], admission.parts(of: index))
    }
    for (entry, parts) in judged where !isUnknown(entry) {
      let known = result[entry]?.parts ?? []
      result[entry]?.parts = Part.updated(known, by: parts)
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
    if isUnknown(entry) {
      result.parts = nil
      return result
    }
    result.parts = accountability.parts(of: entry).map(\.known)
    return result
  }

  /// Whether this clone cannot tell who changed the entry: whoever has the history is to ask it from where it begins.
  func isUnknown(_ entry: EntryKey) -> Bool { attributed.unknown.contains(since(entry) ?? "") }

  /// What counts as applied for a declaration that is withheld, since when.
  func counting(_ entry: EntryKey) -> Baseline.Withheld {
    baseline?.withheld[entry]
      ?? .init(commit: stored?.applied?.commit, policyDigest: stored?.applied?.policyDigest)
  }
}
