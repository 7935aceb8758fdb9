/// Line breaks other than LF and CRLF, in the order of the file. YAML ends lines at them and reviewers' tools do not: what
/// stands behind one is seen by nobody.
struct StrayBreaks {
  private struct Break {
    /// In characters, as libyaml counts them.
    var index: Int
    var offset: Int
    var name: String
  }

  private let input: UnsafeBufferPointer<UInt8>
  private var found: [Break] = []
  private var next = 0

  /// `input` must outlive this.
  init(_ input: UnsafeBufferPointer<UInt8>) {
    self.input = input
    var index = 0
    for (i, byte) in input.enumerated() where byte & 0xC0 != 0x80 {
      if let name = Self.name(at: i, in: input) { found.append(Break(index: index, offset: i, name: name)) }
      // A byte order mark is dropped before anything is counted.
      if i > 0 || byte != 0xEF || !input.starts(with: [0xEF, 0xBB, 0xBF]) { index += 1 }
    }
  }

  var isDone: Bool { next == found.count }

  /// - Throws: the first that stands before the character `index` and was not let pass.
  func check(before index: Int) throws(YAMLFailure) {
    guard next < found.count, found[next].index < index else { return }
    let (line, column) = Position.of(found[next].offset, in: input)
    throw YAMLFailure(
      code: "line-break", message: "The line break here is \(found[next].name), which many tools do not show as one.",
      line: line, column: column,
      hint: "End lines with LF or CRLF; inside double quotes write such a character as an escape.")
  }

  /// Lets those before the character `index` pass.
  mutating func pass(_ index: Int) { while next < found.count, found[next].index < index { next += 1 } }

  /// The character where the quoted text begins whose anchor stands at the character `index`: the first quote that is in
  /// no comment. Without a break before `end` any answer does.
  func quote(from index: Int, to end: Int) -> Int {
    guard next < found.count, found[next].index < end else { return index }
    var (at, offset) = (found[next].index, found[next].offset)
    while at > index, offset > 0 {
      offset -= 1
      if input[offset] & 0xC0 != 0x80 { at -= 1 }
    }
    var isComment = false
    while offset < input.count {
      switch input[offset] {
      case UInt8(ascii: "\""), UInt8(ascii: "'"): if !isComment { return at }
      case UInt8(ascii: "#"): isComment = true
      case UInt8(ascii: "\n"): isComment = false
      default: break
      }
      offset += 1
      if offset < input.count, input[offset] & 0xC0 != 0x80 { at += 1 }
    }
    return at
  }

  private static func name(at i: Int, in bytes: UnsafeBufferPointer<UInt8>) -> String? {
    func byte(_ distance: Int) -> UInt8 { i + distance < bytes.count ? bytes[i + distance] : 0 }
    return switch bytes[i] {
    case 0x0D where byte(1) != 0x0A: "a carriage return (U+000D) alone"
    case 0xC2 where byte(1) == 0x85: "a next line (U+0085)"
    case 0xE2 where byte(1) == 0x80 && byte(2) == 0xA8: "a line separator (U+2028)"
    case 0xE2 where byte(1) == 0x80 && byte(2) == 0xA9: "a paragraph separator (U+2029)"
    default: nil
    }
  }
}
