import Model

/// «each with exactly one personal workspace: no second» (SYSTEMS, `enterprise`). Fires when an account would get a second
/// workspace of kind `personal`, and with `signUp.furtherWorkspaces: none` at any workspace beside the one it has.
struct OnePersonalWorkspace: ProtectionRule {
  let name = RuleName.onePersonalWorkspace
  let documentation = RuleDocumentation(
    refuses: "a second personal workspace in an account, or any further one where the policy allows none",
    why: "A personal account has one place of its own; what people share belongs to an organization.",
    example: "`workspaces: {Second: {}}` in an Account, under `furtherWorkspaces: none`",
    remedy: "Make the workspace in an organization.",
    override: .never)

  func refusal(of step: Step, in state: TenantState, _ context: RuleContext) -> Reason? {
    guard case .createWorkspace(let creation) = step.change, let user = state.account else { return nil }
    let remedy = "make the workspace in an organization"
    if creation.kind == .personal, state.workspaces.values.contains(where: { $0.kind == .personal }) {
      return Reason("\(context.email(user)) has a personal workspace already", remedy: remedy)
    }
    guard !context.policy.policy.allowsFurtherWorkspaces,
      let present = state.workspaces.keys.min(by: { context.names.precedes($0, $1) })
    else { return nil }
    return Reason(
      "the account of \(context.email(user)) has \(context.path(present)), and the policy allows no further workspace",
      remedy: remedy)
  }
}

extension Policy {
  /// Whether an account that has a workspace may get others.
  var allowsFurtherWorkspaces: Bool {
    setting(.onePersonalWorkspace) == .off || signUp.furtherWorkspaces == .allowed
  }
}
