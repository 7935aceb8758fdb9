import Model

/// What counts as applied to a tenant, declaration by declaration: the last commit's, except where something was
/// withheld; there it is still what an older commit declared (SPEC section 5, «does not count as applying»).
///
/// A workspace is known by its stored id wherever it has one, so that what counts as applied goes where the workspace
/// goes, whatever it is called (``BaselineReader`` gives it the name that the plan uses).
public struct Baseline: Hashable, Sendable {
  public var tenant: DesiredTenant
  public var withheld: [EntryKey: Withheld]
  /// Stored ids of the workspaces of `tenant` that are or were stored, by the names that these have in it.
  public var ids: [Symbol: Int64]
  /// What each declared rename is about: the id of the one workspace that it may move; 0: there was none.
  public var renames: [RenameKey: Int64]

  /// A `renamedFrom:` as it is written.
  public struct RenameKey: Hashable, Sendable {
    public var name: Symbol
    public var from: Symbol
    public init(name: Symbol, from: Symbol) { (self.name, self.from) = (name, from) }
  }

  /// A declaration that was refused, waits, or was left out.
  public struct Withheld: Hashable, Sendable {
    /// The commit and the policy that were in force for it before; nil commit: nothing was applied before.
    public var commit: String?
    public var policyDigest: String?
    /// Where the difference came from when it was first withheld; nil: there was nothing to be done yet.
    public var origin: Action.Origin?
    /// Who changed it since it last counted as applied, up to the commit applied last, newest first (SPEC section 6,
    /// «What is withheld keeps its actors»); nil: an older version did not keep them, and history is asked since `commit`.
    public var parts: [Part]?
    /// An applied commit declared the person and nothing refused it: it waited, was held, or was offered with a lower
    /// role. What comes of it is theirs by declaration, so a commit that takes the entry out ends it.
    public var isDeclared = false

    public init(commit: String?, policyDigest: String?, origin: Action.Origin? = nil, parts: [Part]? = nil) {
      (self.commit, self.policyDigest, self.origin, self.parts) = (commit, policyDigest, origin, parts)
    }
  }

  public init(
    tenant: DesiredTenant, withheld: [EntryKey: Withheld] = [:], ids: [Symbol: Int64] = [:],
    renames: [RenameKey: Int64] = [:]
  ) {
    (self.tenant, self.withheld, self.ids, self.renames) = (tenant, withheld, ids, renames)
  }

  /// The baseline of a tenant that is stored as it is declared.
  public init(settled tenant: DesiredTenant, in stored: ActualTenant) {
    self.init(tenant: tenant)
    bind(stored.workspaceIDs, before: [:], stored: [:], declared: tenant.workspaces)
  }

  /// The baseline after applying `desired` but for `withheld`.
  ///
  /// - Parameters:
  ///   - before: nil: nothing was applied before.
  ///   - present: the workspaces that are stored then, by the names of `desired`; id 0 where the plan makes them.
  ///   - stored: ids of the workspaces before the plan, by their stored names.
  static func after(
    applying desired: DesiredTenant, withholding withheld: [EntryKey: Withheld], before: Baseline?,
    present: [Symbol: Int64], stored: [Symbol: Int64]
  ) -> Baseline {
    var result = Baseline(tenant: desired, withheld: withheld)
    for key in withheld.keys { result.tenant.restore(key, from: before?.tenant, isPresent: { present[$0] != nil }) }
    result.bind(present, before: before?.ids ?? [:], stored: stored, declared: desired.workspaces)
    for key in result.renames.keys {
      // Where both names are there, or the new one is not yet, what was first found stays.
      guard present[key.name] == nil || stored[key.from] != nil else { continue }
      if let known = before?.renames[key] { result.renames[key] = known }
    }
    return result
  }

  /// Notes the ids of what is stored, and of what was when it was last seen; of renames also where they are withheld.
  private mutating func bind(
    _ present: [Symbol: Int64], before: [Symbol: Int64], stored: [Symbol: Int64], declared: [DesiredWorkspace]
  ) {
    for workspace in tenant.workspaces where workspace.disposition == .declared {
      ids[workspace.name] = present[workspace.name] ?? before[workspace.name]
    }
    // A tombstone that waits is about the workspace that it first found.
    for workspace in declared where ids[workspace.name] == nil && withheld[.workspace(workspace.name)] != nil {
      ids[workspace.name] = before[workspace.name] ?? present[workspace.name]
    }
    for workspace in declared {
      guard let from = workspace.renamedFrom?.value else { continue }
      renames[RenameKey(name: workspace.name, from: from)] = stored[from] ?? (present[workspace.name] ?? 0)
    }
  }

