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

  /// The newest commits of a range are compared with their parents declaration by declaration, up to this many. A whole
  /// history that is longer and applied for the first time is put down to its newest commit alone.
  private static let exactCommits = 64

  func authorship(for input: PlanInput) throws -> Authorship {
    var result = Authorship(named: actors)
    guard let commit = reading.source.commit, input.desired.policy.policy.identity == .commit else { return result }
    for base in bases(input) where base != commit {
      guard base.isEmpty || source.repository.contains(commit: base) else { continue }
      result.ranges[base] = try range(from: base.isEmpty ? nil : base, to: commit, input)
    }
    return result
  }

  /// The commits that count as applied before, over all tenants and withheld declarations; empty for none.
  private func bases(_ input: PlanInput) -> Set<String> {
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

  /// Newest first. What is older than the exact part is answered for by the author of the newest commit.
  private func range(from base: String?, to commit: String, _ input: PlanInput) throws -> [Authorship.Commit] {
    let commits = try source.repository.commits(from: base, to: commit).filter { !$0.isMerge }
    var exact = commits.suffix(Self.exactCommits)
    if base == nil, commits.count > Self.exactCommits { exact = [] }
    guard let newest = commits.last else { return [] }
    if exact.isEmpty { return [Authorship.Commit(author: newest.authorEmail, touched: [:])] }
    var folder = FolderHistory(
      source: source, now: input.now, names: input.names, known: (commit: commit, desired: reading.desired))
    return try exact.filter(changesFolder).map { info in
      Authorship.Commit(author: info.authorEmail, touched: try folder.declarations(changedBy: info))
    }.reversed()
  }

  private func changesFolder(_ info: CommitInfo) throws -> Bool {
    let tree = try source.repository.treeID(commit: info.id, folder: source.manifests)
    guard let parent = info.parents.first, source.repository.contains(commit: parent) else { return tree != nil }
    return try source.repository.treeID(commit: parent, folder: source.manifests) != tree
  }
}
