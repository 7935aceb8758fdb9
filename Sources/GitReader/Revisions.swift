import CLibGit2

extension GitRepository {
  /// The id of the commit that `ref` names: a branch, a tag (also an annotated one), an id or the beginning of one,
  /// `HEAD`, `HEAD~2`, or any other single revision of gitrevisions(7).
  ///
  /// A branch wins over a tag of its name, other than in git: who may push tags but not the protected branch must not
  /// be able to put a tag in its place. `origin/` makes no difference: a mirror has `main` where a clone has
  /// `origin/main`, and a CI checkout often has `origin/main` only.
  public func resolve(ref: String) throws(GitError) -> String {
    try read { (handle) throws(GitError) -> String in try handle.resolve(ref).hex }
  }
}

extension RepositoryHandle {
  func resolve(_ ref: String) throws(GitError) -> git_oid {
    guard !ref.isEmpty, !ref.utf8.contains(0), !ref.contains("..") else {
      throw GitError(.invalidArgument, "'\(ref)' does not name one commit", hint: "name a branch, a tag or a commit")
    }
    let base = base(of: ref)
    // The first that exists decides: `main~9` is an error where branch `main` is short, whatever tag `main` has.
    let branch = branchNames(base).first { exists($0) }
    if let found = try lookUp((branch ?? base) + ref.dropFirst(base.count), as: ref) { return found }
    if branch != nil, base == ref {
      throw GitError(
        .missingObject, "the commit that '\(ref)' names is not in this repository", hint: GitError.missingHint)
    }
    throw unresolved(ref)
  }

  /// Without what goes on from there, such as `~2`.
  private func base(of ref: String) -> String {
    let operators = [ref.firstIndex { "~^:".contains($0) }, ref.firstRange(of: "@{")?.lowerBound]
    return String(ref[..<(operators.compactMap(\.self).min() ?? ref.endIndex)])
  }

  /// The branches that a name can mean, in the order of preference.
  private func branchNames(_ name: String) -> [String] {
    guard !name.isEmpty, name != "HEAD", name != "@", !name.hasPrefix("refs/"), !isID(name) else { return [] }
    guard name.hasPrefix("origin/") else {
      return ["refs/heads/", "refs/remotes/", "refs/remotes/origin/"].map { $0 + name }
    }
    let (here, there) = ("refs/heads/" + name.dropFirst(7), "refs/remotes/" + name)
    // In a mirror anybody who may push at all can have made a branch `origin/main`: it comes last.
    let isBare = git_repository_is_bare(repository.pointer) == 1
    return (isBare ? [here, there] : [there, here]) + ["refs/heads/" + name]
  }

  private func isID(_ name: String) -> Bool { name.utf8.count == 40 && name.allSatisfy(\.isHexDigit) }

  private func exists(_ reference: String) -> Bool {
    (try? Owned(git_reference_free, reference) { git_reference_lookup(&$0, repository.pointer, reference) }) != nil
  }

  private func lookUp(_ spelling: String, as ref: String) throws(GitError) -> git_oid? {
    var found: OpaquePointer?
    let code = git_revparse_single(&found, repository.pointer, spelling)
    switch code {
    case GIT_ENOTFOUND.rawValue, GIT_EUNBORNBRANCH.rawValue, GIT_EINVALIDSPEC.rawValue: return nil
    case GIT_EAMBIGUOUS.rawValue:
      throw GitError(.unknownRef, "'\(ref)' begins several ids", hint: "write more digits of it")
    default: break
    }
    let object = try Owned(git_object_free, "cannot resolve '\(ref)'") {
      $0 = found
      return code
    }
    var peeled: OpaquePointer?
    let peelCode = git_object_peel(&peeled, object.pointer, GIT_OBJECT_COMMIT)
    if peelCode == GIT_EPEEL.rawValue || peelCode == GIT_EINVALIDSPEC.rawValue {
      let type = String(cString: git_object_type2string(git_object_type(object.pointer)))
      throw GitError(.unknownRef, "'\(ref)' is a \(type), not a commit", hint: "name a branch, a tag or a commit")
    }
    let commit = try Owned(git_object_free, "cannot resolve '\(ref)'") {
      $0 = peeled
      return peelCode
    }
    return git_object_id(commit.pointer).pointee
  }

  private func unresolved(_ ref: String) -> GitError {
    let head = headTarget()
    let base = base(of: ref)
    if git_repository_head_unborn(repository.pointer) == 1,
      ["HEAD", "@", ""].contains(base)
        || base == head ?? "HEAD"
    {
      return GitError(
        .unborn, "branch '\(head ?? "HEAD")' has no commit yet",
        hint: choices(near: nil) ?? "commit the manifests first")
    }
    if isID(ref) {
      return GitError(.missingObject, "commit \(ref) is not in this repository", hint: GitError.missingHint)
    }
    return GitError(.unknownRef, "no branch, tag or commit '\(ref)'", hint: choices(near: base))
  }

  /// The branch that HEAD names, whether it exists or not.
  private func headTarget() -> String? {
    let head = try? Owned(git_reference_free, "HEAD") { git_reference_lookup(&$0, repository.pointer, "HEAD") }
    guard let head, let target = git_reference_symbolic_target(head.pointer) else { return nil }
    let name = String(cString: target)
    return name.hasPrefix("refs/heads/") ? String(name.dropFirst(11)) : name
  }

  private func choices(near ref: String?) -> String? {
    let names = branchesAndTags()
    guard !names.isEmpty else { return nil }
    if let ref {
      let near = Nearest.names(to: ref, among: names)
      if !near.isEmpty { return "did you mean \(near.joined(separator: " or "))?" }
    }
    let shown = names.prefix(5).joined(separator: ", ")
    return "there are \(shown)\(names.count > 5 ? " and \(names.count - 5) more" : "")"
  }

  /// Short names, branches first, each group in byte order.
  private func branchesAndTags() -> [String] {
    var list = git_strarray()
    guard git_reference_list(&list, repository.pointer) == 0 else { return [] }
    defer { git_strarray_dispose(&list) }
    let all = (0..<list.count).compactMap { list.strings[$0].map { String(cString: $0) } }
    return ["refs/heads/", "refs/remotes/", "refs/tags/"].flatMap { prefix in
      all.filter { $0.hasPrefix(prefix) && !$0.hasSuffix("/HEAD") }.map { String($0.dropFirst(prefix.count)) }
        .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
  }
}

/// «Did you mean»: names by edit distance.
enum Nearest {
  /// At most three names that differ from `name` in no more than a third of its characters (at least two), best first.
  static func names(to name: String, among candidates: [String]) -> [String] {
    let limit = max(2, name.count / 3)
    let scored = candidates.prefix(10_000).map { (distance(name, $0), $0) }.filter { $0.0 <= limit }
    return scored.sorted { $0.0 < $1.0 }.prefix(3).map(\.1)
  }

  private static func distance(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a.utf8), Array(b.utf8))
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, y) in b.enumerated() {
        (row[j + 1], diagonal) = (min(row[j] + 1, row[j + 1] + 1, diagonal + (x == y ? 0 : 1)), row[j + 1])
      }
    }
    return row[b.count]
  }
}
