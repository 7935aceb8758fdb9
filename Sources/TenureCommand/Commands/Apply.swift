import ArgumentParser
import Model
import Planning
import Reconciling
import Reports
import Store

struct Apply: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "apply", abstract: "Plan, show, ask, and make the stored state agree with the manifests.",
    discussion: """
      A saved plan (tenure plan --out FILE) is applied as it was reviewed, or not at all: it is bound to its commit, \
      policy, instant and to what was stored, and refused with what has changed since. The --actor and --approved-by \
      that it was made with have to be given again. --expect DIGEST does the same for a plan made anew.

      Each organization is one transaction: an apply that is interrupted, by Ctrl-C, a kill or a full disk, leaves \
      whole organizations, and the same command again finishes the work. What a rule refuses is withheld, everything else is applied (exit code 3); --atomic makes it all or \
      nothing for each organization.

      EXAMPLE: tenure plan --out reviewed.json, then tenure apply reviewed.json
      EXAMPLE: tenure apply --yes --override removal-threshold@acme --reason 'team dissolved'
      """)

  @Argument(
    help: ArgumentHelp(
      "Apply this saved plan (`tenure plan --out`), refused where it is stale.", valueName: "planfile"),
    completion: .file())
  var planFile: String?

  @OptionGroup var source: SourceOptions
  @OptionGroup var state: StateOptions
  @OptionGroup var planning: PlanningOptions
  @OptionGroup var clock: ClockOptions
  @OptionGroup var caching: CachingOptions

  @Option(help: "How to show the plan and what became of it.")
  var format = PlanFormat.text

  @Flag(name: [.customLong("yes"), .customLong("auto-approve")], help: "Apply without asking.")
  var yes = false

  @Option(help: ArgumentHelp("Apply only a plan with this digest.", valueName: "digest"))
  var expect: String?

  @Option(help: ArgumentHelp("Seconds to wait for another apply to finish.", valueName: "seconds"))
  var lockTimeout = 10.0

  @Flag(name: .customLong("detailed-exitcode"), help: "Exit with 2 where there were changes.")
  var detailedExitCode = false

  mutating func run(_ console: Console) throws -> ExitStatus {
    if source.worktree {
      throw Failure(
        .usage, "a working tree can be planned, never applied", hint: "commit the change, then apply the commit")
    }
    let interruption = try Interruption(console)
    try checkExpected()
    let patience = try Durations.wait(lockTimeout, option: "--lock-timeout")
    let given = try planning.options()
    // Before anything else is read: a file that is no plan has no say in what follows.
    let saved = try planFile.map { try SavedPlan(contentsOf: $0) }
    if let saved { try check(saved) }
    let settings = try Settings.load()
    var options = saved?.options ?? given
    options.allowRewind = given.allowRewind
    let now = try clock.instant()
    var desired = try source.open(settings)
    if let saved {
      (desired.ref, desired.manifests) = (saved.commit, saved.manifests)
      guard desired.repository.contains(commit: saved.commit) else { throw Self.unfetched(saved, desired.name) }
    }
    desired.shownRef = saved?.ref
    let reconciliation = Reconciliation(
      source: desired, options: options,
      statements: try Statements(
        actors: saved?.actors ?? planning.actor, approvers: saved?.approvers ?? planning.approvedBy), now: now)
    let location = try state.location(settings)
    var (store, lock): ((any Store)?, (any ApplyLock)?)
    defer { lock?.release() }
    let found = try reconciliation.reconcile(
      // A saved plan is compared with what it says of every organization.
      saved == nil ? caching.thoroughness(desired, location) : .full, isRecording: true,
      listsAll: format != .text, readsAhead: location.exists,
      openStore: {
        store = try location.openForWriting()
        lock = try store?.lockForApply(waitingUpTo: patience) { holder in
          console.note("waiting for process \(holder.process) on \(holder.host), which applies since \(holder.since)")
        }
        return store
      }, show: { Findings.show($0, console) })
    guard let proposal = found.proposal, let store else {
      switch format {
      case .json: console.out(Self.unusable(found.reading, now: now).pretty() + "\n")
      case .github: console.out(DiagnosticsGitHub.render(found.reading.diagnostics))
      case .text, .markdown: break
      }
      return .invalidManifests
    }
    Findings.showLate(proposal, after: found.reading, console)
    if let saved { try StalePlan(saved, proposal).check(store) }
    try check(proposal, reconciliation)
    return try carryOut(proposal, store, interruption, console) { if clock.now == nil { found.remember(recorded: $0) } }
  }

  /// A digest that can be none is a slip of the hand, not a plan that changed.
  private func checkExpected() throws {
    guard let expect else { return }
    let digits = expect.dropFirst("sha256:".count)
    guard expect.hasPrefix("sha256:"), !digits.isEmpty, digits.allSatisfy({ $0.isHexDigit && !$0.isUppercase }) else {
      throw Failure(
        .usage, "--expect '\(expect)' is no digest", hint: "it is sha256: and 64 hexadecimal digits, as plans end with")
    }
  }

  private func check(_ saved: SavedPlan) throws {
    try SavedPlanOptions(source: source, planning: planning).check()
    try SavedPlanNames(saved, planning).check()
    if let expect, expect != saved.digest {
      throw Failure(
        .failure, "the saved plan's digest is \(saved.digest), not \(expect); nothing was applied",
        hint: "apply the file that was reviewed")
    }
  }

  private static func unfetched(_ saved: SavedPlan, _ repository: String) -> Failure {
    Failure(
      .failure, "the saved plan is of commit \(saved.commit), which \(repository) does not have; nothing was applied",
      hint: "fetch it (git fetch origin \(saved.commit)), or name a repository that has it with --repo")
  }

  private static func unusable(_ reading: Reading, now: Instant) -> JSONValue {
    let plan = reading.unusablePlan(now: now)
    let outcomes = plan.invalid.map {
      OrganizationOutcome(organization: $0, status: .invalid, applied: 0, message: "its manifests have errors")
    }
    return ApplyReport(plan: plan, digest: "", organizations: outcomes).json()
  }

  private func check(_ proposal: Reconciliation.Proposal, _ reconciliation: Reconciliation) throws {
    if let expect, expect != proposal.digest {
      throw Failure(
        .failure, "the plan's digest is \(proposal.digest), not \(expect); nothing was applied",
        hint: "review the plan again: the manifests or the stored state changed since")
    }
    guard !planning.allowRewind, let commit = proposal.input.source.commit else { return }
    if let old = try reconciliation.rewound(proposal.appliedCommits, commit).first {
      throw Failure(
        .failure, "\(old.message); nothing was applied",
        hint: old.hint("apply the newest commit, or go back on purpose with --allow-rewind"))
    }
  }

  /// - Parameter remember: told the tenants of which there was nothing to note.
  private func carryOut(
    _ proposal: Reconciliation.Proposal, _ store: any Store, _ interruption: Interruption, _ console: Console,
    remember: (Set<String>) -> Void
  ) throws -> ExitStatus {
    let count = proposal.plan.applicable.count
    if format == .text { PlanReport(proposal).write(.text, console) }
    if count > 0, !yes {
      // Nobody says yes to what they have not seen.
      if format != .text, console.isInputTerminal {
        console.err(PlanReport(proposal).render(.text, TextOptions()))
      }
      try console.requireYes(
        "Apply \(count) \(count == 1 ? "action" : "actions")?", otherwise: "nothing was applied",
        hint: "--yes applies without asking")
    }
    let (outcomes, recorded) = try write(proposal, store, interruption, console)
    remember(recorded)
    try store.transaction { try $0.recordReconciliation(at: proposal.input.now) }
    let report = ApplyReport(
      plan: proposal.plan, digest: proposal.digest, organizations: OutcomeList(proposal, outcomes).organizations)
    switch format {
    case .text:
      if count > 0 || outcomes.contains(where: { $0.status == .failed }) {
        console.out(report.text(options: console.options))
      }
    case .json: console.out(report.json().pretty() + "\n")
    case .markdown, .github:
      console.out(PlanReport(proposal, outcomes: report.organizations).render(format, console.options))
    }
    if outcomes.contains(where: { $0.status == .failed }) { return .failure }
    return Findings.status(proposal, detailed: detailedExitCode)
  }
}

