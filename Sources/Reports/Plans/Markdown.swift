/// Text from outside in GitHub-flavoured markdown: it shows as it is, links nothing, pings nobody, closes no element.
public enum Markdown {
  // Looks at bytes, never at characters: a combining mark behind a backtick makes another character of it in Swift, and
  // none in markdown.

  /// A code span, fenced by more backticks than the text has in a row. Empty text stays empty.
  public static func code(_ text: String) -> String {
    let text = Inert.line(text)
    guard !text.isEmpty else { return "" }
    // A bar ends a cell even in a code span, and whether a backslash saves it depends on the parser.
    if text.utf8.contains(UInt8(ascii: "|")) { return "<code>\(entities(text))</code>" }
    var (longest, run) = (0, 0)
    for byte in text.utf8 {
      run = byte == UInt8(ascii: "`") ? run + 1 : 0
      longest = max(longest, run)
    }
    let fence = String(repeating: "`", count: longest + 1)
    let (first, last) = (text.utf8.first, text.utf8.last)
    let space = UInt8(ascii: " ")
    let touches = first == UInt8(ascii: "`") || last == UInt8(ascii: "`") || (first == space && last == space)
    return touches ? "\(fence) \(text) \(fence)" : fence + text + fence
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
