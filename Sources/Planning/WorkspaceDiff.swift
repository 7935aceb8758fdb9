import Model

/// Workspaces: declared, renamed, removed, released or dropped, against those that are there.
extension TenantDiff {
  mutating func workspaces() {
    var stored: [Symbol: ActualWorkspace] = [:]
    for workspace in actual.workspaces { stored[workspace.name] = workspace }
    let renamedAway = Set(renames.values)
    for wanted in desired.workspaces {
      let old = renames[wanted.name]
      let found = old.flatMap { stored[$0] } ?? (renamedAway.contains(wanted.name) ? nil : stored[wanted.name])
      switch wanted.disposition {
      case .declared: declared(wanted, found, renamedFrom: old)
      case .removed(let reason): removed(wanted, found, reason)
      case .released:
        if let found {
          roll(
            found.name, desired: nil, owner: nil, stored: found.roll, management: .additive, after: nil,
            isManaged: false)
        }
      }
    }
    let named = Set(desired.workspaces.map(\.name))
    for workspace in actual.workspaces where !named.contains(workspace.name) && !renamedAway.contains(workspace.name) {
      undeclared(workspace)
    }
    vacateFirst()
  }

  /// A name that a rename gives up is free for another workspace only after that.
  private mutating func vacateFirst() {
    var vacating: [Symbol: Int] = [:]
    for (index, step) in steps.enumerated() {
      if case .renameWorkspace(let from) = step.change { vacating[from] = index }
    }
    for (index, step) in steps.enumerated() where step.phase == .rename || step.phase == .createWorkspace {
      if let name = step.workspace, let first = vacating[name] { steps[index].requires.append(first) }
    }
  }

  private mutating func declared(_ wanted: DesiredWorkspace, _ found: ActualWorkspace?, renamedFrom old: Symbol?) {
    var before: Int?
    let stored: ActualWorkspace
    if let found {
      stored = found
      if let old {
        before = add(
          Step(
            workspace: wanted.name, change: .renameWorkspace(from: old), origin: origin(.workspace(wanted.name)),
            mark: wanted.renamedFrom?.mark ?? wanted.mark, entry: .workspace(wanted.name), phase: .rename))
      }
      attributes(wanted, stored, after: before)
    } else {
      (stored, before) = create(wanted)
      warnTakenOver(wanted.name)
    }
    if old == nil, let from = wanted.renamedFrom?.value { warnWithoutEffect(wanted.name, from, isNew: found == nil) }
    findSwap(wanted, stored)
    roll(
      wanted.name, desired: wanted.members, later: wanted.later, owner: wanted.owner, stored: stored.roll,
      management: wanted.management, after: before)
    restoreUser(of: stored, as: wanted.name, after: before)
    ownership(wanted.name, wanted.owner, stored: stored.owner, in: stored.roll, after: before)
    keys(wanted, stored, after: before)
  }

  private mutating func create(_ wanted: DesiredWorkspace) -> (ActualWorkspace, Int) {
    var creation = Change.WorkspaceCreation(
      name: wanted.name,
      kind: policy.kindOfNewWorkspace(isFirstOfAccount: isFirstOfAccount),
      attributes: .init(displayName: wanted.displayName?.value, subscription: wanted.subscription?.value), owner: nil)
    var needed: Int?
    for owner in [wanted.owner?.value ?? desired.account, ownerInstead(wanted)].compactMap(\.self)
    where creation.owner == nil {
      (creation.owner, needed) = joinsAtOnce(owner)
    }
    let index = add(
      Step(
        workspace: wanted.name, change: .createWorkspace(creation), origin: origin(.workspace(wanted.name)),
        mark: wanted.mark, entry: .workspace(wanted.name), phase: .createWorkspace))
    if wanted.owner != nil { steps[index].alsoBy = [.owner(wanted.name)] }
    if let needed { steps[index].requires.append(needed) }
    return (creation.projected(topRole: policy.topWorkspaceRole, now: now), index)
  }

  /// Where the policy asks for owners, the tenant's stands in for one that nobody names, or that cannot join at once; a
  /// member list without an owner says itself who is there.
  private func ownerInstead(_ wanted: DesiredWorkspace) -> Symbol? {
    guard policy.policy.workspaces.ownerRequired, wanted.owner != nil || wanted.members == nil else { return nil }
    return desired.account ?? desired.owner?.value ?? actual.owner
  }

