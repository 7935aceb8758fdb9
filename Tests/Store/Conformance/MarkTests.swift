import Model
import Store
import Testing

/// What lets a plan look only at what changed.
@Suite("Marks") struct MarkTests {
  private func apply(_ store: any Store, _ tenant: Int64, _ baseline: [UInt8]) throws {
    let applied = AppliedCommit(commit: "c1", time: day(1), baseline: baseline, policyDigest: "d1", withheld: 0)
    try store.transaction { try $0.recordApplied(tenant: tenant, applied, policy: "text") }
  }

  @Test("a mark has what the state has, organizations first", arguments: Engine.all)
  func marks(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    try store.transaction { write in
      _ = try write.createOrganization(name: "aaa", displayName: nil, owner: nil, subscription: nil, at: day(0))
      try write.suspendTenant(acme.id, reason: "audit", at: day(2))
    }
    try apply(store, acme.id, [1])
    let revision = try #require(try store.revision())
    let state = try store.state().state
    let accounts = Set(state.tenants.map(\.name).filter { $0.hasPrefix("~") })
    try #require(!accounts.isEmpty)
    let marks = try #require(try store.marks(accounts: accounts, since: revision))
    #expect(marks == state.tenants.map(TenantMark.init))
    let some = try #require(try store.marks(accounts: ["~nobody@x.example"], since: revision))
    #expect(some.map(\.name) == ["aaa", "acme"])
  }

  @Test("a baseline's revision changes with its bytes alone, whoever writes them", arguments: Engine.all)
  func baselines(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    let acme = try store.makeAcme()
    func revision() throws -> Int64 { try store.state().state.tenants[0].applied?.revision ?? 0 }
    try apply(store, acme.id, [1])
    let first = try revision()
    try store.transaction { try $0.touchApplied(tenants: [acme.id], commit: "c2", at: day(3)) }
    #expect(try revision() == first)
    try apply(store, acme.id, [2])
    let second = try revision()
    #expect(second != first)
    try fixture.sql("UPDATE baselines SET entries = x'03'")
    #expect(try revision() != second)
    #expect(try store.baselines(of: [acme.id, 999]) == [acme.id: [3]])
    var names = NameTable()
    let unread = try store.read(.everything, baselines: false, names: &names)
    #expect(unread.tenants[0].applied?.baseline == nil && unread.tenants[0].applied?.commit == "c1")
  }

  @Test("a store that did not come from a revision has no marks for it", arguments: Engine.all)
  func anotherStore(engine: Engine) throws {
    let (fixture, other) = (try engine.make(), try engine.make())
    let (store, stranger) = (try fixture.open(), try other.open())
    try store.makeAcme()
    try stranger.makeAcme()
    let record = AuditRecord(time: day(1), actors: ["ada@x.example"], action: "add-member", path: "acme", subject: nil)
    for each in [store, stranger] { try each.transaction { try $0.appendAudit(record) } }
    let before = try #require(try store.revision())
    var later = record
    later.time = day(2)
    try store.transaction { try $0.appendAudit(later) }
    let revision = try #require(try store.revision())
    #expect(try store.marks(accounts: [], since: before) != nil, "it went on from there")
    #expect(try stranger.marks(accounts: [], since: revision) == nil, "its log ends before that")
    later.time = day(3)
    try stranger.transaction { try $0.appendAudit(later) }
    #expect(try stranger.marks(accounts: [], since: revision) == nil, "its log says something else")
  }

  @Test("an apply that changes nothing leaves one mark, which says whom it moved on", arguments: Engine.all)
  func touched(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    var tenants: [Int64] = []
    for name in ["a", "b", "c", "d", "new"] {
      tenants.append(
        try store.transaction {
          try $0.createOrganization(name: name, displayName: nil, owner: nil, subscription: nil, at: day(0))
        })
    }
    for tenant in tenants.dropLast() { try apply(store, tenant, [1]) }
    func touch(_ moved: [Int64], _ commit: String) throws -> AppliedMark {
      let before = try store.appliedMarks().count
      try store.transaction { try $0.touchApplied(tenants: moved, commit: commit, at: day(2)) }
      let marks = try store.appliedMarks()
      try #require(marks.count == before + 1)
      let mark = try #require(marks.last)
      #expect(mark.commit == commit && mark.time == day(2) && mark.policyDigest.isEmpty && !mark.isFound)
      let now = Set(try store.tenants().filter { $0.appliedCommit == commit }.map(\.name))
      #expect(Set(["a", "b", "c", "d"].filter(mark.concerns)) == now)
      return mark
    }
    #expect(try touch(tenants, "c2").reach == .allBut([]))
    #expect(try touch(Array(tenants[..<3]), "c3").reach == .allBut(["d"]))
    #expect(try touch([tenants[0], tenants[4]], "c4").reach == .tenants(["a"]))
    #expect(AppliedMark.Reach("acme") == .tenant("acme") && AppliedMark.Reach("") == .policyForAll)
    let before = try store.appliedMarks()
    try store.transaction { try $0.touchApplied(tenants: [], commit: "c5", at: day(3)) }
    #expect(try store.appliedMarks() == before)
  }

  @Test("accounts by email, as written and caseless", arguments: Engine.all)
  func accounts(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    try store.transaction { write in
      _ = try write.createAccount(email: "Ada@X.example", displayName: "Ada", at: day(1))
      _ = try write.createAccount(email: "bob@x.example", displayName: nil, at: day(1))
    }
    var names = NameTable()
    let found = try store.accounts(of: ["ada@x.example", "nobody@x.example"], names: &names)
    #expect(found.map { names.text($0.email) } == ["Ada@X.example"])
    #expect(found.map { names.text($0.person) } == ["ada@x.example"])
    #expect(found.map(\.displayName) == ["Ada"])
  }
}
