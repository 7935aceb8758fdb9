import Model
import Planning

/// Something that does not hold of a case.
struct Failure: Hashable, CustomStringConvertible {
  /// What a smaller case has to fail with too, to stand for this one.
  var kind: String
  var detail: String
  var description: String { "\(kind): \(detail)" }
}

/// What one case showed.
struct Findings {
  var failures: [Failure] = []
  var plan: Plan?
  /// For knowing that the generator reaches everything.
  var done: Set<Action.Kind> = []
  var refused: Set<RuleName> = []
}

extension Case {
  /// Plans, carries the plan out action by action, and lets the oracle judge every step and every refusal; then plans
  /// once more, and plans from manifests in another order.
  /// `isShort`: without planning again.
  func check(order seed: UInt64 = 1, isShort: Bool = false) -> Findings? {
    guard let prepared = plan() else { return nil }
    let planned = prepared.planned()
    var result = Findings(plan: planned.plan)
    result.done = Set(planned.plan.applicable.map(\.kind))
    result.refused = Set(planned.plan.blocked.map(\.rule))
    var end = world
    for action in planned.plan.applicable {
      let before = end
      do {
        try end.apply(action, of: next)
      } catch {
        result.failures.append(Failure(kind: "misfit of \(action.kind.rawValue)", detail: error.description))
        return result
      }
      result.failures += judged(action, before, end)
    }
    result.failures += unjustified(planned.plan, in: end)
    result.failures += inherited(planned.plan)
    result.failures += promised(planned)
    let places = prepared.places
    if !places.isEmpty {
      result.failures += promised(prepared.planned(only: [places[Int(seed % UInt64(places.count))]]))
    }
    if isShort { return result }
    result.failures += secondPlan(prepared.again(after: planned, in: end).planned().plan, after: planned.plan)
    if let other = plan(order: seed)?.planned().plan, other.withoutPlaces != planned.plan.withoutPlaces {
      result.failures.append(
        Failure(
          kind: "order of keys", detail: "\nother plan:\n" + other.actions.map(Scenario.line).joined(separator: "\n")))
    }
    return result
  }

  /// (a) No action newly breaks a rule, under either policy.
  private func judged(_ action: Action, _ before: World, _ after: World) -> [Failure] {
    laws(of: action).flatMap { law in
      let deed = Deed(
        before: before, after: after, action: action, law: law, next: next.law(of: action.organization),
        permits: permits(for: action))
      return Oracle.broken(deed).map { rule, why in
        Failure(kind: "broken \(rule.rawValue)", detail: "\(Scenario.line(action)): \(why)")
      }
    }
  }

  /// (b) What a rule refuses would break that rule, or could be read so, if it were done after everything else.
  private func unjustified(_ plan: Plan, in end: World) -> [Failure] {
    plan.blocked.compactMap { refusal in
      if Oracle.silent.contains(refusal.rule) { return nil }
      let actions = plan.actions.filter {
        $0.organization == refusal.organization && $0.workspace == refusal.workspace && $0.subject == refusal.subject
          && $0.blockedBy.contains(refusal.rule)
      }
      // Whoever declares what they hold by hand is asked about in tests of declarations.
      if refusal.rule == .noSelfChange, actions.isEmpty, permits.actor == refusal.subject { return nil }
      // Who keeps more where management ends is asked in the rule's own tests.
      if refusal.rule == .noSelfChange, actions.contains(where: { $0.kind == .updateManagement }) { return nil }
      let isRight = actions.contains { action in
        if action.kind == .moveAccount, end.accounts[action.subject ?? ""] != nil { return true }
        var after = end
        after.isStrict = false
        do { try after.apply(action, of: next) } catch { return false }
        return laws(of: action).contains { law in
          Oracle.opinion(
            refusal.rule,
            Deed(
              before: end, after: after, action: action, law: law, next: next.law(of: action.organization),
              permits: permits(for: action))) != nil
        }
      }
      if isRight { return nil }
      return Failure(
        kind: "unjustified \(refusal.rule.rawValue)",
        detail: "\(refusal.message) — \(actions.map(Scenario.line).joined(separator: "; "))")
    }
  }

  /// What withholds an action is a refusal of the plan, and what nothing refuses is not withheld.
  private func inherited(_ plan: Plan) -> [Failure] {
    let refusals = Set(plan.blocked.map(\.rule))
    return plan.actions.filter { !Set($0.blockedBy).isSubset(of: refusals) }.map {
      Failure(kind: "blocked without a refusal", detail: Scenario.line($0))
    }
  }

  /// What a plan shows without a refusal is what an apply does, whatever `--only` leaves out.
  private func promised(_ planned: Planned) -> [Failure] {
    planned.tenants.filter { tenant in
      tenant.actions.count(where: \.blockedBy.isEmpty) != tenant.admitted.count
    }.map { tenant in
      let shown = tenant.actions.filter(\.blockedBy.isEmpty).map(Scenario.line)
      return Failure(
        kind: "shown and not done", detail: "\(tenant.admitted.count) of \(shown.joined(separator: "; "))")
    }
  }

  /// (c) Planning again leaves nothing to do but what is refused, and refuses nothing that was not refused before. A
  /// removal that `removal-threshold` withheld may pass: the grants of the first plan may have made it a smaller share.
  private func secondPlan(_ second: Plan, after first: Plan) -> [Failure] {
    let shares = Set(first.actions.filter { $0.blockedBy.contains(.removalThreshold) }.map(Case.key))
    var failures = second.applicable.filter { !shares.contains(Case.key($0)) }
      .map { Failure(kind: "not settled", detail: "left to do: \(Scenario.line($0))") }
    let known = Set(first.actions.filter { !$0.blockedBy.isEmpty }.map(Case.key))
    failures += second.actions.filter { !$0.blockedBy.isEmpty && !known.contains(Case.key($0)) }.map {
      Failure(kind: "newly refused", detail: Scenario.line($0))
    }
    return failures
  }

  private static func key(_ action: Action) -> String {
    "\(action.kind.rawValue) \(action.organization) \(action.workspace ?? "") \(action.subject ?? "")"
  }

  private func permits(for action: Action) -> Deed.Permits {
    var result = permits
    let stored = formerName(action)
    result.isFirst = applied?.tenants.contains(stored) != true || world.tenants[stored] == nil
    return result
  }

  /// The policies that an action is judged under: the new one, and the one applied before.
  private func laws(of action: Action) -> [Law] {
    let new = next.law(of: action.organization)
    let stored = formerName(action)
    guard let applied, applied.tenants.contains(stored), world.tenants[stored] != nil else { return [new] }
    let old = applied.law(of: stored)
    return old == new ? [new] : [new, old]
  }

  /// The name under which the tenant is stored: an account that moves has what was applied to its former email.
  private func formerName(_ action: Action) -> String {
    let email = String(action.organization.dropFirst())
    guard action.organization.first == "~", world.accounts[email] == nil, let former = next.accounts[email]?.formerly,
      world.accounts[former] != nil
    else { return action.organization }
    return "~" + former
  }
}
