import Model
import Store
import Testing

/// Serials rise with every write that a plan could depend on, and with no other.
@Suite struct SerialTests {
  /// A write, and whether `acme` must notice it.
  struct Row: Sendable, CustomTestStringConvertible {
    var name: String
    var raises: Bool
    /// Whether a plan of anything could.
    var generation: Bool
    var write: @Sendable (any StoreTransaction, Acme) throws -> Void
    var testDescription: String { name }
    init(
      _ name: String, raises: Bool = true, generation: Bool? = nil,
      _ write: @escaping @Sendable (any StoreTransaction, Acme) throws -> Void
    ) {
      (self.name, self.raises, self.generation, self.write) = (name, raises, generation ?? raises, write)
    }
  }

  static let limits = APIKeyLimits(monthly: nil, daily: nil)

  static let rows: [Row] = [
    Row("tenant") { try $0.updateTenant($1.id, displayName: "x", owner: nil, subscription: nil) },
    Row("suspend tenant") { try $0.suspendTenant($1.id, reason: "x", at: day(1)) },
    Row("suspend account") { try $0.suspendAccount($1.ada, reason: "x", at: day(1)) },
    Row("move account") { try $0.moveAccount($1.ada, to: "new@x.example", at: day(1)) },
    Row("delete account") { store, acme in try store.deleteAccount(acme.ada) },
    Row("account of somebody invited") { store, _ in
      _ = try store.createAccount(email: "invited@x.example", displayName: nil, at: day(1))
    },
    Row("workspace") {
      _ = try $0.createWorkspace(
        tenant: $1.id, name: "x", kind: .standard, displayName: nil, owner: nil, subscription: nil, at: day(1))
    },
    Row("workspace attributes") { try $0.updateWorkspace($1.general, displayName: "x", owner: nil, subscription: nil) },
    Row("rename") { try $0.renameWorkspace($1.general, to: "x") },
    Row("delete workspace") { try $0.deleteWorkspace($1.general, at: day(1)) },
    Row("member") {
      try $0.putMember(.tenant($1.id), account: $1.ada, role: "x", expires: nil, protect: false, joined: day(1))
    },
    Row("workspace member") {
      try $0.putMember(.workspace($1.general), account: $1.ada, role: "x", expires: nil, protect: false, joined: day(1))
    },
    Row("remove member") { try $0.removeMember(.tenant($1.id), account: $1.ada) },
    Row("remove workspace member") { try $0.removeMember(.workspace($1.general), account: $1.ada) },
    Row("invite") { try $0.putInvitation(.tenant($1.id), invitation("bob@x.example")) },
    Row("invite to workspace") { try $0.putInvitation(.workspace($1.general), invitation("bob@x.example")) },
    Row("invite again") { try $0.putInvitation(.workspace($1.general), invitation("invited@x.example")) },
    Row("update invitation") {
      try $0.updateInvitation(
        .workspace($1.general), email: "invited@x.example", role: "x", expires: nil, protect: false)
    },
    Row("close invitation") {
      try $0.closeInvitation(.workspace($1.general), email: "invited@x.example", as: .declined, at: day(1))
    },
    Row("departure") {
      try $0.recordDeparture(.tenant($1.id), email: "x@x.example", reason: .left, at: day(1), reinvite: nil)
    },
    Row("new key") {
      try $0.createAPIKey(workspace: $1.general, name: "x", hash: "x", creator: nil, limits: limits, at: day(1))
    },
    Row("key") { try $0.updateAPIKey(workspace: $1.general, name: "ci", limits: limits) },
    Row("revoke key") { try $0.revokeAPIKey(workspace: $1.general, name: "ci", at: day(1)) },
    Row("account name", raises: false, generation: true) { try $0.updateAccount($1.ada, displayName: "x") },
    Row("counter", raises: false) { try $0.addCounter(workspace: $1.general, account: nil, kind: "x", count: 1) },
    Row("invoice", raises: false) { store, acme in
      _ = try store.writeInvoice(
        Invoice(
          tenant: "acme", workspace: "general", workspaceID: acme.general, reason: "x", lines: [], total: 0,
          created: day(1)))
    },
    Row("applied", raises: false, generation: true) {
      try $0.recordApplied(
        tenant: $1.id, AppliedCommit(commit: "c", time: day(1), baseline: [], policyDigest: "d", withheld: 0),
        policy: "p")
    },
    Row("touched", raises: false, generation: true) { try $0.touchApplied(tenants: [$1.id], commit: "c", at: day(1)) },
    Row("touched again", raises: false) { store, _ in try store.touchApplied(tenants: [], commit: "before", at: day(1))
    },
    Row("reconciliation", raises: false) { store, _ in try store.recordReconciliation(at: day(1)) },
    Row("somebody's account", raises: false, generation: true) { store, _ in
      _ = try store.createAccount(email: "x@x.example", displayName: nil, at: day(1))
    },
    Row("another organization", raises: false, generation: true) { store, _ in
      _ = try store.createOrganization(name: "x", displayName: nil, owner: nil, subscription: nil, at: day(1))
    },
    Row("audit", raises: false) { store, _ in
      try store.appendAudit(AuditRecord(time: day(1), actors: [], action: "x", path: "acme", subject: nil))
    },
    Row("outbox", raises: false) { store, _ in
      try store.appendOutbox(kind: "x", to: "x@x.example", token: nil, path: "acme", at: day(1))
    },
  ]

