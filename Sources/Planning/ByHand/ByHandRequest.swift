import Model

/// What a command by hand asks for in one tenant. `workspace` nil: the organization itself.
public enum ByHandRequest: Hashable, Sendable {
  /// An account with the workspace that the policy gives it. `isInvited`: an invitation waits for the email.
  case signUp(Symbol, displayName: String?, isInvited: Bool)
  case moveAccount(from: Symbol, to: Symbol, bothExist: Bool)
  /// In the person's own tenant: the account with its workspaces.
  case deleteAccount(Symbol)
  /// In everybody else's: what the person holds there, for the account goes.
  case withdraw(Symbol)

  case add(Symbol, workspace: Symbol?, role: Symbol)
  case remove(Symbol, workspace: Symbol?)
  case setRole(Symbol, workspace: Symbol?, role: Symbol)
  case leave(Symbol, workspace: Symbol?)

  case invite(Symbol, workspace: Symbol?, role: Symbol)
  case cancelInvitation(Symbol, workspace: Symbol?)
  case resendInvitation(Symbol, workspace: Symbol?)
  case accept(Symbol, workspace: Symbol?)
  case decline(Symbol, workspace: Symbol?)

  case createWorkspace(NewWorkspace)
  case deleteWorkspace(Symbol)
  case transfer(Symbol, workspace: Symbol?)
  case setSubscription(Symbol, workspace: Symbol?)

  public struct NewWorkspace: Hashable, Sendable {
    public var name: Symbol
    /// Nil: whoever creates it, or whom the policy asks for.
    public var owner: Symbol?
    public var displayName: String?
    public var subscription: Symbol?
    public init(name: Symbol, owner: Symbol? = nil, displayName: String? = nil, subscription: Symbol? = nil) {
      (self.name, self.owner, self.displayName, self.subscription) = (name, owner, displayName, subscription)
    }
  }

  /// Whom it concerns; of a new workspace the owner that is asked for.
  public var person: Symbol? {
    switch self {
    case .signUp(let person, _, _), .moveAccount(_, let person, _), .deleteAccount(let person), .withdraw(let person),
      .add(let person, _, _), .remove(let person, _), .setRole(let person, _, _), .leave(let person, _),
      .invite(let person, _, _), .cancelInvitation(let person, _), .resendInvitation(let person, _),
      .accept(let person, _), .decline(let person, _), .transfer(let person, _):
      person
    case .createWorkspace(let new): new.owner
    case .deleteWorkspace, .setSubscription: nil
    }
  }

  public var workspace: Symbol? {
    switch self {
    case .signUp, .moveAccount, .deleteAccount, .withdraw: nil
    case .add(_, let workspace, _), .remove(_, let workspace), .setRole(_, let workspace, _),
      .leave(_, let workspace), .invite(_, let workspace, _), .cancelInvitation(_, let workspace),
      .resendInvitation(_, let workspace), .accept(_, let workspace), .decline(_, let workspace),
      .transfer(_, let workspace), .setSubscription(_, let workspace):
      workspace
    case .createWorkspace(let new): new.name
    case .deleteWorkspace(let workspace): workspace
    }
  }
}
