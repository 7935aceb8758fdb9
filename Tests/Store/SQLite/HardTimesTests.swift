import Foundation
import GRDB
import Model
import Store
import Testing

@testable import SQLiteStore

/// Full disks, killed processes, read-only places, other processes.
@Suite struct HardTimesTests {
  @Test("a read-only store reads, and refuses writes and the right to apply")
  func readOnly() throws {
    let fixture = try SQLiteFixture()
    do { try fixture.open().makeAcme() }
    let store = try SQLiteStore.open(path: fixture.path, mode: .readOnly)
    #expect(try store.tenants().count == 2)
    #expect(throws: StoreError.self) { try store.transaction { _ in } }
    let error = #expect(throws: StoreError.self) { _ = try store.lockForApply(waitingUpTo: 0) { _ in } }
    #expect(error?.code == .readOnly)
    #expect(!FileManager.default.fileExists(atPath: fixture.path + ".lock"))
  }

  /// Root may write everywhere, so what a read-only folder leads to is opened directly.
  @Test("where nothing can be made beside it, the file alone is read")
  func immutable() throws {
    let fixture = try SQLiteFixture()
    let odd = fixture.folder + "/sp ace?#%20é.db"
    do { try SQLiteStore.open(path: odd, mode: .readWriteCreate).makeAcme() }
    let store = try SQLiteStore.openForReading(odd, immutable: true, busyTimeout: 1)
    #expect(try store.state().state.tenants.count == 2)
    #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.folder) == ["sp ace?#%20é.db"])
    // Read without locks: a write meanwhile is noticed, not believed.
    _ = try SQLiteStore.open(path: odd, mode: .readWriteCreate).transaction {
      try $0.appendOutbox(kind: "x", to: "x", token: nil, path: nil, at: day(1))
    }
    let error = #expect(throws: StoreError.self) { _ = try store.state() }
    #expect(error?.code == .busy)
  }

  @Test("closed, the store is one file")
  func closed() throws {
    let fixture = try SQLiteFixture()
    let store = try fixture.open()
    try store.makeAcme()
    try store.close()
    try store.close()
    #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.folder) == ["state.db"])
    #expect(throws: StoreError.self) { _ = try store.tenants() }
  }

  @Test("an account deleted with foreign keys off is said to be missing")
  func orphans() throws {
    let fixture = try SQLiteFixture()
    let store = try fixture.open()
    try store.makeAcme()
    try fixture.queue().writeWithoutTransaction {
      try $0.execute(sql: "PRAGMA foreign_keys = OFF; DELETE FROM accounts")
    }
    let error = #expect(throws: StoreError.self) { _ = try store.state() }
    #expect(error?.code == .corrupt && error?.hint?.contains("foreign_key_check") == true)
  }

  @Test("a reader sees what a writer left in its log")
  func readerBesideWriter() throws {
    let fixture = try SQLiteFixture()
    let writer = try fixture.open()
    try writer.makeAcme()
    let reader = try SQLiteStore.open(path: fixture.path, mode: .readOnly)
    #expect(try reader.tenants().count == 2)
    try writer.transaction {
      _ = try $0.createOrganization(name: "beta", displayName: nil, owner: nil, subscription: nil, at: day(1))
    }
    #expect(try reader.tenants().count == 3)
  }

