/// What a pipeline says of a commit (SPEC section 6, «`identity: attested`»).
public struct Attestation: Hashable, Sendable {
  /// Emails of those who made the change: once there is one, no other is taken.
  public var actors: [String]
  /// Caseless emails of those who approved it; sorted.
  public var approvers: [String]

  public init(actors: [String], approvers: [String]) { (self.actors, self.approvers) = (actors, approvers) }

  /// With what an invocation says too.
  public func adding(_ other: Attestation) -> Attestation {
    Attestation(
      actors: actors.isEmpty ? other.actors : actors, approvers: Set(approvers + other.approvers).sorted())
  }
}
