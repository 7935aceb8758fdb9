/// What the manifests of one commit declare, compiled: groups expanded, people merged, policies resolved.
public struct DesiredState: Sendable {
  /// Paths by ``Mark/file``.
  public var files: [String]
  /// Organizations and personal accounts, in byte order of their names.
  public var tenants: [DesiredTenant]
  /// The policy for all; an organization's own is in ``DesiredTenant/policy``.
  public var policy: PolicyInForce
  /// Preferred spelling (as written) of each person by caseless email, where it differs from that.
  public var spellings: [Symbol: Symbol]
  /// Declared organizations with errors: never planned, never taken for undeclared (SPEC section 2, «Isolation»).
  public var stopped: Set<String>
  /// Everybody in each group, whether anything names it or not: who changes a group answers for what it gives.
  public var groups: [DesiredGroup] = []

  public init(
    files: [String], tenants: [DesiredTenant], policy: PolicyInForce, spellings: [Symbol: Symbol] = [:],
    stopped: Set<String> = []
  ) {
    (self.files, self.tenants, self.policy, self.spellings, self.stopped) = (files, tenants, policy, spellings, stopped)
  }
}

/// A group of an organization, or for all.
public struct DesiredGroup: Hashable, Sendable {
  /// Nil: for all.
  public var organization: String?
  public var name: Symbol
  /// Sorted; those of groups in it included.
  public var people: [Symbol]
  public init(organization: String?, name: Symbol, people: [Symbol]) {
    (self.organization, self.name, self.people) = (organization, name, people)
  }
}

/// A policy with the canonical text that the store keeps and that its identity is taken from.
public struct PolicyInForce: Hashable, Sendable {
  public var policy: Policy
  /// One `path<TAB>value` line a leaf, sorted: equal policies have equal texts.
  public var canonical: String
  /// Where the tenant's own Policy documents stand, by leaf path; presets are ``Mark/none``.
  public var origins: [String: PolicyOrigin]

  public init(policy: Policy, canonical: String, origins: [String: PolicyOrigin] = [:]) {
    (self.policy, self.canonical, self.origins) = (policy, canonical, origins)
  }

  public static func == (a: PolicyInForce, b: PolicyInForce) -> Bool { a.canonical == b.canonical }
  public func hash(into hasher: inout Hasher) { hasher.combine(canonical) }
}

/// Who set a value of a policy.
public enum PolicyOrigin: Hashable, Sendable {
  case preset(String)
  case manifest(Mark)
}

public enum Management: String, Sendable, CaseIterable { case authoritative, additive }

/// A value with its place.
public struct Marked<Value: Sendable & Hashable>: Hashable, Sendable {
  public var value: Value
  public var mark: Mark
  public init(_ value: Value, _ mark: Mark) { (self.value, self.mark) = (value, mark) }
}

/// An organization or a personal account as declared. A nil attribute is not managed and stays as stored.
public struct DesiredTenant: Hashable, Sendable {
  /// `acme`, or `~` and the caseless email of a personal account.
  public var name: String
  /// The account's person; nil for organizations.
  public var account: Symbol?
  /// The first character of its declaration.
  public var mark: Mark
  /// Where an account's `email:` is written; nil for organizations.
  public var emailMark: Mark?
  public var displayName: Marked<String>?
  public var owner: Marked<Symbol>?
  public var subscription: Marked<Symbol>?
  public var management: Management
  /// Name of the workspace made with an organization.
  public var defaultWorkspace: Symbol?
  /// Sorted by person; nil: not managed, except for what `owner` implies.
  public var members: [DesiredMember]?
  /// Of `members`, what somebody gets once their present entry has ended, in the order of time.
  public var later: [Symbol: [DesiredMember]] = [:]
  /// In byte order of their names, of every disposition.
  public var workspaces: [DesiredWorkspace]
  /// Whether `workspaces:` (or a Workspace document) is there at all.
  public var managesWorkspaces: Bool
  /// Former emails of an account, caseless.
  public var formerly: [Marked<Symbol>]
  public var policy: PolicyInForce
  /// Paths of the leaves that an organization's own Policy sets, whatever the Policy for all says of them.
  public var pinned: Set<String> = []

