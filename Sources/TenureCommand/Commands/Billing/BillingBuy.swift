import ArgumentParser
import Model
import Reconciling

struct BillingBuy: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "buy", abstract: "Buy credits for a workspace.",
    discussion: "EXAMPLE: tenure billing buy acme/ml 1000 --as ada@acme.example")

  @Argument(help: "The workspace.", completion: .paths) var path: String
  @Argument(help: "How many, a whole number.") var credits: Int64
  @OptionGroup var acting: ActorOptions

  mutating func run(_ console: Console) throws -> ExitStatus {
    let place = try ActorOptions.path(path)
    let credits = try RecordOptions.amount(credits, "CREDITS")
    return HandReport.show(try acting.work(on: "\(place)").record(place, .credits(credits)), console)
  }
}
