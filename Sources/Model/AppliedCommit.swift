/// What the last apply of a tenant left behind.
public struct AppliedCommit: Hashable, Sendable {
  /// 40 hexadecimal digits.
  public var commit: String
  public var time: Instant
  /// What was declared and not withheld, entry by entry (format: `Planning/BaselineCoding.swift`).
  /// Nil: not read.
  public var baseline: [UInt8]?
  /// Names a text in ``ActualState/policies``.
  public var policyDigest: String
  /// How many entries the baseline holds back from an older commit.
  public var withheld: Int
  /// Another one whenever the baseline is; 0 where the store does not know it.
  public var revision: Int64 = 0

  public init(commit: String, time: Instant, baseline: [UInt8]?, policyDigest: String, withheld: Int) {
    self.commit = commit
    self.time = time
    self.baseline = baseline
    self.policyDigest = policyDigest
    self.withheld = withheld
  }

  /// The baseline, which must have been read: a plan made as if there were none would be another plan.
  public var bytes: [UInt8] {
    guard let baseline else { preconditionFailure("the baseline of a tenant that differs was not read") }
    return baseline
  }
}
