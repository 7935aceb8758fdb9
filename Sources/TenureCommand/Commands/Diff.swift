import ArgumentParser
import Model
import Reconciling
import Reports
import Store

struct Diff: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Show what merging a branch would change; needs no store.",
    discussion: """
      BASE..HEAD compares two commits as they are, BASE...HEAD takes what they have in common for the base, as a pull \
      request does. Without a store BASE counts as applied and every invitation as accepted. With one, the plan is that \
      of HEAD on what is stored, and what an apply would do besides stands under a heading of its own: drift, ends that \
      have come, what was merged before and is not applied yet. Either way the digest is what `tenure apply --expect` \
      asks for after the merge.

      Exit codes: 0, or 2 with --detailed-exitcode where there are changes; 3 where a rule refused something; 4 where \
      manifests are invalid.

      EXAMPLE: tenure diff origin/main...HEAD --format markdown
      """)

  @Argument(help: ArgumentHelp("Two commits: BASE..HEAD, or BASE...HEAD.", valueName: "base..head"), completion: .spans)
  var span: String

  @Option(
    help: ArgumentHelp("Repository to read: a path (bare too) or a URL.", valueName: "path|url"), completion: .directory
  )
  var repo: String?

  @Option(help: ArgumentHelp("Folder of the manifests (default: manifests).", valueName: "dir"), completion: .directory)
  var manifests: String?

  @OptionGroup var state: StateOptions
  @OptionGroup var judging: JudgingOptions
  @OptionGroup var clock: ClockOptions

  @Option(help: "How to show the difference.")
  var format = PlanFormat.text

  @Flag(name: .customLong("detailed-exitcode"), help: "Exit with 2 where there are changes.")
  var detailedExitCode = false

  mutating func run(_ console: Console) throws -> ExitStatus {
    guard let span = Span(span) else {
      throw Failure(.usage, "'\(span)' names no two commits", hint: "write BASE..HEAD, such as origin/main..HEAD")
    }
    let settings = try Settings.load()
    let (options, now) = (try judging.options(), try clock.instant())
    let source = try settings.source(repo: repo, ref: span.head, manifests: manifests)
    let store = try state.openForReading(settings)
    if store == nil, let named = state.state { console.note("there is no store at \(named): BASE counts as applied") }
    let comparison = Comparison(
      source: source, span: span, options: options, statements: try judging.statements(), now: now)
    let (reading, result) = try comparison.compare(store: store, engine: store?.engine ?? "")
    Findings.show(reading, console)
    guard let result else {
      PlanReport.showUnusable(reading, now: now, format, console)
      return .invalidManifests
    }
    Findings.showLate(result.proposal, after: reading, console)
    PlanReport(result).write(format, console)
    return Findings.status(result.proposal, detailed: detailedExitCode)
  }
}
