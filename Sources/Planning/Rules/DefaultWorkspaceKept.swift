import Model

/// «Each begins with one default workspace» (SYSTEMS, `enterprise`). Fires at any deletion of a workspace of kind
/// `default`, whatever its name.
struct DefaultWorkspaceKept: ProtectionRule {
  let name = RuleName.defaultWorkspaceKept
  let documentation = RuleDocumentation(
    refuses: "deleting a workspace of kind `default`",
    why: "Every organization keeps the workspace it began with; people and products take it for granted.",
    example: "workspaces: {default: {removed: unused}}",
    remedy: "Take the tombstone out, or rename the workspace.",
    override: .yes)

  func refusal(of step: Step, in state: TenantState, _ context: RuleContext) -> Reason? {
    guard case .deleteWorkspace = step.change, let workspace = step.workspace,
      state.workspaces[workspace]?.kind == .default
    else { return nil }
    let message = "\(context.path(workspace)) is the default workspace of \(context.tenant)"
    if context.accountability.isByHand {
      return Reason(
        message, remedy: "keep it; an apply with --override default-workspace-kept and a tombstone could delete it")
    }
    return Reason(
      message, remedy: "take the tombstone out or rename it", or: "--override default-workspace-kept --reason TEXT")
  }
}
