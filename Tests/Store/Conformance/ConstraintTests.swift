import Model
import Store
import Testing

/// What the database holds by itself, against the library and against plain SQL.
@Suite struct ConstraintTests {
  @Test("a personal workspace goes only with its account", arguments: Engine.all)
  func personalWorkspace(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    expectConstraint("personal-workspace-undeletable") {
      try store.transaction { try $0.deleteWorkspace(acme.personal, at: day(1)) }
    }
    for sql in [
      "DELETE FROM workspaces WHERE kind = 'personal'", "DELETE FROM tenants WHERE account_id IS NOT NULL",
      "UPDATE workspaces SET kind = 'standard' WHERE kind = 'personal'",
      "UPDATE workspaces SET tenant_id = (SELECT id FROM tenants WHERE name = 'acme') WHERE kind = 'personal'",
    ] {
      #expect(throws: (any Error).self, "\(sql)") { try fixture.sql(sql) }
    }
    try fixture.sql("UPDATE workspaces SET name = 'Mine' WHERE kind = 'personal'")
    try fixture.sql("DELETE FROM accounts")
    #expect(try store.tenants().map(\.name) == ["acme"])
  }

  @Test("a personal workspace keeps its user, and lets others come and go", arguments: Engine.all)
  func personalUser(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    let rule = "personal-workspace-keeps-its-user"
    expectConstraint(rule) {
      try store.transaction { try $0.removeMember(.workspace(acme.personal), account: acme.ada) }
    }
    expectConstraint(rule) {
      try store.transaction {
        try $0.putMember(
          .workspace(acme.personal), account: acme.ada, role: "viewer", expires: nil, protect: false, joined: day(1))
      }
    }
    #expect(throws: (any Error).self) {
      try fixture.sql("DELETE FROM workspace_members WHERE workspace_id = \(acme.personal)")
    }
    try store.transaction { write in
      let (bob, _) = try write.createAccount(email: "bob@x.example", displayName: nil, at: day(1))
      let scope = RollScope.workspace(acme.personal)
      try write.putMember(scope, account: bob, role: "viewer", expires: nil, protect: false, joined: day(1))
      try write.putMember(scope, account: bob, role: "admin", expires: nil, protect: false, joined: day(1))
      try write.removeMember(scope, account: bob)
      try write.putMember(scope, account: acme.ada, role: "admin", expires: nil, protect: true, joined: day(1))
    }
  }

  /// `acme` with the rule set as its applied policy says.
  private func applying(_ rule: String, _ value: String, to acme: Acme, _ store: any Store) throws {
    try store.transaction {
      try $0.recordApplied(
        tenant: acme.id,
        AppliedCommit(
          commit: String(repeating: "a", count: 40), time: day(1), baseline: [], policyDigest: rule + value, withheld: 0
        ),
        policy: "protection.\(rule)\t\(value)\n")
    }
  }

  @Test("under organization-member-first nobody is in a workspace only", arguments: Engine.all)
  func organizationFirst(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    let rule = "organization-member-first"
    let bob = try store.transaction {
      try $0.createAccount(email: "bob@x.example", displayName: nil, at: day(1)).account
    }
    func put(_ scope: RollScope, _ role: String) throws {
      try store.transaction {
        try $0.putMember(scope, account: bob, role: role, expires: nil, protect: false, joined: day(1))
      }
    }
    try put(.workspace(acme.general), "viewer")
    try applying(rule, "on", to: acme, store)
    try put(.workspace(acme.general), "developer")  // who is there already may be changed
    try store.transaction { try $0.removeMember(.workspace(acme.general), account: bob) }
    expectConstraint(rule) { try put(.workspace(acme.general), "viewer") }
    try put(.tenant(acme.id), "member")
    try put(.workspace(acme.general), "viewer")
    expectConstraint(rule) { try store.transaction { try $0.removeMember(.tenant(acme.id), account: bob) } }
    #expect(throws: (any Error).self) { try fixture.sql("DELETE FROM tenant_members WHERE account_id = \(bob)") }
    try store.transaction { try $0.deleteAccount(bob) }
    try applying(rule, "off", to: acme, store)
    let eve = try store.transaction {
      try $0.createAccount(email: "eve@x.example", displayName: nil, at: day(1)).account
    }
    try fixture.sql(
      "INSERT INTO workspace_members (workspace_id, account_id, role, joined_at) VALUES (\(acme.general), \(eve), 'x', 0)"
    )
  }

  @Test("under creator-kept the owner of record stays", arguments: Engine.all, ["on", "only-workspace"])
  func creatorKept(engine: Engine, value: String) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    try applying("creator-kept", value, to: acme, store)
    for scope in [RollScope.tenant(acme.id), .workspace(acme.general)] {
      expectConstraint("creator-kept") { try store.transaction { try $0.removeMember(scope, account: acme.ada) } }
    }
    #expect(throws: (any Error).self) {
      try fixture.sql("DELETE FROM workspace_members WHERE workspace_id = \(acme.general)")
    }
    try store.transaction {
      try $0.updateWorkspace(acme.general, displayName: nil, owner: .some(nil), subscription: nil)
      try $0.removeMember(.workspace(acme.general), account: acme.ada)
    }
    try applying("creator-kept", "off", to: acme, store)
    try store.transaction { try $0.removeMember(.tenant(acme.id), account: acme.ada) }
  }

  @Test("one personal workspace an account, one default one an organization", arguments: Engine.all)
  func kinds(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    let home = try #require(try store.tenants().first { $0.name.hasPrefix("~") }).id
    func create(_ tenant: Int64, _ kind: WorkspaceKind) throws {
      _ = try store.transaction {
        try $0.createWorkspace(
          tenant: tenant, name: "another", kind: kind, displayName: nil, owner: nil, subscription: nil, at: day(1))
      }
    }
    expectConstraint("one-personal-workspace") { try create(home, .personal) }
    expectConstraint { try create(acme.id, .default) }
    expectConstraint { try create(acme.id, .personal) }
    expectConstraint { try create(home, .default) }
    try create(home, .standard)
    try create(acme.id, .standard)
    expectConstraint { try create(acme.id, .standard) }
  }

  @Test("one pending invitation an email and roll", arguments: Engine.all)
  func pending(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    try store.transaction { try $0.putInvitation(.workspace(acme.general), invitation("bob@x.example", token: "a")) }
    func insert(_ workspace: String, _ token: String) throws {
      try fixture.sql(
        """
        INSERT INTO invitations (tenant_id, workspace_id, email, email_key, role, token_hash, created_at)
        VALUES (\(acme.id), \(workspace), 'Bob@x.example', 'bob@x.example', 'viewer', '\(token)', 0)
        """)
    }
    #expect(throws: (any Error).self) { try insert("\(acme.general)", "b") }
    #expect(throws: (any Error).self, "a workspace of another tenant") { try insert("\(acme.personal)", "b") }
    try insert("NULL", "b")
    #expect(throws: (any Error).self) { try insert("NULL", "c") }
  }

  @Test("plain SQL is held to types, kinds and references", arguments: Engine.all)
  func plainSQL(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    for sql in [
      "INSERT INTO workspaces (tenant_id, name, kind, created_at) VALUES (\(acme.id), 'x', 'other', 0)",
      "INSERT INTO workspaces (tenant_id, name, kind, created_at) VALUES (99, 'x', 'standard', 0)",
      "INSERT INTO tenant_members (tenant_id, account_id, role, joined_at) VALUES (\(acme.id), 99, 'member', 0)",
      "INSERT INTO tenants (name, created_at) VALUES ('~bob@x.example', 0)",
      "INSERT INTO tenants (name, created_at) VALUES ('acme', 0)",
      "INSERT INTO accounts (email, email_key, created_at) VALUES ('B@x.example', 'B@x.example', 0)",
      "UPDATE tenants SET applied_commit = 'abc'", "UPDATE tenant_members SET protect = 2",
      "UPDATE tenant_members SET role = ''",
    ] {
      #expect(throws: (any Error).self, "\(sql)") { try fixture.sql(sql) }
    }
    try fixture.sql("UPDATE tenant_members SET role = 'member' WHERE tenant_id = \(acme.id)")
    let (state, names) = try store.state()
    #expect(state.tenants[0].roll.members.map { names.text($0.role) } == ["member"])
  }
}
