import ArgumentParser

/// `tenure api-key`: one file per subcommand beside it.
struct ApiKeyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "api-key", abstract: "API keys of workspaces: make, list, revoke, check.",
    discussion: "EXAMPLE: tenure api-key create acme/ml ci-deploy --as grace@acme.example",
    subcommands: [ApiKeyCreate.self, ApiKeyList.self, ApiKeyRevoke.self, ApiKeyCheck.self])
}
