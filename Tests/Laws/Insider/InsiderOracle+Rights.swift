import Manifests
import Model
import Planning
import Reconciling
import Store

/// What the insider may do, and what others lose.
extension InsiderOracle {
  /// The policies in force are ones that somebody with the right made, or differ from one of them in nothing that the
  /// insider gains by and in none of what `no-self-change` keeps.
  func policyViolations(_ stored: Stored, _ engine: Engine) throws -> [Violation] {
    let forAll = try engine.store.policyForAll().map { try Policies.policy(fromCanonical: $0).policy }
    let inForce =
      [("", forAll)] + stored.tenants.inOrder.filter { $0.value.account == nil }.map { ($0.key, $0.value.policy) }
    return inForce.compactMap { name, policy in
      guard let policy else { return nil }
      let known = (policies[""] ?? []).union(policies[name] ?? [])
      // The insider gains by a role that they hold.
      let isMember =
        name.isEmpty || stored.account(People.mallory).flatMap { stored.tenants[name]?.list.members[$0] } != nil
      let worse = known.map { worsening(policy, since: $0, isMember: isMember) }
      if worse.contains(nil) { return nil }
      return Violation(
        .nobodyGainsAlone, "a policy that nobody with the right made",
        "\(name.isEmpty ? "for all" : "of \(name)"): \(worse.compactMap(\.self).min() ?? "there is none")")
    }
  }

  /// Nil: nothing.
  private func worsening(_ policy: Policy, since known: Policy, isMember: Bool) -> String? {
    if setting.asksActors { return policy == known ? nil : Self.difference(policy, known) }
    let member = { (policy: Policy) in policy.role("member", .organization)?.permissions ?? [] }
    if !Set(policy.operators).isSubset(of: known.operators) { return "operators \(policy.operators)" }
    if policy.identity != known.identity { return "identity \(policy.identity.rawValue)" }
    for rule in [RuleName.noSelfChange, .actorAllowed] where policy.setting(rule) != known.setting(rule) {
      return "\(rule.rawValue) \(policy.setting(rule))"
    }
    for scope in RoleScope.allCases where policy.topRole(scope)?.name != known.topRole(scope)?.name {
      return "top role \(policy.topRole(scope)?.name ?? "none")"
    }
    return !isMember || member(policy).isSubset(of: member(known))
      ? nil : "member may \(member(policy).map(\.rawValue).sorted())"
  }

  private static func difference(_ policy: Policy, _ known: Policy) -> String {
    if policy.operators != known.operators { return "operators \(policy.operators)" }
    if policy.identity != known.identity { return "identity \(policy.identity.rawValue)" }
    for rule in RuleName.allCases where policy.setting(rule) != known.setting(rule) {
      return "\(rule.rawValue) \(policy.setting(rule))"
    }
    return "roles or other settings"
  }

  /// Where actors are asked, nobody loses what the insider took from them, and what is refused stops nothing else.
  func losses(_ stored: Stored, _ plan: Plan, _ now: Instant) -> [Violation] {
    guard setting.asksActors else { return [] }
    var found: [Violation] = []
    func expect(_ person: String, _ role: String, _ name: String) {
      let member = stored.account(person).flatMap { stored.tenants[name]?.list.members[$0] }
      let open = stored.tenants[name]?.list.invitations[person]
      let holds = member.map { ($0.role, $0.end) } ?? open.map { ($0.role, $0.end) }
      if let holds, holds.0 == role, holds.1 == nil { return }
      found.append(
        Violation(.nobodyGainsAlone, "access that was lost", "\(person) is \(holds?.0 ?? "nothing") in \(name)"))
    }
    for name in [People.acme, People.hooli] {
      for person in [People.ada, People.bob] { expect(person, "super-admin", name) }
      if stored.tenants[name]?.owner != stored.account(People.ada) {
        found.append(Violation(.nobodyGainsAlone, "an owner of record who lost it", name))
      }
    }
    for person in People.bystanders { expect(person, "member", People.acme) }
    if let refusal = plan.blocked.first(where: { $0.rule == .removalThreshold }) {
      found.append(
        Violation(.nobodyGainsAlone, "a threshold filled by what is refused anyway", refusal.message))
    }
    return found
  }

  /// What only people with rights may do is refused to the insider and whomever they name.
  func probe(_ engine: Engine) throws -> [Violation] {
    if isOver { return [] }
    var found: [Violation] = []
    func tries(_ what: String, by person: String, _ attempt: (Handwork) throws -> Bool) throws {
      let hand = Handwork(store: engine.store, actor: person, now: engine.now.instant)
      let isDone = (try? attempt(hand)) ?? false
      if isDone { found.append(Violation(.nobodyGainsAlone, "a command that nobody let them", "\(person): \(what)")) }
    }
    for person in setting.watched {
      try tries("account suspend \(People.ada)", by: person) {
        try $0.suspend(People.ada, reason: "law")?.isClear ?? false
      }
      for place in ["acme", "hooli", "acme/ml"] {
        guard let path = Path(place) else { continue }
        try tries("member invite \(place) x@x.example", by: person) {
          let role = path.workspace == nil ? "member" : "viewer"
          return try $0.propose(path, [.invite(email: "x@x.example", role: role)]).isClear
        }
      }
    }
    return found
  }
}
