/// A part of a markdown report that may be cut between its rows and nowhere else: what opens before them (a heading, a
/// table's head, a fold) is closed after them.
struct MarkdownSection {
  var before: [String] = []
  /// One line each. A section without rows is not shown.
  var rows: [String]
  var after: [String] = []

  /// Sections with an empty line after each, within `limit` UTF-8 bytes. From the first row that does not fit,
  /// everything is left out, and a notice says how many rows that were.
  static func join(head: [String], _ sections: [MarkdownSection], foot: [String], limit: Int?) -> String {
    var text = lines(head)
    let footText = lines(foot)
    let total = sections.reduce(0) { $0 + $1.rows.count }
    var shown = 0
    // The longest notice keeps its place free until it is known that none is needed.
    let reserve = footText.utf8.count + (limit == nil ? 0 : notice(total).utf8.count)
    for section in sections where !section.rows.isEmpty {
      let room = limit.map { $0 - reserve - text.utf8.count }
      let rows = section.rowsFitting(room)
      if rows > 0 { text += lines(section.before + section.rows.prefix(rows) + section.after + [""]) }
      shown += rows
      if rows < section.rows.count { break }
    }
    return text + (shown < total ? notice(total - shown) : "") + footText
  }

  private func rowsFitting(_ room: Int?) -> Int {
    guard let room else { return rows.count }
    var used = MarkdownSection.lines(before + after + [""]).utf8.count
    return rows.prefix { row in
      used += row.utf8.count + 1
      return used <= room
    }.count
  }

  private static func notice(_ count: Int) -> String {
    "**\(counted(count, "line")) left out for length:** `tenure plan` shows everything.\n\n"
  }

  private static func lines(_ lines: [String]) -> String { lines.map { $0 + "\n" }.joined() }
}
