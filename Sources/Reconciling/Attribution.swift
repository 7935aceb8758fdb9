import GitReader
import Manifests
import Model
import Planning

/// Finds out who changed which declaration: the authors of the commits since the one applied before (SPEC section 6,
/// «Actors»).
///
/// | commit                | answers for                                                                                |
/// |-----------------------|--------------------------------------------------------------------------------------------|
/// | not a merge           | what it changes against its parent                                                         |
/// | merge                 | what it changes against every parent: its own edits                                        |
/// |                       | what it changes against a parent and no commit that it brings in beside that one explains: |
/// |                       | what it takes back by preferring an older side                                             |
struct Attribution {
  let source: DesiredSource
  let reading: Reading
  /// The commit that the store applied last, to whichever organizations; nil: nothing was ever applied.
  var lastApplied: String?
  /// What `--actor` and `--approved-by` say.
  let statements: Statements
  /// Which of some commits ever counted as applied to anything.
  var applied: (Set<String>) throws -> Set<String> = { _ in [] }
  /// Whether a commit that counts as applied may be none that the planned one descends from.
  var mayRewind = true
  /// What pipelines said before.
  var recorded: (Set<String>) throws -> [String: Attestation] = { _ in [:] }
  /// Commits that are known already, under the plan's symbols.
  var known: [String: DesiredState] = [:]
  /// To read commits with; nil: one of its own.
  var shelf: ManifestShelf?

  func authorship(for input: PlanInput) throws -> Authorship {
    var result = Authorship(named: statements.named, approvedBy: statements.approvedBy)
    result.isBeginning = lastApplied == nil
    guard let commit = reading.source.commit else { return result }
    var history = history(commit, input)
    let (bases, kept) = bases(input)
    for base in bases where base != commit {
      try ask(since: base, to: commit, bases, input, &history, &result)
    }
    for base in reentered(input, result) where base != commit && !result.isAsked(since: base) {
      try ask(since: base, to: commit, bases, input, &history, &result)
    }
    let stated = try statements.attestations(source.repository, planned: commit)
    let commits = kept.union(result.commits.map(\.id)).union(stated.keys)
    result.attestations = try recorded(commits)
    for (id, statement) in stated {
      result.attestations[id] = result.attestations[id].map { $0.adding(statement) } ?? statement
      result.stated[id] = result.attestations[id]
    }
    return result
  }

  /// What is known of who changed what since the commit.
  private func ask(
    since base: String, to commit: String, _ bases: Set<String>, _ input: PlanInput, _ history: inout FolderHistory,
    _ result: inout Authorship
  ) throws {
    switch try ancestry(of: base, in: commit) {
    case .contained: break
    case .notContained:
      result.rewound.insert(base)
      return
    case .unknown:
      result.unknown.insert(base)
      return
    }
    let start = base.isEmpty ? try start(of: input, &history) : base
    do {
      result.ranges[base] = []
      if start == commit { return }
      (result.ranges[base], result.idle[base]) = try range(from: start, to: commit, bases, input, &history)
    } catch let error as GitError where error.code == .missingObject && source.repository.isShallow {
      result.ranges[base] = nil
      result.unknown.insert(base)
    }
  }

  /// The commits applied before lists were left that are declared again since: what differs in them is asked since then.
  func reentered(_ input: PlanInput, _ authorship: Authorship) -> Set<String> {
    var names = input.names
    return input.actual.tenants.reduce(into: []) { result, tenant in
      guard let applied = tenant.applied, applied.withheld > 0,
        let baseline = Baseline(of: tenant, policy: input.desired.policy, names: &names)
      else { return }
      for case .management(let place) in authorship.changes(of: tenant.name, since: applied.commit) {
        if let left = baseline.left(place) { result.insert(left.commit ?? "") }
      }
    }
  }

