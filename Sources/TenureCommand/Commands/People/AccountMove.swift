import ArgumentParser
import Model
import Reconciling

struct AccountMove: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "move", abstract: "Give an account another email: the same person.",
    discussion: """
      Memberships, invitations and history come along, and the old address gets a notice. For operators only: whoever \
      reads the new address gets every role held.

      EXAMPLE: tenure account move ada@old.example ada@acme.example
      """)

  @Argument(help: "The email until now.") var old: String
  @Argument(help: "The email from now on.") var new: String
  @OptionGroup var acting: ActorOptions

  mutating func run(_ console: Console) throws -> ExitStatus {
    let (old, new) = (try ActorOptions.email(old), try ActorOptions.email(new))
    return HandReport.show(try acting.work(on: "account of \(old)").moveAccount(from: old, to: new), console)
  }
}
