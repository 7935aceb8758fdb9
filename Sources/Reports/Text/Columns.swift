/// A cell of aligned columns: text that is inert already, and how to set it apart.
struct Cell {
  var text: String
  var style: Style?
  init(_ text: String, _ style: Style? = nil) { (self.text, self.style) = (text, style) }
}

/// Pads cells to columns, two spaces apart. Columns that are empty in every row are left out, and no line ends in
/// spaces. A cell wider than `widest` stands out of its column rather than push all others to the right.
func aligned(_ rows: [[Cell]], rightAligned: Set<Int> = [], widest: Int = .max, paint: Paint) -> [String] {
  let widths = (0..<(rows.map(\.count).max() ?? 0)).map { column in
    rows.reduce(0) { most, row in
      guard column < row.count else { return most }
      let width = row[column].text.displayWidth
      return max(most, width > widest ? 1 : width)
    }
  }
  return rows.map { row in
    var line = ""
    var pending = 0
    for (column, width) in widths.enumerated() where width > 0 {
      let cell = column < row.count ? row[column] : Cell("")
      let padding = max(0, width - cell.text.displayWidth)
      let isRight = rightAligned.contains(column)
      if !cell.text.isEmpty {
        line += String(repeating: " ", count: pending + (isRight ? padding : 0)) + paint(cell.text, cell.style)
        pending = 2 + (isRight ? 0 : padding)
      } else {
        pending += width + 2
      }
    }
    return line
  }
}

/// Breaks inert prose at spaces so that no line is wider than `width`; a longer word keeps a line for itself.
func wrapped(_ text: String, width: Int?) -> [String] {
  guard let width, text.displayWidth > width else { return [text] }
  var lines: [String] = []
  var (line, used) = ("", 0)
  for word in text.split(separator: " ", omittingEmptySubsequences: true) {
    let size = word.displayWidth
    if used > 0, used + 1 + size > width {
      lines.append(line)
      // What was inert inside a line could command a runner at the start of one.
      (line, used) = (Inert.line(String(word)), size)
      continue
    }
    line += used > 0 ? " \(word)" : String(word)
    used += used > 0 ? size + 1 : size
  }
  return lines + [line]
}
