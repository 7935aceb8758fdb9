import Model
import Scheduling
import Testing

/// Seconds after an arbitrary beginning.
private func at(_ seconds: Int64) -> Instant { Instant(seconds: 1_800_000_000 + seconds) }

private func schedule(interval: Int64 = 30, cap: Int64 = 3600, jitter: Double = 0) -> Schedule {
  Schedule(.init(intervalSeconds: interval, longestBackoffSeconds: cap, jitter: jitter))
}

struct Row: CustomTestStringConvertible, Sendable {
  let name: String
  let steps: [(Schedule.Event, Schedule.Action)]
  var testDescription: String { name }
  init(_ name: String, _ steps: [(Schedule.Event, Schedule.Action)]) { (self.name, self.steps) = (name, steps) }
}

private let run = Schedule.Action.runCycle(skipping: [])

private let rows = [
  Row(
    "the interval counts from the start of a cycle",
    [
      (.started(now: at(0)), run), (.cycleFinished(now: at(4), results: [:]), .sleep(until: at(30))),
      (.tick(now: at(30)), run), (.cycleFinished(now: at(31), results: [:]), .sleep(until: at(60))),
    ]),
  Row(
    "an early tick sleeps on",
    [
      (.started(now: at(0)), run), (.cycleFinished(now: at(1), results: [:]), .sleep(until: at(30))),
      (.tick(now: at(29)), .sleep(until: at(30))), (.tick(now: at(30)), run),
    ]),
  Row(
    "a cycle longer than the interval starts the next at once, and once only",
    [
      (.started(now: at(0)), run), (.cycleFinished(now: at(100), results: [:]), run),
      (.cycleFinished(now: at(101), results: [:]), .sleep(until: at(130))),
    ]),
  Row(
    "cycles never overlap",
    [
      (.started(now: at(0)), run), (.tick(now: at(30)), .wait), (.started(now: at(31)), .wait),
      (.cycleFinished(now: at(32), results: [:]), run),
    ]),
  Row(
    "a late tick runs and is not made up for",
    [
      (.started(now: at(0)), run), (.cycleFinished(now: at(1), results: [:]), .sleep(until: at(30))),
      (.tick(now: at(300)), run), (.cycleFinished(now: at(301), results: [:]), .sleep(until: at(330))),
    ]),
  Row(
    "stop while idle",
    [
      (.started(now: at(0)), run), (.cycleFinished(now: at(1), results: [:]), .sleep(until: at(30))),
      (.stopRequested, .stop), (.tick(now: at(30)), .stop),
    ]),
  Row("stop before the start", [(.stopRequested, .stop), (.started(now: at(0)), .stop)]),
  Row(
    "stop while running ends with the cycle",
    [
      (.started(now: at(0)), run), (.stopRequested, .wait), (.stopRequested, .wait), (.tick(now: at(30)), .wait),
      (.cycleFinished(now: at(40), results: [:]), .stop),
    ]),
  Row(
    "stop during a failing fetch",
    [
      (.started(now: at(0)), run), (.stopRequested, .wait), (.fetchFailed(now: at(2), message: "down"), .stop),
    ]),
  Row(
    "a failing fetch backs off, and success resets it",
    [
      (.started(now: at(0)), run), (.fetchFailed(now: at(1), message: "down"), .sleep(until: at(30))),
      (.tick(now: at(30)), run), (.fetchFailed(now: at(31), message: "down"), .sleep(until: at(90))),
      (.tick(now: at(90)), run), (.fetchFailed(now: at(91), message: "down"), .sleep(until: at(210))),
      (.tick(now: at(210)), run), (.cycleFinished(now: at(211), results: [:]), .sleep(until: at(240))),
      (.tick(now: at(240)), run), (.fetchFailed(now: at(241), message: "down"), .sleep(until: at(270))),
    ]),
  Row(
    "one failing organization backs off alone",
    [
      (.started(now: at(0)), run),
      (.cycleFinished(now: at(1), results: ["acme": .failed("x"), "beta": .ok]), .sleep(until: at(30))),
      (.tick(now: at(30)), run),
      (.cycleFinished(now: at(31), results: ["acme": .failed("x"), "beta": .ok]), .sleep(until: at(60))),
      (.tick(now: at(60)), .runCycle(skipping: ["acme"])),
      (.cycleFinished(now: at(61), results: ["beta": .ok]), .sleep(until: at(90))),
      (.tick(now: at(90)), run),
      (.cycleFinished(now: at(91), results: ["acme": .ok, "beta": .ok]), .sleep(until: at(120))),
      (.tick(now: at(120)), run),
      (.cycleFinished(now: at(121), results: ["acme": .failed("x")]), .sleep(until: at(150))),
      (.tick(now: at(150)), run),
    ]),
  Row(
    "a clock set back by a day does not stop the reconciler for a day",
    [
      (.started(now: at(0)), run), (.cycleFinished(now: at(1), results: [:]), .sleep(until: at(30))),
      (.tick(now: at(-86_400)), .sleep(until: at(-86_400 + 29))), (.tick(now: at(-86_400 + 29)), run),
    ]),
  Row(
    "events before the start change nothing",
    [
      (.tick(now: at(0)), .wait), (.cycleFinished(now: at(0), results: [:]), .wait), (.started(now: at(1)), run),
    ]),
  Row(
    "an unexpected end while idle changes nothing",
    [
      (.started(now: at(0)), run), (.cycleFinished(now: at(1), results: [:]), .sleep(until: at(30))),
      (.cycleFinished(now: at(2), results: ["acme": .failed("x")]), .sleep(until: at(30))),
      (.fetchFailed(now: at(2), message: "x"), .sleep(until: at(30))), (.started(now: at(3)), .sleep(until: at(30))),
    ]),
]

