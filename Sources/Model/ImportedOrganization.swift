/// An organization as another tool describes it, in Tenure's words: what `tenure import` writes as a manifest.
public struct ImportedOrganization: Hashable, Sendable {
  public var name: String
  public var displayName: String?
  public var owner: String?
  public var management: Management?
  /// Nil: the usual one.
  public var defaultWorkspace: String?
  /// Role by email.
  public var members: [String: String]
  /// In byte order of their names.
  public var workspaces: [Workspace]

  public struct Workspace: Hashable, Sendable {
    public var name: String
    public var renamedFrom: String?
    /// Role by email.
    public var members: [String: String]

    public init(name: String, renamedFrom: String? = nil, members: [String: String] = [:]) {
      (self.name, self.renamedFrom, self.members) = (name, renamedFrom, members)
    }
  }

  public init(
    name: String, displayName: String? = nil, owner: String? = nil, management: Management? = nil,
    defaultWorkspace: String? = nil, members: [String: String] = [:], workspaces: [Workspace] = []
  ) {
    self.name = name
    self.displayName = displayName
    self.owner = owner
    self.management = management
    self.defaultWorkspace = defaultWorkspace
    self.members = members
    self.workspaces = workspaces
  }
}
