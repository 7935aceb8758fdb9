import Model

/// How often something failed in a row, and from when on it is tried again.
///
/// | failures in a row | next try, from the start of the cycle that failed |
/// |---|---|
/// | 1 | 1 × interval: the next cycle |
/// | 2 | 2 × interval |
/// | n | 2^(n-1) × interval, never more than the cap, never less than the interval |
public struct Backoff: Hashable, Sendable {
  public var failures: Int
  public var retryAt: Instant
  /// What the last failure said.
  public var message: String

  public init(failures: Int, retryAt: Instant, message: String) {
    (self.failures, self.retryAt, self.message) = (failures, retryAt, message)
  }

  /// The record after one more failure in the cycle that began at `start`.
  static func after(_ earlier: Backoff?, failedWith message: String, start: Instant, settings: Schedule.Settings)
    -> Backoff
  {
    let failures = (earlier?.failures ?? 0) + 1
    return Backoff(
      failures: failures, retryAt: start.advanced(byMilliseconds: settings.delay(afterFailures: failures)),
      message: message)
  }
}

extension Schedule {
  /// What stays the same over the life of a schedule.
  public struct Settings: Hashable, Sendable {
    /// From the start of one cycle to the start of the next, in milliseconds; at least 1.
    public var interval: Int64
    /// The longest backoff, in milliseconds.
    public var longestBackoff: Int64
    /// The most that is added to a sleep, as a fraction of the interval: 0 is none, 0.1 up to a tenth. It keeps many
    /// reconcilers that were started together from asking the same server at the same moment.
    public var jitter: Double

    public init(intervalSeconds: Int64, longestBackoffSeconds: Int64 = 3600, jitter: Double = 0.1) {
      interval = Settings.milliseconds(max(1, intervalSeconds))
      longestBackoff = Settings.milliseconds(max(0, longestBackoffSeconds))
      self.jitter = min(max(jitter, 0), 1)
    }

    /// A century bounds what a flag may say, so that no sum with an instant overflows.
    private static func milliseconds(_ seconds: Int64) -> Int64 { min(seconds, 100 * 366 * 86_400) * 1000 }

    func delay(afterFailures failures: Int) -> Int64 {
      var delay = interval
      for _ in 1..<max(1, failures) where delay < longestBackoff { delay *= 2 }
      return max(interval, min(delay, longestBackoff))
    }
  }
}
