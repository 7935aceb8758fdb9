import Model
import Store
import Testing

/// What accounts have in tenants that a plan has not read.
@Suite("Holdings") struct HoldingTests {
  /// acme with ada, a team, and people who have one thing each.
  private func company(_ store: any Store) throws -> (acme: Acme, ids: [String: Int64], team: Int64) {
    let acme = try store.makeAcme()
    var ids: [String: Int64] = ["ada": acme.ada]
    let team = try store.transaction { write in
      let team = try write.createOrganization(
        name: "team", displayName: nil, owner: nil, subscription: nil, at: day(0))
      let room = try write.createWorkspace(
        tenant: team, name: "room", kind: .default, displayName: nil, owner: nil, subscription: nil, at: day(0))
      for name in ["member", "guest", "ended", "invited", "lapsed", "closed", "home", "nobody"] {
        let (account, tenant) = try write.createAccount(email: "\(name)@X.example", displayName: nil, at: day(0))
        ids[name] = account
        guard name == "home" else { continue }
        _ = try write.createWorkspace(
          tenant: tenant, name: "Personal", kind: .personal, displayName: nil, owner: account, subscription: nil,
          at: day(0))
      }
      func put(_ scope: RollScope, _ name: String, until end: Instant? = nil) throws {
        try write.putMember(
          scope, account: ids[name] ?? 0, role: "member", expires: end, protect: false, joined: day(0))
      }
      try put(.tenant(team), "member")
      try put(.workspace(room), "guest", until: day(5))
      try put(.workspace(room), "ended", until: day(3))
      try write.putInvitation(.workspace(room), invitation("Invited@x.example"))
      try write.putInvitation(.tenant(team), invitation("lapsed@x.example", lapses: day(1)))
      try write.putInvitation(.tenant(team), invitation("closed@x.example"))
      try write.closeInvitation(.tenant(team), email: "closed@x.example", as: .declined, at: day(1))
      return team
    }
    return (acme, ids, team)
  }

  private func lasting(_ number: Int64) -> (HeldMembership) -> Bool {
    { held in held.end.map { day(number) < $0 } ?? true }
  }

  private func names(_ accounts: Set<Int64>, _ ids: [String: Int64]) -> Set<String> {
    Set(ids.filter { accounts.contains($0.value) }.keys)
  }

  @Test("what an account has, and where it is active at an instant", arguments: Engine.all)
  func holdings(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let (acme, ids, team) = try company(store)
    let all = try store.holdings(of: nil, outside: [], isInForce: lasting(3))
    #expect(names(all.active, ids) == ["ada", "guest"], "an end is the first instant without access")
    #expect(names(all.holders, ids) == ["ada", "member", "guest", "ended", "invited", "lapsed", "home"])
    #expect(try store.holdings(of: Set(ids.values), outside: [], isInForce: lasting(3)) == all, "asked one by one")
    let later = try store.holdings(of: nil, outside: [], isInForce: lasting(5))
    #expect(names(later.active, ids) == ["ada"] && later.holders == all.holders)
    let elsewhere = try store.holdings(of: nil, outside: [team], isInForce: lasting(3))
    #expect(names(elsewhere.active, ids) == ["ada"] && names(elsewhere.holders, ids) == ["ada", "home"])
    let some = [ids["guest"], ids["home"], ids["nobody"]].compactMap { $0 }
    let few = try store.holdings(of: Set(some), outside: [acme.id], isInForce: lasting(3))
    #expect(names(few.active, ids) == ["guest"] && names(few.holders, ids) == ["guest", "home"])
    #expect(try store.holdings(of: [], outside: [], isInForce: lasting(3)) == AccountHoldings())
  }

  @Test("accounts that have nothing anywhere", arguments: Engine.all)
  func nothing(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    _ = try company(store)
    var names = NameTable()
    let found = try store.accountsWithoutHoldings(names: &names)
    #expect(found.map { names.text($0.email) } == ["closed@X.example", "nobody@X.example"])
    #expect(found.map { names.text($0.person) } == ["closed@x.example", "nobody@x.example"])
  }
}
