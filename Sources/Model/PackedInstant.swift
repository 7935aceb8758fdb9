/// An instant or none in eight bytes: there are millions of them, and nearly all are none.
struct PackedInstant: Hashable, Sendable {
  private var milliseconds: Int64

  init(_ instant: Instant?) { milliseconds = instant?.milliseconds ?? .min }

  var instant: Instant? { milliseconds == .min ? nil : Instant(milliseconds: milliseconds) }
}
