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
  /// The commits of a range, parents first, in a clone that lacks what lies before `excluded`: only what the range needs
  /// has to be here.
  /// - Throws: `.missingObject` where the range itself is cut.
  func walkInsideCut(from excluded: git_oid, to included: git_oid) throws(GitError) -> [git_oid] {
    var (hidden, open): (Set<String>, [git_oid]) = ([], [excluded])
    while let id = open.popLast() {
      guard hidden.insert(id.hex).inserted, contains(commit: id) else { continue }
      open += try parents(of: id)
    }
    var (found, seen): ([git_oid], Set<String>) = ([], [])
    var path: [(id: git_oid, parents: [git_oid])] = []
    func isNew(_ id: git_oid) -> Bool { !hidden.contains(id.hex) && seen.insert(id.hex).inserted }
    if isNew(included) { path.append((included, try parents(of: included))) }
    while let last = path.last {
      guard let parent = last.parents.first else {
        found.append(last.id)
        path.removeLast()
        continue
      }
      path[path.count - 1].parents.removeFirst()
      if isNew(parent) { path.append((parent, try parents(of: parent))) }
    }
    return found
  }

  private func parents(of id: git_oid) throws(GitError) -> [git_oid] {
    let commit = try commit(id)
    return (0..<git_commit_parentcount(commit.pointer)).compactMap {
      git_commit_parent_id(commit.pointer, $0)?.pointee
    }
  }

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
      for parent in try parents(of: id) where seen.insert(parent.hex).inserted { open.append(parent) }
    }
    return (false, isCut)
  }
}
