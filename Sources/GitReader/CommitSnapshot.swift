import CLibGit2
import Glibc
import Model

extension GitRepository {
  /// Every `*.yaml` and `*.yml` below `folder` (`.`: the root) of the commit's tree, read without a checkout.
  ///
  /// Symbolic links and submodules are never followed: a warning. A file over the limit is an error diagnostic, and is
  /// not loaded. `cached` gives the bytes of an object id that the caller has read before, or nil; a caller that keeps
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
      var reader = TreeReader(limits: limits, cached: cached, each: each)
      switch try handle.entry(folder, of: id) {
      case nil: state = .missing
      case (GIT_FILEMODE_TREE, let tree)?:
        state = .present
        try reader.read(tree, at: Array(folder.path.utf8), depth: 0, handle)
      case (GIT_FILEMODE_LINK, _)?: state = .notAFolder("a symbolic link")
      case (GIT_FILEMODE_COMMIT, _)?: state = .notAFolder("a submodule")
      case _?: state = .notAFolder("a file")
      }
      return FolderSnapshot(snapshot: reader.builder.finish(commit: id.hex), folder: state)
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
  /// What the commit's tree has at the folder's path; nil: nothing.
  fileprivate func entry(_ folder: ManifestFolder, of id: git_oid) throws(GitError) -> (
    mode: git_filemode_t, id: git_oid
  )? {
    let commit = try commit(id)
    var found = (mode: GIT_FILEMODE_TREE, id: git_commit_tree_id(commit.pointer).pointee)
    for component in folder.components {
      // Something other than a folder on the way: nothing can lie below it.
      guard found.mode == GIT_FILEMODE_TREE else { return nil }
      let tree = try tree(found.id)
      guard let entry = git_tree_entry_byname(tree.pointer, component) else { return nil }
      found = (git_tree_entry_filemode(entry), git_tree_entry_id(entry).pointee)
    }
    return found
  }

  func tree(_ id: git_oid) throws(GitError) -> Owned {
    var id = id
    return try Owned(git_tree_free, "cannot read folder \(id.hex)") { git_tree_lookup(&$0, repository.pointer, &id) }
  }
}

/// Walks a tree, depth first; git keeps trees in the byte order of full paths.
private struct TreeReader {
  var builder: SnapshotBuilder
  let cached: (String) -> [UInt8]?
  let each: ((Snapshot.File) -> Void)?

  init(limits: SnapshotLimits, cached: @escaping (String) -> [UInt8]?, each: ((Snapshot.File) -> Void)?) {
    builder = SnapshotBuilder(limits: limits)
    (self.cached, self.each) = (cached, each)
  }

  mutating func read(_ id: git_oid, at folder: [UInt8], depth: Int, _ handle: borrowing RepositoryHandle)
    throws(GitError)
  {
    let tree = try handle.tree(id)
    for index in 0..<git_tree_entrycount(tree.pointer) {
      guard let entry = git_tree_entry_byindex(tree.pointer, index), let name = git_tree_entry_name(entry) else {
        continue
      }
      let nameBytes = UnsafeRawBufferPointer(start: name, count: strlen(name))
      let path = folder.isEmpty ? Array(nameBytes) : folder + [UInt8(ascii: "/")] + nameBytes
      guard builder.enter(path, depth: depth) else {
        if builder.isFull { return }
        continue
      }
      let id = git_tree_entry_id(entry).pointee
      switch git_tree_entry_filemode(entry) {
      case GIT_FILEMODE_TREE: try read(id, at: path, depth: depth + 1, handle)
      case GIT_FILEMODE_LINK: builder.skipped(symlink: path)
      case GIT_FILEMODE_COMMIT: builder.skipped(submodule: path)
      default:
        if SnapshotBuilder.isManifest(nameBytes) { try readBlob(id, at: path, handle) }
      }
    }
  }

  private mutating func readBlob(_ id: git_oid, at path: [UInt8], _ handle: borrowing RepositoryHandle) throws(GitError)
  {
    guard let text = builder.manifestPath(path) else { return }
    let hex = id.hex
    if let bytes = cached(hex) {
      builder.add(Snapshot.File(path: text, objectID: hex, bytes: bytes))
      return
    }
    var id = id
    var (size, type) = (0, GIT_OBJECT_INVALID)
    try check(git_odb_read_header(&size, &type, handle.objects.pointer, &id), "cannot read \(text) (\(hex))")
    guard builder.admits(size: size, path) else { return }
    let blob = try Owned(git_odb_object_free, "cannot read \(text) (\(hex))") {
      git_odb_read(&$0, handle.objects.pointer, &id)
    }
    let data = UnsafeRawBufferPointer(
      start: git_odb_object_data(blob.pointer), count: git_odb_object_size(blob.pointer))
    let file = Snapshot.File(path: text, objectID: hex, bytes: Array(data))
    guard let each else {
      builder.add(file)
      return
    }
    each(file)
    builder.add(Snapshot.File(path: text, objectID: hex, bytes: []))
  }
}
