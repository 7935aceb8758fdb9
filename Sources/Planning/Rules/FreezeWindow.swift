import Model

/// Refuses grants and deletions inside the policy's windows (SPEC section 6). Fires while a window is open: at
/// invitations, additions, promotions, later ends, transfers, moves of emails, new workspaces and deletions. People can be
/// removed and demoted at any time, and accepting an invitation is no grant (section 9).
struct FreezeWindow: ProtectionRule {
  let name = RuleName.freezeWindow
  let documentation = RuleDocumentation(
    refuses: "grants and deletions inside the policy's windows; people can be removed at any time",
    why: "Nothing new starts when nobody is there to look at it.",
    example: "an invitation on a Friday night, under `{cron: \"0 18 * * 5\", duration: 60h, timeZone: Europe/Berlin}`",
    remedy: "Wait for the window to end.",
    override: .yes)

  func refusal(of step: Step, in state: TenantState, _ context: RuleContext) -> Reason? {
    guard let end = context.frozenUntil, step.ownWill == nil, isFrozen(step, context) else { return nil }
    return context.reason(
      "grants and deletions in \(context.tenant) are frozen until \(end)", remedy: "wait until then", overriding: name)
  }

  private func isFrozen(_ step: Step, _ context: RuleContext) -> Bool {
    let inWorkspace = step.workspace != nil
    switch step.change {
    case .createOrganization, .createWorkspace, .invite, .addMember, .transferOwnership, .moveAccount,
      .deleteWorkspace, .deleteAccount, .revokeAPIKey:
      return true
    case .changeRole(let before, let after), .updateMember(let before, let after),
      .updateInvitation(let before, let after):
      let isPromotion =
        context.policy.rank(after.role, inWorkspace: inWorkspace)
        > context.policy.rank(before.role, inWorkspace: inWorkspace)
      return isPromotion || after.lastsLonger(than: before)
    case .createAccount, .updatePolicy, .updateManagement, .updateTenant, .updateWorkspace, .renameWorkspace,
      .cancelInvitation, .removeMember,
      .updateAPIKey:
      return false
    }
  }
}
