import Model
import Store
import Testing

@Suite struct RollTests {
  /// The rolls of `acme` and of `acme/general`.
  private static func scopes(_ acme: Acme) -> [RollScope] { [.tenant(acme.id), .workspace(acme.general)] }

  private static func roll(_ store: any Store, _ scope: RollScope) throws -> (roll: Roll, names: NameTable) {
    let (state, names) = try store.state()
    let tenant = try #require(state.tenants.first)
    if case .tenant = scope { return (tenant.roll, names) }
    return (tenant.workspaces[0].roll, names)
  }

  @Test("a membership is put, changed in place and removed", arguments: Engine.all)
  func members(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    let (bob, _) = try store.transaction { try $0.createAccount(email: "bob@x.example", displayName: nil, at: day(1)) }
    for scope in Self.scopes(acme) {
      try store.transaction { write in
        try write.recordDeparture(scope, email: "Bob@x.example", reason: .left, at: day(1), reinvite: nil)
        try write.putMember(scope, account: bob, role: "viewer", expires: day(9), protect: false, joined: day(2))
        try write.putMember(scope, account: bob, role: "admin", expires: nil, protect: true, joined: day(3))
      }
      let (roll, names) = try Self.roll(store, scope)
      let member = try #require(roll.members.first { names.text($0.person) == "bob@x.example" })
      #expect(names.text(member.role) == "admin" && member.expires == nil && member.protect)
      #expect(member.joined == day(2), "joined stays")
      #expect(roll.departures.isEmpty, "a member has not departed")
      try store.transaction { try $0.removeMember(scope, account: bob) }
      #expect(try Self.roll(store, scope).roll.members.count == 1)
      expectConstraint { try store.transaction { try $0.removeMember(scope, account: bob) } }
    }
  }

  @Test("an invitation is sent again in place, changed and closed", arguments: Engine.all)
  func invitations(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    for (number, scope) in Self.scopes(acme).enumerated() {
      try store.transaction { write in
        try write.recordDeparture(scope, email: "bob@x.example", reason: .declined, at: day(1), reinvite: nil)
        try write.putInvitation(scope, invitation("Bob@x.example", token: "old\(number)"))
        try write.putInvitation(
          scope, invitation("bob@x.example", role: "admin", token: "new\(number)", lapses: day(20)))
      }
      var invited = try #require(try Self.roll(store, scope).roll.invitations.first)
      #expect(invited.sends == 2 && invited.lapses == day(20) && invited.created == day(1))
      #expect(try Self.roll(store, scope).roll.departures.isEmpty)
      #expect(try store.invitation(tokenHash: "old\(number)") == nil)
      #expect(try store.invitation(tokenHash: "new\(number)")?.role == "admin")

      try store.transaction {
        try $0.updateInvitation(scope, email: "BOB@x.example", role: "viewer", expires: day(40), protect: true)
      }
      let (roll, names) = try Self.roll(store, scope)
      invited = try #require(roll.invitations.first)
      #expect(
        names.text(invited.role) == "viewer" && invited.expires == day(40) && invited.protect && invited.sends == 2)

      let outcome = InvitationOutcome.allCases[number]
      try store.transaction { try $0.closeInvitation(scope, email: "bob@X.example", as: outcome, at: day(3)) }
      #expect(try Self.roll(store, scope).roll.invitations.isEmpty)
      expectConstraint {
        try store.transaction { try $0.closeInvitation(scope, email: "bob@x.example", as: .cancelled, at: day(3)) }
      }
      // A closed one does not stand in the way of another.
      try store.transaction { try $0.putInvitation(scope, invitation("bob@x.example")) }
      #expect(try Self.roll(store, scope).roll.invitations.first?.sends == 1)
    }
  }

  @Test("every outcome closes", arguments: Engine.all)
  func outcomes(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    for outcome in InvitationOutcome.allCases {
      try store.transaction { write in
        try write.putInvitation(.tenant(acme.id), invitation("bob@x.example"))
        try write.closeInvitation(.tenant(acme.id), email: "bob@x.example", as: outcome, at: day(2))
      }
    }
    #expect(try store.invitations(email: nil).isEmpty)
  }

  @Test("a later departure replaces an earlier one", arguments: Engine.all)
  func departures(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    for scope in Self.scopes(acme) {
      try store.transaction { write in
        try write.recordDeparture(scope, email: "bob@x.example", reason: .left, at: day(1), reinvite: nil)
        try write.recordDeparture(scope, email: "BOB@x.example", reason: .declined, at: day(2), reinvite: day(7))
      }
      let departures = try Self.roll(store, scope).roll.departures
      #expect(departures.count == 1 && departures[0].reason == .declined)
      #expect(departures[0].since == day(2) && departures[0].reinvite == day(7))
    }
  }
}
