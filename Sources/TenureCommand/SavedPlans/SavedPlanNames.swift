import Model

/// The people that a saved plan was made with (SPEC section 6). Whoever applies it names them again, by flag or variable:
/// a file that somebody else wrote must not say who answers for a change and who approved it.
struct SavedPlanNames {
  private let options: [(flag: String, saved: [String], given: [String])]

  init(_ plan: SavedPlan, _ planning: PlanningOptions) {
    options = [
      ("--actor", plan.actors, planning.actor), ("--approved-by", plan.approvers, planning.approvedBy),
    ]
  }

  func check() throws {
    guard let (flag, saved, given) = options.first(where: { Self.people($0.saved) != Self.people($0.given) }) else {
      return
    }
    func said(_ names: [String]) -> String { names.isEmpty ? "no \(flag)" : "\(flag) \(names.joined(separator: " "))" }
    let again = options.filter { !$0.saved.isEmpty }.map { "\($0.flag) \($0.saved.joined(separator: " "))" }
    throw Failure(
      .usage, "the saved plan was made with \(said(saved)), and this command gives \(said(given)); nothing was applied",
      hint: (again.isEmpty ? "leave \(flag) out" : "give the same again: \(again.joined(separator: " "))")
        + ", or plan again with other names: tenure plan \(flag) … --out FILE")
  }

  /// Order, case and repetition say nothing.
  private static func people(_ names: [String]) -> Set<String> {
    Set(names.map { Email.isValid($0) ? $0.emailKey : $0 })
  }
}
