import ArgumentParser
import Model
import Reconciling
import Reports
import Store

struct InvitationList: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List open invitations.",
    discussion: """
      With --as the person's own; with PATH all of that place, where they may see its members. Who invited \
      by a commit are its actors.

      EXAMPLE: tenure invitation list --as ada@acme.example --format json
      """)

  @Argument(help: "An organization, with its workspaces, or a workspace.", completion: .paths) var path: String?
  @Option(help: "How to show the list.") var format = ListFormat.text
  @OptionGroup var acting: ActorOptions

  mutating func run(_ console: Console) throws -> ExitStatus {
    let place = try path.map(ActorOptions.path)
    let now = try acting.clock.instant()
    guard let view = try acting.view() else { return HandReport.show(.seen([]), console) { render($0, now, console) } }
    return HandReport.show(try view.invitations(place), console) { render($0, now, console) }
  }

  private func render(_ rows: [InvitationRow], _ now: Instant, _ console: Console) -> String {
    switch format {
    case .json:
      let invitations = rows.map { row -> JSONValue in
        [
          "path": .string(row.path), "subject": .string(row.email), "role": .string(row.role),
          "created": JSONValue(row.created), "expires": JSONValue(row.end), "sends": JSONValue(row.sends),
          "status": .string(row.status(at: now)), "invitedBy": JSONValue(row.inviter),
          "actors": JSONValue(row.actors),
        ]
      }
      return JSONValue.object([.init("invitations", .array(invitations))]).pretty() + "\n"
    case .text:
      return TextTable(
        header: ["path", "person", "role", "status", "created", "expires", "sends", "invited by"],
        rows: rows.map { row in
          [
            row.path, row.email, row.role, row.status(at: now), row.created.description, row.end?.description ?? "",
            String(row.sends), row.inviter ?? row.actors.joined(separator: ", "),
          ]
        }, rightAligned: [6]
      ).render(color: console.usesColor)
    }
  }
}

extension InvitationRow {
  fileprivate func status(at now: Instant) -> String { isOpen(at: now) ? "pending" : "expired" }
}
