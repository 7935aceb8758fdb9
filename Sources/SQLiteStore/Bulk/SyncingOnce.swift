import Foundation
import GRDB
import Store

extension SQLiteStore {
  /// Pages in the write-ahead log after which SQLite copies them into the database: 4 MB as usual, 128 MB while many
  /// transactions follow each other, which write the same pages again and again.
  private static let (usual, many) = (1000, 32_768)

  public func syncingOnce<R>(_ body: () throws -> R) throws -> R {
    try setSync("NORMAL", checkpoint: Self.many)
    let result = Result { try body() }
    // What stopped the body comes first, such as a full disk: the rest would only repeat it.
    do {
      try setSync("FULL", checkpoint: Self.usual)
      try syncLog()
    } catch {
      _ = try result.get()
      throw error
    }
    return try result.get()
  }

  private func setSync(_ level: String, checkpoint: Int) throws {
    try mappingErrors { db in
      try db.execute(sql: "PRAGMA synchronous = \(level); PRAGMA wal_autocheckpoint = \(checkpoint)")
    }
  }

  /// What was committed stands in the log, in the kernel's hands at least. (A log that was copied into the database and
  /// begun anew was synced by that.) SQLite takes its locks elsewhere, so closing the file releases none.
  private func syncLog() throws {
    let descriptor = Foundation.open(path + "-wal", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return }
      throw StoreError.system(errno, "has a log that cannot be opened", path: path)
    }
    defer { Foundation.close(descriptor) }
    guard fdatasync(descriptor) == 0 else {
      throw StoreError.system(errno, "has a log that cannot be written to the disk", path: path)
    }
  }
}
