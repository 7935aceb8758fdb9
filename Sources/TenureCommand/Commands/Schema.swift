import ArgumentParser
import Manifests
import Planning
import Reports

struct Schema: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Print the JSON Schema of the manifests, for editors.",
    discussion: """
      JSON Schema 2020-12 of one document: all kinds, with a description of every key. Editors complete and check \
      manifests with it. It says what can be said of a document by itself; `tenure validate` says the rest.

      EXAMPLE: tenure schema > tenure.schema.json
      """)

  mutating func run(_ console: Console) throws -> ExitStatus {
    let schema = ManifestSchema.document { Rules.documentation(of: $0).refuses }
    console.out(JSONValue(schema).pretty() + "\n")
    return .success
  }
}

extension JSONValue {
  fileprivate init(_ node: SchemaNode) {
    self =
      switch node {
      case .object(let members): .object(members.map { Member($0.key, JSONValue($0.value)) })
      case .array(let elements): .array(elements.map { JSONValue($0) })
      case .string(let text): .string(text)
      case .number(let number): .number(number)
      case .bool(let flag): .bool(flag)
      }
  }
}
