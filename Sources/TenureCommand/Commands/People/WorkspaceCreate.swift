import ArgumentParser
import Model
import Reconciling

struct WorkspaceCreate: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Make a workspace in an organization or an account.",
    discussion: """
      Whoever creates it (--as) becomes owner of record, in the top role. Without --as that is --owner, else the \
      account's user, else, where the policy asks for owners, the organization's owner of record.

      EXAMPLE: tenure workspace create acme/research --as ada@acme.example --display-name Research
      """)

  @Argument(help: "The new workspace.", completion: .paths) var path: String
  @Option(help: ArgumentHelp("Its owner of record.", valueName: "email")) var owner: String?
  @Option(help: ArgumentHelp("The name to show.", valueName: "name")) var displayName: String?
  @Option(help: ArgumentHelp("Its subscription (default: the organization's).", valueName: "name"))
  var subscription: String?
  @OptionGroup var acting: ActorOptions

  mutating func run(_ console: Console) throws -> ExitStatus {
    let path = try ActorOptions.path(path)
    guard let name = path.workspace else {
      throw Failure(.usage, "'\(path)' names no workspace", hint: "write \(path)/NAME")
    }
    let place = Path(tenant: path.tenant)
    let new = HandRequest.NewWorkspace(
      name: name, owner: try owner.map(ActorOptions.email), displayName: displayName, subscription: subscription)
    return HandReport.show(try acting.work(on: "\(place)").change(place, [.createWorkspace(new)]), console)
  }
}
