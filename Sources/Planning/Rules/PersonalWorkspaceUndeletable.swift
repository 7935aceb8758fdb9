import Model

/// «Personal accounts […] each with exactly one personal workspace: no second, not deletable» (SYSTEMS, `enterprise`).
/// Fires at any deletion of a workspace of kind `personal`, whatever its name.
struct PersonalWorkspaceUndeletable: ProtectionRule {
  let name = RuleName.personalWorkspaceUndeletable
  let documentation = RuleDocumentation(
    refuses: "deleting a workspace of kind `personal`",
    why: "It is the one place a person can always work in; it is theirs, not an organization's.",
    example: "workspaces: {Personal: {removed: unused}} in an Account",
    remedy: "Take the tombstone out; the workspace goes with its account only.",
    override: .never)

  func refusal(of step: Step, in state: TenantState, _ context: RuleContext) -> Reason? {
    guard case .deleteWorkspace = step.change, let workspace = step.workspace,
      state.workspaces[workspace]?.kind == .personal
    else { return nil }
    return Reason(
      "\(context.path(workspace)) is a personal workspace, which is never deleted",
      remedy: context.accountability.isByHand
        ? "it stays, and goes with the account: tenure account delete \(context.email(state.account))"
        : "take the tombstone out, or use `released:` to stop managing it")
  }
}
