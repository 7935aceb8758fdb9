import Model
import Planning
import Store

/// The sole writer: carries out a plan, one transaction a tenant, with audit entries and outbox rows inside.
///
/// A transaction first looks whether the tenant is still as it was planned from. If it is not, the tenant is planned
/// again inside the transaction, and refused as stale unless that gives the same actions.
public struct Applier {
  let store: any Store
  let input: PlanInput
  let rewind: Rewind?
  /// Ids of accounts that moved or were made since the plan was read.
  private var knownAccounts: [Symbol: Int64] = [:]
  private let stored: [String: ActualTenant]
  /// In force from this apply on.
  private var policyForAll: PolicyInForce
  /// Tenants, by name, of which there was nothing to note.
  public private(set) var recorded: Set<String> = []

  /// - Parameter rewind: set where this goes back behind a commit that was applied before.
  public init(store: any Store, input: PlanInput, rewind: Rewind? = nil) {
    (self.store, self.input, self.rewind) = (store, input, rewind)
    stored = Dictionary(uniqueKeysWithValues: input.actual.tenants.map { ($0.name, $0) })
    policyForAll = input.desired.policy
  }

  /// What became of one tenant.
  public struct Outcome: Hashable, Sendable {
    public enum Status: String, Sendable { case applied, unchanged, blocked, failed }
    public var organization: String
    public var status: Status
    /// Actions done.
    public var applied: Int
    public var message: String?
  }

  /// What became of the tenants so far: also where the apply ended before its time.
  public private(set) var outcomes: [Outcome] = []

  /// Applies every tenant of the plan and then ends the accounts that have nowhere left to be.
  ///
  /// All of it has reached the disk when this returns or throws, and until then each tenant is whole or untouched.
  /// - Parameters:
  ///   - shouldContinue: asked between tenants; false stops there.
  ///   - progress: told the actions done so far, often; what it throws undoes the tenant at hand and ends the apply.
  /// - Throws: what concerns the store as a whole (full disk, read-only …); a tenant's own trouble is in its outcome.
  public mutating func apply(
    _ planned: Planned, shouldContinue: () -> Bool = { true }, progress: (Int) throws -> Void = { _ in }
  ) throws -> [Outcome] {
    outcomes = []
    try store.syncingOnce { try applyAll(planned, shouldContinue, progress) }
    return outcomes
  }

  private mutating func applyAll(
    _ planned: Planned, _ shouldContinue: () -> Bool, _ progress: (Int) throws -> Void
  ) throws {
    policyForAll = planned.policyForAll.inForce
    try recordBeginning(planned)
    if let action = planned.policyForAll.action {
      let isDone = action.blockedBy.isEmpty
      outcomes.append(
        Outcome(organization: action.organization, status: isDone ? .applied : .blocked, applied: isDone ? 1 : 0))
      try progress(isDone ? 1 : 0)
    }
    var untouched = input.elsewhere.settled.filter { $0.commit != input.source.commit }.map(\.id)
    var done = outcomes.reduce(0) { $0 + $1.applied }
    for tenant in planned.tenants {
      guard shouldContinue() else {
        outcomes = withElsewhere(outcomes, planned)
        return
      }
      if let stored = stored[tenant.name], isSettled(tenant, stored, names: planned.names) {
        if stored.applied?.commit != input.source.commit { untouched.append(stored.id) }
        outcomes.append(outcome(of: tenant, applied: 0))
        recorded.insert(tenant.name)
        continue
      }
      outcomes.append(try applyOne(tenant, names: planned.names) { try progress(done + $0) })
      done += outcomes.last?.applied ?? 0
      try progress(done)
    }
    if !untouched.isEmpty, let commit = input.source.commit {
      try store.transaction { try $0.touchApplied(tenants: untouched, commit: commit, at: input.now) }
    }
    outcomes = withElsewhere(outcomes, planned)
    for ending in planned.plan.applicable where ending.kind == .deleteAccount {
      guard shouldContinue() else { return }
      outcomes.append(try end(ending, planned))
      done += outcomes.last?.applied ?? 0
      try progress(done)
    }
  }

