import Model

/// SPEC section 9, «In force», as that page words it: the oracle of law 4.
struct InForce {
  /// What somebody has in a place.
  struct Row: Hashable, CustomStringConvertible {
    var email: String
    var role: String
    var end: Instant?
    var description: String { "\(email) \(role)\(end.map { " until \($0)" } ?? "")" }
  }

  let stored: Stored
  let now: Instant

  private func hasEnded(_ end: Instant?) -> Bool { end.map { $0 <= now } ?? false }

  private func isSuspended(_ account: Int64) -> Bool { stored.people[account]?.isSuspended ?? true }

  private func email(_ account: Int64) -> String { stored.people[account]?.email.lowercased() ?? "" }

  /// Members of the place whose own membership is in force there; suspended ones apart.
  func direct(_ tenant: Stored.Tenant, _ workspace: Stored.Workspace?, suspended: Bool = false) -> Set<Row> {
    var rows: Set<Row> = []
    for (account, member) in (workspace?.list ?? tenant.list).members where isSuspended(account) == suspended {
      if workspace != nil, tenant.account == account, let top = tenant.policy?.topRole(.workspace)?.name {
        rows.insert(Row(email: email(account), role: top))
        continue
      }
      guard !hasEnded(member.end), knows(member.role, tenant, workspace) else { continue }
      var end = member.end
      if workspace != nil, tenant.account == nil, isMemberFirst(tenant) {
        guard let outer = tenant.list.members[account], !hasEnded(outer.end), admits(outer.role) else { continue }
        end = [end, outer.end].compactMap { $0 }.min()
      }
      rows.insert(Row(email: email(account), role: member.role, end: end))
    }
    return rows
  }

  /// Those whose organization role opens the workspace.
  func opening(_ tenant: Stored.Tenant, suspended: Bool = false) -> Set<Row> {
    guard tenant.account == nil, let policy = tenant.policy else { return [] }
    var rows: Set<Row> = []
    for (account, member) in tenant.list.members where isSuspended(account) == suspended && !hasEnded(member.end) {
      let role = policy.organizationRoles.first { $0.name == member.role }
      if role?.may(.workspaceEnterAll) ?? false {
        rows.insert(Row(email: email(account), role: member.role, end: member.end))
      }
    }
    return rows
  }

  /// Offers that can still be accepted, and until when.
  func pending(_ tenant: Stored.Tenant, _ workspace: Stored.Workspace?) -> Set<Row> {
    let open = (workspace?.list ?? tenant.list).invitations.filter {
      !hasEnded($0.value.lapses) && !hasEnded($0.value.end) && knows($0.value.role, tenant, workspace)
    }
    return Set(
      open.map {
        Row(email: $0.key, role: $0.value.role, end: [$0.value.lapses, $0.value.end].compactMap(\.self).min())
      })
  }

  private func knows(_ role: String, _ tenant: Stored.Tenant, _ workspace: Stored.Workspace?) -> Bool {
    guard let policy = tenant.policy else { return true }
    let roles = workspace == nil ? policy.organizationRoles : policy.workspaceRoles
    return roles.contains { $0.name == role }
  }

  private func isMemberFirst(_ tenant: Stored.Tenant) -> Bool {
    tenant.policy.map { $0.setting(.organizationMemberFirst) != .off } ?? true
  }

  /// `billing-admin` alone does not do (SPEC section 3, `enterprise`).
  private func admits(_ role: String) -> Bool { role != "billing-admin" }

  /// Whether a live key of the workspace works.
  func works(_ key: Stored.Key, _ tenant: Stored.Tenant, _ workspace: Stored.Workspace, keepsOfRemoved: Bool) -> Bool {
    guard let creator = key.creator else { return true }
    if isSuspended(creator) { return false }
    if keepsOfRemoved { return true }
    let rows = direct(tenant, workspace).union(opening(tenant))
    return rows.contains { $0.email == email(creator) }
  }
}
