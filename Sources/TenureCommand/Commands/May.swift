import ArgumentParser
import Manifests
import Model
import Reconciling
import Reports

struct May: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "may", abstract: "Whether somebody may do something in a place now: exit code 0 yes, 3 no.",
    discussion: """
      PERMISSION is one of `tenure policy show --matrix`; PATH an organization or a workspace. Says the role that gives \
      it, through what, and until when; or why nothing does.

      EXAMPLE: tenure may ada@acme.example members.invite acme/ml --format json
      """)

  @Argument(help: "The person's email.") var email: String
  @Argument(help: "What they would do, such as members.invite.", completion: .list(Permission.allCases.map(\.rawValue)))
  var permission: String
  @Argument(help: "The organization or workspace.", completion: .paths) var path: String
  @Option(help: "How to say it.") var format = ListFormat.text
  @OptionGroup var state: StateOptions
  @OptionGroup var clock: ClockOptions

  mutating func run(_ console: Console) throws -> ExitStatus {
    let email = try ActorOptions.email(email)
    let wanted = try Self.permission(permission)
    let place = try ActorOptions.path(path)
    guard let store = try state.openForReading(try Settings.load()) else {
      throw Failure(.failure, "there is no \(place): nothing is stored yet")
    }
    let answer = try Right(reader: store, now: clock.instant()).decide(email, wanted, place)
    switch format {
    case .json: console.out(json(answer).pretty() + "\n")
    case .text: console.out(text(answer))
    }
    return answer.decision ? .success : .refused
  }

  private static func permission(_ text: String) throws -> Permission {
    if let known = Permission(rawValue: text) { return known }
    throw Failure(
      .usage, "there is no permission '\(text)'",
      hint: Nearest.name(to: text, among: Permission.allCases.map(\.rawValue)).map { "did you mean '\($0)'?" }
        ?? "tenure policy show --matrix lists them")
  }

  private func json(_ answer: Right.Answer) -> JSONValue {
    [
      "subject": .string(answer.subject), "permission": .string(answer.permission.rawValue),
      "path": .string(answer.path), "decision": .bool(answer.decision), "role": JSONValue(answer.role),
      "via": JSONValue(answer.via), "expires": JSONValue(answer.expires), "reason": .string(answer.reason),
    ]
  }

  private func text(_ answer: Right.Answer) -> String {
    var facts = [[answer.decision ? "yes" : "no", answer.reason]]
    if let role = answer.role { facts.append(["role", role]) }
    if let via = answer.via { facts.append(["via", via]) }
    if let end = answer.expires { facts.append(["until", end.description]) }
    return Facts.render(facts)
  }
}
