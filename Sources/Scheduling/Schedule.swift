import Model

/// When `tenure run` reconciles: a state machine without clock, thread or randomness of its own. The owner hands it
/// events, does what the returned action says, and comes back with the next event.
///
/// | state | event | action | next state |
/// |---|---|---|---|
/// | new | `started` | `runCycle` | running |
/// | new, idle | `stopRequested` | `stop` | stopped |
/// | idle | `tick` before the next cycle is due | `sleep` | idle |
/// | idle | `tick` when it is due, or later | `runCycle` without organizations that back off | running |
/// | running | `tick` | `wait`: cycles never overlap | running |
/// | running | `stopRequested` | `wait`; ``shouldContinue`` turns false | stopping |
/// | running | `cycleFinished`, `fetchFailed` | `sleep`, or `runCycle` where the next is due already | idle, running |
/// | stopping | `cycleFinished`, `fetchFailed` | `stop` | stopped |
/// | stopped | anything | `stop` | stopped |
///
/// An event that a state does not expect changes nothing and repeats what is going on. Missed cycles are not made up.
public struct Schedule: Sendable {
  /// What happened.
  public enum Event: Hashable, Sendable {
    case started(now: Instant)
    /// A sleep is over, or was cut short.
    case tick(now: Instant)
    /// The cycle ran; the results of the organizations that it reached, by name.
    case cycleFinished(now: Instant, results: [String: Result])
    /// The cycle ended before any organization: the repository (or the store) could not be read.
    case fetchFailed(now: Instant, message: String)
    /// SIGTERM or SIGINT.
    case stopRequested
  }

  /// How one organization's part of a cycle went. Refusals and invalid manifests are results, not failures.
  public enum Result: Hashable, Sendable {
    case ok
    case failed(String)
  }

  /// What to do now.
  public enum Action: Hashable, Sendable {
    /// Fetch and reconcile all organizations but these, whose backoff is not over.
    case runCycle(skipping: Set<String>)
    /// Send `tick` at this instant.
    case sleep(until: Instant)
    /// A cycle is running: the next event is its end.
    case wait
    case stop
  }

  private enum State: Hashable, Sendable {
    case new
    /// `since` is when the sleep began.
    case idle(since: Instant, due: Instant)
    case running(start: Instant, skipped: Set<String>)
    case stopping(start: Instant)
    case stopped
  }

  /// As given at the start.
  public let settings: Settings
  private var state = State.new
  /// Organizations that failed last time they ran.
  public private(set) var failing: [String: Backoff] = [:]
  /// The fetch, if it failed last time.
  public private(set) var failingFetch: Backoff?

  public init(_ settings: Settings) { self.settings = settings }

  /// False once a stop was requested: a running cycle asks it between two organizations, so that the one at hand is
  /// finished and no other begun.
  public var shouldContinue: Bool {
    switch state {
    case .new, .idle, .running: true
    case .stopping, .stopped: false
    }
  }

  /// Takes in one event. `random` gives a number from 0 up to 1 for each sleep: the share of the jitter to use.
  public mutating func handle(_ event: Event, random: () -> Double = { 0 }) -> Action {
    switch (state, event) {
    case (.stopped, _): return .stop
    case (.new, .started(let now)): return run(now)
    case (.new, .stopRequested), (.idle, .stopRequested):
      state = .stopped
      return .stop
    case (.new, _): return .wait
    case (.idle(let since, let due), .tick(let now)):
      if now >= due { return run(now) }
      // A wall clock that was set back must not make the reconciler sleep for as long as the correction.
      return now >= since ? .sleep(until: due) : idle(now, milliseconds: due.milliseconds - since.milliseconds)
    case (.idle(_, let due), _): return .sleep(until: due)
    case (.running(let start, _), .stopRequested):
      state = .stopping(start: start)
      return .wait
    case (.running(let start, let skipped), .cycleFinished(let now, let results)):
      record(results, start: start, skipped: skipped)
      return sleep(from: start, delay: settings.interval, now: now, random)
    case (.running(let start, _), .fetchFailed(let now, let message)):
      let backoff = Backoff.after(failingFetch, failedWith: message, start: start, settings: settings)
      failingFetch = backoff
      return sleep(from: start, delay: settings.delay(afterFailures: backoff.failures), now: now, random)
    case (.stopping, .cycleFinished), (.stopping, .fetchFailed):
      state = .stopped
      return .stop
    case (.running, .tick), (.running, .started), (.stopping, _): return .wait
    }
  }

  private mutating func run(_ now: Instant) -> Action {
    let skipped = Set(failing.filter { $0.value.retryAt > now && $0.value.retryAt <= latest(from: now) }.keys)
    state = .running(start: now, skipped: skipped)
    return .runCycle(skipping: skipped)
  }

  private mutating func record(_ results: [String: Result], start: Instant, skipped: Set<String>) {
    failingFetch = nil
    // An organization that neither ran nor was skipped is gone from the manifests, and its failures with it.
    var kept = failing.filter { skipped.contains($0.key) }
    for (name, result) in results {
      switch result {
      case .ok: kept[name] = nil
      case .failed(let message):
        kept[name] = .after(failing[name], failedWith: message, start: start, settings: settings)
      }
    }
    failing = kept
  }

  private mutating func sleep(from start: Instant, delay: Int64, now: Instant, _ random: () -> Double) -> Action {
    let share = min(max(random(), 0), 1)
    let jitter = Int64(Double(settings.interval) * settings.jitter * share)
    let due = start.advanced(byMilliseconds: delay + jitter)
    // The clock may have been set back while the cycle ran.
    return due <= now ? run(now) : idle(now, milliseconds: due.milliseconds - max(now, start).milliseconds)
  }

  private mutating func idle(_ now: Instant, milliseconds: Int64) -> Action {
    let due = now.advanced(byMilliseconds: milliseconds)
    state = .idle(since: now, due: due)
    return .sleep(until: due)
  }

  /// No backoff ends later than this, unless the clock was set back since.
  private func latest(from now: Instant) -> Instant {
    let longest = max(settings.interval, settings.longestBackoff)
    return now.advanced(byMilliseconds: longest + Int64(Double(settings.interval) * settings.jitter))
  }
}