  public init(
    name: String, account: Symbol? = nil, mark: Mark, displayName: Marked<String>? = nil,
    owner: Marked<Symbol>? = nil, subscription: Marked<Symbol>? = nil, management: Management = .authoritative,
    defaultWorkspace: Symbol? = nil, members: [DesiredMember]? = nil, workspaces: [DesiredWorkspace] = [],
    managesWorkspaces: Bool = false, formerly: [Marked<Symbol>] = [], policy: PolicyInForce
  ) {
    self.name = name
    self.account = account
    self.mark = mark
    self.displayName = displayName
    self.owner = owner
    self.subscription = subscription
    self.management = management
    self.defaultWorkspace = defaultWorkspace
    self.members = members
    self.workspaces = workspaces
    self.managesWorkspaces = managesWorkspaces
    self.formerly = formerly
    self.policy = policy
  }
}

/// What one person is to have in one organization or workspace: the entry that won over all that name them.
public struct DesiredMember: Hashable, Sendable {
  private var end: PackedInstant
  private var chase: PackedInstant
  /// Caseless email.
  public var person: Symbol
  public var role: Symbol
  private var groupOrNone: Symbol
  public var protect: Bool
  /// The entry's first character; for people of a group, the group's entry.
  public var mark: Mark
  /// False: every entry that names the person has ended, which means «not declared»; kept to say why.
  public var isInForce: Bool

  public init(
    person: Symbol, role: Symbol, expires: Instant? = nil, protect: Bool = false, reinvite: Instant? = nil,
    group: Symbol? = nil, mark: Mark = .none, isInForce: Bool = true
  ) {
    (end, chase) = (PackedInstant(expires), PackedInstant(reinvite))
    self.person = person
    self.role = role
    self.protect = protect
    groupOrNone = group ?? Self.noGroup
    self.mark = mark
    self.isInForce = isInForce
  }

  private static let noGroup = Symbol(rawValue: .max)

  /// The first instant without access.
  public var expires: Instant? {
    get { end.instant }
    set { end = PackedInstant(newValue) }
  }
  /// Chase once more who left or declined before this instant.
  public var reinvite: Instant? {
    get { chase.instant }
    set { chase = PackedInstant(newValue) }
  }
  /// The group through which, as named in the member list; nil for an entry of their own.
  public var group: Symbol? {
    get { groupOrNone == Self.noGroup ? nil : groupOrNone }
    set { groupOrNone = newValue ?? Self.noGroup }
  }
}

public struct DesiredWorkspace: Hashable, Sendable {
  public enum Disposition: Hashable, Sendable {
    case declared
    /// A tombstone, with its reason.
    case removed(String)
    /// No longer managed, with its reason.
    case released(String)
  }

  public var name: Symbol
  public var mark: Mark
  public var disposition: Disposition
  public var displayName: Marked<String>?
  public var renamedFrom: Marked<Symbol>?
  public var owner: Marked<Symbol>?
  public var subscription: Marked<Symbol>?
  /// Its own, or the organization's.
  public var management: Management
  /// Sorted by person; nil: not managed, except for what `owner` implies.
  public var members: [DesiredMember]?
  /// Of `members`, what somebody gets once their present entry has ended, in the order of time.
  public var later: [Symbol: [DesiredMember]] = [:]
  /// In byte order of their names; nil: not managed.
  public var apiKeys: [DesiredAPIKey]?

  public init(
    name: Symbol, mark: Mark, disposition: Disposition = .declared, displayName: Marked<String>? = nil,
    renamedFrom: Marked<Symbol>? = nil, owner: Marked<Symbol>? = nil, subscription: Marked<Symbol>? = nil,
    management: Management = .authoritative, members: [DesiredMember]? = nil, apiKeys: [DesiredAPIKey]? = nil
  ) {
    self.name = name
    self.mark = mark
    self.disposition = disposition
    self.displayName = displayName
    self.renamedFrom = renamedFrom
    self.owner = owner
    self.subscription = subscription
    self.management = management
    self.members = members
    self.apiKeys = apiKeys
  }
}

public struct DesiredAPIKey: Hashable, Sendable {
  public var name: Symbol
  public var limits: APIKeyLimits
  public var mark: Mark
  public init(name: Symbol, limits: APIKeyLimits, mark: Mark) {
    (self.name, self.limits, self.mark) = (name, limits, mark)
  }
}

/// Requests a month and a day; nil is without limit.
public struct APIKeyLimits: Hashable, Sendable {
  public var monthly: Int?
  public var daily: Int?
  public init(monthly: Int?, daily: Int?) { (self.monthly, self.daily) = (monthly, daily) }
}
