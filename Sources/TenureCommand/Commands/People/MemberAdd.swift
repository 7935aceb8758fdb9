import ArgumentParser
import Model
import Reconciling

struct MemberAdd: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Make people members at once, without an invitation.",
    discussion: """
      Who has no account gets one. Each person is judged alone: those refused are told, the others are added.

      EXAMPLE: tenure member add acme/ml grace@acme.example linus@acme.example --role developer
      """)

  @Argument(help: "The organization or workspace.", completion: .paths) var path: String
  @Argument(help: "Whom to add.") var emails: [String]
  @Option(help: "Their role (default: the lowest).") var role: String?
  @OptionGroup var acting: ActorOptions

  mutating func run(_ console: Console) throws -> ExitStatus {
    let place = try ActorOptions.path(path)
    let requests = try ActorOptions.people(emails).map { HandRequest.add(email: $0, role: role) }
    return HandReport.show(try acting.work(on: "\(place)").change(place, requests), console)
  }
}
