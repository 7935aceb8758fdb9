/// What one commit of a history came to when it was planned and applied to a scratch store (`tenure replay`).
public struct ReplayedCommit: Hashable, Sendable {
  public enum Status: String, Sendable, CaseIterable {
    /// Planned and applied, but for organizations with errors.
    case replayed
    /// It left the manifests as they were.
    case unchanged
    /// Its manifests have an error that stops everything.
    case invalid
  }

  /// 40 hexadecimal digits.
  public var id: String
  /// When it was committed.
  public var time: Instant
  public var author: String
  public var authorEmail: String
  /// The first line of its message.
  public var subjectLine: String
  public var status: Status
  /// What was applied, in order, and then what was withheld.
  public var actions: [Action]
  public var blocked: [Refusal]
  /// Errors in its manifests.
  public var errors: [Diagnostic]
  /// Organizations with errors, which were left as they were.
  public var stopped: Set<String>
  /// Organizations that could not be applied, with the reason.
  public var failures: [Failure]

  public struct Failure: Hashable, Sendable {
    public var organization: String
    public var message: String
    public init(organization: String, message: String) { (self.organization, self.message) = (organization, message) }
  }

  public init(
    id: String, time: Instant, author: String, authorEmail: String, subjectLine: String, status: Status,
    actions: [Action] = [], blocked: [Refusal] = [], errors: [Diagnostic] = [], stopped: Set<String> = [],
    failures: [Failure] = []
  ) {
    self.id = id
    self.time = time
    self.author = author
    self.authorEmail = authorEmail
    self.subjectLine = subjectLine
    self.status = status
    self.actions = actions
    self.blocked = blocked
    self.errors = errors
    self.stopped = stopped
    self.failures = failures
  }

  /// As git abbreviates it.
  public var shortID: String { String(id.prefix(7)) }
}
