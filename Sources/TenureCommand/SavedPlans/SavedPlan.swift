import Model
import Planning
import Reconciling
import Reports

/// A plan in a file: SPEC section 8's JSON, what it is bound to, the options it was made with, and a checksum over all
/// of it. It holds no secret: no address with a password, no token, no key.
struct SavedPlan {
  /// The commit that it plans.
  var commit: String
  /// As the commit was named.
  var ref: String
  var manifests: String
  var digest: String
  /// What it was planned for.
  var instant: Instant
  /// The last entry of the audit log then.
  var auditEnd: Int64
  /// What each tenant was planned from, by name.
  var tenants: [String: Standing]
  /// Canonical texts by digest, for saying what is different in another one.
  var policies: [String: String]
  var actions: [Action]
  var options: PlanOptions
  var actors: [String]
  var approvers: [String]

  /// A tenant as plans see it.
  struct Standing: Equatable {
    /// 0: not stored.
    var serial: Int64
    /// The commit applied before; nil: none.
    var appliedCommit: String?
    /// Digests of the policy applied before and of the one in force.
    var appliedPolicy: String?
    var policy: String
  }
}

extension SavedPlan {
  /// - Parameter auditEnd: read before the state was, so that nothing is missed.
  init(_ proposal: Reconciliation.Proposal, commit: String, auditEnd: Int64, actors: [String], approvers: [String]) {
    let plan = proposal.plan
    (self.commit, ref, manifests) = (commit, plan.source.ref, plan.source.manifests)
    (digest, instant, self.auditEnd) = (proposal.digest, plan.now, auditEnd)
    (tenants, policies) = Self.standings(proposal)
    (actions, options) = (plan.actions, proposal.input.options)
    (self.actors, self.approvers) = (actors, approvers)
  }

  /// Every tenant of the plan, and the policies that were and will be in force there.
  static func standings(_ proposal: Reconciliation.Proposal) -> ([String: Standing], [String: String]) {
    let stored = Dictionary(proposal.input.actual.tenants.map { ($0.name, $0) }, uniquingKeysWith: { a, _ in a })
    var digests: [String: String] = [:]
    var policies: [String: String] = [:]
    var tenants: [String: Standing] = [:]
    for tenant in proposal.planned.tenants {
      let text = tenant.policy.canonical
      let policy = digests[text] ?? Reconciling.digest(text)
      (digests[text], policies[policy]) = (policy, text)
      let applied = stored[tenant.formerName ?? tenant.name]?.applied
      if let before = applied?.policyDigest { policies[before] = proposal.input.actual.policies[before] ?? "" }
      tenants[tenant.name] = Standing(
        serial: proposal.plan.state.serials[tenant.name] ?? 0, appliedCommit: applied?.commit,
        appliedPolicy: applied?.policyDigest, policy: policy)
    }
    return (tenants, policies)
  }
}
