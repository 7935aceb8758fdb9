/// What reconciling would do, as a sorted value that several renderers show (SPEC section 8).
public struct Plan: Hashable, Sendable {
  public var source: PlanSource
  public var state: PlanState
  /// The instant it was planned for.
  public var now: Instant
  /// In the order in which they are applied.
  public var actions: [Action]
  public var blocked: [Refusal]
  public var waiting: [Waiting]
  public var held: [Held]
  public var warnings: [PlanWarning]
  /// Those that lifted a refusal of an action that is done.
  public var overrides: [Override]
  /// What flags of the invocation lifted: rules, for actions of the plan, and the refusal to go back.
  public var allowances: [Allowance] = []
  /// What comes to count with it although no action says so.
  public var adoptions: [Adoption] = []
  /// Organizations with invalid manifests: left alone by this plan.
  public var invalid: [String]
  /// Tenants whose reconciliation is suspended, with the reason: left alone by this plan.
  public var suspended: [SuspendedTenant]

  public init(
    source: PlanSource, state: PlanState, now: Instant, actions: [Action] = [], blocked: [Refusal] = [],
    waiting: [Waiting] = [], held: [Held] = [], warnings: [PlanWarning] = [], overrides: [Override] = [],
    invalid: [String] = [], suspended: [SuspendedTenant] = []
  ) {
    self.source = source
    self.state = state
    self.now = now
    self.actions = actions
    self.blocked = blocked
    self.waiting = waiting
    self.held = held
    self.warnings = warnings
    self.overrides = overrides
    self.invalid = invalid
    self.suspended = suspended
  }
}

public struct PlanSource: Hashable, Sendable {
  /// The path or URL as it was given.
  public var repository: String
  public var ref: String
  /// 40 hexadecimal digits; nil for a working tree.
  public var commit: String?
  /// The manifests folder, relative to the repository's root.
  public var manifests: String

  public init(repository: String, ref: String, commit: String?, manifests: String) {
    (self.repository, self.ref, self.commit, self.manifests) = (repository, ref, commit, manifests)
  }
}

public struct PlanState: Hashable, Sendable {
  /// `sqlite` or `postgres`.
  public var engine: String
  /// Of the tenants that are in the plan's scope and stored.
  public var serials: Serials
  public init(engine: String, serials: Serials) { (self.engine, self.serials) = (engine, serials) }
}

/// One step of a plan, or of a command by hand: the vocabulary that the applier writes and the audit log keeps.
public struct Action: Hashable, Sendable {
  public enum Kind: String, Sendable, CaseIterable {
    case updatePolicy = "update-policy"
    case updateManagement = "update-management"
    case createOrganization = "create-organization"
    case updateOrganization = "update-organization"
    case createAccount = "create-account"
    case updateAccount = "update-account"
    case moveAccount = "move-account"
    case deleteAccount = "delete-account"
    case createWorkspace = "create-workspace"
    case updateWorkspace = "update-workspace"
    case renameWorkspace = "rename-workspace"
    case deleteWorkspace = "delete-workspace"
    case invite
    case updateInvitation = "update-invitation"
    case cancelInvitation = "cancel-invitation"
    case addMember = "add-member"
    case updateMember = "update-member"
    case changeRole = "change-role"
    case removeMember = "remove-member"
    case transferOwnership = "transfer-ownership"
    case updateAPIKey = "update-api-key"
    case revokeAPIKey = "revoke-api-key"
  }

  public enum Origin: String, Sendable, CaseIterable { case change, drift, expiry, first }

  public var kind: Kind
  /// `acme` or `~EMAIL`; empty for the Policy for all, which belongs to none.
  public var organization: String
  /// Nil for what concerns the organization or account itself.
  public var workspace: String?
  /// An email, an API key's name, or nil.
  public var subject: String?
  public var before: Fields?
  public var after: Fields?
  public var origin: Origin
  /// Emails, sorted; `tenure` for drift and expiry.
  public var actors: [String]
  /// Emails of those who approved what the actors did, sorted and without the actors: for the audit log.
  public var approvedBy: [String]
  public var source: SourceLocation?
  /// Rules that withhold it, also through what it depends on; sorted, empty for what an apply would do.
  public var blockedBy: [RuleName]

  public init(
    _ kind: Kind, organization: String, workspace: String? = nil, subject: String? = nil, before: Fields? = nil,
    after: Fields? = nil, origin: Origin, actors: [String] = [], approvedBy: [String] = [],
    source: SourceLocation? = nil, blockedBy: [RuleName] = []
  ) {
    self.kind = kind
    self.organization = organization
    self.workspace = workspace
    self.subject = subject
    self.before = before
    self.after = after
    self.origin = origin
    self.actors = actors
    self.approvedBy = approvedBy
    self.source = source
    self.blockedBy = blockedBy
  }
}

/// Attributes before or after an action, in key order.
public struct Fields: Hashable, Sendable, ExpressibleByDictionaryLiteral {
  public enum Value: Hashable, Sendable {
    case text(String)
    case number(Int)
    case flag(Bool)
    case null
  }

  public private(set) var entries: [(key: String, value: Value)]

  public init(_ entries: [(String, Value)]) {
    self.entries = entries.map { (key: $0.0, value: $0.1) }.sorted { $0.key < $1.key }
  }

  public init(dictionaryLiteral elements: (String, Value)...) { self.init(elements) }

  public subscript(key: String) -> Value? { entries.first { $0.key == key }?.value }

  public func text(_ key: String) -> String? {
    if case .text(let text)? = self[key] { text } else { nil }
  }

  public func number(_ key: String) -> Int? {
    if case .number(let number)? = self[key] { number } else { nil }
  }

