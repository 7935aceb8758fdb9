import ArgumentParser
import Model
import Reconciling

struct WorkspaceSetSubscription: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "set-subscription", abstract: "Change the subscription of a workspace or organization.",
    discussion: "EXAMPLE: tenure workspace set-subscription acme/ml team --as ada@acme.example")

  @Argument(help: "The workspace or organization.", completion: .paths) var path: String
  @Argument(help: "The subscription, as the policy names it.") var name: String
  @OptionGroup var acting: ActorOptions

  mutating func run(_ console: Console) throws -> ExitStatus {
    let place = try ActorOptions.path(path)
    return HandReport.show(try acting.work(on: "\(place)").change(place, [.setSubscription(name)]), console)
  }
}
