import Model

/// Where a difference comes from: the declaration changed since the commit applied before, or the stored state did.
extension TenantDiff {
  /// For attributes, owners, workspaces and keys.
  func origin(_ entry: EntryKey) -> Action.Origin {
    guard let baseline, isApplied(entry) else { return .first }
    let isSame: Bool
    switch entry {
    case .tenant:
      let old = baseline.tenant
      isSame =
        old.displayName?.value == desired.displayName?.value && old.subscription?.value == desired.subscription?.value
        && old.formerly.map(\.value) == desired.formerly.map(\.value)
    case .owner(nil): isSame = baseline.tenant.owner?.value == desired.owner?.value
    case .owner(let workspace?):
      isSame =
        baseline.workspace(workspace)?.owner?.value
        == desired.workspaces.first { $0.name == workspace }?.owner?.value
    case .workspace(let name):
      let new = desired.workspaces.first { $0.name == name }
      isSame = baseline.workspace(name)?.declaration == new?.declaration
    case .apiKey(let workspace, let name):
      let old = baseline.apiKey(workspace, name)
      let new = desired.workspaces.first { $0.name == workspace }?.apiKeys?.first { $0.name == name }
      isSame =
        baseline.workspace(workspace)?.apiKeys != nil && old?.limits == new?.limits
        && (new != nil || managesKeysAsBefore(workspace))
    case .policy, .management: isSame = false
    case .member(let workspace, let person):
      return memberOrigin(workspace, person, wanted: nil, stored: nil)
    }
    return isSame ? withheldOrigin(entry) ?? .drift : .change
  }

  /// Where a difference came from that is there still because it was withheld: nobody made it since.
  private func withheldOrigin(_ entry: EntryKey) -> Action.Origin? { baseline?.withheld[entry]?.origin }

  /// For people: also tells an end that has come.
  func memberOrigin(_ workspace: Symbol?, _ person: Symbol, wanted: DesiredMember?, stored: ActualMember?)
    -> Action.Origin
  {
    let entry = EntryKey.member(workspace: workspace, person: person)
    let found = freshMemberOrigin(workspace, person, wanted: wanted, stored: stored)
    return found == .drift ? withheldOrigin(entry) ?? found : found
  }

  private func freshMemberOrigin(_ workspace: Symbol?, _ person: Symbol, wanted: DesiredMember?, stored: ActualMember?)
    -> Action.Origin
  {
    guard let baseline else { return .first }
    let entry = EntryKey.member(workspace: workspace, person: person)
    let old = baseline.member(workspace, person)
    guard let wanted, wanted.isInForce else {
      if let wanted { return hasEnded(wanted, old, stored, entry) ? .expiry : .change }
      if old?.isInForce == true || !wasManaged(workspace) || wasDeclared(entry) { return .change }
      return (stored?.expires.map { $0 <= now } ?? false) ? .expiry : .drift
    }
    guard isApplied(entry) else { return .first }
    if let old, old.isInForce, Grant(wanted).gives(Grant(old)) {
      return wanted.reinvite == old.reinvite ? .drift : .change
    }
    let oldEnded = old?.expires.map { $0 <= now } ?? false
    let awaited = workspace.map { baseline.workspace($0)?.later ?? [:] } ?? baseline.tenant.later
    // What an entry covered until it ended.
    if oldEnded, awaited[person]?.contains(where: { Grant($0).gives(Grant(wanted)) }) ?? false { return .expiry }
    return .change
  }

  /// Whether an end has come that nobody moved: it counts as applied, or is stored of what is withheld otherwise.
  private func hasEnded(
    _ wanted: DesiredMember, _ old: DesiredMember?, _ stored: ActualMember?, _ entry: EntryKey
  ) -> Bool {
    if let old { return Grant(wanted).gives(Grant(old)) }
    return baseline?.withheld[entry] != nil && stored?.expires != nil && stored?.expires == wanted.expires
  }

  /// Whether the commit applied last declared what waits or was refused since: taking that out is somebody's change,
  /// whatever of it is stored already.
  private func wasDeclared(_ entry: EntryKey) -> Bool {
    guard let withheld = baseline?.withheld[entry] else { return false }
    return withheld.origin?.isSomebodys ?? true
  }

  /// Whether the commit applied before managed the people of the roll in the way that this one does.
  func wasManaged(_ workspace: Symbol?) -> Bool {
    guard let baseline else { return false }
    guard let workspace else {
      return baseline.tenant.members != nil && baseline.tenant.management == desired.management
    }
    let old = baseline.workspace(workspace)
    guard let new = desired.workspaces.first(where: { $0.name == workspace }) else { return old != nil }
    return old?.members != nil && old?.disposition == .declared && old?.management == new.management
  }

  /// The same of its API keys.
  func managesKeysAsBefore(_ workspace: Symbol) -> Bool {
    let (old, new) = (baseline?.workspace(workspace), desired.workspaces.first { $0.name == workspace })
    return old?.apiKeys != nil && old?.disposition == .declared && old?.management == new?.management
  }

  /// Whether some commit counts as applied for a declaration.
  private func isApplied(_ entry: EntryKey) -> Bool {
    guard let withheld = baseline?.withheld[entry] else { return baseline != nil }
    return withheld.commit != nil
  }
}

extension DesiredWorkspace {
  /// What a workspace's own entry says, without its people, keys, owner and places.
  fileprivate var declaration: [String?] {
    let (word, reason): (String, String?) =
      switch disposition {
      case .declared: ("declared", nil)
      case .removed(let reason): ("removed", reason)
      case .released(let reason): ("released", reason)
      }
    return [
      word, reason, displayName?.value, renamedFrom.map { String($0.value.rawValue) },
      subscription.map { String($0.value.rawValue) },
    ]
  }
}
