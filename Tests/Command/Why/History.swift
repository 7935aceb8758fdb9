import Foundation
import Testing

/// Commits of several files, with dates and authors of their own.
extension Company {
  /// Writes files by their paths (nil removes one) and commits them; answers the commit.
  @discardableResult
  func commit(
    _ files: [String: String?], by author: String = "ada@acme.example", at date: String = "2026-01-01T12:00:00Z",
    _ message: String = "change"
  ) throws -> String {
    for (path, text) in files {
      let url = URL(fileURLWithPath: folder + "/" + path)
      if let text {
        try FileManager.default.createDirectory(
          at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
      } else {
        try FileManager.default.removeItem(at: url)
      }
    }
    try git(at: date, "add", "-A", "manifests")
    try git(at: date, "commit", "-q", "--allow-empty", "-m", message, "--author", "Somebody <\(author)>")
    return try gitOutput("rev-parse", "HEAD")
  }

  /// Runs git with this date for whatever it makes.
  func git(at date: String, _ arguments: String...) throws {
    _ = try Self.git(arguments, in: folder, date: date)
  }

  /// What git prints, without the last newline.
  func gitOutput(_ arguments: String...) throws -> String { try Self.git(arguments, in: folder) }

  static func git(_ arguments: [String], in folder: String, date: String? = nil) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/git")
    process.arguments =
      ["-c", "user.name=Ada", "-c", "user.email=ada@acme.example", "-c", "commit.gpgsign=false"] + arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = [
      "PATH": "/usr/bin:/bin", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1",
    ].merging(date.map { ["GIT_COMMITTER_DATE": $0, "GIT_AUTHOR_DATE": $0] } ?? [:]) { $1 }
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "git \(arguments)")
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .newlines)
  }

  /// A company without a store, with this as its first commit.
  static func declared(_ manifests: String) throws -> Company { try Company(manifests, apply: false) }

  /// The answer of `why`, which has to end with 0.
  func why(_ line: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> Why {
    Why(json: try json("why " + line, sourceLocation: sourceLocation))
  }
}

/// `why --format json`, with what the tests look at.
struct Why {
  let json: [String: Any]

  var access: [[String: Any]] { json["access"] as? [[String: Any]] ?? [] }
  var ended: [[String: Any]] { json["ended"] as? [[String: Any]] ?? [] }
  var paths: [String] { access.compactMap { $0["path"] as? String } }

  /// The links of the only access, or of the one at `path`.
  func proof(_ path: String? = nil) -> [[String: Any]] {
    let found = access.first { path == nil || $0["path"] as? String == path }
    return found?["proof"] as? [[String: Any]] ?? []
  }

  /// Every commit that the answer names as a reason.
  var commits: Set<String> {
    var result: Set<String> = []
    func add(_ introduction: Any?) {
      guard let introduction = introduction as? [String: Any] else { return }
      if let commit = introduction["commit"] as? String { result.insert(commit) }
      add(introduction["since"])
    }
    for place in access + ended {
      (place["proof"] as? [Any] ?? []).forEach(add)
      add(place["removed"])
    }
    return result
  }
}

extension [String: Any] {
  func text(_ key: String) -> String? { self[key] as? String }

  /// `FILE:LINE:COLUMN` of a link.
  var place: String {
    let source = self["source"] as? [String: Any] ?? [:]
    return "\(source["file"] ?? ""):\(source["line"] ?? ""):\(source["column"] ?? "")"
  }
}
