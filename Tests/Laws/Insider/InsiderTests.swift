// An insider plays against the company. `mallory` is a plain member who gets whatever commits she likes onto `main`; `eve`
// is her accomplice, in no organization. `ada` (owner of record) and `bob` are super-admins: they work, mend, merge,
// review, and give things by hand. Pipelines apply, and name honestly who made the newest change; some never run, some
// have shallow clones; schedules run in between, and the clock moves.
//
//   InsiderDriver     who does what next (``Move``), in edits (``Edit``) that make sense whatever is there
//   InsiderLife       lives it: a ``Graph`` of commits, the ``Engine`` of the laws
//   InsiderOracle     knows who gave or approved what (``Gift``), and asks after each apply and command:
//
//   * nobody watched holds a role, a longer one, a protection or an ownership that no one with the right gave
//   * the policy in force is one that somebody with the right made, and no command of theirs is let pass
//   * every account keeps its email
//   * where actors are asked, nobody else loses anything
//
// Watched is mallory; where `actor-allowed` is on, eve too (else whoever may commit may let others in).

import Foundation
import Testing

@Suite struct InsiderTests {
  private static let rounds = Asked.isAsked ? Asked.rounds : 20

  private func live(_ setting: InsiderLife.Setting, round: Int) throws {
    let seed = Asked.seed &+ UInt64(round)
    let history = try InsiderHistory.random(setting, seed: seed, moves: Asked.steps)
    guard !history.violations.isEmpty else { return }
    print("TENURE_SEED=\(seed) \(setting): \(history.violations)")
    let shrunk = try history.shrunk()
    Issue.record("TENURE_SEED=\(seed) TENURE_ROUNDS=1 TENURE_STEPS=\(history.moves.count)\n\(try shrunk.report())")
  }

  private static func admission(_ round: Int) -> String { round % 4 == 3 ? "invite" : "direct" }

  @Test(arguments: 0..<rounds)
  func `an insider gains nothing where commits are believed`(_ round: Int) throws {
    try live(
      .init(isAttested: false, asksActors: false, admission: Self.admission(round), hasMemory: round % 2 == 1),
      round: round)
  }

  @Test(arguments: 0..<rounds)
  func `an insider and whomever they name gain nothing where pipelines are believed and actors asked`(_ round: Int)
    throws
  {
    try live(
      .init(isAttested: true, asksActors: true, admission: Self.admission(round), hasMemory: round % 2 == 1),
      round: round)
  }

  @Test(arguments: 0..<max(1, rounds / 4))
  func `an insider and whomever they name gain nothing where commits are believed and actors asked`(_ round: Int)
    throws
  {
    try live(.init(isAttested: false, asksActors: true, admission: Self.admission(round)), round: round)
  }
}

/// A history with an insider that was lived, up to the first thing that does not hold.
struct InsiderHistory {
  var setting: InsiderLife.Setting
  var moves: [Move]
  var violations: [Violation]
  var counts: [String: Int] = [:]

  static func random(_ setting: InsiderLife.Setting, seed: UInt64, moves count: Int) throws -> InsiderHistory {
    var driver = InsiderDriver(setting, seed: seed)
    let life = try InsiderLife(setting)
    var next = InsiderDriver.beginning(setting)
    var violations: [Violation] = []
    let end = next.count + count
    while life.moves.count < end, violations.isEmpty, !life.oracle.isOver {
      while next.isEmpty { next = driver.next(life) }
      violations = live(next.removeFirst(), life)
    }
    return InsiderHistory(setting: setting, moves: life.moves, violations: violations, counts: life.counts)
  }

  private static func live(_ move: Move, _ life: InsiderLife) -> [Violation] {
    do {
      return try life.live(move)
    } catch {
      return [Violation(.appliesEnd, "an error", "\(error)")]
    }
  }

  private static func replay(_ moves: [Move], _ setting: InsiderLife.Setting) throws -> InsiderHistory {
    let life = try InsiderLife(setting)
    for move in moves {
      let violations = live(move, life)
      if !violations.isEmpty { return InsiderHistory(setting: setting, moves: life.moves, violations: violations) }
    }
    return InsiderHistory(setting: setting, moves: moves, violations: [])
  }

  /// The shortest history found that fails in the same way: moves, then edits, are left out as long as it still does.
  func shrunk(seconds: Double = Asked.patience) throws -> InsiderHistory {
    guard let sought = violations.first else { return self }
    let end = Date(timeIntervalSinceNow: seconds)
    var smallest = self
    func failing(_ moves: [Move]) throws -> [Move]? {
      let history = try Self.replay(moves, setting)
      guard let same = history.violations.first(where: { $0.kind == sought.kind }) else { return nil }
      smallest = InsiderHistory(setting: setting, moves: history.moves, violations: [same])
      return history.moves
    }
    var size = Int.max
    while smallest.size < size, Date() < end {
      size = smallest.size
      let beginning = InsiderDriver.beginning(setting)
      _ = try Shortening.shortest(Array(smallest.moves.dropFirst(beginning.count)), until: end, keeping: 1) { moves in
        try failing(beginning + moves).map { Array($0.dropFirst(beginning.count)) }
      }
      for place in smallest.moves.indices.dropFirst(beginning.count) where place < smallest.moves.count {
        guard case .commit(let edits, let authors, let branch, let approver) = smallest.moves[place] else { continue }
        _ = try Shortening.shortest(edits, until: end) { fewer in
          var moves = smallest.moves
          moves[place] = .commit(fewer, by: authors, on: branch, approver: approver)
          return try failing(moves).map { _ in fewer }
        }
      }
    }
    return smallest
  }

  private var size: Int {
    moves.reduce(0) { sum, move in
      if case .commit(let edits, _, _, _) = move { sum + 1 + edits.count } else { sum + 1 }
    }
  }

  /// What a failure prints: what is wrong, and how to do it again.
  func report() throws -> String {
    """
    \(violations.map(\.description).joined(separator: "\n"))
    (\(setting))
    \(try moves.script(setting))
    """
  }
}
