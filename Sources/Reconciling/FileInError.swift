import GitReader
import Manifests
import Model

/// A file of a commit, by whose errors a declaration may be hidden.
///
/// | of the commit                 | compared is                                   | for what comes to light when that changes, answer |
/// |-------------------------------|-----------------------------------------------|---------------------------------------------------|
/// | a file has an error           | what is read of it past the error             | besides: who changed the file since it had none   |
/// | a file cannot be read         | the last version of it that can               | the same                                          |
/// | no file is there, or all are  | all files of the last commit that has some    | besides: whoever made a commit since              |
/// | too much                      |                                               |                                                   |
struct FileInError: Sendable {
  /// Of whoever answers.
  var commits: Set<String>
  /// What is wrong, without places.
  var errors: [String]
  /// Set where the file cannot be read: the object id of the version that is compared, empty for none.
  var standIn: String?
  /// Whose declarations the file has; nil: anybody's.
  var tenants: Set<String>?

  /// Where the commit as a whole is meant.
  static let allFiles = ""
}

extension FolderHistory {
  /// The commits that answer besides for what `commit` changes against a parent, each with the tenants of which; nil: all.
  mutating func hiders(from parent: String, to commit: String) throws -> [(commit: String, tenants: Set<String>?)] {
    guard let before = errors[parent] else { return [] }
    var found: [(commit: String, tenants: Set<String>?)] = []
    for (path, file) in before.sorted(by: { $0.key < $1.key }) where errors[commit]?[path]?.errors != file.errors {
      var tenants = file.tenants
      if path != FileInError.allFiles {
        for file in try successors(of: path, file, from: parent, to: commit) {
          tenants = self.tenants(of: file).flatMap { tenants?.union($0) }
        }
      }
      found += file.commits.sorted().map { ($0, tenants) }
    }
    return found
  }

  /// What may say what a file was to say: itself, or what is new where it is gone.
  private mutating func successors(
    of path: String, _ file: FileInError, from parent: String, to commit: String
  ) throws -> [FileDocuments] {
    let after = try shelf.contents(of: commit)
    if let own = after.file(path) { return [own] }
    guard file.standIn == "" else { return [] }
    let before = try Set(shelf.contents(of: parent).documents.paths)
    return zip(after.documents.paths, after.documents.files).filter { !before.contains($0.0) }.map(\.1)
  }

  /// Takes note of the files in error of the commit that a range begins behind: it counts as applied, what they hide does
  /// not.
  ///
  /// - Returns: the commits that answer for them, oldest first.
  mutating func visit(base: String) throws -> [CommitInfo] {
    var files = try view(at: base).errors
    var found: [String: CommitInfo] = [:]
    for path in files.keys where path != FileInError.allFiles {
      let commits = try erring(path, at: base)
      files[path]?.commits = Set(commits.map(\.id))
      for commit in commits { found[commit.id] = commit }
    }
    if !files.isEmpty { errors[base] = files }
    return found.values.sorted { ($0.time, $0.id) < ($1.time, $1.id) }
  }

  /// The commits that changed a file since it had no error.
  private mutating func erring(_ path: String, at commit: String) throws -> [CommitInfo] {
    var (commit, found): (String, [CommitInfo]) = (commit, [])
    while true {
      let id = try shelf.contents(of: commit).id(path)
      let parents = try parents(of: commit)
      if let same = try parents.first(where: { try shelf.contents(of: $0).id(path) == id }) {
        commit = same
        continue
      }
      found.append(try shelf.source.repository.commit(commit))
      guard let parent = parents.first, try view(at: parent).errors[path] != nil else { return found }
      commit = parent
    }
  }

  /// What a commit declares, read past its errors.
  mutating func read(_ commit: String) throws -> View {
    var contents = try shelf.contents(of: commit)
    if contents.isBlank { return try readBlank(contents, commit) }
    var standIns: [String: String] = [:]
    for path in try unreadable(in: contents, of: commit) {
      let id = try readable(path, before: commit, contents.id(path))
      contents.replace(path, try id.flatMap { id in try shelf.documents(ofBlob: id).map { (id, $0) } })
      standIns[path] = id ?? ""
    }
    let compiled = shelf.compiled(contents, isLenient: true)
    var view = View(desired: compiled.desired)
    guard !standIns.isEmpty || !compiled.obscure.isEmpty else { return view }
    let changed = try changedFiles(of: commit)
    let unreadable = standIns.mapValues { ["unreadable \($0)"] }
    for (path, errors) in compiled.obscure.merging(unreadable, uniquingKeysWith: { $1 }) {
      var file = FileInError(commits: try self.commits(path, before: commit), errors: errors, standIn: standIns[path])
      if changed(path) { file.commits.insert(commit) }
      if path != FileInError.allFiles { file.tenants = contents.file(path).map { tenants(of: $0) } ?? [] }
      view.errors[path] = file
    }
    return view
  }

