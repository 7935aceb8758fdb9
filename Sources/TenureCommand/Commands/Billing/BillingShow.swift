import ArgumentParser
import Model
import Reconciling
import Reports
import Store

struct BillingShow: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show the balance of a workspace, and what it is made of.",
    discussion: """
      The balance is credits bought less usage. Of an organization: a line a workspace, and totals. Of a workspace \
      that was deleted: its invoices. With --as the sums take billing.view, what they are made of and invoices \
      billing.buy, and names of people in them members.view.

      EXAMPLE: tenure billing show acme/ml --format json
      """)

  @Argument(help: "A workspace, also one that was deleted; or an organization or account.", completion: .paths)
  var path: String
  @Option(help: "How to show it.") var format = ListFormat.text
  @OptionGroup var acting: ActorOptions

  mutating func run(_ console: Console) throws -> ExitStatus {
    let place = try ActorOptions.path(path)
    guard let view = try acting.view() else { throw Failure(.failure, "there is no \(place): nothing is stored yet") }
    return HandReport.show(try view.billing(place), console) { billing in
      if case .workspace(_, _, details: nil) = billing {
        console.note("what the sums are made of is not shown: that takes the permission billing.buy")
      }
      switch format {
      case .json: return BillingReport(billing).json.pretty() + "\n"
      case .text: return BillingReport(billing).text(console.usesColor)
      }
    }
  }
}
