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
    /// What an editor says of the key.
    var about: String
  }

  let name: String
  let about: String
  let leaves: [Leaf]
  let keys: KeySet

  init(_ name: String, _ about: String, _ leaves: [(String, Value, String)]) {
    (self.name, self.about) = (name, about)
    self.leaves = leaves.map { Leaf(name: $0.0, value: $0.1, about: $0.2) }
    keys = KeySet("`\(name)`", leaves.map(\.0))
  }

  private static let flag = Value.words(["true", "false"])

  private static func words<E: CaseIterable & RawRepresentable>(_: E.Type) -> Value where E.RawValue == String {
    .words(E.allCases.map(\.rawValue))
  }

  static let all = [
    PolicySection(
      "invitations", "How people join.",
      [
        (
          "admission", words(Policy.Admission.self),
          "`invite`: people accept an invitation. `direct`: they are members at once."
        ),
        (
          "joinAs", words(Policy.JoinAs.self),
          "The role of who accepts: the `declared` one, or the `lowest` until the next plan raises it."
        ),
        ("expireAfter", .duration, "When an invitation lapses: `never`, or a duration such as `14d`."),
        ("maxSends", .count, "How often one invitation is sent in all, or `none` for no limit."),
        (
          "ofRemoved", words(Policy.InvitationsOfRemoved.self),
          "What becomes of open invitations that somebody sent by hand when that person is removed or suspended."
        ),
      ]),
    PolicySection(
      "apiKeys", "What holds for API keys.",
      [
        (
          "ofRemoved", words(Policy.OfRemoved.self),
          "What becomes of the API keys of somebody whose access to their workspace ends."
        )
      ]),
    PolicySection(
      "signUp", "What happens when an account is made.",
      [
        ("personalWorkspace", words(Policy.PersonalWorkspace.self), "Whether a workspace is made with the account."),
        ("workspaceKind", .words(["personal", "standard"]), "The kind of that workspace."),
        ("furtherWorkspaces", words(Policy.FurtherWorkspaces.self), "Whether an account may have more workspaces."),
      ]),
    PolicySection(
      "workspaces", "What holds for every workspace.",
      [
        ("owners", words(Policy.Owners.self), "Whether the role `owner` may be held by more than one."),
        ("ownerRequired", flag, "Whether a workspace must have an owner of record."),
        ("finalInvoice", flag, "Whether a deleted workspace gets a final invoice."),
        ("leaving", words(Policy.Leaving.self), "Whether members may leave of their own will."),
      ]),
    PolicySection(
      "accounts", "What holds for every account.",
      [
        (
          "deleteWithLastWorkspace", flag,
          "Whether an account ends with its last workspace membership."
        )
      ]),
  ]
}
