import Manifests
import Model
import Testing

/// A manifest around one mapping whose keys are broken one by one: each key stands on a line of its own.
struct BrokenShape: Sendable {
  struct Key: Sendable {
    var name: String
    var value: String
    var isRequired = false
    /// A value of another type, for the error at the value.
    var otherType = "[x]"
    var badValue: String?
    var badCode = "invalid-value"
  }
  var name: String
  var prefix: String
  var indent = 0
  var keys: [Key]
  /// The key whose loss makes the rest unreadable.
  var ruling: String?
}

private func key(
  _ name: String, _ value: String, required: Bool = false, other: String = "[x]", bad: String? = nil,
  code: String = "invalid-value"
) -> BrokenShape.Key {
  BrokenShape.Key(
    name: name, value: value, isRequired: required, otherType: other, badValue: bad, badCode: code)
}

private func head(_ kind: String) -> [BrokenShape.Key] {
  [
    key("apiVersion", "tenure/v1", required: true, bad: "tenure/v2", code: "unknown-api-version"),
    key("kind", kind, required: true, bad: "Thing", code: "unknown-kind"),
  ]
}

private let workspaceKeys = [
  key("displayName", "Machine learning", bad: "\"a\\u0007b\""),
  key("renamedFrom", "machine-learning", bad: "\" x\"", code: "invalid-name"),
  key("owner", "grace@acme.example", bad: "grace", code: "invalid-email"),
  key("subscription", "team", bad: "gold", code: "unknown-subscription"),
  key("management", "additive", bad: "strict"),
  key("members", "{ada@acme.example: viewer}"),
  key("apiKeys", "{ci: {monthlyLimit: 1}}"),
]

private let acme = header("Organization") + "name: acme\n---\n"

private let shapes: [BrokenShape] = [
  BrokenShape(
    name: "Organization", prefix: "",
    keys: head("Organization") + [
      key("name", "acme", required: true, bad: "Acme", code: "invalid-name"),
      key("displayName", "Acme Corp"),
      key("owner", "ada@acme.example", bad: "ada@", code: "invalid-email"),
      key("subscription", "business", bad: "busines", code: "unknown-subscription"),
      key("management", "authoritative", bad: "Additive"),
      key("defaultWorkspace", "general", bad: "\"\"", code: "invalid-name"),
      key("members", "{grace@acme.example: member}"),
      key("groups", "{platform: [linus@acme.example]}"),
      key("workspaces", "{ml: {}}"),
    ], ruling: "kind"),
  BrokenShape(
    name: "Workspace", prefix: acme,
    keys: head("Workspace") + [
      key("organization", "acme", required: true, bad: "acne", code: "unknown-organization"),
      key("name", "ml", required: true, bad: "\"x \"", code: "invalid-name"),
    ] + workspaceKeys, ruling: "kind"),
  BrokenShape(
    name: "entry of workspaces", prefix: header("Organization") + "name: acme\nworkspaces:\n  ml:\n", indent: 4,
    keys: workspaceKeys),
  BrokenShape(
    name: "Group", prefix: acme,
    keys: head("Group") + [
      key("name", "sre", required: true, bad: "s r e", code: "invalid-name"),
      key("members", "[barbara@acme.example]", required: true, other: "{x: y}"),
    ], ruling: "kind"),
  BrokenShape(
    name: "Account", prefix: "",
    keys: head("Account") + [
      key("email", "ada@acme.example", required: true, bad: "ada at acme", code: "invalid-email"),
      key("displayName", "Ada"),
      key("formerly", "[ada@old.example]", other: "x"),
      key("workspaces", "{Personal: {subscription: free}}"),
    ], ruling: "kind"),
  BrokenShape(
    name: "member entry",
    prefix: header("Organization") + "name: acme\nmembers:\n  ada@acme.example:\n", indent: 4,
    keys: [
      key("role", "member", required: true, bad: "membre", code: "unknown-role"),
      key("expires", "2027-01-31", bad: "2027-02-30"),
      key("protect", "true", bad: "yes"),
      key("reinvite", "2026-11-22", bad: "soon"),
    ]),
  BrokenShape(
    name: "API key",
    prefix: header("Organization") + "name: acme\nworkspaces:\n  ml:\n    apiKeys:\n      ci:\n", indent: 8,
    keys: [key("monthlyLimit", "100000", bad: "-1"), key("dailyRateLimit", "5000", bad: "1e3")]),
  BrokenShape(
    name: "Policy", prefix: acme,
    keys: head("Policy") + [
      key("organization", "acme", bad: "acne", code: "unknown-organization"),
      key("extends", "small-team", bad: "smal-team"),
      key("roles", "{workspace: {member: {rank: 11}}}"),
      key("subscriptions", "{gold: {members: 9}}"),
      key("defaultSubscription", "free", bad: "silver", code: "unknown-subscription"),
      key("invitations", "{admission: direct}"),
      key("signUp", "{workspaceKind: standard}"),
      key("workspaces", "{owners: one}"),
      key("accounts", "{deleteWithLastWorkspace: true}"),
      key("operators", "[ops@acme.example]", other: "x"),
      key("identity", "attested", bad: "none"),
      key("protection", "{creator-kept: on}"),
    ], ruling: "kind"),
  section(
    "invitations",
    [
      key("admission", "invite", bad: "open"), key("joinAs", "lowest", bad: "highest"),
      key("expireAfter", "14d", bad: "14"), key("maxSends", "3", bad: "0"),
    ]),
  section(
    "signUp",
    [
      key("personalWorkspace", "never", bad: "maybe"), key("workspaceKind", "standard", bad: "default"),
      key("furtherWorkspaces", "none", bad: "one"),
    ]),
  section(
    "workspaces",
    [
      key("owners", "many", bad: "two"), key("ownerRequired", "true", bad: "yes"),
      key("finalInvoice", "false", bad: "no"),
      key("leaving", "forbidden", bad: "never"),
    ]),
  section("accounts", [key("deleteWithLastWorkspace", "false", bad: "False")]),
  BrokenShape(
    name: "role", prefix: acme + header("Policy") + "roles:\n  workspace:\n    guest:\n", indent: 6,
    keys: [
      key("rank", "5", required: true, bad: "low"),
      key("permissions", "[members.view]", required: true, other: "x"),
    ]),
  BrokenShape(
    name: "freeze window", prefix: acme + header("Policy") + "protection:\n  freeze-window:\n  -\n", indent: 4,
    keys: [
      key("cron", "0 18 * * 5", required: true, bad: "0 25 * * 5"), key("duration", "60h", required: true, bad: "60"),
      key("timeZone", "Europe/Berlin", bad: "Middle Earth"),
    ]),
]

