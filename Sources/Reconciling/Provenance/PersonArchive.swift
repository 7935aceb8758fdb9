import GitReader
import Manifests
import Model

/// What the manifests of many commits say about one person. Commits, folders and files are read once each, files by
/// object id: most commits change one of many.
final class PersonArchive {
  let source: DesiredSource
  /// The caseless emails of the person, present and former.
  let people: Set<String>
  /// Called with the number of commits looked at so far.
  let progress: (Int) -> Void

  private var names = NameTable()
  private var scratch = ReadingScratch()
  private var files: [String: FileStatements] = [:]
  /// By the digest of the file's sketch.
  private var sketches: [String: FileStatements] = [:]
  private var commits: [String: CommitInfo?] = [:]
  /// By commit: the manifests folder.
  private var folders: [String: String?] = [:]
  /// By folder and path.
  private var objects: [String: String?] = [:]
  /// By folder: path and object id of every manifest.
  private var listings: [String: [String: String]] = [:]

  init(source: DesiredSource, people: Set<String>, progress: @escaping (Int) -> Void) {
    (self.source, self.people, self.progress) = (source, people, progress)
  }

  /// Nil: the clone does not have it.
  func commit(_ id: String) throws -> CommitInfo? {
    if let known = commits[id] { return known }
    let info = source.repository.contains(commit: id) ? try source.repository.commit(id) : nil
    commits[id] = .some(info)
    progress(commits.count)
    return info
  }

  /// The object id of the manifests folder; nil where there is none.
  func folder(of commit: String) throws -> String? {
    if let known = folders[commit] { return known }
    let id = try source.repository.treeID(commit: commit, folder: source.manifests)
    folders[commit] = .some(id)
    return id
  }

  /// The object id of a manifest; nil where there is none of this path.
  func objectID(of path: String, in commit: String) throws -> String? {
    guard let folder = try folder(of: commit) else { return nil }
    let key = "\(folder) \(path)"
    if let known = objects[key] { return known }
    let id = try source.repository.treeID(commit: commit, folder: path)
    objects[key] = .some(id)
    return id
  }

  /// Path and object id of every manifest of the commit.
  func listing(of commit: String) throws -> [String: String] {
    guard let folder = try folder(of: commit) else { return [:] }
    if let known = listings[folder] { return known }
    let files = try source.snapshot(at: commit) { _ in true }.files
    let listing = Dictionary(uniqueKeysWithValues: files.map { ($0.path, $0.objectID ?? "") })
    // Of a large folder every commit has another listing; a walk goes on from the last ones.
    if listings.count > 8 { listings.removeAll() }
    listings[folder] = listing
    return listing
  }

  /// What a file says; lines and columns may be those of another file that says the same (see ``exact(_:)``).
  func statements(of objectID: String) throws -> FileStatements {
    if let known = files[objectID] { return known }
    guard let bytes = try source.repository.blob(objectID) else { return remember(tooLarge, of: objectID) }
    let sketch = digest(Sketch.bytes(of: bytes, keeping: people))
    if let known = sketches[sketch] { return remember(known, of: objectID) }
    let found = read(bytes, objectID)
    // A file may be broken by lines that its sketch does not have.
    if !found.isBroken { sketches[sketch] = found }
    return remember(found, of: objectID)
  }

  /// The same statement where it really stands.
  func exact(_ found: FoundStatement) throws -> FoundStatement {
    guard let bytes = try source.repository.blob(found.objectID) else { return found }
    var result = found
    let all = read(bytes, found.objectID).statements
    result.statement =
      all.first { $0.list == found.statement.list && $0.gives(sameAs: found.statement) } ?? result.statement
    return result
  }

  private var tooLarge: FileStatements {
    var result = FileStatements()
    result.isBroken = true
    return result
  }

  private func remember(_ statements: FileStatements, of objectID: String) -> FileStatements {
    files[objectID] = statements
    return statements
  }

  private func read(_ bytes: [UInt8], _ objectID: String) -> FileStatements {
    let file = parseYAML(Snapshot.File(path: "", objectID: objectID, bytes: bytes))
    return ManifestReader.read(file, names: &names, scratch: &scratch).statements(about: people, names: names)
  }

  /// For files that were read already.
  func keep(_ statements: FileStatements, of bytes: [UInt8], _ objectID: String) {
    files[objectID] = statements
    if !statements.isBroken { sketches[digest(Sketch.bytes(of: bytes, keeping: people))] = statements }
  }

  /// Everything that the commit says about the person.
  func search(in commit: String) throws -> ProofSearch {
    var found: [FoundStatement] = []
    for (path, id) in try listing(of: commit).sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
      found += try statements(of: id).statements.map { FoundStatement(statement: $0, file: path, objectID: id) }
    }
    return ProofSearch(found, people: people)
  }
}
