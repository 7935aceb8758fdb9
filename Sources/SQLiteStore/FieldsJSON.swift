import Model

/// ``Fields`` and lists of names as JSON text: one line, keys in order, so that equal values are equal texts.
enum FieldsJSON {
  static func encode(_ fields: Fields) -> String {
    var bytes: [UInt8] = []
    append(fields, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  static func append(_ fields: Fields, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "{"))
    var isFirst = true
    for (key, value) in fields.entries {
      if !isFirst { bytes.append(UInt8(ascii: ",")) }
      isFirst = false
      append(key, to: &bytes)
      bytes.append(UInt8(ascii: ":"))
      switch value {
      case .text(let text): append(text, to: &bytes)
      case .number(let number): bytes.append(contentsOf: String(number).utf8)
      case .flag(let flag): bytes.append(contentsOf: (flag ? "true" : "false").utf8)
      case .null: bytes.append(contentsOf: "null".utf8)
      }
    }
    bytes.append(UInt8(ascii: "}"))
  }

  static func append(_ list: [String], to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "["))
    for (index, item) in list.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      append(item, to: &bytes)
    }
    bytes.append(UInt8(ascii: "]"))
  }

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

  private static func append(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(contentsOf: [UInt8(ascii: "\\"), byte])
      case 0x0A: bytes.append(contentsOf: "\\n".utf8)
      case 0x0D: bytes.append(contentsOf: "\\r".utf8)
      case 0x09: bytes.append(contentsOf: "\\t".utf8)
      case 0..<0x20:
        bytes.append(contentsOf: "\\u00".utf8)
        Hexadecimal.append(byte, to: &bytes)
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
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
