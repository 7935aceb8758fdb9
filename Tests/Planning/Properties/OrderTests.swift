import Foundation
import Model
import Planning
import Testing

/// `TENURE_ROUNDS=5000` looks longer, `TENURE_SEED=…` elsewhere; without them the rounds are always the same ones.
private let rounds = Int(ProcessInfo.processInfo.environment["TENURE_ROUNDS"] ?? "") ?? 150
private let seed =
  UInt64(ProcessInfo.processInfo.environment["TENURE_SEED"] ?? "") ?? 2026

/// Order is part of the plan: every prefix of it leaves a state in which no rule is newly broken (SPEC section 5).
@Suite struct OrderTests {
  @Test func `no prefix of any plan newly breaks a rule, and every refusal has its reason`() {
    var known: Set<String> = []
    var checked = 0
    for round in 0..<rounds {
      var generator = Generator(seed: seed &+ UInt64(round))
      let made = generator.newCase()
      guard let findings = made.check(order: UInt64(round)) else { continue }
      checked += 1
      for failure in findings.failures where known.insert(failure.kind).inserted {
        let smallest = made.shrunk(to: failure.kind)
        let left = smallest.check()?.failures.filter { $0.kind == failure.kind } ?? []
        Issue.record(
          """
          TENURE_SEED=\(seed &+ UInt64(round)) TENURE_ROUNDS=1
          \(left.map(\.description).joined(separator: "\n"))
          \(smallest.text)
          """)
      }
    }
    #expect(checked > rounds * 9 / 10, "the generator makes too many invalid manifests, seed \(seed)")
  }

  /// What the generator never makes, the test above never sees.
  @Test func `the generator reaches every action, and every refusal that a plan knows`() {
    var actions = Set(Action.Kind.allCases)
    // Leaving is done by hand, and nobody's permissions are asked unless the policy says so.
    var rules = Set(RuleName.allCases).subtracting([.leaveNeedsAnotherMember, .actorAllowed, .onePendingInvitation])
    for round: UInt64 in 0..<2000 where !actions.isEmpty || !rules.isEmpty {
      var generator = Generator(seed: 12_000_000 + round)
      guard let findings = generator.newCase().check(isShort: true) else { continue }
      actions.subtract(findings.done)
      rules.subtract(findings.refused)
    }
    #expect(actions.isEmpty)
    #expect(rules.isEmpty)
  }
}
