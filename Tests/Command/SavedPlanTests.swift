import Foundation
import Testing

/// Saved plans from outside: bound to what they were made from, refused with what has changed since.
@Suite struct SavedPlanTests {
  private static func manifests(_ members: String = "", policy: String = "", ml: String = "") -> String {
    """
    apiVersion: tenure/v1
    kind: Policy
    extends: enterprise
    invitations: {admission: direct}
    \(policy)
    ---
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    owner: ada@acme.example
    members:
      ada@acme.example: super-admin
      grace@acme.example: member
    \(members)
    workspaces:
      ml:
        members:
          grace@acme.example: developer
    \(ml)
    """
  }

  private static let withTom = manifests("  tom@acme.example: member")

  /// Applied is the first commit, `plan.json` is that of the second, in which Tom joins.
  private static func company(_ second: String = withTom, planned line: String = "plan --out plan.json") throws
    -> Company
  {
    let company = try Company(manifests())
    try company.commit(second)
    try company.tenure(line, exits: 0)
    return company
  }

  private static func read(_ company: Company) throws -> String {
    try String(contentsOfFile: company.folder + "/plan.json", encoding: .utf8)
  }

  private static func write(_ text: String, _ company: Company) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: company.folder + "/plan.json"))
  }

  private static func digest(_ company: Company) throws -> String {
    let plan = try JSONSerialization.jsonObject(with: Data(try read(company).utf8)) as? [String: Any]
    return try #require(plan?["digest"] as? String)
  }

  // MARK: - What is in the file

  @Test func `a saved plan is the plan's JSON with what it is bound to, the same bytes every time`() throws {
    let company = try Self.company(planned: "plan --out plan.json --now 2026-11-22")
    let saved = try #require(
      try JSONSerialization.jsonObject(with: Data(try Self.read(company).utf8)) as? [String: Any])
    let shown = try #require(
      try JSONSerialization.jsonObject(with: Data(try company.tenure("plan --format json").out.utf8)) as? [String: Any])
    for (key, value) in shown {
      #expect((saved[key] as? NSObject)?.isEqual(value) == true, "\(key)")
    }
    #expect(saved["instant"] as? String == "2026-11-22T00:00:00Z")
    let first = try Self.read(company)
    try company.tenure("plan --out plan.json --now 2026-11-22", exits: 0)
    #expect(try Self.read(company) == first)
  }

  @Test func `a saved plan holds no secret`() throws {
    let company = try Company(Self.manifests(policy: "", ml: "      ada@acme.example: admin\n    apiKeys: {ci: {}}"))
    let secret = try company.tenure("api-key create acme/ml ci").out.trimmingCharacters(in: .newlines)
    try #require(secret.hasPrefix("tenure_"))
    try company.tenure("member invite acme eve@acme.example --role member", exits: 0)
    let mail = try company.tenure("outbox list --format json").out
    let token = try #require(mail.firstMatch(of: #/"token": "([^"]+)"/#)?.1)
    try company.commit(Self.withTom)
    let result = try Binary().run(
      ["plan", "--out", "plan.json"], in: company.folder,
      env: ["TENURE_GIT_USERNAME": "oauth2", "TENURE_GIT_PASSWORD": "glpat-verysecret"])
    #expect(result.status == 0)
    let text = try Self.read(company)
    for hidden in [secret, String(secret.dropFirst(7)), String(token), "glpat-verysecret"] {
      #expect(!text.contains(hidden))
    }
  }

  // MARK: - Damaged files

  struct Damage: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let says: String
    let of: @Sendable (String) -> [UInt8]
    init(
      _ description: String, says: String = "changed after it was saved", _ of: @escaping @Sendable (String) -> String
    ) {
      (testDescription, self.says) = (description, says)
      self.of = { Array(of($0).utf8) }
    }
    init(_ description: String, says: String, bytes: [UInt8]) {
      (testDescription, self.says, self.of) = (description, says, { _ in bytes })
    }
  }

  static let damages = [
    Damage("another person") { $0.replacing("grace@acme.example", with: "eve@acme.example") },
    Damage("another role") { $0.replacing("\"member\"", with: "\"super-admin\"") },
    Damage("another serial") { $0.replacing(#/"acme": [0-9]+/#, with: "\"acme\": 99") },
    Damage("another instant") { $0.replacing(#/"instant": "20/#, with: "\"instant\": \"21") },
    Damage("a flag") { $0.replacing("\"allowDeletion\": false", with: "\"allowDeletion\": true") },
    Damage("an approver") { $0.replacing("\"approvedBy\": []", with: "\"approvedBy\": [\"ada@acme.example\"]") },
    Damage("another digest") { $0.replacing(#/"digest": "sha256:.{4}/#, with: "\"digest\": \"sha256:0000") },
    Damage("another checksum") { $0.replacing(#/"checksum": "sha256:.{4}/#, with: "\"checksum\": \"sha256:0000") },
    Damage("one more key") { "{\n  \"extra\": 1," + $0.dropFirst() },
    Damage("one more key at the end") { $0.replacing("\n}\n", with: ",\n  \"extra\": 1\n}\n") },
    Damage("one more key inside") { $0.replacing("\"driftOnly\": false", with: "\"driftOnly\": false, \"x\": 1") },
    Damage("a key less") { $0.replacing(#/"driftOnly": false,\n */#, with: "") },
    Damage("a key twice", says: "no saved plan") { "{\n  \"formatVersion\": 1," + $0.dropFirst() },
    Damage("another order") { text in
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      return ([lines[0], lines[2], lines[1]] + lines[3...]).joined(separator: "\n")
    },
    Damage("one space more") { $0.replacing("\"actions\":", with: "\"actions\": ") },
    Damage("no newline at the end") { String($0.dropLast()) }, Damage("one more newline") { $0 + "\n" },
    Damage("line ends of Windows") { $0.replacing("\n", with: "\r\n") },
    Damage("cut in half", says: "only a part of one") { String($0.prefix($0.count / 2)) },
    Damage("cut by one brace", says: "only a part of one") { String($0.dropLast(2)) },
    Damage("empty", says: "is empty") { _ in "" }, Damage("no JSON", says: "no saved plan") { _ in "plan" },
    Damage("an array", says: "no saved plan") { _ in "[]" },
    Damage("an empty object", says: "no saved plan") { _ in "{}" },
    Damage("deep nesting", says: "no saved plan") { _ in String(repeating: "[", count: 100_000) },
    Damage("binary", says: "no saved plan", bytes: (0..<4096).map { UInt8($0 & 0xFF) }),
    Damage("a newer format", says: "format version 2") {
      $0.replacing("\"formatVersion\": 1", with: "\"formatVersion\": 2")
    },
    Damage("a format that is no number", says: "no saved plan") {
      $0.replacing("\"formatVersion\": 1", with: "\"formatVersion\": \"1\"")
    },
    Damage("the plan as JSON", says: "a plan as JSON, not a saved one") {
      $0.replacing(#/,\n  "instant"[\s\S]*/#, with: "\n}\n")
    },
  ]

  /// Nothing was applied yet, so that a store that is looked at would be made.
  @Test(arguments: damages)
  func `a damaged file is refused before anything else is looked at`(damage: Damage) throws {
    let company = try Company(Self.manifests(), apply: false)
    try company.tenure("plan --out plan.json", exits: 0)
    let text = try Self.read(company)
    let bytes = damage.of(text)
    #expect(bytes != Array(text.utf8))
    try Data(bytes).write(to: URL(fileURLWithPath: company.folder + "/plan.json"))
    let output = try company.tenure("apply plan.json --yes", exits: 1)
    #expect(output.contains(damage.says), "\(output)")
    #expect(output.contains("hint:"))
    #expect(!FileManager.default.fileExists(atPath: company.storeFolder))
  }

  @Test func `any changed byte is refused`() throws {
    let company = try Company(Self.manifests(), apply: false)
    try company.tenure("plan --out plan.json", exits: 0)
    let bytes = Array(try Self.read(company).utf8)
    for position in stride(from: 3, to: bytes.count, by: max(1, bytes.count / 60)) {
      var changed = bytes
      changed[position] ^= 1
      try Data(changed).write(to: URL(fileURLWithPath: company.folder + "/plan.json"))
      let result = try company.tenure("apply plan.json --yes")
      #expect(result.status == 1, "byte \(position): \(result.err)")
    }
    #expect(!FileManager.default.fileExists(atPath: company.storeFolder))
  }

  @Test(arguments: [("missing.json", "No such file"), (".", "it is a folder"), ("/dev/zero", "it is a device")])
  func `what is no file is refused`(path: String, says: String) throws {
    let company = try Company(Self.manifests(), apply: false)
    #expect(try company.tenure("apply \(path) --yes", exits: 1).contains(says))
  }

  @Test(.enabled(if: geteuid() != 0, "SKIPPED: root may read everything"))
  func `a file that may not be read says so`() throws {
    let company = try Self.company()
    chmod(company.folder + "/plan.json", 0)
    #expect(try company.tenure("apply plan.json --yes", exits: 1).contains("Permission denied"))
  }

  // MARK: - Saving

  @Test func `a plan is saved as a whole, through a link, and never over what is no file`() throws {
    let company = try Self.company()
    let path = company.folder + "/plan.json"
    try FileManager.default.createSymbolicLink(atPath: company.folder + "/link.json", withDestinationPath: "plan.json")
    try Self.write("old", company)
    try company.tenure("plan --out link.json", exits: 0)
    #expect(try Self.read(company).hasPrefix("{"))
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: company.folder + "/link.json") == "plan.json")
    #expect(try company.tenure("plan --out manifests", exits: 1).contains("a folder"))
    #expect(try company.tenure("plan --out missing/plan.json", exits: 1).contains("missing/plan.json"))
    #expect(try company.tenure("plan --out /dev/null", exits: 1).contains("it is a device"))
    let left = try FileManager.default.contentsOfDirectory(atPath: company.folder)
    #expect(Set(left) == [".git", "link.json", "manifests", "plan.json"])
    #expect(FileManager.default.isReadableFile(atPath: path))
  }

  @Test func `a working tree is not saved`() throws {
    let company = try Company(Self.manifests(), apply: false)
    let result = try company.tenure("plan --worktree --out plan.json")
    #expect(result.status == 64)
    #expect(result.out.isEmpty)
    #expect(try company.run("plan", "--out", "").status == 64)
  }

  // MARK: - Applying

  @Test func `what was saved is applied, whatever the branch says by then`() throws {
    let company = try Self.company()
    try company.commit(Self.manifests("  eve@acme.example: member"))
    let output = try company.tenure("apply plan.json --yes", exits: 0)
    #expect(output.contains("tom@acme.example") && !output.contains("eve@acme.example"))
  }

  @Test func `options of the plan go along with it`() throws {
    func before(_ policy: String = "") -> String {
      Self.manifests(policy: policy).replacing("workspaces:\n", with: "workspaces:\n  old: {}\n  other: {}\n")
    }
    let company = try Company(before())
    let freeze = "protection: {freeze-window: [{cron: \"0 0 * * *\", duration: 24h, timeZone: UTC}]}"
    try company.commit(before(freeze))
    try company.apply()
    try company.commit(
      Self.manifests("  tom@acme.example: member", policy: freeze).replacing(
        "workspaces:\n", with: "workspaces:\n  old: {removed: done}\n  other: {removed: done}\n"))
    let plan = ["plan", "--out", "plan.json", "--only", "acme", "--allow-deletion", "--override"]
    let planned = try Binary().run(plan + ["freeze-window", "--reason", "incident 42"], in: company.folder)
    #expect(planned.status == 0, "\(planned.err)")
    let output = try company.tenure("apply plan.json --yes", exits: 0)
    #expect(output.contains("delete-workspace  acme/old") && output.contains("incident 42"))
    #expect(try company.tenure("audit", exits: 0).contains("incident 42"))
  }

  @Test func `a plan without changes is applied without changes`() throws {
    let company = try Self.company(Self.manifests())
    #expect(try company.tenure("apply plan.json", exits: 0).hasSuffix("No changes.\n"))
  }

  @Test(arguments: [
    "--ref HEAD", "--ref main", "--manifests manifests", "--only acme", "--drift-only", "--atomic",
    "--actor ada@acme.example", "--approved-by ada@acme.example", "--override freeze-window --reason x", "--reason x",
    "--allow-deletion", "--allow-move", "--worktree",
  ])
  func `a flag that contradicts the file is wrong usage`(flag: String) throws {
    let company = try Self.company()
    let output = try company.tenure("apply plan.json --yes \(flag)", exits: 64)
    #expect(output.contains(flag.split(separator: " ")[0]) || output.contains("working tree"))
    try company.tenure("apply plan.json --yes", exits: 0)
  }

  @Test func `variables and settings give way to the file`() throws {
    let company = try Self.company()
    try Data("ref: nowhere\n".utf8).write(to: URL(fileURLWithPath: company.folder + "/tenure.yaml"))
    let result = try Binary().run(
      ["apply", "plan.json", "--yes"], in: company.folder,
      env: [
        "TENURE_REF": "nowhere", "TENURE_MANIFESTS": "nowhere", "TENURE_ONLY": "acme,beta", "TENURE_ATOMIC": "1",
      ])
    #expect(result.status == 0, "\(result.err)")
  }

  // MARK: - The people whom it names

  private static let named =
    "plan --out plan.json --actor eve@acme.example --actor bob@acme.example --approved-by ada@acme.example"

  @Test(arguments: [
    "", "--actor eve@acme.example --actor bob@acme.example", "--approved-by ada@acme.example",
    "--actor eve@acme.example --approved-by ada@acme.example",
    "--actor eve@acme.example bob@acme.example --approved-by grace@acme.example",
    "--actor eve@acme.example bob@acme.example ada@acme.example --approved-by ada@acme.example",
  ])
  func `a plan that was made with names takes no fewer, no others and no more`(flags: String) throws {
    let company = try Self.company(planned: Self.named)
    let output = try company.tenure("apply plan.json --yes \(flags)", exits: 64)
    let again = "--actor eve@acme.example bob@acme.example --approved-by ada@acme.example"
    #expect(output.contains("give the same again: \(again)"), "\(output)")
    #expect(try company.tenure("who acme", exits: 0).contains("tom@") == false)
    let applied = try company.tenure("apply plan.json --yes \(again)", exits: 0)
    #expect(applied.contains("tom@acme.example"))
  }

  @Test func `the names may come in another order and case, and from variables`() throws {
    let company = try Self.company(planned: Self.named)
    let result = try Binary().run(
      ["apply", "plan.json", "--yes", "--approved-by", "ADA@acme.example"], in: company.folder,
      env: ["TENURE_ACTOR": "Bob@acme.example,eve@acme.example"])
    #expect(result.status == 0, "\(result.err)")
    #expect(try company.tenure("audit", exits: 0).contains("eve@acme.example"))
  }

  @Test(arguments: ["TENURE_ACTOR", "TENURE_APPROVED_BY"])
  func `a variable that names somebody for a plan that named nobody is wrong usage`(variable: String) throws {
    let company = try Self.company()
    let result = try Binary().run(
      ["apply", "plan.json", "--yes"], in: company.folder, env: [variable: "eve@acme.example"])
    #expect(result.status == 64 && result.err.contains("eve@acme.example"), "\(result.err)")
  }

  // MARK: - Elsewhere

  @Test func `another clone will do, one without the commit says what to fetch`() throws {
    let company = try Self.company()
    let commit = try #require(try Self.read(company).firstMatch(of: #/"commit": "([0-9a-f]{40})"/#)?.1)
    for (name, depth) in [("clone", "main"), ("old", "main~1")] {
      try company.git("branch", "-f", name, depth)
      try company.git("clone", "-q", "--no-local", "--single-branch", "--branch", name, ".", "elsewhere-\(name)")
    }
    let state = company.store
    let line = "apply plan.json --yes --state \(state) --repo"
    let refused = try company.tenure("\(line) elsewhere-old", exits: 1)
    #expect(refused.contains("git fetch origin \(commit)") && refused.contains("nothing was applied"))
    try company.tenure("\(line) elsewhere-clone", exits: 0)
  }

  // MARK: - Stale plans

  @Test func `what was done by hand since is told, by whom and when`() throws {
    let company = try Self.company()
    try company.tenure("member set-role acme grace@acme.example super-admin --as ada@acme.example", exits: 0)
    try company.tenure("member remove acme/ml grace@acme.example", exits: 0)
    let output = try company.tenure("apply plan.json --yes", exits: 1)
    #expect(output.contains("the plan is stale: acme changed since it was made; nothing was applied"))
    #expect(output.contains(#/acme: serial \d+ → \d+\n/#))
    #expect(
      output.contains(#/20\d\d-\d\d-\d\dT\S+Z ada@acme.example: change-role acme grace@acme.example .*super-admin/#))
    #expect(output.contains(#/remove-member acme/ml grace@acme.example/#))
    #expect(output.contains("  + add-member acme/ml grace@acme.example → developer\n"))
    #expect(output.contains("  + change-role acme grace@acme.example super-admin → member\n"))
    #expect(!output.contains("- add-member"))
    #expect(try company.tenure("who acme", exits: 0).contains("tom") == false)
  }

  @Test func `much that was done is counted`() throws {
    let company = try Self.company()
    for number in 0..<7 {
      try company.tenure("member add acme p\(number)@acme.example", exits: 0)
      try company.tenure("member remove acme p\(number)@acme.example", exits: 0)
    }
    let output = try company.tenure("apply plan.json --yes", exits: 1)
    #expect(output.contains(#/\n    and \d+ more\n/#))
    #expect(output.contains("the actions are the same as in the saved plan"))
  }

  @Test func `the same plan applied meanwhile is told by its commit`() throws {
    let company = try Self.company()
    try company.tenure("apply --yes", exits: 0)
    let output = try company.tenure("apply plan.json --yes", exits: 1)
    #expect(output.contains(#/acme: commit [0-9a-f]{40} was applied, at 20/#))
    #expect(output.contains("  - add-member acme tom@acme.example → member\n"))
  }

  @Test func `changes by plain SQL are noticed although the log has nothing about them`() throws {
    let company = try Self.company()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/sqlite3")
    process.arguments = [company.store, "UPDATE tenant_members SET role = 'super-admin'"]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    #expect(try company.tenure("apply plan.json --yes", exits: 1).contains("the audit log has nothing about it"))
  }

  @Test func `a policy applied meanwhile is told value by value`() throws {
    let company = try Company(Self.manifests())
    try company.commit(Self.manifests(policy: "protection: {member-cap: 7}"))
    try company.commit(Self.manifests("  tom@acme.example: member", policy: "protection: {member-cap: 7}"))
    try company.tenure("plan --out plan.json", exits: 0)
    try company.tenure("apply --yes --ref HEAD~1", exits: 0)
    let output = try company.tenure("apply plan.json --yes", exits: 1)
    #expect(output.contains("policy"))
    #expect(output.contains(#/policy applied to acme: protection.member-cap: on → 7\n/#))
  }

  @Test func `an end that came between is told`() throws {
    let later = Self.manifests(
      "  tom@acme.example: member", ml: "      ada@acme.example: {role: viewer, expires: 2031-05-01}")
    let company = try Self.company(later, planned: "plan --out plan.json --now 2031-04-30T12:00:00Z")
    let output = try company.tenure("apply plan.json --yes --now 2031-05-02T12:00:00Z", exits: 1)
    #expect(
      output.contains(
        "it was made for 2031-04-30T12:00:00Z, and at 2031-05-02T12:00:00Z another one is due; nothing was applied"))
    #expect(output.contains("  acme/ml: ada@acme.example ended at 2031-05-02T00:00:00Z\n"))
    #expect(output.contains("  - add-member acme/ml ada@acme.example → viewer, expires: 2031-05-02T00:00:00Z\n"))
    try company.tenure("apply plan.json --yes --now 2031-05-01T12:00:00Z", exits: 0)
  }

  @Test func `a freeze that began between is told`() throws {
    let frozen = "protection: {freeze-window: [{cron: \"0 12 1 1 *\", duration: 1d, timeZone: UTC}]}"
    let company = try Company(Self.manifests(policy: frozen))
    try company.commit(Self.manifests("  tom@acme.example: member", policy: frozen))
    try company.tenure("plan --out plan.json --now 2031-01-01T11:00:00Z", exits: 0)
    let output = try company.tenure("apply plan.json --yes --now 2031-01-01T13:00:00Z", exits: 1)
    #expect(output.contains("  - add-member acme tom@acme.example → member, blocked by freeze-window now\n"))
  }

  @Test func `an organization suspended meanwhile is told`() throws {
    let company = try Self.company()
    try company.tenure("suspend acme --reason audit", exits: 0)
    let output = try company.tenure("apply plan.json --yes", exits: 1)
    #expect(output.contains("stale") && output.contains(#/acme: suspended since \S+: audit/#))
  }

  @Test func `another store is another state`() throws {
    let company = try Self.company()
    let output = try company.tenure("apply plan.json --yes --state other.db", exits: 1)
    #expect(output.contains(#/acme: serial \d+ → not stored/#))
    #expect(output.contains("  + create-organization acme"))
  }

  // MARK: - Digests

  @Test(arguments: ["", "sha256:", "abc", "sha256:xyz", "SHA256:00", "sha1:00", "sha256:00 "])
  func `what is no digest is wrong usage`(digest: String) throws {
    let company = try Company(Self.manifests(), apply: false)
    let result = try company.run("apply", "--yes", "--expect", digest)
    #expect(result.status == 64, "\(result.err)")
    #expect(!FileManager.default.fileExists(atPath: company.storeFolder))
  }

  @Test func `a digest is expected of the file too`() throws {
    let company = try Self.company()
    let digest = try Self.digest(company)
    let other = "sha256:" + String(repeating: "0", count: 64)
    #expect(try company.tenure("apply plan.json --yes --expect \(other)", exits: 1).contains("not \(other)"))
    try company.tenure("apply plan.json --yes --expect \(digest)", exits: 0)
  }

  @Test func `drift between review and merge is never applied under the digest of the review`() throws {
    let company = try Self.company()
    let digest = try Self.digest(company)
    try company.tenure("member set-role acme grace@acme.example super-admin", exits: 0)
    #expect(try company.tenure("apply --yes --expect \(digest)", exits: 1).contains("nothing was applied"))
    #expect(try company.tenure("plan", exits: 0).contains(#/change-role .*grace@acme.example .*drift/#))
    try company.tenure("member set-role acme grace@acme.example member", exits: 0)
    try company.tenure("apply --yes --expect \(digest)", exits: 0)
  }
}
