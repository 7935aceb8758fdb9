import ArgumentParser
import Model
import Reconciling
import Reports

struct AccountShow: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show an account: its workspaces, and what it belongs to.",
    discussion: """
      With --as people see themselves; others' accounts are the operators'.

      EXAMPLE: tenure account show ada@acme.example --format json
      """)

  @Argument(help: "The person's email.") var email: String
  @Option(help: "How to show the account.") var format = ListFormat.text
  @OptionGroup var acting: ActorOptions

  mutating func run(_ console: Console) throws -> ExitStatus {
    let email = try ActorOptions.email(email)
    guard let view = try acting.view() else {
      throw Failure(.failure, "\(email) has no account: nothing is stored yet")
    }
    return HandReport.show(try view.account(email), console) { account in
      switch format {
      case .json: json(account).pretty() + "\n"
      case .text: text(account, console.usesColor)
      }
    }
  }

  private func json(_ account: HandView.Account) -> JSONValue {
    .object(
      account.row.members + [
        .init("workspaces", JSONValue(account.workspaces)),
        .init(
          "memberships",
          .array(
            account.memberships.map {
              [
                "path": .string($0.path), "role": .string($0.role), "status": .string($0.status),
                "expires": JSONValue($0.expires),
              ]
            })),
      ])
  }

  private func text(_ account: HandView.Account, _ color: Bool) -> String {
    var facts = [["account", account.row.email], ["created", account.row.created.description]]
    if let name = account.row.displayName { facts.insert(["name", name], at: 1) }
    if let since = account.row.suspended {
      facts.append(["suspended", "\(since): \(account.row.suspensionReason ?? "")"])
    }
    for path in account.workspaces { facts.append(["workspace", path]) }
    let memberships = TextTable(
      header: ["path", "role", "status", "expires"],
      rows: account.memberships.map { [$0.path, $0.role, $0.status, $0.expires?.description ?? ""] })
    return Facts.render(facts) + (account.memberships.isEmpty ? "" : "\n" + memberships.render(color: color))
  }
}

/// Names and values, one pair a line.
enum Facts {
  static func render(_ facts: [[String]]) -> String {
    let lines = TextTable(header: ["", ""], rows: facts).render().split(
      separator: "\n", omittingEmptySubsequences: false)
    return lines.dropFirst().joined(separator: "\n")
  }
}
