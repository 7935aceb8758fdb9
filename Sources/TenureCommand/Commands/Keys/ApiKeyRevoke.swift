import ArgumentParser
import Model
import Reconciling

struct ApiKeyRevoke: TenureSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "End an API key for good.",
    discussion: """
      Takes api-key.revoke-own for a key one made oneself, else api-key.revoke-others.

      EXAMPLE: tenure api-key revoke acme/ml ci-deploy --yes
      """)

  @Argument(help: "The workspace.", completion: .paths) var path: String
  @Argument(help: "The key's name.") var name: String
  @OptionGroup var confirmation: ConfirmationOptions
  @OptionGroup var acting: ActorOptions

  mutating func run(_ console: Console) throws -> ExitStatus {
    let place = try ActorOptions.path(path)
    let work = try acting.work(on: "\(place)")
    // Whoever may not is told so, not asked.
    if let view = try acting.view(), case .refused(let refusal) = try view.revocable(place, name: name) {
      HandReport.show(refusal, console)
      return .refused
    }
    if !confirmation.yes {
      try console.requireYes(
        "Revoke the key '\(name)' of \(place) for good?", otherwise: "nothing was revoked",
        hint: "--yes revokes without asking")
    }
    return HandReport.show(try work.revokeKey(place, name: name), console)
  }
}
