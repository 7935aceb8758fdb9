/// A piece of a JSON Schema as a value: JSON, as far as a schema needs it. Members keep the order they were given.
public indirect enum SchemaNode: Hashable, Sendable {
  case object([Member])
  case array([SchemaNode])
  case string(String)
  case number(Int64)
  case bool(Bool)

  public struct Member: Hashable, Sendable {
    public var key: String
    public var value: SchemaNode
    public init(_ key: String, _ value: SchemaNode) { (self.key, self.value) = (key, value) }
  }
}

extension SchemaNode: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral, ExpressibleByStringLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral
{
  public init(dictionaryLiteral elements: (String, SchemaNode)...) {
    self = .object(elements.map { Member($0, $1) })
  }
  public init(arrayLiteral elements: SchemaNode...) { self = .array(elements) }
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int64) { self = .number(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension SchemaNode {
  init(_ texts: [String]) { self = .array(texts.map(SchemaNode.string)) }

  /// An object's members; none of anything else.
  public var members: [Member] {
    switch self {
    case .object(let members): members
    case .array, .string, .number, .bool: []
    }
  }

  func with(_ key: String, _ value: SchemaNode) -> SchemaNode { .object(members + [Member(key, value)]) }

  // MARK: What values may be

  /// A definition by its name.
  static func ref(_ name: String) -> SchemaNode { ["$ref": .string("#/$defs/\(name)")] }

  static func words(_ words: [String]) -> SchemaNode { ["enum": SchemaNode(words)] }

  static func list(_ item: SchemaNode) -> SchemaNode { ["type": "array", "items": item] }

  /// A mapping from names of one definition.
  static func map(_ names: String, to value: SchemaNode) -> SchemaNode { map(.ref(names), to: value) }

  static func map(_ names: SchemaNode, to value: SchemaNode) -> SchemaNode {
    ["type": "object", "propertyNames": names, "additionalProperties": value]
  }

  /// Valid where one of them is.
  static func any(_ nodes: SchemaNode...) -> SchemaNode { ["anyOf": .array(nodes)] }
}
