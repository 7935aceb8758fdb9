import Foundation
import GRDB
import Model
import Store

extension SQLiteTransaction {
  func createOrganization(name: String, displayName: String?, owner: Int64?, subscription: String?, at: Instant) throws
    -> Int64
  {
    let id = try pending.nextID(.tenants, db)
    pending.tenants.append(id, name, Int64?.none, displayName, owner, subscription, at.milliseconds)
    try pending.added(db)
    return id
  }

  func updateTenant(_ id: Int64, displayName: String??, owner: Int64??, subscription: String??) throws {
    try update("tenants", "tenant", id, displayName: displayName, owner: owner, subscription: subscription)
  }

  /// Sets the attributes that are given, of a tenant or a workspace.
  func update(
    _ table: String, _ what: String, _ id: Int64, displayName: String??, owner: Int64??, subscription: String??
  ) throws {
    var assignments: [String] = []
    var arguments: StatementArguments = []
    if let displayName {
      assignments.append("display_name = ?")
      arguments += [displayName]
    }
    if let owner {
      assignments.append("owner_id = ?")
      arguments += [owner]
    }
    if let subscription {
      assignments.append("subscription = ?")
      arguments += [subscription]
    }
    guard !assignments.isEmpty else { return }
    try change(
      what, "UPDATE \(table) SET \(assignments.joined(separator: ", ")) WHERE id = ?", arguments + [id])
  }

  func suspendTenant(_ id: Int64, reason: String?, at: Instant?) throws {
    try change(
      "tenant", "UPDATE tenants SET suspended_at = ?, suspension_reason = ? WHERE id = ?",
      [at?.milliseconds, reason, id])
  }

  func recordApplied(tenant: Int64, _ applied: AppliedCommit, policy: String) throws {
    try run(
      "INSERT INTO policies (digest, text) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING",
      [applied.policyDigest, policy])
    try run(Tables.markApplied, [tenant, applied.commit, applied.policyDigest, applied.time.milliseconds])
    try change(
      "tenant", "UPDATE tenants SET applied_commit = ?, applied_at = ?, policy_digest = ?, withheld = ? WHERE id = ?",
      [applied.commit, applied.time.milliseconds, applied.policyDigest, applied.withheld, tenant])
    try run(
      """
      INSERT INTO baselines (tenant_id, entries) VALUES (?, ?)
      ON CONFLICT (tenant_id) DO UPDATE SET entries = excluded.entries
      """, [tenant, Data(applied.bytes)])
    try recordLastApplied(applied.commit)
  }

  func touchApplied(tenants: [Int64], commit: String, at: Instant) throws {
    for tenant in tenants {
      try run(
        "UPDATE tenants SET applied_commit = ?, applied_at = ? WHERE id = ? AND applied_commit IS NOT NULL",
        [commit, at.milliseconds, tenant])
    }
    if !tenants.isEmpty { try markTouched(tenants, commit, at) }
    try recordLastApplied(commit)
  }

  /// One row, however many there are: it names those that moved or those that stayed, whichever are fewer.
  private func markTouched(_ tenants: [Int64], _ commit: String, _ at: Instant) throws {
    let others = try rows(
      "SELECT name FROM tenants WHERE applied_commit IS NOT NULL AND applied_commit <> ? LIMIT ?",
      [commit, tenants.count + 1]
    ) { $0.string(0) }
    let reach: AppliedMark.Reach =
      others.count <= tenants.count ? .allBut(others) : .tenants(try tenants.compactMap(name))
    try run(Tables.markTouched, [reach.text, commit, at.milliseconds])
  }

  private func name(of tenant: Int64) throws -> String? {
    try value(String.self, "SELECT name FROM tenants WHERE id = ? AND applied_commit IS NOT NULL", [tenant])
  }

  func rewriteBaselines(with bytes: [UInt8], _ change: ([UInt8]) -> [UInt8]?) throws {
    let found = try rows(
      "SELECT tenant_id, entries FROM baselines WHERE instr(entries, ?) > 0", [Data(bytes)]
    ) { (tenant: $0.integer(0), entries: $0.bytes(1)) }
    for (tenant, entries) in found {
      guard let changed = change(entries) else { continue }
      try run("UPDATE baselines SET entries = ? WHERE tenant_id = ?", [Data(changed), tenant])
    }
  }

  func replacePolicy(_ digest: String, by text: String, digest new: String) throws {
    try run("INSERT INTO policies (digest, text) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING", [new, text])
    try run("UPDATE tenants SET policy_digest = ? WHERE policy_digest = ?", [new, digest])
    try run("UPDATE applied_marks SET policy_digest = ? WHERE policy_digest = ?", [new, digest])
    try run(
      "UPDATE meta SET value = ? WHERE key IN (?, ?) AND value = ?",
      [new, Tables.policyForAllKey, Tables.signUpPolicyKey, digest])
    try run("DELETE FROM policies WHERE digest = ?", [digest])
  }

  func recordPolicyForAll(_ text: String, digest: String, at: Instant) throws {
    try record(text, digest, at, as: Tables.policyForAllKey)
  }

  func recordPolicyForAllStanding(commit: String, withheld: String?) throws {
    try note(Tables.policyForAllCommitKey, commit)
    try note(Tables.policyForAllWithheldKey, withheld ?? "")
  }

  func recordSignUpPolicy(_ text: String, digest: String, at: Instant) throws {
    try record(text, digest, at, as: Tables.signUpPolicyKey)
  }

  private func record(_ policy: String, _ digest: String, _ at: Instant, as key: String) throws {
    try run("INSERT INTO policies (digest, text) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING", [digest, policy])
    if try policyForAllDigest() != digest { try run(Tables.markPolicyForAll, [digest, at.milliseconds]) }
    try note(key, digest)
  }

  func recordAttestation(of commit: String, _ attestation: Attestation, at: Instant) throws {
    let people = attestation.actors.map { ("actor", $0) } + attestation.approvers.map { ("approver", $0) }
    for (role, email) in people {
      try run(
        "INSERT INTO attestations (commit_id, role, email, attested_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [commit, role, email, at.milliseconds])
    }
  }

  func recordReconciliation(at: Instant) throws {
    try note("last-reconciliation", String(at.milliseconds))
  }

  private func recordLastApplied(_ commit: String) throws { try note("last-applied-commit", commit) }

  private func note(_ key: String, _ value: String) throws {
    try run(
      "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
      [key, value])
  }
}
