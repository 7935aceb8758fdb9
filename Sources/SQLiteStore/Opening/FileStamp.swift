import Foundation
import Store

/// What a file was like at an instant: two equal stamps mean that nobody wrote it in between.
///
/// A store in which this process cannot make a lock is read without any (SQLite's `immutable`); the stamp tells
/// afterwards whether that was safe.
struct FileStamp: Equatable {
  private var inode: UInt64
  private var size: Int64
  private var seconds: Int
  private var nanoseconds: Int
  private var hasLog: Bool

  /// Nil where there is no file.
  init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    inode = UInt64(status.st_ino)
    size = Int64(status.st_size)
    seconds = Int(status.st_mtim.tv_sec)
    nanoseconds = Int(status.st_mtim.tv_nsec)
    var log = stat()
    hasLog = stat(path + "-wal", &log) == 0 && log.st_size > 0
  }

  /// - Throws: ``StoreError`` `.busy` where the file is another one by now.
  func requireUnchanged(path: String) throws {
    guard FileStamp(path: path) != self else { return }
    throw StoreError(
      .busy, "The store \(path) was written while it was read.", hint: "Run the same command again.")
  }
}
