import ArgumentParser
import Model
import Reconciling

struct OutboxAck: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "ack", abstract: "Take what was delivered out of the outbox.",
    discussion: """
      Ids that are not there are named, and are no error beside others that are: somebody else may have acknowledged \
      them.

      EXAMPLE: tenure outbox ack 17 18
      """)

  @Argument(help: "Of the entries, as `tenure outbox list` shows them.") var ids: [Int64]
  @OptionGroup var acting: ActorOptions

  mutating func run(_ console: Console) throws -> ExitStatus {
    let done: Handwork.Acknowledgement
    switch try acting.work(on: "outbox").acknowledge(ids) {
    case .refused(let refusal):
      HandReport.show(refusal, console)
      return .refused
    case .seen(let acknowledgement): done = acknowledgement
    }
    let unknown = done.unknown.map(String.init).joined(separator: ", ")
    guard !done.gone.isEmpty else {
      throw Failure(
        .failure, "the outbox has no entry \(unknown)", hint: "tenure outbox list shows what is still to be delivered")
    }
    console.out("Acknowledged \(done.gone.map(String.init).joined(separator: ", ")).\n")
    if !unknown.isEmpty { console.note("the outbox has no entry \(unknown)") }
    return .success
  }
}
