import Model

/// Refuses an action of a plan that its actors' permissions do not cover (SPEC section 6). Every actor is asked, since a
/// second one must not lend the first their permission unseen. Somebody who approved and may do it covers the change they
/// approved. Operators may everything. Commands by hand are always asked, and refused under this name before any rule.
struct ActorAllowed: ProtectionRule {
  let name = RuleName.actorAllowed
  let documentation = RuleDocumentation(
    refuses: "an action that some actor of it may not do",
    why: "Who may commit need not be who may grant.",
    example: "a viewer's commit that invites somebody",
    remedy: "Let somebody with the permission make or approve the change.",
    override: .yes)

  /// Also where it is off: which role is the highest takes `all`, or an operator.
  func isAsked(about step: Step, _ setting: Policy.RuleSetting) -> Bool { setting != .off || step.changesTopRole }

  func refusal(of step: Step, in state: TenantState, _ context: RuleContext) -> Reason? {
    guard !context.accountability.isByHand, !context.accountability.isBeginning, step.origin.isSomebodys,
      step.requirement(in: context.stored, context.origins) != .nothing
    else { return nil }
    let parts = context.accountability.parts(of: step)
    guard parts.contains(where: { !$0.isAgainst }) else { return unknown(step, context) }
    guard let part = context.uncovered(parts, step).first else { return nil }
    let lack = part.acting.map { context.lack(of: $0, for: step) } ?? context.lackOfStrangers(for: step)
    // Whoever was refused may have gained the right meanwhile.
    let later = "had no right to this when it was first judged, and a later one does not count"
    return Reason(
      "\(part.email) \(lack.map { words($0, context) } ?? later)",
      remedy: Approvers(of: step, context).remedyOrMaking,
      or: context.override(name))
  }

  private func words(_ lack: Lack, _ context: RuleContext) -> String {
    switch lack {
    case .account: "has no account, or a suspended one, so may do nothing"
    case .operators(let what): "is no operator, and only an operator \(what)"
    case .everywhere:
      "is no operator of the Policy for all, and does not hold `all` in every organization"
    case .person(let other): "may not do what only \(context.email(other)) may"
    case .permission(let permissions, let place):
      "lacks the permission \(permissions.map(\.rawValue).joined(separator: " or ")) in \(context.path(place))"
    case .rank(let role, let place):
      "may not give, change or end the role \(context.names.text(role)) in \(context.path(place)), which is above their own"
    case .ownership(let place): "is not the owner of record of \(context.path(place))"
    }
  }

  private func unknown(_ step: Step, _ context: RuleContext) -> Reason {
    switch context.policy.policy.identity {
    case .commit:
      Reason(
        "nobody is known who answers for this change in \(context.path(step.workspace))", remedy: "commit it",
        or: "name who made it with --actor EMAIL")
    case .attested:
      Reason(
        "nobody is attested who answers for this change in \(context.path(step.workspace))",
        remedy: "let the pipeline say who made it", or: "name them with --actor EMAIL")
    }
  }
}

extension RuleContext {
  /// The parts that neither their people nor an approver may do. Whoever made the newest change of the entry itself, and
  /// may do all that it gives, answers for the commits before it alone (SPEC section 6, «Who answers»).
  func uncovered(_ all: [Accountability.Part], _ step: Step) -> [Accountability.Part] {
    // Whose part passed is no actor of what was made of it since.
    let actors = Set(all.filter { !$0.known.passed.contains(.actorAllowed) }.compactMap(\.person))
    let parts = all.filter { !$0.isAgainst }
    func isCovered(_ part: Accountability.Part) -> Bool {
      if part.known.passed.contains(.actorAllowed) { return true }
      let own = part.isRefused ? [] : [part.acting].compactMap { $0 }
      return (own + part.approvers.filter { !actors.contains($0) }).contains { allows($0, step) }
    }
    // Of several declarations it is not known which changed last.
    let newest = step.alsoBy.isEmpty ? parts.first { !$0.known.commit.isEmpty }?.known.commit : nil
    let answersAlone = newest.map { newest in
      parts.allSatisfy { $0.known.commit != newest || $0.changesEntry && isCovered($0) }
    }
    return parts.filter { !isCovered($0) && !(answersAlone ?? false && !$0.known.commit.isEmpty) }
  }
}
