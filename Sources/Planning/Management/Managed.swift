import Model

/// What manifests manage of an organization, or of a workspace of it.
public struct Managed: Hashable, Sendable {
  /// It has a document or an entry, and that is not `released:`.
  public var isDeclared: Bool
  public var management: Management
  public var members: Bool
  /// Nil: of a workspace.
  public var workspaces: Bool?
  /// Nil: of an organization.
  public var apiKeys: Bool?

  fileprivate var entries: [String: Fields.Value] {
    var result: [String: Fields.Value] = [
      "declared": .flag(isDeclared), "management": .text(management.rawValue), "members": .flag(members),
    ]
    if let workspaces { result["workspaces"] = .flag(workspaces) }
    if let apiKeys { result["apiKeys"] = .flag(apiKeys) }
    return result
  }

  var fields: Fields { Fields(entries.map { ($0.key, $0.value) }) }

  /// Whether something that was managed is managed no longer, or no longer whole.
  func leaves(_ after: Managed) -> Bool {
    guard isDeclared else { return false }
    let manages = members || apiKeys == true || workspaces == true
    return !after.isDeclared || (members && !after.members) || (apiKeys == true && after.apiKeys == false)
      || (workspaces == true && after.workspaces == false)
      || (manages && management == .authoritative && after.management == .additive)
  }
}

/// What is managed no longer, in an organization or a workspace.
public struct ManagementEdit: Hashable, Sendable {
  public let before: Managed
  public let after: Managed
  /// Where it leaves people alone: the place itself (nil: the organization), and workspaces that follow its `management`.
  public let places: [Symbol?]

  /// Only what differs, on both sides.
  var fields: (before: Fields?, after: Fields?) {
    let (old, new) = (before.entries, after.entries)
    let different = Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }.sorted()
    func fields(_ values: [String: Fields.Value]) -> Fields { Fields(different.map { ($0, values[$0] ?? .null) }) }
    return (fields(old), fields(new))
  }
}

extension DesiredTenant {
  /// What is managed in a place; nil: there is no word about it, or a tombstone stands.
  public func managed(_ workspace: Symbol?) -> Managed? {
    if let workspace { return workspaces.first { $0.name == workspace }?.managed }
    return Managed(isDeclared: true, management: management, members: members != nil, workspaces: managesWorkspaces)
  }

  /// Puts back what `older` managed in a place and this does not.
  mutating func keepManagement(of workspace: Symbol?, from older: DesiredTenant) {
    guard let workspace else {
      management = older.management
      if members == nil { (members, later) = (older.members, older.later) }
      managesWorkspaces = managesWorkspaces || older.managesWorkspaces
      return
    }
    guard let known = older.workspaces.first(where: { $0.name == workspace }) else { return }
    guard let index = workspaces.firstIndex(where: { $0.name == workspace }) else {
      workspaces.append(known)
      return
    }
    guard workspaces[index].disposition == .declared else {
      let mark = workspaces[index].mark
      workspaces[index] = known
      workspaces[index].mark = mark
      return
    }
    workspaces[index].management = known.management
    if workspaces[index].members == nil {
      (workspaces[index].members, workspaces[index].later) = (known.members, known.later)
    }
    if workspaces[index].apiKeys == nil { workspaces[index].apiKeys = known.apiKeys }
  }

  /// With entries that have ended by now marked so.
  func ended(at now: Instant) -> DesiredTenant {
    func ended(_ list: [DesiredMember]?) -> [DesiredMember]? {
      list?.map { member in
        var member = member
        if let end = member.expires, end <= now { member.isInForce = false }
        return member
      }
    }
    var result = self
    result.members = ended(members)
    for index in result.workspaces.indices { result.workspaces[index].members = ended(workspaces[index].members) }
    return result
  }
}

extension DesiredWorkspace {
  public var managed: Managed? {
    switch disposition {
    case .declared, .released:
      Managed(
        isDeclared: disposition == .declared, management: management, members: members != nil, apiKeys: apiKeys != nil)
    case .removed: nil
    }
  }
}

extension Step {
  /// Leaving management takes what removing people takes.
  func leavingManagement(_ tenant: ActualTenant?, _ origins: WorkspaceOrigins) -> Requirement {
    guard let workspace else {
      return tenant?.account.map { .person($0) } ?? .rights(.init(place: nil, permissions: [[.organizationMembers]]))
    }
    return .rights(.init(place: origins.stored(workspace), permissions: [[.membersRemove]]))
  }
}