  private func history(_ commit: String, _ input: PlanInput) -> FolderHistory {
    var shelf = shelf ?? ManifestShelf(source: source, now: input.now, names: input.names)
    shelf.names = input.names
    let known = reading.hasErrors ? known : known.merging([commit: reading.desired]) { $1 }
    return FolderHistory(shelf: shelf, known: known)
  }

  private func ancestry(of base: String, in commit: String) throws -> Ancestry {
    if base.isEmpty { return .contained }
    if mayRewind { return try source.repository.ancestry(of: base, in: commit) }
    return source.repository.contains(commit: base) ? .contained : .unknown
  }

  /// The commits that count as applied before, over all tenants; empty for none. And those of which something is withheld.
  func bases(_ input: PlanInput) -> (bases: Set<String>, withheld: Set<String>) {
    var (result, kept): (Set<String>, Set<String>) = ([], [])
    var names = input.names
    if !newcomers(input).isEmpty { result.insert("") }
    if input.changesPolicyForAll {
      result.insert(input.actual.policyForAllCommit ?? "")
      kept.formUnion(input.actual.policyForAllWithheld.map(Part.list)?.map(\.commit) ?? [])
    }
    for tenant in input.actual.tenants {
      guard let applied = tenant.applied else { continue }
      result.insert(applied.commit)
      guard applied.withheld > 0 else { continue }
      let baseline = Baseline(of: tenant, policy: input.desired.policy, names: &names)
      for withheld in (baseline?.withheld ?? [:]).values {
        // An older version did not keep who answers for what is withheld.
        if let parts = withheld.parts {
          kept.formUnion(parts.map(\.commit))
        } else {
          result.insert(withheld.commit ?? "")
        }
      }
    }
    return (result, kept.subtracting([""]))
  }

  /// Whether something declared in a tenant that was applied to has been waiting or refused from the beginning on.
  private func hasWaitedAlways(_ input: PlanInput) -> Bool {
    var alone = input
    alone.desired.tenants = []
    return bases(alone).bases.contains("")
  }

  /// Declared tenants to which nothing was applied yet.
  func newcomers(_ input: PlanInput) -> Set<String> {
    let applied = Set(input.actual.tenants.filter { $0.applied != nil }.map(\.name))
    return Set(input.desired.tenants.map(\.name)).subtracting(applied)
  }

  /// Where the history of tenants begins to which nothing was applied: with the commit that was applied to others, if it
  /// declares none of them; else (nil) with the first commit.
  private func start(of input: PlanInput, _ history: inout FolderHistory) throws -> String? {
    guard let lastApplied, let commit = reading.source.commit, !hasWaitedAlways(input),
      source.repository.contains(commit: lastApplied), try ancestry(of: lastApplied, in: commit) == .contained
    else { return nil }
    return try history.declaresNone(of: newcomers(input), at: lastApplied) ? lastApplied : nil
  }

  private static let longestBeginning = 64

  /// Newest first; and those that change nothing.
  private func range(
    from base: String?, to commit: String, _ bases: Set<String>, _ input: PlanInput, _ history: inout FolderHistory
  ) throws -> (changing: [Authorship.Commit], idle: [Authorship.Commit]) {
    let all = try source.repository.commits(from: base, to: commit)
    let commits = all.filter { !$0.isMerge }
    // Nobody is asked about the first apply of all: a long history is put down to its newest commit then.
    if lastApplied == nil, commits.count > Self.longestBeginning, let newest = commits.last {
      return ([Authorship.Commit(id: newest.id, author: newest.authorEmail, touched: [:])], [])
    }
    let older = try base.map { try history.visit(base: $0) } ?? []
    var result = older.map { Authorship.Commit($0, approvers: $0.approvers) }
    let ids = Set(all.map(\.id))
    // Commits of the range were applied only where one of them still is, to somebody.
    let isApplied = !ids.isDisjoint(with: bases.union(lastApplied.map { [$0] } ?? []))
    try append(all, since: base, applied: isApplied ? try applied(ids) : [], to: &result, &history)
    let changing = Set(result.map(\.id))
    let idle = all.filter { !changing.contains($0.id) }.map { Authorship.Commit($0, approvers: $0.approvers) }
    return (result.filter { ids.contains($0.id) || !$0.isEmpty }.reversed(), idle)
  }

