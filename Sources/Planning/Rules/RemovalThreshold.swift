import Model

/// Refuses all removals of a plan that takes more than a share of an organization's members, or of all its workspace
/// memberships, where there are at least 10 (SPEC section 6). Removals, demotions, cancelled invitations and what
/// deleted workspaces end count, against active members. The value is the share, such as `25%`; `on` is 25 %.
///
/// It judges a plan as a whole, so ``refusal(of:in:_:)`` lets every single step pass.
struct RemovalThreshold: ProtectionRule {
  let name = RuleName.removalThreshold
  let documentation = RuleDocumentation(
    refuses: "the removals of a plan that takes more than 25 % of an organization's members or workspace memberships",
    why: "A wrong group, a lost file or a bad merge shows as a mass removal; grants and small changes go on.",
    example: "a commit that removes 649 of 1791 members",
    remedy: "Check the plan; if it is meant, override the rule once with a reason.",
    override: .yes)

  func refusal(of step: Step, in state: TenantState, _ context: RuleContext) -> Reason? { nil }

  /// Smallest number of members for which the share means anything.
  private static let smallest = 10

  /// Why the reductions among `steps` must not be done; nil lets them pass.
  func refusal(of steps: [Step], from tenant: ActualTenant, _ context: RuleContext) -> Reason? {
    guard tenant.account == nil, let share = share(context.policy.policy.setting(name)) else { return nil }
    var taken = (organization: 0, workspaces: 0)
    for step in steps {
      guard context.policy.isReduction(step.change, inWorkspace: step.workspace != nil) else {
        if case .deleteWorkspace(_, let ends) = step.change { taken.workspaces += ends.members + ends.invitations }
        continue
      }
      if step.mootAfter != nil { continue }
      if step.workspace == nil { taken.organization += 1 } else { taken.workspaces += 1 }
    }
    if taken == (0, 0) { return nil }
    let members = tenant.roll.members.count { context.isActive($0, carriedBy: nil) }
    let carriers = context.policy.asksOrganizationFirst ? tenant.roll : nil
    let places = tenant.workspaces.reduce(0) { sum, place in
      sum
        + place.roll.members.count { member in
          context.isActive(member, carriedBy: carriers.map { $0.members.first(sortedBy: \.person, member.person) })
        }
    }
    let excess = [
      (taken.organization, members, "members"), (taken.workspaces, places, "workspace memberships"),
    ].first { $0.1 >= Self.smallest && $0.0 * 10_000 > share * $0.1 }
    guard let excess else { return nil }
    return Reason(
      "the plan takes \(excess.0) of \(excess.1) \(excess.2) of \(context.tenant), more than \(percent(share))",
      remedy: "check the removals; if they are meant, --override removal-threshold@\(context.tenant) --reason TEXT",
      inReview: "check the removals; if they are meant, let an operator apply them with the rule overridden")
  }

  /// In hundredths of a percent; nil where the rule is off.
  private func share(_ setting: Policy.RuleSetting) -> Int? {
    switch setting {
    case .off, .windows: return nil
    case .on: return 2500
    case .value(let text):
      guard text.hasSuffix("%") else { return 2500 }
      let parts = text.dropLast().split(separator: ".", omittingEmptySubsequences: false)
      guard let whole = parts.first.flatMap({ Int($0) }), (0...100).contains(whole), parts.count <= 2 else {
        return 2500
      }
      let fraction = parts.count == 2 ? Int((parts[1] + "00").prefix(2)) ?? 0 : 0
      return whole * 100 + fraction
    }
  }

  private func percent(_ share: Int) -> String {
    share % 100 == 0 ? "\(share / 100) %" : "\(share / 100).\(share % 100 < 10 ? "0" : "")\(share % 100) %"
  }
}
