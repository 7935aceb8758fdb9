import CLibGit2

extension GitRepository {
  /// What the commit says about itself.
  public func commit(_ id: String) throws(GitError) -> CommitInfo {
    let id = try git_oid(hex: id)
    return try read { (handle) throws(GitError) -> CommitInfo in try handle.info(id) }
  }

  /// Whether `descendant` contains `ancestor`; a commit contains itself. Both must be here (``contains(commit:)``).
  public func isAncestor(_ ancestor: String, of descendant: String) throws(GitError) -> Bool {
    var (older, newer) = (try git_oid(hex: ancestor), try git_oid(hex: descendant))
    return try read { (handle) throws(GitError) -> Bool in
      // libgit2 says "no" to a commit that is not here, which would read as a rewound branch.
      for id in [older, newer] { _ = try handle.commit(id) }
      if ancestor == descendant { return true }
      return try check(
        git_graph_descendant_of(handle.repository.pointer, &newer, &older), "cannot follow the history of \(descendant)"
      ) == 1
    }
  }

  /// The best common ancestor; nil where the histories share none.
  public func mergeBase(_ one: String, _ other: String) throws(GitError) -> String? {
    var (a, b) = (try git_oid(hex: one), try git_oid(hex: other))
    return try read { (handle) throws(GitError) -> String? in
      for id in [a, b] { _ = try handle.commit(id) }
      var base = git_oid()
      let code = git_merge_base(&base, handle.repository.pointer, &a, &b)
      if code == GIT_ENOTFOUND.rawValue { return nil }
      try check(code, "cannot find what \(one) and \(other) have in common")
      return base.hex
    }
  }

  /// The commits reachable from `included` and not from `excluded` (nil: all of them), every parent before its
  /// children.
  public func commits(from excluded: String?, to included: String) throws(GitError) -> [CommitInfo] {
    let (older, newer) = (
      try excluded.map { (id) throws(GitError) in try git_oid(hex: id) }, try git_oid(hex: included)
    )
    return try read { (handle) throws(GitError) -> [CommitInfo] in
      var commits: [CommitInfo] = []
      for id in try handle.walk(from: older, to: newer) { commits.append(try handle.info(id)) }
      return commits
    }
  }

  /// The ids on the first-parent line of `included` that `excluded` (nil: nothing) does not contain, oldest first:
  /// what was at the branch's tip, one merge after the other.
  public func firstParentChain(from excluded: String?, to included: String) throws(GitError) -> [String] {
    let (older, newer) = (
      try excluded.map { (id) throws(GitError) in try git_oid(hex: id) }, try git_oid(hex: included)
    )
    return try read { (handle) throws(GitError) -> [String] in
      let new = Set(try handle.walk(from: older, to: newer).map(\.hex))
      var chain: [String] = []
      var next: git_oid? = newer
      while let id = next, new.contains(id.hex) {
        chain.append(id.hex)
        let commit = try handle.commit(id)
        next = git_commit_parent_id(commit.pointer, 0)?.pointee
      }
      return chain.reversed()
    }
  }
}

extension RepositoryHandle {
  fileprivate func walk(from excluded: git_oid?, to included: git_oid) throws(GitError) -> [git_oid] {
    for id in [excluded, included] {
      if let id { _ = try commit(id) }
    }
    if let excluded, isShallow { return try walkInsideCut(from: excluded, to: included) }
    let walk = try Owned(git_revwalk_free, "cannot walk the history") { git_revwalk_new(&$0, repository.pointer) }
    let order = GIT_SORT_TOPOLOGICAL.rawValue | GIT_SORT_TIME.rawValue | GIT_SORT_REVERSE.rawValue
    try check(git_revwalk_sorting(walk.pointer, order), "cannot walk the history")
    var newer = included
    try check(git_revwalk_push(walk.pointer, &newer), "cannot walk the history of \(included.hex)")
    if var older = excluded {
      try check(git_revwalk_hide(walk.pointer, &older), "cannot walk the history of \(older.hex)")
    }
    var ids: [git_oid] = []
    while true {
      var id = git_oid()
      let code = git_revwalk_next(&id, walk.pointer)
      if code == GIT_ITEROVER.rawValue { return ids }
      try check(code, "cannot walk the history of \(included.hex)")
      ids.append(id)
    }
  }
}
