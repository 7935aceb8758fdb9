import Foundation

/// Runs git in a folder, whatever the machine's own settings are, and gives what it prints.
///
/// - Parameters:
///   - author: the email of who commits.
///   - input: what git reads from its standard input; nil: the test's own.
/// - Throws: ``GitFailure`` where git does not end with 0.
public func git(_ arguments: [String], in folder: String, author: String, input: String? = nil) throws -> String {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/git")
  process.arguments = ["-c", "user.name=Ada", "-c", "user.email=\(author)", "-c", "gc.auto=0"] + arguments
  process.currentDirectoryURL = URL(fileURLWithPath: folder)
  process.environment = ["PATH": "/usr/bin:/bin", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"]
  let pipe = Pipe()
  process.standardOutput = pipe
  if let input {
    // Through a file: a pipe that nobody reads yet holds little.
    let place = FileManager.default.temporaryDirectory.appendingPathComponent("tenure-git-\(UUID().uuidString)")
    try Data(input.utf8).write(to: place)
    defer { try? FileManager.default.removeItem(at: place) }
    process.standardInput = try FileHandle(forReadingFrom: place)
  }
  try process.run()
  let data = pipe.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  guard process.terminationStatus == 0 else {
    throw GitFailure(arguments: arguments, status: process.terminationStatus)
  }
  return String(decoding: data, as: UTF8.self)
}

public struct GitFailure: Error {
  public var arguments: [String]
  public var status: Int32
}
