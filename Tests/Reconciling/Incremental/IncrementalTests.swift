import Foundation
import GitReader
import Model
import Planning
import Reconciling
import SQLiteStore
import Testing

/// A plan that builds on what earlier ones found is the plan that looks at everything.
@Suite struct IncrementalTests {
  /// A repository with a store, once as incremental reconciliation leaves it and once as full does.
  final class Pair {
    let folder = FileManager.default.temporaryDirectory.path + "/tenure-incremental-\(UUID().uuidString)"
    let random: UInt64
    var now = Instant(seconds: 1_800_000_000)
    private(set) var narrowed = 0
    private(set) var all = 0
    private(set) var log: [String] = []

    init(seed: UInt64) throws {
      random = seed
      for name in ["repo/manifests", "cache"] {
        try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
      }
      try git("init", "-q", "-b", "main")
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func git(_ arguments: String...) throws { _ = try run(arguments) }

    func lines(_ arguments: String...) throws -> [String] { try run(arguments).split(separator: "\n").map(String.init) }

    private func run(_ arguments: [String]) throws -> String {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/git")
      process.arguments = ["-c", "user.name=Ada", "-c", "user.email=p2@x.example"] + arguments
      process.currentDirectoryURL = URL(fileURLWithPath: folder + "/repo")
      process.environment = ["PATH": "/usr/bin:/bin", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"]
      let pipe = Pipe()
      process.standardOutput = pipe
      try process.run()
      let data = pipe.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      try #require(process.terminationStatus == 0, "git \(arguments)")
      return String(decoding: data, as: UTF8.self)
    }

    func commit(_ files: [String: String], _ message: String) throws {
      let root = "\(folder)/repo/manifests"
      try FileManager.default.removeItem(atPath: root)
      try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
      for (path, text) in files {
        let place = URL(fileURLWithPath: "\(root)/\(path)")
        try FileManager.default.createDirectory(
          at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: place)
      }
      try git("add", "-A")
      try git("commit", "-q", "--allow-empty", "-m", message)
      log.append("commit: \(message)")
    }

    func note(_ text: String) { log.append(text) }

    func store(_ name: String) throws -> SQLiteStore {
      try SQLiteStore.open(path: "\(folder)/\(name).db", mode: .readWriteCreate)
    }

    /// Plain SQL, the same in both stores; what a constraint refuses changes neither.
    func execute(_ statement: String) {
      for name in ["short", "long"] { _ = try? sql(name, "PRAGMA foreign_keys = ON; \(statement);") }
    }

    private func sql(_ name: String, _ text: String) throws -> String {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/sqlite3")
      process.arguments = ["\(folder)/\(name).db", text]
      let pipe = Pipe()
      process.standardOutput = pipe
      process.standardError = FileHandle.nullDevice
      try process.run()
      let data = pipe.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      if process.terminationStatus != 0 { throw SQLError() }
      return String(decoding: data, as: UTF8.self)
    }

    private struct SQLError: Error {}

    func reconciliation(_ options: PlanOptions) throws -> Reconciliation {
      let source = try DesiredSource.open("\(folder)/repo", ref: "main", isWorktree: false, manifests: "manifests")
      return Reconciliation(source: source, options: options, now: now)
    }

    func cache() throws -> MemoFile? {
      MemoFile(folder: folder + "/cache", source: try reconciliation(.init()).source, store: "short", program: "test")
    }

    /// Plans both ways and compares; applies both ways and compares what is stored.
    func reconcile(applying: Bool, options: PlanOptions = .init()) throws {
      let reconciliation = try reconciliation(options)
      let (shortStore, longStore) = (try store("short"), try store("long"))
      defer {
        try? shortStore.close()
        try? longStore.close()
      }
      let short = try reconciliation.reconcile(
        .changes(since: try cache()), isRecording: applying, openStore: { shortStore })
      let long = try reconciliation.reconcile(.full, isRecording: applying, openStore: { longStore })
      all += 1
      if short.isNarrowed { narrowed += 1 }
      let context = context
      #expect(short.reading.diagnostics == long.reading.diagnostics, context)
      #expect(short.proposal?.plan == long.proposal?.plan, context)
      #expect(short.proposal?.digest == long.proposal?.digest, context)
      #expect(short.proposal?.appliedCommits == long.proposal?.appliedCommits, context)
      if !applying { try compareBriefly(long.proposal?.plan, reconciliation, shortStore) }
      guard let a = short.proposal, let b = long.proposal else {
        short.remember()
        return
      }
      guard applying else {
        short.remember()
        return
      }
      var first = Applier(store: shortStore, input: a.input)
      var second = Applier(store: longStore, input: b.input)
      #expect(try first.apply(a.planned) == second.apply(b.planned), context)
      short.remember(recorded: first.recorded)
      let (stored, expected) = (try dump("short"), try dump("long"))
      #expect(
        stored == expected,
        "only incremental: \(stored.filter { !expected.contains($0) })\nonly full: \(expected.filter { !stored.contains($0) })\n\(context)"
      )
    }

    /// Where tenants with nothing to do need not be listed, all but their serials is the same.
    private func compareBriefly(_ expected: Plan?, _ reconciliation: Reconciliation, _ store: SQLiteStore) throws {
      let brief = try reconciliation.reconcile(
        .changes(since: try cache()), listsAll: false, openStore: { store })
      var (found, wanted) = (brief.proposal?.plan, expected)
      found?.state.serials = [:]
      wanted?.state.serials = [:]
      #expect(found == wanted, context)
    }

    /// All that is stored, but for secrets and the number that tells states apart.
    private func dump(_ name: String) throws -> [String] {
      let queries = [
        "tenants": """
        id, name, account_id, display_name, owner_id, subscription, serial, applied_commit, applied_at, policy_digest,
        withheld
        """,
        "baselines": "tenant_id, hex(entries)", "accounts": "*", "workspaces": "*", "tenant_members": "*",
        "workspace_members": "*", "departures": "*", "policies": "*", "api_keys": "*", "audit": "*",
        "invitations": "tenant_id, workspace_id, email, role, expires_at, sends, lapses_at, outcome, created_at",
      ]
      let all = queries.sorted { $0.key < $1.key }.map { "SELECT '\($0.key)', \($0.value) FROM \($0.key);" }
      return try sql(name, all.joined()).split(separator: "\n").map(String.init)
    }

    var context: Comment { "TENURE_SEED=\(random)\n\(log.joined(separator: "\n"))" }
  }

