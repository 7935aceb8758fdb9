/// What a command by hand asks for in one place; ``Handwork/change(_:_:)``.
public enum HandRequest: Hashable, Sendable {
  /// `role` nil: the lowest.
  case add(email: String, role: String?)
  case remove(email: String)
  case setRole(email: String, role: String)
  case leave(email: String)

  /// `role` nil: the lowest.
  case invite(email: String, role: String?)
  case cancelInvitation(email: String)
  case resendInvitation(email: String)
  case accept(email: String)
  case decline(email: String)

  /// In the organization or account that the path names.
  case createWorkspace(NewWorkspace)
  case deleteWorkspace
  case transfer(email: String)
  case setSubscription(String)

  public struct NewWorkspace: Hashable, Sendable {
    public var name: String
    /// Nil: whoever creates it, or whom the policy asks for.
    public var owner: String?
    public var displayName: String?
    public var subscription: String?
    public init(name: String, owner: String? = nil, displayName: String? = nil, subscription: String? = nil) {
      (self.name, self.owner, self.displayName, self.subscription) = (name, owner, displayName, subscription)
    }
  }
}
