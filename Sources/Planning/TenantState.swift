import Model

/// A tenant as it stands between two steps of a plan: the stored state with the steps so far laid over it.
///
/// Rules read it; only ``apply(_:)`` changes it. Laying over costs what the plan changes, not what the tenant holds.
public struct TenantState: Sendable {
  public private(set) var exists: Bool
  public let account: Symbol?
  public private(set) var owner: Symbol?
  public private(set) var subscription: Symbol?
  public private(set) var roll: RollState
  public private(set) var workspaces: [Symbol: WorkspaceState] = [:]
  let topRoles: TopRoles
  let now: Instant

  /// The role that comes with ownership, in either kind of roll.
  struct TopRoles: Sendable {
    var organization: Symbol
    var workspace: Symbol
  }

  public struct WorkspaceState: Sendable {
    public var kind: WorkspaceKind
    public var owner: Symbol?
    public var subscription: Symbol?
    public var roll: RollState
  }

  /// `tenant` nil: it does not exist yet.
  init(_ tenant: ActualTenant?, account: Symbol?, topRoles: TopRoles, now: Instant) {
    exists = tenant != nil
    self.account = account
    owner = tenant?.owner
    subscription = tenant?.subscription
    roll = RollState(tenant?.roll ?? Roll())
    self.topRoles = topRoles
    self.now = now
    for workspace in tenant?.workspaces ?? [] {
      workspaces[workspace.name] = WorkspaceState(
        kind: workspace.kind, owner: workspace.owner, subscription: workspace.subscription,
        roll: RollState(workspace.roll))
    }
  }

  /// The owner of record; nil where there is none.
  public func owner(of workspace: Symbol?) -> Symbol? {
    guard let workspace else { return owner }
    return workspaces[workspace]?.owner
  }

  /// The roll a step is about; nil where the workspace does not exist.
  public func roll(of workspace: Symbol?) -> RollState? {
    guard let workspace else { return roll }
    return workspaces[workspace]?.roll
  }

  /// Whether the step can be done at all in this state; one that cannot waits for the steps before it.
  func admits(_ step: Step) -> Bool {
    switch step.change {
    case .createOrganization, .createAccount: !exists
    case .renameWorkspace(let from): workspaces[from] != nil && step.workspace.map { workspaces[$0] == nil } ?? false
    case .createWorkspace: exists && step.workspace.map { workspaces[$0] == nil } ?? false
    case .updatePolicy, .updateManagement, .updateTenant, .moveAccount, .deleteAccount: exists || account != nil
    case .updateWorkspace, .deleteWorkspace, .invite, .updateInvitation, .cancelInvitation, .addMember, .updateMember,
      .changeRole, .removeMember, .transferOwnership, .updateAPIKey, .revokeAPIKey:
      step.workspace.map { workspaces[$0] != nil } ?? (exists || account != nil)
    }
  }

  mutating func apply(_ step: Step) {
    let now = now
    switch step.change {
    case .createOrganization(let creation):
      exists = true
      owner = creation.owner
      subscription = creation.attributes.subscription
      if let owner { roll.put(member(owner, topRoles.organization)) }
      add(creation.defaultWorkspace)
    case .createAccount(_, let workspace):
      exists = true
      if let workspace { add(workspace) }
    case .updateTenant(_, let after):
      subscription = after.subscription ?? subscription
    case .updatePolicy, .updateManagement, .moveAccount, .deleteAccount, .updateAPIKey, .revokeAPIKey:
      break
    case .createWorkspace(let creation):
      add(creation)
    case .updateWorkspace(_, let after):
      if let name = step.workspace, let new = after.subscription { workspaces[name]?.subscription = new }
    case .renameWorkspace(let from):
      if let name = step.workspace { workspaces[name] = workspaces.removeValue(forKey: from) }
    case .deleteWorkspace:
      if let name = step.workspace { workspaces[name] = nil }
    case .invite(let grant, _), .updateInvitation(_, let grant):
      onRoll(of: step) { $0.invite($1, grant, at: now) }
    case .cancelInvitation:
      onRoll(of: step) { $0.uninvite($1) }
    case .addMember(let grant), .updateMember(_, let grant), .changeRole(_, let grant):
      onRoll(of: step) {
        $0.put(ActualMember(person: $1, role: grant.role, expires: grant.expires, protect: grant.protect, joined: now))
      }
    case .removeMember:
      onRoll(of: step) { $0.remove($1) }
      if let person = step.person { forget(owner: person, in: step.workspace) }
    case .transferOwnership(_, let swap):
      if let name = step.workspace { workspaces[name]?.owner = step.person } else { owner = step.person }
      guard let swap else { return }
      onRoll(of: step) { $0.regrant($1, swap.heirAfter) }
      onRoll(of: step) { roll, _ in roll.regrant(swap.former, swap.formerAfter) }
    }
  }

