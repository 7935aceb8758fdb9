import GRDB
import Model
import Store

/// One function a table.
extension StateReader {
  mutating func readTenants(_ filter: RowFilter, _ names: inout NameTable) throws {
    try rows.forEachRow(
      """
      SELECT id, name, account_id, display_name, owner_id, subscription, suspended_at, suspension_reason, serial,
        applied_commit, applied_at, policy_digest, withheld, \(knowsRevisions ? "baseline_revision" : "0")
        \(readsBaselines ? ", entries" : "")
      FROM tenants\(readsBaselines ? " LEFT JOIN baselines ON tenant_id = id" : "")\(filter.clause("id")) ORDER BY name
      """, filter.arguments
    ) { row in
      let applied = row.optionalString(9).map { commit in
        var applied = AppliedCommit(
          commit: commit, time: row.instant(10), baseline: readsBaselines ? row.bytes(14) : nil,
          policyDigest: row.string(11), withheld: Int(row.integer(12)))
        applied.revision = row.integer(13)
        return applied
      }
      tenantIndex[row.integer(0)] = tenants.count
      tenants.append(
        ActualTenant(
          id: row.integer(0), name: row.string(1), account: try optionalPerson(row.optionalInteger(2), &names),
          displayName: row.optionalString(3), owner: try optionalPerson(row.optionalInteger(4), &names),
          subscription: row.isNull(5) ? nil : roles.symbol(row.text(5), &names), suspended: row.optionalInstant(6),
          suspensionReason: row.optionalString(7), serial: row.integer(8), applied: applied))
    }
  }

  mutating func readWorkspaces(_ filter: RowFilter, _ names: inout NameTable) throws {
    try rows.forEachRow(
      """
      SELECT id, tenant_id, name, kind, display_name, owner_id, subscription, created_at
      FROM workspaces\(filter.clause("tenant_id")) ORDER BY id
      """, filter.arguments
    ) { row in
      guard let tenant = tenantIndex[row.integer(1)] else { return }
      guard let kind = WorkspaceKind(rawValue: row.string(3)) else {
        throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "workspace \(row.integer(0)) is of no known kind")
      }
      workspaceIndex[row.integer(0)] = (tenant, tenants[tenant].workspaces.count)
      tenants[tenant].workspaces.append(
        ActualWorkspace(
          id: row.integer(0), name: names.intern(row.text(2)), kind: kind, displayName: row.optionalString(4),
          owner: try optionalPerson(row.optionalInteger(5), &names),
          subscription: row.isNull(6) ? nil : roles.symbol(row.text(6), &names), created: row.instant(7)))
    }
  }

  private mutating func member(_ row: borrowing RawRow, _ names: inout NameTable) throws -> ActualMember {
    ActualMember(
      person: try person(row.integer(1), &names), role: roles.symbol(row.text(2), &names),
      expires: row.optionalInstant(3), protect: row.flag(4), joined: row.instant(5))
  }

  mutating func readTenantMembers(_ filter: RowFilter, _ names: inout NameTable) throws {
    try readMembers(
      """
      SELECT tenant_id, account_id, role, expires_at, protect, joined_at
      FROM tenant_members\(filter.clause("tenant_id")) ORDER BY tenant_id, account_id
      """, filter, &names
    ) { reader, tenant, members in
      guard let index = reader.tenantIndex[tenant] else { return }
      reader.tenants[index].roll.members = members
    }
  }

  mutating func readWorkspaceMembers(_ filter: RowFilter, _ names: inout NameTable) throws {
    try readMembers(
      """
      SELECT workspace_id, account_id, role, expires_at, protect, joined_at
      FROM workspace_members\(filter.clause("workspace_id")) ORDER BY workspace_id, account_id
      """, filter, &names
    ) { reader, workspace, members in
      guard let at = reader.workspaceIndex[workspace] else { return }
      reader.tenants[at.tenant].workspaces[at.workspace].roll.members = members
    }
  }

  /// Members of one place follow each other: they are collected beside the state and moved in at the end of each run,
  /// in an array without room to grow.
  private mutating func readMembers(
    _ sql: String, _ filter: RowFilter, _ names: inout NameTable,
    _ put: (inout StateReader, _ place: Int64, [ActualMember]) -> Void
  ) throws {
    var current = Int64.min
    var run: [ActualMember] = []
    try rows.forEachRow(sql, filter.arguments) { row in
      let place = row.integer(0)
      if place != current {
        if !run.isEmpty { put(&self, current, run.map { $0 }) }
        run.removeAll(keepingCapacity: true)
        current = place
      }
      run.append(try member(row, &names))
    }
    if !run.isEmpty { put(&self, current, run) }
  }

  mutating func readInvitations(_ filter: RowFilter, _ names: inout NameTable) throws {
    try rows.forEachRow(
      """
      SELECT tenant_id, workspace_id, email, role, expires_at, protect, created_at, lapses_at, sends, reinvite_at,
        \(knowsInviters ? "inviter_id" : "NULL")
      FROM invitations\(filter.clause("tenant_id", also: "outcome IS NULL"))
      """, filter.arguments
    ) { row in
      let email = names.intern(row.text(2))
      let invitation = ActualInvitation(
        person: names.folded(email), email: email, role: roles.symbol(row.text(3), &names),
        expires: row.optionalInstant(4), protect: row.flag(5), created: row.instant(6),
        lapses: row.optionalInstant(7), sends: Int(row.integer(8)), reinvite: row.optionalInstant(9),
        inviter: try optionalPerson(row.optionalInteger(10), &names))
      changeRoll(tenant: row.integer(0), workspace: row.optionalInteger(1)) { $0.invitations.append(invitation) }
    }
  }

  mutating func readDepartures(_ filter: RowFilter, _ names: inout NameTable) throws {
    try rows.forEachRow(
      """
      SELECT tenant_id, workspace_id, email, reason, since, reinvite_at
      FROM departures\(filter.clause("tenant_id"))
      """, filter.arguments
    ) { row in
      let departure = Departure(
        person: names.folded(names.intern(row.text(2))), reason: row.string(3) == "left" ? .left : .declined,
        since: row.instant(4), reinvite: row.optionalInstant(5))
      changeRoll(tenant: row.integer(0), workspace: row.optionalInteger(1)) { $0.departures.append(departure) }
    }
  }

  mutating func readKeys(_ filter: RowFilter, _ names: inout NameTable) throws {
    try rows.forEachRow(
      """
      SELECT workspace_id, name, monthly_limit, daily_rate_limit, creator_id, created_at
      FROM api_keys\(filter.clause("workspace_id", also: "revoked_at IS NULL"))
      """, filter.arguments
    ) { row in
      guard let at = workspaceIndex[row.integer(0)] else { return }
      let limits = APIKeyLimits(
        monthly: row.optionalInteger(2).map { Int($0) }, daily: row.optionalInteger(3).map { Int($0) })
      tenants[at.tenant].workspaces[at.workspace].apiKeys.append(
        ActualAPIKey(
          name: names.intern(row.text(1)), limits: limits,
          creator: try optionalPerson(row.optionalInteger(4), &names), created: row.instant(5)))
    }
  }

  private mutating func changeRoll(tenant: Int64, workspace: Int64?, _ change: (inout Roll) -> Void) {
    if let workspace {
      guard let at = workspaceIndex[workspace] else { return }
      change(&tenants[at.tenant].workspaces[at.workspace].roll)
    } else if let index = tenantIndex[tenant] {
      change(&tenants[index].roll)
    }
  }
}
