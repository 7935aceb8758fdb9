import Model

/// «somebody always owns the place»: an organization or workspace that has a holder of the top role keeps one. Who
/// expires, is suspended or has not accepted does not count. With the value `organizations` workspaces are left alone.
struct LastOwnerKept: ProtectionRule {
  let name = RuleName.lastOwnerKept
  let documentation = RuleDocumentation(
    refuses: "taking the top role from its last permanent holder, or setting an end for it",
    why: "A place that nobody owns can be managed by nobody: only the operator could let anybody back in.",
    example: "removing the only super-admin, or giving them `expires:`",
    remedy: "Give somebody else the top role, without an end, in the same commit or before.",
    override: .never)

  func refusal(of step: Step, in state: TenantState, _ context: RuleContext) -> Reason? {
    guard applies(to: step, context), let person = loser(by: step), let roll = state.roll(of: step.workspace),
      let member = roll.member(person)
    else { return nil }
    let inWorkspace = step.workspace != nil
    guard context.isPermanentHolder(member, in: step.workspace, state), takesTopRole(step, context),
      roll.count(where: { context.isPermanentHolder($0, in: step.workspace, state) }) == 1
    else { return nil }
    let role = context.names.text(context.policy.top(inWorkspace: inWorkspace))
    return Reason(
      "\(context.email(person)) is the last permanent \(role) of \(context.path(step.workspace))",
      remedy: context.remedy(keepingUser: person, in: step.workspace, state)
        ?? (inWorkspace && context.policy.policy.workspaces.owners == .one
          ? context.remedy(handingOver: step.workspace)
          : remedy(naming: context.names.text(context.roleToGive(inWorkspace: inWorkspace)), step, context)))
  }

  private func remedy(naming role: String, _ step: Step, _ context: RuleContext) -> String {
    context.accountability.isByHand
      ? "give somebody else who has joined the role first: "
        + "tenure member set-role \(context.path(step.workspace)) EMAIL \(role)"
      : "give somebody else the role \(role) there, without an end, who has joined already"
  }

  private func applies(to step: Step, _ context: RuleContext) -> Bool {
    guard step.workspace != nil else { return true }
    return context.policy.policy.setting(name) != .value("organizations")
  }

  /// Whose top role may end; with a swap the former owner's, unless the heir is a permanent holder at once.
  private func loser(by step: Step) -> Symbol? {
    if case .transferOwnership(_, let swap?) = step.change { return swap.former }
    return step.person
  }

  private func takesTopRole(_ step: Step, _ context: RuleContext) -> Bool {
    switch step.change {
    case .removeMember: return true
    case .changeRole(_, let after), .updateMember(_, let after):
      return !context.isTop(after.role, inWorkspace: step.workspace != nil) || after.expires != nil
    case .transferOwnership(_, let swap?):
      return swap.heirAfter.expires != nil || step.person.map { context.accounts[$0]?.suspended != nil } ?? true
    case .createOrganization, .createAccount, .updatePolicy, .updateManagement, .updateTenant, .moveAccount,
      .deleteAccount, .createWorkspace,
      .updateWorkspace, .renameWorkspace, .deleteWorkspace, .invite, .updateInvitation, .cancelInvitation, .addMember,
      .transferOwnership(_, nil), .updateAPIKey, .revokeAPIKey:
      return false
    }
  }
}
