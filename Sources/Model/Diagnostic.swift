/// What is wrong with a manifest, as a value: rendered elsewhere (SPEC section 8, `validate`).
public struct Diagnostic: Hashable, Sendable {
  public enum Severity: String, Sendable { case error, warning }

  public var severity: Severity
  /// A stable kebab-case word, such as `unknown-key`.
  public var code: String
  /// What is wrong, in one sentence, without the location.
  public var message: String
  public var location: SourceLocation?
  /// What to do instead; nil where the message says it all.
  public var hint: String?
  /// The line of the file that the location names, for the caret below it.
  public var excerpt: String?
  public var scope: Scope

  /// Which part of the desired state must not be reconciled because of it (SPEC section 2, «Isolation»).
  public enum Scope: Hashable, Sendable {
    /// Nothing: a warning.
    case nothing
    /// These organizations (names as declared, possibly of none).
    case organizations([String])
    case everything
  }

  public init(
    _ severity: Severity = .error, code: String, message: String, location: SourceLocation? = nil,
    hint: String? = nil, excerpt: String? = nil, scope: Scope = .everything
  ) {
    self.severity = severity
    self.code = code
    self.message = message
    self.location = location
    self.hint = hint
    self.excerpt = excerpt
    self.scope = scope
  }
}
