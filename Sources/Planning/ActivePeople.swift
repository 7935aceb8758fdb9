import Model

/// People who are active in workspaces, as far as a policy asks for it.
struct ActivePeople: Sendable {
  /// Tenants in whose workspaces each person is active.
  private var tenants: [Symbol: Set<String>] = [:]
  /// Those who are active in tenants that were not read.
  private var elsewhere: Set<Symbol>

  init(elsewhere: Set<Symbol> = []) { self.elsewhere = elsewhere }

  mutating func add(_ tenant: ActualTenant, at now: Instant) {
    for member in tenant.workspaces.lazy.flatMap(\.roll.members) where member.expires.map({ now < $0 }) ?? true {
      tenants[member.person, default: []].insert(tenant.name)
    }
  }

  /// Whether the person is active in a workspace of another tenant.
  func contains(_ person: Symbol, besides tenant: String) -> Bool {
    if elsewhere.contains(person) { return true }
    return tenants[person].map { $0.count > 1 || !$0.contains(tenant) } ?? false
  }
}
