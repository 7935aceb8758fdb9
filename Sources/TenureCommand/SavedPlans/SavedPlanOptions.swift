/// A saved plan has its commit and its options. What a flag says besides contradicts it; what a variable says is a
/// setting, and gives way. Whom it names is another matter: ``SavedPlanNames``.
struct SavedPlanOptions {
  let source: SourceOptions
  let planning: PlanningOptions

  /// The first flag that has no place beside a saved plan.
  private var contradiction: String? {
    let flags: [(name: String, isGiven: Bool)] = [
      ("--ref", isFlag(source.ref, "TENURE_REF")), ("--manifests", isFlag(source.manifests, "TENURE_MANIFESTS")),
      ("--only", isFlag(planning.only, "TENURE_ONLY", "TENURE_TARGET")),
      ("--drift-only", isFlag(planning.driftOnly, "TENURE_DRIFT_ONLY")),
      ("--atomic", isFlag(planning.judging.atomic, "TENURE_ATOMIC")),
      ("--override", !planning.judging.overrides.isEmpty), ("--reason", planning.judging.reason != nil),
      ("--allow-deletion", planning.judging.allowDeletion), ("--allow-move", planning.judging.allowMove),
    ]
    return flags.first(where: \.isGiven)?.name
  }

  func check() throws {
    guard let contradiction else { return }
    throw Failure(
      .usage, "\(contradiction) beside a saved plan: it has its commit and its options",
      hint: "leave it out, or plan again with it: tenure plan \(contradiction) … --out FILE")
  }

  private func isFlag(_ value: String?, _ variable: String) -> Bool {
    value != nil && value != Console.variable(variable)
  }

  private func isFlag(_ values: [String], _ variables: String...) -> Bool {
    let set = variables.compactMap(Console.variable).map { $0.split(separator: ",").map(String.init) }
    return !values.isEmpty && !set.contains(values)
  }

  private func isFlag(_ value: Bool, _ variable: String) -> Bool { value && Console.variable(variable) == nil }
}
