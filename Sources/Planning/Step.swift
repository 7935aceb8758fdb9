import Model

/// One candidate action while it is being judged, in symbols: ``Action`` is what people see of it.
public struct Step: Sendable {
  /// The workspace by the name it has once the plan's renames are done; nil: the tenant itself.
  public var workspace: Symbol?
  /// Whom it concerns.
  public var person: Symbol?
  /// The API key it concerns.
  public var key: Symbol?
  public var change: Change
  public var origin: Action.Origin
  public var mark: Mark
  /// The declaration it stems from: what does not count as applied when the step is withheld.
  public var entry: EntryKey
  /// Other declarations that it stems from: whoever begins to manage a list answers for what that ends, whoever names the
  /// owner for what is made with one.
  var alsoBy: [EntryKey] = []
  /// Set where the person it concerns does it themselves.
  public var ownWill: OwnWill?
  /// Steps that must be done first, by index.
  var requires: [Int] = []
  /// The leaving of the organization without which this ending would not be: it is done only if that can be.
  var onlyWith: Int?
  /// A step that, once done, makes this one pointless (a deleted workspace needs no removals).
  var mootAfter: Int?
  /// It follows from something else that was judged, or writes what is in force anyway: no rule is asked about it.
  var isConsequence = false
  /// What its declaration gives the person besides, at another time.
  var later: [Grant] = []
  /// Rules that an override lifted for it.
  public internal(set) var lifted: Set<RuleName> = []
  var phase: Phase

  /// Where in a plan a step stands unless a rule needs another order: parents before children, grants before
  /// reductions, people out of workspaces before out of the organization.
  enum Phase: Int, Comparable, Sendable {
    case policy, management, tenant, attributes, rename, organizationGrants, createWorkspace, updateWorkspace,
      workspaceGrants
    case ownership, keys, deleteWorkspace, workspaceReductions, organizationReductions, account

    static func < (a: Phase, b: Phase) -> Bool { a.rawValue < b.rawValue }
  }
}

extension Step {
  /// Whom it concerns, the owner of record of what it makes included.
  var people: [Symbol] {
    var result = person.map { [$0] } ?? []
    switch change {
    case .createOrganization(let creation): result += [creation.owner].compactMap { $0 }
    case .createWorkspace(let creation): result += [creation.owner].compactMap { $0 }
    case .createAccount, .updatePolicy, .updateManagement, .updateTenant, .moveAccount, .deleteAccount,
      .updateWorkspace, .renameWorkspace,
      .deleteWorkspace, .invite, .updateInvitation, .cancelInvitation, .addMember, .updateMember, .changeRole,
      .removeMember, .transferOwnership, .updateAPIKey, .revokeAPIKey:
      break
    }
    return result
  }
}

/// What people do of their own will: no change of their own in the sense of `no-self-change` (SPEC section 9), and kept
/// in the audit log under its own name.
public enum OwnWill: String, Sendable, CaseIterable {
  /// An `add-member` that an invitation offered.
  case acceptance = "accept-invitation"
  /// A `cancel-invitation` by whom it invited.
  case declination = "decline-invitation"
  /// A `remove-member` by the member.
  case departure = "leave"
}

/// What a step changes, with the value before and after.
public enum Change: Hashable, Sendable {
  case updatePolicy(PolicyEdit)
  case updateManagement(ManagementEdit)
  case createOrganization(Creation)
  case createAccount(displayName: String?, workspace: WorkspaceCreation?)
  case updateTenant(before: Attributes, after: Attributes)
  case moveAccount(from: Symbol, bothExist: Bool)
  case deleteAccount
  case createWorkspace(WorkspaceCreation)
  case updateWorkspace(before: Attributes, after: Attributes)
  case renameWorkspace(from: Symbol)
  case deleteWorkspace(DeletionCause, ends: Contents)
  case invite(Grant, resend: Bool)
  case updateInvitation(before: Grant, after: Grant)
  case cancelInvitation(Grant)
  case addMember(Grant)
  case updateMember(before: Grant, after: Grant)
  case changeRole(before: Grant, after: Grant)
  case removeMember(Grant)
  /// `swap` where a workspace has one owner alone: the role goes with the ownership, in one step.
  case transferOwnership(from: Symbol?, swap: OwnerSwap?)
  case updateAPIKey(before: APIKeyLimits, after: APIKeyLimits)
  case revokeAPIKey(APIKeyLimits)

