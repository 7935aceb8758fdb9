import Model

/// An account that gets another email.
struct AccountMove: Sendable {
  var from: Symbol
  /// Both emails have accounts, which cannot become one.
  var bothExist: Bool
  var mark: Mark
}

/// A baseline that is decoded only for tenants in which something differs: most do not ask for it.
enum BaselineSource {
  case known(Baseline?)
  /// Not decoded yet; a difference that asks for it notes so, and is made again with it.
  case unread(Probe)

  final class Probe {
    fileprivate(set) var wasAsked = false
  }

  var baseline: Baseline? {
    switch self {
    case .known(let baseline): return baseline
    case .unread(let probe):
      probe.wasAsked = true
      return nil
    }
  }
}

/// The difference between what a tenant's manifests declare and what is stored, as candidate steps that no rule has
/// judged yet.
///
/// `actual` is the stored tenant or, for one that is not there yet, what creating it makes; likewise for workspaces, so
/// that everything behind a creation is an ordinary difference.
struct TenantDiff {
  let desired: DesiredTenant
  let actual: ActualTenant
  /// The tenant itself is still to be made, by step 0.
  let isNew: Bool
  /// The account itself gets another email, by step 0.
  private let isMoving: Bool
  private let baselineSource: BaselineSource
  /// New name → stored name of the renames that are due.
  let renames: [Symbol: Symbol]
  let policy: PolicyView
  let accounts: AccountDirectory
  let names: NameTable
  let now: Instant

  var steps: [Step] = []
  var waiting: [Notice<Waiting.Event>] = []
  var held: [Notice<Held.Reason>] = []
  var warnings: [PlanWarning] = []
  /// Declarations that are not yet as declared although nothing refuses them: they wait or are held.
  var unsettled: Set<EntryKey> = []

  /// How each person will stand in the organization once its own list is settled.
  var outlooks: [Symbol: Outlook] = [:]
  /// Step that removes somebody from the organization.
  var leavers: [Symbol: Int] = [:]
  /// Steps that end somebody's memberships and invitations in workspaces.
  var workspaceEndings: [Symbol: [Int]] = [:]
  /// Where ownership passes together with the top role, by workspace.
  var swaps: [Symbol: Change.OwnerSwap] = [:]
  /// People to whom ownership passes once they have joined: they are offered the lowest role.
  var awaitedHeirs: Set<RollPlace> = []
  /// Step that gives somebody their place or role in a roll.
  var grants: [RollPlace: Int] = [:]

  struct RollPlace: Hashable {
    var workspace: Symbol?
    var person: Symbol
  }

  enum Outlook {
    case active(step: Int?)
    case pending(since: Instant?)
    case held(Held.Reason, since: Instant?)
    case absent
  }

  /// Something waiting or held, in symbols.
  struct Notice<Kind> {
    var workspace: Symbol?
    var person: Symbol?
    var key: Symbol?
    var kind: Kind
    var since: Instant?
    var mark: Mark
  }

  init(
    desired: DesiredTenant, actual: ActualTenant, creation: Change?, baseline: BaselineSource,
    renames: [Symbol: Symbol], policy: PolicyView, accounts: AccountDirectory, names: NameTable, now: Instant,
    move: AccountMove? = nil, formerlyNobodys: [Marked<Symbol>] = []
  ) {
    self.desired = desired
    self.actual = actual
    self.isNew = creation != nil
    self.isMoving = move.map { !$0.bothExist } ?? false
    self.baselineSource = baseline
    self.renames = renames
    self.policy = policy
    self.accounts = accounts
    self.names = names
    self.now = now
    if let creation {
      let index = add(
        Step(
          person: desired.account, change: creation, origin: origin(.tenant), mark: desired.mark, entry: .tenant,
          phase: .tenant))
      if desired.account == nil, desired.owner != nil { steps[index].alsoBy = [.owner(nil)] }
    }
    if let move {
      let change = Change.moveAccount(from: move.from, bothExist: move.bothExist)
      add(
        Step(
          person: desired.account, change: change, origin: origin(.tenant), mark: move.mark, entry: .tenant,
          phase: .tenant))
    }
    for former in formerlyNobodys {
      add(
        Step(
          person: desired.account, change: .moveAccount(from: former.value, bothExist: false), origin: origin(.tenant),
          mark: former.mark, entry: .tenant, phase: .tenant))
    }
    tenantAttributes()
    if desired.account == nil {
      roll(
        nil, desired: desired.members, later: desired.later, owner: desired.owner, stored: actual.roll,
        management: desired.management, after: nil)
      ownership(nil, desired.owner, stored: actual.owner, in: actual.roll, after: nil)
    }
    workspaces()
    for (person, step) in leavers { steps[step].requires += workspaceEndings[person] ?? [] }
    endWithRemovals()
    warnOfUnknownRoles()
  }

