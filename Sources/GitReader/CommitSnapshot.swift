import CLibGit2
import Model

extension GitRepository {
  /// Every `*.yaml` and `*.yml` below `folder` (`.`: the root) of the commit's tree, read without a checkout.
  ///
  /// Symbolic links and submodules are never followed: a warning. A file over the limit is an error diagnostic, and is
  /// not loaded; where the limits of the whole are passed, none is. `cached` gives the bytes of an object id that the caller has read before, or nil; a caller that keeps
  /// parsed files by object id may return `[]` for those.
  ///
  /// With `each`, files are handed over one by one, and the snapshot has them without their bytes: no more than one is
  /// in memory at a time. It must not use the repository.
  public func snapshot(
    commit id: String, folder: String = "manifests", limits: SnapshotLimits = .init(),
    cached: @escaping (_ objectID: String) -> [UInt8]? = { _ in nil }, each: ((Snapshot.File) -> Void)? = nil
  ) throws(GitError) -> FolderSnapshot {
    let (id, folder) = (try git_oid(hex: id), try ManifestFolder(folder))
    return try read { (handle) throws(GitError) -> FolderSnapshot in
      let state: FolderSnapshot.Folder
      var walk = TreeWalk(limits: limits)
      switch try handle.entry(folder, of: id) {
      case nil: state = .missing
      case (GIT_FILEMODE_TREE, let tree)?:
        state = .present
        try walk.list(tree, at: Array(folder.path.utf8), handle)
        try ManifestReading(cached: cached, each: each).read(&walk, handle)
      case (GIT_FILEMODE_LINK, _)?: state = .notAFolder("a symbolic link")
      case (GIT_FILEMODE_COMMIT, _)?: state = .notAFolder("a submodule")
      case (GIT_FILEMODE_UNREADABLE, _)?: state = .notAFolder("there twice")
      case _?: state = .notAFolder("a file")
      }
      return FolderSnapshot(snapshot: walk.builder.finish(commit: id.hex), folder: state)
    }
  }

  /// The object id of `folder` in the commit's tree; nil where it is missing. Equal ids mean equal manifests: commits
  /// that do not touch the folder can be skipped.
  public func treeID(commit id: String, folder: String = "manifests") throws(GitError) -> String? {
    let (id, folder) = (try git_oid(hex: id), try ManifestFolder(folder))
    return try read { (handle) throws(GitError) -> String? in try handle.entry(folder, of: id)?.id.hex }
  }
}

extension RepositoryHandle {
  /// What the commit's tree has at the folder's path, unreadable where it has several; nil: nothing.
  fileprivate func entry(_ folder: ManifestFolder, of id: git_oid) throws(GitError) -> (
    mode: git_filemode_t, id: git_oid
  )? {
    let commit = try commit(id)
    var found = (mode: GIT_FILEMODE_TREE, id: git_commit_tree_id(commit.pointer).pointee)
    for component in folder.components {
      // Something other than a folder on the way: nothing can lie below it.
      guard found.mode == GIT_FILEMODE_TREE else { return nil }
      let tree = try Tree(found.id, self)
      // A search by halves finds one of several, or none where the order is not git's.
      let named = (0..<tree.count).filter { tree[$0].name.elementsEqual(component.utf8) }
      guard let first = named.first else { return nil }
      found = (named.count > 1 ? GIT_FILEMODE_UNREADABLE : tree[first].mode, tree[first].id)
    }
    return found
  }
}

/// Reads the files that a walk listed: first how large they are, and nothing where they are too much together.
private struct ManifestReading {
  let cached: (String) -> [UInt8]?
  let each: ((Snapshot.File) -> Void)?

  private struct Listed {
    var file: Snapshot.File
    var id: git_oid
    var isRead: Bool
  }

  func read(_ walk: inout TreeWalk, _ handle: borrowing RepositoryHandle) throws(GitError) {
    var listed: [Listed] = []
    listed.reserveCapacity(walk.manifests.count)
    for entry in walk.manifests {
      guard !walk.builder.isFull else { return }
      if let file = try admit(entry, &walk.builder, handle) { listed.append(file) }
    }
    guard !walk.builder.isFull else { return }
    for listed in listed { walk.builder.add(listed.isRead ? listed.file : try read(listed, handle)) }
  }

  /// The file without its bytes, unless those are known; nil where it is not to be read.
  private func admit(
    _ entry: TreeWalk.Entry, _ builder: inout SnapshotBuilder, _ handle: borrowing RepositoryHandle
  ) throws(GitError) -> Listed? {
    guard let path = builder.manifestPath(entry.path) else { return nil }
    let hex = entry.id.hex
    if let bytes = cached(hex) {
      return Listed(file: Snapshot.File(path: path, objectID: hex, bytes: bytes), id: entry.id, isRead: true)
    }
    let size = try handle.size(of: entry.id, as: GIT_OBJECT_BLOB, "cannot read \(path) (\(hex))")
    guard builder.admits(size: size, entry.path) else { return nil }
    return Listed(file: Snapshot.File(path: path, objectID: hex, bytes: []), id: entry.id, isRead: false)
  }

  private func read(_ listed: Listed, _ handle: borrowing RepositoryHandle) throws(GitError) -> Snapshot.File {
    var file = listed.file
    file.bytes = try handle.withBlob(listed.id, "cannot read \(file.path)") { Array($0) }
    guard let each else { return file }
    each(file)
    file.bytes = []
    return file
  }
}
