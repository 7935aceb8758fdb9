import CLibGit2
import Glibc

/// The object database of a repository: packs are read by libgit2, loose objects by ``LooseFolder``.
struct ObjectDatabase: ~Copyable {
  private let handle: Owned
  /// Folders that are there, by their real paths: alternates may name one another.
  private var folders: Set<String> = []

  /// Alternates of alternates, as deep as git follows them.
  private static let deepest = 5
  /// Bytes of a list of alternates.
  private static let longestList = 1 << 20

  private init(_ handle: consuming Owned) { self.handle = handle }

  /// Makes it for the repository, which then uses it too.
  static func open(of repository: borrowing Owned) throws(GitError) -> Owned {
    guard let own = git_repository_commondir(repository.pointer).map({ String(cString: $0) + "/objects" }) else {
      throw GitError(.notARepository, "the repository has no folder")
    }
    var database = ObjectDatabase(
      try Owned(git_odb_free, "cannot make an object database") { git_odb_new(&$0) })
    try database.add(own, isAlternate: false, depth: 0)
    for folder in RepositoryHandle.pushedObjects(besides: own) {
      try database.add(folder, isAlternate: true, depth: 0)
    }
    // Only makes walks faster, and is mostly not there.
    var graph: OpaquePointer?
    if git_commit_graph_open(&graph, own) == 0, git_odb_set_commit_graph(database.handle.pointer, graph) != 0 {
      git_commit_graph_free(graph)
    }
    try check(git_repository_set_odb(repository.pointer, database.handle.pointer), "cannot use the object database")
    return database.take()
  }

  private consuming func take() -> Owned { handle }

  /// Adds the objects of a folder, and of those that it names as alternates.
  private mutating func add(_ folder: String, isAlternate: Bool, depth: Int) throws(GitError) {
    guard depth <= Self.deepest, folders.insert(CacheFolder.realPath(folder) ?? folder).inserted else { return }
    try PackIndex.check(folder: folder + "/pack")
    var packs: UnsafeMutablePointer<git_odb_backend>?
    try check(git_odb_backend_pack(&packs, folder), "cannot read the packs of '\(folder)'")
    try add(packs, isAlternate, priority: 2)
    try add(LooseBackend.make(LooseFolder(folder)), isAlternate, priority: 1)
    for alternate in Self.alternates(of: folder, depth: depth) {
      try add(alternate, isAlternate: true, depth: depth + 1)
    }
  }

  /// Packs come first, those of alternates too: most objects are in one.
  private func add(
    _ backend: UnsafeMutablePointer<git_odb_backend>?, _ isAlternate: Bool, priority: Int32
  ) throws(GitError) {
    let code =
      isAlternate
      ? git_odb_add_alternate(handle.pointer, backend, priority)
      : git_odb_add_backend(handle.pointer, backend, priority)
    if code < 0 { backend?.pointee.free(backend) }
    try check(code, "cannot add to the object database")
  }

  /// The folders that `info/alternates` names; relative ones count only in the repository's own list, as for git.
  private static func alternates(of folder: String, depth: Int) -> [String] {
    guard let file = FileDescriptor(Glibc.open(folder + "/info/alternates", O_RDONLY | O_NONBLOCK | O_CLOEXEC)),
      let bytes = file.read(atMost: longestList, expecting: 0)
    else { return [] }
    return bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }.compactMap { line in
      if line.hasPrefix("#") { return nil }
      if line.hasPrefix("/") { return line }
      return depth == 0 ? "\(folder)/\(line)" : nil
    }
  }
}
