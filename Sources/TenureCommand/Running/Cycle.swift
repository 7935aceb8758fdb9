import GitReader
import Model
import Planning
import Reconciling
import Store

/// One fetch, plan and apply. It runs on a thread of its own, since git and store block; what it opens it opens there.
struct Cycle: Sendable {
  enum Mode: String, Sendable, CaseIterable { case apply, plan }

  let address: SourceAddress
  let state: StateLocation
  let mode: Mode
  /// Looks at everything in every cycle.
  var isFull = false
  let gate: WriteGate
  private let kept = KeptMemo()

  /// Seconds that a cycle waits for another process's apply before it counts as failed.
  private static let lockPatience = 10.0

  func run(skipping: Set<String>) -> CycleReport {
    var report = CycleReport()
    do {
      try run(skipping, &report)
    } catch let error as StoreError {
      report.failure = error.message
    } catch let error as GitError {
      report.failure = error.description
    } catch {
      report.failure = "\(error)"
    }
    gate.endWriting()
    return report
  }

  private func run(_ skipping: Set<String>, _ report: inout CycleReport) throws {
    let source = try address.open()
    var options = PlanOptions()
    options.skipping = skipping
    let reconciliation = Reconciliation(source: source, options: options, now: Instant.current)
    let thoroughness = isFull ? .full : Thoroughness.changes(since: kept.file(source, state))
    switch mode {
    case .plan: try plan(reconciliation, thoroughness, &report)
    case .apply: try apply(reconciliation, thoroughness, &report)
    }
  }

  private func plan(_ reconciliation: Reconciliation, _ thoroughness: Thoroughness, _ report: inout CycleReport) throws
  {
    var isStored = false
    let found = try reconciliation.reconcile(
      thoroughness, listsAll: false,
      openStore: {
        let store = try state.openForReading()
        isStored = store != nil
        return store
      }, show: { report.take($0) })
    guard let proposal = found.proposal else { return }
    report.take(proposal)
    found.remember()
    // The heartbeat of `status --max-age`, where this process may write it.
    guard isStored, gate.beginWriting() else { return }
    try? state.openForWriting().transaction { try $0.recordReconciliation(at: Instant.current) }
  }

  private func apply(_ reconciliation: Reconciliation, _ thoroughness: Thoroughness, _ report: inout CycleReport) throws
  {
    var (store, lock): ((any Store)?, (any ApplyLock)?)
    defer { lock?.release() }
    let found = try reconciliation.reconcile(
      thoroughness, isRecording: true, listsAll: false, readsAhead: state.exists,
      openStore: {
        store = try state.openForWriting()
        lock = try store?.lockForApply(waitingUpTo: Self.lockPatience, onWait: { _ in })
        return store
      }, show: { report.take($0) })
    guard let proposal = found.proposal, let store else { return }
    let commit = found.reading.source.commit
    if let old = try reconciliation.rewound(proposal.appliedCommits, commit).first {
      throw GitError(
        old.isKnown ? .invalidArgument : .missingObject, old.message,
        hint: old.hint("go back on purpose with tenure apply --allow-rewind"))
    }
    report.take(proposal)
    guard gate.beginWriting() else {
      report.isCutShort = true
      return
    }
    var applier = Applier(store: store, input: proposal.input)
    let outcomes = try applier.apply(proposal.planned, shouldContinue: { gate.shouldContinue })
    report.take(outcomes, tenants: proposal)
    report.isCutShort = !gate.shouldContinue && outcomes.count < report.tenants
    found.remember(recorded: applier.recorded)
    if !report.isCutShort { try store.transaction { try $0.recordReconciliation(at: Instant.current) } }
  }
}
