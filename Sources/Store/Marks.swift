import Model

/// A state of a store, as far as plans depend on it.
public struct StoreRevision: Hashable, Sendable {
  /// As of ``StoreReader/generation()``.
  public var generation: Int64
  /// The last audit entry, and its hash: a store that came from this state still has it.
  public var auditEnd: Int64
  public var auditHash: String
  public init(generation: Int64, auditEnd: Int64, auditHash: String) {
    (self.generation, self.auditEnd, self.auditHash) = (generation, auditEnd, auditHash)
  }
}

/// A tenant by what tells whether its plan may have changed.
public struct TenantMark: Hashable, Sendable {
  public var id: Int64
  /// `acme`, or `~` and the caseless email of a personal account.
  public var name: String
  public var serial: Int64
  /// What the last apply left behind; empty where there was none.
  public var commit: String
  public var policyDigest: String
  public var withheld: Int
  /// Another one whenever what the last apply left behind is.
  public var baseline: Int64
  /// Reconciliation is suspended.
  public var isSuspended: Bool
  public init(
    id: Int64, name: String, serial: Int64, commit: String, policyDigest: String, withheld: Int, baseline: Int64,
    isSuspended: Bool
  ) {
    self.id = id
    self.name = name
    self.serial = serial
    self.commit = commit
    self.policyDigest = policyDigest
    self.withheld = withheld
    self.baseline = baseline
    self.isSuspended = isSuspended
  }

  public init(_ tenant: ActualTenant) {
    self.init(
      id: tenant.id, name: tenant.name, serial: tenant.serial, commit: tenant.applied?.commit ?? "",
      policyDigest: tenant.applied?.policyDigest ?? "", withheld: tenant.applied?.withheld ?? 0,
      baseline: tenant.applied?.revision ?? 0, isSuspended: tenant.suspended != nil)
  }
}

/// What accounts have in some part of the store, by account id.
public struct AccountHoldings: Hashable, Sendable {
  /// Accounts with a membership of a workspace that is in force; a suspension is not looked at.
  public var active: Set<Int64>
  /// Accounts with anything: a membership, ended or not, an open invitation, lapsed or not, a workspace of their own.
  public var holders: Set<Int64>
  public init(active: Set<Int64> = [], holders: Set<Int64> = []) {
    (self.active, self.holders) = (active, holders)
  }
}

/// A membership of a workspace, with all that decides whether it is in force but the account's suspension.
public struct HeldMembership: Sendable {
  public var end: Instant?
  /// Of the tenant's last apply; nil: a personal account's, or there was none.
  public var policyDigest: String?
  /// The membership of the organization that the workspace is in; nil: there is none.
  public var organization: (role: String, end: Instant?)?
  public init(end: Instant?, policyDigest: String?, organization: (role: String, end: Instant?)?) {
    (self.end, self.policyDigest, self.organization) = (end, policyDigest, organization)
  }
}
