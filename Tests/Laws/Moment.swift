import Model

/// An instant of a history, in seconds.
struct Moment: Hashable {
  var instant = Instant(seconds: 1_800_000_000)
  var text: String { instant.description }
  func later(_ seconds: Int64) -> Moment { Moment(instant: instant.advanced(bySeconds: seconds)) }
}
