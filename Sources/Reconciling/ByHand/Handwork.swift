import Manifests
import Model
import Planning
import Store

/// Why a command by hand could not do it, or must not: nothing of it was done.
public struct HandworkError: Error, Hashable, Sendable {
  public var message: String
  public var hint: String?
  public init(_ message: String, hint: String? = nil) { (self.message, self.hint) = (message, hint) }
}

/// What a command by hand asks for, about one person in one place; ``Handwork/change(_:_:)``.
public enum HandRequest: Hashable, Sendable {
  /// `role` nil: the lowest.
  case add(email: String, role: String?)
  case remove(email: String)
  case setRole(email: String, role: String)
  case accept(email: String)
  case decline(email: String)
  case leave(email: String)
}

/// What people change themselves between reconciliations (SPEC section 4): read, judged by the rules and written in one
/// transaction.
public struct Handwork {
  let store: any Store
  /// The email of `--as`; nil: the operator.
  let actor: String?
  let now: Instant

  public init(store: any Store, actor: String?, now: Instant) {
    (self.store, self.actor, self.now) = (store, actor, now)
  }

  /// One thing that was done, under the name that the audit log has for it.
  public struct Deed: Hashable, Sendable {
    public var name: String
    public var action: Action
  }

  public struct Outcome: Hashable, Sendable {
    public var deeds: [Deed]
    public var refusals: [Refusal]
    public var problems: [ByHandProblem]
  }

  /// Does what `requests` ask in the organization or workspace of `path`.
  public func change(_ path: Path, _ requests: [HandRequest]) throws -> Outcome {
    try store.transaction { try change(path, requests, $0) }
  }

  /// Accepts the invitation that the token belongs to.
  public func accept(token: String) throws -> Outcome {
    try store.transaction { transaction in
      guard let invitation = try transaction.invitation(tokenHash: digest(token)), let path = Path(invitation.path)
      else {
        throw HandworkError(
          "no open invitation has this token",
          hint: "a newer mail has made older links useless; tenure invitation list --as EMAIL lists what is open")
      }
      let other = actor.map { $0.lowercased() != invitation.email.lowercased() } ?? false
      let acting = other ? self : Handwork(store: store, actor: invitation.email, now: now)
      return try acting.change(path, [.accept(email: invitation.email)], transaction)
    }
  }

  private func change(_ path: Path, _ requests: [HandRequest], _ transaction: any StoreTransaction) throws -> Outcome {
    var place = try Place(path, transaction)
    let policy = try AppliedPolicy(transaction).policy(of: place.tenant, in: place.state)
    var spellings: [Symbol: Symbol] = [:]
    var wanted: [ByHandRequest] = []
    for request in requests { wanted.append(try place.symbols(of: request, policy.policy, &spellings)) }
    try readAccounts(wanted.map(\.person), &place, transaction)
    return try write(
      wanted,
      ByHandInput(
        name: place.tenant.name, account: place.tenant.account, stored: place.tenant, accounts: place.state.accounts,
        policy: policy, spellings: spellings, actor: try symbol(of: actor, &place, transaction), names: place.names,
        now: now), place.state, transaction)
  }

  /// Accounts of people whom the tenant does not know yet.
  private func readAccounts(_ people: [Symbol], _ place: inout Place, _ reader: any StoreReader) throws {
    for person in people where place.state.accounts[person] == nil {
      guard let row = try reader.account(email: place.names.text(person)) else { continue }
      place.state.accounts.put(AccountRecord(row, &place.names))
    }
  }

  private func symbol(of actor: String?, _ place: inout Place, _ reader: any StoreReader) throws -> Actor {
    guard let actor else { return .theOperator }
    let person = place.names.person(actor)
    try readAccounts([person], &place, reader)
    return .person(person)
  }

  func write(
    _ requests: [ByHandRequest], _ input: ByHandInput, _ actual: ActualState, _ transaction: any StoreTransaction
  ) throws -> Outcome {
    let planned = planByHand(requests, input)
    var state = actual
    state.accounts = input.accounts
    var writer = TenantWriter(
      transaction: transaction,
      context: WritingContext(
        actual: state, spellings: input.spellings, now: now, signUp: input.policy.policy),
      names: planned.names, tenant: planned.tenant,
      stored: actual.tenants.first { $0.name == planned.tenant.name }, accounts: [:])
    _ = try writer.write()
    let deeds = zip(planned.tenant.admitted, planned.tenant.actions).map { step, action in
      Deed(name: step.ownWill?.rawValue ?? action.kind.rawValue, action: action)
    }
    return Outcome(deeds: deeds, refusals: planned.tenant.blocked, problems: planned.problems)
  }
}

extension NameTable {
  /// The symbol of the caseless email.
  mutating func person(_ email: String) -> Symbol { folded(intern(email)) }
}

extension AccountRecord {
  init(_ row: AccountRow, _ names: inout NameTable) {
    let email = names.intern(row.email)
    self.init(
      id: row.id, person: names.folded(email), email: email, displayName: row.displayName, suspended: row.suspended,
      suspensionReason: row.suspensionReason, created: row.created)
  }
}
