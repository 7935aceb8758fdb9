import Foundation
import Testing

/// A temporary git repository with manifests, and a store beside them; gone at the end.
final class Company: Sendable {
  let folder: String
  var storeFolder: String { folder + "/.git/tenure" }
  var store: String { storeFolder + "/state.db" }

  /// Commits `manifests` (as manifests/acme.yaml) and applies it.
  init(_ manifests: String, apply: Bool = true) throws {
    folder =
      FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path + "/tenure-company-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder + "/manifests", withIntermediateDirectories: true)
    try git("init", "-q", "-b", "main")
    try commit(manifests)
    if apply { try self.apply() }
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// `date` is the committer's, which is now where it is left out.
  func commit(
    _ manifests: String, by author: String = "ada@acme.example", message: String = "change", date: String? = nil
  ) throws {
    try write(manifests, to: "manifests/acme.yaml")
    try git("add", "manifests")
    try git("commit", "-q", "--allow-empty", "-m", message, "--author", "Somebody <\(author)>", date: date)
  }

  /// Ends a merge that was begun without a commit, with these manifests.
  func amendMerge(_ manifests: String, by author: String) throws {
    try write(manifests, to: "manifests/acme.yaml")
    try git("add", "manifests")
    try git("-c", "user.email=\(author)", "commit", "-q", "-m", "Merge")
  }

  func write(_ text: String, to path: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + path))
  }

  func apply(sourceLocation: SourceLocation = #_sourceLocation) throws {
    let result = try run("apply", "--yes")
    #expect(result.status == 0, "\(result.err)\(result.out)", sourceLocation: sourceLocation)
  }

  func run(_ arguments: String...) throws -> Binary.Result { try Binary().run(arguments, in: folder) }

  /// Runs the words of a line: for arguments without spaces.
  func tenure(_ line: String) throws -> Binary.Result {
    try Binary().run(line.split(separator: " ").map(String.init), in: folder)
  }

  /// Runs the line and expects its exit code; gives both streams.
  @discardableResult
  func tenure(_ line: String, exits status: Int32, sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
    let result = try tenure(line)
    #expect(result.status == status, "\(line)\n\(result.out)\(result.err)", sourceLocation: sourceLocation)
    return result.out + result.err
  }

  func git(_ arguments: String..., date: String? = nil) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/git")
    process.arguments =
      ["-c", "user.name=Ada", "-c", "user.email=ada@acme.example", "-c", "commit.gpgsign=false"] + arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = ["PATH": "/usr/bin:/bin", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"]
      .merging(date.map { ["GIT_COMMITTER_DATE": $0] } ?? [:]) { $1 }
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
  }
}
