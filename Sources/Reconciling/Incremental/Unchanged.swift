import Manifests
import Model
import Planning
import Store

/// What a ``Memo`` comes to: enough to tell that nothing changed.
struct MemoHead: Equatable {
  var tree: String
  var revision: StoreRevision
  var now: Instant
  /// The first instant that may change anything; nil: something is to be done, to wait for or to say.
  var until: Instant?
  /// For an apply too.
  var isRecorded: Bool
  var tenants: Int
  var organizations: Int
  var files: Int
  var unmanaged: [String]
  var commits: [String]
}

extension MemoHead {
  init(_ memo: Memo) {
    var until: Instant? = memo.endsAccounts || memo.concernsAll ? nil : .never
    for tenant in memo.tenants {
      guard let settled = tenant.settled else {
        until = nil
        break
      }
      if let first = until, settled.until < first { until = settled.until }
    }
    self.init(
      tree: memo.tree, revision: memo.revision, now: memo.now, until: until,
      isRecorded: memo.tenants.allSatisfy { $0.settled?.isRecorded ?? false }, tenants: memo.tenants.count,
      organizations: memo.tenants.count { !$0.name.hasPrefix("~") }, files: memo.files.count,
      unmanaged: memo.unmanaged, commits: memo.commits)
  }
}

extension Reconciliation {
  /// The plan that has nothing to do, where neither manifests nor store nor anything that is due changed: its cost does
  /// not grow with the company. Nil: something may be to be done, or more is asked for than that.
  func unchanged(_ head: MemoHead, _ store: any Store, _ cache: MemoFile?, isRecording: Bool) throws -> Reconciled? {
    guard let until = head.until, head.now <= now, now < until, options.skipping.isEmpty,
      let commit = try source.commit(), try source.tree(at: commit) == head.tree, try store.revision() == head.revision
    else { return nil }
    // An apply moves every tenant forward to a newer commit.
    guard !isRecording || (head.isRecorded && head.commits == [commit]) else { return nil }
    let reading = Reading(
      desired: DesiredState(files: [], tenants: [], policy: Policies.none), diagnostics: [], names: NameTable(),
      source: source.planSource(commit), files: head.files)
    var input = try input(reading, ActualState(), reading.names, engine: store.engine)
    input.elsewhere.unmanaged = head.unmanaged
    input.elsewhere.commits = Set(head.commits)
    input.elsewhere.uncounted = (head.tenants, head.organizations)
    let proposal = try propose(input, reading, store: store) { _ in Authorship() }
    return Reconciled(reading: reading, proposal: proposal, cache: nil, isUnchanged: true)
  }
}
