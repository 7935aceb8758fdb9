import ArgumentParser
import Model
import Reconciling
import Reports

struct AccountSignUp: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "sign-up", abstract: "Make an account, with the workspace that the policy gives it.",
    discussion: """
      Invitations that wait for the email are listed on stderr.

      EXAMPLE: tenure account sign-up ada@acme.example --name Ada
      """)

  @Argument(help: "The person's email.") var email: String
  @Option(help: "The name to show.") var name: String?
  @OptionGroup var acting: ActorOptions

  mutating func run(_ console: Console) throws -> ExitStatus {
    let email = try ActorOptions.email(email)
    let result = try acting.work().signUp(email, displayName: name)
    let status = HandReport.show(result.outcome, console)
    for invitation in result.waiting where status == .success {
      console.note(
        "an invitation to \(invitation.path) as \(invitation.role) waits: "
          + "tenure invitation accept \(invitation.path) --as \(email)"
      )
    }
    return status
  }
}
