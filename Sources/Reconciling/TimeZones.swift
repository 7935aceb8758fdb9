import Foundation
import Model
import Planning

/// The time zones that this machine knows.
public struct TimeZones: Sendable {
  public init() {}

  /// Seconds east of UTC in the zone with this IANA name, such as `Europe/Berlin`.
  /// - Throws: ``UnknownTimeZone`` where this machine has no such zone.
  public func offset(of name: String, at instant: Instant) throws -> Int { try offsets(of: name)(instant) }

  /// A calendar for the freeze windows of these policies.
  /// - Throws: ``UnknownTimeZone`` for the first window, in the order of zone names, whose zone this machine does not
  ///   know: a window that nobody can read must not let anything pass.
  public func calendar(for policies: some Sequence<Policy>) throws -> FreezeCalendar {
    var names: Set<String> = []
    for policy in policies {
      guard case .windows(let windows) = policy.setting(.freezeWindow) else { continue }
      names.formUnion(windows.map(\.timeZone))
    }
    var zones: [String: @Sendable (Instant) -> Int] = [:]
    for name in names.sorted() { zones[name] = try offsets(of: name) }
    return FreezeCalendar(zones: zones)
  }

  private func offsets(of name: String) throws -> @Sendable (Instant) -> Int {
    guard let zone = TimeZone(identifier: name) else { throw UnknownTimeZone(name: name) }
    return { instant in zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant.milliseconds) / 1000)) }
  }
}

/// A freeze window in a time zone of which this machine knows nothing: nothing can be planned under such a policy.
public struct UnknownTimeZone: Error, Hashable, Sendable, CustomStringConvertible {
  public var name: String
  public var hint: String {
    "correct the window's timeZone; where the name is right, install the time zone data (on Debian the package tzdata)"
  }
  public var description: String { "this machine does not know the time zone '\(name)' of a freeze window" }
}
