import ArgumentParser
import Model
import Reports
import Store

struct AccountList: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the accounts.", discussion: "EXAMPLE: tenure account list --format json")

  @Option(help: "How to show the list.") var format = ListFormat.text
  @OptionGroup var acting: ActorOptions

  mutating func run(_ console: Console) throws -> ExitStatus {
    let sight = try acting.view()?.accounts() ?? .seen([])
    return HandReport.show(sight, console) { rows in
      switch format {
      case .json: JSONValue.object([.init("accounts", .array(rows.map { .object($0.members) }))]).pretty() + "\n"
      case .text:
        TextTable(
          header: ["account", "name", "created", "suspended"],
          rows: rows.map { row in
            [row.email, row.displayName ?? "", row.created.description, row.suspended?.description ?? ""]
          }
        ).render(color: console.usesColor)
      }
    }
  }
}

extension AccountRow {
  var members: [JSONValue.Member] {
    [
      .init("subject", .string(email)), .init("displayName", JSONValue(displayName)),
      .init("created", JSONValue(created)),
      .init("suspended", JSONValue(suspended)), .init("suspensionReason", JSONValue(suspensionReason)),
    ]
  }
}
