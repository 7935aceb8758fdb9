import Model

/// What one file can concern, told without its documents: kept by object id, so that a reader finds the few files that
/// matter to a change without opening the others.
public struct FileSummary: Hashable, Sendable {
  /// Organizations that it says something about, in Organization, Workspace and Policy documents; sorted.
  public var organizations: [String]
  /// Groups that it names or declares inside an organization; sorted.
  public var groups: [String]
  /// It has a Policy or a Group for all, or an Account: what those say may concern any organization.
  public var isForAll: Bool
  /// Emails as written that are not caseless; sorted.
  public var spellings: [String]

  public init(organizations: [String], groups: [String], isForAll: Bool, spellings: [String]) {
    (self.organizations, self.groups, self.isForAll, self.spellings) = (organizations, groups, isForAll, spellings)
  }

  public init(_ file: FileDocuments, names: NameTable) {
    var gathering = Gathering()
    gathering.add(file)
    func texts(_ symbols: Set<Symbol>) -> [String] {
      symbols.map(names.text).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
    (organizations, groups) = (texts(gathering.organizations), texts(gathering.groups))
    spellings = texts(gathering.spellings)
    isForAll = !file.accounts.isEmpty || !file.groups.isEmpty || file.policies.contains { $0.organization == nil }
  }

  private struct Gathering {
    var organizations: Set<Symbol> = []
    var groups: Set<Symbol> = []
    var spellings: Set<Symbol> = []
    /// Lists name the same few groups again and again.
    private var lastGroup: Symbol?

    mutating func add(_ file: FileDocuments) {
      for document in file.organizations {
        organizations.insert(document.name.value)
        add(document.owner?.value)
        add(document.members)
        for group in document.groups { add(group) }
        for workspace in document.workspaces ?? [] { add(workspace) }
      }
      for document in file.workspaces {
        organizations.insert(document.organization.value)
        add(document.entry)
      }
      for group in file.groups { add(group) }
      for account in file.accounts {
        add(account.email.value)
        for email in account.formerly { add(email.value) }
        for workspace in account.workspaces ?? [] { add(workspace) }
      }
      organizations.formUnion(file.policies.compactMap(\.organization?.value))
    }

    private mutating func add(_ workspace: WorkspaceEntry) {
      add(workspace.owner?.value)
      add(workspace.members)
    }

    private mutating func add(_ group: GroupEntry) {
      groups.insert(group.name)
      for item in group.items { add(item.name, item.person, isPerson: item.isPerson) }
    }

    private mutating func add(_ members: [MemberEntry]?) {
      for entry in members ?? [] where entry.kind != .unreadable {
        add(entry.name, entry.person, isPerson: entry.isPerson)
      }
    }

    private mutating func add(_ email: EmailName?) {
      if let email, email.written != email.person { spellings.insert(email.written) }
    }

    private mutating func add(_ name: Symbol, _ person: Symbol, isPerson: Bool) {
      if isPerson {
        if name != person { spellings.insert(name) }
      } else if name != lastGroup {
        groups.insert(name)
        lastGroup = name
      }
    }
  }
}
