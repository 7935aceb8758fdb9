import ArgumentParser
import Model
import Reconciling

struct InvitationCancel: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel", abstract: "Cancel an open invitation: its link is dead at once.",
    discussion: "EXAMPLE: tenure invitation cancel acme grace@acme.example")

  @Argument(help: "The organization or workspace.", completion: .paths) var path: String
  @Argument(help: "Whom it invites.") var email: String
  @OptionGroup var acting: ActorOptions

  mutating func run(_ console: Console) throws -> ExitStatus {
    let place = try ActorOptions.path(path)
    let email = try ActorOptions.email(email)
    return HandReport.show(try acting.work(on: "\(place)").change(place, [.cancelInvitation(email: email)]), console)
  }
}
