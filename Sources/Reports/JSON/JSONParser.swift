/// Why bytes are no JSON document, and where.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong, without the place.
  public var message: String
  /// Counted in bytes from 0.
  public var offset: Int
  public var description: String { "\(message) at byte \(offset)" }
}

extension JSONValue {
  /// Reads one document strictly by RFC 8259: valid UTF-8, no byte order mark, no comments, no trailing commas, no lone
  /// surrogates, and, beyond the RFC, no key twice in an object.
  /// - Parameter maximumDepth: how deep arrays and objects may nest; bounds the stack.
  public static func parse(_ bytes: some Sequence<UInt8>, maximumDepth: Int = 64) throws(JSONError) -> JSONValue {
    var parser = JSONParser(bytes: Array(bytes), maximumDepth: maximumDepth)
    let value = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.isAtEnd else { throw parser.error("something follows the document") }
    return value
  }
}

private struct JSONParser {
  let bytes: [UInt8]
  let maximumDepth: Int
  var position = 0

  init(bytes: [UInt8], maximumDepth: Int) { (self.bytes, self.maximumDepth) = (bytes, maximumDepth) }

  var isAtEnd: Bool { position == bytes.count }
  var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  func error(_ message: String) -> JSONError { JSONError(message: message, offset: position) }

  mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  mutating func value(depth: Int) throws(JSONError) -> JSONValue {
    guard depth <= maximumDepth else { throw error("nested deeper than \(maximumDepth)") }
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return try object(depth)
    case UInt8(ascii: "["): return try array(depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case nil: throw error("a value is missing")
    default: return try number()
    }
  }

  private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
    let end = position + word.utf8CodeUnitCount
    guard end <= bytes.count, bytes[position..<end].elementsEqual(word.description.utf8) else {
      throw error("a value is missing")
    }
    position = end
    return value
  }

  private mutating func object(_ depth: Int) throws(JSONError) -> JSONValue {
    position += 1
    var members: [JSONValue.Member] = []
    // Bytes, because strings that differ in normalization compare equal and are different keys all the same.
    var keys: Set<[UInt8]> = []
    skipSpace()
    if skip("}") { return .object([]) }
    repeat {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw error("a key is missing") }
      let start = position
      let key = try string()
      guard keys.insert(Array(key.utf8)).inserted else {
        position = start
        throw error("a key stands twice")
      }
      skipSpace()
      guard skip(":") else { throw error("':' is missing") }
      members.append(JSONValue.Member(key, try value(depth: depth + 1)))
      skipSpace()
    } while skip(",")
    guard skip("}") else { throw error("'}' is missing") }
    return .object(members)
  }

  private mutating func array(_ depth: Int) throws(JSONError) -> JSONValue {
    position += 1
    var elements: [JSONValue] = []
    skipSpace()
    if skip("]") { return .array([]) }
    repeat {
      elements.append(try value(depth: depth + 1))
      skipSpace()
    } while skip(",")
    guard skip("]") else { throw error("']' is missing") }
    return .array(elements)
  }

  private mutating func digits() -> Int {
    let start = position
    while let byte = next, (0x30...0x39).contains(byte) { position += 1 }
    return position - start
  }

  private mutating func number() throws(JSONError) -> JSONValue {
    let start = position
    var isWhole = true
    _ = skip("-")
    let leadsWithZero = next == UInt8(ascii: "0")
    let count = digits()
    guard count > 0, !(leadsWithZero && count > 1) else {
      position = start
      throw error("a value is missing")
    }
    if skip(".") {
      isWhole = false
      guard digits() > 0 else { throw error("a digit is missing") }
    }
    if skip("e") || skip("E") {
      isWhole = false
      _ = skip("+") || skip("-")
      guard digits() > 0 else { throw error("a digit is missing") }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isWhole, let whole = Int64(text) { return .number(whole) }
    guard let decimal = Double(text), decimal.isFinite else {
      position = start
      throw error("a number is out of range")
    }
    return .decimal(decimal)
  }

  private mutating func string() throws(JSONError) -> String {
    let start = position
    position += 1
    var text: [UInt8] = []
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        guard let valid = String(validating: text, as: UTF8.self) else {
          position = start
          throw error("a string is not UTF-8")
        }
        return valid
      case UInt8(ascii: "\\"): text.append(contentsOf: UTF8.encode(try escape())!)
      case ..<0x20: throw error("a control character stands in a string")
      default:
        text.append(byte)
        position += 1
      }
    }
    throw error("a string does not end")
  }

  private mutating func escape() throws(JSONError) -> Unicode.Scalar {
    position += 1
    guard let byte = next else { throw error("a string does not end") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): break
    default: throw error("an escape is unknown")
    }
    let first = try unit()
    if let scalar = Unicode.Scalar(UInt32(first)) { return scalar }
    guard UTF16.isLeadSurrogate(first), skip("\\"), skip("u") else { throw error("a surrogate stands alone") }
    let second = try unit()
    guard UTF16.isTrailSurrogate(second) else { throw error("a surrogate stands alone") }
    return UTF16.decode(UTF16.EncodedScalar([first, second]))
  }

  private mutating func unit() throws(JSONError) -> UInt16 {
    guard position + 4 <= bytes.count else { throw error("an escape is cut off") }
    var unit: UInt16 = 0
    for byte in bytes[position..<position + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw error("an escape is unknown") }
      unit = unit << 4 | UInt16(digit)
    }
    position += 4
    return unit
  }
}
