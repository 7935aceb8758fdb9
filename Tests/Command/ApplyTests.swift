import Foundation
import Testing

/// Applying from outside: boundaries of organizations, exit codes, streams, and everything that can go wrong.
@Suite struct ApplyTests {
  static let policy = """
    apiVersion: tenure/v1
    kind: Policy
    extends: enterprise
    invitations: {admission: direct}

    """

  static func organization(_ name: String, members: Int) -> String {
    let people = (0..<members).map { "  p\($0)@\(name).example: member\n" }.joined()
    return """
      ---
      apiVersion: tenure/v1
      kind: Organization
      name: \(name)
      owner: boss@\(name).example
      members:
        boss@\(name).example: super-admin
      \(people)workspaces:
        work:
          members: {p0@\(name).example: admin}

      """
  }

  private static func json(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  private static func actions(_ company: Company) throws -> [[String: Any]] {
    let result = try company.tenure("plan --format json")
    return try #require(try json(result.out)["actions"] as? [[String: Any]])
  }

  @Test func `an apply is followed by an empty plan, and applying twice changes nothing`() throws {
    let company = try Company(Self.policy + Self.organization("acme", members: 3))
    #expect(try company.tenure("plan", exits: 0).hasSuffix("No changes.\n"))
    let before = try company.tenure("audit --format json", exits: 0)
    try company.tenure("apply", exits: 0)
    #expect(try company.tenure("audit --format json", exits: 0) == before)
  }

  @Test func `equal inputs give byte-equal plans, whatever the clock says and however the files are cut`() throws {
    let company = try Company(
      Self.policy + Self.organization("acme", members: 3) + Self.organization("beta", members: 3))
    try company.commit(Self.policy + Self.organization("acme", members: 5) + Self.organization("beta", members: 2))
    let first = try company.tenure("plan --format json", exits: 0)
    #expect(try company.tenure("plan --format json", exits: 0) == first)
    try company.commit(Self.policy + Self.organization("beta", members: 2) + Self.organization("acme", members: 5))
    let digest = try #require(try Self.json(first)["digest"] as? String)
    #expect(try company.tenure("plan --format json", exits: 0).contains(digest))
  }

  @Test func `without --yes and a terminal nothing is changed`() throws {
    let company = try Company(Self.policy + Self.organization("acme", members: 3), apply: false)
    let result = try company.tenure("apply")
    #expect(result.status == 1)
    #expect(result.err.contains("--yes"))
    #expect(try Self.actions(company).count == 6)
  }

  @Test func `detailed-exitcode tells changes`() throws {
    let company = try Company(Self.policy + Self.organization("acme", members: 3), apply: false)
    try company.tenure("plan", exits: 0)
    try company.tenure("plan --detailed-exitcode", exits: 2)
    try company.tenure("apply --yes", exits: 0)
    try company.tenure("plan --detailed-exitcode", exits: 0)
  }

  @Test func `a refused action exits with 3 and keeps nothing else from being applied`() throws {
    let company = try Company(Self.policy + Self.organization("acme", members: 3))
    try company.commit(
      Self.policy
        + Self.organization("acme", members: 4).replacing(
          "p0@acme.example: admin", with: "stranger@else.example: admin, p0@acme.example: admin"))
    let output = try company.tenure("apply --yes", exits: 3)
    #expect(output.contains("organization-member-first"))
    let left = try Self.actions(company)
    #expect(left.map { $0["subject"] as? String } == ["stranger@else.example"])
  }

  @Test func `atomic withholds all of the organization and nothing of the others`() throws {
    let both = Self.policy + Self.organization("acme", members: 3) + Self.organization("beta", members: 3)
    let company = try Company(both)
    let more = Self.policy + Self.organization("acme", members: 5) + Self.organization("beta", members: 5)
    try company.commit(
      more.replacing("{p0@acme.example: admin}", with: "{stranger@else.example: admin, p0@acme.example: admin}"))
    try company.tenure("apply --yes --atomic", exits: 3)
    let left = try Self.actions(company)
    #expect(Set(left.map { $0["organization"] as? String }) == ["acme"])
    #expect(left.count == 3)
  }

  @Test func `one invalid organization stops itself alone`() throws {
    let company = try Company(
      Self.policy + Self.organization("acme", members: 3)
        + Self.organization("beta", members: 3).replacing("p1@beta.example: member", with: "p1@beta.example: boss"),
      apply: false)
    let result = try company.tenure("apply --yes --format json")
    #expect(result.status == 4)
    #expect(result.err.contains("manifests/acme.yaml:26"))
    let organizations = try #require(try Self.json(result.out)["organizations"] as? [[String: Any]])
    let status = Dictionary(
      uniqueKeysWithValues: organizations.map { ($0["organization"] as? String ?? "", $0["status"] as? String ?? "") })
    #expect(status == ["acme": "applied", "beta": "invalid"])
  }

  @Test func `a working tree can be planned, never applied`() throws {
    let company = try Company(Self.policy + Self.organization("acme", members: 3))
    try Data((Self.policy + Self.organization("acme", members: 4)).utf8).write(
      to: URL(fileURLWithPath: company.folder + "/manifests/acme.yaml"))
    #expect(try company.tenure("plan --worktree", exits: 0).contains("p3@acme.example"))
    #expect(try company.tenure("plan", exits: 0).hasSuffix("No changes.\n"))
    try company.tenure("apply --worktree --yes", exits: 64)
  }

  @Test func `going back in history needs --allow-rewind`() throws {
    let company = try Company(Self.policy + Self.organization("acme", members: 3))
    try company.commit(Self.policy + Self.organization("acme", members: 4))
    try company.apply()
    #expect(try company.tenure("apply --yes --ref HEAD~1", exits: 1).contains("--allow-rewind"))
    #expect(try company.tenure("plan", exits: 0).hasSuffix("No changes.\n"))
    try company.tenure("apply --yes --ref HEAD~1 --allow-rewind --actor ada@acme.example", exits: 0)
    #expect(try company.tenure("plan", exits: 0).contains("p3@acme.example"))
  }

  @Test func `a digest that is not expected applies nothing`() throws {
    let company = try Company(Self.policy + Self.organization("acme", members: 3), apply: false)
    #expect(try company.tenure("apply --yes --expect sha256:00", exits: 1).contains("nothing was applied"))
    let digest = try #require(try Self.json(try company.tenure("plan --format json").out)["digest"] as? String)
    try company.tenure("apply --yes --expect \(digest)", exits: 0)
  }

  @Test func `a commit that relaxes the rule it needs is refused however often it is applied`() throws {
    let company = try Company(Self.policy + Self.organization("acme", members: 12))
    let relaxed = Self.policy + "protection: {removal-threshold: off}\n"
    try company.commit(relaxed + Self.organization("acme", members: 4))
    for _ in 0..<3 { try company.tenure("apply --yes", exits: 3) }
    #expect(try Self.actions(company).filter { $0["action"] as? String == "remove-member" }.count == 8)
    try company.commit(relaxed + Self.organization("acme", members: 12))
    try company.tenure("apply --yes", exits: 0)
    try company.commit(relaxed + Self.organization("acme", members: 4))
    try company.tenure("apply --yes", exits: 0)
  }

  @Test func `each change is put down to whoever wrote it since the last apply`() throws {
    let company = try Company(Self.policy + Self.organization("acme", members: 1))
    let two = Self.policy + Self.organization("acme", members: 1) + Self.organization("beta", members: 1)
    try company.commit(
      two.replacing("p0@acme.example: member", with: "p0@acme.example: super-admin"), by: "grace@acme.example")
    try company.commit(
      two.replacing("p0@acme.example: member", with: "p0@acme.example: super-admin\n  eve@acme.example: member"),
      by: "linus@acme.example")
    try company.tenure("member add acme drift@acme.example", exits: 0)
    let actors = try Dictionary(
      uniqueKeysWithValues: Self.actions(company).filter { $0["workspace"] is NSNull }.map {
        ($0["subject"] as? String ?? "", $0["actors"] as? [String] ?? [])
      })
    #expect(
      actors == [
        "": ["grace@acme.example"], "p0@acme.example": ["grace@acme.example"],
        "eve@acme.example": ["linus@acme.example"],
        "p0@beta.example": ["grace@acme.example"], "drift@acme.example": ["tenure"],
      ])
  }

