/// A part of a markdown report that may be cut between its rows and nowhere else: what opens before them (a heading, a
/// table's head, a fold) is closed after them.
struct MarkdownSection {
  struct Row {
    /// One line.
    var text: String
    /// Rows of a lower rank stay when there is no room for all.
    var rank: Rank
    /// Counted apart where it is left out.
    var isGrave = false
  }

  /// What a reviewer needs first stays longest, wherever it stands in the report.
  enum Rank: Int, Comparable, CaseIterable {
    /// Said whether there is room or not.
    case always
    case grave, refusal, gain, loss, furtherRefusal, action, rest
    static func < (a: Rank, b: Rank) -> Bool { a.rawValue < b.rawValue }
  }

  /// What its rows are called where some are left out. Sections may share it.
  var part: String
  var before: [String] = []
  /// A section without rows is not shown.
  var rows: [Row]
  var after: [String] = []

  /// Sections with an empty line after each, within `limit` UTF-8 bytes. What is left out is said between the head and
  /// the first section.
  static func join(head: [String], _ sections: [MarkdownSection], foot: [String], limit: Int?) -> String {
    let sections = sections.filter { !$0.rows.isEmpty }
    let everything = sections.map { Array($0.rows.indices) }
    let whole = lines(head) + body(sections, everything) + lines(foot)
    guard let limit, whole.utf8.count > limit else { return whole }
    // The longest notice keeps its place free.
    let longest = notice(sections, shown: sections.map { _ in [] }).utf8.count
    let shown = choose(sections, room: limit - lines(head + foot).utf8.count - longest)
    return lines(head) + notice(sections, shown: shown) + body(sections, shown) + lines(foot)
  }

  /// Positions of the rows that fit: rank by rank, and in every section from its beginning.
  private static func choose(_ sections: [MarkdownSection], room: Int) -> [[Int]] {
    var room = room
    var chosen = sections.map { _ in [Int]() }
    for rank in Rank.allCases {
      for (number, section) in sections.enumerated() {
        for (position, row) in section.rows.enumerated() where row.rank == rank {
          let opening = chosen[number].isEmpty ? lines(section.before + section.after + [""]).utf8.count : 0
          let cost = opening + row.text.utf8.count + 1
          guard cost <= room || rank == .always else { break }
          room -= cost
          chosen[number].append(position)
        }
      }
    }
    return chosen.map { $0.sorted() }
  }

  private static func body(_ sections: [MarkdownSection], _ shown: [[Int]]) -> String {
    zip(sections, shown).map { section, positions in
      guard !positions.isEmpty else { return "" }
      return lines(section.before + positions.map { section.rows[$0].text } + section.after + [""])
    }.joined()
  }

  private static func notice(_ sections: [MarkdownSection], shown: [[Int]]) -> String {
    let parts = sections.map(\.part).uniqued().map { part -> String? in
      let mine = zip(sections, shown).filter { $0.0.part == part }
      let total = mine.reduce(0) { $0 + $1.0.rows.count }
      let missing = total - mine.reduce(0) { $0 + $1.1.count }
      guard missing > 0 else { return nil }
      let grave =
        mine.reduce(0) { $0 + $1.0.rows.count(where: \.isGrave) }
        - mine.reduce(0) { sum, pair in sum + pair.1.count { pair.0.rows[$0].isGrave } }
      let mind = grave > 0 ? " (\(grave) of them a highest role, an ownership or a whole account)" : ""
      return "\(missing) of \(total) \(part)\(mind)"
    }
    return "**Left out for length:** \(parts.compactMap { $0 }.joined(separator: "; ")). "
      + "`tenure plan` shows everything.\n\n"
  }

  private static func lines(_ lines: [String]) -> String { lines.map { $0 + "\n" }.joined() }
}
