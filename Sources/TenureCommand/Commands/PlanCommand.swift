import ArgumentParser
import Model
import Planning
import Reconciling
import Reports

struct PlanCommand: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Show what an apply would do; changes nothing.",
    discussion: """
      Exit codes: 0, or 2 with --detailed-exitcode where there are changes; 3 where a rule refused something; 4 where \
      manifests are invalid.

      EXAMPLE: tenure plan --ref main --format markdown
      """)

  @OptionGroup var source: SourceOptions
  @OptionGroup var state: StateOptions
  @OptionGroup var planning: PlanningOptions
  @OptionGroup var clock: ClockOptions
  @OptionGroup var caching: CachingOptions

  @Option(help: "How to show the plan.")
  var format = PlanFormat.text

  @Option(
    help: ArgumentHelp("Save the plan to this file too, for `tenure apply FILE`.", valueName: "file"),
    completion: .file())
  var out: String?

  @Flag(name: .customLong("detailed-exitcode"), help: "Exit with 2 where there are changes.")
  var detailedExitCode = false

  mutating func run(_ console: Console) throws -> ExitStatus {
    if out == "" { throw Failure(.usage, "--out names no file", hint: "tenure plan --out plan.json") }
    if out != nil, source.worktree {
      throw Failure(
        .usage, "--out saves the plan of a commit, not of a working tree", hint: "commit the change first")
    }
    let settings = try Settings.load()
    let options = try planning.options()
    let now = try clock.instant()
    let desired = try source.open(settings)
    let reconciliation = Reconciliation(
      source: desired, options: options, statements: try planning.judging.statements(), now: now)
    var auditEnd: Int64 = 0
    let location = try state.location(settings)
    let found = try reconciliation.reconcile(
      // A saved plan says of every organization what it was planned from.
      out == nil ? caching.thoroughness(desired, location) : .full, listsAll: format == .json,
      openStore: {
        let store = try location.openForReading()
        auditEnd = try store?.auditEnd() ?? 0
        return store
      }, show: { Findings.show($0, console) })
    guard let proposal = found.proposal else {
      PlanReport.showUnusable(found.reading, now: now, format, console)
      return .invalidManifests
    }
    Findings.showLate(proposal, after: found.reading, console)
    if clock.now == nil { found.remember() }
    PlanReport(proposal).write(format, console)
    if let out, let commit = found.reading.source.commit {
      let saved = SavedPlan(
        proposal, commit: commit, auditEnd: auditEnd, actors: planning.actor, approvers: planning.approvedBy)
      try OutputFile.write(saved.text(proposal.plan), to: out)
    }
    return Findings.status(proposal, detailed: detailedExitCode)
  }
}

/// A proposal in any of the formats.
struct PlanReport {
  let proposal: Reconciliation.Proposal
  /// Nil while it is only planned.
  var outcomes: [OrganizationOutcome]?
  /// The commit that it is compared with; nil: with what is stored.
  var base: String?
  /// What an apply would do besides.
  var besides: [Action] = []

  init(_ proposal: Reconciliation.Proposal, outcomes: [OrganizationOutcome]? = nil) {
    (self.proposal, self.outcomes) = (proposal, outcomes)
  }

  init(_ comparison: Comparison.Result) {
    (proposal, base, besides) = (comparison.proposal, comparison.base, comparison.besides)
  }

  /// To stdout: text in pieces.
  func write(_ format: PlanFormat, _ console: Console) {
    switch format {
    case .text:
      PlanText.write(
        PlanReview(proposal.plan, digest: proposal.digest, besides: besides, base: base), options: console.options,
        to: console.out)
    case .json, .markdown, .github: console.out(render(format, console.options))
    }
  }

  func render(_ format: PlanFormat, _ options: TextOptions) -> String {
    switch format {
    case .text:
      PlanText.render(
        PlanReview(proposal.plan, digest: proposal.digest, besides: besides, base: base), options: options)
    case .json:
      PlanJSON.render(PlanReview(proposal.plan, digest: proposal.digest, besides: besides, base: base)).pretty() + "\n"
    case .markdown: PlanMarkdown.render(review, limit: PlanMarkdown.commentLimit)
    case .github: PlanGitHub.render(review, diagnostics: proposal.diagnostics)
    }
  }

  /// What each format says where nothing can be planned; the diagnostics are on stderr.
  static func showUnusable(_ reading: Reading, now: Instant, _ format: PlanFormat, _ console: Console) {
    switch format {
    case .json: console.out(PlanJSON.render(reading.unusablePlan(now: now), digest: "").pretty() + "\n")
    case .github: console.out(DiagnosticsGitHub.render(reading.diagnostics))
    case .markdown:
      console.out(PlanMarkdown.render(unusable: reading.diagnostics, limit: PlanMarkdown.commentLimit))
    case .text: break
    }
  }

  private var review: PlanReview {
    var review = PlanReview(
      proposal.plan, digest: proposal.digest, effects: effects(of: proposal.plan.actions, in: proposal.input),
      besides: besides, besidesEffects: effects(of: besides, in: proposal.input), base: base, outcomes: outcomes)
    review.diagnostics = proposal.diagnostics
    return review
  }
}

extension Reading {
  /// No action, and every organization named as invalid: what there is to say where an error concerns everything.
  func unusablePlan(now: Instant) -> Plan {
    Plan(
      source: source, state: PlanState(engine: "sqlite", serials: [:]), now: now, invalid: desired.stopped.sorted())
  }
}

/// What reading and planning say besides the plan.
enum Findings {
  static func show(_ reading: Reading, _ console: Console) {
    guard !reading.diagnostics.isEmpty else { return }
    console.err(DiagnosticsText.render(reading.diagnostics, files: reading.files, options: TextOptions(color: false)))
  }

  /// What only showed when the manifests met the store.
  static func showLate(_ proposal: Reconciliation.Proposal, after reading: Reading, _ console: Console) {
    let late = Array(proposal.diagnostics.dropFirst(reading.diagnostics.count))
    guard !late.isEmpty else { return }
    console.err(DiagnosticsText.render(late, files: reading.files, options: TextOptions(color: false)))
  }

  static func status(_ proposal: Reconciliation.Proposal, detailed: Bool) -> ExitStatus {
    if proposal.diagnostics.contains(where: { $0.severity == .error }) { return .invalidManifests }
    if proposal.plan.actions.contains(where: { !$0.blockedBy.isEmpty }) || !proposal.plan.blocked.isEmpty {
      return .refused
    }
    // A rule that has no override stays as it is; asking for one is refused, where nothing took it.
    let idle = proposal.input.options.overrides.filter { !proposal.plan.overrides.contains($0) }
    if idle.contains(where: { Rules.documentation(of: $0.rule).override != .yes }) { return .refused }
    return detailed && !proposal.plan.actions.isEmpty ? .changes : .success
  }
}
