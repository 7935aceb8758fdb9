import ArgumentParser
import Model
import Reconciling

struct InvitationAccept: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "accept", abstract: "Accept an invitation, by path or by the token of its mail.",
    discussion: "EXAMPLE: tenure invitation accept acme --as ada@acme.example")

  @Argument(help: "The organization or workspace.", completion: .paths) var path: String?
  @Option(help: ArgumentHelp("The token of the invitation's mail, instead of PATH.", valueName: "token")) var token:
    String?
  @OptionGroup var acting: ActorOptions

  mutating func run(_ console: Console) throws -> ExitStatus {
    if let token {
      if path != nil { throw Failure(.usage, "the token says where, so PATH and --token are one too many") }
      return HandReport.show(try acting.work(on: "such invitation").accept(token: token), console)
    }
    guard let path else { throw Failure(.usage, "nothing says which invitation", hint: "name PATH, or --token TOKEN") }
    let email = try acting.own("accepts")
    let place = try ActorOptions.path(path)
    return HandReport.show(try acting.work(on: "\(place)").change(place, [.accept(email: email)]), console)
  }
}
