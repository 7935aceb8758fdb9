import Model

/// A replay for a terminal: a line for each commit that changed the manifests, then what was wrong with some of them,
/// then which rule would have stopped which.
///
///     a1b2c3d  2024-05-01  3 to add, 1 to remove; 2 blocked  Grace takes over
public enum ReplayText {
  /// Characters of a subject line that are shown.
  private static let longestSubject = 72

  public static func render(_ report: ReplayReport, options: TextOptions = TextOptions()) -> String {
    let paint = Paint(options.color)
    var parts = [lines(report, paint)]
    if let errors = errors(report, paint) { parts.append(errors) }
    if let stops = stops(report, paint) { parts.append(stops) }
    parts.append([paint(closingLine(report), .bold)])
    return parts.filter { !$0.isEmpty }.map { $0.map { $0 + "\n" }.joined() }.joined(separator: "\n")
  }

  private static func lines(_ report: ReplayReport, _ paint: Paint) -> [String] {
    aligned(
      zip(report.commits, report.newlyWithheld).filter { $0.0.status != .unchanged }.map { commit, withheld in
        [
          Cell(commit.shortID, .bold), Cell(day(commit)), Cell(words(commit, withheld), style(commit, withheld)),
          Cell(subject(commit)),
        ]
      }, widest: 48, paint: paint)
  }

  /// `3 to add, 1 to remove; 2 blocked, 5 still`.
  private static func words(_ commit: ReplayedCommit, _ withheld: Int) -> String {
    guard commit.status != .invalid else { return "invalid manifests, left out" }
    let tally = commit.tally
    let done = [(tally.additions, "add"), (tally.changes, "change"), (tally.removals, "remove")]
      .filter { $0.0 > 0 }.map { "\($0.0) to \($0.1)" }.joined(separator: ", ")
    var parts = done.isEmpty ? [] : [done]
    let blocked = [(withheld, "blocked"), (tally.blocked - withheld, withheld > 0 ? "still" : "still blocked")]
      .filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    if !blocked.isEmpty { parts.append(blocked) }
    parts += commit.stopped.inByteOrder().map { "\(Inert.line($0)) invalid" }
    parts += commit.failures.map { "\(Inert.line($0.organization)) failed" }
    return parts.isEmpty ? "no changes" : parts.joined(separator: "; ")
  }

  private static func style(_ commit: ReplayedCommit, _ withheld: Int) -> Style? {
    if commit.status == .invalid || !commit.errors.isEmpty || !commit.failures.isEmpty { return .red }
    return withheld > 0 ? .yellow : nil
  }

  private static func day(_ commit: ReplayedCommit) -> String { String(commit.time.description.prefix(10)) }

  /// Cut before it is made inert, so that no escape is cut in two.
  private static func subject(_ commit: ReplayedCommit) -> String {
    let text = commit.subjectLine
    return Inert.line(text.count > longestSubject ? text.prefix(longestSubject - 1) + "…" : text)
  }

  private static func errors(_ report: ReplayReport, _ paint: Paint) -> [String]? {
    let rows = ([report.start].compactMap(\.self) + report.commits).flatMap { commit -> [[Cell]] in
      var rows = commit.failures.map { failure in
        [Cell(commit.shortID, .bold), Cell(Inert.line("\(failure.organization): \(failure.message)"))]
      }
      if let first = commit.errors.first {
        let place = first.location.map { "\($0): " } ?? ""
        let more = commit.errors.count > 1 ? " (and \(counted(commit.errors.count - 1, "more error")))" : ""
        rows.append([Cell(commit.shortID, .bold), Cell(Inert.line(place + first.message) + more)])
      }
      return rows
    }
    return rows.isEmpty
      ? nil : [paint("What was invalid, or could not be applied:", .bold)] + aligned(rows, paint: paint)
  }

  private static func stops(_ report: ReplayReport, _ paint: Paint) -> [String]? {
    guard !report.stops.isEmpty else { return nil }
    let header = ["rule", "commit", "date", "author", "organization", "refused", "until", "subject"]
    let rows = report.stops.map { stop -> [Cell] in
      let commit = stop.commit.map { report.commits[$0] } ?? report.start
      return [
        Cell(stop.rule.rawValue, .yellow), Cell((commit?.shortID ?? "") + (stop.commit == nil ? " (start)" : "")),
        Cell(commit.map(day) ?? ""), Cell(Inert.line(commit?.author ?? "")), Cell(Inert.line(stop.organization)),
        Cell(String(stop.refused)), Cell(stop.until.map { report.commits[$0].shortID } ?? "-"),
        Cell(commit.map(subject) ?? ""),
      ]
    }
    return [paint("What rules would have stopped:", .bold)]
      + aligned([header.map { Cell($0, .bold) }] + rows, rightAligned: [5], paint: paint)
  }

  private static func closingLine(_ report: ReplayReport) -> String {
    let unchanged = report.commits.count { $0.status == .unchanged }
    let invalid = report.commits.count { $0.status == .invalid }
    var parts = [counted(report.commits.count, "commit")]
    if unchanged > 0 { parts.append("\(unchanged) without a change of the manifests") }
    if invalid > 0 { parts.append("\(invalid) invalid") }
    let counts = parts.joined(separator: ", ")
    guard !report.byRule.isEmpty else { return "\(counts): no rule would have stopped any." }
    let rules = report.byRule.map { "\($0.rule.rawValue) \($0.commits)" }.joined(separator: ", ")
    return "\(counts): rules would have stopped \(report.stopped) (\(rules))."
  }
}
