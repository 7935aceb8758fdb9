import Foundation

/// A history that was lived, up to the first law that did not hold.
struct History {
  var manner: Driver.Manner
  var steps: [Step]
  var violations: [Violation]
  var counts: [String: Int] = [:]

  /// Lives a random history.
  static func random(_ manner: Driver.Manner, seed: UInt64, steps: Int) throws -> History {
    var driver = Driver(manner, seed: seed)
    let life = try Life(hasMemory: manner.hasMemory)
    var history = History(manner: manner, steps: [], violations: [])
    var next: [Step] = [
      .command(.signUp(Driver.boss), actor: nil), .commit(driver.head, author: Driver.boss, approver: nil),
      .apply(.init()),
    ]
    while life.steps.count < steps, history.violations.isEmpty {
      if next.isEmpty { next = driver.next(life.stored, life.engine.now) }
      history.violations = try live(next.removeFirst(), life)
    }
    (history.steps, history.counts) = (life.steps, life.counts)
    return history
  }

  private static func live(_ step: Step, _ life: Life) throws -> [Violation] {
    do {
      return try life.live(step)
    } catch {
      return [Violation(.appliesEnd, "an error", "\(error)")]
    }
  }

  private static func replay(_ steps: [Step], _ manner: Driver.Manner, seeking sought: Violation) throws -> History {
    let life = try Life(hasMemory: manner.hasMemory, seeking: sought)
    for step in steps {
      let violations = try live(step, life)
      if !violations.isEmpty { return History(manner: manner, steps: life.steps, violations: violations) }
    }
    return History(manner: manner, steps: steps, violations: [])
  }

  /// The shortest history found that fails in the same way: steps, then things that commits say, are left out as long
  /// as it still does.
  func shrunk(seconds: Double = Asked.patience) throws -> History {
    guard let sought = violations.first else { return self }
    let end = Date(timeIntervalSinceNow: seconds)
    var smallest = self
    func tries(_ steps: [Step]) throws -> Bool {
      let history = try Self.replay(steps, manner, seeking: sought)
      guard let same = history.violations.first(where: { $0.kind == sought.kind }) else { return false }
      smallest = History(manner: manner, steps: history.steps, violations: [same])
      return true
    }
    func trySmaller(_ parts: (Declared.Part) -> Bool) throws -> Bool {
      var isSmaller = false
      for part in Self.parts(smallest.steps) where parts(part) && Date() < end {
        let steps = Self.without(part, smallest.steps)
        if steps != smallest.steps, try tries(steps) { isSmaller = true }
      }
      return isSmaller
    }
    func tryShorter() throws {
      // The last step is the one that fails.
      _ = try Shortening.shortest(smallest.steps, until: end, keeping: 1) { try tries($0) ? smallest.steps : nil }
    }
    _ = try trySmaller { $0.order == 0 }
    try tryShorter()
    while Date() < end, try trySmaller({ _ in true }) { try tryShorter() }
    return smallest
  }

  /// Everything that commits say, the largest things first.
  private static func parts(_ steps: [Step]) -> [Declared.Part] {
    let commits = steps.compactMap { step -> Declared? in
      if case .commit(let declared, _, _) = step { declared } else { nil }
    }
    return Set(commits.flatMap(\.parts)).sorted { ($0.order, "\($0)") < ($1.order, "\($1)") }
  }

  /// The same steps with one thing less in every commit.
  private static func without(_ part: Declared.Part, _ steps: [Step]) -> [Step] {
    steps.map { step in
      guard case .commit(let declared, let author, let approver) = step else { return step }
      return .commit(declared.without(part), author: author, approver: approver)
    }
  }

  /// What a failure prints: what is wrong, and how to do it again.
  var report: String {
    """
    \(violations.map(\.description).joined(separator: "\n"))
    (\(manner))
    \(steps.script(from: Moment()))
    """
  }
}
