import ArgumentParser
import GitReader
import Model
import Reconciling
import Reports
import Store

struct Attest: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "attest", abstract: "Record who made the changes of a range, without applying anything.",
    discussion: """
      Under `identity: attested` a change waits until a pipeline says who made it. Where the job that should have said so \
      failed, this does: a commit once attested takes no further actor.

      EXAMPLE: tenure attest HEAD~3..HEAD:ada@acme.example --approved-by grace@acme.example
      """)

  @OptionGroup var source: SourceOptions
  @OptionGroup var state: StateOptions
  @OptionGroup var clock: ClockOptions

  @Argument(help: ArgumentHelp("Who made what B has and A does not.", valueName: "A..B:EMAIL"))
  var actors: [String]

  @Option(parsing: .upToNextOption, help: ArgumentHelp("People who approved it.", valueName: "email"))
  var approvedBy: [String] = []

  mutating func run(_ console: Console) throws -> ExitStatus {
    let statements = try Statements(actors: actors, approvers: approvedBy)
    guard statements.actors.allSatisfy({ $0.range != nil }) else {
      throw Failure(.usage, "attest needs a range", hint: "write A..B:EMAIL")
    }
    let settings = try Settings.load()
    let desired = try source.open(settings)
    let store = try state.location(settings).openForWriting()
    let planned = try desired.repository.resolve(ref: desired.ref)
    let count = try statements.record(desired.repository, planned: planned, in: store, at: clock.instant())
    console.out("Attested \(count.new) \(count.new == 1 ? "commit" : "commits").\n")
    let known = count.all - count.new
    if known > 0 {
      console.note("\(known) \(known == 1 ? "commit is" : "commits are") attested already, and take no further actor")
    }
    return .success
  }
}
