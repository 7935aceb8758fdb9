import ArgumentParser
import Model
import Reconciling

struct MemberSetRole: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "set-role", abstract: "Change the role of a member, or of a pending invitation.",
    discussion: "EXAMPLE: tenure member set-role acme/ml grace@acme.example admin")

  @Argument(help: "The organization or workspace.", completion: .paths) var path: String
  @Argument(help: "Whose role.") var email: String
  @Argument(help: "The new role.") var role: String
  @OptionGroup var acting: ActorOptions

  mutating func run(_ console: Console) throws -> ExitStatus {
    let place = try ActorOptions.path(path)
    let email = try ActorOptions.email(email)
    return HandReport.show(
      try acting.work(on: "\(place)").change(place, [.setRole(email: email, role: role)]), console)
  }
}
