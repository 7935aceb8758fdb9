import Foundation
import Testing

/// A store with a life behind it: manifests applied, people who came and went, hands that did things besides.
struct RandomStore {
  let operations: Operations
  private var random: SeededRandom
  private let preset: String
  private var organizations: [RandomOrganization] = []
  private var accounts: [String] = []
  private var policies: [String] = []

  /// Names that are something else to a YAML parser, to a shell or to a terminal.
  static let odd = [
    "no", "007", "- a", "a: b", "[x]", "~", "true", "日本語", "it's \"q\"", "a/b", "#1", "2027-01-31", "<<", "=", "null",
    "x #y", "1e3", "0x1F", "ml", "Team A", "é", "@x", "!t", "%p", "&a", "*b", "|", "> x", "{y}", "a,b", "1_000",
    "12:30",
    "\\n", "..", "yes", "Personal", "default",
  ]
  static let people = ["Ada", "grace", "linus", "tom", "Zoë", "o'neil", "no", "x+y", "barbara"]
    .map { $0 + "@acme.example" }

  init(seed: UInt64) throws {
    random = SeededRandom(seed)
    operations = try Operations()
    preset = random.pick(["enterprise", "enterprise", "single-owner", "small-team", "self-serve"])
    for name in random.some(["acme", "policy", "accounts", "no", "1e3", "a.b"], 1...2) {
      organizations.append(RandomOrganization(name, preset, &random))
    }
    policies = policyDocuments()
    for email in random.some(Self.people, 0...3) { accounts.append(account(email)) }
  }

  /// Lets the store live.
  mutating func live() throws {
    try apply()
    try answerInvitations()
    for _ in 0..<random.number(0...7) { try byHand() }
    guard random.chance(60) else { return }
    for index in organizations.indices { organizations[index].change(&random) }
    if organizations.count > 1, random.chance(30) { organizations.removeLast() }
    try apply()
    try answerInvitations()
    for _ in 0..<random.number(0...3) { try byHand() }
  }

  private mutating func apply() throws {
    let documents =
      organizations.map(\.text) + accounts
      + policies.filter { policy in
        // A policy of its own needs its organization.
        !policy.contains("\norganization:")
          || organizations.contains { policy.contains("\norganization: \"\($0.name)\"") }
      }
    try operations.commit(["all.yaml": documents.joined(separator: "---\n")])
    let flags = ["--allow-deletion", "--allow-move", "--approved-by", "desk@vendor.example"]
    let result = try run(["apply", "--yes"] + flags)
    #expect([0, 3].contains(result.status), "\(result.err)\n\(documents.joined(separator: "---\n"))")
  }

  private mutating func answerInvitations() throws {
    let list = try run(["invitation", "list", "--format", "json"]).json["invitations"] as? [[String: Any]] ?? []
    for invitation in list {
      guard let path = invitation["path"] as? String, let email = invitation["subject"] as? String else { continue }
      _ = try run(["account", "sign-up", email])
      let answer = random.number(0...9)
      if answer < 6 { _ = try run(["invitation", "accept", path, "--as", email]) }
      if answer == 6 { _ = try run(["invitation", "decline", path, "--as", email]) }
    }
  }

  /// Something that the rules may also refuse.
  private mutating func byHand() throws {
    let organization = random.pick(organizations)
    let place = organization.name + "/" + random.pick(organization.workspaceNames + ["default"])
    let (person, odd) = (random.pick(Self.people), random.pick(Self.odd))
    let deeds = [
      ["account", "suspend", person, "--reason", "lost laptop"],
      ["workspace", "create", organization.name + "/" + odd],
      ["member", "add", place, person], ["member", "add", organization.name, person],
      ["api-key", "create", place, odd],
      ["member", "invite", place, person], ["workspace", "leave", place, "--as", person],
      ["resource", "add", place, "bot"], ["account", "move", person, "new-" + person],
      ["workspace", "create", "~" + person + "/" + odd], ["member", "remove", place, person],
      ["workspace", "transfer", place, person], ["workspace", "set-subscription", place, "team"],
    ]
    _ = try run(random.pick(deeds))
  }

  private func run(_ arguments: [String]) throws -> Operations.Outcome {
    try Operations.execute(
      Operations.binary, arguments, in: operations.root, environment: ["TENURE_STATE": operations.store])
  }

  private mutating func policyDocuments() -> [String] {
    let some = [
      "invitations: {admission: direct}", "invitations: {admission: invite}",
      "invitations: {joinAs: lowest, expireAfter: 14d, maxSends: 2}", "invitations: {admission: direct}",
    ]
    let more = [
      "subscriptions: {'no': {members: 50}, gold.1: {}}", "operators: [ops@acme.example, \"o'neil@acme.example\"]",
      "protection: {removal-threshold: 50%, minimum-admins: 1}",
      "protection: {freeze-window: [{cron: \"0 18 * * 5\", duration: 60h, timeZone: UTC}]}",
      "roles: {workspace: {on.duty: {rank: 15, permissions: [members.view, resources.read]}}}",
      "signUp: {personalWorkspace: never}", "signUp: {personalWorkspace: always}", "defaultSubscription: team",
    ]
    var lines: [String: String] = [:]
    for line in random.some(some, 0...1) + random.some(more, 0...2) {
      lines[String(line.prefix { $0 != ":" })] = line
    }
    let head = "apiVersion: tenure/v1\nkind: Policy\n"
    let common = head + "extends: \(preset)\n" + lines.values.sorted().map { $0 + "\n" }.joined()
    guard random.chance(25) else { return [common] }
    return [common, head + "organization: \"\(organizations[0].name)\"\nsubscriptions: {free: {members: 44}}\n"]
  }

  private mutating func account(_ email: String) -> String {
    var text = "apiVersion: tenure/v1\nkind: Account\nemail: \(email.quoted)\n"
    if random.chance(60) { text += "displayName: \(random.pick(Self.odd).quoted)\n" }
    if random.chance(50) {
      text += "workspaces:\n  Personal: {displayName: Mine, apiKeys: {ci: {monthlyLimit: 3}}}\n"
      if preset != "enterprise", random.chance(50) { text += "  \"Side: #1\": {subscription: team}\n" }
    }
    return text
  }
}

extension String {
  /// In double quotes, as YAML and JSON have it.
  var quoted: String {
    "\"" + replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}

/// Numbers that a seed decides.
struct SeededRandom {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func number(_ range: ClosedRange<Int>) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return range.lowerBound + Int(state >> 16) % range.count
  }

  mutating func chance(_ percent: Int) -> Bool { number(0...99) < percent }
  mutating func pick<T>(_ from: [T]) -> T { from[number(0...from.count - 1)] }

  /// So many different ones, in random order.
  mutating func some<T>(_ from: [T], _ count: ClosedRange<Int>) -> [T] {
    var (rest, found): ([T], [T]) = (from, [])
    for _ in 0..<min(number(count), from.count) { found.append(rest.remove(at: number(0...rest.count - 1))) }
    return found
  }
}
