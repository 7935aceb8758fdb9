import Model

/// Which workspaces of older commits are the workspaces of a plan, although they were called otherwise.
///
/// | the manifests say                             | a workspace under the new name is                                  |
/// |-----------------------------------------------|--------------------------------------------------------------------|
/// | `renamedFrom:`, and the plan moves it         | the same one                                                       |
/// | `renamedFrom:`, which an apply moved before   | the same one                                                       |
/// | `renamedFrom:` of a name that only commits    | the same one: those commits say what is in it                      |
/// | since the last apply knew                     |                                                                    |
/// | `renamedFrom:` that does nothing              | another one: all of it was changed by whoever wrote that           |
/// | another name for one that is gone             | the same one as far as people share it (``DesiredTenant/respelled``) |
struct WorkspaceNames: Sendable {
  /// Old name → new name, where nobody said a word about it.
  let respelled: [Symbol: Symbol]
  private let renames: [Symbol: Symbol]
  private let stored: Set<Symbol>
  private let baseline: Baseline?

  init(of desired: DesiredTenant, _ stored: ActualTenant?, _ baseline: Baseline?, _ renames: [Symbol: Symbol]) {
    (self.renames, self.baseline) = (renames, baseline)
    self.stored = Set((stored?.workspaces ?? []).map(\.name))
    respelled = baseline.map { desired.respelled(since: $0.peopleByWorkspace) } ?? [:]
  }

  /// Whether the workspace under the new name is the one that had the old name.
  func isSame(_ rename: Baseline.RenameKey) -> Bool {
    if renames[rename.name] == rename.from { return true }
    if let baseline, let id = baseline.renames[rename], id != 0, baseline.ids[rename.name] == id { return true }
    return !stored.contains(rename.from) && baseline?.workspace(rename.from)?.disposition != .declared
  }
}

extension DesiredTenant {
  /// Who is in each workspace.
  public var peopleByWorkspace: [Symbol: Set<Symbol>] {
    Dictionary(workspaces.map { ($0.name, Set(($0.members ?? []).map(\.person))) }) { $0.union($1) }
  }

  /// Old name → new name of workspaces that were declared under another name before, without a word about it, as a typo
  /// that is mended: whoever wrote the old entry answers for the new one too. Told by the people they share.
  ///
  /// - Parameter before: who was in each workspace.
  public func respelled(since before: [Symbol: Set<Symbol>]) -> [Symbol: Symbol] {
    let after = Set(workspaces.map(\.name))
    let new = workspaces.filter { before[$0.name] == nil }
    var result: [Symbol: Symbol] = [:]
    guard !new.isEmpty else { return result }
    for (old, people) in before where !after.contains(old) {
      let shared = new.map { workspace in (workspace.members ?? []).count { people.contains($0.person) } }
      if let most = shared.max(), most > 0, let index = shared.firstIndex(of: most) { result[old] = new[index].name }
    }
    return result
  }
}

extension Baseline {
  /// Who is in each workspace, those included whose declaration is withheld.
  var peopleByWorkspace: [Symbol: Set<Symbol>] {
    var result = tenant.peopleByWorkspace
    for case .member(let workspace?, let person) in withheld.keys { result[workspace, default: []].insert(person) }
    return result
  }

  /// With what is withheld of people in a workspace withheld under the name that it has now, too.
  func following(_ respelled: [Symbol: Symbol], _ names: NameTable) -> Baseline {
    if respelled.isEmpty { return self }
    var result = self
    // Of several that become one, the entry that was withheld under the first name counts.
    for (old, new) in respelled.sorted(by: { names.precedes($0.key, $1.key) }) {
      for (key, value) in withheld where key.workspace == old && key.isAboutPeople {
        let key = key.named(new)
        if result.withheld[key] == nil { result.withheld[key] = value }
      }
    }
    return result
  }
}

extension EntryKey {
  /// A membership or an ownership.
  var isAboutPeople: Bool {
    switch self {
    case .owner, .member: true
    case .tenant, .workspace, .apiKey, .policy, .management: false
    }
  }
}

extension Authorship {
  /// What commits changed of the workspaces of a tenant counts under the names that these have now.
  func following(_ workspaces: WorkspaceNames, in tenant: String) -> Authorship {
    guard !workspaces.respelled.isEmpty || ranges.values.joined().contains(where: { $0.unlessRenamed[tenant] != nil })
    else { return self }
    var result = self
    result.ranges = ranges.mapValues { commits in
      commits.map { commit in
        var commit = commit
        for (rename, entries) in commit.unlessRenamed[tenant] ?? [:] where !workspaces.isSame(rename) {
          commit.touched[tenant, default: []].formUnion(entries)
        }
        let renamed = commit.touched[tenant]?.map { $0.renamed(workspaces.respelled) } ?? []
        if !renamed.isEmpty { commit.touched[tenant]?.formUnion(renamed) }
        let inherited = commit.inherited[tenant]?.map { $0.renamed(workspaces.respelled) } ?? []
        if !inherited.isEmpty { commit.inherited[tenant]?.formUnion(inherited) }
        return commit
      }
    }
    return result
  }

  /// What commits changed of people under former emails counts under the present ones too.
  ///
  /// - Parameter former: former email → present one.
  func following(_ former: [Symbol: Symbol], _ names: NameTable) -> Authorship {
    if former.isEmpty { return self }
    let accounts = Dictionary(
      former.map { ("~" + names.text($0.key), "~" + names.text($0.value)) }, uniquingKeysWith: { first, _ in first })
    var result = self
    result.ranges = ranges.mapValues { commits in commits.map { $0.following(former, accounts) } }
    return result
  }
}

extension Authorship.Commit {
  fileprivate func following(_ people: [Symbol: Symbol], _ accounts: [String: String]) -> Self {
    var result = self
    func both(_ entries: Set<EntryKey>) -> Set<EntryKey> { entries.union(entries.map { $0.moving(people) }) }
    for (tenant, entries) in touched {
      result.touched[tenant]?.formUnion(both(entries))
      if let present = accounts[tenant] { result.touched[present, default: []].formUnion(both(entries)) }
    }
    for (tenant, entries) in inherited {
      result.inherited[tenant]?.formUnion(both(entries))
      if let present = accounts[tenant] { result.inherited[present, default: []].formUnion(both(entries)) }
    }
    result.unlessRenamed = unlessRenamed.mapValues { $0.mapValues(both) }
    result.groups = groups.mapValues { groups in
      groups.mapValues { changed in changed.union(changed.compactMap { people[$0] }) }
    }
    return result
  }
}
