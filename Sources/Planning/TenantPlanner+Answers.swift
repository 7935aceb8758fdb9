import Model

/// Who answers for what in a plan of a tenant.
extension TenantPlanner {
  /// Who answers, as far as the policies of before and after believe it.
  var authorship: Authorship {
    let older = (baseline?.withheld ?? [:]).values.compactMap { $0.policyDigest.flatMap { olderPolicies[$0] } }
    let policies = [policy] + [appliedPolicy].compactMap { $0 } + older
    return attributed.believed(by: policies.map(\.policy.identity))
  }

  var accountability: Accountability { accountability(believing: authorship) }

  func accountability(believing authorship: Authorship) -> Accountability {
    Accountability(
      authorship, tenant: desired.name, people: people, firstOwners: firstOwners,
      groups: { [desired] in desired.groups(of: $0) }, since: since, withheld: baseline?.withheld ?? [:])
  }

  /// The commit since which history is asked who changed a declaration: what is withheld keeps who did until then.
  var since: @Sendable (EntryKey) -> String? {
    let (withheld, applied) = (baseline?.withheld ?? [:], stored?.applied?.commit)
    return { entry in withheld[entry].flatMap { $0.parts == nil ? .some($0.commit) : nil } ?? applied }
  }

  /// Its owner of record, else whoever is declared in the top role, while nothing was applied to the organization yet;
  /// of an account its user, unless it is only just moving to them.
  private var firstOwners: Set<Symbol> {
    if let user = desired.account { return move == nil ? [user] : [] }
    guard stored?.applied == nil else { return [] }
    if let owner = desired.owner { return [owner.value] }
    return Set((desired.members ?? []).filter { $0.role == policy.topOrganizationRole }.map(\.person))
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
  func groups(of entry: EntryKey) -> [Symbol] {
    guard case .member(let workspace, let person) = entry else { return [] }
    let place = workspace.map { name in workspaces.first { $0.name == name } }
    let (list, later) = (place.map { $0?.members } ?? members, place.map { $0?.later ?? [:] } ?? later)
    return [list?.first(sortedBy: \.person, person)?.group].compactMap { $0 }
      + (later[person] ?? []).compactMap(\.group)
  }
}
