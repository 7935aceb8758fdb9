import Model

/// An account as commands show it.
public struct AccountRow: Hashable, Sendable {
  public var id: Int64
  /// As first written.
  public var email: String
  public var displayName: String?
  public var suspended: Instant?
  public var suspensionReason: String?
  public var created: Instant
  public init(
    id: Int64, email: String, displayName: String?, suspended: Instant?, suspensionReason: String?, created: Instant
  ) {
    self.id = id
    self.email = email
    self.displayName = displayName
    self.suspended = suspended
    self.suspensionReason = suspensionReason
    self.created = created
  }
}

/// An email that an account moved away from.
public struct FormerEmail: Hashable, Sendable {
  /// Caseless.
  public var email: String
  /// Of the account that moved, as written.
  public var present: String
  public var moved: Instant
  /// Another account has the email now.
  public var isTaken: Bool
  public init(email: String, present: String, moved: Instant, isTaken: Bool) {
    (self.email, self.present, self.moved, self.isTaken) = (email, present, moved, isTaken)
  }
}

/// An organization or personal account without its contents.
public struct TenantRow: Hashable, Sendable {
  public var id: Int64
  public var name: String
  public var serial: Int64
  public var suspended: Instant?
  public var suspensionReason: String?
  public var appliedCommit: String?
  public var appliedAt: Instant?
  /// Entries of older commits that the last apply held back.
  public var withheld: Int
  public init(
    id: Int64, name: String, serial: Int64, suspended: Instant?, suspensionReason: String?, appliedCommit: String?,
    appliedAt: Instant?, withheld: Int
  ) {
    self.id = id
    self.name = name
    self.serial = serial
    self.suspended = suspended
    self.suspensionReason = suspensionReason
    self.appliedCommit = appliedCommit
    self.appliedAt = appliedAt
    self.withheld = withheld
  }
}

/// An open invitation.
public struct InvitationRow: Hashable, Sendable {
  /// `acme` or `acme/ml`.
  public var path: String
  public var email: String
  public var role: String
  public var created: Instant
  /// The first instant at which it can no longer be accepted: it lapses then, or what it offers ends. Nil: none.
  public var end: Instant?
  public var sends: Int
  /// The email of who sent it by hand; nil: a plan, or the operator.
  public var inviter: String?
  /// Who answers for it by the audit log; a store leaves it empty.
  public var actors: [String] = []
  public init(
    path: String, email: String, role: String, created: Instant, end: Instant?, sends: Int, inviter: String? = nil
  ) {
    self.inviter = inviter
    self.path = path
    self.email = email
    self.role = role
    self.created = created
    self.end = end
    self.sends = sends
  }

  public func isOpen(at now: Instant) -> Bool { end.map { now < $0 } ?? true }
}

/// What an invitation begins with. Only the hash of its token is stored here; the token itself goes to the outbox.
public struct NewInvitation: Hashable, Sendable {
  public var email: String
  public var role: String
  public var expires: Instant?
  public var protect: Bool
  public var lapses: Instant?
  public var tokenHash: String
  public var reinvite: Instant?
  public var created: Instant
  /// The account of who sends it by hand; nil: a plan, or the operator.
  public var inviter: Int64?
  /// Its mail in the outbox, which goes when the invitation ends or is sent again.
  public var mail: Int64?
  public init(
    email: String, role: String, expires: Instant?, protect: Bool, lapses: Instant?, tokenHash: String,
    reinvite: Instant?, created: Instant, inviter: Int64? = nil, mail: Int64? = nil
  ) {
    (self.inviter, self.mail) = (inviter, mail)
    self.email = email
    self.role = role
    self.expires = expires
    self.protect = protect
    self.lapses = lapses
    self.tokenHash = tokenHash
    self.reinvite = reinvite
    self.created = created
  }
}

/// A live API key: the hash of its secret, never the secret.
public struct APIKeyRow: Hashable, Sendable {
  public var name: String
  public var hash: String
  /// Nil: made by the operator, or by an account that is gone.
  public var creator: String?
  public var isCreatorSuspended: Bool
  public var limits: APIKeyLimits
  public var created: Instant
  public init(
    name: String, hash: String, creator: String?, isCreatorSuspended: Bool, limits: APIKeyLimits, created: Instant
  ) {
    self.name = name
    self.hash = hash
    self.creator = creator
    self.isCreatorSuspended = isCreatorSuspended
    self.limits = limits
    self.created = created
  }
}

/// How much of a kind of thing (`usage`, or a resource's kind) somebody made in a workspace.
public struct CounterRow: Hashable, Sendable {
  public var kind: String
  public var creator: String?
  public var count: Int64
  public init(kind: String, creator: String?, count: Int64) {
    (self.kind, self.creator, self.count) = (kind, creator, count)
  }
}

/// What is asked for once, of somebody who is going: it outlives its workspace and names no person.
public struct Invoice: Hashable, Sendable {
  public struct Line: Hashable, Sendable {
    /// `usage`, `credits`, or a resource's kind.
    public var kind: String
    public var count: Int64
    public init(kind: String, count: Int64) { (self.kind, self.count) = (kind, count) }
  }

