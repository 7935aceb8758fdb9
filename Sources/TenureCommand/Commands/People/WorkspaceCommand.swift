import ArgumentParser

/// `tenure workspace`: one file per subcommand beside it.
struct WorkspaceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "workspace", abstract: "Workspaces: look at one, leave one.",
    discussion: "EXAMPLE: tenure workspace show acme/ml", subcommands: [WorkspaceShow.self, WorkspaceLeave.self])
}