  private static let seed =
    UInt64(ProcessInfo.processInfo.environment["TENURE_SEED"] ?? "") ?? UInt64.random(in: 0...UInt64.max / 2)

  /// Commits, changes by hand and with plain SQL, and time, in any order.
  @discardableResult
  private func live(seed: UInt64, steps: Int) throws -> (narrowed: Int, all: Int) {
    let pair = try Pair(seed: seed)
    var office = RandomOffice(random: SeededGenerator(state: seed))
    var day = 0
    try pair.commit(office.files, "first")
    try pair.reconcile(applying: true)
    for _ in 0..<steps {
      if office.chance(55) { try pair.commit(office.files, office.change(day: day)) }
      if office.chance(30) { try pair.commit(office.files, office.change(day: day)) }
      if office.chance(35) { changeByHand(pair, &office) }
      if office.chance(30) {
        let days = office.number(1..<9)
        day += days
        pair.now = pair.now.advanced(bySeconds: Int64(days) * 86_400)
        pair.note("\(days) days later")
      }
      var options = PlanOptions()
      options.atomic = office.chance(10)
      options.driftOnly = office.chance(10)
      if office.chance(10) { options.skipping = ["org-1"] }
      let isApplying = office.chance(50)
      pair.note(isApplying ? "apply" : "plan")
      try pair.reconcile(applying: isApplying, options: options)
    }
    return (pair.narrowed, pair.all)
  }

  private func changeByHand(_ pair: Pair, _ office: inout RandomOffice) {
    let organization = office.number(0..<6)
    let person = office.number(0..<12)
    let account = "(SELECT id FROM accounts WHERE email_key = 'p\(person)@x.example')"
    let tenant = "(SELECT id FROM tenants WHERE name = 'org-\(organization)')"
    let statements = [
      "DELETE FROM tenant_members WHERE tenant_id = \(tenant) AND account_id = \(account)",
      "UPDATE workspace_members SET role = 'viewer' WHERE account_id = \(account)",
      "UPDATE tenants SET display_name = 'By hand' WHERE name = 'org-\(organization)'",
      "UPDATE accounts SET suspended_at = 1 WHERE id = \(account)",
      "UPDATE accounts SET suspended_at = NULL",
      "INSERT INTO accounts (email, email_key, created_at) VALUES ('q\(organization)@x.example', 'q\(organization)@x.example', 1)",
      "UPDATE tenants SET suspended_at = 1, suspension_reason = 'audit' WHERE name = 'org-\(organization)'",
      "UPDATE tenants SET suspended_at = NULL, suspension_reason = NULL",
      "INSERT INTO tenants (name, created_at) VALUES ('by-hand-\(office.number(0..<1_000_000))', 1)",
      "DELETE FROM tenants WHERE name = 'org-\(organization)'",
      "UPDATE invitations SET lapses_at = 1 WHERE outcome IS NULL AND email_key = 'p\(person)@x.example'",
      "UPDATE tenants SET applied_commit = '\(String(repeating: "1", count: 40))' WHERE name = 'org-\(organization)' AND applied_commit IS NOT NULL",
    ]
    let statement = statements[office.number(0..<statements.count)]
    pair.note(statement)
    pair.execute(statement)
  }

  @Test(arguments: 0..<(rounds / 2)) func `whatever happens in between, it is the plan that looks at everything`(
    _ round: Int
  ) throws {
    let (narrowed, all) = try live(seed: Self.seed &+ UInt64(round), steps: 14)
    #expect(narrowed <= all)
  }

  @Test func `most plans look at a part only`() throws {
    var (narrowed, all) = (0, 0)
    for seed in [UInt64(1), 2, 3, 4] {
      let lived = try live(seed: seed, steps: 10)
      (narrowed, all) = (narrowed + lived.narrowed, all + lived.all)
    }
    #expect(narrowed * 2 > all, "only \(narrowed) of \(all): the test above looks at too little")
  }
}
