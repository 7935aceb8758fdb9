import GitReader
import Manifests
import Model
import Planning

/// Compares the desired states of a commit and its parent, declaration by declaration: past errors, as far as each can be
/// read (``FileInError``).
struct FolderHistory {
  /// With the plan's table, so that the symbols of the answer are its symbols.
  var shelf: ManifestShelf
  /// Desired states that are known, by commit: those of a range's ends are asked for again. None of them has an error.
  private let known: [String: DesiredState]
  /// Files in error of the commits that were visited, by path.
  var errors: [String: [String: FileInError]]
  /// The commits that were read last.
  private var recent: [(commit: String, view: View)] = []

  /// What is compared of a commit.
  struct View {
    var desired: DesiredState
    var errors: [String: FileInError] = [:]
  }

  /// `known`: commits without an error that were read already, with the shelf's instant and symbols.
  init(shelf: ManifestShelf, known: [String: DesiredState], errors: [String: [String: FileInError]] = [:]) {
    (self.shelf, self.known, self.errors) = (shelf, known, errors)
  }

  /// What a commit changed.
  struct Change {
    /// Paths of the values that it changed in policies, by organization (empty: for all).
    var policies: [String: Set<String>] = [:]
    var entries: [String: Set<EntryKey>] = [:]
    /// What it changed besides where a workspace that it renames is not the same one before and after, by tenant.
    var unlessRenamed: [String: [Baseline.RenameKey: Set<EntryKey>]] = [:]
    /// Who came into which group or went: by organization (empty: for all), then group.
    var groups: [String: [Symbol: Set<Symbol>]] = [:]
    /// Old name → new name of the workspaces that it renames, by tenant.
    var renames: [String: [Symbol: Symbol]] = [:]
    /// As ``Authorship/Commit/inherited``.
    var inherited: [String: Set<EntryKey>] = [:]

    var isEmpty: Bool {
      policies.isEmpty && groups.isEmpty && entries.allSatisfy(\.value.isEmpty)
        && unlessRenamed.values.joined().allSatisfy(\.value.isEmpty)
    }

    /// What of it concerns some tenants; nil: all.
    func within(_ names: Set<String>?) -> Change {
      guard let names else { return self }
      var result = Change()
      result.entries = entries.filter { names.contains($0.key) }
      result.unlessRenamed = unlessRenamed.filter { names.contains($0.key) }
      result.policies = policies.filter { names.contains($0.key) }
      result.groups = groups.filter { names.contains($0.key) }
      return result
    }

    mutating func add(_ other: Change) {
      policies.merge(other.policies) { $0.union($1) }
      entries.merge(other.entries) { $0.union($1) }
      unlessRenamed.merge(other.unlessRenamed) { $0.merging($1) { $0.union($1) } }
      groups.merge(other.groups) { $0.merging($1) { $0.union($1) } }
      inherited.merge(other.inherited) { $0.union($1) }
    }

    /// What is in both.
    func intersection(_ other: Change) -> Change {
      var result = Change()
      for (tenant, own) in entries { result.entries[tenant] = own.intersection(other.entries[tenant] ?? []) }
      for (name, paths) in policies {
        let both = paths.intersection(other.policies[name] ?? [])
        if !both.isEmpty { result.policies[name] = both }
      }
      for (organization, changed) in groups {
        for (group, people) in changed {
          let both = people.intersection(other.groups[organization]?[group] ?? [])
          if !both.isEmpty { result.groups[organization, default: [:]][group] = both }
        }
      }
      return result
    }

