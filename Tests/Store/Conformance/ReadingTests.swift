import Model
import Store
import Testing

/// What was written comes back, whole and in order.
@Suite struct ReadingTests {
  @Test("an empty store is empty", arguments: Engine.all)
  func empty(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let (state, _) = try store.state()
    #expect(state.tenants.isEmpty && state.accounts.records.isEmpty && state.policies.isEmpty)
    #expect(try store.accounts().isEmpty && store.tenants().isEmpty && store.invitations(email: nil).isEmpty)
    #expect(try store.lastAppliedCommit() == nil)
    #expect(try store.verifyAudit() == .intact(entries: 0))
    #expect(store.engine == engine.name)
  }

  @Test("everything that planning looks at comes back", arguments: Engine.all)
  func whole(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    try store.transaction { write in
      let ml = try write.createWorkspace(
        tenant: acme.id, name: "Ärger", kind: .standard, displayName: "M", owner: nil, subscription: "team", at: day(1))
      try write.putInvitation(
        .workspace(ml),
        NewInvitation(
          email: "Grace@x.example", role: "developer", expires: day(30), protect: true, lapses: day(15),
          tokenHash: "h1", reinvite: day(3), created: day(1)))
      try write.recordDeparture(.workspace(ml), email: "Bob@x.example", reason: .left, at: day(2), reinvite: day(4))
      try write.recordDeparture(.tenant(acme.id), email: "eve@x.example", reason: .declined, at: day(2), reinvite: nil)
      try write.createAPIKey(
        workspace: ml, name: "ci", hash: "k1", creator: acme.ada, limits: APIKeyLimits(monthly: 10, daily: nil),
        at: day(2))
      try write.suspendTenant(acme.id, reason: "audit", at: day(3))
    }
    let (state, names) = try store.state()
    #expect(state.tenants.map(\.name) == ["acme", "~ada@acme.example"])
    let tenant = try #require(state.tenants.first)
    #expect(tenant.displayName == "Acme" && tenant.account == nil)
    #expect(tenant.owner.map(names.text) == "ada@acme.example")
    #expect(tenant.subscription.map(names.text) == "business")
    #expect(tenant.suspended == day(3) && tenant.suspensionReason == "audit")
    #expect(tenant.roll.members.count == 1 && tenant.roll.members[0].protect)
    #expect(names.text(tenant.roll.members[0].role) == "super-admin")
    #expect(tenant.roll.departures.map(\.reason) == [.declined])
    #expect(tenant.workspaces.map { names.text($0.name) } == ["general", "Ärger"])
    #expect(tenant.workspaces.map(\.kind) == [.default, .standard])
    let ml = tenant.workspaces[1]
    #expect(ml.displayName == "M" && ml.owner == nil && ml.created == day(1))
    let invited = try #require(ml.roll.invitations.first)
    #expect(names.text(invited.person) == "grace@x.example" && names.text(invited.email) == "Grace@x.example")
    #expect(invited.expires == day(30) && invited.protect && invited.lapses == day(15) && invited.reinvite == day(3))
    #expect(invited.sends == 1 && invited.created == day(1))
    #expect(ml.roll.departures.map { names.text($0.person) } == ["bob@x.example"])
    #expect(ml.roll.departures[0].reinvite == day(4) && ml.roll.departures[0].since == day(2))
    #expect(ml.apiKeys.map { names.text($0.name) } == ["ci"])
    #expect(ml.apiKeys[0].limits == APIKeyLimits(monthly: 10, daily: nil))
    #expect(ml.apiKeys[0].creator.map(names.text) == "ada@acme.example")
    let home = state.tenants[1]
    let ada = try #require(home.account.flatMap { state.accounts[$0] })
    #expect(names.text(ada.email) == "Ada@Acme.example" && ada.displayName == "Ada" && ada.id == acme.ada)
  }