extension Apply {
  /// Carries out the plan with a progress bar; where it ends before its time, says how far it came. `recorded`: the
  /// tenants of which there was nothing to note.
  private func write(
    _ proposal: Reconciliation.Proposal, _ store: any Store, _ interruption: Interruption, _ console: Console
  ) throws -> (outcomes: [Applier.Outcome], recorded: Set<String>) {
    var applier = Applier(store: store, input: proposal.input, rewind: proposal.rewind)
    var bar = ProgressBar("Applying", total: proposal.plan.applicable.count, console: console)
    interruption.beginWriting()
    do {
      let outcomes = try applier.apply(
        proposal.planned,
        progress: { done in
          try interruption.check()
          bar.show(done, console)
        })
      bar.clear(console)
      return (outcomes, applier.recorded)
    } catch is Interruption.Requested {
      bar.clear(console)
      throw Failure(
        .failure, "stopped before the end", details: Self.progress(applier.outcomes, proposal.plan),
        hint: planFile == nil && expect == nil
          ? "run the same command again: it goes on from there" : "what is left is a plan of its own: plan again")
    } catch let error as StoreError {
      bar.clear(console)
      throw Failure(
        .failure, error.message, details: Self.progress(applier.outcomes, proposal.plan), hint: error.hint)
    }
  }

  private static func progress(_ outcomes: [Applier.Outcome], _ plan: Plan) -> [String] {
    let done = outcomes.filter { $0.applied > 0 }
    guard !done.isEmpty else { return ["nothing was applied"] }
    let actions = done.map(\.applied).reduce(0, +)
    let places = done.count == 1 ? "one organization" : "\(done.count) organizations"
    return ["\(actions) of \(plan.applicable.count) actions are done: \(places), each as a whole"]
  }
}

/// What became of every organization, those included that were left alone.
struct OutcomeList {
  let organizations: [OrganizationOutcome]

  init(_ proposal: Reconciliation.Proposal, _ outcomes: [Applier.Outcome]) {
    let status: (Applier.Outcome.Status) -> OrganizationOutcome.Status = { status in
      switch status {
      case .applied: .applied
      case .unchanged: .unchanged
      case .blocked: .blocked
      case .failed: .failed
      }
    }
    organizations =
      outcomes.map {
        OrganizationOutcome(
          organization: $0.organization, status: status($0.status), applied: $0.applied, message: $0.message)
      }
      + proposal.plan.invalid.map {
        OrganizationOutcome(organization: $0, status: .invalid, applied: 0, message: "its manifests have errors")
      }
      + proposal.plan.suspended.map {
        OrganizationOutcome(organization: $0.organization, status: .suspended, applied: 0, message: $0.reason)
      }
  }
}
