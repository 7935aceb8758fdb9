import CLibGit2

/// A manifest in a tree.
public struct ListedFile: Hashable, Sendable {
  public var path: String
  /// Object id of its bytes, 40 hexadecimal digits.
  public var id: String
  public init(path: String, id: String) { (self.path, self.id) = (path, id) }
}

/// What a search of a part of a tree found.
public struct TreeMatches: Sendable {
  /// In the order of the tree.
  public var files: [ListedFile] = []
  /// Object ids of the others.
  public var others: [String] = []
  /// Manifests in the whole tree.
  public var count = 0
  /// Whether the tree holds more than a snapshot may: nothing was searched.
  public var isTooLarge = false

  public init(count: Int = 0) { self.count = count }
}

extension GitRepository {
  /// The manifests below a tree for which `isWanted` says so of their bytes. What a snapshot has a word about, such as a
  /// symbolic link or a file that is too large, is passed over.
  ///
  /// - Parameters:
  ///   - id: object id of the tree; nil: nothing.
  ///   - folder: where it lies, for the paths.
  ///   - known: answers by object id, for which no bytes are read.
  ///   - part: searches one of `parts` parts of the tree, from 0: several threads may share it, each with a repository
  ///     that it opened for itself.
  public func search(
    tree id: String?, folder: String, known: [String: Bool], part: Int = 0, of parts: Int = 1,
    isWanted: @escaping @Sendable (UnsafeRawBufferPointer) -> Bool
  ) throws(GitError) -> TreeMatches {
    guard let id else { return TreeMatches() }
    let (tree, path) = (try git_oid(hex: id), Array(try ManifestFolder(folder).path.utf8))
    var answers: [ObjectKey: Bool] = [:]
    for (hex, answer) in known { answers[ObjectKey(try git_oid(hex: hex))] = answer }
    let search = TreeSearch(tree: tree, folder: path, known: answers, isWanted: isWanted)
    return try read { (handle) throws(GitError) in try search.run(handle, part: part, of: parts) }
  }
}

private struct TreeSearch {
  let tree: git_oid
  let folder: [UInt8]
  let known: [ObjectKey: Bool]
  let isWanted: (UnsafeRawBufferPointer) -> Bool

  /// Reads one part of the files: those beside each other mostly lie beside each other in a pack, too.
  func run(_ handle: borrowing RepositoryHandle, part: Int, of parts: Int) throws(GitError) -> TreeMatches {
    var walk = TreeWalk(limits: SnapshotLimits())
    try walk.list(tree, at: folder, handle)
    let entries = walk.manifests
    guard !walk.builder.isFull else {
      var found = TreeMatches()
      found.isTooLarge = true
      return found
    }
    var found = TreeMatches(count: entries.count)
    for index in (entries.count * part / parts)..<(entries.count * (part + 1) / parts) {
      let entry = entries[index]
      let answer = if let known = known[ObjectKey(entry.id)] { known } else { try isWanted(entry.id, handle) }
      if answer {
        found.files.append(ListedFile(path: String(decoding: entry.path, as: UTF8.self), id: entry.id.hex))
      } else {
        found.others.append(entry.id.hex)
      }
    }
    return found
  }

  private func isWanted(_ id: git_oid, _ handle: borrowing RepositoryHandle) throws(GitError) -> Bool {
    let size = try handle.size(of: id, as: GIT_OBJECT_BLOB, "cannot read \(id.hex)")
    guard size <= SnapshotLimits().fileBytes else { return false }
    return try handle.withBlob(id, "cannot read \(id.hex)") { isWanted($0) }
  }
}
