import Model
import Planning
import Store

/// Plans of tenants in which nothing is left but refusals. They are the same with the next commit, and need not be made
/// again, where nothing that they depend on has changed: a refused mass removal would slow down all that follows.
struct StandingRefusals {
  struct Stood {
    var desired: DesiredTenant
    var serial: Int64
    var actions: [Action]
    var blocked: [Refusal]
  }

  private var byTenant: [String: Stood] = [:]

  /// Remembers what the plan refuses in tenants of which it changes nothing.
  mutating func note(_ proposal: Reconciliation.Proposal) {
    let stored = Dictionary(uniqueKeysWithValues: proposal.input.actual.tenants.map { ($0.name, $0) })
    let desired = Dictionary(uniqueKeysWithValues: proposal.input.desired.tenants.map { ($0.name, $0) })
    for plan in proposal.planned.tenants {
      byTenant[plan.name] = nil
      guard !plan.actions.isEmpty, plan.actions.allSatisfy({ !$0.blockedBy.isEmpty }),
        let declared = desired[plan.name], let found = stored[plan.name], declared.isTimeless, found.isTimeless
      else { continue }
      byTenant[plan.name] = Stood(
        desired: declared, serial: found.serial, actions: plan.actions, blocked: plan.blocked)
    }
  }

  /// Those of which the reading says the same, as long as `isUntouched`.
  func unchanged(
    by reading: Reading, in store: any StoreReader, _ isUntouched: (String) -> Bool
  ) throws -> [String: Stood] {
    // A move concerns whoever has the email, wherever they are.
    guard !byTenant.isEmpty, reading.desired.tenants.allSatisfy({ $0.formerly.isEmpty }) else { return [:] }
    var result: [String: Stood] = [:]
    for desired in reading.desired.tenants {
      guard let stood = byTenant[desired.name], stood.desired == desired, isUntouched(desired.name),
        try store.tenant(named: desired.name)?.serial == stood.serial
      else { continue }
      result[desired.name] = stood
    }
    return result
  }
}

extension DesiredTenant {
  /// Whether its plan is the same at any time, whatever happens elsewhere.
  fileprivate var isTimeless: Bool {
    let policy = policy.policy
    guard [.off, .windows([])].contains(policy.setting(.freezeWindow)), !policy.asksWhereElse,
      !policy.deleteAccountWithLastWorkspace
    else {
      return false
    }
    let lists = [members ?? []] + workspaces.map { $0.members ?? [] }
    return lists.allSatisfy { $0.allSatisfy { $0.expires == nil && $0.reinvite == nil } }
  }
}

extension ActualTenant {
  fileprivate var isTimeless: Bool {
    ([roll] + workspaces.map(\.roll)).allSatisfy { roll in
      roll.members.allSatisfy { $0.expires == nil }
        && roll.invitations.allSatisfy { $0.expires == nil && $0.lapses == nil }
    }
  }
}
