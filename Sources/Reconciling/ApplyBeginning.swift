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
    let policy = try policyForAll(planned)
    let attested = attestations
    guard policy != nil || rewind != nil || !attested.isEmpty else { return }
    try store.transaction { transaction in
      if let policy, try transaction.policyForAll() != policy || !transaction.isPolicyForAllApplied() {
        try transaction.recordPolicyForAll(policy, digest: digest(policy), at: input.now)
      }
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

  /// The Policy for all that accounts go by from now on; nil: the older one stays, since something of this commit is
  /// withheld or left out, and with it perhaps what the policy gives.
  private func policyForAll(_ planned: Planned) throws -> String? {
    let policy = input.desired.policy
    // Of manifests that nobody read, since nothing changed.
    guard policy != Policies.none else { return nil }
    let options = input.options
    let isWhole = options.only.isEmpty && !options.driftOnly && options.skipping.isEmpty
    let isWithheld = planned.tenants.contains { $0.policyInForce != $0.policy }
    return try (isWhole && !isWithheld) || !store.isPolicyForAllApplied() ? policy.canonical : nil
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
