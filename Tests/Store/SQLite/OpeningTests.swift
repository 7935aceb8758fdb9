import Foundation
import GRDB
import Model
import Store
import Testing

@testable import SQLiteStore

/// Files and folders in every state in which a store may find them.
@Suite struct OpeningTests {
  private func code(_ path: String, _ mode: SQLiteStore.Mode) -> StoreError? {
    do {
      _ = try SQLiteStore.open(path: path, mode: mode)
      return nil
    } catch {
      return error as? StoreError
    }
  }

  @Test("only the folder .tenure is made, and git ignores it")
  func folder() throws {
    let fixture = try SQLiteFixture()
    let error = code(fixture.folder + "/data/state.db", .readWriteCreate)
    #expect(error?.code == .missingFolder && error?.message.contains(fixture.folder + "/data") == true)
    #expect(code(fixture.folder + "/data/.tenure/state.db", .readWriteCreate)?.code == .missingFolder)
    #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.folder).isEmpty)
    let path = fixture.folder + "/.tenure/state.db"
    #expect(code(path, .readOnly)?.code == .missingStore)
    #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.folder).isEmpty, "reading makes nothing")
    #expect(code(path, .readWriteCreate) == nil)
    #expect(try String(contentsOfFile: fixture.folder + "/.tenure/.gitignore", encoding: .utf8) == "*\n")
    #expect(code(path + "/x/state.db", .readWriteCreate)?.code == .missingFolder)
    #expect(code(path + "/state.db", .readWriteCreate)?.code == .missingFolder)
  }