  /// Whether the owner of record can come with a new workspace, and the step that must make it possible.
  private func joinsAtOnce(_ owner: Symbol) -> (Symbol?, Int?) {
    if accounts[owner]?.suspended != nil { return (nil, nil) }
    guard hasOrganizationFirst else { return (owner, nil) }
    if case .active(let step)? = outlooks[owner] { return (owner, step) }
    let member = actual.roll.members.first(sortedBy: \.person, owner)
    let isActive = member.map { member in member.expires.map { now < $0 } ?? true } ?? false
    return isActive && leavers[owner] == nil ? (owner, nil) : (nil, nil)
  }

  /// Whatever else the same plan makes in it.
  private var isFirstOfAccount: Bool {
    desired.account != nil && actual.workspaces.isEmpty && !steps.contains { $0.phase == .createWorkspace }
  }

  private mutating func attributes(_ wanted: DesiredWorkspace, _ stored: ActualWorkspace, after step: Int?) {
    var (before, after) = difference(
      wanted.displayName, wanted.subscription, storedName: stored.displayName,
      storedSubscription: stored.subscription ?? desired.subscription?.value ?? actual.subscription)
    guard before != after else { return }
    if after.subscription != nil {
      before.subscription = stored.subscription ?? actual.subscription ?? policy.defaultSubscription
    }
    let index = add(
      Step(
        workspace: wanted.name, change: .updateWorkspace(before: before, after: after),
        origin: origin(.workspace(wanted.name)), mark: wanted.mark, entry: .workspace(wanted.name),
        phase: .updateWorkspace))
    if let step { steps[index].requires.append(step) }
  }

  /// A tombstone deletes what is older than it: not what came after it was applied, nor what comes with the tenant, nor
  /// what took the name of the workspace that it is about while the deletion was withheld.
  private mutating func removed(_ wanted: DesiredWorkspace, _ found: ActualWorkspace?, _ reason: String) {
    guard let found, !isNew else { return }
    if isNewer(found) { return undeclared(found) }
    if case .removed? = baseline?.workspace(wanted.name)?.disposition { return undeclared(found) }
    delete(found, .tombstone(reason), mark: wanted.mark)
  }

  /// Whether another workspace had the name when something was last applied to it.
  private func isNewer(_ workspace: ActualWorkspace) -> Bool {
    baseline?.ids[workspace.name].map { $0 != workspace.id } ?? false
  }

  private mutating func undeclared(_ workspace: ActualWorkspace) {
    if baseline?.workspace(workspace.name)?.disposition == .declared, !isNewer(workspace) {
      let new = perhapsRenamed(workspace)
      delete(workspace, .absence(perhaps: new), mark: desired.mark)
      if let new { warnPerhapsRenamed(workspace.name, new) }
      return
    }
    handOverDefault(workspace)
    roll(
      workspace.name, desired: nil, owner: nil, stored: workspace.roll, management: .additive, after: nil,
      isManaged: false)
    restoreUser(of: workspace, as: workspace.name)
    let isMentioned =
      workspace.kind == .standard && desired.managesWorkspaces && desired.management == .authoritative && !isNew
    guard isMentioned else { return }
    let path = Path(tenant: desired.name, workspace: names.text(workspace.name)).description
    warnings.append(
      PlanWarning(
        code: "unmanaged", message: "workspace \(path) is stored but not declared; Tenure leaves it alone", path: path))
  }

  /// The default workspace begins with the organization's owner of record. Where workspaces need an owner and nobody
  /// declares it, it goes to the new one when that person leaves the organization: rules would keep them in it.
  private mutating func handOverDefault(_ workspace: ActualWorkspace) {
    guard workspace.kind == .default, policy.policy.workspaces.ownerRequired, let owner = workspace.owner,
      let heir = desired.owner, heir.value != owner, leavers[owner] != nil, let needed = joinsAsOwner(heir.value)
    else { return }
    let swap = policy.ownerToSwap(in: workspace.roll, owner: owner, heir: heir.value, now: now)
    let top = Grant(role: policy.topWorkspaceRole, expires: nil, protect: false)
    var before = needed.map { [$0] } ?? []
    let entry = EntryKey.owner(workspace.name)
    func step(_ change: Change, _ phase: Step.Phase) -> Step {
      var step = Step(
        workspace: workspace.name, person: heir.value, change: change, origin: origin(.owner(nil)), mark: heir.mark,
        entry: entry, phase: phase)
      step.requires = before
      step.alsoBy = [.owner(nil)]
      return step
    }
    let member = workspace.roll.members.first(sortedBy: \.person, heir.value)
    if let member, member.role != top.role, swap == nil {
      before.append(add(step(.changeRole(before: Grant(member), after: top), .workspaceGrants)))
    } else if member == nil {
      var joining = top
      if swap != nil { joining.role = policy.lowestWorkspaceRole }
      before.append(add(step(.addMember(joining), .workspaceGrants)))
    }
    let passing = swap.map {
      Change.OwnerSwap(heirAfter: top, former: $0.person, formerAfter: policy.lowered($0))
    }
    swaps[workspace.name] = passing
    add(step(.transferOwnership(from: owner, swap: passing), .ownership))
  }

