/// Lines and columns of byte offsets, for errors below libyaml's scanner, which have no mark.
enum Position {
  /// Both from 1; columns count characters (here: bytes that do not continue one), without a byte order mark.
  static func of(_ offset: Int, in bytes: some RandomAccessCollection<UInt8>) -> (line: Int, column: Int) {
    var (line, column) = (1, 1)
    var previous: UInt8 = 0
    let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
    for byte in bytes.prefix(offset).dropFirst(hasMark ? 3 : 0) {
      if byte == UInt8(ascii: "\n") {
        if previous != UInt8(ascii: "\r") { line += 1 }
        column = 1
      } else if byte == UInt8(ascii: "\r") {
        (line, column) = (line + 1, 1)
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
      previous = byte
    }
    return (line, column)
  }
}