  /// With those of tenants that needed no plan, where a full plan has them: behind accounts that come first, accounts and
  /// then organizations, each in byte order of their names.
  private func withElsewhere(_ outcomes: [Outcome], _ planned: Planned) -> [Outcome] {
    guard !input.elsewhere.settled.isEmpty else { return outcomes }
    // The Policy for all comes first of all.
    let first = planned.policyForAll.action == nil ? 0 : 1
    let leading = min(planned.leading + first, outcomes.count)
    let ofTenants = zip(planned.tenants.map(\.name), outcomes.dropFirst(first))
    let planned = ofTenants.dropFirst(leading - first).map { (name: $0, outcome: $1) }
    let settled = input.elsewhere.settled.map {
      (name: $0.name, outcome: Outcome(organization: $0.organization, status: .unchanged, applied: 0))
    }
    var rest = planned + settled.filter { $0.name.hasPrefix("~") } + settled.filter { !$0.name.hasPrefix("~") }
    if !planned.isEmpty {
      rest.sort { a, b in
        let isAccount = (a.name.hasPrefix("~"), b.name.hasPrefix("~"))
        return isAccount.0 == isAccount.1 ? a.name.utf8.lexicographicallyPrecedes(b.name.utf8) : isAccount.0
      }
    }
    return outcomes.prefix(leading) + rest.map(\.outcome)
  }

  private func outcome(of tenant: TenantPlan, applied: Int) -> Outcome {
    let withheld = tenant.actions.contains { !$0.blockedBy.isEmpty }
    return Outcome(
      organization: tenant.organization, status: withheld ? .blocked : applied > 0 ? .applied : .unchanged,
      applied: applied)
  }

  /// Nothing to do and nothing to note but perhaps a newer commit.
  private func isSettled(_ tenant: TenantPlan, _ stored: ActualTenant, names: NameTable) -> Bool {
    guard tenant.actions.allSatisfy({ !$0.blockedBy.isEmpty }), let applied = stored.applied else { return false }
    return applied.policyDigest == digest(tenant.policy.canonical)
      && tenant.baseline?.encoded(names: names) == applied.baseline
  }

  private mutating func applyOne(
    _ tenant: TenantPlan, names: NameTable, _ progress: (Int) throws -> Void
  ) throws -> Outcome {
    do {
      let (count, made) = try store.transaction { transaction in
        var current = tenant
        var currentInput = input
        var table = names
        var found = stored[tenant.formerName ?? tenant.name]
        if try transaction.tenant(named: tenant.formerName ?? tenant.name)?.serial ?? 0 != found?.serial ?? 0 {
          (current, currentInput, table) = try planAgain(tenant, transaction)
          found = currentInput.actual.tenants.first { $0.name == current.formerName ?? current.name }
        }
        var writer = TenantWriter(
          transaction: transaction, context: context(currentInput), names: table,
          tenant: current, stored: found,
          accounts: knownAccounts)
        let count = try writer.write(progress)
        return (count, writer.made)
      }
      knownAccounts.merge(made) { $1 }
      return outcome(of: tenant, applied: count)
    } catch let stale as StalePlan {
      return Outcome(organization: tenant.organization, status: .failed, applied: 0, message: stale.description)
    } catch let error as StoreError where error.code == .constraint {
      return Outcome(organization: tenant.organization, status: .failed, applied: 0, message: error.message)
    }
  }

  func context(_ input: PlanInput) -> WritingContext {
    WritingContext(input, policyForAll: policyForAll.policy, isRewind: rewind != nil)
  }

