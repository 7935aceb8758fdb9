import Model

/// «One can leave while at least one other member remains; the only member deletes the workspace instead» (SYSTEMS,
/// `self-serve`). Fires when the last member leaves of their own will. What ends because they leave the organization is
/// not a leaving of its own.
struct LeaveNeedsAnotherMember: ProtectionRule {
  let name = RuleName.leaveNeedsAnotherMember
  let documentation = RuleDocumentation(
    refuses: "the last member leaving",
    why: "An empty workspace would belong to nobody and cost somebody.",
    example: "the only member runs `tenure workspace leave`",
    remedy: "Delete the workspace instead.",
    override: .no("delete it instead"))

  func refusal(of step: Step, in state: TenantState, _ context: RuleContext) -> Reason? {
    guard case .removeMember = step.change, step.ownWill == .departure, step.onlyWith == nil, let person = step.person,
      let roll = state.roll(of: step.workspace),
      !roll.members.contains(where: { $0.person != person && context.isActive($0, in: step.workspace, state) })
    else { return nil }
    return Reason(
      "\(context.email(person)) is the only member of \(context.path(step.workspace))",
      remedy: step.workspace == nil
        ? "invite somebody first: an organization ends by its manifests only"
        : "delete the workspace: tenure workspace delete \(context.path(step.workspace))")
  }
}
