import Model

/// Who answers for the steps on one tenant and who approved them, as persons.
struct Accountability: Sendable {
  /// Somebody's part in a change, with the people behind the emails.
  struct Part: Sendable {
    var known: Planning.Part
    /// Nil: nobody whom state or manifests know.
    var person: Symbol?
    /// Whose rights they have; nil: nobody's, as also under an email that an account has yet to move to.
    var acting: Symbol?
    /// Of a part that was refused before, only those whose approval is new.
    var approvers: [Symbol]
    /// It only counts against its person: what they may do is nothing to go by.
    var isAgainst: Bool

    var email: String { known.email }
    /// Its author had no right to it when it was first judged, and what they may do now does not count.
    var isRefused: Bool { known.isRefused }
    /// A commit's that changed the entry itself.
    var changesEntry: Bool { known.changesEntry && !known.commit.isEmpty }
  }

  /// Who may raise themselves: the owner, at the first apply of their organization (SPEC section 9).
  var firstOwners: Set<Symbol> = []
  let isByHand: Bool
  /// Nothing was ever applied: nobody is asked about their rights.
  let isBeginning: Bool
  /// Everybody who answers for anything: most steps concern none of them.
  private let people: Set<Symbol>
  private let asksForAttestation: Bool
  private let partsOfEntry: @Sendable (EntryKey, _ isMove: Bool) -> [Part]
  private let lacking: @Sendable (EntryKey) -> Waiting.Event?
  /// Whoever may have made a change that nobody is known to have made; and whether all of them are attested.
  private let unclaimed: @Sendable (EntryKey) -> (parts: [Part], isKnown: Bool)

  /// Whether the person answers for any step at all.
  func mayAnswer(_ person: Symbol) -> Bool { people.contains(person) }

  /// One part for each author of a commit that changed the step's declaration since it last counted as applied, newest
  /// first, and one for each who was named besides.
  func parts(of step: Step) -> [Part] {
    let isMove = if case .moveAccount = step.change { true } else { false }
    var parts = partsOfEntry(step.entry, isMove)
    for other in step.alsoBy {
      let known = Set(parts.map(\.known))
      parts += partsOfEntry(other, false).filter { !known.contains($0.known) }
    }
    return isUnclaimed(step, parts) ? parts + unclaimed(step.entry).parts : parts
  }

  /// No change is nobody's.
  private func isUnclaimed(_ step: Step, _ parts: [Part]) -> Bool {
    step.origin.isSomebodys && !step.isConsequence && parts.allSatisfy(\.known.commit.isEmpty)
  }

  func parts(of entry: EntryKey) -> [Part] { partsOfEntry(entry, false) }

  /// What is yet to be known before it can be said who answers for somebody's change; nil: nothing.
  func missing(for step: Step) -> Waiting.Event? {
    guard step.origin.isSomebodys else { return nil }
    let entries = [step.entry] + step.alsoBy
    if let event = entries.lazy.compactMap(lacking).first { return event }
    // Where nobody waits for a word, that need not be known.
    guard asksForAttestation, isUnclaimed(step, entries.flatMap { partsOfEntry($0, false) }) else { return nil }
    return unclaimed(step.entry).isKnown ? nil : .attestation
  }

  /// Who acts in a command; nil: the operator.
  init(byHand person: Symbol?, email: String) {
    isByHand = true
    (isBeginning, asksForAttestation) = (false, false)
    people = person.map { [$0] } ?? []
    lacking = { _ in nil }
    unclaimed = { _ in ([], true) }
    partsOfEntry = { _, _ in
      let known = Planning.Part(commit: "", email: email, approvers: [], changesEntry: false)
      return person.map { [Part(known: known, person: $0, acting: $0, approvers: [], isAgainst: false)] } ?? []
    }
  }

