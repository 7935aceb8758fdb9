import GRDB
import Model
import Store

/// Which rows of a table a read looks at.
enum RowFilter {
  case all
  /// The rows of one tenant or workspace, found by an index.
  case of(Int64)
  /// The rows of organizations: personal accounts are left out.
  case organizations

  private static let organizationIDs = "SELECT id FROM tenants WHERE account_id IS NULL"

  func clause(_ column: String, also condition: String? = nil) -> String {
    switch (self, condition) {
    case (.organizations, _):
      switch column {
      case "id": " WHERE account_id IS NULL"
      case "tenant_id": " WHERE tenant_id IN (\(Self.organizationIDs))"
      default: " WHERE \(column) IN (SELECT id FROM workspaces WHERE tenant_id IN (\(Self.organizationIDs)))"
      }
    case (.all, nil): ""
    case (.all, let condition?): " WHERE \(condition)"
    case (.of, nil): " WHERE \(column) = ?"
    case (.of, let condition?): " WHERE \(column) = ? AND \(condition)"
    }
  }

  var arguments: StatementArguments {
    switch self {
    case .all, .organizations: []
    case .of(let id): [id]
    }
  }
}

/// Builds an ``ActualState``: every table is read once, in the order of its key, and joined here by integers.
struct StateReader {
  let rows: SQLiteTransaction
  var people = People()
  var roles = RoleSymbols()
  /// In byte order of their names.
  var tenants: [ActualTenant] = []
  var tenantIndex: [Int64: Int] = [:]
  /// Tenant and workspace, as positions in `tenants` and its `workspaces`.
  var workspaceIndex: [Int64: (tenant: Int, workspace: Int)] = [:]
  var readsBaselines = true
  /// Older stores do not know the revisions of baselines.
  private(set) var knowsRevisions = false
  /// Nor who invited.
  private(set) var knowsInviters = false
  /// Whether all accounts were read, and nobody needs to be looked up.
  private var knowsEverybody = false

  init(_ rows: SQLiteTransaction) { self.rows = rows }

  mutating func everything(_ names: inout NameTable) throws -> ActualState {
    try readAccounts(&names)
    try readTenants(.all, &names)
    try readWorkspaces(.all, &names)
    try readTenantMembers(.all, &names)
    try readWorkspaceMembers(.all, &names)
    try readInvitations(.all, &names)
    try readDepartures(.all, &names)
    try readKeys(.all, &names)
    return try finish(&names)
  }

  mutating func organizations(and accounts: Set<String>, _ names: inout NameTable) throws -> ActualState {
    try readAccounts(&names)
    try readTenants(.organizations, &names)
    try readWorkspaces(.organizations, &names)
    // `~` sorts behind every organization's name.
    for name in accounts.map(\.emailKey).sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
      guard let id = try rows.value(Int64.self, "SELECT id FROM tenants WHERE name = ?", [name]) else { continue }
      try readTenants(.of(id), &names)
      try readWorkspaces(.of(id), &names)
    }
    try readTenantMembers(.all, &names)
    try readWorkspaceMembers(.organizations, &names)
    for (id, at) in workspaceIndex where tenants[at.tenant].account != nil {
      try readWorkspaceMembers(.of(id), &names)
    }
    try readInvitations(.all, &names)
    try readDepartures(.all, &names)
    try readKeys(.all, &names)
    return try finish(&names)
  }

  mutating func only(_ wanted: Set<String>, _ names: inout NameTable) throws -> ActualState {
    let sorted = Set(wanted.map { $0.hasPrefix("~") ? $0.emailKey : $0 }).map { Array($0.utf8) }
      .sorted { $0.lexicographicallyPrecedes($1) }
    for name in sorted {
      let name = String(decoding: name, as: UTF8.self)
      guard let id = try rows.value(Int64.self, "SELECT id FROM tenants WHERE name = ?", [name]) else { continue }
      try readTenants(.of(id), &names)
      try readWorkspaces(.of(id), &names)
      try readTenantMembers(.of(id), &names)
      try readInvitations(.of(id), &names)
      try readDepartures(.of(id), &names)
    }
    for workspace in workspaceIndex.keys.sorted() {
      try readWorkspaceMembers(.of(workspace), &names)
      try readKeys(.of(workspace), &names)
    }
    try readInvitedAccounts(&names)
    return try finish(&names)
  }

  mutating func findVersion() throws {
    knowsRevisions = try rows.schemaVersion() >= 3
    knowsInviters = try rows.knowsInviters()
  }

  private mutating func finish(_ names: inout NameTable) throws -> ActualState {
    for i in tenants.indices {
      tenants[i].roll.sort()
      let inOrder = names
      tenants[i].workspaces.sort { inOrder.precedes($0.name, $1.name) }
      for j in tenants[i].workspaces.indices {
        tenants[i].workspaces[j].roll.sort()
        tenants[i].workspaces[j].apiKeys.sort { inOrder.precedes($0.name, $1.name) }
      }
    }
    var policies: [String: String] = [:]
    // All of them, a handful: baselines name older ones for what was withheld.
    try rows.forEachRow("SELECT digest, text FROM policies", []) { policies[$0.string(0)] = $0.string(1) }
    var state = ActualState(
      tenants: tenants, accounts: AccountDirectory(people.records), policies: policies,
      policyForAll: try rows.policyForAllDigest())
    (state.policyForAllCommit, state.policyForAllWithheld) = try rows.policyForAllStanding()
    return state
  }
}

