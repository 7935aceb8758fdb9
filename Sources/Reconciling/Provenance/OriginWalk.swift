import GitReader
import Manifests
import Model

/// Walks back from a commit to the one that made a statement what it is.
///
/// Of several parents the first that says the same is followed, as git simplifies history: a merge introduces only what
/// none of its parents has. A statement is found again in another file, in another writing, in a workspace under its
/// former name, for a person under a former email, and behind a commit whose file cannot be read.
struct OriginWalk {
  struct Origin: Hashable {
    var commit: String
    /// A parent is not in this clone: it may be older.
    var isCut: Bool
  }

  /// A commit with the statement; where the file cannot be read, as it stands in the commit after.
  private struct Position {
    var commit: String
    var found: FoundStatement
  }

  /// Who made it what it is, and who made it first where that was another commit.
  static func origin(
    of found: FoundStatement, at commit: String, in archive: PersonArchive
  ) throws -> (introduced: Origin, since: Origin?) {
    var position = Position(commit: commit, found: found)
    let introduced = try walk(&position, in: archive) { $0.gives(sameAs: found.statement) }
    guard !introduced.isCut else { return (introduced, nil) }
    let first = try walk(&position, in: archive) { _ in true }
    return (introduced, first.commit == introduced.commit ? nil : first)
  }

  private static func walk(
    _ position: inout Position, in archive: PersonArchive, while isIt: (Statement) -> Bool
  ) throws -> Origin {
    while true {
      let parents = try archive.commit(position.commit)?.parents ?? []
      // libgit2 may show the first commit of a shallow clone with its parents or without.
      var isCut = parents.isEmpty && archive.source.repository.isShallow
      var next: Position?
      for parent in parents {
        guard try archive.commit(parent) != nil else {
          isCut = true
          continue
        }
        if let found = try locate(position, in: parent, archive), isIt(found.statement) {
          next = Position(commit: parent, found: found)
          break
        }
      }
      guard let next else { return Origin(commit: position.commit, isCut: isCut) }
      position = next
    }
  }

  private static func locate(
    _ position: Position, in parent: String, _ archive: PersonArchive
  ) throws -> FoundStatement? {
    let found = position.found
    if try archive.folder(of: parent) == archive.folder(of: position.commit) { return found }
    if let id = try archive.objectID(of: found.file, in: parent) {
      if id == found.objectID { return found }
      let file = try archive.statements(of: id)
      if let statement = try statement(like: found, in: file, archive) {
        return FoundStatement(statement: statement, file: found.file, objectID: id)
      }
      // It cannot be known what was meant: the answer lies behind it.
      if file.isBroken { return FoundStatement(statement: found.statement, file: found.file, objectID: id) }
    }
    return try locateElsewhere(position, in: parent, archive)
  }

  /// In files that are not the same in the later commit: what stayed where it was is not what moved.
  private static func locateElsewhere(
    _ position: Position, in parent: String, _ archive: PersonArchive
  ) throws -> FoundStatement? {
    let later = try archive.listing(of: position.commit)
    let files = try archive.listing(of: parent).filter { $0.key != position.found.file && later[$0.key] != $0.value }
    for (path, id) in files.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
      if let statement = try statement(like: position.found, in: archive.statements(of: id), archive) {
        return FoundStatement(statement: statement, file: path, objectID: id)
      }
    }
    return nil
  }

  private static func statement(
    like found: FoundStatement, in file: FileStatements, _ archive: PersonArchive
  ) throws -> Statement? {
    let wanted = found.statement
    func find(_ list: Statement.List) -> Statement? {
      let same = file.statements.filter { $0.list == list && $0.isPerson == wanted.isPerson }
      return same.first { $0.name == wanted.name }
        ?? (wanted.isPerson ? same.first { archive.people.contains($0.name) } : nil)
    }
    if let statement = find(wanted.list) { return statement }
    let renames = try archive.statements(of: found.objectID).renames
    return wanted.list.formerLists(renames).lazy.compactMap(find).first
  }
}

extension Statement.List {
  /// The list of the workspace under the name that it is renamed from.
  fileprivate func formerLists(_ renames: [FileStatements.Rename]) -> [Statement.List] {
    func former(_ tenant: String, _ workspace: String?) -> [String] {
      renames.filter { $0.tenant == tenant && $0.to == workspace }.map(\.from)
    }
    switch self {
    case .members(let tenant, let workspace):
      return former(tenant, workspace).map { .members(tenant: tenant, workspace: $0) }
    case .owner(let tenant, let workspace):
      return former(tenant, workspace).map { .owner(tenant: tenant, workspace: $0) }
    case .group: return []
    }
  }
}
