import ArgumentParser
import Model
import Reconciling

/// Where manifests come from.
struct SourceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Repository to read: a path (bare too) or a URL.", valueName: "path|url"), completion: .directory
  )
  var repo: String?

  @Option(help: "Branch, tag or commit to read (default: HEAD).", completion: .refs)
  var ref: String?

  @Flag(help: "Read the uncommitted files of the working tree; they can be planned, never applied.")
  var worktree = false

  @Option(help: ArgumentHelp("Folder of the manifests (default: manifests).", valueName: "dir"), completion: .directory)
  var manifests: String?

  func open(_ settings: Settings) throws -> DesiredSource {
    if worktree, ref != nil {
      throw Failure(.usage, "--worktree reads no commit", hint: "leave --ref or --worktree out")
    }
    return try settings.source(repo: repo, ref: ref, isWorktree: worktree, manifests: manifests)
  }
}
