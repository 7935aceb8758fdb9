import Foundation
import GitReader
import Testing

/// A temporary folder with a git repository made by the `git` program; gone at the end.
final class TestRepository: Sendable {
  /// Holds the repository, and whatever else a test puts beside it.
  let folder: String
  let path: String

  init(bare: Bool = false, commits: Bool = true) throws {
    folder = try TestRepository.temporaryFolder()
    path = folder + "/repository"
    try TestRepository.git(["init", "-q", "-b", "main"] + (bare ? ["--bare"] : []) + [path], in: folder)
    if commits, !bare {
      try write("manifests/acme.yaml", "name: acme\n")
      try commit("first")
    }
  }

  deinit {
    _ = try? TestRepository.run("/bin/chmod", ["-R", "u+rwX", folder], in: "/")
    try? FileManager.default.removeItem(atPath: folder)
  }

  static func temporaryFolder() throws -> String {
    let folder =
      FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path + "/tenure-git-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return folder
  }

  func open() throws -> GitRepository { try GitRepository.open(at: path) }

  func write(_ name: String, _ text: String) throws {
    let file = path + "/" + name
    let parent = (file as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
  }

  /// Commits everything and gives the id.
  @discardableResult
  func commit(_ message: String) throws -> String {
    try git("add", "-A")
    return try commitIndex(message)
  }

  @discardableResult
  func commitIndex(_ message: String) throws -> String {
    try git("commit", "-q", "--allow-empty", "-m", message)
    return try git("rev-parse", "HEAD")
  }

  @discardableResult
  func git(_ arguments: String...) throws -> String { try TestRepository.git(arguments, in: path) }

  @discardableResult
  static func git(_ arguments: [String], in folder: String) throws -> String {
    let settings = [
      "user.name=Ada", "user.email=ada@acme.example", "commit.gpgsign=false", "protocol.file.allow=always",
    ]
    return try run("/usr/bin/git", settings.flatMap { ["-c", $0] } + arguments, in: folder)
  }

  struct Failed: Error { var output: String }

  @discardableResult
  static func run(_ program: String, _ arguments: [String], in folder: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = ["PATH": "/usr/bin:/bin", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"]
    let pipe = Pipe()
    (process.standardOutput, process.standardError) = (pipe, pipe)
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failed(output: "\(arguments): \(output)") }
    return output.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}

/// Runs `body` and gives the error it throws.
func gitError(_ body: () throws -> Void, sourceLocation: SourceLocation = #_sourceLocation) -> GitError? {
  let error = #expect(throws: GitError.self, sourceLocation: sourceLocation) { try body() }
  return error
}
