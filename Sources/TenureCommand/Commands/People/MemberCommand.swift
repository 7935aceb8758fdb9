import ArgumentParser

/// `tenure member`: one file per subcommand beside it.
struct MemberCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "member", abstract: "Members of an organization or workspace, by hand.",
    discussion: "EXAMPLE: tenure member add acme/ml grace@acme.example --role developer",
    subcommands: [MemberInvite.self, MemberAdd.self, MemberRemove.self, MemberSetRole.self])
}
