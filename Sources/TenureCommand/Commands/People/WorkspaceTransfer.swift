import ArgumentParser
import Model
import Reconciling

struct WorkspaceTransfer: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "transfer", abstract: "Make another member the owner of record.",
    discussion: """
      The new owner is an active member already and gets the top role with it.

      EXAMPLE: tenure workspace transfer acme/ml grace@acme.example --as ada@acme.example
      """)

  @Argument(help: "The workspace or organization.", completion: .paths) var path: String
  @Argument(help: "The new owner of record.") var email: String
  @OptionGroup var acting: ActorOptions

  mutating func run(_ console: Console) throws -> ExitStatus {
    let place = try ActorOptions.path(path)
    let email = try ActorOptions.email(email)
    return HandReport.show(try acting.work(on: "\(place)").change(place, [.transfer(email: email)]), console)
  }
}
