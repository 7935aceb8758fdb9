import GitReader
import Manifests
import Model

/// Walks back for the commits that took somebody's access away. Workspaces go by the names that they have at the tip.
///
/// What the tip declares was not taken away, whatever happened to it before.
struct RemovalWalk {
  struct Removal {
    /// The line that is gone, as it last stood.
    var found: FoundStatement
    /// The last commit that had it, and the one that took it away.
    var before: String
    var commit: String
  }

  private typealias Names = [Path: Path]

  /// The newest removal at each place, or at `wanted` alone.
  private(set) var removals: [Path: Removal] = [:]
  /// What workspaces under former names are called at the tip; with `wanted` not all.
  private(set) var names: [Path: Path] = [:]

  private let wanted: Path?
  private let archive: PersonArchive
  private let standing: Set<Path>

  /// A commit whose files cannot be read says nothing.
  init(from tip: String, at wanted: Path?, in archive: PersonArchive) throws {
    (self.wanted, self.archive) = (wanted, archive)
    standing = Set(try archive.search(in: tip).places().keys)
    if let wanted, standing.contains(wanted) { return }
    var open: [String: Names] = [:]
    for commit in try archive.newestFirst(from: tip) {
      let later = open.removeValue(forKey: commit.id) ?? [:]
      for (index, parent) in commit.parents.enumerated() where try archive.commit(parent) != nil {
        let change = try archive.change(from: parent, to: commit.id)
        let earlier = names(later, before: change)
        if !earlier.isEmpty { open[parent, default: [:]].merge(earlier) { known, _ in known } }
        if index == 0, !commit.isMerge, change.mayRemove {
          try look(at: commit.id, after: parent, change.renames, earlier)
        }
      }
      if let wanted, removals[wanted] != nil { break }
    }
  }

  /// What the names of before the change are at the tip.
  private mutating func names(_ later: Names, before change: StatementChange) -> Names {
    guard !change.renames.isEmpty else { return later }
    var result = later
    for rename in change.renames { result[rename.newPath] = nil }
    for rename in change.renames {
      let present = later[rename.newPath] ?? rename.newPath
      result[rename.oldPath] = present
      if names[rename.oldPath] == nil { names[rename.oldPath] = present }
    }
    return result
  }

  private mutating func look(
    at commit: String, after parent: String, _ renames: Set<FileStatements.Rename>, _ names: Names
  ) throws {
    let (before, after) = (try archive.search(in: parent), try archive.search(in: commit))
    let present = after.places()
    let moved = Dictionary(renames.map { ($0.oldPath, $0.newPath) }, uniquingKeysWith: { first, _ in first })
    for (path, chain) in before.places() where present[moved[path] ?? path] == nil {
      let place = names[path] ?? path
      guard removals[place] == nil, !standing.contains(place), wanted == nil || wanted == place,
        let gone = chain.first(where: { after.statement(like: $0.statement) == nil }) ?? chain.last
      else { continue }
      removals[place] = Removal(found: try archive.exact(gone), before: parent, commit: commit)
    }
  }
}

/// What a commit changed of what the files say about the person.
private struct StatementChange {
  /// Workspaces that got their name by it.
  var renames: Set<FileStatements.Rename> = []
  /// Whether a statement is gone from the files that it changed: most commits are about others.
  var mayRemove = false
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

  fileprivate func change(from parent: String, to commit: String) throws -> StatementChange {
    guard try folder(of: parent) != folder(of: commit) else { return StatementChange() }
    var (before, after): (Set<Naming>, Set<Naming>) = ([], [])
    var (known, renames): (Set<FileStatements.Rename>, Set<FileStatements.Rename>) = ([], [])
    var isBroken = false
    for file in try source.repository.changedFiles(from: parent, to: commit, folder: source.manifests) {
      let (old, new) = (try file.before.map(statements), try file.after.map(statements))
      if old?.isBroken ?? false || new?.isBroken ?? false { isBroken = true }
      before.formUnion(old?.statements.map(Naming.init) ?? [])
      after.formUnion(new?.statements.map(Naming.init) ?? [])
      known.formUnion(old?.renames ?? [])
      renames.formUnion(new?.renames ?? [])
    }
    return StatementChange(
      renames: renames.subtracting(known), mayRemove: !isBroken && !before.isSubset(of: after))
  }
}

extension FileStatements.Rename {
  fileprivate var oldPath: Path { Path(tenant: tenant, workspace: from) }
  fileprivate var newPath: Path { Path(tenant: tenant, workspace: to) }
}

/// Which list names whom, in whatever role.
private struct Naming: Hashable {
  var list: Statement.List
  var name: String

  init(_ statement: Statement) { (list, name) = (statement.list, statement.name) }
}
