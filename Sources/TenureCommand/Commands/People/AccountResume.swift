import ArgumentParser
import Model
import Reconciling

struct AccountResume: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Give a suspended person their access back.",
    discussion: "EXAMPLE: tenure account resume eve@acme.example")

  @Argument(help: "The person's email.") var email: String
  @OptionGroup var acting: ActorOptions

  mutating func run(_ console: Console) throws -> ExitStatus {
    let email = try ActorOptions.email(email)
    guard let outcome = try acting.work(on: "account of \(email)").suspend(email, reason: nil) else {
      console.note("\(email) is not suspended")
      return .success
    }
    return HandReport.show(outcome, console)
  }
}
