import GitReader
import Manifests
import Model
import Planning

/// Finds out who changed which declaration: the authors of the non-merge commits since the commit applied before
/// (SPEC section 6, «Actors»).
struct Attribution {
  let source: DesiredSource
  let reading: Reading
  let actors: [String]
  let approvers: [String]

  /// A whole history that is longer than this and applied for the first time is put down to its newest commit alone:
  /// nobody is asked then who raised themselves in it. Later ranges are exact, however long.
  private static let longestFirstHistory = 64

  func authorship(for input: PlanInput) throws -> Authorship {
    var result = Authorship(named: actors, approvedBy: approvers)
    guard let commit = reading.source.commit, input.desired.policy.policy.identity == .commit else { return result }
    for base in bases(input) where base != commit {
      guard base.isEmpty || source.repository.contains(commit: base) else { continue }
      result.ranges[base] = try range(from: base.isEmpty ? nil : base, to: commit, input)
    }
    return result
  }

  /// The commits that count as applied before, over all tenants and withheld declarations; empty for none.
  func bases(_ input: PlanInput) -> Set<String> {
    var result: Set<String> = []
    var names = input.names
    let stored = Set(input.actual.tenants.filter { $0.applied != nil }.map(\.name))
    if input.desired.tenants.contains(where: { !stored.contains($0.name) }) { result.insert("") }
    for tenant in input.actual.tenants {
      guard let applied = tenant.applied else { continue }
      result.insert(applied.commit)
      guard applied.withheld > 0 else { continue }
      let baseline = Baseline(
        decoding: applied.baseline, name: tenant.name, account: tenant.account, policy: input.desired.policy,
        names: &names)
      result.formUnion((baseline?.withheld.values.map { $0.commit ?? "" }) ?? [])
    }
    return result
  }

  /// Newest first.
  private func range(from base: String?, to commit: String, _ input: PlanInput) throws -> [Authorship.Commit] {
    let all = try source.repository.commits(from: base, to: commit)
    let commits = all.filter { !$0.isMerge }
    guard let newest = commits.last else { return [] }
    if base == nil, commits.count > Self.longestFirstHistory {
      return [Authorship.Commit(author: newest.authorEmail, touched: [:])]
    }
    let merging = mergingPeople(all)
    var folder = FolderHistory(
      source: source, now: input.now, names: input.names, known: (commit: commit, desired: reading.desired))
    var result: [Authorship.Commit] = []
    for info in try commits.filter(changesFolder) {
      let change = try folder.declarations(changedBy: info)
      if let renames = change?.renames, !renames.isEmpty { result = result.map { $0.following(renames) } }
      result.append(
        Authorship.Commit(
          author: info.authorEmail, approvers: info.approvers + (merging[info.id] ?? []), touched: change?.entries,
          tenants: change?.tenants ?? []))
    }
    return result.reversed()
  }

  /// Who merged each commit: the authors of the merges that brought it in beside their first parent.
  func mergingPeople(_ commits: [CommitInfo]) -> [String: [String]] {
    var result: [String: [String]] = [:]
    let parents = Dictionary(uniqueKeysWithValues: commits.map { ($0.id, $0.parents) })
    for merge in commits where merge.isMerge {
      let before = reachable(merge.parents.prefix(1), parents)
      for id in reachable(merge.parents.dropFirst(), parents).subtracting(before) {
        result[id, default: []].append(merge.authorEmail)
      }
    }
    return result
  }

  /// The commits of the range that these contain.
  private func reachable(_ tips: ArraySlice<String>, _ parents: [String: [String]]) -> Set<String> {
    var (found, open): (Set<String>, [String]) = ([], Array(tips))
    while let id = open.popLast() {
      guard let next = parents[id], found.insert(id).inserted else { continue }
      open += next
    }
    return found
  }

  func changesFolder(_ info: CommitInfo) throws -> Bool {
    let tree = try source.repository.treeID(commit: info.id, folder: source.manifests)
    guard let parent = info.parents.first, source.repository.contains(commit: parent) else { return tree != nil }
    return try source.repository.treeID(commit: parent, folder: source.manifests) != tree
  }
}

extension Authorship.Commit {
  /// What it changed in a workspace counts under the name that a later commit gives it too.
  func following(_ renames: [String: [Symbol: Symbol]]) -> Self {
    var result = self
    for (tenant, names) in renames {
      result.touched?[tenant]?.formUnion(touched?[tenant]?.map { $0.renamed(names) } ?? [])
    }
    return result
  }
}
