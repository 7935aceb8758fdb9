import Foundation

/// The built `tenure`, with bounded time and memory.
enum Program {
  /// Beside the test bundle.
  private static let path: String = {
    let bundle =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    return URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("tenure").path
  }()

  /// Exit codes of the program's own (SPEC section 7).
  private static let own: Set<Int32> = [0, 1, 2, 3, 4, 64]

  /// What is wrong with how it ends, if anything.
  static func problem(_ line: String, in folder: String) throws -> String? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    // 4 GB of addresses, of which a program takes far more than of memory; twenty seconds, of which a busy machine takes most.
    process.arguments = ["-c", "ulimit -c 0 -v 4000000; exec timeout -s KILL 20 \"$0\" \(line)", path]
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = [
      "PATH": "/usr/bin:/bin", "HOME": folder, "XDG_CACHE_HOME": folder + "/cache", "SWIFT_BACKTRACE": "enable=no",
    ]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationReason == .exit, own.contains(process.terminationStatus) else {
      return "tenure \(line) ended with \(process.terminationStatus) (137: after twenty seconds)"
    }
    return nil
  }
}
