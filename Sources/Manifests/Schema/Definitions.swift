import Model

/// The types that keys refer to by name.
///
/// Scalars are text to the reader, but whoever reads YAML before a schema does has made numbers and truth values of some.
/// So each type takes the text, and whatever YAML 1.1 and 1.2 make of a text that the reader would take.
enum Definitions {
  static let scalars: [(String, SchemaNode)] = [
    (
      "text",
      text(
        "Printable text.", scalar, TextPatterns.printable, "Write characters that can be printed.")
    ),
    (
      "identifier",
      text(
        "The name of an organization, a group, a role or a subscription.", scalar, TextPatterns.identifier,
        "Such names begin with a letter or digit and go on with a-z, 0-9, `.`, `_`, `-`: at most 100, in lower case.",
        [.init("maxLength", 100), .init("minimum", 0)])
    ),
    (
      "title",
      text(
        "The name of a workspace or an API key: 1 to 100 printable characters without outer spaces; case counts.",
        scalar, TextPatterns.title, "Such names are 1 to 100 printable characters without outer spaces.",
        [.init("maxLength", 100)])
    ),
    (
      "email",
      text(
        "An email address. Compared without case.", "string", TextPatterns.email,
        "An email address looks like `ada@acme.example`.",
        [.init("maxLength", 254), .init("examples", ["ada@acme.example"])])
    ),
    (
      "reason",
      text("The reason, for those who ask later.", scalar, TextPatterns.notBlank, "Say why, for those who ask later.")
    ),
    ("flag", text("`true` or `false`.", ["boolean", "string"], "^(true|false)$", "Write `true` or `false`.")),
    ("number", number("A whole number from 0.", from: 0, "Write digits only.")),
    ("positive", number("A whole number from 1.", from: 1, "Write a whole number from 1.")),
    (
      "limit",
      ["description": "A whole number from 0, or `none` for no limit.", "anyOf": [.words(["none"]), .ref("number")]]
    ),
    (
      "percent",
      text("A percentage from 0 to 100.", "string", TextPatterns.percent, "Write a percentage, such as `25%`.")
    ),
    (
      "duration",
      text(
        "A number and a unit: `w`, `d`, `h`, `m` or `s`.", "string", "^(\(TextPatterns.duration))$",
        "Write a number and a unit: `14d`, `12h`.", [.init("examples", ["14d", "12h"])])
    ),
    ("day", text("A day.", "string", TextPatterns.day, "Write a day, such as `2026-11-22`.")),
    (
      "dayOrInstant",
      text(
        "A day, or an RFC 3339 instant.", "string", TextPatterns.dayOrInstant,
        "Write a day (`2027-01-31`) or an RFC 3339 instant (`2027-01-31T12:00:00Z`).")
    ),
    (
      "cron",
      text(
        "Five fields: minute, hour, day of month, month, day of week. `*`, `1,2`, `1-5`, `*/2` and names work.",
        "string", TextPatterns.cron,
        "Write minute, hour, day of month, month and day of week: `0 18 * * FRI`.")
    ),
    (
      "timeZone",
      text(
        "A time zone of the IANA database.", "string", TextPatterns.timeZone,
        "Write an IANA name, such as `Europe/Berlin`.", [.init("maxLength", 64)])
    ),
    ("management", .words(Management.allCases.map(\.rawValue))),
    // Whether a role or subscription exists depends on the policy, so any text passes.
    ("subscription", .ref("identifier").with("examples", ["free", "team", "business"])),
    ("role", ["type": scalar]),
    (
      "yaml11Boolean",
      [
        "$comment": "`on` and `off` are truth values in YAML 1.1, and cannot be told from `true` and `false` any more.",
        "not": ["type": ["null", "number", "string", "array", "object"]],
      ]
    ),
    (
      "yaml11Off",
      [
        "$comment": "`off`, as YAML 1.1 reads it.",
        "not": ["anyOf": [["type": ["null", "number", "string", "array", "object"]], ["const": true]]],
      ]
    ),
  ]

  static let lists: [(String, SchemaNode)] = [
    ("organizationMembers", members("organizationRole")),
    ("workspaceMembers", members("workspaceRole")),
    ("organizationRole", role("super-admin", "billing-admin", "owner", "member")),
    ("workspaceRole", role("admin", "developer", "operator", "viewer", "owner", "member")),
    (
      "groupMembers",
      SchemaNode.list(.ref("personOrGroup")).with("examples", [["ada@acme.example", "platform"]])
    ),
    (
      "personOrGroup",
      [
        "description": "A person by email, or a group by name.",
        "anyOf": [.ref("email"), .ref("identifier")],
      ]
    ),
  ]

  private static func members(_ role: String) -> SchemaNode {
    .map(.ref("personOrGroup"), to: .any(.ref(role), .ref("memberEntry")))
      .with("examples", [["ada@acme.example": "member"]])
  }

  /// - Parameter names: those of the presets, which editors offer.
  private static func role(_ names: String...) -> SchemaNode {
    [
      "description": "A role of the policy. The examples are those of the presets.", "$ref": "#/$defs/role",
      "examples": SchemaNode(names),
    ]
  }

  private static let scalar: SchemaNode = ["string", "number", "boolean"]

  /// - Parameter advice: what editors that know `patternErrorMessage` say instead of the pattern.
  private static func text(
    _ about: String, _ type: SchemaNode, _ pattern: String, _ advice: String, _ more: [SchemaNode.Member] = []
  ) -> SchemaNode {
    .object(
      [
        .init("description", .string(about)), .init("type", type), .init("pattern", .string(pattern)),
        .init("patternErrorMessage", .string(advice)),
      ] + more)
  }

  private static func number(_ about: String, from low: Int, _ advice: String) -> SchemaNode {
    text(
      about, ["integer", "string"], "^\(TextPatterns.digits(from: low, to: Int.max))$", advice,
      [.init("minimum", .number(Int64(low))), .init("maximum", .number(Int64.max))])
  }
}
