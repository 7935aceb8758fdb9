import Testing

/// The laws of reconciling, over random histories. `TENURE_SEED=N TENURE_STEPS=500 TENURE_ROUNDS=50` looks longer.
@Suite struct LawTests {
  private static let presets = ["enterprise", "single-owner", "small-team", "self-serve"]

  private func live(_ manner: Driver.Manner, round: Int) throws {
    let seed = Asked.seed &+ UInt64(round)
    let history = try History.random(manner, seed: seed, steps: Asked.steps)
    guard !history.violations.isEmpty else { return }
    print("TENURE_SEED=\(seed) \(manner): \(history.violations)")
    let shrunk = try history.shrunk()
    Issue.record(
      "TENURE_SEED=\(seed) TENURE_ROUNDS=1 TENURE_STEPS=\(history.steps.count)\n\(shrunk.report)")
  }

  @Test(arguments: presets, 0..<Asked.rounds)
  func `calm histories: nobody renames anything, and everybody is added at once`(_ preset: String, _ round: Int) throws
  {
    try live(Driver.Manner(preset: preset, renames: false, moves: false), round: round)
  }

  @Test(arguments: presets, 0..<Asked.rounds)
  func `histories of renames, with and without memory`(_ preset: String, _ round: Int) throws {
    try live(Driver.Manner(preset: preset, moves: false, hasMemory: round % 2 == 1), round: round)
  }

  @Test(arguments: presets, 0..<Asked.rounds)
  func `histories of invitations, renames and accounts that move`(_ preset: String, _ round: Int) throws {
    try live(Driver.Manner(preset: preset, admission: "invite", hasMemory: round % 2 == 1), round: round)
  }

  @Test(arguments: presets, 0..<Asked.rounds)
  func `histories in which actors are asked, and policies change`(_ preset: String, _ round: Int) throws {
    try live(
      Driver.Manner(preset: preset, asksActors: true, policies: true, hasMemory: round % 2 == 1), round: round)
  }

  @Test(arguments: presets, 0..<max(1, Asked.rounds / 2))
  func `views give one answer`(_ preset: String, _ round: Int) throws {
    try live(Driver.Manner(preset: preset, looks: true), round: round)
  }
}
