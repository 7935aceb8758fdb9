/// Lines and columns of byte offsets, for errors below libyaml's scanner, which have no mark.
enum Position {
  /// Both from 1; columns count characters (here: bytes that do not continue one), without a byte order mark. Lines
  /// end where libyaml ends them.
  static func of(_ offset: Int, in bytes: some RandomAccessCollection<UInt8>) -> (line: Int, column: Int) {
    var (line, column) = (1, 1)
    // The last two bytes.
    var (second, last): (UInt8, UInt8) = (0, 0)
    let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
    for byte in bytes.prefix(offset).dropFirst(hasMark ? 3 : 0) {
      switch byte {
      case 0x0A:
        if last != 0x0D { line += 1 }
        column = 1
      case 0x0D: (line, column) = (line + 1, 1)
      // U+0085, U+2028 and U+2029 end a line as well.
      case 0x85 where last == 0xC2: (line, column) = (line + 1, 1)
      case 0xA8 where last == 0x80 && second == 0xE2, 0xA9 where last == 0x80 && second == 0xE2:
        (line, column) = (line + 1, 1)
      default: if byte & 0xC0 != 0x80 { column += 1 }
      }
      (second, last) = (last, byte)
    }
    return (line, column)
  }
}
