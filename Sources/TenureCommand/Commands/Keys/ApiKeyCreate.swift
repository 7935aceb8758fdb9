import ArgumentParser
import Manifests
import Model
import Reconciling

struct ApiKeyCreate: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Make an API key of a workspace; its secret is shown this once.",
    discussion: """
      The secret is the only thing on stdout; the store keeps its hash. Limits that are not given are those that the \
      applied manifests declare for the key, if any. Giving limits takes the permission api-key.limits too.

      EXAMPLE: tenure api-key create acme/ml ci-deploy --as grace@acme.example > key.txt
      """)

  @Argument(help: "The workspace.", completion: .paths) var path: String
  @Argument(help: "A name that no live key of the workspace has.") var name: String
  @Option(help: ArgumentHelp("Requests a month.", valueName: "n")) var monthlyLimit: Int?
  @Option(help: ArgumentHelp("Requests a day.", valueName: "n")) var dailyRateLimit: Int?
  @OptionGroup var acting: ActorOptions

  mutating func run(_ console: Console) throws -> ExitStatus {
    let place = try ActorOptions.path(path)
    guard Names.isTitle(name) else {
      throw Failure(
        .usage, "'\(name)' is no name for a key", hint: "1 to 100 printable characters, no spaces at either end")
    }
    for (option, limit) in [("--monthly-limit", monthlyLimit), ("--daily-rate-limit", dailyRateLimit)] {
      guard let limit, limit < 0 else { continue }
      throw Failure(.usage, "\(option) is \(limit)", hint: "a whole number from 0; leave it out for no limit")
    }
    let made = try acting.work(on: "\(place)").createKey(
      place, name: name, limits: APIKeyLimits(monthly: monthlyLimit, daily: dailyRateLimit))
    guard let secret = made.secret else { return HandReport.show(made.outcome, console) }
    console.out(secret + "\n")
    console.note("the key '\(name)' of \(place) is shown once and stored as a hash: keep it now")
    for note in made.notes { console.note(note) }
    return .success
  }
}
