/// Makes text from outside safe to print. Names, messages and file names come from manifests that anybody may have
/// written; none of them may move a cursor, hide, reorder what stands beside it, or command a CI runner.
public enum Inert {
  /// One line that shows hostile characters as `\u{1B}`, and starts no workflow command (`::error::`, `##[error]`).
  public static func line(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != 0x23 }
    if isPlain, text.utf8.first(where: { $0 != 0x20 }) != 0x3A { return text }
    var result = ""
    var scalars = text.unicodeScalars[...]
    // Runners look for `::` behind leading spaces only, and for `##[` anywhere.
    var isAtStart = true
    while let scalar = scalars.popFirst() {
      let startsCommand =
        switch scalar {
        case ":": isAtStart && scalars.first == ":"
        case "#": startsLegacyCommand(behindFirst: scalars)
        default: false
        }
      if startsCommand || isHostile(scalar) {
        result += escaped(scalar)
      } else {
        result.unicodeScalars.append(scalar)
      }
      isAtStart = isAtStart && scalar.properties.isWhitespace
    }
    return result
  }

  /// Whether a character controls, reorders or hides rather than shows: controls, line and paragraph separators, bidi
  /// and other format characters, and what fonts leave out (fillers, tags). Variation selectors are harmless.
  public static func isHostile(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20..<0x7F, 0xA0..<0xAD, 0xAE..<0x300, 0xFE00...0xFE0F: return false
    default: break
    }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: return true
    default: return scalar.properties.isDefaultIgnorableCodePoint
    }
  }

  /// `##[error]`, `##vso[…]` and `##teamcity[…]` are commands wherever they stand in a line.
  static func startsLegacyCommand(behindFirst rest: Substring.UnicodeScalarView) -> Bool {
    guard rest.first == "#" else { return false }
    return rest.dropFirst().drop { $0.isASCII && $0.properties.isAlphabetic }.first == "["
  }

  /// `\u{1B}`: how a hostile character is shown.
  static func escaped(_ scalar: Unicode.Scalar) -> String {
    "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
  }
}
