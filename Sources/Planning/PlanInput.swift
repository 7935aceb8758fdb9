import Model

/// Everything a plan depends on: equal inputs give equal plans, byte for byte.
public struct PlanInput: Sendable {
  public var source: PlanSource
  /// `sqlite` or `postgres`.
  public var engine: String
  public var desired: DesiredState
  public var actual: ActualState
  /// The table that both states' symbols belong to.
  public var names: NameTable
  /// The policies that the stored baselines refer to, by digest.
  public var appliedPolicies: [String: PolicyInForce]
  public var authorship: Authorship
  /// Caseless emails that accounts moved away from, with the present one as written: whoever answers under a former email
  /// is the account's person. An email under which somebody new signed up is none of them.
  public var formerEmails: [String: String] = [:]
  public var freezes: FreezeCalendar
  public var now: Instant
  public var options: PlanOptions
  /// Tenants that are left out because nothing of theirs is to be done, which is known without planning them.
  public var elsewhere = Elsewhere()

  public init(
    source: PlanSource, engine: String, desired: DesiredState, actual: ActualState, names: NameTable,
    appliedPolicies: [String: PolicyInForce] = [:], authorship: Authorship = .init(), freezes: FreezeCalendar = .init(),
    now: Instant,
    options: PlanOptions = .init()
  ) {
    self.source = source
    self.engine = engine
    self.desired = desired
    self.actual = actual
    self.names = names
    self.appliedPolicies = appliedPolicies
    self.authorship = authorship
    self.freezes = freezes
    self.now = now
    self.options = options
  }
}

extension PlanInput {
  /// Whether a rule may ask what other workspaces somebody is active in.
  public var asksWhereElse: Bool {
    if desired.policy.policy.asksWhereElse || appliedPolicies.values.contains(where: \.policy.asksWhereElse) {
      return true
    }
    // Tenants have few policies between them.
    var last = desired.policy.canonical
    for tenant in desired.tenants where tenant.policy.canonical != last {
      if tenant.policy.policy.asksWhereElse { return true }
      last = tenant.policy.canonical
    }
    return false
  }

  /// Whether accounts may end with the last thing that they have: under the declared Policy for all, or the applied one.
  public var endsAccounts: Bool {
    let applied = actual.policyForAll.flatMap { appliedPolicies[$0] }
    let policies = [desired.policy, applied].compactMap { $0?.policy }
    return policies.contains(where: \.deleteAccountWithLastWorkspace) && options.only.isEmpty
  }

  /// Whether the Policy for all is to change: that concerns every organization of the store.
  public var changesPolicyForAll: Bool {
    guard let applied = actual.policyForAll.flatMap({ appliedPolicies[$0] }), !desired.policy.canonical.isEmpty else {
      return false
    }
    return applied != desired.policy
  }
}

/// What is known of the tenants that desired and actual state leave out.
public struct Elsewhere: Sendable {
  /// Declared and stored, with nothing to do; in byte order of their names.
  public var settled: [SettledTenant] = []
  /// Organizations that are stored and not declared.
  public var unmanaged: [String] = []
  /// Commits that count as applied to any of them.
  public var commits: Set<String> = []
  /// Tenants with nothing to do that are not even listed, and how many of them are organizations.
  public var uncounted: (tenants: Int, organizations: Int) = (0, 0)
  /// People who are active in a workspace there, where ``PlanInput/asksWhereElse``.
  public var active: Set<Symbol> = []
  /// People who have something there that keeps their account, where ``PlanInput/endsAccounts``: a membership, an
  /// invitation, a workspace of their own or a declaration.
  public var holders: Set<Symbol> = []

  public init() {}
}

/// A tenant with nothing to do.
public struct SettledTenant: Hashable, Sendable {
  /// As ``TenantPlan/name``.
  public var name: String
  /// As ``TenantPlan/organization``.
  public var organization: String
  public var id: Int64
  public var serial: Int64
  /// The commit that counts as applied.
  public var commit: String
  public init(name: String, organization: String, id: Int64, serial: Int64, commit: String) {
    self.name = name
    self.organization = organization
    self.id = id
    self.serial = serial
    self.commit = commit
  }
}

/// What one invocation asks for.
public struct PlanOptions: Hashable, Sendable {
  public var allowDeletion = false
  public var allowMove = false
  /// Goes back to a commit that does not descend from the one applied before.
  public var allowRewind = false
  public var overrides: [Override] = []
  /// Empty: everything.
  public var only: [Path] = []
  public var driftOnly = false
  /// All or nothing per organization.
  public var atomic = false
  /// Tenants that are left out this time: `tenure run` backs off from them (names as in ``DesiredTenant/name``).
  public var skipping: Set<String> = []

  public init() {}
}

extension PlanOptions {
  /// The rule that a flag lifts for an action of this kind; nil: none is set for it.
  public func allowance(for kind: Action.Kind) -> Allowance? {
    switch kind {
    case .deleteWorkspace where allowDeletion:
      Allowance(rule: RuleName.deletionNeedsOperator.rawValue, reason: "--allow-deletion")
    case .moveAccount where allowMove:
      Allowance(rule: RuleName.accountMoveNeedsOperator.rawValue, reason: "--allow-move")
    case .createOrganization, .updatePolicy, .updateManagement, .updateOrganization, .createAccount, .updateAccount,
      .moveAccount, .deleteAccount,
      .createWorkspace, .updateWorkspace, .renameWorkspace, .deleteWorkspace, .invite, .updateInvitation,
      .cancelInvitation, .addMember, .updateMember, .changeRole, .removeMember, .transferOwnership, .updateAPIKey,
      .revokeAPIKey:
      nil
    }
  }
}
