import CLibGit2

/// Whether one commit contains another, as far as a clone can tell.
public enum Ancestry: Hashable, Sendable {
  case contained
  case notContained
  /// History is cut off before it would show.
  case unknown
}

extension GitRepository {
  /// Whether `descendant`, which must be here, contains `ancestor`, which may be missing. A commit contains itself.
  ///
  /// | clone   | `ancestor`              | found below `descendant` | history is cut there | answer                       |
  /// |---------|-------------------------|--------------------------|----------------------|------------------------------|
  /// | whole   | missing                 |                          |                      | `notContained`               |
  /// | whole   | here                    | yes · no                 |                      | `contained` · `notContained` |
  /// | shallow | here                    | yes                      |                      | `contained`                  |
  /// | shallow | any                     | no                       | no                   | `notContained`               |
  /// | shallow | contains `descendant`   | no                       | yes                  | `notContained`               |
  /// | shallow | missing, or any other   | no                       | yes                  | `unknown`                    |
  public func ancestry(of ancestor: String, in descendant: String) throws(GitError) -> Ancestry {
    if ancestor == descendant { return .contained }
    guard isShallow else {
      guard contains(commit: ancestor) else { return .notContained }
      return try isAncestor(ancestor, of: descendant) ? .contained : .notContained
    }
    let below = try read { (handle) throws(GitError) in try handle.walkToCut(from: descendant) { $0 == ancestor } }
    if below.isFound { return .contained }
    guard below.isCut else { return .notContained }
    guard contains(commit: ancestor) else { return .unknown }
    let above = try read { (handle) throws(GitError) in try handle.walkToCut(from: ancestor) { $0 == descendant } }
    return above.isFound ? .notContained : .unknown
  }
}

extension RepositoryHandle {
  /// Goes from commit to parents until `isWanted` is met: libgit2 takes a parent that a shallow clone lacks for an error.
  fileprivate func walkToCut(
    from tip: String, until isWanted: (String) -> Bool
  ) throws(GitError) -> (isFound: Bool, isCut: Bool) {
    var (open, seen, isCut): ([git_oid], Set<String>, Bool) = ([try git_oid(hex: tip)], [tip], false)
    while let id = open.popLast() {
      // What is only named by its child cannot be compared with: it counts as cut off.
      guard contains(commit: id) else {
        isCut = true
        continue
      }
      if isWanted(id.hex) { return (true, isCut) }
      let commit = try commit(id)
      for index in 0..<git_commit_parentcount(commit.pointer) {
        guard let parent = git_commit_parent_id(commit.pointer, index)?.pointee else { continue }
        if seen.insert(parent.hex).inserted { open.append(parent) }
      }
    }
    return (false, isCut)
  }
}
