import Foundation
import Testing

/// A first apply that is stopped, killed or runs out of space, and is then run again.
@Suite struct InterruptedApplyTests {
  private static let names = (0..<6).map { "org\($0)" }

  private static func place() throws -> Operations {
    var manifests = ["policy.yaml": ApplyTests.policy]
    for name in names {
      manifests[name + ".yaml"] = organization(name, members: 120)
    }
    return try Operations(manifests)
  }

  private static func organization(_ name: String, members: Int) -> String {
    ApplyTests.organization(name, members: members).replacing(/^---\n/, with: "")
  }

  /// What an apply leaves, without its times.
  private static func end(_ place: Operations, _ state: String? = nil) throws -> String {
    let store = ["--state", state ?? place.store]
    let export = try place.tenure(["export"] + store)
    let audit = try place.tenure(["audit", "--format", "json"] + store)
    let entries = try #require(audit.json["entries"] as? [[String: Any]])
    let told = try entries.map { entry in
      let kept = entry.filter { $0.key != "time" && $0.key != "hash" }
      return String(decoding: try JSONSerialization.data(withJSONObject: kept, options: .sortedKeys), as: UTF8.self)
    }
    #expect(try place.tenure(["audit", "verify"] + store).status == 0)
    return export.out + told.joined(separator: "\n")
  }

  /// Organizations of which a part is done; there are none.
  private static func halfDone(_ place: Operations, _ state: String? = nil) throws -> [String: Int] {
    let plan = try place.tenure(["plan", "--format", "json", "--state", state ?? place.store])
    let actions = try #require(plan.json["actions"] as? [[String: Any]], "\(plan.err)")
    return Dictionary(grouping: actions) { $0["organization"] as? String ?? "" }.mapValues(\.count)
      .filter { $0.value != 123 }
  }

