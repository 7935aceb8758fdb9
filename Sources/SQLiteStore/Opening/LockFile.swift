import Foundation
import Model
import Store

/// The right to apply: a file beside the database under `flock(2)`, which the kernel releases when its holder dies,
/// however it dies. The file says who holds it, for the message to others. It stays: were it removed, somebody waiting
/// for the removed file and somebody making a new one could both hold «the» lock.
final class LockFile: ApplyLock {
  private var file: Int32

  private init(file: Int32) { self.file = file }
  deinit { release() }

  func release() {
    guard file >= 0 else { return }
    ftruncate(file, 0)
    close(file)
    file = -1
  }

  /// - Parameter onWait: called once for every holder that is waited for.
  static func take(
    path: String, store: String, waitingUpTo seconds: Double, onWait: (LockHolder) -> Void
  ) throws -> LockFile {
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard file >= 0 else {
      switch errno {
      case EACCES, EROFS, EPERM: throw StoreError.readOnly(store)
      case let code: throw StoreError.system(code, "cannot be written", path: path)
      }
    }
    let lock = LockFile(file: file)
    let end = ContinuousClock.now + .seconds(seconds)
    var announced: LockHolder?
    while flock(file, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR else {
        let code = errno
        lock.abandon()
        throw StoreError.system(code, "cannot be locked", path: path)
      }
      let holder = readHolder(file)
      if let holder, holder != announced {
        announced = holder
        onWait(holder)
      }
      guard ContinuousClock.now < end else {
        lock.abandon()
        throw refusal(holder ?? announced, store: store, path: path)
      }
      usleep(50_000)
    }
    try lock.sign(store: store)
    return lock
  }

  /// Closes without wiping what the holder wrote.
  private func abandon() {
    close(file)
    file = -1
  }

  private func sign(store: String) throws {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let since = Instant(seconds: Int64(now.tv_sec))
    let text = FieldsJSON.encode([
      "host": .text(hostName()), "pid": .number(Int(getpid())), "since": .text("\(since)"),
    ])
    guard ftruncate(file, 0) == 0, pwrite(file, text, text.utf8.count, 0) == text.utf8.count else {
      throw StoreError.system(errno, "cannot be written", path: store + ".lock")
    }
  }

  private func hostName() -> String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "unknown" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Nil in the moment between taking and signing.
  private static func readHolder(_ file: Int32) -> LockHolder? {
    var bytes = [UInt8](repeating: 0, count: 1024)
    let count = bytes.withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, 0) }
    guard count > 0, let fields = FieldsJSON.decode(String(decoding: bytes[..<count], as: UTF8.self)),
      let host = fields.text("host"), let process = fields.number("pid"), let since = fields.text("since"),
      let since = Instant(rfc3339: since)
    else { return nil }
    return LockHolder(host: host, process: process, since: since)
  }

  private static func refusal(_ holder: LockHolder?, store: String, path: String) -> StoreError {
    let holder = holder ?? LockHolder(host: "unknown", process: 0, since: Instant(milliseconds: 0))
    let who =
      holder.process == 0
      ? "another process" : "process \(holder.process) on \(holder.host) since \(holder.since)"
    return StoreError(
      .locked(holder), "Another apply to the store \(store) is running: \(who) holds \(path).",
      hint: "Wait for it to finish. The lock ends with its process; never delete the file.")
  }
}
