import Foundation
import TestSupport
import Testing

/// `why` and `git log -S` name the same commits, on real histories.
@Suite struct RealHistoryTests {
  /// Beside the repository; nil where they are not.
  static func bundle(_ name: String) -> String? {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let path = root.appendingPathComponent("../shared/data/\(name).bundle").standardizedFileURL.path
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }

  @Test(arguments: [("kubevirt-org", 47), ("kubernetes-org", 3)])
  func `why for random people names the commits that git log -S finds`(name: String, count: Int) throws {
    guard let bundle = Self.bundle(name) else {
      print("SKIPPED: there is no \(name).bundle in ../shared/data, so `why` was not compared with `git log -S`")
      return
    }
    let folder = FileManager.default.temporaryDirectory.path + "/tenure-why-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    _ = try Company.git(["clone", "-q", "-b", "main", bundle, folder], in: "/")
    let text = try Company.git(["grep", "-hoE", "p-[0-9a-f]+@people.example", "HEAD", "--", "manifests"], in: folder)
    var people = Set(text.split(separator: "\n").map(String.init)).sorted()
    let seed = UInt64.random(in: .min ... .max)
    var random = SplitMix(seed: seed)
    print("why against git log -S on \(name): seed \(seed)")
    people.shuffle(using: &random)
    let history = ReadHistory(folder: folder)
    for email in people.prefix(count) { try compare(email, history, seed: seed) }
  }

  private func compare(_ email: String, _ history: ReadHistory, seed: UInt64) throws {
    let folder = history.folder
    let result = try Binary().run(["why", email, "--format", "json"], in: folder)
    try #require(result.status == 0, "\(email) (seed \(seed)): \(result.err)")
    let json = try JSONSerialization.jsonObject(with: Data(result.out.utf8)) as? [String: Any]
    let answer = Why(json: try #require(json))
    func log(_ search: String...) throws -> [String] {
      try Company.git(["log", "--format=%H"] + search, in: folder).split(separator: "\n").map(String.init)
    }
    let found = try log("-S", email)
    let newest = try #require(found.first)
    #expect(answer.commits.contains(newest), "\(email) (seed \(seed)): git log -S finds \(newest)")
    #expect(!answer.access.isEmpty)
    // What git counts alone does not tell is where the line stood: before the commit not there, or in another role.
    for access in answer.access where access.text("via") == "direct" {
      let link = try #require((access["proof"] as? [[String: Any]])?.first)
      let (path, role) = (access.text("path") ?? "", access.text("role") ?? "")
      let commit = try #require(link.text("commit"))
      let words = "\(email) in \(path) (seed \(seed))"
      #expect(try history.role(of: email, at: path, in: commit) == role, "\(words)")
      let parent = try Company.git(["log", "-1", "--format=%P", commit], in: folder)
      if !parent.isEmpty { #expect(try history.role(of: email, at: path, in: parent) != role, "\(words)") }
    }
  }
}

/// Roles, read line by line as these histories are written: a file an organization.
private final class ReadHistory {
  let folder: String
  private var files: [String: [String]] = [:]

  init(folder: String) { self.folder = folder }

  func role(of email: String, at path: String, in commit: String) throws -> String? {
    let parts = path.split(separator: "/", maxSplits: 1).map(String.init)
    let lines = try lines(of: "manifests/\(parts[0]).yaml", in: commit)
    let list: ArraySlice<String>
    if parts.count == 1 {
      list = lines.prefix { $0 != "workspaces:" }
    } else {
      let inside = lines.drop { $0 != "workspaces:" }
      list = inside.drop { $0 != "  \(parts[1]):" && $0 != "  '\(parts[1])':" }.dropFirst().prefix {
        $0.hasPrefix("    ")
      }
    }
    return list.compactMap { line in
      let words = line.trimmingCharacters(in: .whitespaces).components(separatedBy: ": ")
      return words.count == 2 && words[0] == email ? words[1] : nil
    }.first
  }

  /// None where there is no such file.
  private func lines(of path: String, in commit: String) throws -> [String] {
    let name = "\(commit):\(path)"
    if let known = files[name] { return known }
    let isThere = try !Company.git(["ls-tree", commit, path], in: folder).isEmpty
    let lines = isThere ? try Company.git(["show", name], in: folder).split(separator: "\n").map(String.init) : []
    files[name] = lines
    return lines
  }
}
