import GitReader
import Manifests
import Model
import Planning

/// Who changed what along a history, recorded commit by commit while it is replayed: each commit is compared with its
/// parent once, however far back what is withheld reaches. The answer is ``Attribution``'s.
struct HistoryAuthorship: Sendable {
  /// Oldest first.
  private var records: [Authorship.Commit]
  /// How many of them each replayed commit contains; the empty string stands for none.
  private var counts: [String: Int]
  /// As ``FolderHistory/errors``.
  private var errors: [String: [String: FileInError]] = [:]
  /// The commit recorded last but one, and what that and the last one declared.
  private var before = ""
  private var declaredBefore: Set<String> = []
  private var declared: Set<String> = []

  /// From the beginning of the history.
  init() { (records, counts) = ([], ["": 0]) }

  /// From a commit on. What it holds is put down to its author as a whole, and nobody is asked about it.
  init(start: CommitInfo, _ reading: Reading) {
    records = [Authorship.Commit(id: start.id, author: start.authorEmail, touched: [:])]
    counts = ["": 0, start.id: 1]
    declared = reading.desired.declared
  }

  /// Records what the commits since `before` did, the last of which is `reading`'s.
  mutating func add(since before: String?, _ reading: Reading, _ shelf: inout ManifestShelf) throws {
    guard let commit = reading.source.commit else { return }
    let repository = shelf.source.repository
    let newest = try repository.commit(commit)
    // Most commits are one step, for which a shallow clone that ends at `before` is enough.
    let isStep = newest.parents.count == 1 && newest.parents.first == before
    let all = isStep ? [newest] : try repository.commits(from: before, to: commit)
    var history = FolderHistory(
      shelf: shelf, known: reading.hasErrors ? [:] : [commit: reading.desired], errors: errors)
    try Attribution(source: shelf.source, reading: reading, statements: Statements())
      .append(all, since: before, to: &records, &history)
    (shelf, errors) = (history.shelf, history.errors)
    counts[commit] = records.count
    self.before = before ?? ""
    (declaredBefore, declared) = (declared, reading.desired.declared)
  }

  /// Whether anything since `commit` is known to have touched a declaration of the tenant.
  func touched(_ tenant: String, since commit: String?) -> Bool {
    guard let count = counts[commit ?? ""] else { return true }
    return records[count...].contains { record in
      !record.policies.isDisjoint(with: ["", tenant]) || record.touched[tenant]?.isEmpty == false
    }
  }

  /// What a plan of the commit recorded last is to know.
  func authorship(_ source: DesiredSource, _ reading: Reading, _ input: PlanInput) -> Authorship {
    var result = Authorship()
    result.isBeginning = !input.actual.tenants.contains { $0.applied != nil } && input.elsewhere.settled.isEmpty
    guard input.desired.policy.policy.identity == .commit else { return result }
    let attribution = Attribution(source: source, reading: reading, statements: Statements())
    // Tenants to which nothing was applied begin with the commit that declares them, if it is the first to do so.
    let isNew = declaredBefore.isDisjoint(with: attribution.newcomers(input))
    for base in attribution.bases(input).bases where base != reading.source.commit {
      guard let count = counts[base.isEmpty && isNew ? before : base] else { continue }
      result.ranges[base] = records[count...].reversed()
    }
    for base in attribution.reentered(input, result) where result.ranges[base] == nil {
      if let count = counts[base] { result.ranges[base] = records[count...].reversed() }
    }
    return result
  }
}

extension DesiredState {
  /// Every tenant that is declared, with errors or without.
  fileprivate var declared: Set<String> { stopped.union(tenants.map(\.name)) }
}
