import Foundation
import Logging
import Model
import Reconciling
import Reports
import Scheduling

/// Does what the schedule says: runs cycles on a thread of their own, sleeps between them, logs a line for each, and
/// stops on a signal.
struct Reconciler {
  enum Message: Sendable {
    case stop
    case finished(CycleReport)
  }

  /// How a run ended.
  enum End {
    /// Nothing is left running.
    case finished
    /// A cycle that has written nothing is still under way, perhaps in a fetch that hangs: the process ends without it.
    case abandoned
  }

  private let cycle: Cycle
  private let log: Logger
  private let mailbox: Mailbox<Message>
  private var schedule: Schedule
  private var count = 0
  private var began = Instant.current
  /// Of the clock that is never set.
  private var startedAt = ContinuousClock.now
  private var skipped: Set<String> = []

  /// A sleep is cut into pieces of so many milliseconds, so that a wall clock that was set is noticed.
  private static let longestSleep: Int64 = 30_000

  init(_ cycle: Cycle, _ settings: Schedule.Settings, mailbox: Mailbox<Message>, log: Logger) {
    (self.cycle, self.log, self.mailbox) = (cycle, log, mailbox)
    schedule = Schedule(settings)
  }

  mutating func run() -> End {
    var action = schedule.handle(.started(now: .current))
    while true {
      switch action {
      case .stop: return .finished
      case .runCycle(let skipping):
        start(skipping)
        action = .wait
      case .sleep(let until):
        let rest = until.milliseconds - Instant.current.milliseconds
        switch mailbox.next(within: min(max(rest, 0), Self.longestSleep)) {
        case .stop: action = schedule.handle(.stopRequested)
        case .finished, nil: action = schedule.handle(.tick(now: .current))
        }
      case .wait:
        switch mailbox.next() {
        case .stop:
          action = schedule.handle(.stopRequested)
          if !cycle.gate.requestStop() { return .abandoned }
        case .finished(let report): action = finish(report)
        case nil: continue
        }
      }
    }
  }

  private mutating func start(_ skipping: Set<String>) {
    count += 1
    (began, startedAt, skipped) = (.current, .now, skipping)
    let (cycle, mailbox) = (cycle, mailbox)
    do {
      try WorkThread.start { mailbox.post(.finished(cycle.run(skipping: skipping))) }
    } catch {
      var report = CycleReport()
      report.failure = "\(error); \(error.hint)"
      mailbox.post(.finished(report))
    }
  }

  private mutating func finish(_ report: CycleReport) -> Schedule.Action {
    let now = Instant.current
    let event: Schedule.Event =
      report.failure.map { .fetchFailed(now: now, message: $0) } ?? .cycleFinished(now: now, results: report.results)
    let action = schedule.handle(event, random: { Double.random(in: 0..<1) })
    var metadata = report.metadata
    metadata["cycle"] = .stringConvertible(count)
    metadata["mode"] = .string(cycle.mode.rawValue)
    metadata["durationMilliseconds"] = .stringConvertible(now.milliseconds - began.milliseconds)
    metadata["durationMicroseconds"] = .stringConvertible(Int64(startedAt.duration(to: .now) / .microseconds(1)))
    metadata["skipped"] = .array(skipped.sorted().map { .string($0) })
    switch action {
    case .sleep(let until): metadata["next"] = .string(until.description)
    case .runCycle: metadata["next"] = .string(now.description)
    case .wait, .stop: break
    }
    log.log(level: report.level, report.message, metadata: metadata)
    return action
  }
}
