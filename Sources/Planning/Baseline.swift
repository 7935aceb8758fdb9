import Model

/// What counts as applied to a tenant, declaration by declaration: the last commit's, except where something was
/// withheld; there it is still what an older commit declared (SPEC section 5, «does not count as applying»).
public struct Baseline: Hashable, Sendable {
  public var tenant: DesiredTenant
  public var withheld: [EntryKey: Since]

  /// The commit and the policy that were in force for a withheld declaration; nil commit: nothing was applied before.
  public struct Since: Hashable, Sendable {
    public var commit: String?
    public var policyDigest: String?
    public init(commit: String?, policyDigest: String?) { (self.commit, self.policyDigest) = (commit, policyDigest) }
  }

  public init(tenant: DesiredTenant, withheld: [EntryKey: Since] = [:]) {
    (self.tenant, self.withheld) = (tenant, withheld)
  }

  /// The baseline after applying `desired` but for `withheld`. `before` nil: nothing was applied before.
  static func after(
    applying desired: DesiredTenant, withholding withheld: Set<EntryKey>, before: Baseline?, since: Since
  ) -> Baseline {
    var result = Baseline(tenant: desired)
    guard !withheld.isEmpty else { return result }
    for key in withheld {
      result.withheld[key] = before?.withheld[key] ?? since
      result.tenant.restore(key, from: before?.tenant)
    }
    result.tenant.workspaces.removeAll { $0.mark == DesiredTenant.absentMark }
    return result
  }

  func member(_ workspace: Symbol?, _ person: Symbol) -> DesiredMember? {
    guard let workspace else { return tenant.members?.first(sortedBy: \.person, person) }
    return self.workspace(workspace)?.members?.first(sortedBy: \.person, person)
  }

  func workspace(_ name: Symbol) -> DesiredWorkspace? { tenant.workspaces.first { $0.name == name } }

  func apiKey(_ workspace: Symbol, _ name: Symbol) -> DesiredAPIKey? {
    self.workspace(workspace)?.apiKeys?.first { $0.name == name }
  }
}

extension DesiredTenant {
  /// Stands for a workspace that the older commit did not declare, until the baseline is complete.
  fileprivate static let absentMark = Mark(file: .max, line: .max, column: .max)

  /// Puts back what `older` declared for one entry.
  fileprivate mutating func restore(_ key: EntryKey, from older: DesiredTenant?) {
    switch key {
    case .tenant:
      displayName = older?.displayName
      owner = older?.owner
      subscription = older?.subscription
      formerly = older?.formerly ?? []
    case .workspace(let name):
      let old = older?.workspaces.first { $0.name == name }
      guard let index = workspaces.firstIndex(where: { $0.name == name }) else {
        if let old { workspaces.append(old) }
        return
      }
      guard let old else {
        workspaces[index].mark = DesiredTenant.absentMark
        return
      }
      var restored = old
      if old.disposition == .declared, workspaces[index].disposition == .declared {
        restored.members = workspaces[index].members
        restored.apiKeys = workspaces[index].apiKeys
      }
      workspaces[index] = restored
    case .member(nil, let person):
      members = members.restoring(older?.members?.first(sortedBy: \.person, person), at: person)
    case .member(let workspace?, let person):
      guard let index = workspaces.firstIndex(where: { $0.name == workspace }) else { return }
      let old = older?.workspaces.first { $0.name == workspace }?.members?.first(sortedBy: \.person, person)
      workspaces[index].members = workspaces[index].members.restoring(old, at: person)
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
      // Kept beside the baseline: ``TenantPlan/policyInForce``.
      break
    }
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
