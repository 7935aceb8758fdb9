import Model
import Planning

/// Which declarations of a tenant are not the same in two commits. Where several readings are possible, a declaration
/// counts as changed.
///
/// | a workspace with a new `renamedFrom:`, of a name that stood before | is compared with                                |
/// |--------------------------------------------------------------------|-------------------------------------------------|
/// | under a name that was not there, or that is given up too           | the one under the old name; and, for            |
/// |                                                                    | ``unlessRenamed``, with its own name's before   |
/// | under a name that was there                                        | both: such a rename does nothing as a rule      |
struct DeclarationDifference {
  private(set) var entries: Set<EntryKey> = []
  /// What differs besides if the workspace under the new name is not the one that had the old name: only a plan tells.
  private(set) var unlessRenamed: [Baseline.RenameKey: Set<EntryKey>] = [:]
  /// Old name → new name of the workspaces that may be the same: what was changed in one counts for the other.
  private(set) var followed: [Symbol: Symbol] = [:]

  /// - Parameter old: nil: there was none.
  init(from old: DesiredTenant?, to new: DesiredTenant) {
    entries = Self.tenant(new, old)
    let before = Dictionary(uniqueKeysWithValues: (old?.workspaces ?? []).map { ($0.name, $0) })
    let (written, made) = (new.newRenames(since: before), new.renames(since: before))
    let givenUp = Set(made.values)
    for workspace in new.workspaces {
      let name = workspace.name
      var own = Self.workspace(workspace, before[name])
      if givenUp.contains(name) { own.formUnion(Self.workspace(workspace, nil)) }
      let moved = written[name].map { Self.workspace(workspace, before[$0]) }
      guard let from = made[name], let moved else {
        entries.formUnion(own.union(moved ?? []))
        continue
      }
      entries.formUnion(moved)
      unlessRenamed[.init(name: name, from: from)] = own.subtracting(moved)
    }
    let named = Set(new.workspaces.map(\.name))
    for workspace in old?.workspaces ?? [] where !named.contains(workspace.name) {
      let dropped = Self.dropped(workspace)
      guard givenUp.contains(workspace.name) else {
        entries.formUnion(dropped)
        continue
      }
      for (name, from) in made where from == workspace.name {
        unlessRenamed[.init(name: name, from: from)]?.formUnion(dropped)
      }
    }
    let known = Dictionary(written.map { ($0.value, $0.key) }, uniquingKeysWith: { a, _ in a })
    followed = new.respelled(since: old?.peopleByWorkspace ?? [:]).merging(known) { $1 }
  }

  private static func tenant(_ new: DesiredTenant, _ old: DesiredTenant?) -> Set<EntryKey> {
    let isSame =
      old != nil && new.displayName?.value == old?.displayName?.value
      && new.subscription?.value == old?.subscription?.value && new.management == old?.management
      && new.formerly.map(\.value) == old?.formerly.map(\.value)
    let areListed = new.members != nil && old?.members != nil
    var result = owners(new.owner?.value, old?.owner?.value, areListed, in: nil)
    result.formUnion(members(new.members, old?.members, in: nil))
    result.formUnion(later(new.later, old?.later ?? [:], in: nil))
    if !isSame { result.insert(.tenant) }
    if new.managed(nil) != old?.managed(nil) { result.insert(.management(nil)) }
    return result
  }

  private static func workspace(_ new: DesiredWorkspace, _ old: DesiredWorkspace?) -> Set<EntryKey> {
    var result = members(new.members, old?.members, in: new.name)
    result.formUnion(later(new.later, old?.later ?? [:], in: new.name))
    let areListed = new.members != nil && old?.members != nil
    result.formUnion(owners(new.owner?.value, old?.owner?.value, areListed, in: new.name))
    result.formUnion(keys(new, old))
    if old.map({ new.differsInItself(from: $0) }) ?? true { result.insert(.workspace(new.name)) }
    if new.managed != old?.managed { result.insert(.management(new.name)) }
    return result
  }