  @Test func `a saved plan is applied once, and refused when stale or changed`() throws {
    let company = try Company(Self.policy + Self.organization("acme", members: 3), apply: false)
    try company.tenure("plan --out saved.json", exits: 0)
    let file = URL(fileURLWithPath: company.folder + "/saved.json")
    let text = try String(contentsOf: file, encoding: .utf8)
    try Data(text.replacing("p1@acme.example", with: "p9@acme.example").utf8).write(to: file)
    #expect(try company.tenure("apply saved.json --yes", exits: 1).contains("changed after it was saved"))
    try Data(text.utf8).write(to: file)
    try company.commit(Self.policy + Self.organization("acme", members: 9))
    #expect(try company.tenure("apply saved.json --yes", exits: 0).contains("Applied 6 of 6"))
    #expect(try company.tenure("apply saved.json --yes", exits: 1).contains("stale"))
    try company.tenure("apply saved.json --yes --ref HEAD", exits: 64)
  }

  @Test func `what somebody changed underneath is drift at the next plan`() throws {
    let company = try Company(Self.policy + Self.organization("acme", members: 3))
    try company.tenure("member remove acme p1@acme.example", exits: 0)
    let left = try Self.actions(company)
    #expect(left.map { $0["origin"] as? String } == ["drift"])
    #expect(left.map { $0["subject"] as? String } == ["p1@acme.example"])
    try company.tenure("apply --yes --drift-only", exits: 0)
    #expect(try Self.actions(company).isEmpty)
  }

