/// A declaration that comes to count with a plan although no action says so: it is stored already, waits for somebody, or
/// is about later (SPEC section 8, on the digest).
public struct Adoption: Hashable, Sendable {
  public enum Kind: String, Sendable, CaseIterable {
    case attributes, management, member, owner
    case apiKey = "api-key"
  }

  public var kind: Kind
  /// As ``Action/organization``.
  public var organization: String
  /// Nil for what concerns the organization or account itself.
  public var workspace: String?
  /// An email, an API key's name, or nil.
  public var subject: String?
  /// What counts as applied before the plan; nil: nothing.
  public var before: Fields?
  public var after: Fields?

  public init(
    _ kind: Kind, organization: String, workspace: String? = nil, subject: String? = nil, before: Fields? = nil,
    after: Fields? = nil
  ) {
    (self.kind, self.organization, self.workspace, self.subject) = (kind, organization, workspace, subject)
    (self.before, self.after) = (before, after)
  }
}
