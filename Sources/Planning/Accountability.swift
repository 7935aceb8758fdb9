import Model

/// Who answers for the steps on one tenant and who approved them, as persons.
struct Accountability: Sendable {
  /// Somebody's part in a change.
  struct Part: Sendable {
    /// As the commit or the pipeline names them.
    var email: String
    /// Nil: nobody whom state or manifests know.
    var person: Symbol?
    /// Of a part that was refused before, only those whose approval is new.
    var approvers: [Symbol]
    /// 40 hexadecimal digits; nil for who is named besides.
    var commit: String?
    /// Its author had no right to it when it was first judged, and what they may do now does not count.
    var isRefused = false
    /// It changed the entry itself, not only a group or policy through which that gives something.
    var changesEntry = false
  }

  /// Who may raise themselves: the owner, at the first apply of their organization (SPEC section 9).
  var firstOwners: Set<Symbol> = []
  let isByHand: Bool
  /// Everybody who answers for anything: most steps concern none of them.
  private let people: Set<Symbol>
  private let partsOfStep: @Sendable (Step) -> [Part]

  /// Whether the person answers for any step at all.
  func mayAnswer(_ person: Symbol) -> Bool { people.contains(person) }

  /// One part a commit that touched the step's declaration, and one for each who was named besides.
  func parts(of step: Step) -> [Part] { partsOfStep(step) }

  /// Who acts in a command; nil: the operator.
  init(byHand person: Symbol?, email: String) {
    isByHand = true
    people = person.map { [$0] } ?? []
    partsOfStep = { _ in person.map { [Part(email: email, person: $0, approvers: [])] } ?? [] }
  }

  /// - Parameters:
  ///   - group: through which a declaration names its person.
  ///   - since: the commit applied before, by declaration.
  ///   - verdict: what was decided about a declaration that is withheld.
  init(
    _ authorship: Authorship, tenant: String, people: PeopleByEmail, firstOwners: Set<Symbol>,
    group: @escaping @Sendable (EntryKey) -> Symbol?, since: @escaping @Sendable (EntryKey) -> String?,
    verdict: @escaping @Sendable (EntryKey) -> Baseline.Verdict?
  ) {
    isByHand = false
    self.firstOwners = firstOwners
    self.people = people.actors
    partsOfStep = { step in
      let isMove = if case .moveAccount = step.change { true } else { false }
      let find = isMove ? people.exactly : people.person
      let verdict = verdict(step.entry)
      let commits = authorship.commits(
        tenant: tenant, entry: step.entry, through: group(step.entry), since: since(step.entry),
        refused: verdict?.commits ?? [])
      let flagged = authorship.approvedBy.compactMap(people.person)
      let known = Set((verdict?.approvers ?? []).compactMap(people.person))
      let authors = commits.map { commit in
        var part = Part(
          email: commit.author, person: find(commit.author),
          approvers: commit.approvers.compactMap(people.person) + flagged, commit: commit.id,
          changesEntry: commit.touches(step.entry, of: tenant))
        if verdict?.commits.contains(commit.id) ?? false {
          part.isRefused = true
          part.approvers.removeAll(where: known.contains)
        }
        return part
      }
      let named = authorship.named.map { email in
        Part(
          email: email, person: find(email),
          approvers: commits.flatMap(\.approvers).compactMap(people.person) + flagged)
      }
      return authors + named
    }
  }
}

/// Finds the person behind an email, former ones included.
///
/// | a former email                                                  | is                                      |
/// |-----------------------------------------------------------------|-----------------------------------------|
/// | that an account moved away from, as the store remembers         | that account's                          |
/// | of `formerly:`, applied or to be applied                        | that Account's                          |
/// | of `formerly:`, where both emails have accounts                 | whoever has the account under it        |
struct PeopleByEmail: Sendable {
  private let names: NameTable
  /// Former email → present one, both caseless.
  let former: [Symbol: Symbol]
  /// Everybody who answers for anything in the plan, under former and present emails.
  private(set) var actors: Set<Symbol> = []

  init(_ input: PlanInput, _ names: NameTable) {
    self.names = names
    former = input.peopleByFormerEmail(names)
    let authorship = input.authorship
    for email in authorship.named + authorship.ranges.values.joined().map(\.author) {
      actors.formUnion([self.exactly(email), person(email)].compactMap { $0 })
    }
  }

  func person(_ email: String) -> Symbol? { exactly(email).map { former[$0] ?? $0 } }

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
      for former in tenant.formerly.map(\.value)
      where actual.accounts[person] == nil || actual.accounts[former] == nil {
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
}
