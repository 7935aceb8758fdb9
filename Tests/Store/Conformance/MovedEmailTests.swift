import Model
import Store
import Testing

/// What a store remembers of former emails, of who invited, and of the Policy for all.
@Suite struct MovedEmailTests {
  @Test("a former email is the account's until somebody new has it", arguments: Engine.all)
  func former(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    #expect(try store.formerEmails().isEmpty)
    try store.transaction { try $0.moveAccount(acme.ada, to: "Ada@New.example", at: day(2)) }
    #expect(try store.formerEmails() == ["ada@acme.example": "Ada@New.example"])
    try store.transaction { try $0.moveAccount(acme.ada, to: "ada@third.example", at: day(3)) }
    #expect(
      try store.formerEmails() == [
        "ada@acme.example": "ada@third.example", "ada@new.example": "ada@third.example",
      ])
    try store.transaction { _ = try $0.createAccount(email: "ADA@acme.example", displayName: nil, at: day(4)) }
    #expect(try store.formerEmails() == ["ada@new.example": "ada@third.example"])
    try store.transaction { try $0.moveAccount(acme.ada, to: "ada@new.example", at: day(5)) }
    #expect(try store.formerEmails() == ["ada@third.example": "ada@new.example"], "back: no former one any more")
    try store.transaction { try $0.moveAccount(acme.ada, to: "ADA@new.example", at: day(6)) }
    #expect(try store.formerEmails() == ["ada@third.example": "ADA@new.example"], "the same email, spelt otherwise")
    try store.transaction { try $0.deleteAccount(acme.ada) }
    #expect(try store.formerEmails().isEmpty)
  }

  @Test("an invitation keeps who sent it last, under whatever email they have", arguments: Engine.all)
  func inviter(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    var sent = invitation("eve@x.example")
    sent.inviter = acme.ada
    try store.transaction { [sent] in try $0.putInvitation(.tenant(acme.id), sent) }
    #expect(try store.invitations(email: nil).map(\.inviter) == ["Ada@Acme.example"])
    let (state, names) = try store.state()
    let inviter = try #require(state.tenants.first?.roll.invitations.first?.inviter)
    #expect(names.text(inviter) == "ada@acme.example")
    let serial = try store.serial("acme")
    try store.transaction { try $0.putInvitation(.tenant(acme.id), invitation("eve@x.example")) }
    #expect(try store.invitations(email: "eve@x.example").map(\.inviter) == [nil])
    #expect(try store.serial("acme") > serial)
    try store.transaction { [sent] in try $0.putInvitation(.tenant(acme.id), sent) }
    try store.transaction { try $0.deleteAccount(acme.ada) }
    #expect(try store.invitations(email: nil).map(\.inviter) == [nil], "who is gone is nobody")
  }

  @Test("the Policy for all is the one recorded last", arguments: Engine.all)
  func policyForAll(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    try store.makeAcme()
    #expect(try store.policyForAll() == nil && store.state().state.policyForAll == nil)
    let generation = try #require(try store.generation())
    try store.transaction { try $0.recordPolicyForAll("one", digest: "d1") }
    let first = try #require(try store.generation())
    #expect(try store.policyForAll() == "one" && first > generation)
    try store.transaction { try $0.recordPolicyForAll("two", digest: "d2") }
    #expect(try store.policyForAll() == "two" && store.state().state.policyForAll == "d2")
    #expect(try store.state().state.policies == ["d1": "one", "d2": "two"])
    #expect(try #require(try store.generation()) > first)
  }

  @Test("a mail goes with its invitation", arguments: Engine.all)
  func mails(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    func send(_ email: String, to scope: RollScope) throws {
      try store.transaction { write in
        var sent = invitation(email)
        sent.mail = try write.appendOutbox(kind: "invitation", to: email, token: "t", path: nil, at: day(1))
        try write.putInvitation(scope, sent)
      }
    }
    func mails() throws -> [String] { try store.outbox().map(\.to) }
    _ = try store.transaction { try $0.appendOutbox(kind: "notice", to: "all", token: nil, path: nil, at: day(1)) }
    for name in ["a", "b", "c"] { try send(name + "@x.example", to: .tenant(acme.id)) }
    try send("d@x.example", to: .workspace(acme.general))
    try send("a@x.example", to: .tenant(acme.id))
    #expect(try mails() == ["all", "b@x.example", "c@x.example", "d@x.example", "a@x.example"], "sent again")
    try store.transaction { write in
      try write.closeInvitation(.tenant(acme.id), email: "b@x.example", as: .declined, at: day(2))
      try write.deleteWorkspace(acme.general, at: day(2))
    }
    #expect(try mails() == ["all", "c@x.example", "a@x.example"])
    try store.transaction { write in
      let account = try write.createAccount(email: "c@x.example", displayName: nil, at: day(3)).account
      try write.moveAccount(account, to: "c@new.example", at: day(3))
    }
    #expect(try mails() == ["all", "c@new.example", "a@x.example"], "the old address gets no token")
    let last = try #require(try store.outbox().last?.id)
    #expect(try store.transaction { try $0.acknowledgeOutbox(ids: [last]) } == 1)
    try send("e@x.example", to: .tenant(acme.id))
    try store.transaction { try $0.closeInvitation(.tenant(acme.id), email: "a@x.example", as: .cancelled, at: day(4)) }
    #expect(try mails() == ["all", "c@new.example", "e@x.example"], "an id is never another mail's")
  }

  @Test("the user of a personal workspace rises with the policy, and never falls", arguments: Engine.all)
  func personalRole(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    func put(_ role: String) throws {
      try store.transaction {
        try $0.putMember(
          .workspace(acme.personal), account: acme.ada, role: role, expires: nil, protect: false, joined: day(0))
      }
    }
    expectConstraint("personal-workspace-keeps-its-user") { try put("owner") }
    let text = "extends\tsingle-owner\nroles.workspace.member.rank\t10\nroles.workspace.owner.rank\t20\n"
    try store.transaction { try $0.recordPolicyForAll(text, digest: "d") }
    expectConstraint("personal-workspace-keeps-its-user") { try put("viewer") }
    try put("owner")
    for lower in ["member", "admin"] {
      expectConstraint("personal-workspace-keeps-its-user") { try put(lower) }
    }
  }
}
