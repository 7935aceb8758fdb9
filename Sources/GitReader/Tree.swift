import CLibGit2
import Glibc

/// The entries of one tree; none where there is no tree.
struct Tree: ~Copyable {
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

  /// What git itself would never write there and no checkout can have; nil: nothing, as for an index behind the last.
  func problem(at index: Int) -> String? {
    guard index < count else { return nil }
    if self[index].isMisnamed { return "a folder of the commit has an entry of a name that no file can have" }
    guard index > 0, TreeEntry.order(self[index - 1], self[index]) >= 0 else { return nil }
    return "a folder of the commit has its entries twice or out of order"
  }
}

/// Valid as long as its tree.
struct TreeEntry {
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
  var mode: git_filemode_t { git_tree_entry_filemode(pointer) }

  fileprivate var isMisnamed: Bool {
    let name = name
    guard let first = name.first else { return true }
    if name.contains(UInt8(ascii: "/")) { return true }
    // `.`, `..`, and `.git` in any case.
    guard first == UInt8(ascii: "."), name.count <= 4 else { return false }
    return [".", "..", ".git"].contains(String(decoding: name, as: UTF8.self).lowercased())
  }

  func isSame(as other: TreeEntry) -> Bool {
    mode == other.mode && git_oid_equal(git_tree_entry_id(pointer), git_tree_entry_id(other.pointer)) == 1
  }

  /// Negative, zero or positive, as git sorts trees.
  static func order(_ a: TreeEntry, _ b: TreeEntry) -> Int { Int(git_tree_entry_cmp(a.pointer, b.pointer)) }
}

extension [UInt8] {
  /// The path of an entry of this folder.
  func appending(_ name: UnsafeRawBufferPointer) -> [UInt8] {
    isEmpty ? Array(name) : self + [UInt8(ascii: "/")] + name
  }
}
