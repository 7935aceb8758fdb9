import Model

/// What the member list of one place gives whom, now and later.
struct ListedGrants {
  /// Sorted by person; nil: there is no list.
  var members: [DesiredMember]?
  var later: [Symbol: [DesiredMember]] = [:]

  /// What is declared of somebody, one after the other.
  func all(of person: Symbol) -> [DesiredMember] {
    (members?.first(sortedBy: \.person, person).map { [$0] } ?? []) + (later[person] ?? [])
  }

  /// What somebody gets from now on.
  func of(_ person: Symbol, at now: Instant) -> [Grant] {
    all(of: person).map(Grant.init).filter { $0.expires.map { now < $0 } ?? true }
  }
}

extension DesiredTenant {
  /// Nothing of a workspace that is not declared.
  func grants(in workspace: Symbol?) -> ListedGrants {
    guard let workspace else { return ListedGrants(members: members, later: later) }
    return workspaces.first { $0.name == workspace }?.grants ?? ListedGrants()
  }

  /// As the place itself names them.
  func owner(of workspace: Symbol?) -> Marked<Symbol>? {
    guard let workspace else { return owner }
    return workspaces.first { $0.name == workspace }?.owner
  }
}

extension DesiredWorkspace {
  var grants: ListedGrants { ListedGrants(members: members, later: later) }
}
