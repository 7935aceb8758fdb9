import ArgumentParser
import Model
import Reconciling

struct AccountDelete: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "End an account with its own workspaces, and leave all others.",
    discussion: """
      Permanent. Memberships and open invitations everywhere end under the rules of each place; where one refuses, all \
      refusals are shown and nothing is done. Asks on a terminal, needs --yes without one. People delete their own \
      account, operators any.

      EXAMPLE: tenure account delete eve@acme.example --yes
      """)

  @Argument(help: "The person's email.") var email: String
  @OptionGroup var confirmation: ConfirmationOptions
  @OptionGroup var acting: ActorOptions

  mutating func run(_ console: Console) throws -> ExitStatus {
    let email = try ActorOptions.email(email)
    let work = try acting.work(on: "account of \(email)")
    return try HandReport.showAsking(
      "Delete the account \(email) for ever?", yes: confirmation.yes, console,
      propose: { try work.proposeDeletion(ofAccount: email) }, carryOut: { try work.deleteAccount(email) })
  }
}
