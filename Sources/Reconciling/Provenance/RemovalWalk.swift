import GitReader
import Manifests
import Model

/// Walks back for the commits that took somebody's access away.
struct RemovalWalk {
  struct Removal {
    /// The line that is gone, as it last stood.
    var found: FoundStatement
    var origin: OriginWalk.Origin
  }

  /// The newest removal at each place, or at `wanted` alone. A commit whose files cannot be read says nothing.
  static func removals(
    from tip: String, at wanted: Path?, in archive: PersonArchive
  ) throws -> [Path: Removal] {
    var result: [Path: Removal] = [:]
    var last: (folder: String?, search: ProofSearch)?
    for commit in try archive.newestFirst(from: tip) where !commit.isMerge {
      guard let parent = commit.parents.first, try archive.commit(parent) != nil,
        try archive.folder(of: parent) != archive.folder(of: commit.id),
        try !archive.isBroken(commit.id), try !archive.isBroken(parent)
      else { continue }
      let folder = try archive.folder(of: commit.id)
      let after: ProofSearch
      if let last, last.folder == folder { after = last.search } else { after = try archive.search(in: commit.id) }
      let before = try archive.search(in: parent)
      last = (try archive.folder(of: parent), before)
      let present = after.places()
      for (path, chain) in before.places() where present[path] == nil && result[path] == nil {
        guard wanted == nil || wanted == path else { continue }
        let gone = chain.first { after.statement(like: $0.statement) == nil } ?? chain.last
        guard let gone else { continue }
        result[path] = Removal(found: gone, origin: .init(commit: commit.id, isCut: false))
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

  fileprivate func isBroken(_ commit: String) throws -> Bool {
    for id in try listing(of: commit).values where try statements(of: id).isBroken { return true }
    return false
  }
}
