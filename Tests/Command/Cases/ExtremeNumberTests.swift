import Foundation
import Testing

/// Numbers that no program adds up: every option, argument and key takes them, or refuses them with a message.
@Suite struct ExtremeNumberCases {
  private static let manifests = """
    apiVersion: tenure/v1
    kind: Policy
    extends: enterprise
    invitations: {admission: direct}
    ---
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    owner: ada@acme.example
    members:
      ada@acme.example: super-admin
      bob@acme.example: {role: member, expires: 2030-01-01}
    workspaces:
      ml: {members: {ada@acme.example: admin}}
    """

  private static let extremes = [
    "0", "-1", "9223372036854775807", "-9223372036854775808", "99999999999999999999", "inf", "-inf", "nan", "1e400",
    "1e18", "0.5", "99999999999999d", "106751991167300d", "9223372036854775807s", "9999-12-31T23:59:59Z", "9999-12-31",
    "0000-01-01T00:00:00+14:00", "999999-01-01", "100%", "99999999999999999999%", "",
  ]

  // MARK: - The command line

  /// One place for a value on the command line, as the argument parser describes it.
  struct Slot: Sendable {
    var words: [String]
    /// Index in `words` of the value.
    var position: Int
    var kind: String
    /// The option with its dashes, or the name of the argument.
    var option: String { words[position].hasPrefix("--") ? words[position] : kind }

    func words(with value: String) -> [String] {
      var words = words
      words[position] = words[position].hasPrefix("--") ? words[position] + value : value
      return words
    }
  }

  /// What stands for other arguments, by the name of their value.
  private static let usual = [
    "amount": "1", "credits": "1", "base..head": "HEAD..HEAD", "email": "ada@acme.example", "emails": "x@acme.example",
    "file": "org.yaml", "ids": "1", "kind": "models", "name": "free", "new": "n@acme.example",
    "old": "bob@acme.example",
    "org": "acme", "path": "acme/ml", "permission": "members.view", "range": "HEAD", "role": "admin",
    "rule": "member-cap", "shell": "bash", "text": "because",
  ]
  /// Values that are numbers or times.
  private static let numeric: Set<String> = [
    "amount", "credits", "ids", "n", "duration", "seconds", "fraction", "instant", "t", "commit|date",
  ]

