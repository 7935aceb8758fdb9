import CLibGit2

/// Lists what lies below a tree, depth first, before a byte of any file is read; git keeps trees in the byte order of
/// full paths. A subtree counts as often as it is named.
struct TreeWalk {
  struct Entry {
    var path: [UInt8]
    var id: git_oid
  }

  var builder: SnapshotBuilder
  private(set) var manifests: [Entry] = []

  init(limits: SnapshotLimits) { builder = SnapshotBuilder(limits: limits) }

  mutating func list(_ root: git_oid, at folder: [UInt8], _ handle: borrowing RepositoryHandle) throws(GitError) {
    try list(root, at: folder, depth: 0, of: root, handle)
  }

  private mutating func list(
    _ id: git_oid, at folder: [UInt8], depth: Int, of root: git_oid, _ handle: borrowing RepositoryHandle
  ) throws(GitError) {
    let tree = try Tree(id, handle)
    for index in 0..<tree.count {
      let entry = tree[index]
      let path = folder.appending(entry.name)
      guard builder.enter(path, depth: depth) else { return }
      if builder.entries == TreeSize.asked {
        var size = TreeSize(limits: builder.limits)
        guard try size.fits(root, handle) else { return builder.holdsTooMuch(path) }
      }
      if let problem = tree.problem(at: index) {
        builder.error("malformed-tree", problem, path, hint: "git fsck shows it; make the commit anew with git")
        continue
      }
      switch entry.mode {
      case GIT_FILEMODE_TREE: try list(entry.id, at: path, depth: depth + 1, of: root, handle)
      case GIT_FILEMODE_LINK: builder.skipped(symlink: path)
      case GIT_FILEMODE_COMMIT: builder.skipped(submodule: path)
      default: if SnapshotBuilder.isManifest(entry.name) { manifests.append(Entry(path: path, id: entry.id)) }
      }
    }
  }
}
