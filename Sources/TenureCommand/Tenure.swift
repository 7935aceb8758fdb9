import ArgumentParser

/// The root command: one file per subcommand beside it.
struct Tenure: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tenure",
    abstract: "Access as code: who holds which role, where, and until when, is what the YAML on main says.",
    discussion: """
      Reads manifests out of a git repository, compares them with the stored state, plans invitations, role changes \
      and removals, and applies them while protection rules hold.

      EXAMPLE: tenure plan && tenure apply
      """,
    version: "0.1.0",
    subcommands: [
      Init.self, Validate.self, PlanCommand.self, Apply.self, Attest.self, Diff.self, Run.self, Status.self, Who.self,
      Why.self,
      Expiring.self, May.self, Audit.self, Export.self, RulesCommand.self, PolicyCommand.self, Schema.self,
      Completions.self,
      Suspend.self, Resume.self, AccountCommand.self, InvitationCommand.self, WorkspaceCommand.self,
      MemberCommand.self, ApiKeyCommand.self, ResourceCommand.self, UsageCommand.self, BillingCommand.self,
      OutboxCommand.self, Replay.self, ImportCommand.self,
    ])
}
