import Model

/// The actual state that a commit leads to once all of it is applied and everybody has done their part: what a store
/// would hold if nobody had ever changed anything by hand. A plan from it is what merging changes.
///
/// | declared by the commit                 | here                                                               |
/// |----------------------------------------|--------------------------------------------------------------------|
/// | organization                           | there, with its default workspace and its owner of record          |
/// | member in force                        | an active member: invited, accepted                                |
/// | workspace member outside the organization, where membership of it comes first | nobody: the rule refuses them |
/// | no member list of the organization     | whoever its workspaces name, in the lowest role                    |
/// | workspace · `released:` · `removed:`   | there, with its people and keys · there, with nobody known · gone  |
/// | anybody named anywhere                 | an account, with what sign-up makes                                |
public struct SettledState {
  private let desired: DesiredState
  private let next: DesiredState
  private let commit: String
  private let time: Instant
  private let digest: (String) -> String
  private var names: NameTable
  private var views: [String: PolicyView] = [:]
  private let wellKnown: WellKnownNames
  private var lastID: Int64 = 0

  /// - Parameters:
  ///   - desired: what the commit declares.
  ///   - next: what is compared with it: it may name people of organizations whose member list nobody manages.
  ///   - digest: the identity of a policy's canonical text.
  public static func actual(
    of desired: DesiredState, next: DesiredState, commit: String, time: Instant, names: inout NameTable,
    digest: @escaping (String) -> String
  ) -> ActualState {
    var state = SettledState(desired, next, commit, time, &names, digest)
    defer { swap(&state.names, &names) }
    return state.build()
  }

  private init(
    _ desired: DesiredState, _ next: DesiredState, _ commit: String, _ time: Instant, _ names: inout NameTable,
    _ digest: @escaping (String) -> String
  ) {
    (self.desired, self.next, self.commit, self.time, self.digest) = (desired, next, commit, time, digest)
    wellKnown = WellKnownNames(&names)
    self.names = NameTable(minimumCapacity: 0)
    // The table moves in and out: it is too large to be copied.
    swap(&self.names, &names)
    for policy in desired.tenants.map(\.policy) + [desired.policy] where views[policy.canonical] == nil {
      views[policy.canonical] = PolicyView(policy, names: &self.names)
    }
  }

  private mutating func build() -> ActualState {
    var tenants = desired.tenants.filter { $0.account == nil }.map { organization($0) }
    let declared = desired.tenants.filter { $0.account != nil }
    var people = Set(tenants.flatMap(\.people)).union(declared.flatMap(\.people))
    tenants += declared.map { account($0) }
    people.subtract(declared.compactMap(\.account))
    tenants += people.sorted().map { undeclaredAccount($0) }
    tenants.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    var policies: [String: String] = [:]
    for canonical in views.keys { policies[digest(canonical)] = canonical }
    var state = ActualState(tenants: tenants, accounts: directory(tenants, declared), policies: policies)
    (state.policyForAll, state.policyForAllCommit) = (digest(desired.policy.canonical), commit)
    return state
  }

  private func directory(_ tenants: [ActualTenant], _ declared: [DesiredTenant]) -> AccountDirectory {
    let displayNames = Dictionary(uniqueKeysWithValues: declared.map { ($0.account, $0.displayName?.value) })
    return AccountDirectory(
      tenants.compactMap { tenant in
        guard let person = tenant.account else { return nil }
        return AccountRecord(
          id: tenant.id, person: person, email: desired.spellings[person] ?? person,
          displayName: displayNames[person] ?? nil, created: time)
      })
  }

  private mutating func id() -> Int64 {
    lastID += 1
    return lastID
  }

  /// Once all else of it is there: what counts as applied knows the workspaces by their ids.
  private func applied(_ tenant: DesiredTenant, _ actual: ActualTenant) -> AppliedCommit {
    AppliedCommit(
      commit: commit, time: time, baseline: Baseline(settled: tenant, in: actual).encoded(names: names),
      policyDigest: digest(tenant.policy.canonical), withheld: 0)
  }

