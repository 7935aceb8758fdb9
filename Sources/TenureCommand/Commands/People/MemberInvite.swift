import ArgumentParser
import Model
import Reconciling

struct MemberInvite: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "invite", abstract: "Invite people by email.",
    discussion: """
      Each gets a mail with a link, whether they have an account yet or not. Each person is judged alone: those refused \
      are told, the others are invited. Who left or declined before is asked anew.

      EXAMPLE: tenure member invite acme grace@acme.example linus@acme.example --role member
      """)

  @Argument(help: "The organization or workspace.", completion: .paths) var path: String
  @Argument(help: "Whom to invite.") var emails: [String]
  @Option(help: "Their role (default: the lowest).") var role: String?
  @OptionGroup var acting: ActorOptions

  mutating func run(_ console: Console) throws -> ExitStatus {
    let place = try ActorOptions.path(path)
    let requests = try ActorOptions.people(emails).map { HandRequest.invite(email: $0, role: role) }
    return HandReport.show(try acting.work(on: "\(place)").change(place, requests), console)
  }
}
