import ArgumentParser
import Model
import Reconciling

struct InvitationResend: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "resend", abstract: "Send an open invitation again, with a new link; the old one is dead.",
    discussion: """
      It stays one invitation, and its time to answer begins anew. By hand there is no limit to how often.

      EXAMPLE: tenure invitation resend acme grace@acme.example
      """)

  @Argument(help: "The organization or workspace.", completion: .paths) var path: String
  @Argument(help: "Whom it invites.") var email: String
  @OptionGroup var acting: ActorOptions

  mutating func run(_ console: Console) throws -> ExitStatus {
    let place = try ActorOptions.path(path)
    let email = try ActorOptions.email(email)
    return HandReport.show(try acting.work(on: "\(place)").change(place, [.resendInvitation(email: email)]), console)
  }
}
