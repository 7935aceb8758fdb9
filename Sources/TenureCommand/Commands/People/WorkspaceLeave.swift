import ArgumentParser
import Model
import Reconciling

struct WorkspaceLeave: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "leave", abstract: "Leave a workspace, or an organization with all its workspaces.",
    discussion: """
      Plans hold whoever left; `reinvite:` in the manifests chases them once more. Where the policy asks for owners and \
      lets them go, a leaving last owner's ownership passes to the longest-standing of those who stay.

      EXAMPLE: tenure workspace leave acme/ml --as grace@acme.example
      """)

  @Argument(help: "The workspace or organization.", completion: .paths) var path: String
  @OptionGroup var acting: ActorOptions

  mutating func run(_ console: Console) throws -> ExitStatus {
    let email = try acting.own("leaves")
    let place = try ActorOptions.path(path)
    return HandReport.show(try acting.work(on: "\(place)").change(place, [.leave(email: email)]), console)
  }
}
