import ArgumentParser

/// `tenure billing`: one file per subcommand beside it.
struct BillingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "billing", abstract: "What workspaces used and bought, and their invoices.",
    discussion: "EXAMPLE: tenure billing show acme", subcommands: [BillingShow.self, BillingBuy.self])
}
