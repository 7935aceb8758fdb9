import Model

/// Which freeze windows are open: wall clocks and their zones are not planning's to know.
public struct FreezeCalendar: Sendable {
  private let openUntil: @Sendable (Policy.FreezeWindow, Instant) -> Instant?

  /// - Parameter openUntil: until when the window is open at the instant; nil: it is not.
  public init(openUntil: @escaping @Sendable (Policy.FreezeWindow, Instant) -> Instant?) { self.openUntil = openUntil }

  /// No window is ever open.
  public static let none = FreezeCalendar { _, _ in nil }

  /// The latest end of the windows that are open; nil: none is.
  func end(of setting: Policy.RuleSetting, at now: Instant) -> Instant? {
    guard case .windows(let windows) = setting else { return nil }
    return windows.compactMap { openUntil($0, now) }.max()
  }
}
