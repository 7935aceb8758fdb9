import ArgumentParser
import Model
import Reconciling
import Reports
import Store

/// `tenure outbox`.
struct OutboxCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "outbox", abstract: "What is to be told the world: invitation mails, notices. For operators.",
    discussion: """
      Whatever delivers mails lists the outbox, delivers, and acknowledges: at least once, never lost.

      EXAMPLE: tenure outbox list --format json
      """, subcommands: [OutboxList.self, OutboxAck.self])
}

struct OutboxList: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List what is to be delivered, oldest first.",
    discussion: """
      Tokens of invitations stand in the clear here and nowhere else.

      EXAMPLE: tenure outbox list --format json
      """)

  @Option(help: "How to show the list.") var format = ListFormat.text
  @OptionGroup var acting: ActorOptions

  mutating func run(_ console: Console) throws -> ExitStatus {
    let sight = try acting.view()?.outbox() ?? .seen([])
    return HandReport.show(sight, console) { messages in
      switch format {
      case .json: JSONValue.object([.init("entries", .array(messages.map(json)))]).pretty() + "\n"
      case .text:
        TextTable(
          header: ["id", "kind", "to", "path", "created", "token"],
          rows: messages.map { message in
            [
              String(message.id), message.kind, message.to, message.path ?? "", message.created.description,
              message.token ?? "",
            ]
          }, rightAligned: [0]
        ).render(color: console.usesColor)
      }
    }
  }

  private func json(_ message: OutboxMessage) -> JSONValue {
    [
      "id": .number(message.id), "kind": .string(message.kind), "to": .string(message.to),
      "token": JSONValue(message.token), "path": JSONValue(message.path), "created": JSONValue(message.created),
    ]
  }
}