    /// Without what the other explains.
    mutating func subtract(_ other: Change) {
      for (name, explained) in other.policies { policies[name]?.subtract(explained) }
      policies = policies.filter { !$0.value.isEmpty }
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

  /// To be called for each commit of a range, parents first, before it is compared.
  mutating func visit(_ commit: CommitInfo) throws {
    let tree = try shelf.source.tree(at: commit.id)
    if tree != nil, let same = try parents(of: commit.id).first(where: { try shelf.source.tree(at: $0) == tree }) {
      errors[commit.id] = errors[same]
      // Nobody sees what the commit would change.
      errors[commit.id]?[FileInError.allFiles]?.commits.insert(commit.id)
      if let read = recent.first(where: { $0.commit == same }) { keep(read.view, of: commit.id) }
      return
    }
    let view = try view(at: commit.id)
    if !view.errors.isEmpty { errors[commit.id] = view.errors }
  }

  /// The change from `old` (nil: nothing) to `new`.
  mutating func change(from old: String?, to new: String) throws -> Change {
    let before = try old.flatMap { id in
      shelf.source.repository.contains(commit: id) ? try view(at: id).desired : nil
    }
    return Self.change(from: before, to: try view(at: new).desired)
  }

  /// What a commit changed and these declare in another way.
  mutating func changedSince(_ commit: String, _ change: Change, to declared: [DesiredTenant]) throws
    -> [String: Set<EntryKey>]
  {
    let before = Dictionary(uniqueKeysWithValues: try view(at: commit).desired.tenants.map { ($0.name, $0) })
    var result: [String: Set<EntryKey>] = [:]
    for tenant in declared {
      guard let changed = change.entries[tenant.name] else { continue }
      let difference = DeclarationDifference(from: before[tenant.name], to: tenant)
      let moved = difference.unlessRenamed.values.reduce(into: difference.entries) { $0.formUnion($1) }
      result[tenant.name] = changed.filter {
        moved.contains($0) || moved.contains($0.renamed(difference.followed))
      }
    }
    return result
  }

  /// Whether a commit declares none of these tenants, not even with errors.
  mutating func declaresNone(of tenants: Set<String>, at commit: String) throws -> Bool {
    try !view(at: commit).desired.tenants.contains { tenants.contains($0.name) }
  }

  mutating func view(at commit: String) throws -> View {
    if let known = known[commit] { return View(desired: known) }
    if let read = recent.first(where: { $0.commit == commit }) { return read.view }
    let view = try read(commit)
    keep(view, of: commit)
    return view
  }

  /// A commit and its parents are asked for in turn.
  private mutating func keep(_ view: View, of commit: String) {
    recent.removeAll { $0.commit == commit }
    recent.append((commit, view))
    if recent.count > 3 { recent.removeFirst() }
  }

  /// Those that are here: a shallow clone lacks some.
  func parents(of commit: String) throws -> [String] {
    try shelf.source.repository.commit(commit).parents.filter { shelf.source.repository.contains(commit: $0) }
  }

  private static func change(from old: DesiredState?, to new: DesiredState) -> Change {
    let before = Dictionary(uniqueKeysWithValues: (old?.tenants ?? []).map { ($0.name, $0) })
    var result = Change()
    var policies = ChangedPolicies()
    if let old { policies.note("", from: old.policy, to: new.policy) }
    result.groups = groupChanges(from: old?.groups ?? [], to: new.groups)
    var seen: Set<String> = []
    for tenant in new.tenants {
      seen.insert(tenant.name)
      let difference = DeclarationDifference(from: before[tenant.name], to: tenant)
      if !difference.followed.isEmpty { result.renames[tenant.name] = difference.followed }
      if !difference.entries.isEmpty { result.entries[tenant.name] = difference.entries }
      let joined = difference.entries.filter { entry in
        guard !result.groups.isEmpty, case .member(_, let person) = entry else { return false }
        return tenant.groups(of: entry).contains { group in
          [tenant.name, ""].contains { result.groups[$0]?[group]?.contains(person) ?? false }
        }
      }
      if !joined.isEmpty { result.inherited[tenant.name] = joined }
      if !difference.unlessRenamed.isEmpty { result.unlessRenamed[tenant.name] = difference.unlessRenamed }
      if let old = before[tenant.name] { policies.note(tenant.name, from: old.policy, to: tenant.policy) }
    }
    for tenant in old?.tenants ?? [] where !seen.contains(tenant.name) {
      result.entries[tenant.name] = DeclarationDifference(from: nil, to: tenant).entries
    }
    result.policies = policies.paths
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
}

/// Paths of the values that differ, by organization. Tenants have few policies between them.
private struct ChangedPolicies {
  private(set) var paths: [String: Set<String>] = [:]
  private var last: (old: PolicyInForce, new: PolicyInForce, paths: Set<String>)?

  mutating func note(_ name: String, from old: PolicyInForce, to new: PolicyInForce) {
    if old == new { return }
    let changed: Set<String>
    if let last, last.old == old, last.new == new {
      changed = last.paths
    } else {
      changed = new.changedValues(since: old)
      last = (old, new, changed)
    }
    if !changed.isEmpty { paths[name] = changed }
  }
}