  private static func dropped(_ old: DesiredWorkspace) -> Set<EntryKey> {
    var result = members(nil, old.members, in: old.name)
    result.formUnion(owners(nil, old.owner?.value, false, in: old.name))
    result.formUnion(keys(nil, old))
    result.formUnion([.workspace(old.name), .management(old.name)])
    return result
  }

  private static func members(
    _ new: [DesiredMember]?, _ old: [DesiredMember]?, in workspace: Symbol?
  ) -> Set<EntryKey> {
    let before = Dictionary(uniqueKeysWithValues: (old ?? []).map { ($0.person, $0) })
    var (result, seen): (Set<EntryKey>, Set<Symbol>) = ([], [])
    for member in new ?? [] {
      seen.insert(member.person)
      let isSame = before[member.person].map { $0.grants(sameAs: member) } ?? false
      if !isSame { result.insert(.member(workspace: workspace, person: member.person)) }
    }
    for member in old ?? [] where !seen.contains(member.person) {
      result.insert(.member(workspace: workspace, person: member.person))
    }
    return result
  }

  private static func later(
    _ new: [Symbol: [DesiredMember]], _ old: [Symbol: [DesiredMember]], in workspace: Symbol?
  ) -> Set<EntryKey> {
    if new.isEmpty, old.isEmpty { return [] }
    let changed = Set(new.keys).union(old.keys).filter { person in
      let (after, before) = (new[person] ?? [], old[person] ?? [])
      return after.count != before.count || !zip(after, before).allSatisfy { $0.grants(sameAs: $1) }
    }
    return Set(changed.map { .member(workspace: workspace, person: $0) })
  }

  /// Where there is no list, before or after, `owner:` alone says who is in it in the top role.
  private static func owners(
    _ new: Symbol?, _ old: Symbol?, _ areListed: Bool, in workspace: Symbol?
  ) -> Set<EntryKey> {
    guard new != old else { return [] }
    let people = areListed ? [] : [new, old].compactMap { $0 }
    return Set(people.map { .member(workspace: workspace, person: $0) }).union([.owner(workspace)])
  }

  private static func keys(_ new: DesiredWorkspace?, _ old: DesiredWorkspace?) -> Set<EntryKey> {
    guard let name = new?.name ?? old?.name else { return [] }
    let before = Dictionary(uniqueKeysWithValues: (old?.apiKeys ?? []).map { ($0.name, $0.limits) })
    let after = Dictionary(uniqueKeysWithValues: (new?.apiKeys ?? []).map { ($0.name, $0.limits) })
    let changed = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }
    return Set(changed.map { .apiKey(workspace: name, name: $0) })
  }
}

extension DesiredTenant {
  /// New name → old name of every `renamedFrom:` that is new, of a name that stood before.
  fileprivate func newRenames(since before: [Symbol: DesiredWorkspace]) -> [Symbol: Symbol] {
    var result: [Symbol: Symbol] = [:]
    for workspace in workspaces {
      guard let old = workspace.renamedFrom?.value, before[old] != nil else { continue }
      if before[workspace.name]?.renamedFrom?.value != old { result[workspace.name] = old }
    }
    return result
  }

  /// New name → old name of those that a plan would make if what stood before is what is stored.
  fileprivate func renames(since before: [Symbol: DesiredWorkspace]) -> [Symbol: Symbol] {
    let present = before.values.filter { workspace in
      switch workspace.disposition {
      case .declared, .released: true
      case .removed: false
      }
    }
    let ids = Dictionary(uniqueKeysWithValues: present.map { ($0.name, Int64(1)) })
    // A rename that stood before is spent.
    let spent = before.values.compactMap { workspace in
      workspace.renamedFrom.map { (Baseline.RenameKey(name: workspace.name, from: $0.value), Int64(0)) }
    }
    return dueRenames(in: ids) { Dictionary(uniqueKeysWithValues: spent) }
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
