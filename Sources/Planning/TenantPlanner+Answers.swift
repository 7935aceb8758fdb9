import Model

/// Who answers for what in a plan of a tenant.
extension TenantPlanner {
  /// Who answers, as far as the policies of before and after believe it.
  var authorship: Authorship {
    let older = (baseline?.withheld ?? [:]).values.compactMap { $0.policyDigest.flatMap { olderPolicies[$0] } }
    let policies = ([policy] + [appliedPolicy].compactMap { $0 } + older).map(\.policy)
    return attributed.believed(by: (policies + [foundedUnder].compactMap { $0 }).map(\.identity))
  }

  var accountability: Accountability { accountability(believing: authorship) }

  func accountability(believing authorship: Authorship) -> Accountability {
    var result = Accountability(
      authorship, tenant: desired.name, people: people, groups: { [desired] in desired.groups(of: $0) }, since: since,
      withheld: baseline?.withheld ?? [:], place: { [reentry] in reentry($0)?.place })
    result.firstOwners = firstOwners(result)
    return result
  }

  /// What rules about people go by besides where an organization is made: whom the Policy for all names and asks, whatever
  /// its own Policy says.
  var founding: PolicyView? {
    guard let foundedUnder else { return nil }
    var own = declaredPolicy.inForce
    for rule in Part.rules { own.policy.protection[rule] = foundedUnder.setting(rule) }
    (own.policy.operators, own.policy.identity) = (foundedUnder.operators, foundedUnder.identity)
    var names = names
    return PolicyView(own, names: &names)
  }

  /// The Policy for all, while the organization is still to be made.
  var foundedUnder: Policy? {
    guard desired.account == nil, stored?.applied == nil, !attributed.isBeginning else { return nil }
    return (forAll.before ?? forAll.declared).policy
  }

  /// The commit since which history is asked who changed a declaration: what is withheld keeps who did until then.
  var since: @Sendable (EntryKey) -> String? {
    let (withheld, applied, reentry) = (baseline?.withheld ?? [:], stored?.applied?.commit, reentry)
    return { entry in
      if let found = reentry(entry) { return found.since }
      return withheld[entry].flatMap { $0.parts == nil ? .some($0.commit) : nil } ?? applied
    }
  }

  private var reentry: @Sendable (EntryKey) -> (place: EntryKey, since: String?)? {
    let (baseline, tenant, applied, authorship) = (baseline, desired.name, stored?.applied?.commit, attributed)
    return { baseline?.reentry(of: $0, tenant, since: applied, authorship) }
  }

  /// Its owner of record, unless they put themselves into what others declared; else whoever declared it with themselves in
  /// the top role, while nothing was applied to the organization yet; of an account its user, unless it is only just moving
  /// to them.
  private func firstOwners(_ accountability: Accountability) -> Set<Symbol> {
    if let user = desired.account { return move == nil ? [user] : [] }
    // Nobody is asked at the beginning.
    guard stored?.applied == nil, !accountability.isBeginning else { return [] }
    let parts = accountability.parts(of: .tenant).filter(\.changesEntry)
    let founding = parts.filter { $0.known.commit == parts.last?.known.commit }
    if let owner = desired.owner?.value {
      let chosenBy = Set(accountability.parts(of: .owner(nil)).filter(\.changesEntry).compactMap(\.person))
      return chosenBy.contains(owner) && !founding.contains { $0.person == owner } ? [] : [owner]
    }
    let founders = Set(founding.compactMap(\.acting))
    return founders.intersection((desired.members ?? []).filter { $0.role == policy.topOrganizationRole }.map(\.person))
  }

  var wording: Wording { wording(accountability) }

  func wording(_ accountability: Accountability) -> Wording {
    Wording(
      tenant: desired.name, account: desired.account, names: names, accounts: accounts,
      spellings: input.desired.spellings, files: input.desired.files, answers: { answers($0, accountability) })
  }

  /// Nobody approves their own: the actors are no approvers. Drift and expiry are nobody's.
  private func answers(_ step: Step, _ accountability: Accountability) -> Wording.Answers {
    guard step.origin.isSomebodys else { return .init(actors: ["tenure"], approvers: []) }
    let parts = accountability.parts(of: step)
    var actors = Set(parts.map(\.email))
    if actors.isEmpty { actors.formUnion(authorship.newest(since: since(step.entry))) }
    let approvers = Set(parts.flatMap(\.known.approvers))
    return .init(
      actors: actors.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) },
      approvers: approvers.isEmpty
        ? []
        : approvers.subtracting(actors.map(\.emailKey)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
  }
}

extension DesiredTenant {
  /// The groups through which a declaration names its person, now or later.
  public func groups(of entry: EntryKey) -> [Symbol] {
    guard case .member(let workspace, let person) = entry else { return [] }
    return grants(in: workspace).all(of: person).compactMap(\.group)
  }
}
