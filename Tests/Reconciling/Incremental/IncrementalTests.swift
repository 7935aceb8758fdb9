import Foundation
import Model
import Planning
import Reconciling
import Testing

/// A plan that builds on what earlier ones found is the plan that looks at everything.
@Suite struct IncrementalTests {
  /// `TENURE_SEED=…` looks elsewhere; without it the histories are always the same ones.
  private static let seed = UInt64(ProcessInfo.processInfo.environment["TENURE_SEED"] ?? "") ?? 2026

  /// Policies with a seed each: the printed one alone under that policy gives the same history again.
  private static let histories = RandomOffice.Policy.allCases.flatMap { policy in
    (0..<max(1, rounds / 6)).map { (policy, seed &+ UInt64($0)) }
  }

  @Test(arguments: histories) func `whatever happens in between, it is the plan that looks at everything`(
    policy: RandomOffice.Policy, seed: UInt64
  ) throws {
    var life = try RandomLife(policy, seed: seed)
    try life.live(steps: 10)
    print("\(policy.rawValue) \(seed): \(life.pair.narrowed) of \(life.pair.all), \(life.pair.wrong) with findings")
  }

  @Test(arguments: RandomOffice.Policy.allCases) func `most plans look at a part only`(policy: RandomOffice.Policy)
    throws
  {
    var (narrowed, all, wrong) = (0, 0, 0)
    for seed in [UInt64(1), 2] {
      var life = try RandomLife(policy, seed: seed, isCalm: true)
      try life.live(steps: 8)
      (narrowed, all, wrong) = (narrowed + life.pair.narrowed, all + life.pair.all, wrong + life.pair.wrong)
    }
    #expect(
      narrowed * 2 > all,
      "only \(narrowed) of \(all), \(wrong) of them with findings: the test above looks at too little")
  }
}