  /// Two people's roles when ownership passes in a workspace that has exactly one owner.
  public struct OwnerSwap: Hashable, Sendable {
    /// Of the new owner.
    public var heirAfter: Grant
    public var former: Symbol
    public var formerAfter: Grant
  }

  public struct Creation: Hashable, Sendable {
    public var attributes: Attributes
    public var owner: Symbol?
    public var defaultWorkspace: WorkspaceCreation
  }

  public struct WorkspaceCreation: Hashable, Sendable {
    public var name: Symbol
    public var kind: WorkspaceKind
    public var attributes: Attributes
    /// The owner of record, who joins in the top role with it.
    public var owner: Symbol?
  }

  /// Attributes that are set or compared; nil where they do not take part.
  public struct Attributes: Hashable, Sendable {
    public var displayName: String?
    public var subscription: Symbol?
    public init(displayName: String? = nil, subscription: Symbol? = nil) {
      (self.displayName, self.subscription) = (displayName, subscription)
    }
  }

  public enum DeletionCause: Hashable, Sendable {
    case tombstone(String)
    /// The manifests merely stopped naming it; where they name a new workspace that may be the same one, that.
    case absence(perhaps: Symbol?)
    case command
  }

  /// How much ends with a workspace.
  public struct Contents: Hashable, Sendable {
    public var members: Int
    public var invitations: Int
    public var apiKeys: Int
  }
}

/// A role in a roll, and for how long.
public struct Grant: Hashable, Sendable {
  public var role: Symbol
  public var expires: Instant?
  public var protect: Bool
  /// The `reinvite` value that an invitation answers; of no matter elsewhere.
  public var reinvite: Instant?

  public init(role: Symbol, expires: Instant?, protect: Bool, reinvite: Instant? = nil) {
    (self.role, self.expires, self.protect, self.reinvite) = (role, expires, protect, reinvite)
  }

  init(_ member: ActualMember) { self.init(role: member.role, expires: member.expires, protect: member.protect) }
  init(_ member: DesiredMember) {
    self.init(role: member.role, expires: member.expires, protect: member.protect, reinvite: member.reinvite)
  }
  init(_ invitation: ActualInvitation) {
    self.init(
      role: invitation.role, expires: invitation.expires, protect: invitation.protect, reinvite: invitation.reinvite)
  }

  /// Whether both give the same, whoever was chased for it.
  func gives(_ other: Grant) -> Bool { role == other.role && expires == other.expires && protect == other.protect }
}

/// One declaration of a tenant: the unit in which commits count as applied.
public enum EntryKey: Hashable, Sendable {
  /// Attributes and former emails of an organization or account.
  case tenant
  /// The owner of record; workspace nil: of the organization.
  case owner(Symbol?)
  /// A workspace's being there, and its attributes.
  case workspace(Symbol)
  /// Workspace nil: the organization's member list.
  case member(workspace: Symbol?, person: Symbol)
  case apiKey(workspace: Symbol, name: Symbol)
  /// The policy that the organization or account goes by.
  case policy
  /// What is managed at all; workspace nil: of the organization or account.
  case management(Symbol?)
}

extension Change {
  public var kind: Action.Kind { kind(ofAccount: false) }

  /// The action's name; attributes of accounts and organizations have one each.
  public func kind(ofAccount: Bool) -> Action.Kind {
    switch self {
    case .updatePolicy: .updatePolicy
    case .updateManagement: .updateManagement
    case .createOrganization: .createOrganization
    case .createAccount: .createAccount
    case .updateTenant: ofAccount ? .updateAccount : .updateOrganization
    case .moveAccount: .moveAccount
    case .deleteAccount: .deleteAccount
    case .createWorkspace: .createWorkspace
    case .updateWorkspace: .updateWorkspace
    case .renameWorkspace: .renameWorkspace
    case .deleteWorkspace: .deleteWorkspace
    case .invite: .invite
    case .updateInvitation: .updateInvitation
    case .cancelInvitation: .cancelInvitation
    case .addMember: .addMember
    case .updateMember: .updateMember
    case .changeRole: .changeRole
    case .removeMember: .removeMember
    case .transferOwnership: .transferOwnership
    case .updateAPIKey: .updateAPIKey
    case .revokeAPIKey: .revokeAPIKey
    }
  }
}