  private mutating func organization(_ wanted: DesiredTenant) -> ActualTenant {
    guard let policy = views[wanted.policy.canonical] else { return ActualTenant(id: id(), name: wanted.name) }
    var tenant = ActualTenant(
      id: id(), name: wanted.name, displayName: wanted.displayName?.value, owner: wanted.owner?.value,
      subscription: wanted.subscription?.value)
    tenant.roll = roll(members(of: wanted, policy), owner: wanted.owner?.value, top: policy.topOrganizationRole)
    let first = wanted.defaultWorkspace ?? wellKnown.defaultWorkspace
    let isFirstNamed = wanted.workspaces.contains { $0.name == first || $0.renamedFrom?.value == first }
    let admitted: (Symbol) -> Bool = { [roll = tenant.roll] person in
      guard policy.asksOrganizationFirst else { return true }
      return roll.members.first(sortedBy: \.person, person).map { policy.admitsToWorkspaces($0.role) } ?? false
    }
    for workspace in wanted.workspaces {
      let isFirst = workspace.name == first || workspace.renamedFrom?.value == first
      tenant.add(self.workspace(workspace, in: wanted, policy, kind: isFirst ? .default : .standard, admitted))
    }
    if !isFirstNamed {
      tenant.add(begun(first, .default, owner: wanted.owner?.value, top: policy.topWorkspaceRole))
    }
    sort(&tenant.workspaces)
    tenant.applied = applied(wanted, tenant)
    return tenant
  }

  /// An organization whose people nobody manages has those whom its workspaces speak of.
  private func members(of wanted: DesiredTenant, _ policy: PolicyView) -> [DesiredMember] {
    if let members = wanted.members { return members }
    var people = Set(wanted.workspaces.flatMap(\.people))
    if let next = next.tenants.first(where: { $0.name == wanted.name }), next.members == nil {
      people.formUnion(next.workspaces.flatMap(\.people))
    }
    return people.map { DesiredMember(person: $0, role: policy.lowestOrganizationRole) }
  }

  private func roll(_ members: [DesiredMember], owner: Symbol?, top: Symbol) -> Roll {
    var found = members.filter(\.isInForce).map {
      ActualMember(person: $0.person, role: $0.role, expires: $0.expires, protect: $0.protect, joined: time)
    }
    if let owner {
      if let index = found.firstIndex(where: { $0.person == owner }) {
        found[index].role = top
      } else {
        found.append(ActualMember(person: owner, role: top, joined: time))
      }
    }
    return Roll(members: found.sorted { $0.person < $1.person })
  }

  /// Nil where a tombstone stands.
  private mutating func workspace(
    _ wanted: DesiredWorkspace, in tenant: DesiredTenant, _ policy: PolicyView, kind: WorkspaceKind,
    _ admitted: (Symbol) -> Bool
  ) -> ActualWorkspace? {
    switch wanted.disposition {
    case .removed: return nil
    case .released: return ActualWorkspace(id: id(), name: wanted.name, kind: kind, created: time)
    case .declared: break
    }
    var owner = (wanted.owner?.value ?? creator(of: wanted, in: tenant, policy, kind)).flatMap {
      admitted($0) ? $0 : nil
    }
    var members = (wanted.members ?? []).filter { admitted($0.person) }
    if wanted.owner == nil, let creator = owner, let list = wanted.members, tenant.account == nil {
      // Who came with it stays where nobody manages the people, or those besides the list.
      let isListed = list.contains { $0.person == creator && $0.isInForce }
      if wanted.management == .additive, !isListed {
        members.append(DesiredMember(person: creator, role: policy.topWorkspaceRole))
      } else if !isListed {
        owner = nil
      }
    }
    // What comes with the organization has its subscription, and keeps none of its own where that is declared.
    let inherited = kind == .default ? tenant.subscription?.value ?? policy.defaultSubscription : nil
    let subscription = wanted.subscription?.value
    var workspace = ActualWorkspace(
      id: id(), name: wanted.name, kind: kind, displayName: wanted.displayName?.value, owner: owner,
      subscription: subscription == inherited ? nil : subscription, created: time,
      roll: roll(
        members, owner: wanted.owner == nil && wanted.members != nil ? nil : owner, top: policy.topWorkspaceRole))
    workspace.apiKeys = (wanted.apiKeys ?? []).map {
      ActualAPIKey(name: $0.name, limits: $0.limits, creator: nil, created: time)
    }
    return workspace
  }

