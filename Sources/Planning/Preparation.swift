import Model

/// What all tenants of one plan share: policies and baselines decoded, email moves resolved, the order of tenants.
struct Preparation {
  let input: PlanInput
  /// Accounts under the emails they will have.
  private(set) var accounts: AccountDirectory
  private(set) var stored: [String: ActualTenant] = [:]
  /// Accounts that move to another email first, since everything may depend on that, then other accounts, then
  /// organizations; each part in byte order. Places in ``DesiredState/tenants``.
  private(set) var order: [Int]
  /// Names of the accounts that come first.
  private(set) var leading: Set<String> = []
  private var views: [String: PolicyView] = [:]
  private var applied: [String: PolicyView] = [:]
  /// New email → former one.
  private var moves: [Symbol: AccountMove] = [:]
  /// Former email → new one of the accounts that are planned as moved already.
  private(set) var renamed: [Symbol: Symbol] = [:]
  private let wellKnown: WellKnownNames
  /// Moves that are not known to be done, with the rules that withhold them.
  private var withheldMoves: [Symbol: Set<RuleName>] = [:]
  let people: PeopleByEmail
  /// With what people changed of themselves and others under former emails counted under the present ones too.
  let authorship: Authorship
  /// Nobody where no policy asks for it.
  private var active = ActivePeople()
  var forAll: PolicyForAll

  init(_ input: PlanInput, names: inout NameTable) {
    self.input = input
    accounts = input.actual.accounts
    let tenants = input.desired.tenants
    order =
      tenants.indices.filter { tenants[$0].account != nil } + tenants.indices.filter { tenants[$0].account == nil }
    wellKnown = WellKnownNames(&names)
    for tenant in input.desired.tenants where views[tenant.policy.canonical] == nil {
      views[tenant.policy.canonical] = PolicyView(tenant.policy, names: &names)
    }
    for (digest, policy) in input.appliedPolicies { applied[digest] = PolicyView(policy, names: &names) }
    let declared = views[input.desired.policy.canonical] ?? PolicyView(input.desired.policy, names: &names)
    forAll = PolicyForAll(declared: declared)
    people = PeopleByEmail(input, names)
    authorship = input.authorship.following(people.former, names)
    findMoves()
    let first = order.filter { isMoving(tenants[$0]) } + newAccounts
    leading = Set(first.map { tenants[$0].name })
    order = first + order.filter { !isMoving(tenants[$0]) && !isNewAccount(tenants[$0]) }
    for (person, move) in moves where !move.bothExist { renamed[move.from] = person }
    for tenant in input.actual.tenants {
      let moved = renamed.isEmpty ? tenant : tenant.moving(renamed, names: names)
      stored[moved.name] = moved
    }
    if input.asksWhereElse {
      active = ActivePeople(elsewhere: Set(input.elsewhere.active.map { renamed[$0] ?? $0 }))
      for tenant in stored.values {
        active.add(tenant, input.actual.policyDigest(of: tenant).flatMap { applied[$0] }, at: input.now)
      }
    }
    let before = input.actual.policyForAll.flatMap { applied[$0] }
    settlePolicyForAll(before: before, declared: declared, policies: applied, names)
  }

  func baseline(of tenant: DesiredTenant, names: inout NameTable) -> BaselineReader? {
    guard let bytes = stored[tenant.name]?.applied?.bytes else { return nil }
    return BaselineReader(bytes, name: tenant.name, account: tenant.account, policy: tenant.policy, names: &names)
  }

  /// `formerly:` moves an account that exists under the former email and not under the present one. Both having
  /// accounts is refused, unless the same `formerly` was applied before: then somebody new has the old email.
  private mutating func findMoves() {
    for tenant in input.desired.tenants {
      guard let person = tenant.account else { continue }
      let bothExist = accounts[person] != nil
      let open = tenant.formerly.first { former in
        accounts[former.value] != nil && !(bothExist && input.wasApplied(former.value, tenant))
      }
      guard let former = open else { continue }
      moves[person] = AccountMove(from: former.value, bothExist: bothExist, mark: former.mark)
      guard !bothExist else { continue }
      if var record = accounts[former.value] {
        record.person = person
        record.email = input.desired.spellings[person] ?? person
        accounts.put(record)
      }
      withheldMoves[person] = [.accountMoveNeedsOperator]
    }
  }

  private func isNewAccount(_ tenant: DesiredTenant) -> Bool {
    tenant.account.map { accounts[$0] == nil } ?? false
  }

  /// Accounts to be made, those first whose people others name: being added somewhere would make their account on the
  /// way, without what is declared of it.
  private var newAccounts: [Int] {
    let tenants = input.desired.tenants
    let new = order.filter { isNewAccount(tenants[$0]) }
    guard new.count > 1 else { return new }
    let byPerson = Dictionary(new.compactMap { place in tenants[place].account.map { ($0, place) } }) { first, _ in
      first
    }
    var (result, seen): ([Int], Set<Symbol>) = ([], [])
    func visit(_ place: Int) {
      let tenant = tenants[place]
      guard let person = tenant.account, seen.insert(person).inserted else { return }
      let named = tenant.workspaces.flatMap { ($0.members ?? []).map(\.person) + [$0.owner?.value].compactMap { $0 } }
      for person in named.sorted(by: { input.names.precedes($0, $1) }) {
        if let other = byPerson[person] { visit(other) }
      }
      result.append(place)
    }
    new.forEach(visit)
    return result
  }

  private func isMoving(_ tenant: DesiredTenant) -> Bool { tenant.account.map { moves[$0] != nil } ?? false }

