import Model
import Store
import Testing

@Suite struct AccountTests {
  @Test("an account is found in any case, and only once", arguments: Engine.all)
  func find(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    #expect(try store.account(email: "ADA@acme.EXAMPLE")?.id == acme.ada)
    #expect(try store.account(email: "nobody@acme.example") == nil)
    expectConstraint {
      try store.transaction { _ = try $0.createAccount(email: "aDa@acme.example", displayName: nil, at: day(1)) }
    }
    try store.transaction { try $0.updateAccount(acme.ada, displayName: "Ada L.") }
    #expect(try store.account(email: "ada@acme.example")?.displayName == "Ada L.")
    #expect(try store.accounts().map(\.email) == ["Ada@Acme.example"])
  }

  @Test("emails beyond ASCII are caseless too", arguments: Engine.all)
  func unicode(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let id = try store.transaction { try $0.createAccount(email: "Ångström@x.example", displayName: nil, at: day(0)) }
    #expect(try store.account(email: "ångström@X.example")?.id == id.account)
    let (state, names) = try store.state()
    #expect(state.accounts.records.map { names.text($0.person) } == ["ångström@x.example"])
    #expect(state.tenants.map(\.name) == ["~ångström@x.example"])
  }

  @Test("suspending ends and resuming restores", arguments: Engine.all)
  func suspension(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    let before = try store.serial("acme")
    try store.transaction { try $0.suspendAccount(acme.ada, reason: "stolen laptop", at: day(2)) }
    #expect(try store.account(email: "ada@acme.example")?.suspensionReason == "stolen laptop")
    #expect(try store.serial("acme") > before)
    try store.transaction { try $0.suspendAccount(acme.ada, reason: nil, at: nil) }
    #expect(try store.account(email: "ada@acme.example")?.suspended == nil)
    #expect(try store.state().state.tenants[0].roll.members.count == 1)
  }

  @Test("a moved account keeps its id and everything it has", arguments: Engine.all)
  func move(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    try store.transaction { write in
      let other = try write.createOrganization(
        name: "beta", displayName: nil, owner: nil, subscription: nil, at: day(1))
      try write.putInvitation(.tenant(other), invitation("ada@acme.example"))
      try write.recordDeparture(
        .workspace(acme.general), email: "x@y.example", reason: .left, at: day(1), reinvite: nil)
    }
    let before = try (store.serial("acme"), store.serial("beta"))
    try store.transaction { try $0.moveAccount(acme.ada, to: "Countess@new.example", at: day(2)) }
    #expect(try store.account(email: "ada@acme.example") == nil)
    let moved = try #require(try store.account(email: "countess@new.example"))
    #expect(moved.id == acme.ada && moved.email == "Countess@new.example")
    #expect(try store.tenants().map(\.name) == ["acme", "beta", "~countess@new.example"])
    #expect(try store.invitations(email: "countess@new.example").count == 1)
    #expect(try store.serial("acme") > before.0)
    #expect(try store.serial("beta") > before.1)
    let (state, names) = try store.state()
    #expect(state.tenants[0].roll.members.map { names.text($0.person) } == ["countess@new.example"])
  }

  @Test("moving onto an invited email leaves no second seat", arguments: Engine.all)
  func moveOntoInvitation(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    try store.transaction { write in
      let ml = try write.createWorkspace(
        tenant: acme.id, name: "ml", kind: .standard, displayName: nil, owner: nil, subscription: nil, at: day(1))
      // Member there and invited as somebody else; invited twice; gone and invited.
      try write.putInvitation(.workspace(acme.general), invitation("new@x.example"))
      try write.putInvitation(.workspace(ml), invitation("new@x.example", role: "viewer"))
      try write.putInvitation(.workspace(ml), invitation("ada@acme.example"))
      try write.recordDeparture(.tenant(acme.id), email: "new@x.example", reason: .left, at: day(1), reinvite: nil)
      try write.moveAccount(acme.ada, to: "new@x.example", at: day(2))
    }
    #expect(try store.invitations(email: nil).map(\.path) == ["acme/ml"])
    #expect(try store.invitations(email: nil).map(\.role) == ["viewer"])
    #expect(try store.state().state.tenants[0].roll.departures.isEmpty)
  }

  @Test("moving onto another account is refused", arguments: Engine.all)
  func moveCollision(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    expectConstraint {
      try store.transaction { write in
        _ = try write.createAccount(email: "bob@x.example", displayName: nil, at: day(1))
        try write.moveAccount(acme.ada, to: "Bob@x.example", at: day(2))
      }
    }
    #expect(try store.accounts().count == 1, "the whole transaction is gone")
    try store.transaction { try $0.moveAccount(acme.ada, to: "ada@acme.example", at: day(3)) }
    #expect(try store.accounts().map(\.email) == ["ada@acme.example"], "another spelling of the same email is fine")
  }

  @Test("deleting an account takes what is its own, and leaves the audit log", arguments: Engine.all)
  func delete(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    try store.transaction { write in
      try write.addCounter(workspace: acme.general, account: acme.ada, kind: "usage", count: 3)
      try write.addCounter(workspace: acme.general, account: nil, kind: "usage", count: 4)
      try write.createAPIKey(
        workspace: acme.general, name: "ci", hash: "h", creator: acme.ada,
        limits: APIKeyLimits(monthly: nil, daily: nil),
        at: day(1))
      try write.appendAudit(AuditRecord(time: day(1), actors: [], action: "x", path: nil, subject: "ada@acme.example"))
    }
    let before = try store.serial("acme")
    try store.transaction { try $0.deleteAccount(acme.ada) }
    let (state, _) = try store.state()
    #expect(state.tenants.map(\.name) == ["acme"] && state.accounts.records.isEmpty)
    #expect(state.tenants[0].owner == nil && state.tenants[0].roll.members.isEmpty)
    #expect(state.tenants[0].workspaces[0].roll.members.isEmpty)
    #expect(state.tenants[0].workspaces[0].apiKeys.map(\.creator) == [nil])
    #expect(try store.serial("acme") > before)
    #expect(try store.counters(workspace: acme.general) == [CounterRow(kind: "usage", creator: nil, count: 7)])
    #expect(try store.audit(since: nil, subject: "ada@acme.example").count == 1)
  }
}
