import Model
import Planning
import Store

/// What a plan needs to know of tenants that it has not read.
extension PlanInput {
  /// Asks the store what people have in tenants that were not read, as far as a policy asks for it.
  ///
  /// - Parameters:
  ///   - declared: tenants, by name, that are declared and left out of the desired state.
  ///   - hasAllAccounts: whether the account of everybody was read, and not only those of the people concerned.
  mutating func readHoldings(
    _ reader: any StoreReader, declared: some Sequence<String>, hasAllAccounts: Bool
  ) throws {
    guard asksWhereElse || endsAccounts else { return }
    if endsAccounts, !hasAllAccounts {
      for record in try reader.accountsWithoutHoldings(names: &names) { actual.accounts.put(record) }
    }
    let records = actual.accounts.records
    let holdings = try reader.holdings(
      of: hasAllAccounts ? nil : Set(records.map(\.id)), outside: Set(actual.tenants.map(\.id)), appliedPolicies,
      at: now)
    for record in records {
      if holdings.active.contains(record.id) { elsewhere.active.insert(record.person) }
      if holdings.holders.contains(record.id) { elsewhere.holders.insert(record.person) }
    }
    for name in declared where name.hasPrefix("~") {
      if let person = names.symbol(of: String(name.dropFirst())) { elsewhere.holders.insert(person) }
    }
  }
}

extension StoreReader {
  /// What accounts have in all tenants but these, under the policies of their last applies, by digest.
  func holdings(
    of accounts: Set<Int64>?, outside tenants: Set<Int64>, _ policies: [String: PolicyInForce], at now: Instant
  ) throws -> AccountHoldings {
    try holdings(of: accounts, outside: tenants) { held in
      let policy = held.policyDigest.flatMap { policies[$0]?.policy }
      let asking = policy.flatMap { $0.setting(.organizationMemberFirst) != .off ? $0 : nil }
      let carrier = asking.map { policy in
        held.organization.map { role, end in
          InForce.Carrier(end: end, admits: policy.role(role, .organization)?.admitsToWorkspaces ?? false)
        }
      }
      return InForce.gap(held.end, carriedBy: carrier, at: now) == nil
    }
  }
}

extension DesiredState {
  /// The personal accounts that it speaks of by their present or a former email, as names of tenants.
  func accounts(_ names: NameTable) -> Set<String> {
    var found: Set<String> = []
    for tenant in tenants where tenant.account != nil {
      found.insert(tenant.name)
      found.formUnion(tenant.formerly.map { "~" + names.text($0.value) })
    }
    return found
  }
}