  /// What an account's own plan says about its move holds for everything planned after it.
  mutating func settleMove(by plan: TenantPlan, of tenant: DesiredTenant) {
    guard let person = tenant.account, withheldMoves[person] != nil else { return }
    withheldMoves[person] = plan.rulesAgainstMove.isEmpty ? nil : plan.rulesAgainstMove
  }

  /// - Parameter baseline: nil: there is none, or it was not read.
  func planner(_ desired: DesiredTenant, baseline: BaselineReader?, names: NameTable) -> TenantPlanner {
    let stored = stored[desired.name]
    // What rests on one's own move is known by what it requires.
    let others = isMoving(desired) ? withheldMoves.filter { $0.key != desired.account } : withheldMoves
    let hasRenames = desired.workspaces.contains { $0.renamedFrom != nil }
    let renames = hasRenames ? desired.dueRenames(in: stored?.workspaceIDs ?? [:]) { baseline?.renames ?? [:] } : [:]
    let applied = baseline?.resolved(stored?.names(after: renames) ?? [:]).moving(renamed)
    // Whoever answers is asked for with the baseline, where there is one.
    let isRead = applied != nil || stored?.applied == nil
    let workspaces = isRead ? WorkspaceNames(of: desired, stored, applied, renames) : nil
    return TenantPlanner(
      desired: desired, stored: stored, baseline: applied?.following(workspaces?.respelled ?? [:], names),
      attributed: workspaces.map { authorship.following($0, in: desired.name) } ?? authorship, renames: renames,
      appliedPolicy: stored?.applied.flatMap { self.applied[$0.policyDigest] }, olderPolicies: self.applied,
      declaredPolicy: view(desired.policy, names), policy: view(desired.policy, names), forAll: forAll, input: input,
      names: names, wellKnown: wellKnown, accounts: accounts,
      moves: others, formerEmails: renamed.inverted.filter { withheldMoves[$0.key] != nil },
      move: desired.account.flatMap { moves[$0] },
      formerlyNobodys: desired.formerly.isEmpty ? [] : input.newFormerEmails(desired), people: people,
      activeElsewhere: active)
  }

  /// Stored organizations that something was applied to and no manifest declares any more, in byte order.
  var dropped: [String] {
    let declared = Set(input.desired.tenants.map(\.name)).union(input.desired.stopped)
    return stored.values.filter { tenant in
      tenant.account == nil && tenant.applied?.baseline != nil && tenant.suspended == nil
        && !declared.contains(tenant.name) && !input.options.skipping.contains(tenant.name)
    }.map(\.name).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  func plannerOfDropped(_ name: String, names: inout NameTable) -> TenantPlanner? {
    guard let digest = stored[name]?.applied?.policyDigest, let policy = applied[digest] else { return nil }
    let nothing = DesiredTenant(name: name, mark: .none, management: .additive, policy: policy.inForce)
    return planner(nothing, baseline: baseline(of: nothing, names: &names), names: names)
  }

  private func view(_ policy: PolicyInForce, _ names: NameTable) -> PolicyView {
    if let known = views[policy.canonical] { return known }
    var table = names
    return PolicyView(policy, names: &table)
  }

  func serials(of tenants: [TenantPlan]) -> Serials {
    var result: [Serials.Entry] = []
    result.reserveCapacity(tenants.count + input.elsewhere.settled.count)
    for tenant in input.elsewhere.settled { result.append(.init(tenant.name, tenant.serial)) }
    for tenant in tenants { result.append(.init(tenant.name, stored[tenant.name]?.serial ?? 0)) }
    return Serials(result)
  }

  /// Stored organizations that no manifest names: never touched, but said.
  func unmanaged() -> [PlanWarning] {
    guard input.options.only.isEmpty else { return [] }
    let declared = Set(input.desired.tenants.map(\.name)).union(input.desired.stopped)
    let unmanaged = input.actual.tenants.filter { $0.account == nil && !declared.contains($0.name) }.map(\.name)
    let all = (unmanaged + input.elsewhere.unmanaged).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    return all.map {
      PlanWarning(
        code: "unmanaged", message: "organization \($0) is stored but not declared; Tenure leaves it alone", path: $0)
    }
  }
}

extension ActualTenant {
  /// What workspaces are called once these renames (new name → old one) are done, by their ids.
  func names(after renames: [Symbol: Symbol]) -> [Int64: Symbol] {
    let new = renames.inverted
    return Dictionary(workspaces.map { ($0.id, new[$0.name] ?? $0.name) }) { first, _ in first }
  }
}

extension [Symbol: Symbol] {
  fileprivate var inverted: [Symbol: Symbol] {
    Dictionary(map { ($0.value, $0.key) }, uniquingKeysWith: { first, _ in first })
  }
}

/// Names that every plan may need.
struct WellKnownNames: Sendable {
  /// The workspace made at sign-up.
  let personal: Symbol
  /// The workspace made with an organization that names none.
  let defaultWorkspace: Symbol

  init(_ names: inout NameTable) {
    personal = names.intern("Personal")
    defaultWorkspace = names.intern("default")
  }
}

extension Policy {
  /// Whether a rule depends on what other workspaces a person is active in.
  public var asksWhereElse: Bool { setting(.creatorKept) == .value("only-workspace") }
}

/// Interns every name that planning under these policies asks for, so that it need not change the table later: several
/// threads may then share one.
public func internNames(of policies: some Sequence<PolicyInForce>, in names: inout NameTable) {
  _ = WellKnownNames(&names)
  var seen: Set<String> = []
  for policy in policies where seen.insert(policy.canonical).inserted { _ = PolicyView(policy, names: &names) }
}