  private func member(_ person: Symbol, _ role: Symbol) -> ActualMember {
    ActualMember(person: person, role: role, joined: now)
  }

  private mutating func add(_ creation: Change.WorkspaceCreation) {
    var roll = RollState(Roll())
    if let owner = creation.owner { roll.put(member(owner, topRoles.workspace)) }
    workspaces[creation.name] = WorkspaceState(
      kind: creation.kind, owner: creation.owner, subscription: creation.attributes.subscription, roll: roll)
  }

  private mutating func onRoll(of step: Step, _ body: (inout RollState, Symbol) -> Void) {
    guard let person = step.person else { return }
    if let name = step.workspace {
      guard workspaces[name] != nil else { return }
      body(&workspaces[name]!.roll, person)
    } else {
      body(&roll, person)
    }
  }

  /// Nobody stays owner of record where they are no longer a member.
  private mutating func forget(owner person: Symbol, in workspace: Symbol?) {
    if let workspace {
      if workspaces[workspace]?.owner == person { workspaces[workspace]?.owner = nil }
    } else if owner == person {
      owner = nil
    }
  }
}

/// One roll between two steps.
public struct RollState: Sendable {
  private let base: Roll
  private var changedMembers: [Symbol: ActualMember?] = [:]
  private var changedInvitations: [Symbol: ActualInvitation?] = [:]

  init(_ base: Roll) { self.base = base }

  public func member(_ person: Symbol) -> ActualMember? {
    if let changed = changedMembers[person] { return changed }
    return base.members.first(sortedBy: \.person, person)
  }

  public func invitation(_ person: Symbol) -> ActualInvitation? {
    if let changed = changedInvitations[person] { return changed }
    return base.invitations.first(sortedBy: \.person, person)
  }

  /// Members for whom `condition` holds.
  public func count(where condition: (ActualMember) -> Bool) -> Int {
    let untouched =
      changedMembers.isEmpty
      ? base.members.count(where: condition)
      : base.members.count { changedMembers[$0.person] == nil && condition($0) }
    return untouched + changedMembers.values.count { $0.map(condition) ?? false }
  }

  /// In no order.
  public var members: [ActualMember] {
    base.members.filter { changedMembers[$0.person] == nil } + changedMembers.values.compactMap { $0 }
  }

  /// In no order.
  public var invitations: [ActualInvitation] {
    base.invitations.filter { changedInvitations[$0.person] == nil } + changedInvitations.values.compactMap { $0 }
  }

  mutating func put(_ member: ActualMember) {
    changedMembers[member.person] = .some(member)
    if invitation(member.person) != nil { uninvite(member.person) }
  }

  mutating func remove(_ person: Symbol) { changedMembers[person] = .some(nil) }

  /// Gives a member another role, end and protection.
  mutating func regrant(_ person: Symbol, _ grant: Grant) {
    guard var member = member(person) else { return }
    (member.role, member.expires, member.protect) = (grant.role, grant.expires, grant.protect)
    changedMembers[person] = .some(member)
  }

  mutating func invite(_ person: Symbol, _ grant: Grant, at now: Instant) {
    changedInvitations[person] = .some(
      ActualInvitation(
        person: person, email: person, role: grant.role, expires: grant.expires, protect: grant.protect, created: now))
  }

  mutating func uninvite(_ person: Symbol) { changedInvitations[person] = .some(nil) }
}

extension Array {
  /// The element with this key, in an array sorted by it.
  func first(sortedBy key: (Element) -> Symbol, _ wanted: Symbol) -> Element? {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if key(self[middle]) < wanted { low = middle + 1 } else { high = middle }
    }
    return low < count && key(self[low]) == wanted ? self[low] : nil
  }
}
