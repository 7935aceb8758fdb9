import GitReader
import Manifests
import Model
import Planning

/// Compares the desired states of a commit and its parent, declaration by declaration.
struct FolderHistory {
  let source: DesiredSource
  let now: Instant
  /// The plan's table, so that the symbols of the answer are its symbols.
  var names: NameTable
  private let known: (commit: String, desired: DesiredState)
  private var last: (commit: String, desired: DesiredState)?
  /// Files read so far by object id: most commits change one of many.
  private var read: [String: FileDocuments] = [:]
  private var scratch = ReadingScratch()

  /// `known`: a commit that was read already, with the same `now` and symbols.
  init(source: DesiredSource, now: Instant, names: NameTable, known: (commit: String, desired: DesiredState)) {
    (self.source, self.now, self.names, self.known) = (source, now, names, known)
  }

  /// What a commit changed.
  struct Change {
    var entries: [String: Set<EntryKey>] = [:]
    /// Organizations whose own policy it changed.
    var tenants: Set<String> = []
    /// Old name → new name of the workspaces that it renames, by tenant.
    var renames: [String: [Symbol: Symbol]] = [:]

    init() {}
  }

  /// What the commit changed; nil: the policy for all, and so everything.
  mutating func declarations(changedBy info: CommitInfo) throws -> Change? {
    let new = try desired(at: info.id)
    let old = try info.parents.first.flatMap { parent in
      source.repository.contains(commit: parent) ? try desired(at: parent) : nil
    }
    last = (info.id, new)
    return Change(from: old, to: new)
  }

  private mutating func desired(at commit: String) throws -> DesiredState {
    if commit == known.commit { return known.desired }
    if let last, last.commit == commit { return last.desired }
    let known = Set(read.keys)
    let snapshot = try source.snapshot(at: commit) { known.contains($0) }
    var documents = Documents()
    for file in snapshot.files {
      documents.paths.append(file.path)
      let id = file.objectID ?? ""
      let content = read[id] ?? ManifestReader.read(parseYAML(file), names: &names, scratch: &scratch)
      read[id] = content
      documents.files.append(content)
    }
    return Compiler.compile(documents, listing: snapshot.diagnostics, now: now, names: &names, parse: parseYAML).desired
  }
}

extension FolderHistory.Change {
  /// What differs between two desired states whose symbols belong to one table; nil: the policy for all, and so
  /// everything.
  init?(from old: DesiredState?, to new: DesiredState) {
    guard old?.policy == new.policy || old == nil else { return nil }
    self.init()
    let before = Dictionary(uniqueKeysWithValues: (old?.tenants ?? []).map { ($0.name, $0) })
    var seen: Set<String> = []
    for tenant in new.tenants {
      seen.insert(tenant.name)
      let changed = tenant.entries(differingFrom: before[tenant.name])
      let renames = tenant.renames(since: before[tenant.name])
      if !renames.isEmpty {
        self.renames[tenant.name] = Dictionary(renames.map { ($0.value, $0.key) }, uniquingKeysWith: { a, _ in a })
      }
      if !changed.isEmpty { entries[tenant.name] = changed }
      if let old = before[tenant.name], old.policy != tenant.policy { tenants.insert(tenant.name) }
    }
    for tenant in old?.tenants ?? [] where !seen.contains(tenant.name) {
      entries[tenant.name] = tenant.entries(differingFrom: nil)
    }
  }
}

extension DesiredTenant {
  /// Which declarations are not the same in `other`; all of them where there is none.
  func entries(differingFrom other: DesiredTenant?) -> Set<EntryKey> {
    var result: Set<EntryKey> = []
    let isSame =
      other != nil && displayName?.value == other?.displayName?.value && owner?.value == other?.owner?.value
      && subscription?.value == other?.subscription?.value && management == other?.management
      && formerly.map(\.value) == other?.formerly.map(\.value)
    if !isSame { result.insert(.tenant) }
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
      compareKeys(workspace, old, &result)
    }
    let named = Set(workspaces.map(\.name))
    for old in other?.workspaces ?? [] where !named.contains(old.name) && !renamedAway.contains(old.name) {
      result.insert(.workspace(old.name))
      compare(nil, old.members, in: old.name, &result)
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
      || renamedFrom?.value != other.renamedFrom?.value || owner?.value != other.owner?.value
      || subscription?.value != other.subscription?.value || management != other.management
  }
}
