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
    /// Nothing was applied yet and no policy given: the preset `enterprise` was assumed.
    public var isPolicyAssumed: Bool
  }

  /// Makes the account with the workspace that the policy's `signUp` gives it.
  /// - Parameter given: the Policy for all, while no apply recorded one; it is kept until one does.
  public func signUp(_ email: String, displayName: String?, before given: PolicyInForce? = nil) throws -> SignUp {
    let displayName = try DisplayName.checked(displayName)
    return try store.transaction { transaction in
      let known = try transaction.policyForAll()
      if let given {
        try given.checkForSignUp(after: known, isApplied: transaction.isPolicyForAllApplied())
      }
      if let account = try transaction.account(email: email) {
        throw HandworkError(
          "\(account.email) has an account since \(account.created)", hint: "tenure account show \(account.email)")
      }
      var names = NameTable()
      let person = names.person(email)
      let waiting = try transaction.invitations(email: email).filter { $0.isOpen(at: now) }
      var accounts = AccountDirectory()
      var who = Actor.theOperator
      if let actor {
        who = .person(names.person(actor))
        if let row = try transaction.account(email: actor) { accounts.put(AccountRecord(row, &names)) }
      }
      let judgement = try Judgement(
        [.signUp(person, displayName: displayName, isInvited: !waiting.isEmpty)],
        ByHandInput(
          name: "~" + names.text(person), account: person, stored: nil, accounts: accounts,
          policy: try given ?? AppliedPolicy(transaction).ofAccounts(), spellings: [person: names.intern(email)],
          actor: who, names: names, now: now), stored: nil, transaction)
      if let given, judgement.outcome.isClear {
        try transaction.recordSignUpPolicy(given.canonical, digest: digest(given.canonical), at: now)
      }
      let outcome = try write(judgement, transaction)
      return SignUp(outcome: outcome, waiting: waiting, isPolicyAssumed: known == nil && given == nil)
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
      var outcome = Outcome(deeds: [Deed(name: name, action: action)], refusals: [], problems: [])
      if reason != nil { try endInvitations(sentBy: account, as: maker, transaction, &outcome) }
      return outcome
    }
  }

  /// Open invitations that the suspended person sent by hand, wherever the policy ends them and nothing declares whom
  /// they invite.
  private func endInvitations(
    sentBy account: AccountRow, as maker: String, _ transaction: any StoreTransaction, _ outcome: inout Outcome
  ) throws {
    guard try transaction.invitations(email: nil).contains(where: { $0.inviter == account.email }) else { return }
    var names = NameTable()
    let state = try transaction.read(.everything, names: &names)
    let inviter = names.person(account.email)
    for tenant in state.tenants {
      let policy = try AppliedPolicy(transaction).policy(of: tenant, in: state)
      let baseline = Baseline(of: tenant, policy: policy, names: &names)
      let rolls =
        [(nil, RollScope.tenant(tenant.id), tenant.roll)]
        + tenant.workspaces.map { ($0.name as Symbol?, RollScope.workspace($0.id), $0.roll) }
      for (workspace, scope, roll) in rolls {
        for invitation in roll.invitations where invitation.inviter == inviter {
          let path = Path(tenant: tenant.name, workspace: workspace.map(names.text))
          let email = names.text(invitation.email)
          let isDeclared = baseline?.declares(invitation.person, in: workspace) ?? false
          guard policy.policy.invitations.ofRemoved == .cancel, !isDeclared else {
            outcome.notes.append("the invitation of \(email) to \(path), which \(account.email) sent, stays open")
            continue
          }
          try transaction.closeInvitation(scope, email: email, as: .cancelled, at: now)
          let action = Action(
            .cancelInvitation, organization: path.tenant, workspace: path.workspace, subject: email,
            before: ["role": .text(names.text(invitation.role))], origin: .change, actors: [maker])
          try transaction.appendAudit(
            AuditRecord(
              time: now, actors: action.actors, action: action.kind.rawValue, path: path.description, subject: email,
              before: action.before))
          outcome.deeds.append(Deed(name: action.kind.rawValue, action: action))
        }
      }
    }
  }

  private func operatorsOnly(_ email: String, _ reader: any StoreReader) throws -> Refusal? {
    guard let reason = try AppliedPolicy(reader).operatorsOnly(actor) else { return nil }
    return Refusal(
      rule: .actorAllowed, organization: "~" + email, subject: email, message: reason.message, remedy: reason.remedy)
  }
}

extension PolicyInForce {
  /// - Parameter known: what accounts go by.
  fileprivate func checkForSignUp(after known: String?, isApplied: Bool) throws {
    guard let known else { return }
    if isApplied {
      throw HandworkError(
        "--policy is for sign-ups before the first apply; accounts go by the Policy for all that was applied",
        hint: "leave --policy out, or change the Policy in the manifests and apply")
    }
    // Whoever signed up under the first one would hold roles that the second need not know.
    guard known == canonical else {
      throw HandworkError(
        "people signed up under another --policy already, which accounts go by until the first apply",
        hint: "leave --policy out, or apply the manifests with the Policy that is to be in force")
    }
  }
}

extension AppliedPolicy {
  /// Why the acting person may not do what is the operators'; nil: they are one, or nobody is named.
  func operatorsOnly(_ actor: String?) throws -> Reason? {
    try operatorsOnly(actor, under: ofAccounts().policy)
  }
}

extension HandworkError {
  static func noAccount(_ email: String, _ reader: any StoreReader) throws -> HandworkError {
    let near = Suggestion.nearest(to: email, among: try reader.accounts().map(\.email))
    return HandworkError(
      "\(email) has no account", hint: near.map { "did you mean '\($0)'?" } ?? "tenure account list shows all")
  }
}
