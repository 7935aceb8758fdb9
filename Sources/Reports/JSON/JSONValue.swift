/// A JSON document as a value. Objects keep the order in which they were built, because equal input gives equal bytes.
public enum JSONValue: Hashable, Sendable {
  /// Members in the order in which they are written. Keys are unique; the writer does not check it, the parser does.
  case object([Member])
  case array([JSONValue])
  case string(String)
  case number(Int64)
  /// A number with a fraction or exponent, or beyond 64 bits. One that is not finite is written as `null`.
  case decimal(Double)
  case bool(Bool)
  case null

  /// One `key: value` of an object.
  public struct Member: Hashable, Sendable {
    public var key: String
    public var value: JSONValue
    public init(_ key: String, _ value: JSONValue) { (self.key, self.value) = (key, value) }
  }
}

extension JSONValue {
  /// A string, or `null` where there is none.
  public init(_ text: String?) { self = text.map(JSONValue.string) ?? .null }

  /// A number, or `null` where there is none.
  public init(_ number: Int?) { self = number.map { .number(Int64($0)) } ?? .null }

  /// An array of strings.
  public init(_ texts: [String]) { self = .array(texts.map(JSONValue.string)) }

  /// The value of an object's member; nil where this is no object or has no such member.
  public subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key.utf8.elementsEqual(key.utf8) }?.value
  }

  /// The elements of an array; nil for anything else.
  public var elements: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }

  /// The members of an object; nil for anything else.
  public var members: [Member]? { if case .object(let members) = self { members } else { nil } }

  /// The text of a string; nil for anything else.
  public var text: String? { if case .string(let text) = self { text } else { nil } }

  /// A whole number; nil for anything else.
  public var integer: Int64? { if case .number(let number) = self { number } else { nil } }

  /// A truth value; nil for anything else.
  public var flag: Bool? { if case .bool(let flag) = self { flag } else { nil } }
}

extension JSONValue: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral, ExpressibleByStringLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral
{
  public init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(elements.map { Member($0, $1) }) }
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int64) { self = .number(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(nilLiteral: ()) { self = .null }
}
