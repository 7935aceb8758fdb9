import CLibGit2

extension GitRepository {
  /// The names of branches, remote branches and tags, without `refs/heads/` and the like; in byte order, each once.
  public func shortNames() throws(GitError) -> [String] {
    let names = try read { (handle) throws(GitError) -> [String] in try handle.referenceNames() }
    let prefixes = ["refs/heads/", "refs/remotes/", "refs/tags/"]
    let short = names.compactMap { name in
      prefixes.first(where: name.hasPrefix).map { String(name.dropFirst($0.count)) }
    }
    return Set(short).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}

extension RepositoryHandle {
  fileprivate func referenceNames() throws(GitError) -> [String] {
    var list = git_strarray()
    try check(git_reference_list(&list, repository.pointer), "cannot list the branches and tags")
    defer { git_strarray_dispose(&list) }
    return (0..<list.count).compactMap { list.strings[$0].map { String(cString: $0) } }
  }
}
