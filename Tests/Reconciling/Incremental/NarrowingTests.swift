import Foundation
import Model
import Testing

@testable import Reconciling

/// What is looked at after each kind of change: the table of ``Narrowing``.
@Suite struct NarrowingTests {
  private static let head = "apiVersion: tenure/v1\nkind: "
  private static let files: [String: String] = [
    "policy.yaml": head
      + "Policy\ninvitations: {admission: direct}\nprotection: {removal-threshold: off, no-self-change: off}\n",
    "crew.yaml": head + "Group\nname: crew\nmembers: [ada@x.example, bob@x.example]\n",
    "core.yaml": head + "Group\nname: core\nmembers: [crew]\n",
    "acme.yaml": head + "Organization\nname: acme\nmembers: {ada@x.example: super-admin, crew: member}\n",
    "globex.yaml": head + "Organization\nname: globex\nmembers: {eve@x.example: super-admin, core: member}\n",
    "initech.yaml": head
      + "Organization\nname: initech\nmembers: {eve@x.example: super-admin, bob@x.example: {role: member, expires: 2027-02-01}}\n",
    "initech-web.yaml": head + "Workspace\norganization: initech\nname: web\nmembers: {eve@x.example: admin}\n",
    "hooli.yaml": head + "Organization\nname: hooli\nmembers: {zoe@x.example: super-admin}\n",
  ]

  private func settled() throws -> IncrementalTests.Pair {
    let pair = try IncrementalTests.Pair(seed: 0)
    try pair.commit(Self.files, "first")
    for _ in 0..<3 { try pair.reconcile(applying: true) }
    return pair
  }

  /// The tenants that the next plan plans; nil: it looks at everything.
  private func planned(_ pair: IncrementalTests.Pair) throws -> [String]? {
    let store = try pair.store("short")
    let found = try pair.reconciliation(.init()).reconcile(.changes(since: try pair.cache()), openStore: { store })
    return found.isNarrowed ? found.proposal?.input.desired.tenants.map(\.name) : nil
  }

  @Test(
    arguments: [
      ("hooli.yaml", "zoe@x.example", "Zoe@x.example", ["hooli"]),
      ("initech-web.yaml", "eve@x.example: admin", "eve@x.example: admin, bob@x.example: viewer", ["initech"]),
      // Whoever names the group, and whoever names a group that names it.
      ("crew.yaml", ", bob@x.example", "", ["acme", "globex"]),
      ("core.yaml", "[crew]", "[crew, zoe@x.example]", ["globex"]),
      ("acme.yaml", "name: acme", "name: other", ["other"]),
      ("policy.yaml", "direct", "invite", nil),
      ("hooli.yaml", "super-admin", "no-such-role", nil),
    ] as [(String, String, String, [String]?)])
  func `a change of a file`(file: String, old: String, new: String, expected: [String]?) throws {
    let pair = try settled()
    #expect(try planned(pair) == [])
    var files = Self.files
    files[file] = files[file]?.replacing(old, with: new)
    try #require(files != Self.files)
    try pair.commit(files, "change")
    #expect(try planned(pair) == expected)
    try pair.reconcile(applying: false)
  }

  @Test(
    arguments: [
      ("UPDATE tenants SET display_name = 'X' WHERE name = 'hooli'", ["hooli"]),
      (
        "DELETE FROM tenant_members WHERE account_id = (SELECT id FROM accounts WHERE email_key = 'zoe@x.example')",
        ["hooli"]
      ),
      (
        "UPDATE accounts SET suspended_at = 1 WHERE email_key = 'eve@x.example'", ["globex", "initech"]
      ),
      ("UPDATE tenants SET suspended_at = 1, suspension_reason = 'x' WHERE name = 'acme'", ["acme"]),
      ("INSERT INTO tenants (name, created_at) VALUES ('stray', 1)", []),
      ("UPDATE meta SET value = '5' WHERE key = 'last-reconciliation'", []),
    ] as [(String, [String])])
  func `a change of what is stored, with plain SQL`(statement: String, expected: [String]) throws {
    let pair = try settled()
    pair.execute(statement)
    #expect(try planned(pair) == expected)
    try pair.reconcile(applying: false)
  }

  @Test func `an end that comes`() throws {
    let pair = try settled()
    pair.now = try #require(Instant(rfc3339: "2027-02-01T23:59:59Z"))
    #expect(try planned(pair) == [])
    pair.now = pair.now.advanced(bySeconds: 1)
    #expect(try planned(pair) == ["initech"])
    try pair.reconcile(applying: false)
  }

  @Test func `a clock that goes back, and a store that is another`() throws {
    let pair = try settled()
    let later = pair.now
    pair.now = later.advanced(bySeconds: -60)
    #expect(try planned(pair) == nil)
    pair.now = later
    #expect(try planned(pair) == [])
    // A backup from before is put back: serials say nothing about what was stored since.
    let path = pair.folder + "/short.db"
    let backup = try Data(contentsOf: URL(fileURLWithPath: path))
    pair.execute("UPDATE tenant_members SET role = 'member'")
    for _ in 0..<2 { try pair.reconcile(applying: true) }
    for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
    try backup.write(to: URL(fileURLWithPath: path))
    #expect(try planned(pair) == nil)
  }

  @Test func `every commit of a real history`() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let bundle = root.appendingPathComponent("../shared/data/kubevirt-org.bundle").standardizedFileURL.path
    guard FileManager.default.fileExists(atPath: bundle) else {
      print("SKIPPED: there is no kubevirt-org.bundle, so no incremental plans were compared on its history")
      return
    }
    let pair = try IncrementalTests.Pair(seed: 0)
    try pair.git("fetch", "-q", bundle, "main")
    try pair.git("branch", "-q", "history", "FETCH_HEAD")
    let commits = try pair.lines("rev-list", "--first-parent", "--reverse", "history")
    // Ten in a row, from anywhere.
    let start = Int.random(in: 0..<(commits.count - 10))
    for (index, commit) in commits[start..<start + 10].enumerated() {
      try pair.git("update-ref", "refs/heads/main", commit)
      pair.note("commit \(commit)")
      pair.now = pair.now.advanced(bySeconds: 3600)
      try pair.reconcile(applying: index % 3 != 1)
      try pair.reconcile(applying: false)
    }
    #expect(pair.narrowed >= 5)
  }
}