  @Test func `an apply in progress is named to the second one`() throws {
    let company = try Company(Self.policy + Self.organization("acme", members: 3))
    let lock = company.store + ".lock"
    let descriptor = open(lock, O_RDWR | O_CREAT, 0o600)
    try #require(descriptor >= 0 && flock(descriptor, LOCK_EX) == 0)
    defer { close(descriptor) }
    let text = #"{"host":"elsewhere","pid":4711,"since":"2026-11-22T10:00:00Z"}"#
    ftruncate(descriptor, 0)
    pwrite(descriptor, text, text.utf8.count, 0)
    let output = try company.tenure("apply --yes --lock-timeout 0.2", exits: 1)
    #expect(output.contains("elsewhere") && output.contains("4711") && output.contains("2026-11-22T10:00:00Z"))
  }

  @Test(arguments: [
    ("frobnicate", 64, "no command 'frobnicate'"), ("plam", 64, "did you mean 'plan'?"),
    ("plan --formt json", 64, "--format"), ("plan --only nobody", 64, "--only nobody"),
    ("plan --only acme/nothing", 64, "acme/nothing"),
    ("plan --override removal-threshold", 64, "--reason"),
    ("plan --override no-such --reason x", 64, "no rule 'no-such'"), ("plan --now yesterday", 64, "--now"),
    ("plan --ref nowhere", 1, "nowhere"), ("plan --repo /nowhere/at/all", 1, "/nowhere/at/all"),
    ("plan --state /nowhere/at/all/state.db", 1, "There is no folder"),
    ("apply --yes --state /nowhere/at/all/state.db", 1, "/nowhere/at/all"),
    ("plan --manifests elsewhere", 4, "elsewhere"),
  ]) func `misuse gets its own exit code and says what to do`(_ line: String, _ status: Int32, _ text: String) throws {
    let company = try Company(Self.policy + Self.organization("acme", members: 1), apply: false)
    let result = try company.tenure(line)
    #expect(result.status == status, "\(result.err)")
    #expect(text.isEmpty || result.err.contains(text), "\(result.err)")
  }

