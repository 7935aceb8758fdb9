import Foundation
import Manifests
import Model
import Planning
import Reconciling
import TestSupport
import Testing

/// A company as `diff` meets it: made up at random under any preset, with everything that manifests can say.
private struct RandomManifests {
  var random: SplitMix
  let preset: String
  private var organization: [String] { preset == "enterprise" ? ["super-admin", "member"] : ["owner", "member"] }
  private var workspace: [String] {
    preset == "enterprise" ? ["admin", "developer", "operator", "viewer"] : ["owner", "member"]
  }

  init(seed: UInt64) {
    random = SplitMix(seed: seed)
    preset = ["enterprise", "single-owner", "small-team", "self-serve"].randomElement(using: &random)!
  }

  private mutating func one(_ choices: [String]) -> String { choices.randomElement(using: &random)! }
  private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

  private mutating func people(_ roles: [String], top: String) -> String {
    var lines = ["p0@x.example: \(top)"]
    for person in 1..<6 where chance(45) {
      let role = preset == "single-owner" ? roles.last! : one(roles)
      lines.append(
        chance(15)
          ? "P\(person)@x.example: {role: \(role), expires: 2099-01-01, protect: \(chance(50))}"
          : "p\(person)@x.example: \(role)")
    }
    if chance(30) { lines.append("crew: \(roles.last!)") }
    return "{\(lines.joined(separator: ", "))}"
  }

  private mutating func workspace(_ name: String) -> String {
    var keys: [String] = []
    // A tombstone of the default workspace in the first commit is spent: it came with the organization.
    if name != "default", chance(15) { return "  \(name): {removed: done}\n" }
    if chance(30) { keys.append("displayName: \(one(["One", "Two"]))") }
    if chance(20) { keys.append("subscription: \(one(["team", "business"]))") }
    if chance(30) { keys.append("owner: p0@x.example") }
    if chance(20) { keys.append("management: additive") }
    if chance(80) { keys.append("members: \(people(workspace, top: workspace[0]))") }
    return "  \(name): {\(keys.joined(separator: ", "))}\n"
  }

  mutating func next() -> String {
    var text = """
      apiVersion: tenure/v1
      kind: Policy
      extends: \(preset)
      invitations: {admission: direct, joinAs: declared}
      protection: {removal-threshold: \(one(["off", "25%"])), member-cap: off}
      ---
      apiVersion: tenure/v1
      kind: Group
      name: crew
      members: [p6@x.example, p\(Int.random(in: 1..<6, using: &random))@x.example]
      ---
      apiVersion: tenure/v1
      kind: Organization
      name: acme
      owner: p0@x.example
      members: \(people(organization, top: organization[0]))

      """
    if chance(30) { text += "displayName: \(one(["Acme", "Other"]))\n" }
    if chance(30) { text += "subscription: \(one(["team", "business"]))\n" }
    text += "workspaces:\n  fixed: {members: \(people(workspace, top: workspace[0]))}\n"
    for name in ["default", "a", "b", "c"] where chance(55) { text += workspace(name) }
    for person in [1, 7] where chance(40) {
      text += "---\napiVersion: tenure/v1\nkind: Account\nemail: p\(person)@x.example\n"
      if chance(50) { text += "displayName: \(one(["Ada", "Grace"]))\n" }
      if preset != "enterprise", chance(40) { text += "workspaces: {Personal: {subscription: team}}\n" }
    }
    return text
  }
}

@Suite struct SettledStateTests {
  @Test(arguments: 0..<(rounds * 5)) func `a plan from what a commit settles into is the plan of a store that has it`(
    _ round: Int
  ) throws {
    let seed = UInt64(ProcessInfo.processInfo.environment["TENURE_SEED"] ?? "") ?? UInt64.random(in: 0...UInt64.max)
    var company = RandomManifests(seed: seed &+ UInt64(round))
    let (old, new) = (company.next(), company.next())
    let context: Comment = "TENURE_SEED=\(seed), round \(round)\n\(old)\n======\n\(new)"
    let ledger = try AppliedHistory()
    let first = try ledger.input(old, commit: 1)
    let planned = plan(first)
    // What is refused or waits leaves a store that has not settled.
    guard planned.plan.actions.allSatisfy(\.blockedBy.isEmpty), planned.plan.waiting.isEmpty else { return }
    _ = try ledger.apply(first, planned)

    let stored = plan(try ledger.input(new, commit: 2)).plan
    let settled = plan(try ledger.settledInput(old, new)).plan
    let (a, b) = (lines(settled), lines(stored))
    #expect(
      a == b, "only settled: \(a.filter { !b.contains($0) })\nonly stored: \(b.filter { !a.contains($0) })\n\(context)")
    #expect(settled.digestText == stored.digestText, context)
  }

  private func lines(_ plan: Plan) -> [String] {
    plan.actions.map { action in
      let fields = [action.before, action.after].map {
        $0?.entries.map { "\($0.key)=\($0.value)" }.joined(separator: ",") ?? "-"
      }
      return "\(action.kind.rawValue) \(action.organization) \(action.workspace ?? "") \(action.subject ?? "") "
        + "\(fields[0])>\(fields[1]) \(action.origin) \(action.blockedBy.map(\.rawValue)) \(action.source?.description ?? "")"
    } + plan.blocked.map { "refused \($0)" } + plan.waiting.map { "waiting \($0.workspace ?? "") \($0.subject ?? "")" }
  }

  @Test func `most random companies settle`() throws {
    var settled = 0
    for round in 0..<40 {
      var company = RandomManifests(seed: 2026 &+ UInt64(round))
      let first = plan(try AppliedHistory().input(company.next(), commit: 1)).plan
      if first.actions.allSatisfy(\.blockedBy.isEmpty), first.waiting.isEmpty { settled += 1 }
    }
    #expect(settled > 20, "of 40 only \(settled): the test above looks at too little")
  }
}
