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
    /// What was done in another way than asked, and why.
    public var notes: [String] = []

    /// Whether something is left to do and nothing stands against any of it.
    public var isClear: Bool { !deeds.isEmpty && refusals.isEmpty && problems.isEmpty }
  }

  /// Does what `requests` ask in the organization or workspace of `path`. Each is all or nothing.
  public func change(_ path: Path, _ requests: [HandRequest]) throws -> Outcome {
    try store.transaction { try write(judge(path, requests, $0), $0) }
  }

  /// What ``change(_:_:)`` would do, for asking before what cannot be undone.
  public func propose(_ path: Path, _ requests: [HandRequest]) throws -> Outcome {
    try judge(path, requests, store).outcome
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
      let other = actor.map { $0.emailKey != invitation.email.emailKey } ?? false
      let acting = other ? self : Handwork(store: store, actor: invitation.email, now: now)
      return try acting.write(acting.judge(path, [.accept(email: invitation.email)], transaction), transaction)
    }
  }

  private func judge(_ path: Path, _ requests: [HandRequest], _ reader: any StoreReader) throws -> Judgement {
    var place = try Place(path, reader)
    let policy = try AppliedPolicy(reader).policy(of: place.tenant, in: place.state)
    var spellings: [Symbol: Symbol] = [:]
    var wanted: [ByHandRequest] = []
    for request in requests { wanted.append(try place.symbols(of: request, policy.policy, &spellings)) }
    try readAccounts(wanted.compactMap(\.person), &place, reader)
    let actor = try symbol(of: actor, &place, reader)
    return try Judgement(
      wanted,
      ByHandInput(
        name: place.tenant.name, account: place.tenant.account, stored: place.tenant, accounts: place.state.accounts,
        policy: policy, spellings: spellings, actor: actor, names: place.names, now: now),
      stored: place.tenant, reader)
  }

  /// Accounts of people whom the tenant does not know yet.
  func readAccounts(_ people: [Symbol], _ place: inout Place, _ reader: any StoreReader) throws {
    for person in people where place.state.accounts[person] == nil {
      guard let row = try reader.account(email: place.names.text(person)) else { continue }
      place.state.accounts.put(AccountRecord(row, &place.names))
    }
  }

  func symbol(of actor: String?, _ place: inout Place, _ reader: any StoreReader) throws -> Actor {
    guard let actor else { return .theOperator }
    let person = place.names.person(actor)
    try readAccounts([person], &place, reader)
    return .person(person)
  }

  /// Requests on one tenant, read and judged.
  struct Judgement {
    let input: ByHandInput
    let planned: PlannedByHand
    /// As it is stored, which a move has under another name.
    let stored: ActualTenant?

    init(_ requests: [ByHandRequest], _ input: ByHandInput, stored: ActualTenant?, _ reader: any StoreReader) throws {
      var input = input
      input.freezes = try TimeZones().calendar(for: [input.policy.policy])
      if input.policy.policy.asksWhereElse { try input.findOtherPlaces(reader) }
      input.readBaseline()
      self.input = input
      self.stored = stored
      planned = planByHand(requests, input)
    }

    var outcome: Outcome {
      let deeds = zip(planned.tenant.admitted, planned.tenant.actions).map { step, action in
        Deed(name: step.nameByHand ?? action.kind.rawValue, action: action)
      }
      return Outcome(
        deeds: deeds, refusals: planned.tenant.blocked, problems: planned.problems, notes: planned.notes)
    }
  }

  func write(_ judgement: Judgement, _ transaction: any StoreTransaction) throws -> Outcome {
    let input = judgement.input
    var state = ActualState()
    state.accounts = input.accounts
    var writer = TenantWriter(
      transaction: transaction,
      context: WritingContext(
        actual: state, spellings: input.spellings, now: now, signUp: try AppliedPolicy(transaction).ofAccounts().policy,
        actor: input.actor.person),
      names: judgement.planned.names, tenant: judgement.planned.tenant, stored: judgement.stored, accounts: [:])
    _ = try writer.write()
    return judgement.outcome
  }
}

extension ByHandInput {
  /// Finds out who is active in workspaces of other tenants.
  fileprivate mutating func findOtherPlaces(_ reader: any StoreReader) throws {
    let records = accounts.records
    var names = NameTable()
    let policies = try reader.read(.tenants([]), baselines: false, names: &names).policies
      .mapValues(Policies.policy(fromCanonical:))
    let holdings = try reader.holdings(
      of: Set(records.map(\.id)), outside: Set([stored?.id].compactMap { $0 }), policies, at: now)
    activeElsewhere = Set(records.filter { holdings.active.contains($0.id) }.map(\.person))
  }
}

extension ByHandInput {
  /// What a removal ends depends on what is declared, where people were invited by hand.
  fileprivate mutating func readBaseline() {
    guard let stored,
      ([stored.roll] + stored.workspaces.map(\.roll)).contains(where: { $0.invitations.contains { $0.inviter != nil } })
    else { return }
    baseline = Baseline(of: stored, policy: policy, names: &names)
  }
}

extension Actor {
  /// Nil: the operator.
  var person: Symbol? {
    switch self {
    case .theOperator: nil
    case .person(let person): person
    }
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
