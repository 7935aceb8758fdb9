import Model
import Store

/// Audit entries about one person, under each email for the time in which it was theirs: history follows the person, not
/// whoever has the email before or after.
public struct SubjectTrail {
  /// When an email was the person's: the sequences of its first and last entry.
  struct Span: Hashable {
    var email: String
    var entries: ClosedRange<Int64>
  }

  private let store: any StoreReader

  public init(_ store: any StoreReader) { self.store = store }

  /// In order of their sequence. `subject` is an email, present or former, or else an API key's name.
  public func entries(about subject: String, since: Instant?) throws -> [AuditEntry] {
    guard Email.isValid(subject) else { return try store.audit(since: since, subject: subject) }
    return try spans(of: subject).flatMap { span in
      try store.audit(since: since, subject: span.email).filter { span.entries.contains($0.sequence) }
    }.sorted { $0.sequence < $1.sequence }
  }

  func spans(of subject: String) throws -> [Span] {
    let changes = try store.accountChanges().compactMap(Change.init)
    let subject = subject.emailKey
    let hasAccount = try store.account(email: subject) != nil
    var email = subject
    // Who had the email last may have made and ended an account of their own with it.
    if !hasAccount, changes.last(where: { $0.concerns(subject) }).map({ $0.old == subject }) ?? true {
      let moved = try store.formerEmails().last { $0.email == subject }
      email = moved?.present.emailKey ?? last(subject, changes)
    }
    let exists = try store.account(email: email) != nil
    var spans: [Span] = []
    var (end, isOwnEnd) = (Int64.max, !exists)
    for change in changes.reversed() where change.sequence <= end && change.concerns(email) {
      guard let old = change.old, change.email == email else {
        // The account's own deletion belongs to its history; what came before any other ending is somebody else's.
        if isOwnEnd, change.email == email {
          isOwnEnd = false
          continue
        }
        return spans + [Span(email: email, entries: min(change.sequence + 1, end)...end)]
      }
      isOwnEnd = false
      spans.append(Span(email: email, entries: change.sequence...end))
      (email, end) = (old, change.sequence - 1)
    }
    return spans + [Span(email: email, entries: 0...max(end, 0))]
  }

  /// Where an email that nobody has now went last, by the log alone.
  private func last(_ email: String, _ changes: [Change]) -> String {
    guard let first = changes.last(where: { $0.concerns(email) }), first.old == email else { return email }
    var (email, since) = (first.email, first.sequence)
    while let next = changes.first(where: { $0.sequence > since && $0.old == email }) {
      (email, since) = (next.email, next.sequence)
    }
    return email
  }

  /// An account that got another email, or ended.
  private struct Change {
    var sequence: Int64
    var email: String
    /// Nil: it ended.
    var old: String?

    init?(_ entry: AuditEntry) {
      guard let email = entry.record.subject?.emailKey else { return nil }
      (sequence, self.email) = (entry.sequence, email)
      guard entry.record.action == Action.Kind.moveAccount.rawValue else { return }
      guard let old = entry.record.before?.text("email")?.emailKey, old != email else { return nil }
      self.old = old
    }

    func concerns(_ email: String) -> Bool { self.email == email || old == email }
  }
}
