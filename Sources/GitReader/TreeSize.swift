import CLibGit2

/// Whether all that a tree names is within the limits, found without going through a subtree twice: eleven trees name
/// a billion files.
struct TreeSize {
  /// Entries from where on a walk asks: most folders have fewer.
  static let asked = 10_000

  let limits: SnapshotLimits
  /// Entries below trees, never more than one beyond the limit.
  private var known: [ObjectKey: Int] = [:]

  init(limits: SnapshotLimits) { self.limits = limits }

  mutating func fits(_ tree: git_oid?, _ handle: borrowing RepositoryHandle) throws(GitError) -> Bool {
    guard let tree else { return true }
    return try entries(below: tree, depth: 0, handle) <= limits.entries
  }

  private mutating func entries(below id: git_oid, depth: Int, _ handle: borrowing RepositoryHandle) throws(GitError)
    -> Int
  {
    if let known = known[ObjectKey(id)] { return known }
    // Deeper than the limit nobody goes.
    guard depth <= limits.depth else { return 0 }
    let tree = try Tree(id, handle)
    var count = tree.count
    for index in 0..<tree.count where count <= limits.entries && tree[index].isFolder {
      count += try entries(below: tree[index].id, depth: depth + 1, handle)
    }
    known[ObjectKey(id)] = min(count, limits.entries + 1)
    return min(count, limits.entries + 1)
  }
}