  /// Whom a workspace is made with that names no owner: its account's user, or its organization's owner where it comes
  /// with the organization or every workspace needs an owner.
  private func creator(
    of wanted: DesiredWorkspace, in tenant: DesiredTenant, _ policy: PolicyView, _ kind: WorkspaceKind
  ) -> Symbol? {
    if let user = tenant.account { return user }
    let comesWithIt = kind == .default || (policy.policy.workspaces.ownerRequired && wanted.members == nil)
    return comesWithIt ? tenant.owner?.value : nil
  }

  /// As it comes with its organization or account.
  private mutating func begun(_ name: Symbol, _ kind: WorkspaceKind, owner: Symbol?, top: Symbol) -> ActualWorkspace {
    ActualWorkspace(
      id: id(), name: name, kind: kind, owner: owner, created: time, roll: roll([], owner: owner, top: top))
  }

  private mutating func account(_ wanted: DesiredTenant) -> ActualTenant {
    var tenant = ActualTenant(
      id: id(), name: wanted.name, account: wanted.account, displayName: wanted.displayName?.value)
    guard let policy = views[wanted.policy.canonical] else { return tenant }
    let signUp = policy.policy.signUp
    let isFirst: (DesiredWorkspace) -> Bool = { [wellKnown] in
      $0.name == wellKnown.personal || $0.renamedFrom?.value == wellKnown.personal
    }
    let isFirstNamed = wanted.workspaces.contains(where: isFirst)
    if signUp.personalWorkspace != .never, !isFirstNamed {
      tenant.add(begun(wellKnown.personal, signUp.workspaceKind, owner: wanted.account, top: policy.topWorkspaceRole))
    }
    for entry in wanted.workspaces {
      let kind = signUp.personalWorkspace == .never ? tenant.workspaces.isEmpty : isFirst(entry)
      tenant.add(workspace(entry, in: wanted, policy, kind: kind ? signUp.workspaceKind : .standard) { _ in true })
    }
    sort(&tenant.workspaces)
    tenant.applied = applied(wanted, tenant)
    return tenant
  }

  /// Made on the way, by being added or invited somewhere.
  private mutating func undeclaredAccount(_ person: Symbol) -> ActualTenant {
    var tenant = ActualTenant(id: id(), name: "~" + names.text(person), account: person)
    guard let policy = views[desired.policy.canonical], policy.policy.signUp.personalWorkspace == .always else {
      return tenant
    }
    tenant.add(
      begun(wellKnown.personal, policy.policy.signUp.workspaceKind, owner: person, top: policy.topWorkspaceRole))
    return tenant
  }

  private func sort(_ workspaces: inout [ActualWorkspace]) {
    workspaces.sort { names.precedes($0.name, $1.name) }
    for index in workspaces.indices { workspaces[index].apiKeys.sort { names.precedes($0.name, $1.name) } }
  }
}

extension ActualTenant {
  fileprivate mutating func add(_ workspace: ActualWorkspace?) {
    if let workspace { workspaces.append(workspace) }
  }

  fileprivate var people: [Symbol] {
    roll.members.map(\.person) + workspaces.flatMap { $0.roll.members.map(\.person) }
  }
}

extension DesiredTenant {
  fileprivate var people: [Symbol] { (members ?? []).filter(\.isInForce).map(\.person) + workspaces.flatMap(\.people) }
}

extension DesiredWorkspace {
  /// Whom it lets in.
  fileprivate var people: [Symbol] {
    guard disposition == .declared else { return [] }
    return (members ?? []).filter(\.isInForce).map(\.person) + [owner?.value].compactMap { $0 }
  }
}
