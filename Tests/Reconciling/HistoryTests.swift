import Foundation
import Manifests
import Model
import Planning
import Reconciling
import SQLiteStore
import Store
import TestSupport
import Testing

/// A company that changes at random: people come and go, lose roles, workspaces are made, renamed, removed and dropped.
private struct RandomCompany {
  var random: SplitMix
  private var members: [String: String] = ["p0@x.example": "super-admin", "p1@x.example": "super-admin"]
  private var workspaces: [String: [String: String]] = [:]
  private var renamed: [String: String] = [:]
  private var removed: Set<String> = []
  private var made = 0

  init(seed: UInt64) { random = SplitMix(seed: seed) }

  mutating func change() {
    renamed = [:]
    for _ in 0..<Int.random(in: 1...5, using: &random) {
      let person = "p\(Int.random(in: 0..<14, using: &random))@x.example"
      switch Int.random(in: 0..<10, using: &random) {
      case 0...2: members[person] = ["member", "member", "super-admin", "billing-admin"].randomElement(using: &random)!
      case 3, 4: members[person] = nil
      case 5:
        made += 1
        workspaces["w\(made)"] = [:]
      case 6:
        guard let name = workspaces.keys.sorted().randomElement(using: &random) else { continue }
        workspaces[name] = nil
        // Dropping a workspace without a tombstone happens too, and is refused.
        if Bool.random(using: &random) { removed.insert(name) }
      case 7:
        guard let name = workspaces.keys.sorted().randomElement(using: &random), renamed[name] == nil else { continue }
        made += 1
        workspaces["w\(made)"] = workspaces.removeValue(forKey: name)
        renamed["w\(made)"] = name
      default:
        guard let name = workspaces.keys.sorted().randomElement(using: &random) else { continue }
        workspaces[name]?[person] = ["admin", "developer", "viewer", nil].randomElement(using: &random)!
      }
    }
  }

  var manifests: String {
    var text = """
      apiVersion: tenure/v1
      kind: Policy
      invitations: {admission: direct}
      protection: {removal-threshold: off}
      ---
      apiVersion: tenure/v1
      kind: Organization
      name: acme
      members: {\(Self.list(members))}
      workspaces:
        fixed: {members: {}}

      """
    for (name, people) in workspaces.sorted(by: { $0.key < $1.key }) {
      let from = renamed[name].map { "renamedFrom: \($0), " } ?? ""
      text += "  \(name): {\(from)members: {\(Self.list(people))}}\n"
    }
    for name in removed.sorted() { text += "  \(name): {removed: done}\n" }
    return text
  }

  private static func list(_ people: [String: String]) -> String {
    people.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
  }
}