  /// - Parameters:
  ///   - groups: through which a declaration names its person.
  ///   - since: the commit from which on history is asked, by declaration.
  ///   - withheld: what is known of declarations that are.
  ///   - place: the list of an entry, where that was left and is declared again.
  init(
    _ authorship: Authorship, tenant: String, people: PeopleByEmail,
    groups: @escaping @Sendable (EntryKey) -> [Symbol], since: @escaping @Sendable (EntryKey) -> String?,
    withheld: [EntryKey: Baseline.Withheld], place: @escaping @Sendable (EntryKey) -> EntryKey? = { _ in nil }
  ) {
    isByHand = false
    (isBeginning, asksForAttestation) = (authorship.isBeginning, authorship.asksForAttestation)
    let answering = withheld.values.flatMap { $0.parts ?? [] }.map(\.email)
    self.people = people.actors.union(answering.flatMap(people.everyone))
    let changes: @Sendable (EntryKey) -> [Planning.Part] = { entry in
      authorship.parts(
        tenant: tenant, entry: entry, through: groups(entry), since: since(entry),
        declaredAgainBy: place(entry))
    }
    // What was withheld because nobody was known to have made it stays so: the history behind it is not asked again.
    let isNobodys: @Sendable (EntryKey) -> Bool = { entry in
      withheld[entry]?.parts?.isEmpty ?? false && changes(entry).isEmpty
    }
    let found: @Sendable (EntryKey) -> [Planning.Part] = { entry in
      if isNobodys(entry) { return authorship.invokedParts }
      let own = changes(entry)
      guard (withheld[entry]?.parts ?? []).isEmpty, own.allSatisfy(\.commit.isEmpty) else { return own }
      return Planning.Part.joined(own, authorship.partsInPolicy(of: tenant, since: since(entry)))
    }
    let inGroups = RefusedGroups(withheld, groups)
    let asPart: @Sendable (Planning.Part, Bool, [Planning.Part]) -> Part = { part, isMove, refused in
      var part = part
      if authorship.isBeginning { part.passed.formUnion(Planning.Part.rules) }
      let said = authorship.approvers(of: part.commit)
      if !said.isEmpty { part.approvers = Set(part.approvers + said).sorted() }
      let before = refused.filter { $0.isSame(as: part) }.flatMap(\.approvers)
      return Part(
        known: part, person: isMove ? people.exactly(part.email) : people.person(part.email),
        acting: people.acting(part.email),
        approvers: part.approvers.filter { !before.contains($0) }.compactMap(people.acting),
        isAgainst: part.isAuthor && !authorship.believesAuthors)
    }
    partsOfEntry = { entry, isMove in
      let kept = Planning.Part.joined(withheld[entry]?.parts ?? [], inGroups.parts(of: entry, through: groups))
      let new = found(entry)
      let attested = kept.filter { $0.isAuthor && !$0.commit.isEmpty }.flatMap {
        authorship.attested($0.commit, changesEntry: $0.changesEntry)
      }
      let refused = kept.filter(\.isRefused)
      return Planning.Part.joined(Planning.Part.joined(new, kept), attested).map { asPart($0, isMove, refused) }
    }
    let isAttested: @Sendable ([Planning.Part]) -> Bool = { parts in
      Set(parts.map(\.commit)).subtracting([""]).allSatisfy {
        authorship.attestations[$0]?.actors.isEmpty == false
      }
    }
    unclaimed = { entry in
      let isKept = !(withheld[entry]?.parts ?? []).isEmpty
      if authorship.isBeginning || isKept || isNobodys(entry) || authorship.rewound.contains(since(entry) ?? "") {
        return ([], true)
      }
      let found = authorship.partsInAll(since: since(entry))
      let parts = found.isEmpty ? authorship.invokedParts : found
      return (
        parts.map { asPart($0, false, []) },
        !parts.isEmpty && isAttested(parts)
      )
    }
    lacking = { entry in
      if authorship.isBeginning { return nil }
      if authorship.unknown.contains(since(entry) ?? "") { return .history }
      if authorship.rewound.contains(since(entry) ?? "") || isNobodys(entry) {
        return authorship.invokedParts.isEmpty ? .attestation : nil
      }
      guard authorship.asksForAttestation else { return nil }
      return isAttested(changes(entry) + (withheld[entry]?.parts ?? [])) ? nil : .attestation
    }
  }
}

/// What was refused to people of a group, by the place and the group: whoever joins it later is given the same by the same
/// commits.
private struct RefusedGroups: Sendable {
  private struct Key: Hashable {
    var workspace: Symbol?
    var group: Symbol
  }
  private var refused: [Key: [Planning.Part]] = [:]

  init(_ withheld: [EntryKey: Baseline.Withheld], _ groups: (EntryKey) -> [Symbol]) {
    for (entry, value) in withheld {
      guard case .member(let workspace, _) = entry else { continue }
      let parts = (value.parts ?? []).filter { $0.isRefused && $0.changesEntry }
      if parts.isEmpty { continue }
      for group in groups(entry) { refused[Key(workspace: workspace, group: group), default: []] += parts }
    }
  }

