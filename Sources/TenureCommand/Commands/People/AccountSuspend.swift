import ArgumentParser
import Model
import Reconciling

struct AccountSuspend: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "suspend", abstract: "Break-glass: end all access of a person at once.",
    discussion: """
      Even the last owner's access ends. Seats and memberships stay; plans hold the person until resumed.

      EXAMPLE: tenure account suspend eve@acme.example --reason 'laptop stolen'
      """)

  @Argument(help: "The person's email.") var email: String
  @Option(help: ArgumentHelp("Why; goes into the audit log.", valueName: "text")) var reason: String
  @OptionGroup var acting: ActorOptions

  mutating func run(_ console: Console) throws -> ExitStatus {
    let email = try ActorOptions.email(email)
    if reason.allSatisfy(\.isWhitespace) {
      throw Failure(.usage, "--reason is empty", hint: "say why: it goes into the audit log")
    }
    guard let outcome = try acting.work(on: "account of \(email)").suspend(email, reason: reason) else {
      console.note("\(email) is suspended already")
      return .success
    }
    return HandReport.show(outcome, console)
  }
}
