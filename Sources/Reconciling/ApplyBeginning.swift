import Manifests
import Model
import Planning
import Store

/// Going back to a commit that does not descend from those that were applied before.
public struct Rewind: Hashable, Sendable {
  /// Applied before, sorted.
  public var from: [String]
  public var to: String
  /// Whom `--actor` names; empty: the operator.
  public var actors: [String]
  /// Whom `--approved-by` names, without those.
  public var approvedBy: [String]
}

/// What an apply notes of itself, whichever organizations it finds something to do in.
extension Applier {
  func recordBeginning(_ planned: Planned) throws {
    let attested = attestations
    let forAll = planned.policyForAll
    // Of manifests that nobody read, since nothing changed.
    let isRead = input.desired.policy != Policies.none
    guard isRead || rewind != nil || !attested.isEmpty else { return }
    try store.transaction { transaction in
      if isRead { try record(forAll, transaction) }
      for (commit, attestation) in attested.sorted(by: { $0.key < $1.key }) {
        try transaction.recordAttestation(of: commit, attestation, at: input.now)
      }
      if let rewind { try audit(rewind, transaction) }
    }
  }

  /// What this invocation says of who made the changes, where a policy goes by that.
  private var attestations: [String: Attestation] {
    let policies = [input.desired.policy] + input.desired.tenants.map(\.policy) + input.appliedPolicies.values
    return policies.contains { $0.policy.identity == .attested } ? input.authorship.stated : [:]
  }

  /// What accounts go by from now on, who changed it in the audit log, and who answers for what is withheld of it.
  private func record(_ forAll: PolicyForAll, _ transaction: any StoreTransaction) throws {
    let isApplied = try transaction.isPolicyForAllApplied()
    if try transaction.policyForAll() != forAll.inForce.canonical || !isApplied {
      let canonical = forAll.inForce.canonical
      try transaction.recordPolicyForAll(canonical, digest: digest(canonical), at: input.now)
    }
    if let step = forAll.done, let action = forAll.action {
      try transaction.appendAudit(AuditRecord(action, context(input), lifted: step.lifted))
    }
    let known = (input.actual.policyForAllCommit, input.actual.policyForAllWithheld)
    guard let commit = input.source.commit, known != (commit, forAll.withheld) || !isApplied else { return }
    try transaction.recordPolicyForAllStanding(commit: commit, withheld: forAll.withheld)
  }

  private func audit(_ rewind: Rewind, _ transaction: any StoreTransaction) throws {
    for old in rewind.from {
      try transaction.appendAudit(
        AuditRecord(
          time: input.now, actors: rewind.actors.isEmpty ? ["operator"] : rewind.actors,
          approvedBy: rewind.approvedBy, action: "rewind", path: nil, subject: nil, before: ["commit": .text(old)],
          after: ["commit": .text(rewind.to)], commit: rewind.to,
          overrides: [Allowance.rewind.rule], reason: Allowance.rewind.reason))
    }
  }
}
