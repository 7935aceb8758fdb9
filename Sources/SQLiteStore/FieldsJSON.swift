import Model

/// ``Fields`` and lists of names as JSON text: one line, keys in order, so that equal values are equal texts.
enum FieldsJSON {
  static func encode(_ fields: Fields) -> String {
    let entries = fields.entries.map { key, value in
      switch value {
      case .text(let text): "\(quoted(key)):\(quoted(text))"
      case .number(let number): "\(quoted(key)):\(number)"
      case .flag(let flag): "\(quoted(key)):\(flag)"
      case .null: "\(quoted(key)):null"
      }
    }
    return "{\(entries.joined(separator: ","))}"
  }

  static func encode(_ list: [String]) -> String { "[\(list.map(quoted).joined(separator: ","))]" }

  /// Nil for text that ``encode(_:)-(Fields)`` cannot have written.
  static func decode(_ text: String) -> Fields? {
    var reader = Reader(text)
    var entries: [(String, Fields.Value)] = []
    guard
      reader.list(
        from: "{", to: "}",
        { reader in
          guard let key = reader.string(), reader.skip(":"), let value = reader.value() else { return false }
          entries.append((key, value))
          return true
        }), reader.isAtEnd
    else { return nil }
    return Fields(entries)
  }

  static func decodeList(_ text: String) -> [String]? {
    var reader = Reader(text)
    var list: [String] = []
    guard
      reader.list(
        from: "[", to: "]",
        { reader in
          guard let item = reader.string() else { return false }
          list.append(item)
          return true
        }), reader.isAtEnd
    else { return nil }
    return list
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case let scalar where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      case let scalar: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

private struct Reader {
  private let bytes: [UInt8]
  private var position = 0

  init(_ text: String) { bytes = Array(text.utf8) }

  var isAtEnd: Bool { position == bytes.count }

  mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
    guard position < bytes.count, bytes[position] == UInt8(ascii: scalar) else { return false }
    position += 1
    return true
  }

  mutating func list(
    from open: Unicode.Scalar, to close: Unicode.Scalar, _ item: (inout Reader) -> Bool
  ) -> Bool {
    guard skip(open) else { return false }
    if skip(close) { return true }
    repeat { guard item(&self) else { return false } } while skip(",")
    return skip(close)
  }

  mutating func value() -> Fields.Value? {
    if position < bytes.count, bytes[position] == UInt8(ascii: "\"") { return string().map { .text($0) } }
    let start = position
    while position < bytes.count, bytes[position] != UInt8(ascii: ","), bytes[position] != UInt8(ascii: "}") {
      position += 1
    }
    switch String(decoding: bytes[start..<position], as: UTF8.self) {
    case "true": return .flag(true)
    case "false": return .flag(false)
    case "null": return .null
    case let number: return Int(number).map { .number($0) }
    }
  }

  mutating func string() -> String? {
    guard skip("\"") else { return nil }
    var result: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: result, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard let escaped = escape() else { return nil }
        result.append(contentsOf: escaped)
      default: result.append(byte)
      }
    }
    return nil
  }

  private mutating func escape() -> [UInt8]? {
    guard position < bytes.count else { return nil }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "u"):
      guard position + 4 <= bytes.count,
        let code = UInt32(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16),
        let scalar = Unicode.Scalar(code)
      else { return nil }
      position += 4
      return Array(String(Character(scalar)).utf8)
    default: return nil
    }
  }
}