  private static func slots() throws -> [Slot] {
    let help = try Binary().run(["--experimental-dump-help"], in: "/").out
    let root = try JSONSerialization.jsonObject(with: Data(help.utf8)) as? [String: Any]
    return slots(of: try #require(root?["command"] as? [String: Any]), below: [])
  }

  private static func slots(of command: [String: Any], below path: [String]) -> [Slot] {
    let children = command["subcommands"] as? [[String: Any]] ?? []
    guard children.isEmpty else {
      return children.flatMap { slots(of: $0, below: path + [$0["commandName"] as? String ?? ""]) }
    }
    let arguments = (command["arguments"] as? [[String: Any]] ?? []).filter { $0["kind"] as? String != "flag" }
    func kind(_ argument: [String: Any]) -> String { argument["valueName"] as? String ?? "" }
    let positional = arguments.filter { $0["kind"] as? String == "positional" && $0["isOptional"] as? Bool != true }
    let base = path + positional.map { usual[kind($0)] ?? "acme" }
    var result = positional.enumerated().map { index, argument in
      Slot(words: base, position: path.count + index, kind: kind(argument))
    }
    for argument in arguments where argument["kind"] as? String == "option" {
      let name = (argument["preferredName"] as? [String: Any])?["name"] as? String ?? ""
      result.append(Slot(words: base + ["--\(name)="], position: base.count, kind: kind(argument)))
    }
    return result
  }

  @Test func `no option and no argument traps or hangs`() throws {
    let company = try Company(Self.manifests)
    try company.write("orgs: {acme: {admins: [ada]}}\n", to: "org.yaml")
    let slots = try Self.slots().filter { $0.words[0] != "help" }
    for name in Self.numeric { #expect(slots.contains { $0.kind == name }, "\(name) is no argument any more") }
    // Each option that is a number, of one command that has it; of all others, which are names and texts, some.
    let seed = UInt64(ProcessInfo.processInfo.environment["TENURE_SEED"] ?? "") ?? 12
    var random = SeededRandom(seed)
    let groups = Dictionary(grouping: slots.filter { Self.numeric.contains($0.kind) }, by: \.option)
    let chosen = groups.sorted { $0.key < $1.key }.map { random.pick($0.value) }
    var tries = chosen.flatMap { slot in Self.extremes.map { (slot, $0) } }
    for _ in 0..<60 { tries.append((random.pick(slots), random.pick(Self.extremes))) }
    for (slot, value) in tries {
      let words = slot.words(with: value)
      let isRun = words[0] == "run"
      let result = try Binary().bounded(words, in: company.folder, seconds: isRun ? 0.5 : 30)
      // A reconciler that runs is ended by this test.
      let ends: Set<Int32> = isRun ? [64, 1, 137] : [0, 1, 2, 3, 4, 64]
      #expect(ends.contains(result.status), "TENURE_SEED=\(seed) \(words): \(result)")
      #expect(result.status == 0 || isRun || !(result.out + result.err).isEmpty, "\(words): \(result)")
    }
  }

  // MARK: - The manifests

  /// Where each number of the schema stands: the key, and a document around its value.
  private static let places: [(key: String, text: String)] = [
    ("memberEntry.expires", "MEMBER {role: member, expires: VALUE}"),
    ("memberEntry.reinvite", "MEMBER {role: member, reinvite: VALUE}"),
    ("apiKey.monthlyLimit", "KEY {monthlyLimit: VALUE}"), ("apiKey.dailyRateLimit", "KEY {dailyRateLimit: VALUE}"),
    ("roleDefinition.rank", "POLICY roles: {workspace: {viewer: {rank: VALUE}}}"),
    ("subscriptionLimits.members", "POLICY subscriptions: {free: {members: VALUE}}"),
    (
      "freezeWindow.duration",
      "POLICY protection: {freeze-window: [{cron: \"0 0 * * *\", duration: VALUE, timeZone: Europe/Berlin}]}"
    ),
    ("invitations.expireAfter", "POLICY invitations: {expireAfter: VALUE}"),
    ("invitations.maxSends", "POLICY invitations: {maxSends: VALUE}"),
    ("protection.member-cap", "POLICY protection: {member-cap: VALUE}"),
    ("protection.removal-threshold", "POLICY protection: {removal-threshold: VALUE}"),
    ("protection.minimum-admins", "POLICY protection: {minimum-admins: VALUE}"),
  ]

  private static let written = [
    "0", "1", "-1", "9223372036854775807", "99999999999999999999", "nan", "0.5", "100%", "99999999999999999999%",
    "99999999999999d", "5291w", "3200000000s", "9999-12-31", "9999-12-30", "9999-12-31T23:59:59.999-23:59",
    "0000-01-01",
    "0000-01-01T00:00:00+14:00", "999999-01-01",
  ]

  private static func manifests(_ text: String, _ value: String) -> String {
    let (kind, rest) = (text.prefix { $0 != " " }, text.drop { $0 != " " }.dropFirst().replacing("VALUE", with: value))
    let policy = kind == "POLICY" ? "\n\(rest)" : "\ninvitations: {admission: direct}"
    return """
      apiVersion: tenure/v1
      kind: Policy
      extends: enterprise\(policy)
      ---
      apiVersion: tenure/v1
      kind: Organization
      name: acme
      owner: ada@acme.example
      members:
        ada@acme.example: super-admin
        bob@acme.example: \(kind == "MEMBER" ? String(rest) : "member")
      workspaces:
        ml:
          members: {ada@acme.example: admin}
          apiKeys: {ci: \(kind == "KEY" ? String(rest) : "{}")}

      """
  }

  @Test func `the places are all that the schema has`() throws {
    let schema = try Binary().run(["schema"], in: "/").out
    let root = try JSONSerialization.jsonObject(with: Data(schema.utf8)) as? [String: Any]
    let numbers = Set(
      ["number", "positive", "limit", "percent", "duration", "day", "dayOrInstant"].map { "#/$defs/" + $0 })
    func refers(_ node: Any) -> Bool {
      if let object = node as? [String: Any] {
        return (object["$ref"] as? String).map(numbers.contains) == true
          || object.contains { $0.key != "properties" && refers($0.value) }
      }
      return (node as? [Any])?.contains(where: refers) ?? false
    }
    var keys: Set<String> = []
    for (name, definition) in root?["$defs"] as? [String: Any] ?? [:] {
      let properties = (definition as? [String: Any])?["properties"] as? [String: Any] ?? [:]
      for (key, value) in properties where refers(value) { keys.insert("\(name).\(key)") }
    }
    #expect(keys == Set(Self.places.map(\.key)))
  }

  @Test(arguments: places.indices)
  func `no key traps or hangs, and what it takes is exported`(index: Int) throws {
    let place = Self.places[index]
    let company = try Company(Self.manifests(place.text, "X").replacing("rank: X", with: "rank: 1"), apply: false)
    for value in Self.written {
      try company.write(Self.manifests(place.text, value), to: "manifests/acme.yaml")
      func run(_ line: String, exits: Set<Int32>) throws -> Int32 {
        let result = try Binary().bounded(line.split(separator: " ").map(String.init), in: company.folder)
        #expect(exits.contains(result.status), "\(place.key): \(value): \(line): \(result)")
        return result.status
      }
      guard try run("validate", exits: [0, 4]) == 0 else { continue }
      try company.commit(Self.manifests(place.text, value))
      for now in ["0000-01-01", "9999-12-31T23:59:59Z"] {
        for rest in ["s.db", "s.db-wal", "s.db-shm", "exported"] {
          try? FileManager.default.removeItem(atPath: company.folder + "/" + rest)
        }
        let state = "--state \(company.folder)/s.db"
        guard try run("apply --yes --now \(now) \(state)", exits: [0, 3, 4]) == 0 else { continue }
        _ = try run("export --out exported \(state)", exits: [0])
        _ = try run("validate exported", exits: [0])
        _ = try run("plan --worktree --manifests exported --now \(now) \(state)", exits: [0, 3])
      }
    }
  }

  @Test func `the last day there is is an end like any other`() throws {
    let company = try Company(Self.manifests.replacing("2030-01-01", with: "9999-12-31"), apply: false)
    let state = "--state \(company.folder)/s.db"
    try company.tenure("plan --out plan.json \(state)", exits: 0)
    try company.tenure("apply plan.json --yes \(state)", exits: 0)
    #expect(try company.tenure("plan \(state)", exits: 0).contains("No changes."))
    #expect(try company.tenure("who acme --format json \(state)", exits: 0).contains("9999-12-31T23:59:59.999Z"))
    #expect(try company.tenure("export \(state)", exits: 0).contains("expires: 9999-12-31}"))
    // As versions before stored it: the instant after the last.
    let sql = "UPDATE tenant_members SET expires_at = 253402300800000 WHERE expires_at IS NOT NULL"
    let edit = try Binary(path: "/usr/bin/sqlite3").run([company.folder + "/s.db", sql], in: "/")
    try #require(edit.status == 0, "\(edit.err)")
    for line in ["plan", "plan --full"] {
      #expect(try company.tenure("\(line) \(state)", exits: 0).contains("No changes."))
    }
  }
}
