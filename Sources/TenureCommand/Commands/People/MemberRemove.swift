import ArgumentParser
import Model
import Reconciling

struct MemberRemove: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "End a membership, or a pending invitation.",
    discussion: """
      Of an organization: its workspace memberships and invitations end too, listed one by one. What the manifests \
      declare comes back with the next apply.

      EXAMPLE: tenure member remove acme grace@acme.example
      """)

  @Argument(help: "The organization or workspace.", completion: .paths) var path: String
  @Argument(help: "Whom to remove.") var email: String
  @OptionGroup var acting: ActorOptions

  mutating func run(_ console: Console) throws -> ExitStatus {
    let place = try ActorOptions.path(path)
    let email = try ActorOptions.email(email)
    return HandReport.show(try acting.work(on: "\(place)").change(place, [.remove(email: email)]), console)
  }
}