  @Test("a read of some tenants names only their people", arguments: Engine.all)
  func scoped(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    try store.transaction { write in
      let (bob, _) = try write.createAccount(email: "bob@x.example", displayName: nil, at: day(1))
      _ = try write.createAccount(email: "grace@x.example", displayName: nil, at: day(1))
      let other = try write.createOrganization(
        name: "beta", displayName: nil, owner: bob, subscription: nil, at: day(1))
      try write.putMember(.tenant(other), account: bob, role: "member", expires: nil, protect: false, joined: day(1))
      try write.putInvitation(.workspace(acme.general), invitation("GRACE@x.example"))
    }
    func read(_ scope: Set<String>) throws -> (tenants: [String], people: [String]) {
      var names = NameTable()
      let state = try store.read(.tenants(scope), names: &names)
      return (state.tenants.map(\.name), state.accounts.records.map { names.text($0.person) }.sorted())
    }
    let one = try read(["acme", "unknown"])
    #expect(one.tenants == ["acme"] && one.people == ["ada@acme.example", "grace@x.example"])
    let two = try read(["~Ada@acme.example", "beta"])
    #expect(two.tenants == ["beta", "~ada@acme.example"] && two.people == ["ada@acme.example", "bob@x.example"])
    #expect(try read([]).tenants.isEmpty)
  }

  @Test("scoped and whole reads agree", arguments: Engine.all)
  func agreement(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    try store.transaction { write in
      for i in (0..<50).reversed() {
        let (id, _) = try write.createAccount(email: "p\(i)@x.example", displayName: nil, at: day(1))
        let scope: RollScope = i % 2 == 0 ? .tenant(acme.id) : .workspace(acme.general)
        try write.putMember(scope, account: id, role: "r\(i % 20)", expires: nil, protect: false, joined: day(1))
      }
    }
    var names = NameTable()
    // Names known before, in another order than the store's: rolls are sorted by symbol all the same.
    for i in 0..<50 { _ = names.intern("p\(i)@x.example") }
    let whole = try #require(try store.read(.everything, names: &names).tenants.first { $0.name == "acme" })
    let scoped = try #require(try store.read(.tenants(["acme"]), names: &names).tenants.first)
    #expect(whole.roll == scoped.roll)
    #expect(whole.workspaces.map(\.roll) == scoped.workspaces.map(\.roll))
    for roll in [whole.roll] + whole.workspaces.map(\.roll) {
      #expect(roll.members.map(\.person) == roll.members.map(\.person).sorted())
    }
  }

  @Test("an invitation ends when it lapses or what it offers does, whichever is first", arguments: Engine.all)
  func invitationsEnd(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    let ends: [(lapses: Instant?, expires: Instant?, end: Instant?)] = [
      (nil, nil, nil), (day(2), nil, day(2)), (nil, day(3), day(3)), (day(4), day(3), day(3)), (day(2), day(3), day(2)),
    ]
    try store.transaction { write in
      for (number, row) in ends.enumerated() {
        var offered = invitation("p\(number)@x.example", token: "t\(number)", lapses: row.lapses)
        offered.expires = row.expires
        try write.putInvitation(.tenant(acme.id), offered)
      }
    }
    #expect(try store.invitations(email: nil).map(\.end) == ends.map(\.end))
  }

  @Test("invitations are listed by path and email", arguments: Engine.all)
  func invitations(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    try store.transaction { write in
      try write.putInvitation(.workspace(acme.general), invitation("zoe@x.example", token: "t1", lapses: day(2)))
      try write.putInvitation(.workspace(acme.general), invitation("Bob@x.example", token: "t2"))
      try write.putInvitation(.tenant(acme.id), invitation("zoe@x.example", role: "member", token: "t3"))
    }
    let all = try store.invitations(email: nil)
    #expect(all.map(\.path) == ["acme", "acme/general", "acme/general"])
    #expect(all.map(\.email) == ["zoe@x.example", "Bob@x.example", "zoe@x.example"])
    #expect(all[2].end == day(2))
    #expect(try store.invitations(email: "BOB@x.example").map(\.path) == ["acme/general"])
    #expect(try store.invitation(tokenHash: "t3")?.path == "acme")
    #expect(try store.invitation(tokenHash: "unknown") == nil)
  }
}
