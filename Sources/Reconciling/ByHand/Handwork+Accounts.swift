import Manifests
import Model
import Planning
import Store

/// What an account begins, stops and goes on with.
extension Handwork {
  /// A new account, and the invitations that wait for it.
  public struct SignUp: Hashable, Sendable {
    public var outcome: Outcome
    public var waiting: [InvitationRow]
  }

  /// Makes the account with the workspace that the policy's `signUp` gives it.
  public func signUp(_ email: String, displayName: String?) throws -> SignUp {
    try store.transaction { transaction in
      if let known = try transaction.account(email: email) {
        throw HandworkError(
          "\(known.email) has an account since \(known.created)", hint: "tenure account show \(known.email)")
      }
      var names = NameTable()
      let person = names.person(email)
      let waiting = try transaction.invitations(email: email).filter { $0.lapses.map { now < $0 } ?? true }
      var accounts = AccountDirectory()
      var who = Actor.theOperator
      if let actor {
        who = .person(names.person(actor))
        if let row = try transaction.account(email: actor) { accounts.put(AccountRecord(row, &names)) }
      }
      let outcome = try write(
        Judgement(
          [.signUp(person, displayName: displayName, isInvited: !waiting.isEmpty)],
          ByHandInput(
            name: "~" + names.text(person), account: person, stored: nil, accounts: accounts,
            policy: try AppliedPolicy(transaction).ofAccounts(), spellings: [person: names.intern(email)], actor: who,
            names: names, now: now), stored: nil, transaction), transaction)
      return SignUp(outcome: outcome, waiting: waiting)
    }
  }

  /// Ends all access of the person at once, even the last owner's, or gives it back: break-glass, so no rule but
  /// who may do it stands in its way. Nil result: nothing to do, it is so already.
  /// - Parameter reason: why it ends; nil gives it back.
  public func suspend(_ email: String, reason: String?) throws -> Outcome? {
    try store.transaction { transaction in
      guard let account = try transaction.account(email: email) else {
        throw try HandworkError.noAccount(email, transaction)
      }
      if let refusal = try operatorsOnly(account.email, transaction) {
        return Outcome(deeds: [], refusals: [refusal], problems: [])
      }
      guard (account.suspended == nil) == (reason != nil) else { return nil }
      try transaction.suspendAccount(account.id, reason: reason, at: reason == nil ? nil : now)
      let maker = try actor.map { try transaction.account(email: $0)?.email ?? $0 } ?? "operator"
      let fields: (Instant?, String?) -> Fields = { since, reason in
        ["suspended": since.map { .text($0.description) } ?? .null, "reason": reason.map { .text($0) } ?? .null]
      }
      let name = reason == nil ? "resume-account" : "suspend-account"
      let action = Action(
        .updateAccount, organization: "~" + account.email, subject: account.email,
        before: fields(account.suspended, account.suspensionReason),
        after: fields(reason == nil ? nil : now, reason), origin: .change, actors: [maker])
      try transaction.appendAudit(
        AuditRecord(
          time: now, actors: action.actors, action: name, path: action.organization, subject: action.subject,
          before: action.before, after: action.after, reason: reason))
      return Outcome(deeds: [Deed(name: name, action: action)], refusals: [], problems: [])
    }
  }

  private func operatorsOnly(_ email: String, _ reader: any StoreReader) throws -> Refusal? {
    guard let reason = try AppliedPolicy(reader).operatorsOnly(actor) else { return nil }
    return Refusal(
      rule: .actorAllowed, organization: "~" + email, subject: email, message: reason.message, remedy: reason.remedy)
  }
}

extension AppliedPolicy {
  /// Why the acting person may not do what is the operators'; nil: they are one, or nobody is named.
  func operatorsOnly(_ actor: String?) throws -> Reason? {
    guard let actor else { return nil }
    let isNamed = try ofAccounts().policy.operators.contains { $0.emailKey == actor.emailKey }
    let account = try reader.account(email: actor)
    if isNamed, account?.suspended == nil { return nil }
    let stand = account?.suspended == nil ? "is no operator" : "is no operator while suspended"
    return Reason(
      "\(account?.email ?? actor) \(stand), and only operators may do that",
      remedy: "leave --as out as the operator, or name \(actor) under `operators` in the policy")
  }
}

extension HandworkError {
  static func noAccount(_ email: String, _ reader: any StoreReader) throws -> HandworkError {
    let near = Suggestion.nearest(to: email, among: try reader.accounts().map(\.email))
    return HandworkError(
      "\(email) has no account", hint: near.map { "did you mean '\($0)'?" } ?? "tenure account list shows all")
  }
}
