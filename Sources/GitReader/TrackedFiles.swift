import CLibGit2

/// Which files git writes: what a pull or a checkout may put in the place of a file of somebody else.
extension GitRepository {
  /// The folder of the repository that all its worktrees share, without a slash at the end: ``gitFolder``, but for a
  /// linked worktree.
  public var commonFolder: String {
    read { handle in
      let folder = git_repository_commondir(handle.repository.pointer).map { String(cString: $0) } ?? gitFolder
      return CacheFolder.realPath(folder) ?? folder
    }
  }

  /// Whether git tracks one of the files, or a symbolic link or submodule on the way to them, in any repository that
  /// they lie in: a tree may hold what looks like a bare repository.
  ///
  /// - Parameter paths: absolute, in one folder.
  public static func isAnyTracked(_ paths: [String]) throws(GitError) -> Bool {
    guard let first = paths.first, var folder = parent(of: first) else { return false }
    // A linked folder is looked at where it is named, and where it leads.
    let names = paths.compactMap { $0.split(separator: "/").last.map(String.init) }
    let real = CacheFolder.realPath(folder).map { folder in names.map { "\(folder)/\($0)" } } ?? []
    var seen: Set<String> = []
    while let repository = try enclosing(folder), seen.insert(repository.gitFolder).inserted {
      // git checks out nothing below a folder of this name.
      let isOfGit = repository.gitFolder.hasSuffix("/.git")
      if isOfGit, isPath(first, below: repository.gitFolder) { return false }
      if try repository.tracks(paths + real) { return true }
      guard !isOfGit, let above = parent(of: repository.gitFolder) else { return false }
      folder = above
    }
    return false
  }

  /// The repository around a folder, which need not be there; nil where there is none.
  private static func enclosing(_ folder: String) throws(GitError) -> GitRepository? {
    var folder = folder
    while !CacheFolder.exists(folder), let above = parent(of: folder) { folder = above }
    do throws(GitError) {
      return try open(at: folder)
    } catch {
      guard error.code == .notARepository else { throw error }
      return nil
    }
  }

  private static func parent(of path: String) -> String? {
    guard let slash = path.lastIndex(of: "/"), path.count > 1 else { return nil }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func isPath(_ path: String, below folder: String) -> Bool {
    path.utf8.starts(with: (folder + "/").utf8)
  }

  private func tracks(_ paths: [String]) throws(GitError) -> Bool {
    guard let root else { return false }
    let below = paths.filter { Self.isPath($0, below: root) }.map { path in
      String(decoding: path.utf8.dropFirst(root.utf8.count + 1), as: UTF8.self)
    }
    return try read { (handle) throws(GitError) -> Bool in try handle.tracks(below) }
  }
}

extension RepositoryHandle {
  /// Paths from the root of the worktree.
  fileprivate func tracks(_ paths: [String]) throws(GitError) -> Bool {
    let index = try Owned(git_index_free, "cannot read what git tracks") {
      git_repository_index(&$0, repository.pointer)
    }
    for path in paths {
      // What is tracked under the name of a folder is a symbolic link or a submodule.
      for end in path.utf8.indices where path.utf8[end] == UInt8(ascii: "/") {
        if git_index_find(nil, index.pointer, String(path[..<end])) == 0 { return true }
      }
      if git_index_find(nil, index.pointer, path) == 0 { return true }
    }
    return false
  }
}
