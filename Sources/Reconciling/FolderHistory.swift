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
    /// What it changed besides where a workspace that it renames is not the same one before and after, by tenant.
    var unlessRenamed: [String: [Baseline.RenameKey: Set<EntryKey>]] = [:]
    /// Organizations whose own policy it changed.
    var tenants: Set<String> = []
    /// Who came into which group or went: by organization (empty: for all), then group.
    var groups: [String: [Symbol: Set<Symbol>]] = [:]
    /// Old name → new name of the workspaces that it renames, by tenant.
    var renames: [String: [Symbol: Symbol]] = [:]

    var isEmpty: Bool {
      !isPolicyForAll && tenants.isEmpty && groups.isEmpty && entries.allSatisfy(\.value.isEmpty)
        && unlessRenamed.values.joined().allSatisfy(\.value.isEmpty)
    }

    mutating func add(_ other: Change) {
      isPolicyForAll = isPolicyForAll || other.isPolicyForAll
      tenants.formUnion(other.tenants)
      entries.merge(other.entries) { $0.union($1) }
      unlessRenamed.merge(other.unlessRenamed) { $0.merging($1) { $0.union($1) } }
      groups.merge(other.groups) { $0.merging($1) { $0.union($1) } }
    }

    /// Without what the other explains.
    mutating func subtract(_ other: Change) {
      if other.isPolicyForAll { isPolicyForAll = false }
      tenants.subtract(other.tenants)
      for (tenant, explained) in other.entries {
        entries[tenant]?.subtract(explained)
        unlessRenamed[tenant] = unlessRenamed[tenant]?.mapValues { $0.subtracting(explained) }
      }
      for (tenant, renames) in other.unlessRenamed {
        for (rename, explained) in renames { unlessRenamed[tenant]?[rename]?.subtract(explained) }
      }
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
      let difference = DeclarationDifference(from: before[tenant.name], to: tenant)
      if !difference.followed.isEmpty { result.renames[tenant.name] = difference.followed }
      if !difference.entries.isEmpty { result.entries[tenant.name] = difference.entries }
      if !difference.unlessRenamed.isEmpty { result.unlessRenamed[tenant.name] = difference.unlessRenamed }
      if let old = before[tenant.name], old.policy != tenant.policy { result.tenants.insert(tenant.name) }
    }
    for tenant in old?.tenants ?? [] where !seen.contains(tenant.name) {
      result.entries[tenant.name] = DeclarationDifference(from: nil, to: tenant).entries
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
