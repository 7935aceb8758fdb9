import Foundation
import Testing

/// The built `tenure`, for views that live in its commands.
extension Engine {
  struct Answer {
    var status: Int32
    var out: String
    var err: String
  }

  /// Beside the test bundle, wherever that was built.
  private static let binary: String = {
    let bundle =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    return URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("tenure").path
  }()

  func tenure(_ arguments: [String], stdin: String = "") throws -> Answer {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.binary)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder + "/repo")
    process.environment = ["PATH": "/usr/bin:/bin", "HOME": folder, "TENURE_STATE": folder + "/state.db"]
    let places = ["in", "out", "err"].map { URL(fileURLWithPath: "\(folder)/std\($0)") }
    try Data(stdin.utf8).write(to: places[0])
    for place in places.dropFirst() { try Data().write(to: place) }
    process.standardInput = try FileHandle(forReadingFrom: places[0])
    process.standardOutput = try FileHandle(forWritingTo: places[1])
    process.standardError = try FileHandle(forWritingTo: places[2])
    try process.run()
    process.waitUntilExit()
    return Answer(
      status: process.terminationStatus, out: try String(contentsOf: places[1], encoding: .utf8),
      err: try String(contentsOf: places[2], encoding: .utf8))
  }

  /// What a command shows now.
  func json(_ arguments: [String]) throws -> [String: Any] {
    let answer = try tenure(arguments + ["--format", "json", "--now", now.text])
    try #require(answer.status == 0, "tenure \(arguments.joined(separator: " "))\n\(answer.err)")
    return try #require(try JSONSerialization.jsonObject(with: Data(answer.out.utf8)) as? [String: Any])
  }
}
