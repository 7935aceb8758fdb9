import Model

/// «its user not removable, always accessible to them» (SYSTEMS, `enterprise`). Fires when the account's own user would
/// be removed, demoted or given an end in a workspace of kind `personal`, or it would get another owner of record.
struct PersonalWorkspaceKeepsItsUser: ProtectionRule {
  let name = RuleName.personalWorkspaceKeepsItsUser
  let documentation = RuleDocumentation(
    refuses: "removing or demoting a person in their own personal workspace",
    why: "A personal workspace without its user is lost to them and of use to nobody else.",
    example: "an Account whose `Personal` names another `owner:` and leaves its user out of `members`",
    remedy: "Declare the user in the top role, or leave `members` out.",
    override: .never)

  func refusal(of step: Step, in state: TenantState, _ context: RuleContext) -> Reason? {
    guard let user = state.account, let workspace = step.workspace, state.workspaces[workspace]?.kind == .personal,
      takesFrom(user, step, context)
    else { return nil }
    return Reason(
      "\(context.path(workspace)) is the personal workspace of \(context.email(user)), who always keeps it",
      remedy: context.remedy(keepingUser: user, in: workspace, state) ?? context.remedy(handingOver: workspace))
  }

  private func takesFrom(_ user: Symbol, _ step: Step, _ context: RuleContext) -> Bool {
    switch step.change {
    // From a role that the policy does not know every other one is a step up, and yet not the top role.
    case .changeRole(_, let after):
      step.person == user
        && (context.loss(by: step.change, inWorkspace: true) != nil || !context.isTop(after.role, inWorkspace: true))
    case .removeMember, .updateMember:
      step.person == user && context.loss(by: step.change, inWorkspace: true) != nil
    case .transferOwnership: step.person != user
    case .createOrganization, .createAccount, .updatePolicy, .updateManagement, .updateTenant, .moveAccount,
      .deleteAccount, .createWorkspace,
      .updateWorkspace, .renameWorkspace, .deleteWorkspace, .invite, .updateInvitation, .cancelInvitation, .addMember,
      .updateAPIKey, .revokeAPIKey:
      false
    }
  }
}
