import Model

/// Who acts in a command by hand.
public enum Actor: Hashable, Sendable {
  /// Nobody is named by `--as`: the operator, who may everything that the rules let pass.
  case theOperator
  /// The caseless email of `--as`, which need not have an account.
  case person(Symbol)
}

/// Everything that judging commands by hand on one tenant depends on.
public struct ByHandInput: Sendable {
  /// `acme`, or `~` and the caseless email.
  public var name: String
  /// The account's person; nil for organizations.
  public var account: Symbol?
  /// Nil: not there yet.
  public var stored: ActualTenant?
  public var accounts: AccountDirectory
  /// The policy of the tenant's last apply.
  public var policy: PolicyInForce
  /// How people without an account are written, where that is not the caseless email.
  public var spellings: [Symbol: Symbol]
  public var actor: Actor
  /// People who are active in workspaces of other tenants, where ``Policy/asksWhereElse``.
  public var activeElsewhere: Set<Symbol> = []
  public var freezes = FreezeCalendar()
  /// What the last apply declared, as far as it matters to what a removal ends.
  public var baseline: Baseline?
  public var names: NameTable
  public var now: Instant

  public init(
    name: String, account: Symbol? = nil, stored: ActualTenant?, accounts: AccountDirectory, policy: PolicyInForce,
    spellings: [Symbol: Symbol] = [:], actor: Actor, names: NameTable, now: Instant
  ) {
    self.name = name
    self.account = account
    self.stored = stored
    self.accounts = accounts
    self.policy = policy
    self.spellings = spellings
    self.actor = actor
    self.names = names
    self.now = now
  }

  /// Nobody named by `--as`, or somebody whom the policy names as an operator.
  var isByOperator: Bool {
    switch actor {
    case .theOperator: true
    case .person(let person): acting(person).isOperator
    }
  }

  func acting(_ person: Symbol) -> ActingPerson {
    ActingPerson(person, in: stored, policy: policy.policy, accounts: accounts, names: names, now: now)
  }
}

/// Why a request means nothing in the state there is; no rule refuses it.
public struct ByHandProblem: Error, Hashable, Sendable {
  public var message: String
  public var hint: String?
  /// Everything is as asked for already.
  public var isSettled: Bool
  public init(_ message: String, hint: String? = nil, isSettled: Bool = false) {
    (self.message, self.hint, self.isSettled) = (message, hint, isSettled)
  }
}

/// Requests judged: the plan holds what is done and what is refused, `problems` what could not be asked for.
public struct PlannedByHand: Sendable {
  public var tenant: TenantPlan
  public var problems: [ByHandProblem]
  /// What was done in another way than asked, and why.
  public var notes: [String]
  /// The table that the plan's symbols belong to.
  public var names: NameTable
}