  /// With the ids of the workspaces that were made meanwhile, by their names.
  public func identified(by made: [Symbol: Int64]) -> Baseline {
    var result = self
    for (name, id) in ids where id == 0 { result.ids[name] = made[name] ?? 0 }
    for (key, id) in renames where id == 0 && ids[key.name] == 0 { result.renames[key] = made[key.name] ?? 0 }
    return result
  }

  /// The same of people who have other emails.
  func moving(_ people: [Symbol: Symbol]) -> Baseline {
    if people.isEmpty { return self }
    var result = self
    result.tenant.owner = tenant.owner.map { Marked(people[$0.value] ?? $0.value, $0.mark) }
    result.tenant.members = tenant.members?.moving(people)
    result.tenant.later = tenant.later.moving(people)
    for index in result.tenant.workspaces.indices {
      result.tenant.workspaces[index].owner = tenant.workspaces[index].owner.map {
        Marked(people[$0.value] ?? $0.value, $0.mark)
      }
      result.tenant.workspaces[index].members = tenant.workspaces[index].members?.moving(people)
      result.tenant.workspaces[index].later = tenant.workspaces[index].later.moving(people)
    }
    result.withheld = [:]
    for (key, value) in withheld { result.withheld[key.moving(people)] = value }
    return result
  }

  func member(_ workspace: Symbol?, _ person: Symbol) -> DesiredMember? {
    guard let workspace else { return tenant.members?.first(sortedBy: \.person, person) }
    return self.workspace(workspace)?.members?.first(sortedBy: \.person, person)
  }

  /// Whether the declaration is about the person: applied, in force or not, or withheld.
  public func names(_ person: Symbol, at entry: EntryKey) -> Bool {
    switch entry {
    case .member(let workspace, _):
      member(workspace, person) != nil || withheld[.member(workspace: workspace, person: person)] != nil
    case .owner(nil): tenant.owner?.value == person
    case .owner(let name?): workspace(name)?.owner?.value == person
    case .tenant: tenant.account == person
    case .workspace, .apiKey, .policy, .management: false
    }
  }

  /// Whether an applied commit gave the person anything there, in force when it was read, settled or not.
  public func declares(_ person: Symbol, in workspace: Symbol?) -> Bool {
    let isSettled = member(workspace, person)?.isInForce ?? false
    return isSettled || withheld[.member(workspace: workspace, person: person)]?.isDeclared ?? false
  }

  func workspace(_ name: Symbol) -> DesiredWorkspace? { tenant.workspaces.first { $0.name == name } }

  func apiKey(_ workspace: Symbol, _ name: Symbol) -> DesiredAPIKey? {
    self.workspace(workspace)?.apiKeys?.first { $0.name == name }
  }
}

extension Baseline {
  /// The leaving of a place's list, or of all of it, where that is withheld.
  public func left(_ place: Symbol?) -> Withheld? {
    withheld[.management(place)] ?? place.flatMap { withheld[.workspace($0)] ?? withheld[.management(nil)] }
  }

  /// Where the list of an entry was left, which is withheld, and a commit declares it again since the one applied last: the
  /// list's entry, and the commit that counts as applied to it.
  func reentry(
    of entry: EntryKey, _ tenant: String, since applied: String?, _ authorship: Authorship
  ) -> (place: EntryKey, since: String?)? {
    let place: Symbol?
    switch entry {
    case .member(let workspace, _): place = workspace
    case .apiKey(let workspace, _): place = workspace
    case .tenant, .owner, .workspace, .policy, .management: return nil
    }
    guard !withheld.isEmpty, let left = left(place), authorship.isAsked(since: left.commit ?? ""),
      authorship.changes(of: tenant, since: applied).contains(.management(place))
    else { return nil }
    return (.management(place), left.commit)
  }
}

extension ActualTenant {
  /// By their names.
  public var workspaceIDs: [Symbol: Int64] {
    Dictionary(workspaces.map { ($0.name, $0.id) }, uniquingKeysWith: { first, _ in first })
  }
}

