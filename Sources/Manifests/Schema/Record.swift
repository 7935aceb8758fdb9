/// One key of a mapping with fixed keys: what the reader knows it by, and what an editor says of it.
struct Field: Sendable {
  let name: String
  let isRequired: Bool
  /// In one or two sentences.
  let about: String
  let schema: SchemaNode
  /// What holds where the key is absent.
  let fallback: SchemaNode?
  let examples: [SchemaNode]

  init(
    _ name: String, required isRequired: Bool = false, _ schema: SchemaNode, _ about: String,
    default fallback: SchemaNode? = nil, examples: [SchemaNode] = []
  ) {
    (self.name, self.isRequired, self.about) = (name, isRequired, about)
    (self.schema, self.fallback, self.examples) = (schema, fallback, examples)
  }
}

/// A mapping with fixed keys. The reader takes its keys from here and the schema is made of it, so that neither can know
/// a key that the other does not.
struct Record: Sendable {
  let keys: KeySet
  let about: String
  let fields: [Field]

  /// - Parameter what: the mapping in a message: «An Organization».
  init(_ what: String, _ about: String, _ fields: [Field]) {
    (keys, self.about, self.fields) = (KeySet(what, fields.map(\.name)), about, fields)
  }

  var schema: SchemaNode {
    var members: [SchemaNode.Member] = [
      .init("description", .string(about)), .init("type", "object"),
    ]
    let required = fields.filter(\.isRequired).map(\.name)
    if !required.isEmpty { members.append(.init("required", SchemaNode(required))) }
    members.append(.init("properties", .object(fields.map { .init($0.name, $0.property) })))
    members.append(.init("additionalProperties", false))
    return .object(members)
  }
}

extension Field {
  fileprivate var property: SchemaNode {
    var node = SchemaNode.object([.init("description", .string(about))] + schema.members)
    if let fallback { node = node.with("default", fallback) }
    if !examples.isEmpty { node = node.with("examples", .array(examples)) }
    return node
  }
}
