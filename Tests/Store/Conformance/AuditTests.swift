import Model
import Store
import Testing

@Suite struct AuditTests {
  private static func record(_ number: Int64) -> AuditRecord {
    AuditRecord(
      time: day(number), actors: ["ada@acme.example"], approvedBy: ["bob@acme.example", "cy@acme.example"],
      action: "add-member", path: "acme/ml",
      subject: "P\(number)@x.example", before: nil,
      after: ["role": .text("dev \"é\"\n\u{1}\\"), "sends": .number(-3), "protect": .flag(true), "expires": .null],
      commit: "c", source: "manifests/a.yaml:1:2", overrides: ["member-cap"], reason: "because",
      effects: ["ownerRole": .text("admin")])
  }

  private static func fill(_ store: any Store, _ count: Int64) throws {
    try store.transaction { write in
      for number in 1...count { try write.appendAudit(record(number)) }
    }
  }

  @Test("entries come back as they were written, and can be filtered", arguments: Engine.all)
  func entries(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    try Self.fill(store, 3)
    try store.transaction {
      try $0.appendAudit(AuditRecord(time: day(9), actors: [], action: "x", path: nil, subject: nil))
    }
    let all = try store.audit(since: nil, subject: nil)
    #expect(all.map(\.sequence) == [1, 2, 3, 4])
    #expect(all[0].record == Self.record(1))
    #expect(all[3].record == AuditRecord(time: day(9), actors: [], action: "x", path: nil, subject: nil))
    #expect(Set(all.map(\.hash)).count == 4 && all.allSatisfy { $0.hash.count == 64 })
    #expect(try store.audit(since: day(2), subject: nil).map(\.sequence) == [2, 3, 4])
    #expect(try store.audit(since: nil, subject: "p2@X.example").map(\.sequence) == [2])
    #expect(try store.audit(since: day(3), subject: "p2@x.example").isEmpty)
    #expect(try store.audit(after: 2).map(\.sequence) == [3, 4])
    #expect(try store.audit(after: 4).isEmpty)
    #expect(try store.auditEnd() == 4)
    #expect(try store.verifyAudit() == .intact(entries: 4))
  }

  @Test("a log without entries ends at 0", arguments: Engine.all)
  func noEntries(engine: Engine) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    #expect(try store.auditEnd() == 0)
    #expect(try store.audit(after: 0).isEmpty)
  }

  @Test("the chain goes on over handles and rolled-back transactions", arguments: Engine.all)
  func chain(engine: Engine) throws {
    let fixture = try engine.make()
    try Self.fill(try fixture.open(), 2)
    let store = try fixture.open()
    #expect(throws: Stop.self) {
      try store.transaction { write in
        try write.appendAudit(Self.record(3))
        throw Stop()
      }
    }
    try Self.fill(store, 2)
    #expect(try store.audit(since: nil, subject: nil).map(\.sequence) == [1, 2, 3, 4])
    #expect(try store.verifyAudit() == .intact(entries: 4))
  }

  @Test(
    "the log is append-only for plain SQL", arguments: Engine.all,
    [
      "DELETE FROM audit", "UPDATE audit SET action = 'x'", "DELETE FROM audit_head",
      "UPDATE audit_head SET sequence = 1, hash = 'x'", "UPDATE audit_head SET sequence = 4, hash = 'x'",
      "UPDATE audit_head SET hash = 'x'",
      "UPDATE audit_head SET sequence = 2, hash = (SELECT hash FROM audit WHERE sequence = 2)",
    ])
  func appendOnly(engine: Engine, sql: String) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    try Self.fill(store, 3)
    #expect(throws: (any Error).self) { try fixture.sql(sql) }
    #expect(try store.verifyAudit() == .intact(entries: 3))
  }

  /// What somebody does to five entries, and the sequence that verifying names.
  static let tampering: [(sql: String, sequence: Int64)] = [
    ("UPDATE audit SET subject = 'eve@x.example' WHERE sequence = 2", 2),
    ("UPDATE audit SET time = time + 1 WHERE sequence = 5", 5),
    ("UPDATE audit SET reason = NULL WHERE sequence = 1", 1),
    ("UPDATE audit SET reason = '', source = source || reason WHERE sequence = 3", 3),
    ("UPDATE audit SET hash = 'x' WHERE sequence = 3", 3),
    ("UPDATE audit SET approved_by = '[]' WHERE sequence = 4", 4),
    ("UPDATE audit SET approved_by = NULL WHERE sequence = 4", 4),
    ("UPDATE audit SET effects = NULL WHERE sequence = 4", 4),
    ("DELETE FROM audit WHERE sequence = 3", 3),
    ("DELETE FROM audit WHERE sequence = 1", 1),
    ("DELETE FROM audit WHERE sequence > 3", 4),
    ("DELETE FROM audit", 1),
    (
      """
      INSERT INTO audit (sequence, time, actors, action, overrides, hash)
      SELECT 6, time, actors, action, overrides, hash FROM audit WHERE sequence = 5
      """, 6
    ),
    (
      """
      INSERT INTO audit (sequence, time, actors, action, overrides, hash)
      SELECT 0, time, actors, action, overrides, hash FROM audit WHERE sequence = 5
      """, 0
    ),
    ("DELETE FROM audit WHERE sequence = 3; UPDATE audit SET sequence = sequence - 1 WHERE sequence > 3", 3),
    ("DELETE FROM audit WHERE sequence = 5; UPDATE audit_head SET sequence = 4", 4),
    ("DELETE FROM audit_head", 6),
  ]

  @Test("tampering is found, with the first bad sequence", arguments: Engine.all, tampering)
  func tampered(engine: Engine, row: (sql: String, sequence: Int64)) throws {
    let fixture = try engine.make()
    let store = try fixture.open()
    try Self.fill(store, 5)
    try fixture.dropAuditProtection()
    try fixture.sql(row.sql)
    guard case .broken(let sequence, let why) = try store.verifyAudit() else {
      Issue.record("not found")
      return
    }
    #expect(sequence == row.sequence, "\(why)")
  }
}
