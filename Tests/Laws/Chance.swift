import Foundation
import TestSupport

/// Choices that the same seed makes again.
struct Chance: RandomNumberGenerator {
  private var random: SplitMix

  init(seed: UInt64) { random = SplitMix(seed: seed) }

  mutating func next() -> UInt64 { random.next() }

  mutating func percent(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
  mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &self) }
  mutating func one<T>(_ choices: [T]) -> T { choices[Int.random(in: 0..<choices.count, using: &self)] }
  mutating func any<T>(_ choices: [T]) -> T? { choices.isEmpty ? nil : one(choices) }
}

/// What the environment asks for: `TENURE_SEED=1 TENURE_ROUNDS=200 TENURE_STEPS=500` looks elsewhere, and longer; without
/// it the histories are always the same ones.
enum Asked {
  static let seed = number("TENURE_SEED").map(UInt64.init) ?? 2026
  static let rounds = number("TENURE_ROUNDS") ?? 1
  /// Seconds for finding a shorter history that fails in the same way.
  static let patience = Double(number("TENURE_PATIENCE") ?? 60)
  static let steps = number("TENURE_STEPS") ?? 30

  /// Whether somebody asks for a number of rounds.
  static let isAsked = number("TENURE_ROUNDS") != nil

  private static func number(_ name: String) -> Int? { Int(ProcessInfo.processInfo.environment[name] ?? "") }
}

extension Dictionary where Key == String {
  /// In byte order of the keys: dictionaries have another order in every run.
  var inOrder: [(key: String, value: Value)] { sorted { $0.key < $1.key } }
}