  @Test func `variables stand for options, except those of one invocation`() throws {
    let company = try Company(Self.policy + Self.organization("acme", members: 1), apply: false)
    let json = try Binary().run(["plan"], in: company.folder, env: ["TENURE_FORMAT": "json"])
    #expect(json.out.hasPrefix("{"))
    let detailed = try Binary().run(["plan"], in: company.folder, env: ["TENURE_DETAILED_EXITCODE": "1"])
    #expect(detailed.status == 2)
    let flag = try Binary().run(["plan", "--format", "text"], in: company.folder, env: ["TENURE_FORMAT": "json"])
    #expect(!flag.out.hasPrefix("{"))
    let override = try Binary().run(["plan"], in: company.folder, env: ["TENURE_OVERRIDE": "no-such-rule"])
    #expect(override.status == 0)
  }

  @Test func `a corrupt store and one that is none are told apart from an empty one`() throws {
    let company = try Company(Self.policy + Self.organization("acme", members: 1), apply: false)
    let path = company.folder + "/broken.db"
    try Data("this is no database, but it is long enough to look at, certainly".utf8).write(
      to: URL(fileURLWithPath: path))
    let output = try company.tenure("apply --yes --state broken.db", exits: 1)
    #expect(output.contains("broken.db"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)).count == 64)
  }
}

/// `kill -9` at random moments: whole organizations or nothing of them, and the next run finishes the work.
@Suite struct KilledApplyTests {
  @Test func `a killed apply leaves whole organizations and a chain that verifies`() throws {
    var random = SystemRandomNumberGenerator()
    let names = (0..<12).map { "org\($0)" }
    let manifests = ApplyTests.policy + names.map { ApplyTests.organization($0, members: 20) }.joined()
    let company = try Company(manifests, apply: false)
    let moments = Int(ProcessInfo.processInfo.environment["TENURE_KILLS"] ?? "") ?? 50
    for _ in 0..<moments {
      let state = company.folder + "/killed-\(UUID().uuidString).db"
      let microseconds = UInt32.random(in: 1000...400_000, using: &random)
      try Binary().kill(["apply", "--yes", "--state", state], in: company.folder, after: microseconds)
      let counts = try Self.actionsLeft(company, state)
      for (name, count) in counts {
        #expect(count == 0 || count == 23, "\(name): \(count) left after \(microseconds) µs")
      }
      let verified = try company.run("audit", "verify", "--state", state)
      #expect(verified.status == 0, "\(verified.out)\(verified.err)")
      #expect(try company.run("apply", "--yes", "--state", state).status == 0)
      #expect(try Self.actionsLeft(company, state).isEmpty)
      #expect(try company.run("audit", "verify", "--state", state).status == 0)
    }
  }

  private static func actionsLeft(_ company: Company, _ state: String) throws -> [String: Int] {
    let result = try company.run("plan", "--format", "json", "--state", state)
    try #require(result.status == 0, "\(result.err)")
    let plan = try #require(try JSONSerialization.jsonObject(with: Data(result.out.utf8)) as? [String: Any])
    let actions = try #require(plan["actions"] as? [[String: Any]])
    return Dictionary(grouping: actions) { $0["organization"] as? String ?? "" }.mapValues(\.count)
  }
}

extension Binary {
  /// Starts the binary and kills it by its id.
  func kill(_ arguments: [String], in folder: String, after microseconds: UInt32) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.path)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = ["PATH": "/usr/bin:/bin"]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    usleep(microseconds)
    _ = Glibc.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }
}
