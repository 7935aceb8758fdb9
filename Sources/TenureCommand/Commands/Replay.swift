import ArgumentParser
import Foundation
import GitReader
import Manifests
import Model
import Planning
import Reconciling
import Reports
import SQLiteStore

struct Replay: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Take a scratch store through a history: what was done, and what rules refuse.",
    discussion: """
      Plans and applies every first-parent commit as if it had been at its time, and never opens your store. Everybody \
      accepts their invitations and makes their keys at once. With --policy you try a policy on your own history \
      before you adopt it. What a rule refuses stays refused until it passes; the end names the commits that each rule \
      would have stopped.

      Exit codes: 4 where manifests of a commit are invalid, 3 where a rule refused something, else 0.

      EXAMPLE: tenure replay v1..main --policy stricter.yaml
      """)

  @Argument(
    help: ArgumentHelp(
      "A..B (the state at A, then every commit up to B), or one branch, tag or commit for its whole history."),
    completion: .spans)
  var range: String

  @Option(
    help: ArgumentHelp("Repository to read: a path (bare too) or a URL.", valueName: "path|url"), completion: .directory
  )
  var repo: String?

  @Option(help: ArgumentHelp("Folder of the manifests (default: manifests).", valueName: "dir"), completion: .directory)
  var manifests: String?

  @Option(
    help: ArgumentHelp(
      "Policy documents that take the place of the repository's, in every commit. An organization that has its own "
        + "keeps it unless the file has one for it.", valueName: "file"),
    completion: .file())
  var policy: String?

  @Flag(help: "Let tombstones delete workspaces.")
  var allowDeletion = false

  @Flag(help: "Let `formerly:` move accounts to other emails.")
  var allowMove = false

  @Option(help: "How to show the replay.")
  var format = ListFormat.text

  @OptionGroup var clock: ClockOptions

  mutating func run(_ console: Console) throws -> ExitStatus {
    guard !range.contains("...") else {
      throw Failure(
        .usage, "'\(range)' has three dots: a replay goes from a commit to a later one of the same branch",
        hint: "write A..B, or one branch, tag or commit for its whole history")
    }
    let settings = try Settings.load()
    let now = try clock.now.map { _ in try clock.instant() }
    let scratch = try ScratchFolder(console)
    defer { scratch.remove() }
    var names = NameTable()
    var trial: PolicyTrial?
    if let policy {
      let read = try Self.trial(policy, now: now ?? .current, &names)
      guard !read.diagnostics.contains(where: { $0.severity == .error }) else {
        console.err(DiagnosticsText.render(read.diagnostics, files: 1, options: TextOptions(color: false)))
        return .invalidManifests
      }
      trial = read
    }
    let source = try settings.source(repo: repo, ref: range, manifests: manifests)
    let commits = try ReplayRange(range, in: source.repository)
    var options = PlanOptions()
    (options.allowDeletion, options.allowMove) = (allowDeletion, allowMove)
    let store = try SQLiteStore.open(path: scratch.path + "/state.db", mode: .readWriteCreate)
    var replay = Reconciling.Replay(
      source: source, store: store, options: options, trial: trial, names: names, now: now)
    return try show(replay: &replay, source, commits, trial, console)
  }

  private func show(
    replay: inout Reconciling.Replay, _ source: DesiredSource, _ range: ReplayRange, _ trial: PolicyTrial?,
    _ console: Console
  ) throws -> ExitStatus {
    let start = try range.start.map { try replay.start(at: $0) }
    if let start, start.status == .invalid {
      console.err(DiagnosticsText.render(start.errors, files: 1, options: TextOptions(color: false)))
      console.error(
        Failure(
          .invalidManifests, "the manifests of \(start.shortID), with which the replay begins, are invalid",
          hint: "begin at another commit"))
      return .invalidManifests
    }
    var done: [ReplayedCommit] = []
    var bar = ProgressBar("Replaying", total: range.commits.count, console: console)
    for commit in range.commits {
      done.append(try replay.next(commit))
      bar.show(done.count, console)
    }
    bar.clear(console)
    warn(about: trial, replay.organizations, console)
    let report = ReplayReport(
      source: PlanSource(repository: source.name, ref: source.ref, commit: nil, manifests: source.manifests),
      policy: policy, start: start, commits: done)
    switch format {
    case .text: console.out(ReplayText.render(report, options: console.options))
    case .json: console.out(ReplayJSON.render(report).pretty() + "\n")
    }
    return status(report)
  }

  private func status(_ report: ReplayReport) -> ExitStatus {
    if report.hasFailures { return .failure }
    if report.hasErrors { return .invalidManifests }
    return report.hasRefusals ? .refused : .success
  }

  private static func trial(_ path: String, now: Instant, _ names: inout NameTable) throws -> PolicyTrial {
    let bytes = try InputFile.read(
      path, what: "the policy", most: PolicyFile.mostBytes, hint: "--policy takes a file with Policy documents")
    let file = parseYAML(Snapshot.File(path: path, objectID: nil, bytes: bytes))
    return PolicyTrial(file, now: now, names: &names, parse: parseYAML)
  }

  /// A misspelt organization would be tried on nothing.
  private func warn(about trial: PolicyTrial?, _ declared: Set<String>, _ console: Console) {
    for name in trial?.organizations ?? [] where !declared.contains(name) {
      let near = Nearest.name(to: name, among: declared.sorted()).map { "; did you mean '\($0)'?" } ?? ""
      console.note("warning: \(policy ?? "") has a Policy for '\(name)', which no commit declares\(near)")
    }
  }
}
