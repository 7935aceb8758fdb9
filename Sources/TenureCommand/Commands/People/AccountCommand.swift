import ArgumentParser

/// `tenure account`: one file per subcommand beside it.
struct AccountCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "account", abstract: "People: sign-up, what they belong to, suspension, moves and ends.",
    discussion: "EXAMPLE: tenure account show ada@acme.example",
    subcommands: [
      AccountSignUp.self, AccountList.self, AccountShow.self, AccountSuspend.self, AccountResume.self, AccountMove.self,
      AccountDelete.self,
    ])
}
