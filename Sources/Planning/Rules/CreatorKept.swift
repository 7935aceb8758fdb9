import Model

/// «never of the creator» (SYSTEMS, `small-team`). Fires when the owner of record would be removed, demoted or given an
/// end. With the value `only-workspace` a demotion passes while they are active in another workspace: «the creator can't
/// be demoted or removed if it is their only workspace». A removal never does.
struct CreatorKept: ProtectionRule {
  let name = RuleName.creatorKept
  let documentation = RuleDocumentation(
    refuses: "removing or demoting the owner of record; with `only-workspace` demoting only where it is their only one",
    why: "Somebody is always answerable for the place, and nobody takes it from its creator by a side door.",
    example: "a workspace with `owner: ada@acme.example` whose `members` leave her out",
    remedy: "Transfer the ownership first (`owner:`, or tenure workspace transfer).",
    override: .no("transfer the ownership first"))

  func refusal(of step: Step, in state: TenantState, _ context: RuleContext) -> Reason? {
    guard let person = step.person, state.owner(of: step.workspace) == person,
      let member = state.roll(of: step.workspace)?.member(person), context.isActive(member, in: step.workspace, state)
    else { return nil }
    switch context.loss(by: step.change, inWorkspace: step.workspace != nil) {
    case nil: return nil
    case .removal: break
    case .demotion, .end:
      if context.policy.policy.setting(name) == .value("only-workspace"),
        context.isActive(person, outside: step.workspace, state)
      {
        return nil
      }
    }
    return Reason(
      "\(context.email(person)) is the owner of record of \(context.path(step.workspace))",
      remedy: context.remedy(keepingUser: person, in: step.workspace, state)
        ?? context.remedy(handingOver: step.workspace))
  }
}