  @Test("what is no file is named, and a pipe stops nobody", arguments: [SQLiteStore.Mode.readOnly, .readWriteCreate])
  func noFile(mode: SQLiteStore.Mode) throws {
    let fixture = try SQLiteFixture()
    let (folder, pipe, socketPath) = (fixture.folder + "/f", fixture.folder + "/p", fixture.folder + "/s")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    #expect(mkfifo(pipe, 0o644) == 0)
    let listening = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(listening) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let fits = socketPath.utf8.count < MemoryLayout.size(ofValue: address.sun_path)
    if fits {
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(socketPath.utf8)) }
      let bound = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(listening, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
      #expect(bound == 0)
    }
    for (path, what) in [(folder, "a folder"), (pipe, "a named pipe"), ("/dev/null", "a device")]
      + (fits ? [(socketPath, "a socket")] : [])
    {
      let error = code(path, mode)
      #expect(error?.code == .notAStore)
      #expect(error?.message.contains("\(path) is \(what)") == true, "\(error?.message ?? "")")
    }
  }

  @Test("the file says whose it is and of which version, and commits reach the disk")
  func pragmas() throws {
    let fixture = try SQLiteFixture()
    let store = try SQLiteStore.open(path: fixture.path, mode: .readWriteCreate)
    #expect(try FileHeader.finding(at: fixture.path) == .store)
    try store.queue.read { db throws in
      #expect(try Int.fetchOne(db, sql: "PRAGMA user_version") == Migrations.latest)
      #expect(try String.fetchOne(db, sql: "PRAGMA journal_mode") == "wal")
      #expect(try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2)
      #expect(try Int.fetchOne(db, sql: "PRAGMA foreign_keys") == 1)
      #expect(try String.fetchOne(db, sql: "PRAGMA integrity_check") == "ok")
    }
  }

  @Test("what is no store is refused and stays as it is", arguments: [SQLiteStore.Mode.readWriteCreate, .readOnly])
  func foreign(mode: SQLiteStore.Mode) throws {
    let fixture = try SQLiteFixture()
    for content in ["short", String(repeating: "no database at all ", count: 500)] {
      try content.write(toFile: fixture.path, atomically: false, encoding: .utf8)
      #expect(code(fixture.path, mode)?.code == .notAStore)
      #expect(try String(contentsOfFile: fixture.path, encoding: .utf8) == content)
    }
    for sql in ["CREATE TABLE notes (id INTEGER)", "PRAGMA application_id = 42"] {
      try FileManager.default.removeItem(atPath: fixture.path)
      try fixture.sql(sql)
      let bytes = try Data(contentsOf: URL(fileURLWithPath: fixture.path))
      let error = code(fixture.path, mode)
      #expect(error?.code == .notAStore && error?.message.contains(fixture.path) == true)
      #expect(try Data(contentsOf: URL(fileURLWithPath: fixture.path)) == bytes)
      #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.folder) == ["state.db"])
    }
    #expect(code(fixture.folder, mode)?.code == .notAStore)
  }

  @Test("another application's tables in a write-ahead log are seen too")
  func foreignInLog() throws {
    let fixture = try SQLiteFixture()
    var configuration = Configuration()
    configuration.journalMode = .wal
    let queue = try DatabaseQueue(path: fixture.path, configuration: configuration)
    try queue.write { try $0.execute(sql: "CREATE TABLE notes (id INTEGER)") }
    #expect(code(fixture.path, .readWriteCreate)?.code == .notAStore)
    #expect(try queue.read { try String.fetchAll($0, sql: "SELECT name FROM sqlite_master") } == ["notes"])
  }

  @Test("a newer store is refused by an older tenure", arguments: [SQLiteStore.Mode.readWriteCreate, .readOnly])
  func newer(mode: SQLiteStore.Mode) throws {
    let fixture = try SQLiteFixture()
    _ = try fixture.open()
    try fixture.sql("PRAGMA user_version = 99")
    #expect(code(fixture.path, mode)?.code == .newerSchema(found: 99, known: Migrations.latest))
  }

  @Test("what an interrupted creation left is finished by the next")
  func interrupted() throws {
    let fixture = try SQLiteFixture()
    try Data().write(to: URL(fileURLWithPath: fixture.path))
    #expect(code(fixture.path, .readOnly)?.code == .missingStore)
    try fixture.open().makeAcme()
    for name in try FileManager.default.contentsOfDirectory(atPath: fixture.folder) {
      try FileManager.default.removeItem(atPath: fixture.folder + "/" + name)
    }
    try fixture.sql("PRAGMA journal_mode = WAL")
    #expect(try FileHeader.finding(at: fixture.path) == .empty)
    try fixture.open().makeAcme()
  }

  @Test("creations at the same time make one store")
  func concurrent() async throws {
    let fixture = try SQLiteFixture()
    let path = fixture.path
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<8 {
        group.addTask {
          let store = try SQLiteStore.open(path: path, mode: .readWriteCreate)
          try store.transaction {
            _ = try $0.createAccount(email: "p\(number)@x.example", displayName: nil, at: day(0))
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try fixture.open().accounts().count == 8)
  }

  @Test("damage is said to be damage", arguments: [100, 8192])
  func corrupt(offset: UInt64) throws {
    let fixture = try SQLiteFixture()
    do { try fixture.open().makeAcme() }
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: fixture.path))
    try file.seek(toOffset: offset)
    try file.write(contentsOf: Data(repeating: 0xA5, count: 20_000))
    try file.close()
    let error = #expect(throws: StoreError.self) {
      _ = try SQLiteStore.open(path: fixture.path, mode: .readOnly).state()
    }
    #expect(error?.code == .corrupt && error?.hint != nil && error?.message.contains(fixture.path) == true)
  }

  @Test(
    "a store of an older schema is read as it is, and brought to this one by the first who writes",
    arguments: [1, 2, 3, 4, 5, 6])
  func older(version: Int) throws {
    let fixture = try SQLiteFixture()
    try fixture.queue().writeWithoutTransaction { db throws in
      try Migrations.run(Migrations.all.filter { $0.number <= version }, on: db, path: fixture.path)
    }
    try fixture.sql(
      """
      INSERT INTO accounts (email, email_key, created_at) VALUES ('ada@x.example', 'ada@x.example', 0);
      INSERT INTO tenants (name, created_at) VALUES ('acme', 0);
      INSERT INTO tenant_members (tenant_id, account_id, role, joined_at) VALUES (1, 1, 'member', 0)
      """)
    let reader = try SQLiteStore.open(path: fixture.path, mode: .readOnly)
    let before = try reader.state()
    #expect(try (reader.generation() == nil) == (version < 3) && before.state.tenants.map(\.serial) == [2])
    #expect(try reader.formerEmails().isEmpty && reader.policyForAll() == nil && reader.invitations(email: nil).isEmpty)
    let writer = try SQLiteStore.open(path: fixture.path, mode: .readWriteCreate)
    let first = try #require(try writer.generation())
    #expect(
      try writer.tenants() == reader.tenants()
        && writer.state().state.tenants.map(\.roll) == before.state.tenants.map(\.roll))
    try fixture.sql("UPDATE tenant_members SET role = 'x'")
    #expect(try #require(try writer.generation()) > first && writer.serial("acme") == 3)
    try writer.queue.read { db throws in
      #expect(try Int.fetchOne(db, sql: "PRAGMA user_version") == Migrations.latest)
      #expect(try String.fetchOne(db, sql: "PRAGMA integrity_check") == "ok")
      #expect(try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").isEmpty)
    }
  }

  @Test("what a store of version 4 holds finds its place: the agreed policy, and mails of open invitations")
  func mailsOfVersion4() throws {
    let fixture = try SQLiteFixture()
    try fixture.queue().writeWithoutTransaction { db throws in
      try Migrations.run(Migrations.all.filter { $0.number <= 4 }, on: db, path: fixture.path)
    }
    try fixture.sql(
      """
      INSERT INTO policies (digest, text) VALUES ('d', 'text'), ('e', 'other');
      INSERT INTO tenants (name, applied_commit, applied_at, policy_digest, created_at) VALUES ('acme', 'c', 0, 'd', 0);
      INSERT INTO workspaces (tenant_id, name, kind, created_at) VALUES (1, 'ml', 'standard', 0);
      INSERT INTO invitations (tenant_id, workspace_id, email, email_key, role, token_hash, created_at) VALUES
        (1, NULL, 'a@x.example', 'a@x.example', 'member', 'h1', 0), (1, 1, 'a@x.example', 'a@x.example', 'member', 'h2', 0);
      INSERT INTO outbox (kind, recipient, token, path, created_at) VALUES
        ('invitation', 'a@x.example', 'old', 'acme', 0), ('invitation', 'a@x.example', 'new', 'acme', 0),
        ('invitation', 'a@x.example', 'ml', 'acme/ml', 0), ('notice', 'a@x.example', NULL, 'acme', 0)
      """)
    let reader = try SQLiteStore.open(path: fixture.path, mode: .readOnly)
    #expect(try reader.policyForAll() == "text" && reader.invitations(email: nil).map(\.inviter) == [nil, nil])
    try reader.close()
    let store = try SQLiteStore.open(path: fixture.path, mode: .readWriteCreate)
    #expect(try store.policyForAll() == "text")
    try store.transaction { try $0.closeInvitation(.tenant(1), email: "a@x.example", as: .accepted, at: day(1)) }
    #expect(
      try store.outbox().map(\.token) == ["old", "ml", nil], "older mails of the place are still to be delivered")
    try store.transaction { try $0.closeInvitation(.workspace(1), email: "a@x.example", as: .accepted, at: day(1)) }
    #expect(try store.outbox().map(\.token) == ["old", nil])
  }

  @Test("the audit log of version 6 is read, verified and gone on with, entries without approvers and with them")
  func auditOfVersion6() throws {
    let fixture = try SQLiteFixture()
    try fixture.queue().writeWithoutTransaction { db throws in
      try Migrations.run(Migrations.all.filter { $0.number <= 6 }, on: db, path: fixture.path)
    }
    try fixture.sql(
      """
      INSERT INTO audit (sequence, time, actors, action, path, subject, before, after, "commit", source, overrides,
        reason, hash) VALUES
        (1, 1767225600000, '["ada@x.example"]', 'add-member', 'acme', 'grace@x.example', NULL, '{"role":"member"}', 'c1',
          'acme.yaml:3:5', '[]', NULL, '049647cd57fe37dbf71f25b99a78bab934f52b5c113ae59758ec7035744da304'),
        (2, 1767312000000, '[]', 'remove-member', 'acme', 'grace@x.example', '{"role":"member"}', NULL, NULL, NULL,
          '["freeze-window"]', 'why', '2fc86971c1dcd388acf472ad42938752bbab987bce4c781d1393666d059951ef');
      UPDATE audit_head SET sequence = 2,
        hash = '2fc86971c1dcd388acf472ad42938752bbab987bce4c781d1393666d059951ef'
      """)
    let reader = try SQLiteStore.open(path: fixture.path, mode: .readOnly)
    #expect(try reader.verifyAudit() == .intact(entries: 2))
    let old = try reader.audit(since: nil, subject: nil)
    #expect(old.map(\.record.approvedBy) == [[], []] && old[0].record.actors == ["ada@x.example"])
    #expect(try old.allSatisfy { !$0.isComplete } && reader.appliedMarks().isEmpty)
    try reader.close()
    try fixture.sql(
      """
      INSERT INTO policies (digest, text) VALUES ('d', 'text');
      INSERT INTO tenants (name, applied_commit, applied_at, policy_digest, created_at)
        VALUES ('acme', 'c1', 1767225600000, 'd', 0);
      INSERT INTO meta (key, value) VALUES ('policy-for-all', 'd')
      """)
    let store = try SQLiteStore.open(path: fixture.path, mode: .readWriteCreate)
    #expect(
      try store.appliedMarks() == [
        AppliedMark(sequence: 2, time: day(0), tenant: "acme", commit: "c1", policyDigest: "d", isFound: true),
        AppliedMark(sequence: 2, time: day(0), tenant: "", commit: nil, policyDigest: "d", isFound: true),
      ])
    try store.transaction {
      try $0.appendAudit(
        AuditRecord(
          time: day(2), actors: ["ada@x.example"], approvedBy: ["bob@x.example"], action: "x", path: nil, subject: nil))
    }
    #expect(try store.verifyAudit() == .intact(entries: 3))
    #expect(try store.audit(since: nil, subject: nil).map(\.record.approvedBy) == [[], [], ["bob@x.example"]])
    try fixture.dropAuditProtection()
    try fixture.sql("UPDATE audit SET approved_by = '[]' WHERE sequence = 2")
    guard case .broken(let sequence, _) = try store.verifyAudit() else {
      Issue.record("an approval that was written in later is not found")
      return
    }
    #expect(sequence == 2)
  }

  @Test("names that a store of version 4 holds as they were written are found in their composed form")
  func normalFormsOfVersion4() throws {
    let fixture = try SQLiteFixture()
    try fixture.queue().writeWithoutTransaction { db throws in
      try Migrations.run(Migrations.all.filter { $0.number <= 4 }, on: db, path: fixture.path)
    }
    let (apart, composed) = ("e\u{301}", "\u{e9}")
    try fixture.sql(
      """
      INSERT INTO accounts (email, email_key, created_at) VALUES
        ('Z\(apart)@x.example', 'z\(apart)@x.example', 0), ('y\(composed)@x.example', 'y\(composed)@x.example', 0),
        ('y\(apart)@x.example', 'y\(apart)@x.example', 0);
      INSERT INTO tenants (name, account_id, created_at) VALUES ('acme', NULL, 0), ('~z\(apart)@x.example', 1, 0);
      INSERT INTO workspaces (tenant_id, name, kind, created_at) VALUES
        (1, 'caf\(apart)', 'standard', 0), (1, 'th\(apart)', 'standard', 0), (1, 'th\(composed)', 'standard', 0);
      INSERT INTO workspace_members (workspace_id, account_id, role, joined_at) VALUES (1, 1, 'viewer', 0);
      INSERT INTO api_keys (workspace_id, name, hash, created_at) VALUES (1, 'k\(apart)y', 'h', 0);
      INSERT INTO invitations (tenant_id, email, email_key, role, token_hash, created_at)
        VALUES (1, 'w\(apart)@x.example', 'w\(apart)@x.example', 'member', 't', 0)
      """)
    let store = try SQLiteStore.open(path: fixture.path, mode: .readWriteCreate)
    let found = try #require(try store.account(email: "z\(composed)@x.example")?.email)
    #expect(Array(found.unicodeScalars) == Array("Z\(apart)@x.example".unicodeScalars), "as it was first written")
    let tenants = try store.tenants().map(\.name)
    #expect(tenants.contains { $0.unicodeScalars.elementsEqual("~z\(composed)@x.example".unicodeScalars) })
    try store.queue.read { db throws in
      func scalars(_ column: String, _ table: String) throws -> [[Unicode.Scalar]] {
        try String.fetchAll(db, sql: "SELECT \(column) FROM \(table) ORDER BY id").map { Array($0.unicodeScalars) }
      }
      func written(_ texts: String...) -> [[Unicode.Scalar]] { texts.map { Array($0.unicodeScalars) } }
      // A form that another row has already is that row's: nobody's name is given to somebody else.
      #expect(
        try scalars("email_key", "accounts")
          == written("z\(composed)@x.example", "y\(composed)@x.example", "y\(apart)@x.example"))
      #expect(
        try scalars("name", "workspaces") == written("caf\(composed)", "th\(apart)", "th\(composed)"))
      #expect(try scalars("name", "api_keys") == written("k\(composed)y"))
      #expect(try scalars("email_key", "invitations") == written("w\(composed)@x.example"))
      #expect(try String.fetchOne(db, sql: "PRAGMA integrity_check") == "ok")
    }
  }

  @Test("a step of the schema is all or nothing, and follows the one before")
  func migrations() throws {
    let fixture = try SQLiteFixture()
    let store = try SQLiteStore.open(path: fixture.path, mode: .readWriteCreate)
    try store.makeAcme()
    let good = Migration(number: Migrations.latest + 1, statements: ["CREATE TABLE later (id INTEGER)"])
    let bad = Migration(
      number: Migrations.latest + 2, statements: ["CREATE TABLE never (id INTEGER)", "CREATE TABLE later (id INTEGER)"])
    try store.queue.writeWithoutTransaction { db throws in
      #expect(throws: DatabaseError.self) {
        try Migrations.run(Migrations.all + [good, bad], on: db, path: fixture.path)
      }
      #expect(try Int.fetchOne(db, sql: "PRAGMA user_version") == Migrations.latest + 1)
      #expect(try !db.tableExists("never") && db.tableExists("later"))
      try Migrations.run(Migrations.all + [good], on: db, path: fixture.path)
    }
    #expect(try store.tenants().count == 2)
  }
}
