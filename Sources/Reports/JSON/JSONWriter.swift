extension JSONValue {
  /// Two spaces a level, keys in the order given, no newline at the end. Empty objects and arrays stay on their line.
  public func pretty() -> String { written(pretty: true) }

  /// One line without spaces, keys in the order given.
  public func compact() -> String { written(pretty: false) }

  /// One line without spaces, keys sorted by their UTF-8 bytes: equal values give equal bytes whatever order they were
  /// built in. For digests and comparisons.
  public func canonical() -> String { sortedByKey().compact() }

  private func written(pretty: Bool) -> String {
    var writer = JSONWriter(isPretty: pretty)
    writer.write(self, depth: 0)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  private func sortedByKey() -> JSONValue {
    switch self {
    case .object(let members):
      .object(
        members.map { Member($0.key, $0.value.sortedByKey()) }
          .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) })
    case .array(let elements): .array(elements.map { $0.sortedByKey() })
    case .string, .number, .decimal, .bool, .null: self
    }
  }
}

private struct JSONWriter {
  let isPretty: Bool
  var bytes: [UInt8] = []

  init(isPretty: Bool) { self.isPretty = isPretty }

  mutating func write(_ value: JSONValue, depth: Int) {
    switch value {
    case .object(let members):
      list(members, "{", "}", depth) { writer, member in
        writer.write(member.key)
        writer.append(writer.isPretty ? ": " : ":")
        writer.write(member.value, depth: depth + 1)
      }
    case .array(let elements):
      list(elements, "[", "]", depth) { writer, element in writer.write(element, depth: depth + 1) }
    case .string(let text): write(text)
    case .number(let number): append(String(number))
    case .decimal(let number): append(number.isFinite ? number.description : "null")
    case .bool(let flag): append(flag ? "true" : "false")
    case .null: append("null")
    }
  }

  private mutating func list<Item>(
    _ items: [Item], _ open: String, _ close: String, _ depth: Int, _ item: (inout JSONWriter, Item) -> Void
  ) {
    append(open)
    for (index, each) in items.enumerated() {
      if index > 0 { append(",") }
      newline(depth + 1)
      item(&self, each)
    }
    if !items.isEmpty { newline(depth) }
    append(close)
  }

  private mutating func newline(_ depth: Int) {
    guard isPretty else { return }
    append("\n")
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: depth * 2))
  }

  private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  /// Escapes what JSON asks for, and whatever could act on a terminal or be overlooked (``Inert/isHostile(_:)``):
  /// readers get the same string, viewers nothing to trip over.
  private mutating func write(_ text: String) {
    append("\"")
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      switch scalar {
      case "\"": append("\\\"")
      case "\\": append("\\\\")
      case "\n": append("\\n")
      case "\r": append("\\r")
      case "\t": append("\\t")
      case "#" where Inert.startsLegacyCommand(behindFirst: rest): append("\\u0023")
      case _ where scalar.value >= 0x20 && scalar.value < 0x7F: bytes.append(UInt8(scalar.value))
      case _ where Inert.isHostile(scalar):
        for unit in UTF16.encode(scalar)! {
          let hex = String(unit, radix: 16)
          append("\\u" + String(repeating: "0", count: 4 - hex.utf8.count) + hex)
        }
      default: bytes.append(contentsOf: UTF8.encode(scalar)!)
      }
    }
    append("\"")
  }
}
