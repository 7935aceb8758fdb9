import ArgumentParser

/// `tenure workspace`: one file per subcommand beside it.
struct WorkspaceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "workspace", abstract: "Workspaces: make, look at, hand over, leave, delete.",
    discussion: "EXAMPLE: tenure workspace show acme/ml",
    subcommands: [
      WorkspaceShow.self, WorkspaceCreate.self, WorkspaceLeave.self, WorkspaceTransfer.self,
      WorkspaceSetSubscription.self, WorkspaceDelete.self,
    ])
}