  /// What the commits did, which contain `base` and come parents first, behind what was recorded before them.
  ///
  /// - Parameter applied: those of them that counted as applied before the last one did.
  func append(
    _ commits: [CommitInfo], since base: String?, applied: Set<String> = [], to records: inout [Authorship.Commit],
    _ history: inout FolderHistory
  ) throws {
    let lines = Lineage(commits, applied: applied)
    var changes: [String: FolderHistory.Change] = [:]
    for info in lines.order {
      try history.visit(info)
      guard let change = try change(by: info, base, lines, changes, &history) else { continue }
      changes[info.id, default: .init()].add(change)
      if !lines.first.contains(info.id) || info.isMerge {
        let inherited =
          info.isMerge ? change.entries : try history.changedSince(info.id, change, to: reading.desired.tenants)
        changes[info.id]?.inherited.merge(inherited) { $0.union($1) }
      }
      for parent in info.parents {
        for hider in try history.hiders(from: parent, to: info.id) where hider.commit != info.id {
          let hidden = change.within(hider.tenants)
          changes[hider.commit, default: .init()].add(hidden)
          changes[info.id]?.inherited.merge(hidden.entries) { $0.union($1) }
        }
      }
      changes[info.id]?.renames = change.renames
    }
    for index in records.indices { changes[records[index].id].map { records[index].add($0) } }
    for info in lines.order {
      guard let change = changes[info.id] else { continue }
      if !change.renames.isEmpty { records = records.map { $0.following(change.renames) } }
      var record = Authorship.Commit(info, approvers: info.approvers + lines.mergingPeople(of: info.id))
      record.add(change)
      record.inherited = change.inherited
      records.append(record)
    }
  }

  /// Nil where the commit changes nothing of its own.
  private func change(
    by info: CommitInfo, _ base: String?, _ lines: Lineage, _ known: [String: FolderHistory.Change],
    _ history: inout FolderHistory
  ) throws -> FolderHistory.Change? {
    guard info.isMerge else {
      guard try differs(info.id, from: info.parents.first) else { return nil }
      return try history.change(from: info.parents.first, to: info.id)
    }
    guard try !isPlain(info) else { return nil }
    var own = FolderHistory.Change()
    var edits: FolderHistory.Change?
    for parent in info.parents {
      var change = try differs(info.id, from: parent) ? history.change(from: parent, to: info.id) : .init()
      edits = edits?.intersection(change) ?? change
      guard !change.isEmpty, try base.map({ try contains($0, in: parent) }) ?? true else { continue }
      for id in lines.broughtIn(by: info, beside: parent) { known[id].map { change.subtract($0) } }
      change.renames = [:]
      own.add(change)
    }
    edits.map { own.add($0) }
    return own.isEmpty ? nil : own
  }

  /// A merge that only brings in a branch that was up to date: its tree is the branch's.
  private func isPlain(_ merge: CommitInfo) throws -> Bool {
    for tip in merge.parents {
      guard try !differs(merge.id, from: tip) else { continue }
      let others = merge.parents.filter { $0 != tip }
      if try others.allSatisfy({ try contains($0, in: tip) }) { return true }
    }
    return false
  }

  private func contains(_ ancestor: String, in descendant: String) throws -> Bool {
    guard source.repository.contains(commit: ancestor), source.repository.contains(commit: descendant) else {
      return false
    }
    return try source.repository.isAncestor(ancestor, of: descendant)
  }

  private func differs(_ commit: String, from parent: String?) throws -> Bool {
    let tree = try source.repository.treeID(commit: commit, folder: source.manifests)
    guard let parent, source.repository.contains(commit: parent) else { return tree != nil }
    return try source.repository.treeID(commit: parent, folder: source.manifests) != tree
  }
}

