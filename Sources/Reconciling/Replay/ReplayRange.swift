import GitReader

/// The commits of a replay: `A..B` (the state at A, then the first-parent commits up to B), or one ref (its whole
/// first-parent history).
public struct ReplayRange: Sendable {
  /// The commit whose state the replay begins with; nil: with nothing.
  public var start: String?
  /// First-parent commits, oldest first.
  public var commits: [String]

  /// - Throws: ``GitError``; where history is missing it says what to fetch.
  public init(_ text: String, in repository: GitRepository) throws {
    guard let dots = text.firstRange(of: "..") else {
      let end = try repository.resolve(ref: text)
      try self.init(from: nil, to: end, named: text, in: repository)
      return
    }
    let (older, newer) = (text[..<dots.lowerBound], text[dots.upperBound...])
    let start = try repository.resolve(ref: older.isEmpty ? "HEAD" : String(older))
    let end = try repository.resolve(ref: newer.isEmpty ? "HEAD" : String(newer))
    if let chain = try Self.steps(from: start, to: end, in: repository) {
      self = ReplayRange(start: start, commits: chain)
      return
    }
    try self.init(from: start, to: end, named: text, in: repository)
    guard try repository.isAncestor(start, of: end) else {
      throw GitError(
        .invalidArgument, "\(older) is not part of the history of \(newer.isEmpty ? "HEAD" : newer)",
        hint: try repository.mergeBase(start, end).map { "they parted at \($0): begin there" }
          ?? "name an earlier commit of the same branch")
    }
  }

  private init(start: String?, commits: [String]) { (self.start, self.commits) = (start, commits) }

  /// The first-parent line back to `start`, without a look beyond it, where shallow clones have nothing; nil where
  /// `start` is not on it.
  private static func steps(from start: String, to end: String, in repository: GitRepository) throws -> [String]? {
    var chain: [String] = []
    var next = end
    while next != start {
      chain.append(next)
      guard let parent = try repository.commit(next).parents.first, repository.contains(commit: parent) else {
        return nil
      }
      next = parent
    }
    return chain.reversed()
  }

  private init(from start: String?, to end: String, named text: String, in repository: GitRepository) throws {
    do {
      self = ReplayRange(start: start, commits: try repository.firstParentChain(from: start, to: end))
      if start == nil, let first = commits.first, let parent = try repository.commit(first).parents.first {
        throw GitError(.missingObject, "commit \(parent) is not in this repository")
      }
    } catch let error as GitError where error.code == .missingObject && repository.isShallow {
      throw GitError(
        .missingObject, "this clone is shallow: the history of \(text) is cut off",
        hint: "git fetch --unshallow (in a pipeline fetch-depth: 0), or begin later: A..B")
    }
  }
}
