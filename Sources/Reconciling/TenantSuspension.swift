import Model
import Planning
import Store

/// Takes an organization out of reconciliation, and back in: plans say so and leave it alone meanwhile.
public struct TenantSuspension {
  /// What became of the request.
  public enum Outcome: Hashable, Sendable {
    case done
    /// It was suspended already, since then and for that reason; nothing changed.
    case alreadySuspended(since: Instant, reason: String)
    /// It was not suspended; nothing changed.
    case notSuspended
    case unknown
    /// Whoever acts is no operator of the organization; nothing changed.
    case refused(Refusal)
  }

  let store: any Store
  /// The email of `--as`; nil: the operator.
  let actor: String?
  let now: Instant

  public init(store: any Store, actor: String?, now: Instant) {
    (self.store, self.actor, self.now) = (store, actor, now)
  }

  public func suspend(_ organization: String, reason: String) throws -> Outcome {
    try store.transaction { transaction in
      guard let tenant = try transaction.tenant(named: organization) else { return .unknown }
      if let refusal = try refusal(organization, transaction) { return .refused(refusal) }
      if let since = tenant.suspended {
        return .alreadySuspended(since: since, reason: tenant.suspensionReason ?? "")
      }
      try transaction.suspendTenant(tenant.id, reason: reason, at: now)
      try transaction.appendAudit(try entry("suspend-organization", tenant, after: (now, reason), transaction))
      return .done
    }
  }

  public func resume(_ organization: String) throws -> Outcome {
    try store.transaction { transaction in
      guard let tenant = try transaction.tenant(named: organization) else { return .unknown }
      if let refusal = try refusal(organization, transaction) { return .refused(refusal) }
      guard tenant.suspended != nil else { return .notSuspended }
      try transaction.suspendTenant(tenant.id, reason: nil, at: nil)
      try transaction.appendAudit(try entry("resume-organization", tenant, after: (nil, nil), transaction))
      return .done
    }
  }

  /// Stopping and starting reconciliation is the operators'; nil: whoever acts is one.
  private func refusal(_ organization: String, _ reader: any StoreReader) throws -> Refusal? {
    let place = try Place(Path(tenant: organization), reader)
    let applied = AppliedPolicy(reader)
    let policy = try applied.policy(of: place.tenant, in: place.state).policy
    return try applied.operatorsOnly(actor, under: policy).map { reason in
      Refusal(reason, by: .actorAllowed, organization: organization, subject: actor)
    }
  }

  private func entry(
    _ action: String, _ tenant: TenantRow, after: (since: Instant?, reason: String?), _ reader: any StoreReader
  ) throws -> AuditRecord {
    let maker = try actor.map { try reader.account(email: $0)?.email ?? $0 } ?? "operator"
    return AuditRecord(
      time: now, actors: [maker], action: action, path: tenant.name, subject: nil,
      before: fields(tenant.suspended, tenant.suspensionReason), after: fields(after.since, after.reason),
      reason: after.reason)
  }

  private func fields(_ since: Instant?, _ reason: String?) -> Fields {
    ["suspended": since.map { .text($0.description) } ?? .null, "reason": reason.map { .text($0) } ?? .null]
  }
}