  @Test func `killed at any moment and run again, an apply comes to the same end`() throws {
    let place = try Self.place()
    #expect(try place.tenure("apply", "--yes").status == 0)
    let whole = try Self.end(place)
    let rounds = Int(ProcessInfo.processInfo.environment["TENURE_KILLS"] ?? "").map { $0 / 10 } ?? 3
    for _ in 0..<rounds {
      let state = place.folder + "/killed-\(UUID().uuidString).db"
      // Again and again, later each time, until one comes through.
      var microseconds = UInt32.random(in: 1000...300_000)
      for _ in 0..<4 {
        try Binary().kill(["apply", "--yes", "--state", state], in: place.root, after: microseconds)
        #expect(try Self.halfDone(place, state).isEmpty)
        microseconds += UInt32.random(in: 1000...500_000)
      }
      #expect(try place.tenure("apply", "--yes", "--state", state).status == 0)
      #expect(try Self.end(place, state) == whole)
    }
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func `a stopped apply says how far it came, and the next one goes on`(signal: Int32) throws {
    let place = try Self.place()
    #expect(try place.tenure("apply", "--yes").status == 0)
    let whole = try Self.end(place)
    for number in 0..<2 {
      let state = place.folder + "/stopped-\(number).db"
      let running = try place.start("apply", "--yes", "--state", state)
      while running.isRunning, !FileManager.default.fileExists(atPath: state + "-wal") { usleep(1000) }
      usleep(UInt32.random(in: 0...400_000))
      running.signal(signal)
      let status = running.wait()
      if status != 0 {
        #expect(status == 1 && running.errors.contains("tenure: error: stopped before the end"), "\(running.errors)")
        #expect(!running.output.contains("Applied"))
      }
      #expect(try Self.halfDone(place, state).isEmpty)
      #expect(try place.tenure("apply", "--yes", "--state", state).status == 0)
      #expect(try Self.end(place, state) == whole)
    }
  }

  /// Needs a file system of its own, in a namespace that ends with it.
  static let mayMount =
    (try? Operations.execute(
      "/usr/bin/unshare", ["-m", "mount", "-t", "tmpfs", "none", "/mnt"], in: "/"))?.status == 0

  @Test(.enabled(if: mayMount), arguments: [400, 600])
  func `on a full disk whole organizations stay, and with room the same command goes on`(kilobytes: Int) throws {
    let place = try Self.place()
    #expect(try place.tenure("apply", "--yes").status == 0)
    let whole = try Self.end(place)
    let script = """
      set -u
      mkdir disk && mount -t tmpfs -o size=\(kilobytes)k none disk
      "$0" apply --yes --state disk/state.db >full.out 2>full.err; echo $? >full.status
      "$0" plan --format json --state disk/state.db >left.json
      "$0" audit verify --state disk/state.db >verified 2>&1
      mount -o remount,size=64m disk
      "$0" apply --yes --state disk/state.db >again.out 2>again.err; echo $? >again.status
      cp disk/state.db* ..
      """
    let outcome = try Operations.execute(
      "/usr/bin/unshare", ["-m", "sh", "-c", script, Operations.binary], in: place.root)
    func file(_ name: String) throws -> String { try String(contentsOfFile: place.root + "/" + name, encoding: .utf8) }
    #expect(outcome.status == 0, "\(outcome.err)")
    #expect(try file("full.status") == "1\n")
    let errors = try file("full.err")
    #expect(errors.contains("No space is left to write the store"), "\(errors)")
    #expect(errors.contains("nothing was applied") || errors.contains("each as a whole"), "\(errors)")
    let (again, verified) = try (file("again.err"), file("verified"))
    #expect(try file("again.status") == "0\n", "\(again)")
    let left = try JSONSerialization.jsonObject(with: Data(file("left.json").utf8)) as? [String: Any]
    let actions = try #require(left?["actions"] as? [[String: Any]])
    let counts = Dictionary(grouping: actions) { $0["organization"] as? String ?? "" }.mapValues(\.count)
    #expect(counts.values.allSatisfy { $0 == 123 }, "\(counts)")
    #expect(verified.hasPrefix("OK"), "\(verified)")
    #expect(try Self.end(place) == whole)
  }

  static let hasTerminal = ["script", "sqlite3"].allSatisfy {
    FileManager.default.isExecutableFile(atPath: "/usr/bin/" + $0)
  }

  /// Another writer holds the store up, so that the apply takes its time.
  @Test(.enabled(if: hasTerminal))
  func `a bar counts the entries on a terminal, and only there`() throws {
    let place = try Operations(["policy.yaml": ApplyTests.policy, "a.yaml": Self.organization("acme", members: 1)])
    #expect(try place.tenure("apply", "--yes").status == 0)
    try place.commit(["a.yaml": Self.organization("acme", members: 200)])
    let script = """
      printf 'BEGIN IMMEDIATE;\\n.shell sleep 4\\n' | sqlite3 "$TENURE_STATE" &
      sleep 0.3
      "$0" apply --yes
      """
    let store = ["TENURE_STATE": place.store]
    let quoted = script.replacing("$0", with: Operations.binary)
    let seen = try Operations.execute(
      "/usr/bin/script", ["-qec", quoted, "/dev/null"], in: place.root, environment: store)
    #expect(seen.status == 0, "\(seen.out)\(seen.err)")
    let counts = seen.out.matches(of: /Applying \[#*\.*\] (\d+)\/199/).compactMap { Int($0.output.1) }
    #expect(counts.contains { 0 < $0 && $0 < 199 }, "within the organization\n\(seen.out)")
    try place.commit(["a.yaml": Self.organization("acme", members: 400)])
    let unseen = try Operations.execute(
      "/bin/sh", ["-c", script, Operations.binary], in: place.root, environment: store)
    #expect(unseen.status == 0 && !(unseen.out + unseen.err).contains("Applying"), "\(unseen.out)\(unseen.err)")
  }
}

extension Operations {
  fileprivate func tenure(_ arguments: [String]) throws -> Outcome {
    try Self.execute(
      Self.binary, arguments, in: root, environment: ["TENURE_STATE": store, "TENURE_CACHE": folder + "/cache"])
  }
}
