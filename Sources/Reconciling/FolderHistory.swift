import GitReader
import Manifests
import Model
import Planning

/// Compares the desired states of a commit and its parent, declaration by declaration.
struct FolderHistory {
  /// With the plan's table, so that the symbols of the answer are its symbols.
  var shelf: ManifestShelf
  /// Desired states that are known, by commit: those of a range's ends are asked for again.
  private let known: [String: DesiredState]
  private var last: (commit: String, desired: DesiredState)?

  /// `known`: commits that were read already, with the shelf's instant and symbols.
  init(shelf: ManifestShelf, known: [String: DesiredState]) { (self.shelf, self.known) = (shelf, known) }

  /// What a commit changed.
  struct Change {
    /// The policy for all, and so everything.
    var isPolicyForAll = false
    var entries: [String: Set<EntryKey>] = [:]
    /// Organizations whose own policy it changed.
    var tenants: Set<String> = []
    /// Who came into which group or went: by organization (empty: for all), then group.
    var groups: [String: [Symbol: Set<Symbol>]] = [:]
    /// Old name → new name of the workspaces that it renames, by tenant.
    var renames: [String: [Symbol: Symbol]] = [:]

    var isEmpty: Bool { !isPolicyForAll && tenants.isEmpty && groups.isEmpty && entries.allSatisfy(\.value.isEmpty) }

    mutating func add(_ other: Change) {
      isPolicyForAll = isPolicyForAll || other.isPolicyForAll
      tenants.formUnion(other.tenants)
      entries.merge(other.entries) { $0.union($1) }
      groups.merge(other.groups) { $0.merging($1) { $0.union($1) } }
    }

    /// Without what the other explains.
    mutating func subtract(_ other: Change) {
      if other.isPolicyForAll { isPolicyForAll = false }
      tenants.subtract(other.tenants)
      for (tenant, explained) in other.entries { entries[tenant]?.subtract(explained) }
      for (organization, explained) in other.groups {
        for (group, people) in explained { groups[organization]?[group]?.subtract(people) }
        groups[organization] = groups[organization]?.filter { !$0.value.isEmpty }
      }
      groups = groups.filter { !$0.value.isEmpty }
    }
  }

  /// The change from `old` (nil: nothing) to `new`.
  mutating func change(from old: String?, to new: String) throws -> Change {
    let after = try desired(at: new)
    let before = try old.flatMap { id in
      shelf.source.repository.contains(commit: id) ? try desired(at: id) : nil
    }
    last = (new, after)
    return Self.change(from: before, to: after)
  }

  /// Whether a commit declares none of these tenants, not even with errors.
  mutating func declaresNone(of tenants: Set<String>, at commit: String) throws -> Bool {
    let desired = try desired(at: commit)
    return desired.stopped.isDisjoint(with: tenants) && !desired.tenants.contains { tenants.contains($0.name) }
  }

  private static func change(from old: DesiredState?, to new: DesiredState) -> Change {
    let before = Dictionary(uniqueKeysWithValues: (old?.tenants ?? []).map { ($0.name, $0) })
    var result = Change()
    result.isPolicyForAll = old.map { $0.policy != new.policy } ?? false
    result.groups = groupChanges(from: old?.groups ?? [], to: new.groups)
    var seen: Set<String> = []
    for tenant in new.tenants {
      seen.insert(tenant.name)
      let changed = tenant.entries(differingFrom: before[tenant.name])
      let renames = tenant.renames(since: before[tenant.name])
      let known = Dictionary(renames.map { ($0.value, $0.key) }, uniquingKeysWith: { a, _ in a })
      let followed = tenant.respelled(since: before[tenant.name]).merging(known) { $1 }
      if !followed.isEmpty { result.renames[tenant.name] = followed }
      if !changed.isEmpty { result.entries[tenant.name] = changed }
      if let old = before[tenant.name], old.policy != tenant.policy { result.tenants.insert(tenant.name) }
    }
    for tenant in old?.tenants ?? [] where !seen.contains(tenant.name) {
      result.entries[tenant.name] = tenant.entries(differingFrom: nil)
    }
    return result
  }

  private static func groupChanges(
    from old: [DesiredGroup], to new: [DesiredGroup]
  ) -> [String: [Symbol: Set<Symbol>]] {
    struct Key: Hashable {
      var organization: String
      var name: Symbol
    }
    func people(_ groups: [DesiredGroup]) -> [Key: [Symbol]] {
      Dictionary(groups.map { (Key(organization: $0.organization ?? "", name: $0.name), $0.people) }) { a, _ in a }
    }
    let (before, after) = (people(old), people(new))
    var result: [String: [Symbol: Set<Symbol>]] = [:]
    for key in Set(before.keys).union(after.keys) where before[key] != after[key] {
      let changed = Set(before[key] ?? []).symmetricDifference(after[key] ?? [])
      if !changed.isEmpty { result[key.organization, default: [:]][key.name] = changed }
    }
    return result
  }

  private mutating func desired(at commit: String) throws -> DesiredState {
    if let known = known[commit] { return known }
    if let last, last.commit == commit { return last.desired }
    return try shelf.compiled(commit).compiled.desired
  }
}

