import Foundation
import Testing

private func organization(_ name: String, _ members: String = "{}") -> String {
  """
  apiVersion: tenure/v1
  kind: Organization
  name: \(name)
  owner: ada@acme.example
  members: \(members)
  """
}

/// `tenure run` as a process. Nothing here depends on how long something takes.
@Suite struct RunTests {
  @Test func reconcilesAndStopsOnSIGTERM() throws {
    let place = try Operations(["acme.yaml": organization("acme")])
    let run = try place.start("run", "--interval", "1s", "--jitter", "0")
    let first = try #require(run.line { $0["cycle"] as? Int == 1 }, "\(run.errors)")
    #expect(first["message"] as? String == "reconciled")
    #expect(first["organizations"] as? Int == 1)
    #expect((first["applied"] as? Int ?? 0) > 0)
    for key in [
      "time", "level", "commit", "durationMilliseconds", "actions", "blocked", "waiting", "held", "failed", "invalid",
      "skipped", "next",
    ] {
      #expect(first[key] != nil, "\(key)")
    }
    try place.commit(["acme.yaml": organization("acme", "{grace@acme.example: member}")])
    #expect(run.line { ($0["cycle"] as? Int ?? 0) > 1 && $0["applied"] as? Int == 1 } != nil)
    run.signal(SIGTERM)
    #expect(run.wait() == 0)
    #expect(try place.tenure("status", "--max-age", "1h").status == 0)
    #expect(try place.tenure("audit", "verify").status == 0)
  }

  @Test func aSleepingRunWakesAtOnce() throws {
    let place = try Operations(["acme.yaml": organization("acme")])
    let run = try place.start("run", "--interval", "1d")
    #expect(run.line { $0["cycle"] as? Int == 1 } != nil)
    run.signal(SIGINT)
    run.signal(SIGTERM)
    #expect(run.wait() == 0)
  }