extension EntryKey {
  func moving(_ people: [Symbol: Symbol]) -> EntryKey {
    switch self {
    case .tenant, .owner, .workspace, .apiKey, .policy, .management: self
    case .member(let workspace, let person): .member(workspace: workspace, person: people[person] ?? person)
    }
  }
}

extension [DesiredMember] {
  fileprivate func moving(_ people: [Symbol: Symbol]) -> [DesiredMember] {
    guard contains(where: { people[$0.person] != nil }) else { return self }
    var result = self
    for index in indices { result[index].person = people[self[index].person] ?? self[index].person }
    return result.sorted { $0.person < $1.person }
  }
}

extension [Symbol: [DesiredMember]] {
  fileprivate func moving(_ people: [Symbol: Symbol]) -> Self {
    var result: Self = [:]
    for (person, grants) in self { result[people[person] ?? person] = grants.moving(people) }
    return result
  }
}

extension DesiredTenant {
  /// Puts back what `older` declared for one entry. A workspace that it did not declare stays declared where it is stored
  /// all the same: only what its own entry says of it is withheld.
  fileprivate mutating func restore(
    _ key: EntryKey, from older: DesiredTenant?, isPresent: (Symbol) -> Bool
  ) {
    switch key {
    case .tenant:
      displayName = older?.displayName
      subscription = older?.subscription
      formerly = older?.formerly ?? []
    case .owner(nil):
      owner = older?.owner
    case .owner(let workspace?):
      guard let index = workspaces.firstIndex(where: { $0.name == workspace }) else { return }
      workspaces[index].owner = older?.workspaces.first { $0.name == workspace }?.owner
    case .workspace(let name): restoreWorkspace(name, from: older, isPresent: isPresent(name))
    case .member(nil, let person):
      members = members.restoring(older?.members?.first(sortedBy: \.person, person), at: person)
      later[person] = older?.later[person]
    case .member(let workspace?, let person):
      guard let index = workspaces.firstIndex(where: { $0.name == workspace }) else { return }
      let old = older?.workspaces.first { $0.name == workspace }
      workspaces[index].members = workspaces[index].members.restoring(
        old?.members?.first(sortedBy: \.person, person), at: person)
      workspaces[index].later[person] = old?.later[person]
    case .apiKey(let workspace, let name):
      guard let index = workspaces.firstIndex(where: { $0.name == workspace }) else { return }
      var keys = workspaces[index].apiKeys ?? []
      keys.removeAll { $0.name == name }
      if let old = older?.workspaces.first(where: { $0.name == workspace })?.apiKeys?.first(where: { $0.name == name })
      {
        keys.append(old)
      }
      workspaces[index].apiKeys = keys
    case .policy:
      // The policy itself is kept beside the baseline: ``TenantPlan/policy``.
      pinned = older?.pinned ?? []
    case .management(let workspace):
      if let older { keepManagement(of: workspace, from: older) }
    }
  }

  private mutating func restoreWorkspace(_ name: Symbol, from older: DesiredTenant?, isPresent: Bool) {
    let old = older?.workspaces.first { $0.name == name }
    guard let index = workspaces.firstIndex(where: { $0.name == name }) else {
      if let old { workspaces.append(old) }
      return
    }
    let new = workspaces[index]
    guard let old else {
      guard isPresent, new.disposition == .declared else {
        workspaces.remove(at: index)
        return
      }
      workspaces[index].displayName = nil
      workspaces[index].subscription = nil
      return
    }
    workspaces[index] = old
    guard old.disposition == .declared, new.disposition == .declared else { return }
    // People, keys, the owner and what the rename is about are entries of their own.
    workspaces[index].owner = new.owner
    (workspaces[index].members, workspaces[index].later) = (new.members, new.later)
    workspaces[index].apiKeys = new.apiKeys
    workspaces[index].renamedFrom = new.renamedFrom
  }
}

extension [DesiredMember]? {
  fileprivate func restoring(_ old: DesiredMember?, at person: Symbol) -> [DesiredMember]? {
    var list = self ?? []
    list.removeAll { $0.person == person }
    if let old {
      list.insert(old, at: list.firstIndex { $0.person > person } ?? list.endIndex)
    }
    return self == nil && list.isEmpty ? nil : list
  }
}