  @Test("a full disk undoes the transaction, and the store goes on")
  func fullDisk() throws {
    let fixture = try SQLiteFixture()
    let store = try SQLiteStore.open(path: fixture.path, mode: .readWriteCreate)
    let acme = try store.makeAcme()
    let pages = try store.queue.read { try Int.fetchOne($0, sql: "PRAGMA page_count") ?? 0 }
    try store.queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = \(pages + 2)") }
    let error = #expect(throws: StoreError.self) {
      try store.transaction { write in
        for number in 0..<5000 { try write.putInvitation(.tenant(acme.id), invitation("p\(number)@x.example")) }
      }
    }
    #expect(error?.code == .diskFull && error?.message.contains(fixture.path) == true)
    #expect(try store.invitations(email: nil).isEmpty)
    try store.queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = 100000") }
    try store.transaction { try $0.putInvitation(.tenant(acme.id), invitation("p@x.example")) }
  }

  @Test("a writer that keeps the store busy is named as the reason")
  func busy() throws {
    let fixture = try SQLiteFixture()
    let store = try SQLiteStore.open(path: fixture.path, mode: .readWriteCreate, busyTimeout: 0.05)
    try fixture.queue().inTransaction(.immediate) { _ throws in
      let error = #expect(throws: StoreError.self) { try store.transaction { _ in } }
      #expect(error?.code == .busy)
      #expect(try store.tenants().isEmpty, "readers are not kept out")
      return .rollback
    }
    try store.makeAcme()
  }

  @Test("system errors have their own words")
  func mapping() {
    func code(_ result: ResultCode, _ system: Int32 = 0) -> StoreError.Code {
      StoreError(DatabaseError(resultCode: result, message: "x"), path: "/s", systemError: system).code
    }
    #expect(code(.SQLITE_IOERR_WRITE, ENOSPC) == .diskFull)
    #expect(code(.SQLITE_IOERR_WRITE, EIO) == .other)
    #expect(code(.SQLITE_READONLY_DIRECTORY) == .readOnly)
    #expect(code(.SQLITE_CANTOPEN, EACCES) == .permission)
    #expect(code(.SQLITE_CANTOPEN, EROFS) == .readOnly)
    #expect(StoreError.system(EACCES, "x", path: "/s").code == .permission)
    #expect(StoreError.system(EROFS, "x", path: "/s").code == .readOnly)
  }

  static let hasSQLite = FileManager.default.isExecutableFile(atPath: "/usr/bin/sqlite3")
  static let hasFlock = FileManager.default.isExecutableFile(atPath: "/usr/bin/flock")

  /// Starts a program that says `ready` once it has what it came for, then runs until killed.
  private func start(_ program: String, _ arguments: [String], input: String = "") throws -> Process {
    let process = Process()
    let (standardInput, output) = (Pipe(), Pipe())
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardInput = standardInput
    process.standardOutput = output
    try process.run()
    try standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    var said = Data()
    while !String(decoding: said, as: UTF8.self).contains("ready") {
      let more = output.fileHandleForReading.availableData
      try #require(!more.isEmpty, "\(program) ended early")
      said += more
    }
    return process
  }

  private func kill(_ process: Process) {
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  @Test("what a killed writer had begun is gone", .enabled(if: hasSQLite))
  func killedWriter() throws {
    let fixture = try SQLiteFixture()
    do { try fixture.open().makeAcme() }
    let writer = try start(
      "/usr/bin/sqlite3", [fixture.path],
      input: """
        PRAGMA cache_size = 1;
        BEGIN IMMEDIATE;
        UPDATE tenants SET display_name = 'half';
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
        INSERT INTO outbox (kind, recipient, created_at) SELECT 'x', 'x' || i, i FROM n;
        SELECT 'ready';

        """)
    kill(writer)
    let store = try fixture.open()
    #expect(try store.outbox().isEmpty && store.state().state.tenants[0].displayName == "Acme")
    _ = try store.transaction { try $0.appendOutbox(kind: "x", to: "x", token: nil, path: nil, at: day(1)) }
  }

  @Test("the right to apply of another process is respected, and ends when it is killed", .enabled(if: hasFlock))
  func killedHolder() throws {
    let fixture = try SQLiteFixture()
    let store = try fixture.open()
    let path = fixture.path + ".lock"
    try #"{"host":"build-7","pid":4711,"since":"2026-01-01T00:00:00Z"}"#
      .write(toFile: path, atomically: false, encoding: .utf8)
    let holder = try start("/usr/bin/flock", ["--no-fork", path, "/bin/sh", "-c", "echo ready; exec sleep 60"])
    let error = #expect(throws: StoreError.self) { _ = try store.lockForApply(waitingUpTo: 0.1) { _ in } }
    #expect(error?.code == .locked(LockHolder(host: "build-7", process: 4711, since: day(0))))
    #expect(error?.message.contains("process 4711 on build-7 since 2026-01-01T00:00:00Z") == true)
    kill(holder)
    let lock = try store.lockForApply(waitingUpTo: 5) { _ in }
    #expect(try String(contentsOfFile: path, encoding: .utf8).contains("\"pid\":\(getpid())"))
    lock.release()
  }
}