  public func flag(_ key: String) -> Bool? {
    if case .flag(let flag)? = self[key] { flag } else { nil }
  }

  public static func == (a: Fields, b: Fields) -> Bool {
    a.entries.elementsEqual(b.entries) { $0.key == $1.key && $0.value == $1.value }
  }

  public func hash(into hasher: inout Hasher) {
    for entry in entries {
      hasher.combine(entry.key)
      hasher.combine(entry.value)
    }
  }
}

/// A rule's word against an action.
public struct Refusal: Hashable, Sendable {
  public var rule: RuleName
  /// As ``Action/organization``.
  public var organization: String
  public var workspace: String?
  public var subject: String?
  /// What is refused and why.
  public var message: String
  /// What to do instead, for whoever runs the command.
  public var remedy: String
  /// For readers of a comment, who give no flags; nil: ``remedy`` names none.
  public var inReview: String?
  public var source: SourceLocation?

  public init(
    rule: RuleName, organization: String, workspace: String? = nil, subject: String? = nil, message: String,
    remedy: String, inReview: String? = nil, source: SourceLocation? = nil
  ) {
    self.rule = rule
    self.organization = organization
    self.workspace = workspace
    self.subject = subject
    self.message = message
    self.remedy = remedy
    self.inReview = inReview
    self.source = source
  }
}

/// Something that needs somebody else first.
public struct Waiting: Hashable, Sendable {
  public enum Event: String, Sendable, CaseIterable {
    case acceptInvitation = "accept-invitation"
    case organizationMembership = "organization-membership"
    case createAPIKey = "create-api-key"
    /// Until a pipeline says who made the change.
    case attestation
    /// Until the clone has the commits that tell who made the change.
    case history
  }
  /// As ``Action/organization``.
  public var organization: String
  public var workspace: String?
  public var subject: String?
  public var event: Event
  /// Who has to do it, where that is not the subject: an owner goes once a successor has accepted.
  public var others: [String]
  /// Nil while what is waited for is itself only planned.
  public var since: Instant?
  public var source: SourceLocation?

  public init(
    organization: String, workspace: String? = nil, subject: String?, for event: Event, since: Instant?,
    others: [String] = [], source: SourceLocation? = nil
  ) {
    self.organization = organization
    self.workspace = workspace
    self.subject = subject
    self.event = event
    self.others = others
    self.since = since
    self.source = source
  }
}

/// Somebody whom Tenure does not chase.
public struct Held: Hashable, Sendable {
  public enum Reason: String, Sendable, CaseIterable {
    case left, declined, suspended
    case maxSends = "max-sends"
  }
  public var organization: String
  public var workspace: String?
  public var subject: String?
  public var because: Reason
  public var since: Instant?
  public var source: SourceLocation?

  public init(
    organization: String, workspace: String? = nil, subject: String?, because: Reason, since: Instant?,
    source: SourceLocation? = nil
  ) {
    self.organization = organization
    self.workspace = workspace
    self.subject = subject
    self.because = because
    self.since = since
    self.source = source
  }
}

public struct PlanWarning: Hashable, Sendable {
  /// A stable kebab-case word, such as `unmanaged`.
  public var code: String
  public var message: String
  /// `acme` or `acme/old`; nil where it concerns no tenant.
  public var path: String?
  public init(code: String, message: String, path: String?) {
    (self.code, self.message, self.path) = (code, message, path)
  }
}

/// A rule switched off for one invocation, with the reason that goes into the audit log.
public struct Override: Hashable, Sendable {
  public var rule: RuleName
  /// Nil: for all organizations.
  public var organization: String?
  public var reason: String
  public init(rule: RuleName, organization: String?, reason: String) {
    (self.rule, self.organization, self.reason) = (rule, organization, reason)
  }
}

/// What a flag of the invocation lifted.
public struct Allowance: Hashable, Sendable {
  /// A rule's name, or `rewind`.
  public var rule: String
  /// Nil: for all organizations.
  public var organization: String?
  /// The flag, or why a rule was overridden.
  public var reason: String
  public init(rule: String, organization: String? = nil, reason: String) {
    (self.rule, self.organization, self.reason) = (rule, organization, reason)
  }

  public init(_ override: Override) {
    self.init(rule: override.rule.rawValue, organization: override.organization, reason: override.reason)
  }

  /// Going back to a commit that does not descend from the one applied before.
  public static let rewind = Allowance(rule: "rewind", reason: "--allow-rewind")
}

public struct SuspendedTenant: Hashable, Sendable {
  public var organization: String
  public var reason: String
  public var since: Instant
  public init(organization: String, reason: String, since: Instant) {
    (self.organization, self.reason, self.since) = (organization, reason, since)
  }
}

extension Plan {
  /// Every rule that does not hold this time, for reports.
  public var exceptions: [Allowance] { overrides.map(Allowance.init) + allowances }

  /// What an apply would do.
  public var applicable: [Action] { actions.filter { $0.blockedBy.isEmpty } }
}

extension Action.Kind {
  /// How the closing line of a plan counts it (SPEC section 9).
  public enum Tally: Sendable { case addition, change, removal }

  public var tally: Tally {
    switch self {
    case .updatePolicy, .updateManagement, .updateOrganization, .updateAccount, .moveAccount, .updateWorkspace,
      .renameWorkspace, .updateInvitation,
      .updateMember, .changeRole, .transferOwnership, .updateAPIKey:
      .change
    case .deleteAccount, .deleteWorkspace, .cancelInvitation, .removeMember, .revokeAPIKey: .removal
    case .createOrganization, .createAccount, .createWorkspace, .invite, .addMember: .addition
    }
  }
}
