import ArgumentParser
import Model
import Reconciling

struct InvitationDecline: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "decline", abstract: "Decline an invitation; plans then hold the person.",
    discussion: "EXAMPLE: tenure invitation decline acme --as ada@acme.example")

  @Argument(help: "The organization or workspace.", completion: .paths) var path: String
  @OptionGroup var acting: ActorOptions

  mutating func run(_ console: Console) throws -> ExitStatus {
    let email = try acting.own("declines")
    let place = try ActorOptions.path(path)
    return HandReport.show(try acting.work(on: "\(place)").change(place, [.decline(email: email)]), console)
  }
}
