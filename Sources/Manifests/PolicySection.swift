import Model

/// The sections of a policy that are plain keys with plain values, as a table.
struct PolicySection: Sendable {
  enum Value: Sendable {
    case words([String])
    /// `never`, or a duration.
    case duration
    /// A number from 1, or `none`.
    case count

    /// Words that a misspelt value may have meant.
    var words: [String] {
      switch self {
      case .words(let words): words
      case .duration: ["never"]
      case .count: ["none"]
      }
    }

    var hint: String {
      switch self {
      case .words(let words): "One of: \(words.joined(separator: ", "))."
      case .duration: "Write `never`, or a number and a unit: `14d`, `12h`."
      case .count: "Write a whole number from 1, or `none` for no limit."
      }
    }

    func canonical(_ text: String) -> String? {
      switch self {
      case .words(let words): words.contains(text) ? text : nil
      case .duration: text == "never" ? text : PolicyText.duration(text).map(PolicyText.text(duration:))
      case .count: text == "none" ? text : PolicyText.number(text).flatMap { $0 > 0 ? String($0) : nil }
      }
    }
  }

  struct Leaf: Sendable {
    var name: String
    var value: Value
  }

  let name: String
  let leaves: [Leaf]
  let keys: KeySet

  init(_ name: String, _ leaves: [(String, Value)]) {
    self.name = name
    self.leaves = leaves.map { Leaf(name: $0.0, value: $0.1) }
    keys = KeySet("`\(name)`", leaves.map(\.0))
  }

  private static let flag = Value.words(["true", "false"])

  private static func words<E: CaseIterable & RawRepresentable>(_: E.Type) -> Value where E.RawValue == String {
    .words(E.allCases.map(\.rawValue))
  }

  static let all = [
    PolicySection(
      "invitations",
      [
        ("admission", words(Policy.Admission.self)), ("joinAs", words(Policy.JoinAs.self)), ("expireAfter", .duration),
        ("maxSends", .count),
      ]),
    PolicySection(
      "signUp",
      [
        ("personalWorkspace", words(Policy.PersonalWorkspace.self)),
        ("workspaceKind", .words(["personal", "standard"])),
        ("furtherWorkspaces", words(Policy.FurtherWorkspaces.self)),
      ]),
    PolicySection(
      "workspaces",
      [
        ("owners", words(Policy.Owners.self)), ("ownerRequired", flag), ("finalInvoice", flag),
        ("leaving", words(Policy.Leaving.self)),
      ]),
    PolicySection("accounts", [("deleteWithLastWorkspace", flag)]),
  ]
}