  var baseline: Baseline? { baselineSource.baseline }

  var hasOrganizationFirst: Bool { desired.account == nil && policy.asksOrganizationFirst }

  var madeWorkspaces: Set<Symbol> {
    Set(
      steps.compactMap { step in
        if case .createWorkspace(let creation) = step.change { creation.name } else { nil }
      })
  }

  @discardableResult
  mutating func add(_ step: Step) -> Int {
    steps.append(step)
    // Everything rests on the tenant's being there, and under this email.
    if isNew || isMoving, steps.count > 1 { steps[steps.count - 1].requires.append(0) }
    return steps.count - 1
  }

  private mutating func tenantAttributes() {
    // A person's display name is the account's; what `actual` has is that of an account still to be made.
    let record = desired.account.flatMap { accounts[$0] }
    let (before, after) = difference(
      desired.displayName, desired.subscription, storedName: record.map(\.displayName) ?? actual.displayName,
      storedSubscription: actual.subscription)
    guard before != after else { return }
    add(
      Step(
        person: desired.account, change: .updateTenant(before: before, after: after), origin: origin(.tenant),
        mark: desired.displayName?.mark ?? desired.mark, entry: .tenant, phase: .attributes))
  }

  /// Those declared attributes that are stored otherwise. No display name is an empty one, no subscription the default;
  /// a workspace without one goes by its organization's.
  func difference(
    _ displayName: Marked<String>?, _ subscription: Marked<Symbol>?, storedName: String?, storedSubscription: Symbol?
  ) -> (before: Change.Attributes, after: Change.Attributes) {
    var before = Change.Attributes()
    var after = Change.Attributes()
    if let displayName, displayName.value != storedName ?? "" {
      before.displayName = storedName ?? ""
      after.displayName = displayName.value
    }
    let stored = storedSubscription ?? policy.defaultSubscription
    if let subscription, subscription.value != stored {
      before.subscription = stored
      after.subscription = subscription.value
    }
    return (before, after)
  }

  /// Makes B owner of record in place of A, once B holds the top role there.
  mutating func ownership(
    _ workspace: Symbol?, _ wanted: Marked<Symbol>?, stored: Symbol?, in roll: Roll, after step: Int?
  ) {
    guard let wanted else { return }
    let place = RollPlace(workspace: workspace, person: wanted.value)
    let entry = EntryKey.owner(workspace)
    // Whoever leaves the organization leaves the ownership of its workspaces behind: it has to come back with them.
    let isLost = workspace != nil && hasOrganizationFirst && leavers[wanted.value] != nil && grants[place] != nil
    guard wanted.value != stored || isLost else { return }
    let stored = isLost && wanted.value == stored ? nil : stored
    let isMember = roll.members.first(sortedBy: \.person, wanted.value) != nil
    let isSuspended = accounts[wanted.value]?.suspended != nil
    if let grant = grants[place], !isInvitation(steps[grant]) {
      let transfer = add(ownershipStep(workspace, wanted, stored, entry))
      steps[transfer].requires += [grant] + (step.map { [$0] } ?? [])
    } else if isMember, !isSuspended {
      let transfer = add(ownershipStep(workspace, wanted, stored, entry))
      steps[transfer].requires += step.map { [$0] } ?? []
    } else {
      unsettled.insert(entry)
      // Somebody held is said so by their own notice; everybody else has yet to accept.
      let isHeld = held.contains { $0.person == wanted.value && $0.workspace == workspace }
      let isSaid = waiting.contains { $0.person == wanted.value && $0.workspace == workspace }
      if !isHeld, !isSaid {
        waiting.append(
          Notice(workspace: workspace, person: wanted.value, kind: .acceptInvitation, since: nil, mark: wanted.mark))
      }
    }
  }

  private func isInvitation(_ step: Step) -> Bool {
    switch step.change {
    case .invite, .updateInvitation: true
    case .createOrganization, .createAccount, .updatePolicy, .updateManagement, .updateTenant, .moveAccount,
      .deleteAccount, .createWorkspace,
      .updateWorkspace, .renameWorkspace, .deleteWorkspace, .cancelInvitation, .addMember, .updateMember, .changeRole,
      .removeMember, .transferOwnership, .updateAPIKey, .revokeAPIKey:
      false
    }
  }

  private func ownershipStep(_ workspace: Symbol?, _ wanted: Marked<Symbol>, _ stored: Symbol?, _ entry: EntryKey)
    -> Step
  {
    Step(
      workspace: workspace, person: wanted.value,
      change: .transferOwnership(from: stored, swap: workspace.flatMap { swaps[$0] }), origin: origin(entry),
      mark: wanted.mark, entry: entry, phase: .ownership)
  }
}
