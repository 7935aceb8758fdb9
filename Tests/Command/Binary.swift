import Foundation

/// The built `tenure`, run as people run it.
struct Binary {
  /// Beside the test bundle, wherever that was built.
  static let path: String = {
    let bundle =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    return URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("tenure").path
  }()

  /// What is run.
  var path = Binary.path

  struct Result: Sendable {
    var status: Int32
    var out: String
    var err: String
  }

  /// Runs `tenure` in `folder` with no variables but `env`, and waits for its end. Streams go through files, so that no
  /// full pipe can stop it.
  func run(_ arguments: [String], in folder: String, env: [String: String] = [:], stdin: String = "") throws -> Result {
    let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("tenure-run-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: scratch) }
    func file(_ name: String, _ text: String = "") throws -> URL {
      let url = scratch.appendingPathComponent(name)
      try Data(text.utf8).write(to: url)
      return url
    }
    let (input, output, errors) = (try file("in", stdin), try file("out"), try file("err"))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = ["PATH": "/usr/bin:/bin", "HOME": scratch.path].merging(env) { $1 }
    process.standardInput = try FileHandle(forReadingFrom: input)
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    process.waitUntilExit()
    return Result(
      status: process.terminationStatus, out: String(decoding: try Data(contentsOf: output), as: UTF8.self),
      err: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
  }
}

extension Binary {
  /// As ``run(_:in:env:stdin:)``, through a shell that ends it after `seconds`: 137 is the status of what hangs, 128 and
  /// the signal's number that of what dies of one. `limits` is said to the shell before.
  func bounded(_ arguments: [String], in folder: String, seconds: Double = 60, limits: String = ":") throws -> Result {
    let run = "\(limits); timeout -s KILL \(seconds) \"$0\" \"$@\"; exit $?"
    return try Binary(path: "/bin/bash").run(["-c", run, Self.path] + arguments, in: folder)
  }

  /// Runs a line of bash, in which `$TENURE` is the binary.
  func script(_ line: String, in folder: String) throws -> Result {
    try Binary(path: "/bin/bash").run(["-c", line], in: folder, env: ["TENURE": Self.path])
  }
}
