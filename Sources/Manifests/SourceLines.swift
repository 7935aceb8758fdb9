/// A line of a manifest for whoever reports something about it later.
public enum SourceExcerpt {
  /// Nil where there is no such line, or too long a one.
  public static func line(_ line: Int, around column: Int, of bytes: [UInt8]) -> String? {
    SourceLines(bytes).excerpt(line, around: column)
  }
}

/// The lines of a file, found once and only for files with something to report.
struct SourceLines {
  /// A line longer than this is no help to a reader; only its beginning is shown, if the place is in it.
  private static let longest = 400
  private let bytes: [UInt8]
  private var ranges: [Range<Int>] = []

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var i = start
    while i < bytes.count {
      let width = SourceLines.lineBreak(at: i, in: bytes)
      if width > 0 {
        ranges.append(start..<i)
        start = i + width
      }
      i += max(width, 1)
    }
    ranges.append(start..<bytes.count)
  }

  /// Nil where there is no such line, or too long a one.
  func excerpt(_ line: Int, around column: Int) -> String? {
    guard (1...ranges.count).contains(line) else { return nil }
    let text = String(decoding: bytes[ranges[line - 1]].prefix(SourceLines.longest * 4), as: UTF8.self)
    if ranges[line - 1].count <= SourceLines.longest { return text }
    guard column <= SourceLines.longest else { return nil }
    var cut = ""
    cut.unicodeScalars.append(contentsOf: text.unicodeScalars.prefix(SourceLines.longest))
    return cut
  }

  /// The width of the line break here, if there is one: those that YAML 1.1 counts as such.
  private static func lineBreak(at i: Int, in bytes: [UInt8]) -> Int {
    switch bytes[i] {
    case 0x0A: 1
    case 0x0D: i + 1 < bytes.count && bytes[i + 1] == 0x0A ? 2 : 1
    case 0xC2 where i + 1 < bytes.count && bytes[i + 1] == 0x85: 2
    case 0xE2 where i + 2 < bytes.count && bytes[i + 1] == 0x80 && (bytes[i + 2] == 0xA8 || bytes[i + 2] == 0xA9): 3
    default: 0
    }
  }
}
