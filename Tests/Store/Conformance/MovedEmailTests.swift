import Model
import Store
import Testing

/// What a store remembers of former emails, of who invited, and of the Policy for all.
@Suite struct MovedEmailTests {
  @Test("a former email stays the account's that moved away from it", arguments: Engine.all)
  func former(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    func former() throws -> [String] {
      try store.formerEmails().map { "\($0.email) \($0.present)\($0.isTaken ? " taken" : "")" }
    }
    #expect(try former().isEmpty)
    try store.transaction { try $0.moveAccount(acme.ada, to: "Ada@New.example", at: day(2)) }
    #expect(try former() == ["ada@acme.example Ada@New.example"])
    #expect(try store.formerEmails().map(\.moved) == [day(2)])
    try store.transaction { try $0.moveAccount(acme.ada, to: "ada@third.example", at: day(3)) }
    #expect(try former() == ["ada@acme.example ada@third.example", "ada@new.example ada@third.example"])
    let stranger = try store.transaction {
      try $0.createAccount(email: "ADA@acme.example", displayName: nil, at: day(4)).account
    }
    #expect(try former() == ["ada@acme.example ada@third.example taken", "ada@new.example ada@third.example"])
    try store.transaction { try $0.moveAccount(acme.ada, to: "ada@new.example", at: day(5)) }
    #expect(
      try former() == ["ada@acme.example ada@new.example taken", "ada@third.example ada@new.example"],
      "back: no former one any more")
    try store.transaction { try $0.moveAccount(acme.ada, to: "ADA@new.example", at: day(6)) }
    #expect(
      try former() == ["ada@acme.example ADA@new.example taken", "ada@third.example ADA@new.example"],
      "the same email, spelt otherwise")
    try store.transaction { try $0.moveAccount(stranger, to: "eve@x.example", at: day(7)) }
    #expect(
      try former() == [
        "ada@acme.example ADA@new.example", "ada@acme.example eve@x.example", "ada@third.example ADA@new.example",
      ], "of both, the newest move last")
    try store.transaction { try $0.deleteAccount(acme.ada) }
    #expect(try former() == ["ada@acme.example eve@x.example"])
  }

  @Test("a policy that is replaced is another one wherever it counts as applied", arguments: Engine.all)
  func replacedPolicy(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    try store.transaction { write in
      try write.recordPolicyForAll("one", digest: "d1", at: day(1))
      let applied = AppliedCommit(commit: "c", time: day(1), baseline: [], policyDigest: "d1", withheld: 0)
      try write.recordApplied(tenant: acme.id, applied, policy: "one")
    }
    let generation = try #require(try store.generation())
    try store.transaction { try $0.replacePolicy("d1", by: "two", digest: "d2") }
    let state = try store.state().state
    #expect(try store.policyForAll() == "two" && state.policies == ["d2": "two"])
    #expect(state.tenants.first { $0.id == acme.id }?.applied?.policyDigest == "d2")
    #expect(try #require(try store.generation()) > generation)
  }

  @Test("what somebody left goes with their account, whoever has the email next", arguments: Engine.all)
  func departures(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    try store.transaction { write in
      let account = try write.createAccount(email: "Bob@x.example", displayName: nil, at: day(1)).account
      for (scope, reason) in [
        (RollScope.tenant(acme.id), Departure.Reason.left), (.workspace(acme.general), .declined),
      ] {
        try write.recordDeparture(scope, email: "bob@x.example", reason: reason, at: day(2), reinvite: nil)
        try write.recordDeparture(scope, email: "eve@x.example", reason: reason, at: day(2), reinvite: nil)
      }
      try write.moveAccount(account, to: "Bobby@x.example", at: day(3))
    }
    func departures() throws -> [String] {
      let (state, names) = try store.state()
      let tenant = try #require(state.tenants.first { $0.id == acme.id })
      return ([tenant.roll] + tenant.workspaces.map(\.roll)).flatMap(\.departures).map { names.text($0.person) }
        .sorted()
    }
    #expect(
      try departures() == ["bobby@x.example", "bobby@x.example", "eve@x.example", "eve@x.example"],
      "a move carries them")
    let serial = try store.serial("acme")
    let bobby = try #require(try store.account(email: "bobby@x.example")).id
    try store.transaction { try $0.deleteAccount(bobby) }
    #expect(try departures() == ["eve@x.example", "eve@x.example"])
    #expect(try store.serial("acme") > serial)
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
    try store.transaction { try $0.recordPolicyForAll("one", digest: "d1", at: day(1)) }
    let first = try #require(try store.generation())
    #expect(try store.policyForAll() == "one" && first > generation)
    try store.transaction { try $0.recordPolicyForAll("two", digest: "d2", at: day(1)) }
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

  @Test("a mail names its place as it is called now", arguments: Engine.all)
  func mailPaths(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    func send(_ email: String, to scope: RollScope, _ path: String) throws {
      try store.transaction { write in
        var sent = invitation(email)
        sent.mail = try write.appendOutbox(kind: "invitation", to: email, token: "t", path: path, at: day(1))
        try write.putInvitation(scope, sent)
      }
    }
    func paths() throws -> [String?] { try store.outbox().map(\.path) }
    try send("a@x.example", to: .tenant(acme.id), "acme")
    try send("b@x.example", to: .workspace(acme.general), "acme/general")
    try send("c@x.example", to: .workspace(acme.personal), "~ada@acme.example/Personal")
    try store.transaction { try $0.renameWorkspace(acme.general, to: "common") }
    #expect(try paths() == ["acme", "acme/common", "~ada@acme.example/Personal"])
    try store.transaction { try $0.moveAccount(acme.ada, to: "Ada@New.example", at: day(2)) }
    #expect(try paths() == ["acme", "acme/common", "~Ada@New.example/Personal"])
    try store.transaction { try $0.renameWorkspace(acme.personal, to: "Mine") }
    #expect(try paths() == ["acme", "acme/common", "~Ada@New.example/Mine"])
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
    try store.transaction { try $0.recordPolicyForAll(text, digest: "d", at: day(1)) }
    expectConstraint("personal-workspace-keeps-its-user") { try put("viewer") }
    try put("owner")
    for lower in ["member", "admin"] {
      expectConstraint("personal-workspace-keeps-its-user") { try put(lower) }
    }
  }
}
