import Model

/// People who are active in workspaces, as far as a policy asks for it.
struct ActivePeople: Sendable {
  /// Tenants in whose workspaces each person is active.
  private var tenants: [Symbol: Set<String>] = [:]
  /// Those who are active in tenants that were not read.
  private var elsewhere: Set<Symbol>

  init(elsewhere: Set<Symbol> = []) { self.elsewhere = elsewhere }

  /// - Parameter policy: that of the tenant's last apply; nil: there was none.
  mutating func add(_ tenant: ActualTenant, _ policy: PolicyView?, at now: Instant) {
    let asking = tenant.account == nil ? policy.flatMap { $0.asksOrganizationFirst ? $0 : nil } : nil
    for member in tenant.workspaces.lazy.flatMap(\.roll.members) {
      let carrier = asking.map { policy in
        tenant.roll.members.first(sortedBy: \.person, member.person).map(policy.carrier)
      }
      if InForce.gap(member.expires, carriedBy: carrier, at: now) == nil {
        tenants[member.person, default: []].insert(tenant.name)
      }
    }
  }

  /// Whether the person is active in a workspace of another tenant.
  func contains(_ person: Symbol, besides tenant: String) -> Bool {
    if elsewhere.contains(person) { return true }
    return tenants[person].map { $0.count > 1 || !$0.contains(tenant) } ?? false
  }
}