  /// Plans the tenant from what is stored now.
  private func planAgain(_ tenant: TenantPlan, _ reader: any StoreReader) throws -> (TenantPlan, PlanInput, NameTable) {
    var fresh = input
    var names = input.names
    let scope = Set([tenant.name, tenant.formerName].compactMap { $0 })
    fresh.actual = try reader.read(.tenants(scope), names: &names)
    // What this apply made of it already is no news.
    fresh.actual.policyForAll = input.actual.policyForAll
    fresh.actual.policyForAllCommit = input.actual.policyForAllCommit
    fresh.actual.policyForAllWithheld = input.actual.policyForAllWithheld
    // Rules may ask where else somebody is active, and moves of other accounts whose rows these are.
    fresh.actual.tenants += input.actual.tenants.filter { !scope.contains($0.name) }
    fresh.names = names
    try fresh.readFormerEmails(reader)
    names = fresh.names
    fresh.desired.tenants.removeAll { $0.name != tenant.name && $0.formerly.isEmpty }
    fresh.actual.accounts = input.actual.accounts.updated(with: fresh.actual.accounts)
    let again = plan(fresh)
    guard let current = again.tenants.first(where: { $0.name == tenant.name }), current.actions == tenant.actions else {
      throw StalePlan(organization: tenant.organization)
    }
    return (current, fresh, again.names)
  }

  private func end(_ ending: Action, _ planned: Planned) throws -> Outcome {
    let isDone = try store.transaction { transaction in
      // Asked again at the last moment: what should have ended may have failed, or somebody let them in meanwhile.
      guard let subject = ending.subject, let account = try transaction.account(email: subject),
        try !transaction.belongsSomewhere(email: subject)
      else { return false }
      let record = AuditRecord(
        ending, context(input), lifted: Set(planned.plan.overrides.map(\.rule)))
      if policyForAll.policy.workspaces.finalInvoice {
        try FinalInvoice(transaction: transaction, now: input.now).writeAll(of: account, deletion: record)
      }
      try endKeys(of: account, ending, transaction)
      try transaction.deleteAccount(account.id)
      try transaction.appendAudit(record)
      return true
    }
    return Outcome(organization: ending.organization, status: isDone ? .applied : .unchanged, applied: isDone ? 1 : 0)
  }
}

extension Applier {
  /// Revokes what does not outlive the account, each key with an entry of its own in the audit log.
  private func endKeys(
    of account: AccountRow, _ ending: Action, _ transaction: any StoreTransaction
  ) throws {
    for tenant in try transaction.tenantsWithKeys(of: account.id) {
      let place = try Place(Path(tenant: tenant), transaction)
      let policy = try AppliedPolicy(transaction).policy(of: place.tenant, in: place.state).policy
      guard policy.endsKeys(ofDeletedAccount: account.suspended != nil) else { continue }
      let person = place.names.symbol(of: account.email.emailKey)
      for workspace in place.tenant.workspaces {
        for key in workspace.apiKeys where person != nil && key.creator == person {
          let revocation = Action(
            .revokeAPIKey, organization: place.path.tenant, workspace: place.names.text(workspace.name),
            subject: place.names.text(key.name), origin: ending.origin, actors: ending.actors,
            approvedBy: ending.approvedBy, source: ending.source)
          try transaction.revokeAPIKey(
            workspace: workspace.id, name: place.names.text(key.name), at: input.now)
          try transaction.appendAudit(
            AuditRecord(revocation, context(input)))
        }
      }
    }
  }
}

/// The tenant changed after the plan was made, and in a way that changes the plan.
public struct StalePlan: Error, CustomStringConvertible {
  public var organization: String
  public var description: String {
    "\(organization) was changed by somebody else since it was planned, so nothing of it was applied; plan and apply again"
  }
}

extension AccountDirectory {
  /// An account that has moved since is known by its new email alone.
  fileprivate func updated(with fresh: AccountDirectory) -> AccountDirectory {
    let people = Dictionary(fresh.records.map { ($0.id, $0.person) }, uniquingKeysWith: { first, _ in first })
    let hasMoved = records.contains { record in people[record.id].map { $0 != record.person } ?? false }
    var result =
      hasMoved
      ? AccountDirectory(records.filter { record in people[record.id].map { $0 == record.person } ?? true }) : self
    for record in fresh.records { result.put(record) }
    return result
  }
}
