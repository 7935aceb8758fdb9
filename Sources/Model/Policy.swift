/// Which of the two sets of roles a membership draws from.
public enum RoleScope: String, Sendable, CaseIterable { case organization, workspace }

/// The policy in force for one tenant, complete: every value of SPEC section 3 after preset and overrides.
public struct Policy: Hashable, Sendable {
  public enum Admission: String, Sendable, CaseIterable { case invite, direct }
  public enum JoinAs: String, Sendable, CaseIterable { case declared, lowest }
  public enum PersonalWorkspace: String, Sendable, CaseIterable {
    case always, never
    case unlessInvited = "unless-invited"
  }
  public enum FurtherWorkspaces: String, Sendable, CaseIterable { case allowed, none }
  public enum Owners: String, Sendable, CaseIterable { case one, many }
  public enum Leaving: String, Sendable, CaseIterable { case allowed, forbidden }
  /// What becomes of open invitations that somebody sent by hand when that person is removed or suspended.
  public enum InvitationsOfRemoved: String, Sendable, CaseIterable { case cancel, keep }
  /// What becomes of the API keys of somebody whose access to their workspace ends.
  public enum OfRemoved: String, Sendable, CaseIterable { case keep, revoke }
  public enum Identity: String, Sendable, CaseIterable { case commit, attested }

  public struct Invitations: Hashable, Sendable {
    public var admission: Admission
    public var joinAs: JoinAs
    /// Seconds; nil is never.
    public var expireAfter: Int64?
    /// How often one invitation may be sent in all; nil is without limit.
    public var maxSends: Int?
    public var ofRemoved: InvitationsOfRemoved
    public init(
      admission: Admission, joinAs: JoinAs, expireAfter: Int64?, maxSends: Int?, ofRemoved: InvitationsOfRemoved
    ) {
      (self.admission, self.joinAs, self.expireAfter, self.maxSends) = (admission, joinAs, expireAfter, maxSends)
      self.ofRemoved = ofRemoved
    }
  }

  public struct APIKeys: Hashable, Sendable {
    public var ofRemoved: OfRemoved
    public init(ofRemoved: OfRemoved) { self.ofRemoved = ofRemoved }
  }

  public struct SignUp: Hashable, Sendable {
    public var personalWorkspace: PersonalWorkspace
    /// `personal` or `standard`.
    public var workspaceKind: WorkspaceKind
    public var furtherWorkspaces: FurtherWorkspaces
    public init(
      personalWorkspace: PersonalWorkspace, workspaceKind: WorkspaceKind, furtherWorkspaces: FurtherWorkspaces
    ) {
      (self.personalWorkspace, self.workspaceKind, self.furtherWorkspaces) =
        (personalWorkspace, workspaceKind, furtherWorkspaces)
    }
  }

  public struct Workspaces: Hashable, Sendable {
    public var owners: Owners
    public var ownerRequired: Bool
    public var finalInvoice: Bool
    public var leaving: Leaving
    public init(owners: Owners, ownerRequired: Bool, finalInvoice: Bool, leaving: Leaving) {
      (self.owners, self.ownerRequired, self.finalInvoice, self.leaving) = (
        owners, ownerRequired, finalInvoice, leaving
      )
    }
  }

  /// How a protection rule is set; a rule that is not set is off.
  public enum RuleSetting: Hashable, Sendable {
    case off
    case on
    /// `25%`, `raise`, `organizations`, `5` …: the rule reads it.
    case value(String)
    case windows([FreezeWindow])
  }

  /// A recurring time in which grants and deletions wait: it opens at each instant that `cron` (five fields) names.
  public struct FreezeWindow: Hashable, Sendable {
    public var cron: String
    /// Seconds.
    public var duration: Int64
    /// IANA name, such as `Europe/Berlin`.
    public var timeZone: String
    public init(cron: String, duration: Int64, timeZone: String) {
      (self.cron, self.duration, self.timeZone) = (cron, duration, timeZone)
    }
  }

