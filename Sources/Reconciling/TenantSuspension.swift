import Model
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
  }

  let store: any Store
  /// Who says so, for the audit log.
  let actor: String
  let now: Instant

  public init(store: any Store, actor: String, now: Instant) {
    (self.store, self.actor, self.now) = (store, actor, now)
  }

  public func suspend(_ organization: String, reason: String) throws -> Outcome {
    try store.transaction { transaction in
      guard let tenant = try transaction.tenant(named: organization) else { return .unknown }
      if let since = tenant.suspended {
        return .alreadySuspended(since: since, reason: tenant.suspensionReason ?? "")
      }
      try transaction.suspendTenant(tenant.id, reason: reason, at: now)
      try transaction.appendAudit(entry("suspend-organization", tenant, after: (now, reason)))
      return .done
    }
  }

  public func resume(_ organization: String) throws -> Outcome {
    try store.transaction { transaction in
      guard let tenant = try transaction.tenant(named: organization) else { return .unknown }
      guard tenant.suspended != nil else { return .notSuspended }
      try transaction.suspendTenant(tenant.id, reason: nil, at: nil)
      try transaction.appendAudit(entry("resume-organization", tenant, after: (nil, nil)))
      return .done
    }
  }

  private func entry(_ action: String, _ tenant: TenantRow, after: (since: Instant?, reason: String?)) -> AuditRecord {
    AuditRecord(
      time: now, actors: [actor], action: action, path: tenant.name, subject: nil,
      before: fields(tenant.suspended, tenant.suspensionReason), after: fields(after.since, after.reason),
      reason: after.reason)
  }

  private func fields(_ since: Instant?, _ reason: String?) -> Fields {
    ["suspended": since.map { .text($0.description) } ?? .null, "reason": reason.map { .text($0) } ?? .null]
  }
}
