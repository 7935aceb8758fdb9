import Model

/// Workspaces that get another name. A rename is about one workspace: the one that had the old name when it was first
/// planned, which the baseline notes by its id. So nothing ever moves to whatever bears the name later.
///
/// | the baseline has this rename | stored under the old name | stored under the new name  | outcome              |
/// |------------------------------|---------------------------|----------------------------|----------------------|
/// | no                           | a workspace               | nothing, or it is renamed  | due                  |
/// | for this workspace           | a workspace               | nothing, or it is renamed  | due: it was withheld |
/// | for another one, or for none | a workspace               | anything                   | spent                |
/// | either way                   | a workspace               | a workspace that stays     | not due              |
/// | either way                   | nothing                   | anything                   | nothing to rename    |
extension DesiredTenant {
  /// New name → old name of the renames that are due.
  ///
  /// `known` is asked for only where a rename might be due.
  public func dueRenames(in stored: [Symbol: Int64], _ known: () -> [Baseline.RenameKey: Int64]) -> [Symbol: Symbol] {
    var due: [Symbol: Symbol] = [:]
    for wanted in workspaces where wanted.disposition == .declared {
      guard let old = wanted.renamedFrom?.value, let id = stored[old] else { continue }
      if known()[.init(name: wanted.name, from: old)] ?? id == id { due[wanted.name] = old }
    }
    while true {
      let leaving = Set(due.values)
      let blocked = due.keys.filter { stored[$0] != nil && !leaving.contains($0) }
      if blocked.isEmpty { return due }
      for name in blocked { due[name] = nil }
    }
  }

  /// Whether a rename might be due or does nothing although the old name is there: the baseline has to tell.
  func mayRename(in stored: [Symbol: Int64]) -> Bool {
    workspaces.contains { $0.disposition == .declared && $0.renamedFrom.map { stored[$0.value] != nil } ?? false }
  }
}

extension EntryKey {
  /// Nil: of the tenant.
  var workspace: Symbol? {
    switch self {
    case .tenant, .policy: nil
    case .owner(let workspace), .management(let workspace): workspace
    case .workspace(let name), .apiKey(let name, _): name
    case .member(let workspace, _): workspace
    }
  }

  /// The same declaration where its workspace has another name; nil: it keeps its own.
  func named(_ name: Symbol?) -> EntryKey {
    guard workspace != nil, let name else { return self }
    switch self {
    case .tenant, .policy: return self
    case .owner: return .owner(name)
    case .management: return .management(name)
    case .workspace: return .workspace(name)
    case .member(_, let person): return .member(workspace: name, person: person)
    case .apiKey(_, let key): return .apiKey(workspace: name, name: key)
    }
  }

  /// The same declaration under the name that `names` (old → new) gives its workspace.
  public func renamed(_ names: [Symbol: Symbol]) -> EntryKey { named(workspace.flatMap { names[$0] }) }
}

/// Under which names the workspaces of a plan are stored.
struct WorkspaceOrigins: Sendable {
  /// Name after the plan → stored name, of those it renames.
  var former: [Symbol: Symbol] = [:]
  /// Those the plan makes.
  var made: Set<Symbol> = []
  /// Whose membership of the organization, or invitation to it, the plan ends.
  var leaving: Set<Symbol> = []

  func stored(_ workspace: Symbol) -> Symbol { former[workspace] ?? workspace }
}
