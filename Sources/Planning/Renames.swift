import Model

/// Workspaces that get another name: the declarations of the old name are those of the new one.
extension DesiredTenant {
  /// New name → old name of the renames that are due: the old one is there, the new one is not (or goes away by another
  /// rename), and the same rename was not applied before.
  ///
  /// `baseline` is asked for only where a rename might be due.
  func dueRenames(in stored: ActualTenant, _ baseline: () -> Baseline?) -> [Symbol: Symbol] {
    let present = Set(stored.workspaces.map(\.name))
    var due: [Symbol: Symbol] = [:]
    for wanted in workspaces where wanted.disposition == .declared {
      guard let old = wanted.renamedFrom?.value, present.contains(old) else { continue }
      let isSpent = baseline()?.workspace(wanted.name)?.renamedFrom?.value == old
      if !isSpent { due[wanted.name] = old }
    }
    while true {
      let leaving = Set(due.values)
      let blocked = due.keys.filter { present.contains($0) && !leaving.contains($0) }
      if blocked.isEmpty { return due }
      for name in blocked { due[name] = nil }
    }
  }
}

extension Baseline {
  /// The same declarations under other names (old → new). Whatever had a new name and keeps it gives way.
  func renaming(_ names: [Symbol: Symbol]) -> Baseline {
    if names.isEmpty { return self }
    var result = self
    let taken = Set(names.values)
    result.tenant.workspaces = tenant.workspaces.compactMap { workspace in
      guard let new = names[workspace.name] else { return taken.contains(workspace.name) ? nil : workspace }
      var workspace = workspace
      workspace.name = new
      return workspace
    }
    result.withheld = [:]
    for (entry, since) in withheld {
      if let name = entry.workspace, names[name] == nil, taken.contains(name) { continue }
      result.withheld[entry.renamed(names)] = since
    }
    return result
  }
}

extension EntryKey {
  /// Nil: of the tenant.
  var workspace: Symbol? {
    switch self {
    case .tenant, .policy: nil
    case .workspace(let name), .apiKey(let name, _): name
    case .member(let workspace, _): workspace
    }
  }

  /// The same declaration where its workspace has another name.
  public func renamed(_ names: [Symbol: Symbol]) -> EntryKey {
    guard let workspace, let name = names[workspace] else { return self }
    switch self {
    case .tenant, .policy: return self
    case .workspace: return .workspace(name)
    case .member(_, let person): return .member(workspace: name, person: person)
    case .apiKey(_, let key): return .apiKey(workspace: name, name: key)
    }
  }
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
