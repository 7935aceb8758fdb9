import CLibGit2

extension GitRepository {
  /// A file that two trees have with different bytes, or only one of them has: its object id before and after.
  public struct ChangedFile: Hashable, Sendable {
    public var path: String
    public var before: String?
    public var after: String?
  }

  /// The manifests below `folder` that differ between two commits, in the order of git's trees.
  public func changedFiles(from old: String, to new: String, folder: String) throws(GitError) -> [ChangedFile] {
    try change(
      fromTree: try treeID(commit: old, folder: folder), toTree: try treeID(commit: new, folder: folder),
      folder: folder
    ).files
  }

  /// What differs between two folders of manifests.
  public struct TreeChange: Sendable {
    /// Manifests, in the order of git's trees.
    public var files: [ChangedFile] = []
    /// Something that a snapshot speaks of is there besides: a symbolic link, a submodule, a name that is not UTF-8, a
    /// tree that git would not make, or more than the limits allow. The files need not be all.
    public var hasOddities = false
    /// Files and folders that came, less those that went.
    public var entries = 0
  }

  /// Compares two trees entry by entry; subtrees with equal ids are not opened.
  ///
  /// - Parameters:
  ///   - old: object id of a tree, 40 hexadecimal digits; nil: nothing.
  ///   - folder: where both lie, for the paths.
  public func change(fromTree old: String?, toTree new: String?, folder: String) throws(GitError) -> TreeChange {
    let path = try ManifestFolder(folder).path
    return try read { (handle) throws(GitError) -> TreeChange in
      var comparison = TreeComparison(
        try old.map { (hex) throws(GitError) in try git_oid(hex: hex) },
        try new.map { (hex) throws(GitError) in try git_oid(hex: hex) })
      try comparison.run(at: Array(path.utf8), handle)
      return comparison.change
    }
  }

  /// Whether the object database has this object.
  public func contains(object id: String) -> Bool {
    guard let oid = try? git_oid(hex: id) else { return false }
    return read { $0.contains(oid) }
  }
}

/// Walks two trees side by side: both are in the same order, in which a folder counts as if a slash ended its name.
private struct TreeComparison {
  var change = GitRepository.TreeChange()
  /// As for a snapshot, which says what is wrong; beyond them nothing is compared.
  private static let limits = SnapshotLimits()
  /// Entries met, those of a subtree as often as it is opened.
  private var entries = 0
  private var isStopped = false
  private let (before, after): (git_oid?, git_oid?)

  init(_ before: git_oid?, _ after: git_oid?) { (self.before, self.after) = (before, after) }

  mutating func run(at folder: [UInt8], _ handle: borrowing RepositoryHandle) throws(GitError) {
    try compare(before, after, at: folder, depth: 0, handle)
  }

  /// Counts an entry; false: the comparison ends.
  private mutating func enter(_ handle: borrowing RepositoryHandle) throws(GitError) -> Bool {
    entries += 1
    if entries > Self.limits.entries { isStopped = true }
    if entries == TreeSize.asked {
      var size = TreeSize(limits: Self.limits)
      for tree in [before, after] where try !size.fits(tree, handle) { isStopped = true }
    }
    if isStopped { change.hasOddities = true }
    return !isStopped
  }

  mutating func compare(
    _ old: git_oid?, _ new: git_oid?, at folder: [UInt8], depth: Int, _ handle: borrowing RepositoryHandle
  ) throws(GitError) {
    guard depth <= Self.limits.depth, !isStopped else {
      change.hasOddities = true
      return
    }
    let before = try Tree(old, handle)
    let after = try Tree(new, handle)
    var (i, j) = (0, 0)
    while i < before.count || j < after.count {
      guard try enter(handle) else { return }
      if before.problem(at: i) != nil || after.problem(at: j) != nil { change.hasOddities = true }
      let order: Int
      switch (i < before.count, j < after.count) {
      case (true, true): order = TreeEntry.order(before[i], after[j])
      case (true, false): order = -1
      default: order = 1
      }
      if order == 0 {
        let (a, b) = (before[i], after[j])
        (i, j) = (i + 1, j + 1)
        if a.isSame(as: b) { continue }
        if a.isFolder, b.isFolder {
          try compare(a.id, b.id, at: folder.appending(b.name), depth: depth + 1, handle)
        } else {
          change.entries -= 1
          try add(a, b, at: folder, depth, handle)
        }
      } else if order < 0 {
        try add(before[i], nil, at: folder, depth, handle)
        i += 1
      } else {
        try add(nil, after[j], at: folder, depth, handle)
        j += 1
      }
    }
  }

  private mutating func add(
    _ old: TreeEntry?, _ new: TreeEntry?, at folder: [UInt8], _ depth: Int, _ handle: borrowing RepositoryHandle
  ) throws(GitError) {
    guard let entry = new ?? old else { return }
    change.entries += new == nil ? -1 : 1
    let path = folder.appending(entry.name)
    if entry.isFolder {
      try compare(old.map(\.id), new.map(\.id), at: path, depth: depth + 1, handle)
      return
    }
    if let new, new.isOdd { change.hasOddities = true }
    if let old, old.isOdd { change.hasOddities = true }
    guard SnapshotBuilder.isManifest(entry.name) else { return }
    guard let text = String(validating: path, as: UTF8.self) else {
      change.hasOddities = true
      return
    }
    change.files.append(.init(path: text, before: old?.file, after: new?.file))
  }
}