  @Test("a serial rises exactly where planning could see it", arguments: Engine.all, rows)
  func rises(engine: Engine, row: Row) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    try store.transaction { write in
      _ = try write.createOrganization(name: "other", displayName: nil, owner: nil, subscription: nil, at: day(0))
      try write.putInvitation(.workspace(acme.general), invitation("invited@x.example"))
      try write.createAPIKey(
        workspace: acme.general, name: "ci", hash: "h", creator: nil, limits: Self.limits, at: day(0))
      try write.touchApplied(tenants: [], commit: "before", at: day(0))
    }
    let before = try (acme: store.serial("acme"), other: store.serial("other"), generation: generation(store))
    try store.transaction { try row.write($0, acme) }
    #expect(try (store.serial("acme") > before.acme) == row.raises)
    #expect(try store.serial("other") == before.other, "nothing happened there")
    #expect(try (generation(store) > before.generation) == row.generation)
  }

  private func generation(_ store: any Store) throws -> Int64 { try #require(try store.generation()) }

  @Test(
    "plain SQL raises serials too", arguments: Engine.all,
    [
      "UPDATE tenant_members SET role = 'x'", "DELETE FROM tenant_members", "UPDATE tenants SET display_name = 'x'",
      "UPDATE workspace_members SET expires_at = 5 WHERE role = 'admin'", "UPDATE workspaces SET name = 'x'",
      "UPDATE accounts SET suspended_at = 5", "UPDATE accounts SET email = 'ADA@acme.example'",
      "INSERT INTO workspaces (tenant_id, name, kind, created_at) SELECT id, 'x', 'standard', 0 FROM tenants",
      "DELETE FROM workspaces WHERE kind = 'default'",
      """
      INSERT INTO invitations (tenant_id, email, email_key, role, token_hash, created_at)
      SELECT id, 'b@x.example', 'b@x.example', 'x', 'h', 0 FROM tenants WHERE name = 'acme'
      """,
      """
      INSERT INTO departures (tenant_id, email, email_key, reason, since)
      SELECT id, 'b@x.example', 'b@x.example', 'left', 0 FROM tenants
      """,
      "INSERT INTO api_keys (workspace_id, name, hash, created_at) SELECT id, 'x', 'h' || id, 0 FROM workspaces",
    ])
  func plainSQL(engine: Engine, sql: String) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    try store.makeAcme()
    let before = try (serial: store.serial("acme"), generation: generation(store))
    try fixture.sql(sql)
    #expect(try store.serial("acme") > before.serial)
    #expect(try generation(store) > before.generation)
  }

  @Test(
    "plain SQL raises the generation where no serial is concerned", arguments: Engine.all,
    [
      "UPDATE tenants SET applied_commit = 'c', applied_at = 1, policy_digest = 'd'",
      "UPDATE tenants SET withheld = 2", "UPDATE baselines SET entries = x''", "DELETE FROM baselines",
      "INSERT INTO policies (digest, text) VALUES ('e', 'x')", "UPDATE policies SET text = 'x'",
      "INSERT INTO accounts (email, email_key, created_at) VALUES ('B@x.example', 'b@x.example', 0)",
      "DELETE FROM tenants WHERE name = 'acme'", "UPDATE meta SET value = 'x' WHERE key = 'last-applied-commit'",
      "DELETE FROM meta",
    ])
  func plainSQLGeneration(engine: Engine, sql: String) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    let applied = AppliedCommit(commit: "b", time: day(1), baseline: [], policyDigest: "d", withheld: 0)
    try store.transaction { try $0.recordApplied(tenant: acme.id, applied, policy: "p") }
    let before = try generation(store)
    try fixture.sql(sql)
    #expect(try generation(store) > before)
  }

  @Test("one store's generation says nothing of another's", arguments: Engine.all)
  func generations(engine: Engine) throws {
    let (one, other) = (try engine.make(), try engine.make())
    #expect(try generation(one.open()) != generation(other.open()))
  }

  @Test("the account's own tenant notices its name", arguments: Engine.all)
  func accountName(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    let before = try store.serial("~ada@acme.example")
    try store.transaction { try $0.updateAccount(acme.ada, displayName: "x") }
    #expect(try store.serial("~ada@acme.example") > before)
  }
}
