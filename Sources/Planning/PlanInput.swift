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

/// Who answers for which change: emails by declaration, made from the commits since the one applied before.
public struct Authorship: Sendable {
  /// One non-merge commit of the range.
  public struct Commit: Sendable, Hashable {
    /// 40 hexadecimal digits; empty: it is not known which one.
    public var id: String
    public var author: String
    /// Emails of `Co-authored-by:`, who answer for it too.
    public var coAuthors: [String] = []
    /// Emails of those who approved it.
    public var approvers: [String]
    /// What it changed, by tenant.
    public var touched: [String: Set<EntryKey>]
    /// What it changed besides if a workspace that it renames is not the same one before and after, by tenant.
    public var unlessRenamed: [String: [Baseline.RenameKey: Set<EntryKey>]]
    /// Organizations (empty: all) whose policy it changed.
    public var policies: Set<String>
    /// Those of them whose roles it changed, and so what everybody is given there.
    public var roles: Set<String>
    /// Who came into which group or went: by organization (empty: for all), then group.
    public var groups: [String: [Symbol: Set<Symbol>]]
    /// Of these, what it does not say itself: it mended somebody's error beside that, combined branches, or stands on one
    /// and the planned commit says something else; or a group says it, which the person or the list joined to it.
    public var inherited: [String: Set<EntryKey>] = [:]

    public init(
      id: String = "", author: String, coAuthors: [String] = [], approvers: [String] = [],
      touched: [String: Set<EntryKey>],
      unlessRenamed: [String: [Baseline.RenameKey: Set<EntryKey>]] = [:], policies: Set<String> = [],
      roles: Set<String> = [], groups: [String: [Symbol: Set<Symbol>]] = [:]
    ) {
      (self.id, self.author, self.coAuthors, self.approvers) = (id, author, coAuthors, approvers)
      (self.touched, self.unlessRenamed, self.groups) = (touched, unlessRenamed, groups)
      (self.policies, self.roles) = (policies, roles)
    }

    public var authors: [String] { [author] + coAuthors }

    /// Whether it may have changed any declaration of the tenant.
    func changedAny(of tenant: String) -> Bool {
      changesPolicy(of: tenant) || !(touched[tenant] ?? []).isEmpty || !(unlessRenamed[tenant] ?? [:]).isEmpty
        || !(groups[tenant] ?? [:]).isEmpty || !(groups[""] ?? [:]).isEmpty
    }

    func changesPolicy(of tenant: String) -> Bool { !policies.isDisjoint(with: ["", tenant]) }

    /// - Parameter named: groups through which the entry names its person.
    func changed(_ entry: EntryKey, of tenant: String, through named: [Symbol]) -> Bool {
      if touched[tenant]?.contains(entry) ?? false { return true }
      let changesRoles = !roles.isDisjoint(with: ["", tenant])
      switch entry {
      case .policy: return changesPolicy(of: tenant)
      case .owner: return changesRoles
      case .member(_, let person):
        return changesRoles
          || named.contains { group in [tenant, ""].contains { groups[$0]?[group]?.contains(person) == true } }
      case .tenant, .workspace, .apiKey, .management: return false
      }
    }

    /// Whether it changed the entry itself.
    func touches(_ entry: EntryKey, of tenant: String) -> Bool {
      touched[tenant]?.contains(entry) ?? false && !(inherited[tenant]?.contains(entry) ?? false)
    }
  }

  /// Newest first, by the commit applied before; the empty string where there was none.
  public var ranges: [String: [Commit]]
  /// Commits since then that changed nothing that is declared, in any order.
  public var idle: [String: [Commit]] = [:]
  /// What pipelines said of commits, by commit.
  public var attestations: [String: Attestation] = [:]
  /// Those of them that this invocation said something of, to be kept by an apply.
  public var stated: [String: Attestation] = [:]
  /// Commits applied before from which on this clone does not know the history.
  public var unknown: Set<String> = []
  /// Commits applied before that the planned one does not descend from: whoever plans it answers for what differs.
  public var rewound: Set<String> = []
  /// Nothing was ever applied: the first apply is the operator's, and nobody is asked about it.
  public var isBeginning = false
  /// People named by `--actor`: where commits are believed, they answer for every change besides.
  public var named: [String]
  /// People named by `--approved-by`: where commits are believed, they approve every change.
  public var approvedBy: [String]
  /// What the invocation said, whoever is believed.
  private var said: (named: [String], approvedBy: [String])

  /// Whether authors of commits answer for them with all that they may do; else they only count against themselves.
  private(set) var believesAuthors = true
  /// Whether a change waits until a pipeline says who made it.
  private(set) var asksForAttestation = false

