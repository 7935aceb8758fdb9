import ArgumentParser
import Model
import Reconciling

/// `tenure usage`.
struct UsageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "usage", abstract: "What a workspace used, as the product counts it.",
    discussion: "EXAMPLE: tenure usage add acme/ml 250", subcommands: [UsageAdd.self])
}

struct UsageAdd: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Count usage of a workspace.",
    discussion: """
      In credits: the balance is what was bought less this.

      EXAMPLE: tenure usage add acme/ml 250 --as grace@acme.example
      """)

  @Argument(help: "The workspace.", completion: .paths) var path: String
  @Argument(help: "How much, a whole number.") var amount: Int64
  @OptionGroup var acting: ActorOptions

  mutating func run(_ console: Console) throws -> ExitStatus {
    let place = try ActorOptions.path(path)
    let amount = try RecordOptions.amount(amount, "AMOUNT")
    return HandReport.show(try acting.work(on: "\(place)").record(place, .usage(amount)), console)
  }
}
