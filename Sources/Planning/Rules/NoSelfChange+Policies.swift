import Model

/// Changes of policy: what an actor gains by, and what weakens who is asked at all (SPEC section 6, «Policies»).
///
/// | the change                                                    | passes where                                        |
/// |---------------------------------------------------------------|-----------------------------------------------------|
/// | gives one of its actors more (``PolicyGain``)                 | somebody else who may do it approved all their parts |
/// | weakens `no-self-change`, `actor-allowed`, `identity`, or     | an actor may do it: an operator, or `all` there; or |
/// | changes `operators`                                           | somebody else who may approved all parts            |
///
/// Rights are those of the policy that was in force: the new one is what is judged. An override lifts both.
extension NoSelfChange {
  /// Also where only the new policy has it on.
  func isAsked(about step: Step, _ setting: Policy.RuleSetting) -> Bool {
    if case .updatePolicy(let edit) = step.change, edit.after.setting(name) != .off { return true }
    return setting != .off
  }

  func takesOverride(for step: Step) -> Bool {
    if case .updatePolicy = step.change { true } else { false }
  }

  /// What is wrong with a change of policy, and whose part it is.
  struct PolicyFault {
    var reason: Reason
    var parts: Set<Part>
  }

  func fault(in edit: PolicyEdit, _ step: Step, _ context: RuleContext) -> PolicyFault? {
    let parts = context.accountability.parts(of: step)
    let actors = Set(parts.compactMap(\.person))
    let open = parts.filter { part in
      !part.known.passed.contains(name)
        && !part.approvers.contains { !actors.contains($0) && context.allows($0, step) }
    }
    for person in Set(open.compactMap(\.person)).sorted(by: context.names.precedes) {
      guard let gain = context.gain(of: person, by: edit) else { continue }
      let message = "\(context.email(person)) would \(gain.words), by changing the policy"
      return PolicyFault(
        reason: reason(message, step, context),
        parts: Set(open.filter { $0.person == person }.map(\.known)))
    }
    // What `actor-allowed` refused too stands there.
    let isAskedElsewhere = ActorAllowed().isAsked(about: step, context.policy.policy.setting(.actorAllowed))
    if let refused = open.first(where: \.isRefused), edit.weakened == nil, !isAskedElsewhere {
      let message = "\(refused.email) would have gained by it when it was first judged"
      return PolicyFault(reason: reason(message, step, context), parts: Set(open.filter(\.isRefused).map(\.known)))
    }
    guard let leaf = edit.weakened, !isCovered(parts, open, step, context) else { return nil }
    let words = "`\(leaf.path)` goes from \(shown(leaf.before)) to \(shown(leaf.after))"
    let who = Set(open.map(\.email)).sorted().first ?? "nobody who is known"
    let message = "\(words) by \(who), who is no operator and does not hold `all` \(context.everywhereOrHere)"
    return PolicyFault(reason: reason(message, step, context), parts: Set(open.map(\.known)))
  }

  /// Whether somebody who may change the policy made the change, or approved every part of it.
  private func isCovered(
    _ parts: [Accountability.Part], _ open: [Accountability.Part], _ step: Step, _ context: RuleContext
  ) -> Bool {
    if !parts.isEmpty, open.isEmpty { return true }
    // A refusal stands, whoever changes the policy besides.
    if open.contains(where: \.isRefused) { return false }
    return parts.contains { part in
      !part.isAgainst && part.acting.map { context.allows($0, step) } ?? false
    }
  }

  private func shown(_ value: String?) -> String { value.map { $0.isEmpty ? "nobody" : $0 } ?? "nothing" }

  private func reason(_ message: String, _ step: Step, _ context: RuleContext) -> Reason {
    let remedy = Approvers(of: step, context).remedy
    let place = context.tenant.isEmpty ? "" : "@\(context.tenant)"
    return Reason(
      "\(message); the older one stays in force",
      remedy: "\(remedy.text); or --override \(name.rawValue)\(place) --reason TEXT", inReview: remedy.inReview)
  }
}

extension PolicyEdit {
  /// The value that says less well than before who answers for what; nil: none does.
  fileprivate var weakened: Leaf? {
    leaves.first { leaf in
      switch leaf.path {
      case "operators": true
      case "identity": before.identity == .attested && after.identity == .commit
      case "protection.\(RuleName.noSelfChange.rawValue)":
        strength(after.setting(.noSelfChange)) < strength(before.setting(.noSelfChange))
      case "protection.\(RuleName.actorAllowed.rawValue)":
        after.setting(.actorAllowed) == .off && before.setting(.actorAllowed) != .off
      case _: false
      }
    }
  }

  /// `off`, `raise`, `any`.
  private func strength(_ setting: Policy.RuleSetting) -> Int {
    setting == .off ? 0 : setting == .value("any") ? 2 : 1
  }
}

extension RuleContext {
  fileprivate var everywhereOrHere: String {
    tenant.isEmpty ? "in every organization" : "in \(tenant)"
  }
}