/// Who descends from whom within a range of commits, which come parents first.
private struct Lineage {
  private let parents: [String: [String]]
  /// The first-parent line.
  private(set) var first: Set<String> = []
  private var merging: [String: [String]] = [:]
  /// As they came into the first-parent line, whatever dates they have: what a merge brings in stands before that.
  private(set) var order: [CommitInfo] = []

  init(_ commits: [CommitInfo], applied: Set<String>) {
    parents = Dictionary(uniqueKeysWithValues: commits.map { ($0.id, $0.parents) })
    first = firstParentLine(of: commits.last?.id)
    let places = Dictionary(uniqueKeysWithValues: commits.enumerated().map { ($1.id, $0) })
    // Whatever was applied on the line contains the merge, or nothing that it brings in.
    let besides = applied.subtracting(first).map { reachable([$0]) }
    var seen: Set<String> = []
    for commit in commits where first.contains(commit.id) {
      var brought = reachable(Array(commit.parents.dropFirst()), beyond: seen)
      seen.formUnion(brought.union([commit.id]))
      order += brought.compactMap { places[$0] }.sorted().map { commits[$0] } + [commit]
      for earlier in besides where !earlier.contains(commit.id) { brought.subtract(earlier) }
      for id in brought { merging[id, default: []].append(commit.authorEmail) }
    }
  }

  /// The authors of the merges on the first-parent line that brought a commit in beside it.
  func mergingPeople(of id: String) -> [String] { merging[id] ?? [] }

  private func firstParentLine(of tip: String?) -> Set<String> {
    var (found, next): (Set<String>, String?) = ([], tip)
    while let id = next, let parents = parents[id] {
      found.insert(id)
      next = parents.first
    }
    return found
  }

  /// The commits that a merge contains and one of its parents does not.
  func broughtIn(by merge: CommitInfo, beside parent: String) -> Set<String> {
    reachable(merge.parents.filter { $0 != parent }).subtracting(reachable([parent]))
  }

  /// The commits of the range that these contain.
  private func reachable(_ tips: [String], beyond seen: Set<String> = []) -> Set<String> {
    var (found, open): (Set<String>, [String]) = ([], tips)
    while let id = open.popLast() {
      guard let next = parents[id], !seen.contains(id), found.insert(id).inserted else { continue }
      open += next
    }
    return found
  }
}

extension Authorship.Commit {
  /// Changes nothing yet.
  fileprivate init(_ info: CommitInfo, approvers: [String]) {
    self.init(id: info.id, author: info.authorEmail, coAuthors: info.coAuthors, approvers: approvers, touched: [:])
  }

  fileprivate var isEmpty: Bool { touched.isEmpty && policies.isEmpty && groups.isEmpty && unlessRenamed.isEmpty }

  /// Makes it answer for that too.
  fileprivate mutating func add(_ change: FolderHistory.Change) {
    touched.merge(change.entries) { $0.union($1) }
    unlessRenamed.merge(change.unlessRenamed) { $0.merging($1) { $0.union($1) } }
    policies.formUnion(change.policies.keys)
    roles.formUnion(change.policies.filter { $0.value.contains { $0.hasPrefix("roles.") } }.keys)
    groups.merge(change.groups) { $0.merging($1) { $0.union($1) } }
  }

  /// What it changed in a workspace counts under the name that a later commit gives it too.
  fileprivate func following(_ renames: [String: [Symbol: Symbol]]) -> Self {
    var result = self
    for (tenant, names) in renames {
      result.touched[tenant]?.formUnion(touched[tenant]?.map { $0.renamed(names) } ?? [])
      result.inherited[tenant]?.formUnion(inherited[tenant]?.map { $0.renamed(names) } ?? [])
      result.unlessRenamed[tenant] = unlessRenamed[tenant]?.mapValues { entries in
        entries.union(entries.map { $0.renamed(names) })
      }
    }
    return result
  }
}
