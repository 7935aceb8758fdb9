import ArgumentParser
import Model
import Reconciling

struct WorkspaceDelete: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Delete a workspace with its keys, resources and memberships.",
    discussion: """
      Permanent; its people stay. Asks on a terminal, needs --yes without one. What the manifests declare comes back, \
      empty, with the next apply: give it a tombstone there.

      EXAMPLE: tenure workspace delete acme/old --yes
      """)

  @Argument(help: "The workspace.", completion: .paths) var path: String
  @OptionGroup var confirmation: ConfirmationOptions
  @OptionGroup var acting: ActorOptions

  mutating func run(_ console: Console) throws -> ExitStatus {
    let place = try ActorOptions.path(path)
    let work = try acting.work(on: "\(place)")
    return try HandReport.showAsking(
      "Delete \(place) for ever?", yes: confirmation.yes, console,
      propose: { try work.propose(place, [.deleteWorkspace]) },
      carryOut: { try work.change(place, [.deleteWorkspace]) })
  }
}