  /// The preset it extends.
  public var preset: String
  /// Highest rank first.
  public var workspaceRoles: [Role]
  public var organizationRoles: [Role]
  /// Name → most members and pending invitations together; nil is no limit.
  public var subscriptions: [String: Int?]
  public var defaultSubscription: String
  public var invitations: Invitations
  public var apiKeys: APIKeys
  public var signUp: SignUp
  public var workspaces: Workspaces
  public var deleteAccountWithLastWorkspace: Bool
  /// Emails as written.
  public var operators: [String]
  public var identity: Identity
  public var protection: [RuleName: RuleSetting]

  public init(
    preset: String, workspaceRoles: [Role], organizationRoles: [Role], subscriptions: [String: Int?],
    defaultSubscription: String, invitations: Invitations, apiKeys: APIKeys, signUp: SignUp, workspaces: Workspaces,
    deleteAccountWithLastWorkspace: Bool, operators: [String], identity: Identity,
    protection: [RuleName: RuleSetting]
  ) {
    self.preset = preset
    self.workspaceRoles = workspaceRoles.sorted { ($1.rank, $0.name) < ($0.rank, $1.name) }
    self.organizationRoles = organizationRoles.sorted { ($1.rank, $0.name) < ($0.rank, $1.name) }
    self.subscriptions = subscriptions
    self.defaultSubscription = defaultSubscription
    self.invitations = invitations
    self.apiKeys = apiKeys
    self.signUp = signUp
    self.workspaces = workspaces
    self.deleteAccountWithLastWorkspace = deleteAccountWithLastWorkspace
    self.operators = operators
    self.identity = identity
    self.protection = protection
  }

  /// Highest rank first.
  public func roles(_ scope: RoleScope) -> [Role] {
    switch scope {
    case .organization: organizationRoles
    case .workspace: workspaceRoles
    }
  }

  public func role(_ name: String, _ scope: RoleScope) -> Role? { roles(scope).first { $0.name == name } }

  /// The role of the highest rank.
  public func topRole(_ scope: RoleScope) -> Role? { roles(scope).first }

  /// Whether keys that somebody made end with their account: those that follow their creators, and those that have
  /// stopped with a suspension. What is left afterwards is the workspace's, and works.
  public func endsKeys(ofDeletedAccount isSuspended: Bool) -> Bool { apiKeys.ofRemoved == .revoke || isSuspended }

  /// Whether the person is named for what only operators may do. A suspension, which ends that, is not looked at.
  public func namesOperator(_ email: String) -> Bool {
    let key = email.emailKey
    return operators.contains { $0.emailKey == key }
  }

  public func setting(_ rule: RuleName) -> RuleSetting { protection[rule] ?? .off }
}

/// What kind a workspace is; rules look at the kind, never at the name.
public enum WorkspaceKind: String, Sendable, CaseIterable { case personal, `default`, standard }

/// The protection rules of SPEC section 6. Adding a rule is a case here and a file in `Planning/Rules`.
public enum RuleName: String, Sendable, CaseIterable, Hashable {
  case personalWorkspaceUndeletable = "personal-workspace-undeletable"
  case personalWorkspaceKeepsItsUser = "personal-workspace-keeps-its-user"
  case onePersonalWorkspace = "one-personal-workspace"
  case defaultWorkspaceKept = "default-workspace-kept"
  case creatorKept = "creator-kept"
  case lastOwnerKept = "last-owner-kept"
  case singleOwner = "single-owner"
  case memberCap = "member-cap"
  case onePendingInvitation = "one-pending-invitation"
  case organizationMemberFirst = "organization-member-first"
  case noSelfChange = "no-self-change"
  case actorAllowed = "actor-allowed"
  case leaveNeedsAnotherMember = "leave-needs-another-member"
  case deletionNeedsTombstone = "deletion-needs-tombstone"
  case deletionNeedsOperator = "deletion-needs-operator"
  case accountMoveNeedsOperator = "account-move-needs-operator"
  case removalThreshold = "removal-threshold"
  case minimumAdmins = "minimum-admins"
  case protectedSubject = "protected-subject"
  case freezeWindow = "freeze-window"
}