private func section(_ name: String, _ keys: [BrokenShape.Key]) -> BrokenShape {
  BrokenShape(name: "policy \(name)", prefix: acme + header("Policy") + "\(name):\n", indent: 2, keys: keys)
}

struct BrokenManifest: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var text: String
  var expected: [String]
}

private func broken(_ shape: BrokenShape) -> [BrokenManifest] {
  let first = shape.prefix.split(separator: "\n", omittingEmptySubsequences: false).count
  let column = shape.indent + 1
  let mapping = "\(first):\(column)"
  let space = String(repeating: " ", count: shape.indent)
  func text(_ lines: [(String, String?)]) -> String {
    shape.prefix + lines.map { "\(space)\($0.0):\($0.1.map { " " + $0 } ?? "")\n" }.joined()
  }
  let lines: [(String, String?)] = shape.keys.map { ($0.name, $0.value) }
  var found = [BrokenManifest(testDescription: "\(shape.name): nothing", text: text(lines), expected: [])]
  // A role that lacks a key is reported where it is named.
  let missingAt = shape.name == "role" ? "\(first - 1):5" : mapping
  for (i, key) in shape.keys.enumerated() {
    func add(_ what: String, _ lines: [(String, String?)], _ expected: [String]) {
      found.append(
        BrokenManifest(
          testDescription: "\(shape.name): \(key.name) \(what)", text: text(lines), expected: expected.sorted()))
    }
    let at = "\(first + i):\(column)"
    let valueAt = "\(first + i):\(column + key.name.count + 2)"
    func with(_ line: (String, String?)) -> [(String, String?)] {
      lines.enumerated().map { $0.offset == i ? line : $0.element }
    }
    add("without a value", with((key.name, nil)), ["no-value \(at)"])
    add("twice", lines + [(key.name, key.value)], ["duplicate-key \(first + lines.count):\(column)"])
    add("of another type", with((key.name, key.otherType)), ["wrong-type \(valueAt)"])
    if let bad = key.badValue { add("with a bad value", with((key.name, bad)), ["\(key.badCode) \(valueAt)"]) }
    let isMissing = key.isRequired ? ["missing-key \(missingAt)"] : []
    if key.isRequired {
      let rest = lines.enumerated().filter { $0.offset != i }.map(\.element)
      add("missing", rest, ["missing-key \(missingAt)"])
    }
    // Without its kind a document's keys mean nothing, known or not; a broken role is not asked for the rest.
    let isUnknown = shape.ruling == key.name || shape.name == "role" ? [] : ["unknown-key \(at)"]
    add(
      "misspelt", with((key.name + "q", key.value)),
      shape.name == "role" ? ["unknown-key \(at)"] : isUnknown + isMissing)
  }
  return found
}

let brokenManifests = shapes.flatMap(broken)

@Suite struct BrokenKeys {
  @Test func thereAreManyOfThem() { #expect(brokenManifests.count > 250) }

  @Test(arguments: brokenManifests)
  func isReportedWhereItStands(manifest: BrokenManifest) {
    let compiled = compile(manifest.text)
    #expect(compiled.diagnostics.map(brief).sorted() == manifest.expected, "\(manifest.text)")
    let lines = manifest.text.split(separator: "\n", omittingEmptySubsequences: false)
    for diagnostic in compiled.diagnostics {
      #expect(diagnostic.excerpt == diagnostic.location.map { String(lines[$0.line - 1]) })
    }
  }
}
