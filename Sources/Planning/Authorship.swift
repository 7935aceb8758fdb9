import Model

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
    func unapproved(_ commits: [Commit]) -> [Commit] {
      commits.map { commit in
        var commit = commit
        commit.approvers = []
        return commit
      }
    }
    (result.ranges, result.idle) = (ranges.mapValues(unapproved), idle.mapValues(unapproved))
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
      changesEntry: { commit in
        guard let place else { return commit.touches(entry, of: tenant) }
        // Who declares the list again says nothing of their own of whom it names.
        let isOwn = touches(entry, commit) != touches(place, commit)
        return isOwn && (commit.touches(entry, of: tenant) || commit.touches(place, of: tenant))
      },
      where: { $0.changed(entry, of: tenant, through: groups) || touches(place, $0) })
  }

  /// The entries that commits since then changed.
  public func changes(of tenant: String, since: String?) -> Set<EntryKey> {
    (ranges[since ?? ""] ?? []).reduce(into: []) { $0.formUnion($1.touched[tenant] ?? []) }
  }

  /// Whether it is known of all commits since then what they changed, or known that this cannot be told.
  public func isAsked(since: String) -> Bool {
    ranges[since] != nil || unknown.contains(since) || rewound.contains(since)
  }

  /// Everybody who committed anything since then: what nobody is known to have done came with the whole.
  func partsInAll(since: String?) -> [Part] {
    let all = (ranges[since ?? ""] ?? []) + (idle[since ?? ""] ?? [])
    if asksForAttestation { return parts(all, changesEntry: { _ in false }) }
    // One commit says as much of somebody as all of theirs.
    var seen: Set<[String]> = []
    return parts(
      all.filter { seen.insert($0.authors + ["approved by"] + $0.approvers).inserted }, changesEntry: { _ in false })
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
