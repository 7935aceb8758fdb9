/// A line of a file and a caret below one of its characters, for terminals: tabs as spaces, hostile characters visible,
/// a long line cut to a window around the caret.
struct CaretLine: Equatable {
  var line: String
  var caret: String

  private static let tabStop = 4

  /// - Parameters:
  ///   - column: of the character to point at, in characters (Unicode scalars) from 1; one past the end is fine.
  ///   - width: how many columns the line may take, at least 20.
  init(_ text: String, column: Int, width: Int) {
    let width = max(20, width)
    let target = max(0, column - 1)
    // Scalars farther from the caret than the window is wide cannot be in it, however long the line.
    let first = max(0, target - width)
    var scalars = Substring(text).unicodeScalars.dropFirst(first).prefix(2 * width + 1)
    let continues = scalars.endIndex < text.unicodeScalars.endIndex
    while !continues, let last = scalars.last, last == "\n" || last == "\r" { scalars.removeLast() }
    var (before, rest) = ("", "")
    var position = first
    while let scalar = scalars.popFirst() {
      let shown =
        if scalar == "\t" {
          String(repeating: " ", count: CaretLine.tabStop - (before + rest).displayWidth % CaretLine.tabStop)
        } else if Inert.isHostile(scalar) || (scalar == "#" && Inert.startsLegacyCommand(behindFirst: scalars)) {
          Inert.escaped(scalar)
        } else {
          String(scalar)
        }
      if position < target { before += shown } else { rest += shown }
      position += 1
    }
    let cutsBefore = first > 0 || (before + rest).displayWidth > width && before.displayWidth > width * 2 / 3
    if cutsBefore { before = "…" + CaretLine.suffix(before, width: width / 2 - 1) }
    let room = width - before.displayWidth
    if continues || rest.displayWidth > room { rest = CaretLine.prefix(rest, width: max(1, room - 1)) + "…" }
    line = before + rest
    caret = String(repeating: " ", count: before.displayWidth) + "^"
  }

  private static func prefix(_ text: String, width: Int) -> String {
    var used = 0
    return String(
      text.prefix { character in
        used += character.displayWidth
        return used <= width
      })
  }

  private static func suffix(_ text: String, width: Int) -> String {
    String(prefix(String(text.reversed()), width: width).reversed())
  }
}
