import CLibGit2

extension GitRepository {
  /// A file that two commits have with different bytes, or only one of them has: its object id before and after.
  public struct ChangedFile: Hashable, Sendable {
    public var path: String
    public var before: String?
    public var after: String?
  }

  /// The manifests below `folder` that differ, in byte order of their paths. Folders that are the same are not opened.
  public func changedFiles(from old: String, to new: String, folder: String) throws(GitError) -> [ChangedFile] {
    let trees = (try treeID(commit: old, folder: folder), try treeID(commit: new, folder: folder))
    let path = try ManifestFolder(folder).path
    let prefix = path.isEmpty ? "" : path + "/"
    return try read { (handle) throws(GitError) -> [ChangedFile] in
      try handle.changedFiles(from: trees.0, to: trees.1).map {
        ChangedFile(path: prefix + $0.path, before: $0.before, after: $0.after)
      }
    }
  }
}

extension RepositoryHandle {
  /// Nil: there is no such folder.
  fileprivate func changedFiles(
    from old: String?, to new: String?
  ) throws(GitError) -> [GitRepository.ChangedFile] {
    let diff = try withTree(old) { (old) throws(GitError) -> Owned in
      try withTree(new) { (new) throws(GitError) -> Owned in
        try Owned(git_diff_free, "cannot compare two commits") {
          git_diff_tree_to_tree(&$0, repository.pointer, old, new, nil)
        }
      }
    }
    var changes: [GitRepository.ChangedFile] = []
    for index in 0..<git_diff_num_deltas(diff.pointer) {
      guard let delta = git_diff_get_delta(diff.pointer, index) else { continue }
      let (before, after) = (delta.pointee.old_file, delta.pointee.new_file)
      guard let name = after.path ?? before.path else { continue }
      let path = String(cString: name)
      guard SnapshotBuilder.isManifest(path.utf8) else { continue }
      changes.append(.init(path: path, before: blob(before), after: blob(after)))
    }
    return changes
  }

  /// Nil for what is no file: nothing, a symbolic link, a submodule.
  private func blob(_ file: git_diff_file) -> String? {
    let isFile = file.mode == GIT_FILEMODE_BLOB.rawValue || file.mode == GIT_FILEMODE_BLOB_EXECUTABLE.rawValue
    return isFile ? file.id.hex : nil
  }

  private func withTree<R: ~Copyable>(
    _ id: String?, _ body: (OpaquePointer?) throws(GitError) -> R
  ) throws(GitError) -> R {
    guard let id else { return try body(nil) }
    var oid = try git_oid(hex: id)
    let tree = try Owned(git_tree_free, "cannot read folder \(id)") { git_tree_lookup(&$0, repository.pointer, &oid) }
    return try body(tree.pointer)
  }
}
