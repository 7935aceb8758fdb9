import ArgumentParser
import Model
import Reconciling
import Reports

struct ApiKeyList: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the live API keys of a workspace, without their secrets.",
    discussion: """
      Of an organization: those of all its workspaces. With --as only one's own, where the permission \
      api-key.view-others is missing. A key that stopped with its creator is listed as such.

      EXAMPLE: tenure api-key list acme/ml --format json
      """)

  @Argument(help: "The workspace, or an organization.", completion: .paths) var path: String
  @Option(help: "How to show the list.") var format = ListFormat.text
  @OptionGroup var acting: ActorOptions

  mutating func run(_ console: Console) throws -> ExitStatus {
    let place = try ActorOptions.path(path)
    guard let view = try acting.view() else { throw Failure(.failure, "there is no \(place): nothing is stored yet") }
    return HandReport.show(try view.keys(place), console) { keys in
      switch format {
      case .json: JSONValue.object([.init("keys", .array(keys.map(json)))]).pretty() + "\n"
      case .text:
        TextTable(
          header: ["path", "key", "creator", "a month", "a day", "created"],
          rows: keys.map { key in
            [
              key.path, key.name, (key.creator ?? "") + (key.works ? "" : " (stopped)"),
              key.limits.monthly.map(String.init) ?? "",
              key.limits.daily.map(String.init) ?? "", key.created.description,
            ]
          }, rightAligned: [3, 4]
        ).render(color: console.usesColor)
      }
    }
  }

  private func json(_ key: HandView.Key) -> JSONValue {
    [
      "path": .string(key.path), "name": .string(key.name), "creator": JSONValue(key.creator),
      "monthlyLimit": JSONValue(key.limits.monthly), "dailyRateLimit": JSONValue(key.limits.daily),
      "created": JSONValue(key.created), "works": .bool(key.works),
    ]
  }
}
