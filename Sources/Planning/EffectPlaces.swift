import Model

/// What effects ask of a plan's input: who is stored where, who is declared through which group, which role ranks how.
struct EffectPlaces {
  private let names: NameTable
  private let accounts: AccountDirectory
  private let spellings: [Symbol: Symbol]
  private let now: Instant
  private let stored: [String: ActualTenant]
  private let desired: [String: DesiredTenant]
  private let standard: PolicyInForce
  /// Positions in a tenant's workspaces, by path.
  private var storedWorkspaces: [Path: Int] = [:]
  private var desiredWorkspaces: [Path: Int] = [:]

  /// A person in one place: caseless, and under the tenant's stored name.
  struct Seat: Hashable {
    var tenant: String
    var workspace: String?
    var person: String
  }

  init(_ input: PlanInput) {
    var names = input.names
    let preparation = Preparation(input, names: &names)
    (self.names, accounts, stored) = (names, preparation.accounts, preparation.stored)
    (spellings, standard, now) = (input.desired.spellings, input.desired.policy, input.now)
    desired = Dictionary(input.desired.tenants.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for tenant in stored.values {
      for (position, workspace) in tenant.workspaces.enumerated() {
        storedWorkspaces[Path(tenant: tenant.name, workspace: names.text(workspace.name))] = position
      }
    }
    for tenant in input.desired.tenants {
      for (position, workspace) in tenant.workspaces.enumerated() {
        desiredWorkspaces[Path(tenant: tenant.name, workspace: names.text(workspace.name))] = position
      }
    }
  }

  /// The name under which the action's tenant is stored.
  func tenant(_ action: Action) -> String {
    action.organization.hasPrefix("~") ? action.organization.emailKey : action.organization
  }

  func seat(_ action: Action, _ workspace: String?, _ person: String) -> Seat {
    Seat(tenant: tenant(action), workspace: workspace, person: person.emailKey)
  }

  // MARK: - People

  /// As everything that is shown spells it.
  func email(_ person: Symbol) -> String { names.text(accounts[person]?.email ?? spellings[person] ?? person) }

  func displayName(_ person: String) -> String? {
    let record = names.symbol(of: person).flatMap { accounts[$0] }
    let name = desired["~" + person]?.displayName?.value ?? record?.displayName
    return name.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Through which entry of the member list.
  func group(_ seat: Seat) -> String? {
    guard let tenant = desired[seat.tenant], let person = names.symbol(of: seat.person) else { return nil }
    var members = tenant.members
    if let name = seat.workspace {
      members = desiredWorkspaces[Path(tenant: seat.tenant, workspace: name)].flatMap { tenant.workspaces[$0].members }
    }
    return members?.first(sortedBy: \.person, person)?.group.map(names.text)
  }

  // MARK: - What is stored

  private func workspace(_ seat: Seat, _ name: String) -> ActualWorkspace? {
    storedWorkspaces[Path(tenant: seat.tenant, workspace: name)].flatMap { stored[seat.tenant]?.workspaces[$0] }
  }

  /// `name`: of the seat's workspace before any rename; nil for the organization itself.
  private func roll(_ seat: Seat, storedAs name: String?) -> Roll? {
    guard seat.workspace != nil else { return stored[seat.tenant]?.roll }
    return name.flatMap { workspace(seat, $0)?.roll }
  }

  func stored(_ seat: Seat, storedAs name: String?) -> Effect.Standing? {
    guard let person = names.symbol(of: seat.person), let roll = roll(seat, storedAs: name) else { return nil }
    if let member = roll.members.first(sortedBy: \.person, person) {
      return .init(role: names.text(member.role), expires: member.expires)
    }
    return roll.invitations.first(sortedBy: \.person, person).map {
      .init(role: names.text($0.role), expires: $0.expires, isOffer: true)
    }
  }

  /// Members and those invited, each once.
  func people(in seat: Seat, storedAs name: String?) -> [Symbol] {
    guard let roll = roll(seat, storedAs: name) else { return [] }
    let members = roll.members.map(\.person)
    let known = Set(members)
    return members + roll.invitations.map(\.person).filter { !known.contains($0) }
  }

  /// Both roles where the top role goes along with the ownership (`OwnerSwap.swift`).
  func swap(_ seat: Seat, storedAs name: String?)
    -> (heirAfter: Effect.Standing, former: String, formerAfter: Effect.Standing)?
  {
    guard let name, let place = workspace(seat, name), let heir = names.symbol(of: seat.person) else { return nil }
    var table = names
    let view = PolicyView(policy(seat.tenant), names: &table)
    guard let former = view.ownerToSwap(in: place.roll, owner: place.owner, heir: heir, now: now) else { return nil }
    let declared = declaration(seat, former.person)
    guard declared?.role != view.topWorkspaceRole else { return nil }
    func standing(_ grant: Grant) -> Effect.Standing {
      .init(role: table.text(grant.role), expires: grant.expires)
    }
    let top = Grant(role: view.topWorkspaceRole, expires: nil, protect: false)
    return (
      standing(declaration(seat, heir).map(Grant.init) ?? top), email(former.person),
      standing(declared.map(Grant.init) ?? view.lowered(former))
    )
  }

  private func declaration(_ seat: Seat, _ person: Symbol) -> DesiredMember? {
    guard let name = seat.workspace, let tenant = desired[seat.tenant],
      let position = desiredWorkspaces[Path(tenant: seat.tenant, workspace: name)]
    else { return nil }
    let found = tenant.workspaces[position].members?.first(sortedBy: \.person, person)
    return found.flatMap { $0.isInForce ? $0 : nil }
  }

  // MARK: - Roles

  private func policy(_ tenant: String) -> PolicyInForce { desired[tenant]?.policy ?? standard }

  /// What an owner of record begins with.
  func top(_ action: Action, _ scope: RoleScope) -> Effect.Standing? {
    policy(tenant(action)).policy.topRole(scope).map { .init(role: $0.name) }
  }

  func isTop(_ role: String, _ seat: Seat, _ scope: RoleScope) -> Bool {
    policy(seat.tenant).policy.topRole(scope)?.name == role
  }

  func opensWorkspaces(_ role: String, _ seat: Seat) -> Bool {
    guard seat.workspace == nil else { return false }
    return policy(seat.tenant).policy.role(role, .organization)?.may(.workspaceEnterAll) ?? false
  }

  /// By being there, then by rank, then by end; nil: neither gains nor loses. A role that the policy does not know ranks
  /// below all others.
  func turn(from before: Effect.Standing?, to after: Effect.Standing?, _ seat: Seat, _ scope: RoleScope)
    -> Effect.Turn?
  {
    guard before != after else { return nil }
    guard let before else { return .gains }
    guard let after else { return .loses }
    if before.isOffer != after.isOffer { return before.isOffer ? .gains : .loses }
    let policy = policy(seat.tenant).policy
    let rank = { (role: String) in policy.role(role, scope)?.rank ?? Int.min }
    if before.role != after.role { return rank(after.role) < rank(before.role) ? .loses : .gains }
    guard let end = after.expires else { return .gains }
    return before.expires.map { $0 < end } ?? false ? .gains : .loses
  }
}