  @Test func invalidManifestsHoldUpNobodyElse() throws {
    let place = try Operations([
      "acme.yaml": organization("acme"), "labs.yaml": organization("labs", "{x@acme.example: boss}"),
    ])
    let run = try place.start("run", "--interval", "1s", "--jitter", "0")
    let first = try #require(run.line { $0["cycle"] as? Int == 1 }, "\(run.errors)")
    #expect(first["invalid"] as? [String] == ["labs"])
    #expect(first["level"] as? String == "warning")
    #expect((first["diagnostics"] as? [String])?.first?.contains("manifests/labs.yaml:5") == true)
    try place.commit(["labs.yaml": "no: [yaml"])
    #expect(
      run.line { $0["commit"] as? String != first["commit"] as? String && $0["organizations"] as? Int == 0 } != nil)
    try place.commit(["labs.yaml": organization("labs")])
    #expect(run.line { $0["organizations"] as? Int == 2 && ($0["invalid"] as? [String])?.isEmpty == true } != nil)
    run.signal(SIGTERM)
    #expect(run.wait() == 0)
  }

  @Test func aFailingOrganizationIsTriedLaterWithoutHoldingUpOthers() throws {
    let place = try Operations(["acme.yaml": organization("acme"), "labs.yaml": organization("labs")])
    #expect(try place.tenure("apply", "--yes").status == 0)
    try place.tamper(
      """
      CREATE TRIGGER boom BEFORE INSERT ON outbox WHEN NEW.recipient = 'bad@acme.example'
      BEGIN SELECT RAISE(ABORT, 'no seat for bad'); END
      """)
    try place.commit(["acme.yaml": organization("acme", "{bad@acme.example: member}")])
    let run = try place.start("run", "--interval", "1s", "--jitter", "0", "--max-backoff", "2s")
    let failing = try #require(run.line { ($0["failed"] as? [String]) == ["acme"] }, "\(run.errors)\(run.output)")
    #expect(failing["level"] as? String == "warning")
    #expect(run.line { ($0["skipped"] as? [String]) == ["acme"] } != nil)
    try place.commit(["labs.yaml": organization("labs", "{good@acme.example: member}")])
    #expect(run.line { $0["applied"] as? Int == 1 } != nil)
    try place.tamper("DROP TRIGGER boom")
    try place.commit(["other.yaml": organization("third")])
    #expect(run.line { $0["organizations"] as? Int == 3 && ($0["failed"] as? [String])?.isEmpty == true } != nil)
    run.signal(SIGTERM)
    #expect(run.wait() == 0)
    #expect(try place.tenure("plan", "--detailed-exitcode").status == 0)
  }

  @Test func aMissingRepositoryIsWaitedFor() throws {
    let place = try Operations(["acme.yaml": organization("acme")])
    let away = place.folder + "/away"
    try FileManager.default.moveItem(atPath: place.root + "/.git", toPath: away)
    let run = try place.start("run", "--interval", "1s", "--jitter", "0", "--max-backoff", "1s")
    let first = try #require(run.line { $0["cycle"] as? Int == 1 }, "\(run.errors)")
    #expect(first["level"] as? String == "error")
    #expect(first["error"] != nil)
    try FileManager.default.moveItem(atPath: away, toPath: place.root + "/.git")
    #expect(run.line { $0["organizations"] as? Int == 1 } != nil)
    run.signal(SIGTERM)
    #expect(run.wait() == 0)
  }

  @Test func aSilentServerDoesNotKeepItFromStopping() throws {
    let place = try Operations(["acme.yaml": organization("acme")])
    let server = try SilentServer()
    let run = try place.start("run", "--interval", "1s", "--repo", "http://127.0.0.1:\(server.port)/access.git")
    #expect(server.waitForVisitor())
    run.signal(SIGTERM)
    #expect(run.wait() == 0)
    #expect(run.output.isEmpty)
  }

  @Test func planModeWritesNothingButItsHeartbeat() throws {
    let place = try Operations(["acme.yaml": organization("acme")])
    #expect(try place.tenure("apply", "--yes", "--now", "2026-01-01T00:00:00Z").status == 0)
    #expect(try place.tenure("status", "--max-age", "1h").status == 1)
    try place.commit(["acme.yaml": organization("acme", "{grace@acme.example: member}")])
    let run = try place.start("run", "--interval", "1s", "--mode", "plan")
    #expect(run.line { $0["cycle"] as? Int == 2 && $0["actions"] as? Int == 1 && $0["applied"] as? Int == 0 } != nil)
    run.signal(SIGTERM)
    #expect(run.wait() == 0)
    #expect(try place.tenure("status", "--max-age", "1h").status == 0)
    #expect(try place.tenure("plan", "--detailed-exitcode").status == 2)
  }

  @Test func aStopWhileItAppliesLeavesWholeOrganizations() throws {
    let many = (0..<40).map { "p\($0)@acme.example: member" }.joined(separator: ", ")
    var manifests: [String: String] = [:]
    for number in 0..<40 { manifests["o\(number).yaml"] = organization("o\(number)", "{\(many)}") }
    let place = try Operations(manifests)
    let run = try place.start("run", "--interval", "1d")
    let count = "SELECT count(*) FROM tenants WHERE account_id IS NULL"
    while run.isRunning, try place.query(count).isEmpty || place.query(count) == "0" { usleep(1000) }
    run.signal(SIGTERM)
    #expect(run.wait() == 0)
    let line = try #require(run.lines.first, "\(run.errors)")
    let rows = try place.tenure("status", "--format", "json").json["organizations"] as? [[String: Any]] ?? []
    #expect(rows.allSatisfy { $0["members"] as? Int == 1 && $0["pendingInvitations"] as? Int == 40 })
    #expect(rows.count == 40 || line["stopped"] as? Bool == true)
    #expect(try place.tenure("status", "--max-age", "1h").status == (rows.count == 40 ? 0 : 1))
    #expect(try place.tenure("audit", "verify").status == 0)
    #expect(try place.tenure("apply", "--yes").status == 0)
    #expect(try place.tenure("plan", "--detailed-exitcode").status == 0)
  }

  @Test func killedAtAnyMomentTheNextOneFinishes() throws {
    let many = (0..<40).map { "p\($0)@acme.example: member" }.joined(separator: ", ")
    var manifests: [String: String] = [:]
    for number in 0..<15 { manifests["o\(number).yaml"] = organization("o\(number)", "{\(many)}") }
    let place = try Operations(manifests)
    let first = try place.start("run", "--interval", "1s")
    while first.isRunning, !FileManager.default.fileExists(atPath: place.store) { usleep(1000) }
    first.signal(SIGKILL)
    _ = first.wait()
    let second = try place.start("run", "--interval", "1s")
    #expect(second.line { $0["message"] as? String == "reconciled" } != nil, "\(second.errors)\(second.output)")
    second.signal(SIGTERM)
    #expect(second.wait() == 0)
    #expect(try place.tenure("audit", "verify").status == 0)
    #expect(try place.tenure("plan", "--detailed-exitcode").status == 0)
  }
}

/// Accepts connections and never says a word.
final class SilentServer {
  let port: UInt16
  private let listener: Int32

  init() throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.listener = listener
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, size) == 0 && getsockname(listener, $0, &size) == 0
      }
    }
    guard bound, listen(listener, 4) == 0 else { throw Operations.Failed(description: "no socket") }
    port = UInt16(bigEndian: address.sin_port)
  }

  func waitForVisitor() -> Bool {
    var poller = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
    return poll(&poller, 1, 60_000) == 1
  }

  deinit { close(listener) }
}
