import Foundation
import GitReader
import Manifests
import Model
import Planning
import Reconciling
import TestSupport
import Testing

/// What `diff` leaves unread says nothing about the change.
@Suite struct ExcerptTests {
  private static func git(_ arguments: [String], in folder: String) throws -> String {
    try TestSupport.git(arguments, in: folder, author: "ada@x.example")
  }

  /// Equal with and without reading everything; gives how many actions there are.
  @discardableResult
  private func compare(_ span: String, in folder: String) throws -> Int {
    let source = try DesiredSource.open(folder, ref: "main", isWorktree: false, manifests: "manifests")
    var comparison = Comparison(
      source: source, span: try #require(Span(span)), now: Instant(seconds: 1_800_000_000))
    let short = try comparison.compare(store: nil, engine: "").result
    comparison.readsEverything = true
    let long = try comparison.compare(store: nil, engine: "").result
    #expect(short?.proposal.plan.actions == long?.proposal.plan.actions, "\(span)")
    #expect(short?.proposal.plan.blocked == long?.proposal.plan.blocked, "\(span)")
    #expect(short?.proposal.digest == long?.proposal.digest, "\(span)")
    return long?.proposal.plan.actions.count ?? 0
  }

  @Test(arguments: [("kubevirt-org", 16), ("kubernetes-org", 60)])
  func `on real histories`(name: String, stride: Int) throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let bundle = root.appendingPathComponent("../shared/data/\(name).bundle").standardizedFileURL.path
    guard FileManager.default.fileExists(atPath: bundle) else {
      print("SKIPPED: there is no \(name).bundle, so excerpts were not compared on its history")
      return
    }
    let folder = FileManager.default.temporaryDirectory.path + "/tenure-excerpt-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    _ = try Self.git(["clone", "-q", "-b", "main", bundle, folder], in: "/")
    let all = try Self.git(["rev-list", "--first-parent", "--reverse", "main"], in: folder)
      .split(separator: "\n").map(String.init)
    for index in Swift.stride(from: Int.random(in: 1...stride), to: all.count, by: stride) {
      try compare("\(all[index - 1])..\(all[index])", in: folder)
    }
  }

  /// Many small files that name one another; each row edits one of them.
  private static let files: [String: String] = [
    "policy": "kind: Policy\ninvitations: {admission: direct}",
    "globex-policy": "kind: Policy\norganization: globex\nprotection: {creator-kept: on}",
    "sre": "kind: Group\nname: sre\nmembers: [ada@x.example, Linus@x.example]",
    "all": "kind: Group\nname: all\nmembers: [sre, 'grace@x.example']",
    "acme": "kind: Organization\nname: acme\nowner: ada@x.example\nmembers: {all: member}",
    "acme-ml": "kind: Workspace\norganization: acme\nname: ml\nmembers: {\"s\\x72e\": developer, ada@x.example: admin}",
    "globex": "{kind: Organization, name: globex, owner: eve@x.example, members: {LINUS@x.example: member}}",
    "globex-web": "kind: Workspace\norganization: globex\nname: web\nmembers: {linus@x.example: viewer}",
    "initech":
      "kind: Organization\nname: initech\nmembers: {ada@x.example: super-admin, all: member}\nworkspaces: {w: {members: {all: viewer}}}",
    "linus": "kind: Account\nemail: LINUS@x.example\ndisplayName: Linus",
    "hooli": "kind: Organization\nname: hooli\nmembers: {zoe@x.example: super-admin}",
  ]

  @Test(arguments: [
    ("sre", "[ada@x.example, Linus@x.example]", "[ada@x.example]", true),
    ("linus", "email: LINUS@x.example", "email: linus@x.example", false),
    ("linus", "displayName: Linus", "displayName: L", true),
    ("acme", "{all: member}", "{all: member, zoe@x.example: super-admin}", true),
    ("acme-ml", "admin", "operator", true), ("globex-web", "viewer", "developer", true),
    ("globex-policy", "creator-kept: on", "creator-kept: off", true),
    ("policy", "direct", "invite", true), ("hooli", "zoe@x.example", "ada@x.example", true),
    ("all", "[sre, 'grace@x.example']", "['grace@x.example']", true),
  ])
  func `a change is found wherever it reaches`(file: String, old: String, new: String, changes: Bool) throws {
    let folder = FileManager.default.temporaryDirectory.path + "/tenure-excerpt-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder + "/manifests", withIntermediateDirectories: true)
    func commit(_ change: (String, String) -> String) throws {
      for (name, text) in Self.files {
        let flow = text.hasPrefix("{")
        let version = flow ? "" : "apiVersion: tenure/v1\n"
        let body = flow ? text.replacing("{kind", with: "{apiVersion: tenure/v1, kind") : text
        try Data((version + change(name, body)).utf8).write(
          to: URL(fileURLWithPath: folder + "/manifests/\(name).yaml"))
      }
      _ = try Self.git(["add", "-A"], in: folder)
      _ = try Self.git(["commit", "-q", "-m", "change"], in: folder)
    }
    _ = try Self.git(["init", "-q", "-b", "main"], in: folder)
    try commit { $1 }
    try commit { $0 == file ? $1.replacing(old, with: new) : $1 }
    #expect(try (compare("main~1..main", in: folder) > 0) == changes)
  }
}
