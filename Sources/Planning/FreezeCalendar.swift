import Model

/// When freeze windows are open: whatever clock and time zones that takes is in the value.
///
/// A window opens at every wall-clock minute that its `cron` names in its time zone, and stays open for `duration`. A
/// minute that daylight saving skips opens at the jump, one that it repeats opens twice.
public struct FreezeCalendar: Sendable {
  /// Seconds east of UTC at an instant, by IANA name.
  private let zones: [String: @Sendable (Instant) -> Int]

  /// `UTC` and `GMT` are known without saying.
  public init(zones: [String: @Sendable (Instant) -> Int] = [:]) {
    self.zones = zones.merging(["UTC": { _ in 0 }, "GMT": { _ in 0 }]) { given, _ in given }
  }

  /// The end of the opening that `instant` is in; nil where the window is closed.
  ///
  /// Where openings follow each other without a gap it is the end of the last one, looked for about a year ahead.
  /// - Returns: the last instant there is for a window that cannot be read and for a zone that is not in the calendar:
  ///   what nobody can tell must not be an open gate.
  public func openUntil(_ window: Policy.FreezeWindow, at instant: Instant) -> Instant? {
    guard let zone = zones[window.timeZone], case .success(let schedule) = CronSchedule.parse(window.cron) else {
      return FreezeCalendar.always
    }
    return FreezeOpenings(schedule: schedule, duration: window.duration, offset: zone).end(at: instant)
  }

  /// The open window that ends last, of a policy's windows.
  public func openUntil(_ windows: [Policy.FreezeWindow], at instant: Instant) -> (Policy.FreezeWindow, Instant)? {
    windows.compactMap { window in openUntil(window, at: instant).map { (window, $0) } }.max { $0.1 < $1.1 }
  }

  /// The same of a rule's setting.
  func end(of setting: Policy.RuleSetting, at now: Instant) -> Instant? {
    guard case .windows(let windows) = setting else { return nil }
    return openUntil(windows, at: now)?.1
  }

  private static let always = Instant(seconds: 253_402_300_799)
}

/// The openings of one window.
private struct FreezeOpenings {
  let schedule: CronSchedule
  /// Seconds.
  let duration: Int64
  let offset: (Instant) -> Int

  /// How far ahead an end is followed: windows that never close need a limit.
  private static let horizon: Int64 = 366 * 86_400
  private static let longestChain = 400

  func end(at instant: Instant) -> Instant? {
    guard var end = end(ofLatestUpTo: instant.wholeSeconds), instant < Instant(seconds: end) else {
      return nil
    }
    let horizon = instant.advanced(bySeconds: FreezeOpenings.horizon)
    for _ in 0..<FreezeOpenings.longestChain where Instant(seconds: end) < horizon {
      guard let next = self.end(ofLatestUpTo: end), next > end else { break }
      end = next
    }
    return Instant(seconds: end)
  }

  /// The end of the latest opening that is not after `second` and not over long before it.
  private func end(ofLatestUpTo second: Int64) -> Int64? {
    let earliest = second - duration
    var high = second
    while true {
      let low = max(earliest, high - 86_400)
      if let opening = latest(from: low, to: high) { return opening + duration }
      if low <= earliest { return nil }
      high = low
    }
  }

  /// The latest opening between two instants at most a day apart, both included: the zone's offset changes at most once
  /// between them.
  private func latest(from low: Int64, to high: Int64) -> Int64? {
    let (before, after) = (east(low), east(high))
    guard before != after else { return latest(from: low, to: high, east: after) }
    let jump = firstSecond(from: low, to: high, east: after)
    if let opening = latest(from: jump, to: high, east: after) { return opening }
    if after > before, schedule.latest(from: jump + before, to: jump + after - 1) != nil { return jump }
    return latest(from: low, to: jump - 1, east: before)
  }

  private func latest(from low: Int64, to high: Int64, east: Int64) -> Int64? {
    schedule.latest(from: low + east, to: high + east).map { $0 - east }
  }

  /// The first second of the new offset, by halving.
  private func firstSecond(from low: Int64, to high: Int64, east offset: Int64) -> Int64 {
    var (old, new) = (low, high)
    while new - old > 1 {
      let middle = old + (new - old) / 2
      if east(middle) == offset { new = middle } else { old = middle }
    }
    return new
  }

  private func east(_ second: Int64) -> Int64 { Int64(offset(Instant(seconds: second))) }
}