@Suite struct ScheduleTests {
  @Test(arguments: rows) func transitions(_ row: Row) {
    var schedule = schedule()
    for (i, (event, action)) in row.steps.enumerated() {
      #expect(schedule.handle(event) == action, "step \(i): \(event)")
    }
  }

  @Test(arguments: [(0.0, 30), (0.5, 33), (1.0, 36), (7.0, 36), (-1.0, 30)] as [(Double, Int64)])
  func jitterIsAddedToTheInterval(share: Double, due: Int64) {
    var schedule = schedule(jitter: 0.2)
    #expect(schedule.handle(.started(now: at(0))) == run)
    #expect(schedule.handle(.cycleFinished(now: at(1), results: [:])) { share } == .sleep(until: at(due)))
  }

  @Test func backoffDoublesUpToTheCap() {
    var schedule = schedule(interval: 600)
    var now: Int64 = 0
    _ = schedule.handle(.started(now: at(0)))
    var waits: [Int64] = []
    for _ in 0..<6 {
      guard case .sleep(let until) = schedule.handle(.fetchFailed(now: at(now), message: "down")) else { break }
      let next = (until.milliseconds - at(0).milliseconds) / 1000
      waits.append(next - now)
      now = next
      #expect(schedule.handle(.tick(now: until)) == run)
    }
    #expect(waits == [600, 1200, 2400, 3600, 3600, 3600])
    #expect(schedule.failingFetch?.failures == 6)
  }

  @Test func aCapBelowTheIntervalDoesNotShortenIt() {
    var schedule = schedule(interval: 7200, cap: 3600)
    _ = schedule.handle(.started(now: at(0)))
    #expect(schedule.handle(.fetchFailed(now: at(1), message: "down")) == .sleep(until: at(7200)))
  }

  @Test func anOrganizationThatIsGoneForgetsItsFailures() {
    var schedule = schedule()
    _ = schedule.handle(.started(now: at(0)))
    _ = schedule.handle(.cycleFinished(now: at(1), results: ["acme": .failed("x")]))
    #expect(schedule.failing["acme"] == Backoff(failures: 1, retryAt: at(30), message: "x"))
    _ = schedule.handle(.tick(now: at(30)))
    _ = schedule.handle(.cycleFinished(now: at(31), results: [:]))
    #expect(schedule.failing.isEmpty)
  }

  @Test func aRunningCycleLearnsOfTheStop() {
    var schedule = schedule()
    _ = schedule.handle(.started(now: at(0)))
    #expect(schedule.shouldContinue)
    _ = schedule.handle(.stopRequested)
    #expect(!schedule.shouldContinue)
  }

  @Test func extremeSettingsDoNotOverflow() {
    var schedule = schedule(interval: .max, cap: .max, jitter: 1)
    _ = schedule.handle(.started(now: at(0)))
    for _ in 0..<100 {
      guard case .sleep(let until) = schedule.handle(.fetchFailed(now: at(1), message: "x"), random: { 1 }) else {
        return
      }
      _ = schedule.handle(.tick(now: until))
    }
  }
}
