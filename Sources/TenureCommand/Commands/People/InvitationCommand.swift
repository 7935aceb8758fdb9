import ArgumentParser

/// `tenure invitation`: one file per subcommand beside it.
struct InvitationCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "invitation", abstract: "Invitations: list, accept, decline, cancel, send again.",
    discussion: "EXAMPLE: tenure invitation accept acme --as ada@acme.example",
    subcommands: [
      InvitationList.self, InvitationAccept.self, InvitationDecline.self, InvitationCancel.self, InvitationResend.self,
    ])
}
