import Model

/// A plan for a terminal: one line an action, grouped by organization, refusals below what they withhold, and the
/// counts last.
///
///     acme
///       ~ change-role  acme/ml  grace@acme.example  developer → admin  declared  manifests/acme.yaml:24
///
///     Digest: sha256:…
///     Plan: 0 to add, 1 to change, 0 to remove; 0 blocked, 0 waiting, 0 held.
public enum PlanText {
  /// A plan alone.
  public static func render(_ plan: Plan, digest: String, options: TextOptions = TextOptions()) -> String {
    render(PlanReview(plan, digest: digest), options: options)
  }

  /// Every line ends with a newline. Nothing is cut, however long the plan.
  public static func render(_ review: PlanReview, options: TextOptions = TextOptions()) -> String {
    var text = ""
    write(review, options: options) { text += $0 }
    return text
  }

  /// The same in pieces, one an organization: a plan may be larger than what says it should be kept in memory.
  public static func write(_ review: PlanReview, options: TextOptions = TextOptions(), to out: (String) -> Void) {
    let plan = review.plan
    var report = PlanTextReport(options: options)
    plan.forEachGroup { group in
      report.add(group)
      out(report.text)
      report.text = ""
    }
    report.addRest(plan)
    report.add(besides: review.besides)
    report.line(report.paint("Digest: \(Inert.line(review.digest))", .dim))
    report.line(report.paint(plan.closingLine, .bold))
    out(report.text)
  }

  /// A refusal alone, as commands print it: rule and message, then what to do instead.
  public static func render(_ refusal: Refusal, options: TextOptions = TextOptions()) -> String {
    var report = PlanTextReport(options: options)
    report.add(refusal, indent: "")
    return report.text
  }
}

private struct PlanTextReport {
  let options: TextOptions
  let paint: Paint
  var text = ""

  init(options: TextOptions) { (self.options, self.paint) = (options, Paint(options.color)) }

  mutating func line(_ line: String) { text += line + "\n" }

  mutating func add(_ group: PlanGroup) {
    line(paint(Inert.line(pathWords(group.organization)), .bold))
    let lines = aligned(group.actions.map(cells), widest: 60, paint: paint)
    for (index, action) in lines.enumerated() {
      line("  " + action)
      for value in group.actions[index].policyLines { line("      " + value) }
      for refusal in group.refusals[index] ?? [] { add(refusal, indent: "      ") }
    }
    for refusal in group.sharedRefusals { add(refusal, indent: "  ", mark: "! ") }
    line("")
  }

  mutating func add(besides actions: [Action]) {
    guard !actions.isEmpty else { return }
    line(paint("What an apply would do besides:", .bold))
    for (index, action) in aligned(actions.map(cells), widest: 60, paint: paint).enumerated() {
      line("  " + action)
      for value in actions[index].policyLines { line("      " + value) }
    }
    line("")
  }

  private func cells(_ action: Action) -> [Cell] {
    let style: Style =
      if !action.blockedBy.isEmpty {
        .boldRed
      } else {
        switch action.kind.tally {
        case .addition: .green
        case .change: .yellow
        case .removal: .red
        }
      }
    return [
      Cell("\(action.symbol) \(action.kind.rawValue)", style), Cell(Inert.line(action.path)),
      Cell(Inert.line(action.subject ?? "")), Cell(action.changeText), Cell(action.origin.words),
      Cell(Inert.line(action.source?.fileAndLine ?? ""), .dim), Cell(action.blockText, .boldRed),
    ]
  }

  mutating func add(_ refusal: Refusal, indent: String, mark: String = "") {
    let inner = indent + String(repeating: " ", count: mark.count)
    prose("\(mark)\(refusal.rule.rawValue): \(Inert.line(refusal.message))", indent: indent, hanging: inner, .red)
    if !refusal.remedy.isEmpty { prose("instead: \(Inert.line(refusal.remedy))", indent: inner, hanging: inner) }
  }

  private mutating func prose(_ text: String, indent: String, hanging: String, _ style: Style? = nil) {
    let lines = wrapped(text, width: options.width.map { max(20, $0 - hanging.count) })
    for (index, part) in lines.enumerated() { line((index == 0 ? indent : hanging) + paint(part, style)) }
  }

  mutating func addRest(_ plan: Plan) {
    section(
      "Waiting",
      plan.waiting.map { [$0.path, $0.subject ?? "", $0.words { $0 }, since($0.since), $0.source?.fileAndLine ?? ""] })
    section(
      "Held", plan.held.map { [$0.path, $0.subject ?? "", $0.words, since($0.since), $0.source?.fileAndLine ?? ""] })
    section("Warnings", plan.warnings.map { [$0.code, $0.path ?? "", $0.message] })
    section("Overrides", plan.exceptions.map { [$0.rule, $0.organization ?? "everywhere", $0.reason] })
    section("Left alone, manifests invalid", plan.invalid.map { [$0] })
    section("Left alone, suspended", plan.suspended.map { [$0.organization, since($0.since), $0.reason] })
  }

  private func since(_ instant: Instant?) -> String { instant.map { "since \($0)" } ?? "" }

  private mutating func section(_ title: String, _ rows: [[String]]) {
    guard !rows.isEmpty else { return }
    line(paint("\(title):", .bold))
    for row in aligned(rows.map { row in row.map { Cell(Inert.line($0)) } }, paint: paint) { line("  " + row) }
    line("")
  }
}
