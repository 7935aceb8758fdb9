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

  /// Only what differs, on both sides.
  static func fields(from before: Managed, to after: Managed) -> (Fields?, Fields?) {
    let keys = Set(before.entries.keys).union(after.entries.keys).sorted()
    let different = keys.filter { before.entries[$0] != after.entries[$0] }
    func fields(_ managed: Managed) -> Fields { Fields(different.map { ($0, managed.entries[$0] ?? .null) }) }
    return (fields(before), fields(after))
  }

  private var entries: [String: Fields.Value] {
    var result: [String: Fields.Value] = [
      "declared": .flag(isDeclared), "management": .text(management.rawValue), "members": .flag(members),
    ]
    if let workspaces { result["workspaces"] = .flag(workspaces) }
    if let apiKeys { result["apiKeys"] = .flag(apiKeys) }
    return result
  }
}

extension Step {
  /// Leaving management takes what removing people takes.
  func leavingManagement(_ origins: WorkspaceOrigins) -> Requirement {
    guard let workspace else { return .rights(.init(place: nil, permissions: [[.organizationMembers]])) }
    return .rights(.init(place: origins.stored(workspace), permissions: [[.membersRemove]]))
  }
}
