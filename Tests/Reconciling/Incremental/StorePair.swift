import Foundation
import GitReader
import Model
import Planning
import Reconciling
import SQLiteStore
import Store
import TestSupport
import Testing

extension IncrementalTests {
  /// A repository with a store, once as incremental reconciliation leaves it and once as full does.
  final class Pair {
    let folder = FileManager.default.temporaryDirectory.path + "/tenure-incremental-\(UUID().uuidString)"
    let random: UInt64
    var now = Instant(seconds: 1_800_000_000)
    private(set) var narrowed = 0
    private(set) var all = 0
    /// Plans of manifests with something wrong: they look at everything.
    private(set) var wrong = 0
    private(set) var log: [String] = []
    /// What a process that goes on keeps.
    private var kept: MemoFile?

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
      try TestSupport.git(arguments, in: folder + "/repo", author: "p2@x.example")
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

    /// The newest commit.
    func head() throws -> String { try #require(try lines("rev-parse", "HEAD").first) }

    /// Makes an older commit the newest one again.
    func rewind(to commit: String) throws {
      try git("reset", "-q", "--hard", commit)
      note("rewind")
    }

    func forgetCache() {
      try? FileManager.default.removeItem(atPath: folder + "/cache")
      kept = nil
      note("the cache is deleted")
    }

    func store(_ name: String) throws -> SQLiteStore {
      try SQLiteStore.open(path: "\(folder)/\(name).db", mode: .readWriteCreate)
    }

    /// Plain SQL, the same in both stores; what a constraint refuses changes neither.
    func execute(_ statement: String) {
      for name in ["short", "long"] { _ = try? sql(name, "PRAGMA foreign_keys = ON; \(statement);") }
    }

    /// A command, the same on both stores; what is refused changes neither.
    func act(_ text: String, _ command: (Handwork, any Store) throws -> Void, as actor: String? = nil) throws {
      note("\(text)\(actor.map { " as \($0)" } ?? "")")
      for name in ["short", "long"] {
        let store = try store(name)
        try? command(Handwork(store: store, actor: actor, now: now), store)
        try store.close()
      }
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

    /// How a plan is made.
    enum Way {
      /// By a process of its own, or by one that goes on.
      case once, goingOn
      /// With another `--now`: nothing is kept of it.
      case at(Instant)
    }

    /// Plans both ways and compares; applies both ways and compares what is stored.
    func reconcile(applying: Bool, options: PlanOptions = .init(), _ way: Way = .once) throws {
      var reconciliation = try reconciliation(options)
      var memory = try cache()
      var isKept = true
      switch way {
      case .once: break
      case .goingOn:
        if kept == nil { kept = memory }
        memory = kept
      case .at(let instant): (reconciliation.now, isKept) = (instant, false)
      }
      let (shortStore, longStore) = (try store("short"), try store("long"))
      defer {
        try? shortStore.close()
        try? longStore.close()
      }
      let short = try reconciliation.reconcile(
        .changes(since: memory), isRecording: applying, openStore: { shortStore })
      let long = try reconciliation.reconcile(.full, isRecording: applying, openStore: { longStore })
      all += 1
      if let first = long.reading.diagnostics.first {
        wrong += 1
        note("finding: \(first.message)")
      }
      if short.isNarrowed { narrowed += 1 }
      let context = context
      #expect(short.reading.diagnostics == long.reading.diagnostics, context)
      #expect(short.proposal?.plan == long.proposal?.plan, context)
      #expect(short.proposal?.digest == long.proposal?.digest, context)
      #expect(short.proposal?.appliedCommits == long.proposal?.appliedCommits, context)
      if !applying { try compareBriefly(long.proposal?.plan, reconciliation, memory, shortStore) }
      guard let a = short.proposal, let b = long.proposal else {
        if isKept { short.remember() }
        return
      }
      #expect(effects(of: a.plan.actions, in: a.input) == effects(of: b.plan.actions, in: b.input), context)
      guard applying else {
        if isKept { short.remember() }
        return
      }
      var first = Applier(store: shortStore, input: a.input)
      var second = Applier(store: longStore, input: b.input)
      let outcomes = (short: try first.apply(a.planned), long: try second.apply(b.planned))
      // What a plan does is what the store takes, whatever is in force by then.
      #expect(!outcomes.long.contains { $0.message?.contains("refused a write") ?? false }, context)
      #expect(outcomes.short == outcomes.long, context)
      short.remember(recorded: first.recorded)
      let (stored, expected) = (try dump("short"), try dump("long"))
      #expect(
        stored == expected,
        "only incremental: \(stored.filter { !expected.contains($0) })\nonly full: \(expected.filter { !stored.contains($0) })\n\(context)"
      )
    }

    /// Where tenants with nothing to do need not be listed, all but their serials is the same.
    private func compareBriefly(
      _ expected: Plan?, _ reconciliation: Reconciliation, _ memory: MemoFile?, _ store: SQLiteStore
    ) throws {
      let brief = try reconciliation.reconcile(.changes(since: memory), listsAll: false, openStore: { store })
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
}
