/// What a store holds, as far as planning looks at it.
public struct ActualState: Sendable {
  /// In byte order of their names.
  public var tenants: [ActualTenant]
  public var accounts: AccountDirectory
  /// The policies that baselines refer to: canonical text by digest.
  public var policies: [String: String]
  /// The digest of the Policy for all that the last apply recorded; nil: none did.
  public var policyForAll: String?
  /// The commit up to which it is known who changed the Policy for all since that counted as applied.
  public var policyForAllCommit: String?
  /// Who did, where the change is withheld, as planning writes it.
  public var policyForAllWithheld: String?

  public init(
    tenants: [ActualTenant] = [], accounts: AccountDirectory = .init(), policies: [String: String] = [:],
    policyForAll: String? = nil
  ) {
    (self.tenants, self.accounts, self.policies, self.policyForAll) = (tenants, accounts, policies, policyForAll)
  }

  /// The digest of the policy that commands and views on the tenant go by: an organization's is that of its own last
  /// apply, an account's the Policy for all, whatever its own manifests were applied under. Nil: `enterprise`.
  public func policyDigest(of tenant: ActualTenant) -> String? {
    tenant.account == nil ? tenant.applied?.policyDigest : policyForAll
  }
}

/// The accounts of a store by person.
public struct AccountDirectory: Sendable {
  public private(set) var records: [AccountRecord] = []
  /// Whether anybody's access is stopped.
  public private(set) var hasSuspended = false
  /// By symbol: position in `records` + 1, or 0.
  private var index: ContiguousArray<UInt32> = []

  public init() {}

  public init(_ records: [AccountRecord]) {
    self.records = records
    index = ContiguousArray(repeating: 0, count: records.reduce(0) { max($0, Int($1.person.rawValue) + 1) })
    for (i, record) in records.enumerated() { index[Int(record.person.rawValue)] = UInt32(i + 1) }
    hasSuspended = records.contains { $0.suspended != nil }
  }

  public subscript(person: Symbol) -> AccountRecord? {
    let symbol = Int(person.rawValue)
    guard symbol < index.count, index[symbol] != 0 else { return nil }
    return records[Int(index[symbol]) - 1]
  }

  /// Adds the record, or replaces the one of the same person.
  public mutating func put(_ record: AccountRecord) {
    if record.suspended != nil { hasSuspended = true }
    let symbol = Int(record.person.rawValue)
    while index.count <= symbol { index.append(0) }
    if index[symbol] != 0 {
      records[Int(index[symbol]) - 1] = record
    } else {
      records.append(record)
      index[symbol] = UInt32(records.count)
    }
  }
}

/// One stored organization or personal account: what one transaction and one serial cover.
public struct ActualTenant: Sendable {
  /// The store's stable id; 0 while only planned.
  public var id: Int64
  /// `acme`, or `~` and the caseless email of a personal account.
  public var name: String
  /// The account's person; nil for organizations.
  public var account: Symbol?
  public var displayName: String?
  public var owner: Symbol?
  public var subscription: Symbol?
  /// Reconciliation suspended by `tenure suspend`: since when and why.
  public var suspended: Instant?
  public var suspensionReason: String?
  /// Raised by every write to the tenant.
  public var serial: Int64
  public var applied: AppliedCommit?
  public var roll: Roll
  /// In byte order of their names.
  public var workspaces: [ActualWorkspace]

  public init(
    id: Int64, name: String, account: Symbol? = nil, displayName: String? = nil, owner: Symbol? = nil,
    subscription: Symbol? = nil, suspended: Instant? = nil, suspensionReason: String? = nil, serial: Int64 = 0,
    applied: AppliedCommit? = nil, roll: Roll = .init(), workspaces: [ActualWorkspace] = []
  ) {
    self.id = id
    self.name = name
    self.account = account
    self.displayName = displayName
    self.owner = owner
    self.subscription = subscription
    self.suspended = suspended
    self.suspensionReason = suspensionReason
    self.serial = serial
    self.applied = applied
    self.roll = roll
    self.workspaces = workspaces
  }
}

