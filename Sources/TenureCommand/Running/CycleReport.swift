import Logging
import Model
import Reconciling
import Scheduling

/// What one cycle of `tenure run` came to.
struct CycleReport: Sendable {
  var commit: String?
  var organizations = 0
  /// Organizations and personal accounts.
  var tenants = 0
  var actions = 0
  var applied = 0
  var blocked = 0
  var waiting = 0
  var held = 0
  /// By organization, with what went wrong.
  var failed: [String: String] = [:]
  var invalid: [String] = []
  var suspended: [String] = []
  var diagnostics: [String] = []
  /// For the schedule, by tenant.
  var results: [String: Schedule.Result] = [:]
  /// Why the cycle as a whole came to nothing; the next is tried after a backoff.
  var failure: String?
  /// A stop cut it short.
  var isCutShort = false

  /// The most diagnostics that one line takes.
  private static let mostDiagnostics = 20

  mutating func take(_ reading: Reading) {
    commit = reading.source.commit
    invalid = reading.desired.stopped.sorted()
    take(reading.diagnostics)
  }

  private mutating func take(_ found: [Diagnostic]) {
    let errors = found.filter { $0.severity == .error }
    diagnostics = errors.prefix(Self.mostDiagnostics).map { diagnostic in
      (diagnostic.location.map { "\($0): " } ?? "") + diagnostic.message
    }
    if errors.count > Self.mostDiagnostics { diagnostics.append("… and \(errors.count - Self.mostDiagnostics) more") }
  }

  mutating func take(_ proposal: Reconciliation.Proposal) {
    let plan = proposal.plan
    let (planned, settled) = (proposal.planned.tenants, proposal.input.elsewhere.settled)
    let uncounted = proposal.input.elsewhere.uncounted
    tenants = planned.count + settled.count + uncounted.tenants
    organizations =
      planned.count { !$0.name.hasPrefix("~") } + settled.count { !$0.name.hasPrefix("~") } + uncounted.organizations
    actions = plan.actions.count
    blocked = plan.actions.count { !$0.blockedBy.isEmpty }
    waiting = plan.waiting.count
    held = plan.held.count
    suspended = plan.suspended.map(\.organization)
    // Some errors show only where the manifests meet the store.
    invalid = plan.invalid
    take(proposal.diagnostics)
    // The schedule asks for those that failed before; they are never settled unseen.
    for tenant in planned { results[tenant.name] = .ok }
  }

  mutating func take(_ outcomes: [Applier.Outcome], tenants proposal: Reconciliation.Proposal) {
    let tenants = Dictionary(
      proposal.planned.tenants.map { ($0.organization, $0.name) }, uniquingKeysWith: { a, _ in a })
    applied = outcomes.reduce(0) { $0 + $1.applied }
    for outcome in outcomes where outcome.status == .failed {
      let message = outcome.message ?? "it failed"
      failed[outcome.organization] = message
      results[tenants[outcome.organization] ?? outcome.organization] = .failed(message)
    }
  }

  var level: Logger.Level {
    if failure != nil { return .error }
    return failed.isEmpty && diagnostics.isEmpty && blocked == 0 ? .info : .warning
  }

  var message: Logger.Message { failure == nil ? "reconciled" : "reconciliation failed" }

  /// The figures of SPEC section 7, `run`.
  var metadata: Logger.Metadata {
    var result: Logger.Metadata = [
      "organizations": .stringConvertible(organizations), "actions": .stringConvertible(actions),
      "applied": .stringConvertible(applied), "blocked": .stringConvertible(blocked),
      "waiting": .stringConvertible(waiting), "held": .stringConvertible(held),
      "failed": names(failed.keys.sorted()), "invalid": names(invalid), "suspended": names(suspended),
    ]
    if let commit { result["commit"] = .string(commit) }
    if let failure { result["error"] = .string(failure) }
    if !failed.isEmpty { result["failures"] = .dictionary(failed.mapValues { .string($0) }) }
    if !diagnostics.isEmpty { result["diagnostics"] = names(diagnostics) }
    if isCutShort { result["stopped"] = .stringConvertible(true) }
    return result
  }

  private func names(_ names: [String]) -> Logger.MetadataValue { .array(names.map { .string($0) }) }
}
