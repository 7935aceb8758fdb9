/// Text from outside in GitHub-flavoured markdown: it shows as it is, links nothing, pings nobody, closes no element.
public enum Markdown {
  // Looks at bytes, never at characters: a combining mark behind a backtick makes another character of it in Swift, and
  // none in markdown.

  /// A code span; as HTML where the text itself could be read as markup, a fence, the end of a table's cell or a mention
  /// by a reader that looks less closely than CommonMark. Empty text stays empty.
  public static func code(_ text: String) -> String {
    let text = Inert.line(text)
    guard !text.isEmpty else { return "" }
    let bytes = Array(text.utf8)
    let space = UInt8(ascii: " ")
    let isMention = zip([space] + bytes, bytes).contains { $1 == UInt8(ascii: "@") && !$0.isWordByte }
    let isMarkup = bytes.contains { "`|<>&".utf8.contains($0) } || bytes.first == space || bytes.last == space
    return isMention || isMarkup ? unlinked(text) : "`\(text)`"
  }

  /// Prose with everything that means something to markdown or HTML escaped. Words that a forge would link or turn into
  /// mentions (`@name`, `#1`, addresses) become code spans, punctuation around them stays outside.
  /// What stands between backticks is a code span too.
  public static func prose(_ text: String) -> String {
    let tick = UInt8(ascii: "`")
    let parts = Inert.line(text).utf8.split(separator: tick, omittingEmptySubsequences: false).map { String($0)! }
    guard parts.count > 1, parts.count % 2 == 1 else { return words(parts.joined(separator: "`")) }
    let pieces = parts.enumerated().map { $0.offset % 2 == 1 ? code($0.element) : words($0.element) }
    // Spans that touch would become one.
    let touches = zip(pieces, pieces.dropFirst()).contains { $0.utf8.last == tick && $1.utf8.first == tick }
    let hasEmptySpan = zip(parts, 0...).contains { $0.isEmpty && $1 % 2 == 1 }
    return touches || hasEmptySpan ? words(parts.joined(separator: "`")) : pieces.joined()
  }

  /// A name inside a sentence: as ``prose(_:)``, but a backtick is a backtick.
  public static func plain(_ text: String) -> String { words(Inert.line(text)) }

  /// Code as HTML inside a paragraph. What would become a link there is torn apart into two elements.
  private static func unlinked(_ text: String) -> String {
    // By scalars: see above.
    let tear = #/(?i)(w)(?=ww\.)|(?=://|&#64;)/#.matchingSemantics(.unicodeScalar)
    let parts = entities(text).replacing(tear) { "\($0.output.1 ?? "")</code><code>" }
    return "<code>\(parts)</code>"
  }

  /// A name where markdown is not read, such as between HTML tags of one line.
  static func html(_ text: String) -> String { "<code>\(entities(Inert.line(text)))</code>" }

  private static func words(_ text: String) -> String {
    text.split(separator: " ", omittingEmptySubsequences: false).map { word($0) }.joined(separator: " ")
  }

  private static func word(_ word: Substring) -> String {
    let opening = word.prefix { "(\"'«“".contains($0) }
    let rest = word.dropFirst(opening.count)
    guard isLinked(rest) else { return entities(String(word)) }
    // The last colon of a picture is no punctuation.
    let marks = hasPicture(Array(rest.utf8)) ? ".,;!?)\"'»”" : ".,;:!?)\"'»”"
    let closing = rest.reversed().prefix { marks.contains($0) }.count
    return entities(String(opening)) + code(String(rest.dropLast(closing))) + entities(String(rest.suffix(closing)))
  }

  /// Whether a forge would make something of it: a mention, a reference (`#1`, `!1`, `~label`, `GH-1`), a formula, an
  /// address, a commit, a picture (`:tada:`).
  private static func isLinked(_ word: Substring) -> Bool {
    let bytes = Array(word.utf8)
    if bytes.contains(where: { "@#$".utf8.contains($0) }) { return true }
    let sigils = zip(bytes, bytes.dropFirst()).contains { "!%~&".utf8.contains($0) && ($1.isWordByte || $1 == 0x22) }
    if sigils || word.contains("://") { return true }
    if hasPicture(bytes) { return true }
    let isCommit = bytes.count >= 7 && bytes.allSatisfy(\.isHexadecimal)
    return isCommit || word.lowercased().hasPrefix("www.") || word.uppercased().hasPrefix("GH-")
  }

  /// `:tada:` or `:+1:` somewhere; the minutes of a time are no picture.
  private static func hasPicture(_ bytes: [UInt8]) -> Bool {
    bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).dropFirst().dropLast().contains {
      inner in
      let isNumber = inner.allSatisfy { (0x30...0x39).contains($0) }
      return !inner.isEmpty && inner.allSatisfy { $0.isWordByte || "+-".utf8.contains($0) }
        && !(isNumber && inner.count == 2)
    }
  }

  /// ASCII punctuation as character references, but for what means nothing inside a line.
  private static func entities(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", " ", ".", ",", ";", ":", "'", "(", ")", "/", "-", "?", "%", "=":
        result.unicodeScalars.append(scalar)
      case _ where scalar.isASCII: result += "&#\(scalar.value);"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension UInt8 {
  fileprivate var isWordByte: Bool {
    switch self {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x80...0xFF: true
    default: false
    }
  }

  fileprivate var isHexadecimal: Bool {
    switch self {
    case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
    default: false
    }
  }
}
