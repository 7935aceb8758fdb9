import ArgumentParser
import GitReader
import Model
import Reconciling

/// Which commit to read beside what is stored.
struct RepositoryOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Repository to read: a path (bare too) or a URL.", valueName: "path|url"), completion: .directory
  )
  var repo: String?

  @Option(help: "Branch, tag or commit to read (default: HEAD).", completion: .refs)
  var ref: String?

  @Option(help: ArgumentHelp("Folder of the manifests (default: manifests).", valueName: "dir"), completion: .directory)
  var manifests: String?

  /// Nil where there is no repository, and none was asked for.
  func source(_ settings: Settings, isOptional: Bool) throws -> DesiredSource? {
    do {
      let source = try settings.source(repo: repo, ref: ref, manifests: manifests)
      _ = try source.commit()
      return source
    } catch let error as GitError
      where isOptional && repo == nil && ref == nil && [.notARepository, .unborn].contains(error.code)
    {
      return nil
    }
  }
}

/// Which repository to look back in, and to when.
struct HistoryOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What was stored then: a day (its end, UTC) or an RFC 3339 instant. Or what a commit declares.",
      valueName: "commit|date"),
    completion: .refs)
  var at: String?

  @OptionGroup var repository: RepositoryOptions

  /// What `--at` names; `now` given: when ends are judged instead.
  func point(in source: DesiredSource?, now: Instant?) throws -> PointInTime? {
    guard let at, let source else { return nil }
    var point = try PointInTime(at, in: source)
    if let now { point.instant = now }
    return point
  }

  /// What was stored at the time that `--at` names; nil where it names a commit, where there is no store, and where the
  /// audit log does not go back that far, which is said.
  func past(in state: StateOptions, _ settings: Settings, _ console: Console) throws -> PastState? {
    guard let at, let instant = PointInTime.instant(at), let store = try state.openForReading(settings) else {
      return nil
    }
    guard let past = try PastState(store, at: instant) else {
      if let beginning = try PastState.beginning(store) {
        console.note("the audit log begins at \(beginning): before that only the manifests tell, which is shown here")
      }
      return nil
    }
    if past.isGuessed {
      console.note(
        "the audit log of then was written by an older tenure: roles that came with owning, ends of invitations and the "
          + "policy are those that are known since")
    }
    return past
  }

  static func path(_ text: String) throws -> Path {
    guard let path = Path(text) else {
      throw Failure(.usage, "'\(text)' is no path", hint: "write acme, acme/ml or ~EMAIL/Personal")
    }
    return path
  }
}

/// A bar for a walk through history.
struct HistoryProgress {
  private let total: Int
  private let console: Console

  init(_ source: DesiredSource?, _ commit: String?, _ console: Console) {
    self.console = console
    guard console.isErrorTerminal, let source, let tip = try? commit ?? source.repository.resolve(ref: source.ref)
    else {
      total = 0
      return
    }
    total = (try? source.repository.firstParentChain(from: nil, to: tip).count) ?? 0
  }

  func run<R>(_ work: (@escaping (Int) -> Void) throws -> R) rethrows -> R {
    let drawing = Drawing(ProgressBar("reading history", total: total, console: console), console)
    defer { drawing.bar.clear(console) }
    return try work { [total] done in drawing.bar.show(min(done, total), drawing.console) }
  }

  private final class Drawing {
    var bar: ProgressBar
    let console: Console
    init(_ bar: ProgressBar, _ console: Console) { (self.bar, self.console) = (bar, console) }
  }
}
