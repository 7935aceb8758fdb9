/// The lowest level: bytes, eight at a time where that pays.
extension PlainReader {
  /// From 1, in characters.
  var column: UInt32 { UInt32(truncatingIfNeeded: at &- origin &+ 1) }

  /// Whether a blank, the line's end or the file's is there. Tabs and other breaks are met, and given up, elsewhere.
  func isBlank(_ i: Int) -> Bool { i >= count || bytes[i] == UInt8(ascii: " ") || bytes[i] == UInt8(ascii: "\n") }

  /// Whether nothing but a comment is left of the line, behind blanks.
  var isAtLineEnd: Bool { at >= count || bytes[at] == UInt8(ascii: "\n") || bytes[at] == UInt8(ascii: "#") }

  /// Behind the last character that is no blank.
  var textEnd: Int {
    var end = at
    while bytes[end &- 1] == UInt8(ascii: " ") { end &-= 1 }
    return end
  }

  mutating func endLine() {
    at &+= 1
    line &+= 1
  }

  /// The end of the line, behind blanks and a comment, if there are any.
  mutating func restOfLine() throws(GivenUp) {
    skipGap()
    guard at < count else { return }
    switch bytes[at] {
    case UInt8(ascii: "\n"): endLine()
    case UInt8(ascii: "#"):
      // Directly behind text it is something else, or an error.
      guard bytes[at &- 1] == UInt8(ascii: " ") else { throw GivenUp() }
      try comment()
    default: throw GivenUp()
    }
  }

  /// Goes behind the line of a comment.
  mutating func comment() throws(GivenUp) {
    while true {
      skipPrintable()
      guard at < count else { return }
      switch bytes[at] {
      case UInt8(ascii: "\n"): return endLine()
      case UInt8(ascii: "\t"): at &+= 1
      default: try character()
      }
    }
  }

  /// Goes behind the line of a `---`; false where something else stands at the beginning of this line.
  mutating func skipMarker() throws(GivenUp) -> Bool {
    guard at &+ 2 < count, bytes[at &+ 1] == UInt8(ascii: "-"), bytes[at &+ 2] == UInt8(ascii: "-") else {
      return false
    }
    at &+= 3
    try restOfLine()
    return true
  }

  /// Goes behind one character that is not ASCII; neither a control nor a line break nor a byte order mark.
  mutating func character() throws(GivenUp) {
    let first = UInt32(bytes[at])
    let width: Int
    var value: UInt32
    switch first {
    case 0xC2...0xDF: (width, value) = (2, first & 0x1F)
    case 0xE0...0xEF: (width, value) = (3, first & 0x0F)
    case 0xF0...0xF4: (width, value) = (4, first & 0x07)
    default: throw GivenUp()
    }
    guard at + width <= count else { throw GivenUp() }
    for i in 1..<width {
      let next = UInt32(bytes[at + i])
      guard next & 0xC0 == 0x80 else { throw GivenUp() }
      value = value << 6 | next & 0x3F
    }
    switch (width, value) {
    case (3, 0x2028...0x2029), (3, 0xFEFF): throw GivenUp()
    case (2, 0xA0...0x7FF), (3, 0x800...0xD7FF), (3, 0xE000...0xFFFD), (4, 0x10000...0x10FFFF): break
    default: throw GivenUp()
    }
    at += width
    origin += width - 1
  }

  /// Spaces inside a line: seldom more than one.
  mutating func skipGap() { while at < count, bytes[at] == 0x20 { at &+= 1 } }

  /// Spaces, of which there may be many.
  mutating func skipSpaces() {
    while at &+ 8 <= count {
      let other = word ^ Self.all(0x20)
      if other != 0 {
        at &+= other.trailingZeroBitCount >> 3
        return
      }
      at &+= 8
    }
    skipGap()
  }

  /// Goes to the next `:`, `#`, control or byte beyond ASCII.
  mutating func skipPlain() {
    while at &+ 8 <= count {
      let word = word
      let found = Self.unprintable(word) | Self.holds(UInt8(ascii: ":"), word) | Self.holds(UInt8(ascii: "#"), word)
      if found & Self.all(0x80) != 0 {
        at &+= (found & Self.all(0x80)).trailingZeroBitCount >> 3
        return
      }
      at &+= 8
    }
    while at < count, (0x20...0x7E).contains(bytes[at]), bytes[at] != UInt8(ascii: ":"), bytes[at] != UInt8(ascii: "#")
    {
      at &+= 1
    }
  }

  /// Goes to the next control or byte beyond ASCII.
  private mutating func skipPrintable() {
    while at &+ 8 <= count {
      let found = Self.unprintable(word) & Self.all(0x80)
      if found != 0 {
        at &+= found.trailingZeroBitCount >> 3
        return
      }
      at &+= 8
    }
    while at < count, (0x20...0x7E).contains(bytes[at]) { at &+= 1 }
  }

  // Eight bytes as one number, the first the lowest. The tests mark a byte by its highest bit; of the marks only the
  // lowest is certain, for a borrow may reach the bytes above it.

  private var word: UInt64 { UInt64(littleEndian: UnsafeRawPointer(bytes + at).loadUnaligned(as: UInt64.self)) }

  private static func all(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }

  private static func holds(_ byte: UInt8, _ word: UInt64) -> UInt64 {
    let difference = word ^ all(byte)
    return (difference &- all(1)) & ~difference
  }

  /// Below 0x20, and from 0x7F on.
  private static func unprintable(_ word: UInt64) -> UInt64 {
    ((word &- all(0x20)) & ~word) | word | holds(0x7F, word)
  }
}
