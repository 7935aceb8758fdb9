/// An instant or none in eight bytes: there are millions of them, and nearly all are none.
public struct PackedInstant: Hashable, Sendable {
  private var milliseconds: Int64

  public init(_ instant: Instant?) { milliseconds = instant?.milliseconds ?? .min }

  public var instant: Instant? { milliseconds == .min ? nil : Instant(milliseconds: milliseconds) }
}
