import ArgumentParser
import Glibc
import Model

/// The instant that a command takes for now.
struct ClockOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Take this RFC 3339 instant for now: for tests and previews.", valueName: "instant"))
  var now: String?

  func instant() throws -> Instant {
    guard let now else { return Instant.current }
    guard let instant = Instant(rfc3339: now) ?? Instant(day: now) else {
      throw Failure(.usage, "--now '\(now)' is no instant", hint: "write it as 2027-01-31T12:00:00Z")
    }
    return instant
  }
}

extension Instant {
  /// The wall clock: read here and nowhere below.
  static var current: Instant {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }
}
