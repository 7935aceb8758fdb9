import CLibGit2
import Glibc

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
    /// Something that a snapshot speaks of differs besides: a symbolic link, a submodule, a name that is not UTF-8.
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
      var comparison = TreeComparison()
      try comparison.compare(
        try old.map { (hex) throws(GitError) in try git_oid(hex: hex) },
        try new.map { (hex) throws(GitError) in try git_oid(hex: hex) }, at: Array(path.utf8), depth: 0, handle)
      return comparison.change
    }
  }

  /// Whether the object database has this object.
  public func contains(object id: String) -> Bool {
    guard var oid = try? git_oid(hex: id) else { return false }
    return read { git_odb_exists($0.objects.pointer, &oid) == 1 }
  }
}

/// Walks two trees side by side: both are in the same order, in which a folder counts as if a slash ended its name.
private struct TreeComparison {
  var change = GitRepository.TreeChange()
  /// As for a snapshot; beyond it nothing is compared.
  private static let deepest = SnapshotLimits().depth

  mutating func compare(
    _ old: git_oid?, _ new: git_oid?, at folder: [UInt8], depth: Int, _ handle: borrowing RepositoryHandle
  ) throws(GitError) {
    guard depth <= Self.deepest else {
      change.hasOddities = true
      return
    }
    let before = try Tree(old, handle)
    let after = try Tree(new, handle)
    var (i, j) = (0, 0)
    while i < before.count || j < after.count {
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

/// The entries of one tree; none where there is no tree.
private struct Tree: ~Copyable {
  /// Keeps what `pointer` points to.
  private let tree: Owned?
  private let pointer: OpaquePointer?
  let count: Int

  init(_ id: git_oid?, _ handle: borrowing RepositoryHandle) throws(GitError) {
    guard let id else {
      tree = nil
      pointer = nil
      count = 0
      return
    }
    let found = try handle.tree(id)
    pointer = found.pointer
    count = git_tree_entrycount(found.pointer)
    tree = consume found
  }

  subscript(index: Int) -> TreeEntry { TreeEntry(git_tree_entry_byindex(pointer, index)) }
}

/// Valid as long as its tree.
private struct TreeEntry {
  private let pointer: OpaquePointer?

  init(_ pointer: OpaquePointer?) { self.pointer = pointer }

  var id: git_oid { git_tree_entry_id(pointer).pointee }
  /// Nil for what is no file: a symbolic link, a submodule.
  var file: String? { isOdd ? nil : id.hex }
  var isFolder: Bool { mode == GIT_FILEMODE_TREE }
  /// What a snapshot has a word about.
  var isOdd: Bool { mode == GIT_FILEMODE_LINK || mode == GIT_FILEMODE_COMMIT }
  var name: UnsafeRawBufferPointer {
    guard let name = git_tree_entry_name(pointer) else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    return UnsafeRawBufferPointer(start: name, count: strlen(name))
  }
  private var mode: git_filemode_t { git_tree_entry_filemode(pointer) }

  func isSame(as other: TreeEntry) -> Bool {
    mode == other.mode && git_oid_equal(git_tree_entry_id(pointer), git_tree_entry_id(other.pointer)) == 1
  }

  /// Negative, zero or positive, as git sorts trees.
  static func order(_ a: TreeEntry, _ b: TreeEntry) -> Int { Int(git_tree_entry_cmp(a.pointer, b.pointer)) }
}

extension [UInt8] {
  fileprivate func appending(_ name: UnsafeRawBufferPointer) -> [UInt8] {
    isEmpty ? Array(name) : self + [UInt8(ascii: "/")] + name
  }
}
