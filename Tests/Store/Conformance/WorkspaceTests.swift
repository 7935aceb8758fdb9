import Model
import Store
import Testing

@Suite struct WorkspaceTests {
  @Test("attributes change only where they are given", arguments: Engine.all)
  func attributes(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    try store.transaction { write in
      try write.updateTenant(acme.id, displayName: "Acme Corp", owner: nil, subscription: .some(nil))
      try write.updateWorkspace(acme.general, displayName: "General", owner: .some(nil), subscription: "team")
      try write.updateWorkspace(acme.general, displayName: nil, owner: nil, subscription: nil)
      try write.renameWorkspace(acme.general, to: "main")
    }
    let (state, names) = try store.state()
    let tenant = state.tenants[0]
    #expect(tenant.displayName == "Acme Corp" && tenant.owner != nil && tenant.subscription == nil)
    let workspace = tenant.workspaces[0]
    #expect(workspace.displayName == "General" && workspace.owner == nil && names.text(workspace.name) == "main")
    #expect(workspace.subscription.map(names.text) == "team" && workspace.id == acme.general)
  }

  @Test("what is not there cannot be changed", arguments: Engine.all)
  func absent(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let limits = APIKeyLimits(monthly: nil, daily: nil)
    let writes: [(any StoreTransaction) throws -> Void] = [
      { try $0.updateTenant(99, displayName: "x", owner: nil, subscription: nil) },
      { try $0.suspendTenant(99, reason: "x", at: day(1)) },
      { try $0.updateAccount(99, displayName: "x") },
      { try $0.moveAccount(99, to: "x@y.example", at: day(1)) },
      { try $0.deleteAccount(99) },
      { try $0.updateWorkspace(99, displayName: "x", owner: nil, subscription: nil) },
      { try $0.renameWorkspace(99, to: "x") },
      { try $0.deleteWorkspace(99, at: day(1)) },
      { try $0.putMember(.workspace(99), account: 99, role: "x", expires: nil, protect: false, joined: day(1)) },
      { try $0.putInvitation(.workspace(99), invitation("x@y.example")) },
      { try $0.putInvitation(.tenant(99), invitation("x@y.example")) },
      { try $0.updateAPIKey(workspace: 99, name: "x", limits: limits) },
      { try $0.revokeAPIKey(workspace: 99, name: "x", at: day(1)) },
      { try $0.addCounter(workspace: 99, account: nil, kind: "x", count: 1) },
    ]
    for write in writes { expectConstraint { try store.transaction(write) } }
  }

  @Test("a deleted workspace ends what was in it; its people stay", arguments: Engine.all)
  func delete(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    let ml = try store.transaction { write in
      let ml = try write.createWorkspace(
        tenant: acme.id, name: "ml", kind: .standard, displayName: nil, owner: acme.ada, subscription: nil, at: day(1))
      try write.putMember(
        .workspace(ml), account: acme.ada, role: "admin", expires: nil, protect: false, joined: day(1))
      try write.putInvitation(.workspace(ml), invitation("bob@x.example"))
      try write.recordDeparture(.workspace(ml), email: "eve@x.example", reason: .left, at: day(1), reinvite: nil)
      try write.createAPIKey(
        workspace: ml, name: "ci", hash: "h", creator: nil, limits: APIKeyLimits(monthly: 1, daily: 2), at: day(1))
      try write.addCounter(workspace: ml, account: acme.ada, kind: "model", count: 2)
      return ml
    }
    #expect(try store.apiKeys(tenant: "acme", workspace: "ml").map(\.limits) == [APIKeyLimits(monthly: 1, daily: 2)])
    let before = try store.serial("acme")
    try store.transaction { try $0.deleteWorkspace(ml, at: day(2)) }
    #expect(try store.serial("acme") > before)
    #expect(try store.state().state.tenants[0].workspaces.map(\.id) == [acme.general])
    #expect(try store.invitations(email: nil).isEmpty && store.counters(workspace: ml).isEmpty)
    #expect(try store.apiKeys(tenant: "acme", workspace: "ml").isEmpty)
    #expect(try store.account(email: "ada@acme.example") != nil)
    let next = try store.transaction {
      try $0.createWorkspace(
        tenant: acme.id, name: "ml", kind: .standard, displayName: nil, owner: nil, subscription: nil, at: day(3))
    }
    #expect(next != ml, "ids are never used twice")
  }
}
