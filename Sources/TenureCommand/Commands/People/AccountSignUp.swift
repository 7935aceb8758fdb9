import ArgumentParser
import Model
import Reconciling
import Reports

struct AccountSignUp: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "sign-up", abstract: "Make an account, with the workspace that the policy gives it.",
    discussion: """
      Invitations that wait for the email are listed on stderr. Accounts go by the Policy for all that the last apply \
      recorded. Before the first apply --policy says under which policy people sign up, and is kept for all who do, until \
      an apply records another; without it the preset enterprise is assumed.

      EXAMPLE: tenure account sign-up ada@acme.example --name Ada
      EXAMPLE: tenure account sign-up ada@acme.example --policy manifests
      """)

  @Argument(help: "The person's email.") var email: String
  @Option(help: "The name to show.") var name: String?
  @Option(
    help: ArgumentHelp(
      "Before the first apply: the manifest file or folder with the Policy for all.", valueName: "file"),
    completion: .file())
  var policy: String?
  @OptionGroup var acting: ActorOptions

  mutating func run(_ console: Console) throws -> ExitStatus {
    let email = try ActorOptions.email(email)
    let given = try policy.map { try PolicyFile.read($0, now: try acting.clock.instant()) }
    let result = try acting.work().signUp(email, displayName: name, before: given)
    let status = HandReport.show(result.outcome, console)
    if result.isPolicyAssumed, status == .success {
      console.note("nothing was applied yet, so the preset enterprise is assumed; --policy FILE names another policy")
    }
    for invitation in result.waiting where status == .success {
      console.note(
        "an invitation to \(invitation.path) as \(invitation.role) waits: "
          + "tenure invitation accept \(invitation.path) --as \(email)"
      )
    }
    return status
  }
}