extension DesiredTenant {
  /// Which declarations are not the same in `other`; all of them where there is none.
  func entries(differingFrom other: DesiredTenant?) -> Set<EntryKey> {
    var result: Set<EntryKey> = []
    let isSame =
      other != nil && displayName?.value == other?.displayName?.value
      && subscription?.value == other?.subscription?.value && management == other?.management
      && formerly.map(\.value) == other?.formerly.map(\.value)
    if !isSame { result.insert(.tenant) }
    compareOwners(owner?.value, other?.owner?.value, members, in: nil, &result)
    compare(members, other?.members, in: nil, &result)
    let before = Dictionary(uniqueKeysWithValues: (other?.workspaces ?? []).map { ($0.name, $0) })
    let renames = renames(since: other)
    let renamedAway = Set(renames.values)
    for workspace in workspaces {
      let old =
        renames[workspace.name].flatMap { before[$0] }
        ?? (renamedAway.contains(workspace.name) ? nil : before[workspace.name])
      if old.map({ workspace.differsInItself(from: $0) }) ?? true { result.insert(.workspace(workspace.name)) }
      compare(workspace.members, old?.members, in: workspace.name, &result)
      compareOwners(workspace.owner?.value, old?.owner?.value, workspace.members, in: workspace.name, &result)
      compareKeys(workspace, old, &result)
    }
    let named = Set(workspaces.map(\.name))
    for old in other?.workspaces ?? [] where !named.contains(old.name) && !renamedAway.contains(old.name) {
      result.insert(.workspace(old.name))
      compare(nil, old.members, in: old.name, &result)
    }
    return result
  }

  /// Old name → new name of workspaces that were declared under another name before, without a word about it, as a typo
  /// that is mended: whoever wrote the old entry answers for the new one too. Told by the people they share.
  fileprivate func respelled(since other: DesiredTenant?) -> [Symbol: Symbol] {
    guard let other else { return [:] }
    let (before, after) = (Set(other.workspaces.map(\.name)), Set(workspaces.map(\.name)))
    let gone = other.workspaces.filter { !after.contains($0.name) }
    let new = workspaces.filter { !before.contains($0.name) }
    guard !gone.isEmpty, !new.isEmpty else { return [:] }
    var result: [Symbol: Symbol] = [:]
    for old in gone {
      let people = Set((old.members ?? []).map(\.person))
      let shared = new.map { workspace in (workspace.members ?? []).count { people.contains($0.person) } }
      if let most = shared.max(), most > 0, let index = shared.firstIndex(of: most) {
        result[old.name] = new[index].name
      }
    }
    return result
  }

  /// New name → old name of the renames that are new: a rename changes the workspace, not who is in it.
  fileprivate func renames(since other: DesiredTenant?) -> [Symbol: Symbol] {
    let before = Dictionary(uniqueKeysWithValues: (other?.workspaces ?? []).map { ($0.name, $0) })
    var result: [Symbol: Symbol] = [:]
    for workspace in workspaces {
      guard let old = workspace.renamedFrom?.value, before[old] != nil else { continue }
      if before[workspace.name]?.renamedFrom?.value != old { result[workspace.name] = old }
    }
    return result
  }

  private func compare(
    _ new: [DesiredMember]?, _ old: [DesiredMember]?, in workspace: Symbol?, _ result: inout Set<EntryKey>
  ) {
    let before = Dictionary(uniqueKeysWithValues: (old ?? []).map { ($0.person, $0) })
    var seen: Set<Symbol> = []
    for member in new ?? [] {
      seen.insert(member.person)
      let isSame = before[member.person].map { $0.grants(sameAs: member) } ?? false
      if !isSame { result.insert(.member(workspace: workspace, person: member.person)) }
    }
    for member in old ?? [] where !seen.contains(member.person) {
      result.insert(.member(workspace: workspace, person: member.person))
    }
  }

  /// Where nobody manages the list, `owner:` alone says who is in it in the top role.
  private func compareOwners(
    _ new: Symbol?, _ old: Symbol?, _ members: [DesiredMember]?, in workspace: Symbol?, _ result: inout Set<EntryKey>
  ) {
    guard new != old else { return }
    result.insert(.owner(workspace))
    guard members == nil else { return }
    for person in [new, old].compactMap({ $0 }) { result.insert(.member(workspace: workspace, person: person)) }
  }

  private func compareKeys(_ new: DesiredWorkspace, _ old: DesiredWorkspace?, _ result: inout Set<EntryKey>) {
    let before = Dictionary(uniqueKeysWithValues: (old?.apiKeys ?? []).map { ($0.name, $0.limits) })
    let after = Dictionary(uniqueKeysWithValues: (new.apiKeys ?? []).map { ($0.name, $0.limits) })
    for name in Set(before.keys).union(after.keys) where before[name] != after[name] {
      result.insert(.apiKey(workspace: new.name, name: name))
    }
  }
}

extension DesiredMember {
  fileprivate func grants(sameAs other: DesiredMember) -> Bool {
    role == other.role && expires == other.expires && protect == other.protect && reinvite == other.reinvite
      && group == other.group
  }
}

extension DesiredWorkspace {
  fileprivate func differsInItself(from other: DesiredWorkspace) -> Bool {
    disposition != other.disposition || displayName?.value != other.displayName?.value
      || renamedFrom?.value != other.renamedFrom?.value
      || subscription?.value != other.subscription?.value || management != other.management
  }
}