  /// Without a file the manifests stay what they were.
  private mutating func readBlank(_ contents: ManifestShelf.Contents, _ commit: String) throws -> View {
    let (older, standIn) = try lastWithFiles(before: commit)
    var view = standIn ?? View(desired: shelf.compiled(contents, isLenient: true).desired)
    // Nothing is hidden where there never was a file.
    if standIn == nil, try shelf.source.repository.commit(older).parents.isEmpty { return view }
    let all = FileInError.allFiles
    let commits = try commits(all, before: commit).union([commit])
    if let parent = try parents(of: commit).first, let before = errors[parent] { view.errors = before }
    view.errors[all] = FileInError(commits: commits, errors: ["blank"], standIn: older)
    return view
  }

  /// The last commit before that has manifests, as it is compared; where none has, the first that is here.
  private mutating func lastWithFiles(before commit: String) throws -> (commit: String, view: View?) {
    var older = commit
    while let parent = try parents(of: older).first {
      older = parent
      if try !shelf.contents(of: parent).isBlank { return (parent, try view(at: parent)) }
    }
    return (older, nil)
  }

  private func commits(_ path: String, before commit: String) throws -> Set<String> {
    try Set(parents(of: commit).flatMap { errors[$0]?[path]?.commits ?? [] })
  }

  /// Paths of the files of a commit that cannot be read, or of which the listing says that it left them out.
  private mutating func unreadable(in contents: ManifestShelf.Contents, of commit: String) throws -> [String] {
    let broken = zip(contents.documents.paths, contents.documents.files).filter(\.1.isUnreadable).map(\.0)
    let left = contents.leftOut
    if left.isEmpty { return broken }
    let before = try parents(of: commit).flatMap { try shelf.contents(of: $0).documents.paths }
    return Set(broken + left + before.filter { contents.leaves(out: $0) }).sorted()
  }

  /// The object id of a file's last version that can be read, before a commit that has it as `id`; nil: there is none.
  private mutating func readable(_ path: String, before commit: String, _ id: String?) throws -> String? {
    var (commit, id) = (commit, id)
    while true {
      var found: (commit: String, contents: ManifestShelf.Contents)?
      // A merge takes a file from the parent that has the same.
      for parent in try parents(of: commit) {
        let contents = try shelf.contents(of: parent)
        if found == nil || (id != nil && found?.contents.id(path) != id && contents.id(path) == id) {
          found = (parent, contents)
        }
      }
      guard let found else { return nil }
      if let standIn = errors[found.commit]?[path]?.standIn { return standIn.isEmpty ? nil : standIn }
      commit = found.commit
      if found.contents.isBlank { continue }
      guard let file = found.contents.file(path) else {
        guard found.contents.leaves(out: path) else { return nil }
        continue
      }
      id = found.contents.id(path)
      if !file.isUnreadable { return id }
    }
  }

  /// Whether a commit has another version of a file than all of its parents.
  private mutating func changedFiles(of commit: String) throws -> (String) -> Bool {
    let own = try shelf.contents(of: commit)
    let before = try parents(of: commit).map { try shelf.contents(of: $0) }
    return { path in
      guard let id = own.id(path) else { return true }
      return !before.contains { $0.id(path) == id }
    }
  }

  private func tenants(of file: FileDocuments) -> Set<String>? {
    let summary = FileSummary(file, names: shelf.names)
    return summary.isForAll ? nil : Set(summary.organizations)
  }
}

extension ManifestShelf.Contents {
  /// There is no file, or there is nothing in any: that never means that nothing is declared.
  var isBlank: Bool { count == 0 || (documents.files.count == count && documents.files.allSatisfy(\.isEmpty)) }

  func id(_ path: String) -> String? { place(path).map { ids[$0] } }

  func file(_ path: String) -> FileDocuments? { place(path).map { documents.files[$0] } }

  /// Paths of files and folders that were not listed because of an error.
  var leftOut: [String] { listing.filter { $0.severity == .error }.compactMap(\.location?.file) }

  func leaves(out path: String) -> Bool { leftOut.contains { path == $0 || path.hasPrefix($0 + "/") } }

  /// Puts another version in the place of a file; nil: none.
  mutating func replace(_ path: String, _ version: (id: String, file: FileDocuments)?) {
    if let place = place(path) {
      documents.paths.remove(at: place)
      documents.files.remove(at: place)
      ids.remove(at: place)
    }
    guard let version else { return }
    let place = documents.paths.firstIndex { path.utf8.lexicographicallyPrecedes($0.utf8) } ?? ids.count
    documents.paths.insert(path, at: place)
    documents.files.insert(version.file, at: place)
    ids.insert(version.id, at: place)
  }

  private func place(_ path: String) -> Int? { documents.paths.firstIndex(of: path) }
}
