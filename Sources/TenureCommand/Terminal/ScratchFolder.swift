import Foundation

/// A temporary folder that goes with the command, also where SIGINT or SIGTERM ends it.
final class ScratchFolder: Sendable {
  let path: String

  /// To be called before other threads are started, as ``StopSignals/watch(_:)``.
  init(_ console: Console) throws {
    path = FileManager.default.temporaryDirectory.path + "/tenure-\(UUID().uuidString)"
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    } catch {
      throw Failure(
        .failure, "cannot make the temporary folder '\(path)'", hint: "TMPDIR names another place for it")
    }
    let path = path
    do {
      try StopSignals.watch {
        try? FileManager.default.removeItem(atPath: path)
        if console.isErrorTerminal { console.err("\r\u{1B}[K") }
        console.error(Failure(.failure, "stopped before the end"))
        // The main thread is in the middle of something; nothing of it is to be kept.
        _exit(ExitStatus.failure.rawValue)
      }
    } catch {
      try? FileManager.default.removeItem(atPath: path)
      throw error
    }
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }
}
