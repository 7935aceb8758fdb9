import ArgumentParser
import Manifests
import Model
import Reconciling

/// `tenure resource`.
struct ResourceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resource", abstract: "Things that people make in workspaces, as the product counts them.",
    discussion: "EXAMPLE: tenure resource add acme/ml models --count 3 --as grace@acme.example",
    subcommands: [ResourceAdd.self])
}

struct ResourceAdd: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Count things that somebody made in a workspace.",
    discussion: """
      They count for whoever acts, and stay when that person is removed from the workspace.

      EXAMPLE: tenure resource add acme/ml models --count 3 --as grace@acme.example
      """)

  @Argument(help: "The workspace.", completion: .paths) var path: String
  @Argument(help: "Of what kind, in one word of the product's; 'usage' and 'credits' are no kinds.") var kind: String
  @Option(help: ArgumentHelp("How many.", valueName: "n")) var count: Int64 = 1
  @OptionGroup var acting: ActorOptions

  mutating func run(_ console: Console) throws -> ExitStatus {
    let place = try ActorOptions.path(path)
    guard kind != Ledger.usageKind, kind != Ledger.creditsKind, Names.isTitle(kind) else {
      throw Failure(
        .usage, "'\(kind)' is no kind of resource",
        hint: "1 to 100 printable characters; usage and credits have commands of their own: usage add, billing buy")
    }
    let count = try RecordOptions.amount(count, "--count")
    return HandReport.show(
      try acting.work(on: "\(place)").record(place, .resource(kind: kind, count: count)), console)
  }
}

/// What commands that count have in common.
enum RecordOptions {
  static func amount(_ value: Int64, _ what: String) throws -> Int64 {
    guard value > 0 else { throw Failure(.usage, "\(what) is \(value)", hint: "a whole number from 1") }
    return value
  }
}