@Suite struct HistoryTests {
  /// What must hold whatever was applied, checked from the stored state alone.
  private func check(_ rolls: [String?: [String: String]], hadOwner: Bool, _ context: Comment) {
    let organization = rolls[nil] ?? [:]
    if hadOwner { #expect(organization.values.contains("super-admin"), context) }
    for (name, people) in rolls where name != nil {
      for person in people.keys {
        #expect(organization[person] != nil && organization[person] != "billing-admin", context)
      }
    }
  }

  @Test(arguments: 0..<rounds) func `random histories keep every rule, and leave nothing to do but what is refused`(
    _ round: Int
  ) throws {
    let seed = UInt64(ProcessInfo.processInfo.environment["TENURE_SEED"] ?? "") ?? UInt64.random(in: 0...UInt64.max)
    let ledger = try AppliedHistory()
    var company = RandomCompany(seed: seed &+ UInt64(round))
    for commit in 1...12 {
      company.change()
      let manifests = company.manifests
      let context: Comment = "TENURE_SEED=\(seed), round \(round), commit \(commit)\n\(manifests)"
      let before = try ledger.rolls("acme")
      let input = try ledger.input(manifests, commit: commit)
      let planned = plan(input)
      #expect(plan(input).plan == planned.plan, context)
      let outcomes = try ledger.apply(input, planned)
      #expect(!outcomes.contains { $0.status == .failed }, context)
      let after = try ledger.rolls("acme")
      check(after, hadOwner: before[nil]?.values.contains("super-admin") ?? false, context)
      let again = plan(try ledger.input(manifests, commit: commit)).plan
      #expect(again.applicable.isEmpty, "\(context)\n\(again.applicable)")
      let refused = Set(
        planned.plan.actions.filter { !$0.blockedBy.isEmpty }.map {
          "\($0.kind) \($0.workspace ?? "") \($0.subject ?? "")"
        })
      let left = Set(again.actions.map { "\($0.kind) \($0.workspace ?? "") \($0.subject ?? "")" })
      #expect(left.isSubset(of: refused), "\(context)\n\(left.subtracting(refused))")
    }
    guard case .intact = try ledger.store.verifyAudit() else {
      Issue.record("the audit chain is broken, seed \(seed)")
      return
    }
  }

  private static let two = """
    apiVersion: tenure/v1
    kind: Policy
    invitations: {admission: direct}
    ---
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    members: {ada@x.example: super-admin, bob@x.example: member}
    """

  @Test func `a plan whose tenant changed meanwhile is refused as stale, and nothing of it is applied`() throws {
    let ledger = try AppliedHistory()
    let first = try ledger.input(Self.two, commit: 1)
    _ = try ledger.apply(first, plan(first))
    let input = try ledger.input(Self.two.replacing("bob@x.example: member", with: "eve@x.example: member"), commit: 2)
    let planned = plan(input)
    let account = try #require(try ledger.store.account(email: "bob@x.example"))
    let tenant = try #require(try ledger.store.tenant(named: "acme"))
    try ledger.store.transaction { try $0.removeMember(.tenant(tenant.id), account: account.id) }
    let outcomes = try ledger.apply(input, planned)
    #expect(outcomes.map(\.status) == [.failed])
    #expect(outcomes.first?.message?.contains("changed by somebody else") == true)
    #expect(try ledger.rolls("acme")[nil]?.keys.sorted() == ["ada@x.example"])
  }

  @Test func `an account whose leaving failed is not ended`() throws {
    let ledger = try AppliedHistory()
    let policy = "apiVersion: tenure/v1\nkind: Policy\nextends: small-team\ninvitations: {admission: direct}\n---\n"
    let organization =
      "apiVersion: tenure/v1\nkind: Organization\nname: acme\nmembers: {ada@x.example: owner, bob@x.example: member}"
    let first = try ledger.input(policy + organization, commit: 1)
    _ = try ledger.apply(first, plan(first))
    let input = try ledger.input(policy + organization.replacing(", bob@x.example: member", with: ""), commit: 2)
    let planned = plan(input)
    #expect(planned.plan.actions.last?.kind == .deleteAccount)
    let account = try #require(try ledger.store.account(email: "bob@x.example"))
    let tenant = try #require(try ledger.store.tenant(named: "acme"))
    try ledger.store.transaction {
      try $0.putMember(
        .tenant(tenant.id), account: account.id, role: "owner", expires: nil, protect: false, joined: ledger.now)
    }
    #expect(try ledger.apply(input, planned).map(\.status) == [.failed, .unchanged])
    #expect(try ledger.store.account(email: "bob@x.example") != nil)
  }

  @Test func `what changed meanwhile without a matter to the plan does not stop it`() throws {
    let ledger = try AppliedHistory()
    let first = try ledger.input(Self.two, commit: 1)
    _ = try ledger.apply(first, plan(first))
    let input = try ledger.input(Self.two.replacing("bob@x.example: member", with: "eve@x.example: member"), commit: 2)
    let planned = plan(input)
    let tenant = try #require(try ledger.store.tenant(named: "acme"))
    try ledger.store.transaction { try $0.updateTenant(tenant.id, displayName: "Acme", owner: nil, subscription: nil) }
    #expect(try ledger.apply(input, planned).map(\.status) == [.applied])
    #expect(try ledger.rolls("acme")[nil]?.keys.sorted() == ["ada@x.example", "eve@x.example"])
  }
}