  /// `acme`, or `~` and the caseless email.
  public var tenant: String
  public var workspace: String
  /// Tells workspaces of one name apart.
  public var workspaceID: Int64
  /// Why it was written, a kebab-case word.
  public var reason: String
  /// By kind, each once.
  public var lines: [Line]
  public var total: Int64
  public var created: Instant
  public init(
    tenant: String, workspace: String, workspaceID: Int64, reason: String, lines: [Line], total: Int64,
    created: Instant
  ) {
    self.tenant = tenant
    self.workspace = workspace
    self.workspaceID = workspaceID
    self.reason = reason
    self.lines = lines
    self.total = total
    self.created = created
  }
}

/// An invoice with its number.
public struct InvoiceRow: Hashable, Sendable {
  public var number: Int64
  public var invoice: Invoice
  public init(number: Int64, invoice: Invoice) { (self.number, self.invoice) = (number, invoice) }
}

/// What the applier says of one step (SPEC section 9, `audit`).
public struct AuditRecord: Hashable, Sendable {
  public var time: Instant
  public var actors: [String]
  /// Who approved what they did; empty too in entries of before schema version 7, which did not keep it.
  public var approvedBy: [String]
  /// A plan's action name, or a command's such as `accept-invitation`.
  public var action: String
  public var path: String?
  public var subject: String?
  public var before: Fields?
  public var after: Fields?
  public var commit: String?
  /// Where the declaration stands, `file:line:column`.
  public var source: String?
  public var overrides: [String]
  public var reason: String?
  /// What it did that before and after do not say and that replaying the log takes, such as the role that comes with
  /// owning what it makes. No report shows it.
  public var effects: Fields?
  public init(
    time: Instant, actors: [String], approvedBy: [String] = [], action: String, path: String?, subject: String?,
    before: Fields? = nil, after: Fields? = nil, commit: String? = nil, source: String? = nil,
    overrides: [String] = [], reason: String? = nil, effects: Fields? = nil
  ) {
    self.time = time
    self.actors = actors
    self.approvedBy = approvedBy
    self.action = action
    self.path = path
    self.subject = subject
    self.before = before
    self.after = after
    self.commit = commit
    self.source = source
    self.overrides = overrides
    self.reason = reason
    self.effects = effects
  }
}

/// A record in its place in the hash chain.
public struct AuditEntry: Hashable, Sendable {
  /// From 1, without gaps.
  public var sequence: Int64
  public var record: AuditRecord
  /// Hexadecimal SHA-256 over the previous hash and the record.
  public var hash: String
  /// Whether it says all that replaying takes: entries of before schema version 7 have neither effects nor approvers.
  public var isComplete: Bool
  public init(sequence: Int64, record: AuditRecord, hash: String, isComplete: Bool = true) {
    (self.sequence, self.record, self.hash, self.isComplete) = (sequence, record, hash, isComplete)
  }
}

/// From when on which commit and which policy counted as applied to a tenant.
public struct AppliedMark: Hashable, Sendable {
  /// Of the last audit entry before it.
  public var sequence: Int64
  public var time: Instant
  /// Whom it concerns, as ``Reach`` writes it.
  public var tenant: String
  /// Nil for the Policy for all.
  public var commit: String?
  /// Empty where policies stay as they were.
  public var policyDigest: String
  /// It was found when the store was brought to schema version 7: what counted before is not known.
  public var isFound: Bool
  public init(
    sequence: Int64, time: Instant, tenant: String, commit: String?, policyDigest: String, isFound: Bool = false
  ) {
    (self.sequence, self.time, self.tenant, self.commit) = (sequence, time, tenant, commit)
    (self.policyDigest, self.isFound) = (policyDigest, isFound)
  }
}

extension AppliedMark {
  /// Whom a mark concerns, by the names of then. An apply that changes nothing moves many tenants to its commit by one mark,
  /// which names them or, where these are fewer, those that stay behind.
  public enum Reach: Hashable, Sendable {
    case policyForAll
    case tenant(String)
    case tenants([String])
    case allBut([String])

    /// Names have no line breaks, and none is one of these marks.
    private static let (list, exception) = ("=", "*")

    public init(_ text: String) {
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      switch lines.first {
      case Self.list?: self = .tenants(Array(lines.dropFirst()))
      case Self.exception?: self = .allBut(Array(lines.dropFirst()))
      case ""?, nil: self = .policyForAll
      case let name?: self = .tenant(name)
      }
    }

    public var text: String {
      switch self {
      case .policyForAll: ""
      case .tenant(let name): name
      case .tenants(let names): ([Self.list] + names).joined(separator: "\n")
      case .allBut(let names): ([Self.exception] + names).joined(separator: "\n")
      }
    }
  }

  public var reach: Reach { Reach(tenant) }

  /// Whether the tenant is among those that it moves to its commit.
  public func concerns(_ name: String) -> Bool {
    switch reach {
    case .policyForAll: false
    case .tenant(let own): own == name
    case .tenants(let names): names.contains(name)
    case .allBut(let names): !names.contains(name)
    }
  }
}

/// What walking the hash chain found.
public enum AuditVerdict: Hashable, Sendable {
  case intact(entries: Int)
  /// The first entry that does not fit, and what is wrong with it.
  case broken(sequence: Int64, why: String)
}

/// Something to tell the world, until acknowledged.
public struct OutboxMessage: Hashable, Sendable {
  public var id: Int64
  /// `invitation`, or the kind of a notice.
  public var kind: String
  public var to: String
  public var token: String?
  public var path: String?
  public var created: Instant
  public init(id: Int64, kind: String, to: String, token: String?, path: String?, created: Instant) {
    (self.id, self.kind, self.to, self.token, self.path, self.created) = (id, kind, to, token, path, created)
  }
}
