import GitReader
import Model
import Store

/// What an invocation says of who made and who approved changes (SPEC section 6, «`identity: attested`»).
///
/// | written         | speaks for                                                                              |
/// |-----------------|-----------------------------------------------------------------------------------------|
/// | `EMAIL`         | what the newest commit has that its first parent does not, or the range that is compared |
/// | `A..B:EMAIL`    | the commits that B has and A does not                                                   |
/// | `..B:EMAIL`     | all that B has                                                                          |
public struct Statements: Hashable, Sendable {
  /// One value of `--actor` or `--approved-by`.
  public struct Statement: Hashable, Sendable {
    /// `A..B`, as it is written; nil: the newest change.
    public var range: String?
    public var email: String

    /// Nil for what is neither an email nor `unknown`, with or without a range.
    public init?(_ text: String) {
      let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard let email = parts.last, Email.isValid(email) || email == Statements.unknown else { return nil }
      self.email = email
      guard parts.count == 2 else { return }
      guard parts[0].contains("..") else { return nil }
      range = parts[0]
    }
  }

  /// Whoever made a change that the pipeline cannot name: they may do nothing.
  public static let unknown = "unknown"

  public var actors: [Statement]
  public var approvers: [Statement]
  /// The commit that the planned one is compared with; nil: its first parent.
  var base: String?

  public init(actors: [Statement] = [], approvers: [Statement] = []) {
    (self.actors, self.approvers) = (actors, approvers)
  }

  /// The same, where what is written without a range speaks for everything since a commit.
  func speaking(since base: String) -> Statements {
    var result = self
    result.base = base
    return result
  }

  /// Emails without a range.
  var named: [String] { actors.filter { $0.range == nil }.map(\.email) }
  var approvedBy: [String] { approvers.filter { $0.range == nil }.map(\.email) }

  /// What is said of each commit.
  /// - Throws: ``UnknownRange`` for one that is not in the planned history.
  func attestations(_ repository: GitRepository, planned: String) throws -> [String: Attestation] {
    var result: [String: Attestation] = [:]
    func add(_ statement: Statement, _ change: (inout Attestation) -> Void) throws {
      for commit in try commits(statement, repository, planned) {
        change(&result[commit, default: Attestation(actors: [], approvers: [])])
      }
    }
    for actor in actors {
      try add(actor) { if !$0.actors.contains(actor.email) { $0.actors = ($0.actors + [actor.email]).sorted() } }
    }
    for approver in approvers {
      try add(approver) { $0.approvers = Set($0.approvers + [approver.email.emailKey]).sorted() }
    }
    return result
  }

  /// Keeps what is said, besides what was said before; of how many commits it is, and of how many of them it is new. An approval without a range is one of
  /// what the actors' ranges have.
  public func record(
    _ repository: GitRepository, planned: String, in store: any Store, at now: Instant
  ) throws -> (all: Int, new: Int) {
    var ranged = self
    ranged.approvers = approvers.flatMap { approver in
      approver.range != nil
        ? [approver]
        : actors.map { actor in
          var result = approver
          result.range = actor.range
          return result
        }
    }
    let said = try ranged.attestations(repository, planned: planned)
    let new = try store.transaction { transaction in
      let known = try transaction.attestations(of: Set(said.keys))
      var new = 0
      for (commit, statement) in said.sorted(by: { $0.key < $1.key }) {
        let all = known[commit]?.adding(statement) ?? statement
        if all != known[commit] { new += 1 }
        try transaction.recordAttestation(of: commit, all, at: now)
      }
      return new
    }
    return (said.count, new)
  }

  private func commits(_ statement: Statement, _ repository: GitRepository, _ planned: String) throws -> [String] {
    guard let range = statement.range else {
      let base = try base ?? repository.commit(planned).parents.first
      // Of a clone that ends here no more is known than that the newest commit is part of its own change.
      guard let base, repository.contains(commit: base) else { return [planned] }
      return try repository.commits(from: base, to: planned).map(\.id)
    }
    let ends = range.components(separatedBy: "..")
    guard ends.count == 2, !ends[1].isEmpty else { throw UnknownRange(range: range) }
    let first = try ends[0].isEmpty ? nil : resolve(ends[0], range, repository)
    let last = try resolve(ends[1], range, repository)
    for (ancestor, commit) in [(first, last), (last, planned)] {
      guard let ancestor, ancestor != commit else { continue }
      guard try repository.isAncestor(ancestor, of: commit) else { throw UnknownRange(range: range) }
    }
    return try repository.commits(from: first, to: last).map(\.id)
  }

  private func resolve(_ ref: String, _ range: String, _ repository: GitRepository) throws -> String {
    do {
      let commit = try repository.resolve(ref: ref)
      guard repository.contains(commit: commit) else { throw UnknownRange(range: range) }
      return commit
    } catch is GitError {
      throw UnknownRange(range: range)
    }
  }
}

/// A range that is none, or that the planned history does not have.
public struct UnknownRange: Error, Sendable {
  public var range: String
}
