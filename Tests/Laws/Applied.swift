import Model

/// A commit of a history, and who answers for it.
struct Authored: Hashable {
  var declared: Declared
  var author: String
  var approver: String?
}

/// One apply with all that the laws look at.
struct Applied {
  var options: Step.Applying
  /// Commits until now, oldest first; the last one was applied.
  var commits: [Authored]
  /// Positions in `commits` that were applied as a whole before, oldest first.
  var earlier: [Int]
  var now: Instant
  var plan: Plan
  var before: Stored
  var after: Stored
  /// What the same invocation would do once more.
  var again: Plan
  /// What a full plan without any options says.
  var next: Plan

  var declared: Declared { commits[commits.count - 1].declared }
}

/// Emails by account id: all that it ever had.
struct EmailBook {
  private var emails: [Int64: Set<String>] = [:]
  private var ids: [String: Set<Int64>] = [:]

  mutating func note(_ stored: Stored) {
    for (id, person) in stored.people {
      emails[id, default: []].insert(person.email.lowercased())
      ids[person.email.lowercased(), default: []].insert(id)
    }
  }

  func emails(of account: Int64) -> Set<String> { emails[account] ?? [] }

  /// Whether each of the account's emails was only ever its own.
  func isCertain(_ account: Int64) -> Bool { emails(of: account).allSatisfy { ids[$0]?.count == 1 } }
}
