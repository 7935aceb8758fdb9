import ArgumentParser
import Model
import Reconciling
import Reports

struct WorkspaceShow: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a workspace: members, owner, subscription, seats, keys, usage, balance.",
    discussion: """
      With --as only what that person may see: without members.view of the members only themselves, without \
      billing.view neither usage nor balance.

      EXAMPLE: tenure workspace show acme/ml --as grace@acme.example
      """)

  @Argument(help: "The workspace.", completion: .paths) var path: String
  @Option(help: "How to show the workspace.") var format = ListFormat.text
  @OptionGroup var acting: ActorOptions

  mutating func run(_ console: Console) throws -> ExitStatus {
    let place = try ActorOptions.path(path)
    guard let view = try acting.view() else { throw Failure(.failure, "there is no \(place): nothing is stored yet") }
    return HandReport.show(try view.workspace(place), console) { workspace in
      if !workspace.showsEverybody { console.note("the members are not shown: that takes the permission members.view") }
      switch format {
      case .json: return json(workspace).pretty() + "\n"
      case .text: return text(workspace, console.usesColor)
      }
    }
  }

  private func json(_ workspace: HandView.Workspace) -> JSONValue {
    let members = workspace.people.map { person -> JSONValue in
      [
        "subject": .string(person.subject), "role": .string(person.role), "status": .string(person.status),
        "expires": JSONValue(person.expires),
      ]
    }
    return [
      "path": .string(workspace.path), "kind": .string(workspace.kind.rawValue),
      "displayName": JSONValue(workspace.displayName), "owner": JSONValue(workspace.owner),
      "subscription": .string(workspace.subscription),
      "seats": ["used": JSONValue(workspace.seats), "limit": JSONValue(workspace.limit)],
      "created": JSONValue(workspace.created), "apiKeys": JSONValue(workspace.apiKeys),
      "usage": workspace.usage.map { .number($0) } ?? .null,
      "balance": workspace.balance.map { .number($0) } ?? .null, "members": .array(members),
    ]
  }

  private func text(_ workspace: HandView.Workspace, _ color: Bool) -> String {
    var facts = [["workspace", workspace.path], ["kind", workspace.kind.rawValue]]
    if let name = workspace.displayName { facts.append(["name", name]) }
    if let owner = workspace.owner { facts.append(["owner", owner]) }
    facts += [
      ["subscription", workspace.subscription],
      ["seats", "\(workspace.seats) of \(workspace.limit.map(String.init) ?? "any number")"],
      ["API keys", String(workspace.apiKeys)],
    ]
    if let usage = workspace.usage { facts.append(["usage", String(usage)]) }
    if let balance = workspace.balance { facts.append(["balance", String(balance)]) }
    let members = TextTable(
      header: ["person", "status", "role", "expires"],
      rows: workspace.people.map { person in
        // The role says it all of who is active.
        [
          person.subject, person.status, person.status == person.role ? "" : person.role,
          person.expires?.description ?? "",
        ]
      })
    return Facts.render(facts) + (workspace.people.isEmpty ? "" : "\n" + members.render(color: color))
  }
}

extension HandView.Person {
  /// The role, or why they do not have it (SPEC section 4).
  var status: String {
    switch standing {
    case .active: role
    case .pending, .suspended, .expired, .inactive: standing.rawValue
    }
  }
}
