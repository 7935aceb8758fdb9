import GitReader
import Manifests
import Model

/// Walks back for the commits that took somebody's access away.
struct RemovalWalk {
  struct Removal {
    /// The line that is gone, as it last stood.
    var found: FoundStatement
    /// The last commit that had it, and the one that took it away.
    var before: String
    var commit: String
  }

  /// The newest removal at each place, or at `wanted` alone. A commit whose files cannot be read says nothing.
  static func removals(
    from tip: String, at wanted: Path?, in archive: PersonArchive
  ) throws -> [Path: Removal] {
    var result: [Path: Removal] = [:]
    for commit in try archive.newestFirst(from: tip) where !commit.isMerge {
      guard let parent = commit.parents.first, try archive.commit(parent) != nil,
        try archive.mayRemove(commit.id, after: parent)
      else { continue }
      let (before, after) = (try archive.search(in: parent), try archive.search(in: commit.id))
      let present = after.places()
      for (path, chain) in before.places() where present[path] == nil && result[path] == nil {
        guard wanted == nil || wanted == path,
          let gone = chain.first(where: { after.statement(like: $0.statement) == nil }) ?? chain.last
        else { continue }
        result[path] = Removal(found: try archive.exact(gone), before: parent, commit: commit.id)
      }
      if let wanted, result[wanted] != nil { break }
    }
    return result
  }
}

extension PersonArchive {
  /// Every commit that this clone has, children before their parents.
  fileprivate func newestFirst(from tip: String) throws -> [CommitInfo] {
    if !source.repository.isShallow { return try source.repository.commits(from: nil, to: tip).reversed() }
    // Parents that are not here would end the other walk with an error.
    var (found, seen, open): ([CommitInfo], Set<String>, [String]) = ([], [], [tip])
    while let id = open.popLast() {
      guard seen.insert(id).inserted, let info = try commit(id) else { continue }
      found.append(info)
      open += info.parents
    }
    return found.sorted { ($1.time, $1.id) < ($0.time, $0.id) }
  }

  /// Whether a statement is gone from the files that the commit changed: most commits are about others.
  fileprivate func mayRemove(_ commit: String, after parent: String) throws -> Bool {
    guard try folder(of: parent) != folder(of: commit) else { return false }
    var (before, after): (Set<Naming>, Set<Naming>) = ([], [])
    for file in try source.repository.changedFiles(from: parent, to: commit, folder: source.manifests) {
      let (old, new) = (try file.before.map(statements), try file.after.map(statements))
      if old?.isBroken ?? false || new?.isBroken ?? false { return false }
      before.formUnion(old?.statements.map(Naming.init) ?? [])
      after.formUnion(new?.statements.map(Naming.init) ?? [])
    }
    return !before.isSubset(of: after)
  }
}

/// Which list names whom, in whatever role.
private struct Naming: Hashable {
  var list: Statement.List
  var name: String

  init(_ statement: Statement) { (list, name) = (statement.list, statement.name) }
}