extension StateReader {
  static let accountColumns = "id, email, display_name, suspended_at, suspension_reason, created_at"

  static func record(_ row: borrowing RawRow, _ names: inout NameTable) -> AccountRecord {
    let email = names.intern(row.text(1))
    return AccountRecord(
      id: row.integer(0), person: names.folded(email), email: email, displayName: row.optionalString(2),
      suspended: row.optionalInstant(3), suspensionReason: row.optionalString(4), created: row.instant(5))
  }

  private mutating func readAccounts(_ names: inout NameTable) throws {
    people.reserve(try rows.value(Int.self, "SELECT count(*) FROM accounts", []) ?? 0)
    try rows.forEachRow("SELECT \(Self.accountColumns) FROM accounts ORDER BY id") { row in
      people.add(StateReader.record(row, &names))
    }
    knowsEverybody = true
  }

  /// The person behind an account's id; the account joins the answer.
  mutating func person(_ id: Int64, _ names: inout NameTable) throws -> Symbol {
    if let known = people[id] { return known }
    try rows.forEachRow("SELECT \(Self.accountColumns) FROM accounts WHERE id = ?", [id]) { row in
      people.add(StateReader.record(row, &names))
    }
    guard let found = people[id] else {
      throw StoreError(
        .corrupt, "The store names account \(id), which does not exist: it was deleted while foreign keys were off.",
        hint: "PRAGMA foreign_key_check lists such rows. Delete them, with PRAGMA foreign_keys = ON from then on.")
    }
    return found
  }

  mutating func optionalPerson(_ id: Int64?, _ names: inout NameTable) throws -> Symbol? {
    guard let id else { return nil }
    return try person(id, &names)
  }

  /// Accounts of people who are invited or went away, of which rolls know the email only.
  private mutating func readInvitedAccounts(_ names: inout NameTable) throws {
    if knowsEverybody { return }
    var emails: Set<Symbol> = []
    for tenant in tenants {
      for roll in [tenant.roll] + tenant.workspaces.map(\.roll) {
        emails.formUnion(roll.invitations.map(\.person))
        emails.formUnion(roll.departures.map(\.person))
      }
    }
    emails.subtract(people.records.map(\.person))
    for email in emails.sorted() {
      let sql = "SELECT \(Self.accountColumns) FROM accounts WHERE email_key = ?"
      try rows.forEachRow(sql, [names.text(email)]) { people.add(StateReader.record($0, &names)) }
    }
  }
}

extension SQLiteTransaction {
  func baselines(of tenants: [Int64]) throws -> [Int64: [UInt8]] {
    var found: [Int64: [UInt8]] = [:]
    for id in tenants {
      try forEachRow("SELECT entries FROM baselines WHERE tenant_id = ?", [id]) { found[id] = $0.bytes(0) }
    }
    return found
  }

  func read(_ scope: ReadScope, baselines: Bool, names: inout NameTable) throws -> ActualState {
    var reader = StateReader(self)
    reader.readsBaselines = baselines
    try reader.findVersion()
    switch scope {
    case .everything: return try reader.everything(&names)
    case .organizations(let accounts): return try reader.organizations(and: accounts, &names)
    case .tenants(let wanted): return try reader.only(wanted, &names)
    }
  }
}