  /// The step that makes the organization's new owner an active member, nil inside where they are one already; nil where
  /// they are not and do not become one by this plan.
  private func joinsAsOwner(_ heir: Symbol) -> Int?? {
    guard accounts[heir]?.suspended == nil, leavers[heir] == nil else { return nil }
    if let grant = grants[.init(workspace: nil, person: heir)] {
      switch steps[grant].change {
      case .addMember, .changeRole: return .some(grant)
      case .createOrganization, .createAccount, .updatePolicy, .updateManagement, .updateTenant, .moveAccount,
        .deleteAccount, .createWorkspace,
        .updateWorkspace, .renameWorkspace, .deleteWorkspace, .invite, .updateInvitation, .cancelInvitation,
        .updateMember, .removeMember, .transferOwnership, .updateAPIKey, .revokeAPIKey:
        return nil
      }
    }
    let member = actual.roll.members.first(sortedBy: \.person, heir)
    return (member?.expires.map { now < $0 } ?? (member != nil)) ? .some(nil) : nil
  }

  private mutating func delete(_ workspace: ActualWorkspace, _ cause: Change.DeletionCause, mark: Mark) {
    let ends = Change.Contents(
      members: workspace.roll.members.count, invitations: workspace.roll.invitations.count,
      apiKeys: workspace.apiKeys.count)
    let index = add(
      Step(
        workspace: workspace.name, change: .deleteWorkspace(cause, ends: ends),
        origin: origin(.workspace(workspace.name)), mark: mark, entry: .workspace(workspace.name),
        phase: .deleteWorkspace))
    // People who leave the organization leave this workspace too, should its deletion be refused.
    roll(
      workspace.name, desired: nil, owner: nil, stored: workspace.roll, management: .additive, after: nil,
      mootAfter: index, isManaged: false)
  }

  private mutating func keys(_ wanted: DesiredWorkspace, _ stored: ActualWorkspace, after step: Int?) {
    guard let list = wanted.apiKeys else { return }
    for key in list {
      let entry = EntryKey.apiKey(workspace: wanted.name, name: key.name)
      guard let found = stored.apiKeys.first(where: { $0.name == key.name }) else {
        waiting.append(Notice(workspace: wanted.name, key: key.name, kind: .createAPIKey, since: nil, mark: key.mark))
        continue
      }
      // A limit that is not there is not managed.
      let limits = APIKeyLimits(
        monthly: key.limits.monthly ?? found.limits.monthly, daily: key.limits.daily ?? found.limits.daily)
      guard found.limits != limits else { continue }
      keyStep(wanted, key.name, .updateAPIKey(before: found.limits, after: limits), key.mark, entry, after: step)
    }
    let declared = Set(list.map(\.name))
    for key in stored.apiKeys where !declared.contains(key.name) {
      if wanted.management == .additive, baseline?.apiKey(wanted.name, key.name) == nil { continue }
      let revoking = keyStep(
        wanted, key.name, .revokeAPIKey(key.limits), wanted.mark, .apiKey(workspace: wanted.name, name: key.name),
        after: step)
      if steps[revoking].origin == .change, !managesKeysAsBefore(wanted.name) {
        steps[revoking].alsoBy = [.management(wanted.name)]
      }
    }
  }

  @discardableResult
  private mutating func keyStep(
    _ workspace: DesiredWorkspace, _ key: Symbol, _ change: Change, _ mark: Mark, _ entry: EntryKey, after step: Int?
  ) -> Int {
    let index = add(
      Step(
        workspace: workspace.name, key: key, change: change, origin: origin(entry), mark: mark, entry: entry,
        phase: .keys))
    if let step { steps[index].requires.append(step) }
    return index
  }
}

extension Change.WorkspaceCreation {
  /// The workspace as its creation leaves it.
  func projected(topRole: Symbol, now: Instant) -> ActualWorkspace {
    let members = owner.map { [ActualMember(person: $0, role: topRole, joined: now)] } ?? []
    return ActualWorkspace(
      id: 0, name: name, kind: kind, displayName: attributes.displayName, owner: owner,
      subscription: attributes.subscription, created: now, roll: Roll(members: members))
  }
}
