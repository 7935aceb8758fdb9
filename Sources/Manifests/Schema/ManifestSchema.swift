import Model

/// The JSON Schema (2020-12) of one document of a manifest, for editors.
///
/// It says what ``ManifestReader`` says of a document by itself. What takes more than one document, or the YAML below it,
/// it cannot say: names that do not exist, cycles, duplicates, tags.
public enum ManifestSchema {
  /// A name, not an address: nothing is to be fetched from there.
  public static let id = "https://tenure.example/schema/tenure/v1"

  private static let about = """
    Access as code: who holds which role, in which workspace of which organization, and until when. One document of a \
    manifest; `tenure validate` checks what takes more than one. Scalars are text read against this schema: a workspace \
    may be named `no` or `007`. Where a YAML reader has made a number or a truth value of one, the schema takes it for \
    each text that it may have been; what is lost that way (`True` or `yes` for `true`, `0x10` for 16, `true` for `on`) \
    only `tenure validate` sees. A plain `null` or `~` cannot be told from a key without a value, which is an error: \
    quote it. Dates are text.
    """

  /// - Parameter refuses: what each protection rule refuses, as a clause.
  public static func document(refuses: (RuleName) -> String) -> SchemaNode {
    let kinds: [(ManifestReader.Kind, Record)] = ManifestReader.Kind.allCases.map { ($0, record(of: $0)) }
    return [
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "$id": .string(id),
      "title": "Tenure manifest",
      "description": .string(about),
      "type": "object",
      "required": ["apiVersion", "kind"],
      "properties": [
        "apiVersion": [
          "description": "The version of the format.", "const": .string(Records.apiVersion),
        ],
        "kind": [
          "description": "What the document declares.", "enum": SchemaNode(kinds.map(\.0.rawValue)),
        ],
      ],
      "allOf": .array(
        kinds.map { kind, _ in
          [
            "if": ["required": ["kind"], "properties": ["kind": ["const": .string(kind.rawValue)]]],
            "then": .ref(kind.rawValue),
          ]
        }),
      "$defs": .object(
        (kinds.map { ($0.rawValue, $0 == .workspace ? exclusive($1) : $1.schema) } + parts(refuses)
          + Definitions.lists + Definitions.scalars).map { .init($0, $1) }),
    ]
  }

  private static func record(of kind: ManifestReader.Kind) -> Record {
    switch kind {
    case .organization: Records.organization
    case .workspace: Records.workspace
    case .group: Records.group
    case .account: Records.account
    case .policy: Records.policy
    }
  }

  private static func parts(_ refuses: (RuleName) -> String) -> [(String, SchemaNode)] {
    [
      ("workspaceEntry", exclusive(Records.workspaceEntry)), ("memberEntry", Records.member.schema),
      ("apiKey", Records.apiKey.schema), ("roles", Records.roles.schema), ("roleDefinition", Records.role.schema),
      ("subscriptionLimits", Records.subscription.schema), ("freezeWindow", Records.window.schema),
    ] + PolicySection.all.map { ($0.name, $0.schema) } + [("protection", protection(refuses))]
  }

  private static func protection(_ refuses: (RuleName) -> String) -> SchemaNode {
    [
      "type": "object",
      "properties": .object(
        RuleName.allCases.map { rule in
          let about = "Refuses \(refuses(rule)). \(RuleSettings.hint(for: rule))"
          return .init(
            rule.rawValue, .object([.init("description", .string(about))] + RuleSettings.form(of: rule).schema.members))
        }),
      "additionalProperties": false,
    ]
  }

  /// A workspace is declared, or removed, or released.
  private static func exclusive(_ workspace: Record) -> SchemaNode {
    workspace.schema.with(
      "allOf",
      .array(
        ["removed", "released"].map { end in
          let others = Records.workspaceKeys.filter { $0 != end }
          return [
            "if": ["required": [.string(end)]],
            "then": ["properties": .object(others.map { .init($0, false) })],
          ]
        }))
  }
}
