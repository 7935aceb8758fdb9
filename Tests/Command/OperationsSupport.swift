import Foundation

/// A temporary folder with a git repository and a store, in which the built binary is run.
final class Operations: Sendable {
  let folder: String
  /// The working tree of the repository.
  let root: String
  let store: String

  struct Outcome {
    var status: Int32
    var out: String
    var err: String

    /// The result read as JSON.
    var json: [String: Any] {
      (try? JSONSerialization.jsonObject(with: Data(out.utf8))) as? [String: Any] ?? [:]
    }
  }

  /// Next to the test bundle.
  static let binary: String = {
    let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return (bundle as NSString).deletingLastPathComponent + "/tenure"
  }()

  init(_ manifests: [String: String] = [:]) throws {
    folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path + "/tenure-ops-\(UUID().uuidString)"
    root = folder + "/repository"
    store = folder + "/state.db"
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    try git("init", "-q", "-b", "main")
    if !manifests.isEmpty { try commit(manifests) }
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// Writes manifests by their names below `manifests/`; an empty text removes one. Commits everything.
  func commit(_ manifests: [String: String]) throws {
    try FileManager.default.createDirectory(atPath: root + "/manifests", withIntermediateDirectories: true)
    for (name, text) in manifests {
      let path = root + "/manifests/" + name
      if text.isEmpty {
        try FileManager.default.removeItem(atPath: path)
      } else {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      }
    }
    try git("add", "-A")
    try git("commit", "-q", "--allow-empty", "-m", "change")
  }

  func git(_ arguments: String...) throws {
    let settings = ["user.name=Ada", "user.email=ada@acme.example", "commit.gpgsign=false"]
    let outcome = try Self.execute("/usr/bin/git", settings.flatMap { ["-c", $0] } + arguments, in: root)
    guard outcome.status == 0 else { throw Failed(description: "git \(arguments): \(outcome.err)") }
  }

  struct Failed: Error, CustomStringConvertible { var description: String }

  /// Runs `tenure` in the repository with the store.
  func tenure(_ arguments: String..., in directory: String? = nil, environment: [String: String] = [:]) throws
    -> Outcome
  {
    try Self.execute(
      Self.binary, arguments, in: directory ?? root,
      environment: ["TENURE_STATE": store, "TENURE_CACHE": folder + "/cache"].merging(environment) { _, new in new })
  }

  /// Starts `tenure` and leaves it running; its streams go to files.
  func start(_ arguments: String...) throws -> Running {
    let running = Running(out: folder + "/\(UUID().uuidString).out", err: folder + "/\(UUID().uuidString).err")
    try running.start(
      Self.binary, arguments, in: root, environment: ["TENURE_STATE": store, "TENURE_CACHE": folder + "/cache"])
    return running
  }

  @discardableResult
  static func execute(
    _ program: String, _ arguments: [String], in directory: String, environment: [String: String] = [:]
  ) throws -> Outcome {
    let stem = FileManager.default.temporaryDirectory.path + "/tenure-ops-\(UUID().uuidString)"
    let running = Running(out: stem + ".out", err: stem + ".err")
    defer {
      try? FileManager.default.removeItem(atPath: stem + ".out")
      try? FileManager.default.removeItem(atPath: stem + ".err")
    }
    try running.start(program, arguments, in: directory, environment: environment)
    let status = running.wait()
    return Outcome(status: status, out: running.output, err: running.errors)
  }
}

/// A process that writes into files.
final class Running {
  private let process = Process()
  private let out: String
  private let err: String

  init(out: String, err: String) { (self.out, self.err) = (out, err) }

  func start(_ program: String, _ arguments: [String], in directory: String, environment: [String: String]) throws {
    _ = FileManager.default.createFile(atPath: out, contents: nil)
    _ = FileManager.default.createFile(atPath: err, contents: nil)
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: directory)
    process.environment = ["PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1"]
      .merging(environment) { _, new in new }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle(forWritingAtPath: out)
    process.standardError = FileHandle(forWritingAtPath: err)
    try process.run()
  }

  var output: String { (try? String(contentsOfFile: out, encoding: .utf8)) ?? "" }
  var errors: String { (try? String(contentsOfFile: err, encoding: .utf8)) ?? "" }
  var isRunning: Bool { process.isRunning }

  /// The lines printed so far as JSON.
  var lines: [[String: Any]] {
    output.split(separator: "\n").compactMap {
      (try? JSONSerialization.jsonObject(with: Data($0.utf8))) as? [String: Any]
    }
  }

  func signal(_ number: Int32) { kill(process.processIdentifier, number) }

  func wait() -> Int32 {
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// Waits for a line, generously.
  func line(where isIt: ([String: Any]) -> Bool) -> [String: Any]? {
    for _ in 0..<1200 {
      if let found = lines.first(where: isIt) { return found }
      if !process.isRunning { return lines.first(where: isIt) }
      usleep(50_000)
    }
    return nil
  }

  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
}
