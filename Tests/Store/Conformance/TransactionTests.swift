import Model
import Store
import Testing

struct Stop: Error {}

@Suite struct TransactionTests {
  @Test("whatever is thrown rolls everything back", arguments: Engine.all)
  func rollback(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    let before = try (store.tenants(), store.invitations(email: nil))
    #expect(throws: Stop.self) {
      try store.transaction { write in
        try write.suspendTenant(acme.id, reason: "x", at: day(1))
        try write.putInvitation(.tenant(acme.id), invitation("bob@x.example"))
        try write.appendOutbox(kind: "invitation", to: "bob@x.example", token: "t", path: "acme", at: day(1))
        try write.recordApplied(
          tenant: acme.id, AppliedCommit(commit: "c", time: day(1), baseline: [1], policyDigest: "d", withheld: 0),
          policy: "p")
        throw Stop()
      }
    }
    #expect(try store.tenants() == before.0)
    #expect(try store.invitations(email: nil) == before.1)
    #expect(try store.outbox().isEmpty && store.lastAppliedCommit() == nil)
    try store.transaction { try $0.suspendTenant(acme.id, reason: "x", at: day(1)) }
  }

  @Test("a transaction sees its own writes, others only what is committed", arguments: Engine.all)
  func isolation(engine: Engine) throws {
    let fixture = try engine.make()
    let (one, other) = (try fixture.open(), try fixture.open())
    let acme = try one.makeAcme()
    #expect(try other.tenants() == one.tenants())
    try one.transaction { write in
      try write.updateTenant(acme.id, displayName: "new", owner: nil, subscription: nil)
      var names = NameTable()
      #expect(try write.read(.everything, names: &names).tenants[0].displayName == "new")
      #expect(try other.state().state.tenants[0].displayName == "Acme")
    }
    #expect(try other.state().state.tenants[0].displayName == "new")
    try other.transaction { try $0.renameWorkspace(acme.general, to: "main") }
    let (state, names) = try one.state()
    #expect(names.text(state.tenants[0].workspaces[0].name) == "main")
  }

  @Test("a transaction within a transaction is refused", arguments: Engine.all)
  func nested(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    #expect(throws: StoreError.self) { try store.transaction { _ in try store.transaction { _ in } } }
    try store.makeAcme()
  }

  @Test("the applied commit and its policy are kept", arguments: Engine.all)
  func applied(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    let first = AppliedCommit(commit: "c1", time: day(1), baseline: [0, 255, 7], policyDigest: "d1", withheld: 2)
    try store.transaction { try $0.recordApplied(tenant: acme.id, first, policy: "text 1") }
    var applied = try #require(try store.state().state.tenants[0].applied)
    #expect(applied.revision != 0, "what counts as applied is another one than nothing")
    applied.revision = 0
    #expect(applied == first)
    #expect(try store.state().state.policies == ["d1": "text 1"])
    #expect(try store.lastAppliedCommit() == "c1")
    let second = AppliedCommit(commit: "c2", time: day(2), baseline: [], policyDigest: "d2", withheld: 0)
    let home = try #require(try store.tenants().last).id
    try store.transaction { write in
      try write.recordApplied(tenant: acme.id, second, policy: "text 2")
      try write.touchApplied(tenants: [acme.id, home], commit: "c3", at: day(3))
    }
    let state = try store.state().state
    #expect(state.tenants[0].applied?.commit == "c3" && state.tenants[0].applied?.time == day(3))
    #expect(state.tenants[0].applied?.policyDigest == "d2" && state.policies["d2"] == "text 2")
    #expect(state.tenants[1].applied == nil, "never applied: nothing to move forward")
    let row = try #require(try store.tenants().first)
    #expect(row.appliedCommit == "c3" && row.appliedAt == day(3) && row.withheld == 0)
    try store.transaction { try $0.touchApplied(tenants: [], commit: "c4", at: day(4)) }
    #expect(try store.lastAppliedCommit() == "c4")
  }

  @Test("the outbox keeps its order until acknowledged", arguments: Engine.all)
  func outbox(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    try store.transaction { write in
      for number in 1...3 {
        try write.appendOutbox(
          kind: "invitation", to: "p\(number)@x.example", token: number == 1 ? "t" : nil, path: "acme", at: day(1))
      }
    }
    let messages = try store.outbox()
    #expect(messages.map(\.to) == ["p1@x.example", "p2@x.example", "p3@x.example"])
    #expect(messages[0].token == "t" && messages[1].token == nil && messages[0].path == "acme")
    #expect(try store.transaction { try $0.acknowledgeOutbox(ids: [messages[0].id, messages[2].id, 99]) } == 2)
    #expect(try store.outbox().map(\.id) == [messages[1].id])
    _ = try store.transaction {
      try $0.appendOutbox(kind: "notice", to: "x@x.example", token: nil, path: nil, at: day(2))
    }
    #expect(try store.outbox().last.map { $0.id > messages[2].id } == true, "ids are never used twice")
  }

  @Test("the right to apply is held once", arguments: Engine.all)
  func lock(engine: Engine) throws {
    let fixture = try engine.make()
    let (one, other) = (try fixture.open(), try fixture.open())
    let lock = try one.lockForApply(waitingUpTo: 0) { _ in }
    var waitedFor: [LockHolder] = []
    let error = #expect(throws: StoreError.self) {
      _ = try other.lockForApply(waitingUpTo: 0.2) { waitedFor.append($0) }
    }
    guard case .locked(let holder)? = error?.code else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(holder.process > 0 && !holder.host.isEmpty && waitedFor == [holder])
    try other.makeAcme()
    lock.release()
    lock.release()
    let second = try other.lockForApply(waitingUpTo: 0) { _ in Issue.record("nobody to wait for") }
    #expect(throws: StoreError.self) { _ = try one.lockForApply(waitingUpTo: 0) { _ in } }
    second.release()
  }
}
