import GitReader
import Model
import Planning
import Reconciling
import Store

/// One fetch, plan and apply. It runs on a thread of its own, since git and store block; what it opens it opens there.
struct Cycle: Sendable {
  enum Mode: String, Sendable, CaseIterable { case apply, plan }

  let repository: String
  let ref: String
  let manifests: String
  let state: StateLocation
  let mode: Mode
  let gate: WriteGate

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
    let now = Instant.current
    let source = try DesiredSource.open(repository, ref: ref, isWorktree: false, manifests: manifests)
    let reading = try source.read(now: now)
    report.take(reading)
    guard !reading.isUnusable else { return }
    var options = PlanOptions()
    options.skipping = skipping
    let reconciliation = Reconciliation(source: source, options: options, now: now)
    switch mode {
    case .plan: try plan(reconciliation, reading, &report)
    case .apply: try apply(reconciliation, reading, &report)
    }
  }

  private func plan(_ reconciliation: Reconciliation, _ reading: Reading, _ report: inout CycleReport) throws {
    let store = try state.openForReading()
    guard let proposal = try reconciliation.propose(reading, store: store, engine: store?.engine ?? "sqlite") else {
      return
    }
    report.take(proposal.plan, tenants: proposal.planned.tenants.map(\.name))
    // The heartbeat of `status --max-age`, where this process may write it.
    guard store != nil, gate.beginWriting() else { return }
    try? state.openForWriting().transaction { try $0.recordReconciliation(at: Instant.current) }
  }

  private func apply(_ reconciliation: Reconciliation, _ reading: Reading, _ report: inout CycleReport) throws {
    let store = try state.openForWriting()
    let lock = try store.lockForApply(waitingUpTo: Self.lockPatience, onWait: { _ in })
    defer { lock.release() }
    guard let proposal = try reconciliation.propose(reading, store: store, engine: store.engine) else { return }
    if let old = try reconciliation.rewound(proposal.input.actual, reading.source.commit).first {
      throw GitError(
        .invalidArgument, "\(reading.source.commit ?? "") does not descend from \(old), which was applied before",
        hint: "go back on purpose with tenure apply --allow-rewind")
    }
    let tenants = proposal.planned.tenants
    report.take(proposal.plan, tenants: tenants.map(\.name))
    guard gate.beginWriting() else {
      report.isCutShort = true
      return
    }
    var applier = Applier(store: store, input: proposal.input)
    let outcomes = try applier.apply(proposal.planned, shouldContinue: { gate.shouldContinue })
    report.take(
      outcomes, tenants: Dictionary(tenants.map { ($0.organization, $0.name) }, uniquingKeysWith: { a, _ in a }))
    report.isCutShort = !gate.shouldContinue && outcomes.count < tenants.count
    if !report.isCutShort { try store.transaction { try $0.recordReconciliation(at: Instant.current) } }
  }
}
