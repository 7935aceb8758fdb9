import Model

/// Refuses going below N permanent holders of the top role in an organization (SPEC section 6). Fires when one of them
/// would be removed, demoted or given an end while there are N or fewer. The value is N.
struct MinimumAdmins: ProtectionRule {
  let name = RuleName.minimumAdmins
  let documentation = RuleDocumentation(
    refuses: "going below N permanent holders of the top role in an organization",
    why: "One person on holiday must not lock everybody out.",
    example: "two super-admins become one under `minimum-admins: 2`",
    remedy: "Give somebody else the top role first, without an end.",
    override: .yes)

  func refusal(of step: Step, in state: TenantState, _ context: RuleContext) -> Reason? {
    guard step.workspace == nil, state.account == nil, let person = step.person,
      let member = state.roll.member(person), context.isPermanentHolder(member, in: nil, state),
      context.loss(by: step.change, inWorkspace: false) != nil
    else { return nil }
    let least = least(context.policy.policy.setting(name))
    let holders = state.roll.count { context.isPermanentHolder($0, in: nil, state) }
    guard holders <= least else { return nil }
    let role = context.names.text(context.policy.topOrganizationRole)
    return context.reason(
      "\(context.tenant) has \(holders) permanent \(role)s and keeps at least \(least)",
      remedy: "give somebody else the role first", overriding: name)
  }

  private func least(_ setting: Policy.RuleSetting) -> Int {
    switch setting {
    case .value(let text): Int(text) ?? 1
    case .on, .windows: 1
    case .off: 0
    }
  }
}