  public init(ranges: [String: [Commit]] = [:], named: [String] = [], approvedBy: [String] = []) {
    (self.ranges, self.named, self.approvedBy) = (ranges, named, approvedBy)
    said = (named, approvedBy)
  }

  /// What is believed under all of these policies: authors where one of them believes commits, approvals in commits
  /// where all of them do. A commit that changes whom to believe is judged by both.
  func believed(by identities: [Policy.Identity]) -> Authorship {
    var result = self
    result.believesAuthors = identities.contains(.commit)
    result.asksForAttestation = identities.contains(.attested) && !isBeginning
    guard identities.contains(.attested) else { return result }
    // What the invocation says is kept by commit then.
    (result.approvedBy, result.named) = ([], [])
    result.ranges = ranges.mapValues { commits in
      commits.map { commit in
        var commit = commit
        commit.approvers = []
        return commit
      }
    }
    return result
  }

  /// Who changed the declaration since the commit, newest first, and who is named besides.
  ///
  /// - Parameter place: the entry of the place that was left and declared again since: whoever did has a part in it.
  func parts(
    tenant: String, entry: EntryKey, through groups: [Symbol], since: String?, declaredAgainBy place: EntryKey? = nil
  ) -> [Part] {
    func touches(_ entry: EntryKey?, _ commit: Commit) -> Bool {
      entry.map { commit.touched[tenant]?.contains($0) ?? false } ?? false
    }
    return parts(
      since: since,
      changesEntry: { touches(entry, $0) || place == nil ? $0.touches(entry, of: tenant) : touches(place, $0) },
      where: { $0.changed(entry, of: tenant, through: groups) || touches(place, $0) })
  }

  /// Whether a commit since then changed the entry.
  func changes(_ entry: EntryKey, of tenant: String, since: String?) -> Bool {
    ranges[since ?? ""]?.contains { $0.touched[tenant]?.contains(entry) ?? false } ?? false
  }

  /// Everybody who committed anything since then: what nobody is known to have done came with the whole.
  func partsInAll(since: String?) -> [Part] {
    parts((ranges[since ?? ""] ?? []) + (idle[since ?? ""] ?? []), changesEntry: { _ in false })
  }

  /// Everybody's commits.
  public var commits: [Commit] { Array(ranges.values.joined()) + Array(idle.values.joined()) }

  /// Who changed the policy since the commit: whatever follows from that alone is theirs.
  func partsInPolicy(of tenant: String, since: String?) -> [Part] {
    parts(since: since, changesEntry: { _ in false }, where: { $0.changesPolicy(of: tenant) })
  }

  private func parts(
    since: String?, changesEntry: (Commit) -> Bool, where isIncluded: (Commit) -> Bool
  ) -> [Part] {
    if rewound.contains(since ?? "") { return invokedParts }
    return parts((ranges[since ?? ""] ?? []).filter(isIncluded), changesEntry: changesEntry)
  }

  private func parts(_ commits: [Commit], changesEntry: (Commit) -> Bool) -> [Part] {
    let found = commits.flatMap { commit in
      let (approvers, changesEntry) = (keys(commit.approvers), changesEntry(commit))
      let authors = commit.authors.map { author in
        Part(commit: commit.id, email: author, approvers: approvers, changesEntry: changesEntry, isAuthor: true)
      }
      return authors + attested(commit.id, changesEntry: changesEntry)
    }
    if named.isEmpty { return found }
    let approvers = keys(commits.flatMap(\.approvers))
    return found + named.map { Part(commit: "", email: $0, approvers: approvers, changesEntry: false) }
  }

  /// Caseless, each once, sorted.
  private func keys(_ emails: [String]) -> [String] {
    emails.isEmpty ? [] : Set(emails.map(\.emailKey)).sorted()
  }

  /// The parts that pipelines give people in a commit.
  func attested(_ commit: String, changesEntry: Bool) -> [Part] {
    guard let attestation = attestations[commit] else { return [] }
    return attestation.actors.map {
      Part(commit: commit, email: $0, approvers: attestation.approvers, changesEntry: changesEntry)
    }
  }

  /// Those of pipelines, and where commits are believed, `--approved-by`'s.
  func approvers(of commit: String) -> [String] {
    (attestations[commit]?.approvers ?? []) + approvedBy.map(\.emailKey)
  }

  /// Everybody whom the invocation names, as those who made all of it.
  var invokedParts: [Part] {
    said.named.map { Part(commit: "", email: $0, approvers: keys(said.approvedBy), changesEntry: false) }
  }

  /// Whom a change is put down to that no commit of the range is known to have made: it came with the whole.
  func newest(since: String?) -> [String] { ranges[since ?? ""]?.first?.authors ?? [] }
}