/// Who belongs to an organization or a workspace, is invited, or went away.
public struct Roll: Sendable, Hashable {
  /// Sorted by person.
  public var members: [ActualMember]
  /// Sorted by person; open ones only, those past their own end included.
  public var invitations: [ActualInvitation]
  /// Sorted by person; people who are members or invited again have none.
  public var departures: [Departure]

  public init(members: [ActualMember] = [], invitations: [ActualInvitation] = [], departures: [Departure] = []) {
    (self.members, self.invitations, self.departures) = (members, invitations, departures)
  }
}

public struct ActualMember: Hashable, Sendable {
  private var end: PackedInstant
  public var joined: Instant
  public var person: Symbol
  public var role: Symbol
  public var protect: Bool

  public init(person: Symbol, role: Symbol, expires: Instant? = nil, protect: Bool = false, joined: Instant) {
    (end, self.person, self.role, self.protect, self.joined) = (PackedInstant(expires), person, role, protect, joined)
  }

  /// The first instant without access.
  public var expires: Instant? {
    get { end.instant }
    set { end = PackedInstant(newValue) }
  }
}

public struct ActualInvitation: Hashable, Sendable {
  public var person: Symbol
  /// As written.
  public var email: Symbol
  /// The role that accepting gives.
  public var role: Symbol
  /// End and protection of the membership that accepting makes.
  public var expires: Instant?
  public var protect: Bool
  public var created: Instant
  /// The first instant at which it can no longer be accepted.
  public var lapses: Instant?
  /// Times sent, the first included.
  public var sends: Int
  /// The `reinvite` value it answers.
  public var reinvite: Instant?
  /// Who sent it by hand; nil: a plan, or the operator.
  public var inviter: Symbol?

  public init(
    person: Symbol, email: Symbol, role: Symbol, expires: Instant? = nil, protect: Bool = false, created: Instant,
    lapses: Instant? = nil, sends: Int = 1, reinvite: Instant? = nil, inviter: Symbol? = nil
  ) {
    self.person = person
    self.email = email
    self.role = role
    self.expires = expires
    self.protect = protect
    self.created = created
    self.lapses = lapses
    self.sends = sends
    self.reinvite = reinvite
    self.inviter = inviter
  }
}

/// Somebody who left or declined of their own will.
public struct Departure: Hashable, Sendable {
  public enum Reason: String, Sendable, CaseIterable { case left, declined }
  public var person: Symbol
  public var reason: Reason
  public var since: Instant
  /// The last `reinvite` value that was already used for them.
  public var reinvite: Instant?

  public init(person: Symbol, reason: Reason, since: Instant, reinvite: Instant? = nil) {
    (self.person, self.reason, self.since, self.reinvite) = (person, reason, since, reinvite)
  }
}

public struct ActualWorkspace: Sendable {
  /// The store's stable id; 0 while only planned.
  public var id: Int64
  public var name: Symbol
  public var kind: WorkspaceKind
  public var displayName: String?
  public var owner: Symbol?
  public var subscription: Symbol?
  public var created: Instant
  public var roll: Roll
  /// In byte order of their names; live ones only.
  public var apiKeys: [ActualAPIKey]

  public init(
    id: Int64, name: Symbol, kind: WorkspaceKind, displayName: String? = nil, owner: Symbol? = nil,
    subscription: Symbol? = nil, created: Instant, roll: Roll = .init(), apiKeys: [ActualAPIKey] = []
  ) {
    self.id = id
    self.name = name
    self.kind = kind
    self.displayName = displayName
    self.owner = owner
    self.subscription = subscription
    self.created = created
    self.roll = roll
    self.apiKeys = apiKeys
  }
}

public struct ActualAPIKey: Hashable, Sendable {
  public var name: Symbol
  public var limits: APIKeyLimits
  public var creator: Symbol?
  public var created: Instant
  public init(name: Symbol, limits: APIKeyLimits, creator: Symbol?, created: Instant) {
    (self.name, self.limits, self.creator, self.created) = (name, limits, creator, created)
  }
}
