import Model

/// A change to the policy is no action of a plan, yet it may give its author more: permissions of a role they hold, or an
/// operator's place. `no-self-change` refuses that as it refuses an action: the older policy stays in force for the
/// organization, and what the commit changed in it does not count as applied.
extension TenantPlanner {
  /// One refusal for each author of the change whom it raises and nobody else who may allow it approved.
  func policyRefusals(instead applied: PolicyView, _ wording: Wording) -> [Refusal] {
    guard changesPolicy, let stored, isAsked(applied), !input.authorship.isBeginning else { return [] }
    let step = Step(
      change: .updateTenant(before: .init(), after: .init()), origin: .change, mark: desired.mark, entry: .policy,
      phase: .tenant)
    // Who may approve is told by the policy that was in force: the new one is what is being judged.
    let context = context(applied, .init())
    let parts = context.accountability.parts(of: step)
    return Set(parts.compactMap(\.person)).sorted { names.precedes($0, $1) }.compactMap { person in
      guard !context.accountability.firstOwners.contains(person),
        let raise = raise(of: person, in: stored, over: applied)
      else { return nil }
      let own = parts.filter { $0.person == person }
      let isApproved = own.allSatisfy { part in part.approvers.contains { $0 != person && context.allows($0, step) } }
      return isApproved ? nil : refusal(person, raise, Approvers(of: step, context).remedy, context, wording)
    }
  }

  private func isAsked(_ applied: PolicyView) -> Bool {
    [applied, policy].contains { $0.policy.setting(.noSelfChange) != .off }
  }

  /// What the new policy lets somebody do that the older one does not.
  private struct Raise {
    var words: String
    /// The policy leaf that says so.
    var leaf: String
  }

  private func raise(of person: Symbol, in stored: ActualTenant, over applied: PolicyView) -> Raise? {
    if policy.operators.contains(person), !applied.operators.contains(person) {
      return Raise(words: "become an operator", leaf: "operators")
    }
    guard accounts[person]?.suspended == nil else { return nil }
    let places = [(stored.roll, RoleScope.organization)] + stored.workspaces.map { ($0.roll, RoleScope.workspace) }
    for (roll, scope) in places {
      guard let member = roll.members.first(sortedBy: \.person, person), member.expires.map({ input.now < $0 }) ?? true
      else { continue }
      let role = names.text(member.role)
      let (old, new) = (applied.policy.may(role, scope), policy.policy.may(role, scope))
      if let more = new.beyond(old).map(\.rawValue).min() {
        return Raise(
          words: "give `\(role)`, which they hold, `\(more)`", leaf: "roles.\(scope.rawValue).\(role).permissions")
      }
    }
    return nil
  }

  private func refusal(
    _ person: Symbol, _ raise: Raise, _ remedy: (text: String, inReview: String), _ context: RuleContext,
    _ wording: Wording
  ) -> Refusal {
    var source: SourceLocation?
    if case .manifest(let mark)? = desired.policy.origins[raise.leaf] {
      source = SourceLocation(mark, files: input.desired.files)
    }
    let who = context.email(person)
    return Refusal(
      rule: .noSelfChange, organization: wording.organization, subject: who,
      message: "\(who) would \(raise.words), by changing the policy; the older one stays in force",
      remedy: remedy.text, inReview: remedy.inReview,
      source: source)
  }
}

extension Policy {
  /// Everything the role may do; nothing where the policy does not know it.
  fileprivate func may(_ role: String, _ scope: RoleScope) -> Set<Permission> {
    guard let found = self.role(role, scope) else { return [] }
    return found.permissions.contains(.all) ? Set(Permission.allCases) : found.permissions
  }
}