  /// In byte order: equal inputs give equal plans.
  func parts(of entry: EntryKey, through groups: (EntryKey) -> [Symbol]) -> [Planning.Part] {
    guard !refused.isEmpty, case .member(let workspace, _) = entry else { return [] }
    return groups(entry).flatMap { refused[Key(workspace: workspace, group: $0)] ?? [] }
      .sorted { $0.text.utf8.lexicographicallyPrecedes($1.text.utf8) }
  }
}

/// Finds the person behind an email, former ones included.
///
/// | a former email                                                       | is                                 |
/// |----------------------------------------------------------------------|------------------------------------|
/// | that an account moved away from, as the store remembers              | that account's                     |
/// | of `formerly:`, which counts as applied                              | that Account's                     |
/// | of `formerly:`, where the account is stored under it still           | that account's, whose it always was |
/// | of any other `formerly:`: it means nothing before it is applied      | whoever has an account under it    |
struct PeopleByEmail: Sendable {
  private let names: NameTable
  /// Former email → present one, both caseless.
  let former: [Symbol: Symbol]
  /// Emails that accounts have yet to move to.
  private let coming: Set<Symbol>
  /// Everybody who answers for anything in the plan, under former and present emails.
  private(set) var actors: Set<Symbol> = []

  init(_ input: PlanInput, _ names: NameTable) {
    self.names = names
    former = input.peopleByFormerEmail(names)
    coming = Set(
      input.desired.tenants.filter { !$0.formerly.isEmpty }.compactMap(\.account).filter {
        input.actual.accounts[$0] == nil
      })
    let authorship = input.authorship
    let attested = authorship.attestations.values.flatMap(\.actors)
    for email in authorship.invokedParts.map(\.email) + attested + authorship.commits.flatMap(\.authors) {
      actors.formUnion(everyone(email))
    }
  }

  /// Whoever the email may stand for.
  func everyone(_ email: String) -> [Symbol] { [exactly(email), person(email)].compactMap { $0 } }

  func person(_ email: String) -> Symbol? { exactly(email).map { former[$0] ?? $0 } }

  /// Whose rights count for whoever uses the email now.
  func acting(_ email: String) -> Symbol? {
    exactly(email).flatMap { former[$0] ?? (coming.contains($0) ? nil : $0) }
  }

  /// The person of this very email: an email that moves is not yet theirs who move it to themselves.
  func exactly(_ email: String) -> Symbol? { names.symbol(of: email.emailKey) }
}

extension PlanInput {
  /// Former email → present one, both caseless, of everybody who has or had another email.
  fileprivate func peopleByFormerEmail(_ names: NameTable) -> [Symbol: Symbol] {
    var next: [Symbol: Symbol] = [:]
    for (old, present) in formerEmails {
      if let old = names.symbol(of: old), let present = names.symbol(of: present.emailKey) { next[old] = present }
    }
    for tenant in desired.tenants {
      guard let person = tenant.account else { continue }
      for former in tenant.formerly.map(\.value) {
        let isStoredUnderIt = actual.accounts[former] != nil
        guard isStoredUnderIt ? actual.accounts[person] == nil : wasApplied(former, tenant) else { continue }
        // An account that moves back.
        if next[person] == former { next[person] = nil }
        next[former] = person
      }
    }
    return Dictionary(
      uniqueKeysWithValues: next.keys.map { former in
        var (person, seen) = (former, Set([former]))
        while let present = next[person], seen.insert(present).inserted { person = present }
        return (former, person)
      })
  }

  /// Whether a `formerly:` of an account counts as applied.
  func wasApplied(_ former: Symbol, _ tenant: DesiredTenant) -> Bool {
    guard let stored = actual.tenants.first(where: { $0.name == tenant.name }) else { return false }
    var table = names
    let baseline = Baseline(of: stored, policy: tenant.policy, names: &table)
    return baseline?.tenant.formerly.contains { $0.value == former } ?? false
  }

  /// Former emails of an account that nobody has one under, and that are new.
  func newFormerEmails(_ tenant: DesiredTenant) -> [Marked<Symbol>] {
    guard let person = tenant.account else { return [] }
    return tenant.formerly.filter { former in
      actual.accounts[former.value] == nil && formerEmails[names.text(former.value)]?.emailKey != names.text(person)
        && !wasApplied(former.value, tenant)
    }
  }
}
