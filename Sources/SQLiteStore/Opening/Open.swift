import Foundation
import GRDB
import GRDBSQLite
import Store

extension SQLiteStore {
  /// Opens the store in the file at `path`.
  ///
  /// - Parameters:
  ///   - busyTimeout: seconds to wait for another process's write.
  ///   - makesFolder: whether a missing folder is made with a store that is written, its parent being there.
  /// - Throws: ``StoreError``: `.missingFolder`, `.missingStore` (reading only; to plans a missing store is empty),
  ///   `.notAStore` and `.newerSchema` (the file was not touched), `.corrupt`, `.readOnly`, `.permission`, `.diskFull`,
  ///   `.busy`.
  public static func open(
    path: String, mode: Mode, busyTimeout: Double = 10, makesFolder: Bool = false
  ) throws -> SQLiteStore {
    let path = absolute(path)
    switch mode {
    case .readOnly: return try openForReading(path, busyTimeout: busyTimeout)
    case .readWriteCreate: return try openForWriting(path, busyTimeout: busyTimeout, makesFolder: makesFolder)
    }
  }

  private static func openForWriting(_ path: String, busyTimeout: Double, makesFolder: Bool) throws -> SQLiteStore {
    try StoreFolder.prepare(for: path, makesFolder: makesFolder)
    switch try FileHeader.finding(at: path) {
    case .noDatabase: throw StoreError.notADatabase(path)
    case .foreign: throw StoreError.anotherApplication(path)
    case .missing: break
    case .empty, .store: try requireWritable(path, path)
    }
    try requireWritable(StoreFolder.folder(of: path), path)
    let store = try connect(path, mode: .readWriteCreate, busyTimeout: busyTimeout)
    try store.setUp { db in
      // Before the write-ahead log is switched on, so that the file itself says whose it is from its first commit on.
      try Migrations.run(on: db, path: path)
      try SealingKey.make(in: db)
      try switchToWriteAheadLog(db, path: path, patience: busyTimeout)
    }
    return store
  }

  private static func openForReading(_ path: String, busyTimeout: Double) throws -> SQLiteStore {
    switch try FileHeader.finding(at: path) {
    case .missing, .empty: throw StoreError.missing(path)
    case .noDatabase: throw StoreError.notADatabase(path)
    case .foreign: throw StoreError.anotherApplication(path)
    case .store: break
    }
    if try rollBackInterrupted(path, busyTimeout: busyTimeout), try FileHeader.finding(at: path) != .store {
      throw StoreError.missing(path)
    }
    // Whoever cannot write the file must not leave a `-shm` file of theirs beside it: its owner could not use it.
    let mayLock = access(StoreFolder.folder(of: path), W_OK) == 0 && access(path, W_OK) == 0
    let hasLog = access(path + "-wal", F_OK) == 0
    return try openForReading(path, immutable: !mayLock && !hasLog, busyTimeout: busyTimeout)
  }

  /// A creation that was killed leaves a rollback journal, which a connection that only reads cannot play back. True
  /// when there was one.
  private static func rollBackInterrupted(_ path: String, busyTimeout: Double) throws -> Bool {
    guard access(path + "-journal", F_OK) == 0, access(path, W_OK) == 0, access(StoreFolder.folder(of: path), W_OK) == 0
    else { return false }
    let store = try connect(path, mode: .readWriteCreate, busyTimeout: busyTimeout)
    try store.setUp { db in _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") }
    try store.close()
    return true
  }

  /// - Parameter immutable: SQLite then neither locks nor makes its `-wal` and `-shm` files.
  static func openForReading(_ path: String, immutable: Bool, busyTimeout: Double) throws -> SQLiteStore {
    let name = immutable ? "file:\(percentEncoded(path))?immutable=1" : path
    let stamp = immutable ? FileStamp(path: path) : nil
    let store = try connect(name, for: path, mode: .readOnly, busyTimeout: busyTimeout, stamp: stamp)
    try store.setUp { db in
      let found = try Migrations.userVersion(db, path: path)
      guard found != 0 else { throw StoreError.missing(path) }
      guard found <= Migrations.latest else {
        throw Migrations.newer(found: found, known: Migrations.latest, path: path)
      }
      guard found >= Migrations.oldestReadable else {
        throw StoreError(
          .readOnly, "The store \(path) has the older schema version \(found), which reading alone cannot change.",
          hint: "Let an apply, or another command that writes, open it once.")
      }
    }
    return store
  }

  /// - Parameter path: what SQLite is to open; `file`: the path that people know.
  private static func connect(
    _ path: String, for file: String? = nil, mode: Mode, busyTimeout: Double, stamp: FileStamp? = nil
  ) throws -> SQLiteStore {
    var configuration = Configuration()
    configuration.readonly = mode == .readOnly
    configuration.foreignKeysEnabled = true
    configuration.busyMode = .timeout(busyTimeout)
    configuration.label = "tenure.store"
    configuration.prepareDatabase { db in
      try db.execute(sql: "PRAGMA synchronous = FULL")
      // In KiB. Reading passes over each page once, so only writers gain from a large cache.
      try db.execute(sql: "PRAGMA cache_size = \(mode == .readOnly ? -4096 : -65536)")
      // A log that one large apply made long does not stay so.
      try db.execute(sql: "PRAGMA journal_size_limit = 4194304")
    }
    let file = file ?? path
    try ThreadProbe.check()
    do {
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      return SQLiteStore(path: file, mode: mode, queue: queue, stamp: stamp)
    } catch let error as DatabaseError {
      throw StoreError(error, path: file)
    }
  }

  private func setUp(_ body: (Database) throws -> Void) throws {
    try queue.writeWithoutTransaction { db in
      do {
        try body(db)
      } catch let error as DatabaseError {
        throw StoreError(error, path: path, systemError: sqlite3_system_errno(db.sqliteConnection))
      }
    }
  }

  /// Needs the file for itself for a moment, and SQLite's busy timeout does not cover this step: hence the patience.
  private static func switchToWriteAheadLog(_ db: Database, path: String, patience: Double) throws {
    var left = patience
    while try String.fetchOne(db, sql: "PRAGMA journal_mode") != "wal" {
      do {
        try db.execute(sql: "PRAGMA journal_mode = WAL")
        return
      } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY && left > 0 {
        usleep(20_000)
        left -= 0.02
      }
    }
  }

  private static func requireWritable(_ place: String, _ path: String) throws {
    guard access(place, W_OK) != 0 else { return }
    throw StoreError.readOnly(path)
  }

  private static func absolute(_ path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.path
  }

  private static func percentEncoded(_ path: String) -> String {
    path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path
  }
}
