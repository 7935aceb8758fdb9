import Manifests
import Model
import Planning
import Store

/// Manifests that still name an account by an email that it moved away from, by command or by a `formerly` that is gone
/// again: planning would invite or add whoever has the old email and remove the person under the present one. That is an
/// error where the old email stands, which stops the organization or account whose declaration it is; in `operators` of
/// the Policy for all it stops everything.
///
/// | the old email                                                       | is                                    |
/// |---------------------------------------------------------------------|---------------------------------------|
/// | of an account that moves back (`formerly:` the present)             | that account's again                  |
/// | of an entry that has ended                                          | nobody's                              |
/// | where what counts as applied says it too: declared since the move   | whoever's it is                       |
/// | somebody new has it, and what counts as applied there is not the    | theirs                                |
/// | moved account's                                                     |                                       |
/// | somebody new has it, the present one stands beside it, and something | theirs                               |
/// | was applied since the move, which manifests of before it cannot be  |                                       |
/// | anything else                                                       | an error `moved-account`              |
struct MovedAccounts {
  /// By the caseless former email, the newest move last.
  let former: [String: [FormerEmail]]
  private let people: [Symbol: [FormerEmail]]
  private let store: any StoreReader

  /// Nil: no account ever moved.
  init?(_ store: any StoreReader, _ desired: DesiredState, _ names: NameTable) throws {
    var former = Dictionary(grouping: try store.formerEmails(), by: \.email)
    guard !former.isEmpty else { return nil }
    for tenant in desired.tenants {
      guard let person = tenant.account, let moved = former[names.text(person)] else { continue }
      let isBack = moved.contains { move in
        !move.isTaken && tenant.formerly.contains { names.text($0.value) == move.present.emailKey }
      }
      if isBack { former[names.text(person)] = nil }
    }
    (self.former, self.store) = (former, store)
    people = Dictionary(
      former.compactMap { old, moved in names.symbol(of: old).map { ($0, moved) } }, uniquingKeysWith: { a, _ in a })
  }

  /// Tenants that name somebody by a former email, rightly or not.
  func suspects(_ desired: DesiredState) -> Set<String> {
    let isAll = isNamed(by: desired.policy)
    return Set(
      desired.tenants.lazy.filter { tenant in
        isAll || isNamed(by: tenant.policy) || tenant.uses.contains { people[$0.person] != nil }
      }.map(\.name))
  }

  /// Whether an operator of the policy has a former email.
  func isNamed(by policy: PolicyInForce) -> Bool {
    policy.policy.operators.contains { former[$0.emailKey] != nil }
  }

  /// Where a group that is named at a path lists the email.
  typealias GroupLine = (_ email: String, Path) throws -> SourceLocation?

  /// Takes the tenants out that name somebody by a former email; the errors say where, in the order of the files.
  func stop(_ input: inout PlanInput, line: GroupLine) throws -> [Diagnostic] {
    // A group's line is said once, wherever the group is named.
    var found: Set<Diagnostic> = []
    if let error = try error(input.desired.policy, forAllIn: input) {
      found = [error]
      // It would be recorded as the Policy for all.
      input.desired.policy = Policies.none
      input.desired.stopped.formUnion(input.desired.tenants.lazy.filter { $0.account == nil }.map(\.name))
      input.desired.tenants = []
    }
    let stored = Dictionary(input.actual.tenants.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for tenant in input.desired.tenants {
      let uses = tenant.uses.filter { people[$0.person] != nil }
      guard !uses.isEmpty || isNamed(by: tenant.policy) else { continue }
      let errors = try self.errors(uses, in: tenant, stored[tenant.name], input, line)
      guard !errors.isEmpty else { continue }
      input.desired.stopped.insert(tenant.name)
      found.formUnion(errors)
    }
    input.desired.tenants.removeAll { [stopped = input.desired.stopped] in stopped.contains($0.name) }
    let files = Dictionary(uniqueKeysWithValues: input.desired.files.enumerated().map { ($1, $0) })
    let place = { (error: Diagnostic) in
      (files[error.location?.file ?? ""] ?? -1, error.location?.line ?? 0, error.location?.column ?? 0)
    }
    return found.sorted { a, b in place(a) == place(b) ? a.message < b.message : place(a) < place(b) }
  }

  // MARK: Lists and accounts

  private func errors(
    _ uses: [DesiredTenant.Use], in tenant: DesiredTenant, _ stored: ActualTenant?, _ input: PlanInput,
    _ line: GroupLine
  ) throws -> [Diagnostic] {
    var names = input.names
    let baseline = stored.flatMap { $0.applied?.baseline == nil ? nil : $0 }
      .flatMap { Baseline(of: $0, policy: tenant.policy, names: &names) }
    var found = try uses.compactMap { use -> Diagnostic? in
      let moved = people[use.person] ?? []
      let wrong =
        switch use.entry {
        case .tenant: try wrong(account: tenant, moved, input)
        case .owner, .member, .workspace, .apiKey, .policy, .management:
          wrong(
            moved, since: stored?.applied?.time,
            isApplied: { present in
              guard let person = present.map({ names.symbol(of: $0.emailKey) }) ?? use.person else { return false }
              return baseline?.names(person, at: use.appliedEntry) ?? false
            },
            isBeside: { present in
              names.symbol(of: present.emailKey).map { tenant.names($0, beside: use.entry) } ?? false
            })
        }
      return try wrong.map { move in
        let inGroup = try use.group.flatMap { _ in
          try line(names.text(use.person), Path(tenant: tenant.name, workspace: use.workspace.map(names.text)))
        }
        return error(use, move, at: inGroup ?? SourceLocation(use.mark, files: input.desired.files), in: tenant, input)
      }
    }
    let applied = stored?.applied.flatMap { input.appliedPolicies[$0.policyDigest] }
    if let wrong = wrong(tenant.policy, applied, since: stored?.applied?.time) {
      found.append(error(wrong, tenant.policy, .organizations([tenant.name]), input))
    }
    return found
  }

  /// The one decision: the move by which the old email is wrong where it stands; nil: it is right.
  ///
  /// - Parameters:
  ///   - since: when something was last applied there.
  ///   - isApplied: whether what counts as applied there says this present email, or with nil the former one.
  ///   - isBeside: whether the manifests say this present email there too.
  private func wrong(
    _ moved: [FormerEmail], since applied: Instant?, isApplied: (String?) -> Bool, isBeside: (String) -> Bool
  ) -> FormerEmail? {
    if isApplied(nil) { return nil }
    return moved.last { move in
      guard move.isTaken else { return true }
      let isNewer = applied.map { move.moved < $0 } ?? false
      return isApplied(move.present) && !(isNewer && isBeside(move.present))
    }
  }

  /// Of an Account document, what counts as applied is another tenant's.
  private func wrong(account tenant: DesiredTenant, _ moved: [FormerEmail], _ input: PlanInput) throws -> FormerEmail? {
    let own = try store.tenant(named: tenant.name)?.appliedAt
    var applied: [String: Instant] = [:]
    for move in moved where move.isTaken {
      applied[move.present] = try store.tenant(named: "~" + move.present.emailKey)?.appliedAt
    }
    return wrong(
      moved, since: applied.values.max(), isApplied: { $0.map { applied[$0] != nil } ?? (own != nil) },
      isBeside: { present in input.desired.tenants.contains { $0.name == "~" + present.emailKey } })
  }

  // MARK: Operators

  private func wrong(
    _ policy: PolicyInForce, _ applied: PolicyInForce?, since time: Instant?
  ) -> (former: String, move: FormerEmail)? {
    for email in policy.policy.operators {
      guard let moved = former[email.emailKey] else { continue }
      let wrong = wrong(
        moved, since: time, isApplied: { applied?.policy.namesOperator($0 ?? email) ?? false },
        isBeside: policy.policy.namesOperator)
      if let wrong { return (email, wrong) }
    }
    return nil
  }

  private func error(_ policy: PolicyInForce, forAllIn input: PlanInput) throws -> Diagnostic? {
    guard isNamed(by: policy) else { return nil }
    let applied = input.actual.policyForAll.flatMap { input.appliedPolicies[$0] }
    let last = try store.tenants().compactMap(\.appliedAt).max()
    return wrong(policy, applied, since: last).map { error($0, policy, .everything, input) }
  }

  private func error(
    _ wrong: (former: String, move: FormerEmail), _ policy: PolicyInForce, _ scope: Diagnostic.Scope, _ input: PlanInput
  ) -> Diagnostic {
    var mark = Mark.none
    if case .manifest(let place)? = policy.origins["operators"] { mark = place }
    let (old, present) = (wrong.former, wrong.move.present)
    return Diagnostic(
      code: "moved-account", message: "the operator `\(old)` is a former email: the account is `\(present)` now.",
      location: SourceLocation(mark, files: input.desired.files),
      hint: "Write `\(present)`, and apply; whoever has `\(old)` now may be named in a later commit.", scope: scope)
  }

  private func error(
    _ use: DesiredTenant.Use, _ move: FormerEmail, at location: SourceLocation?, in tenant: DesiredTenant,
    _ input: PlanInput
  ) -> Diagnostic {
    let names = input.names
    let (old, present) = (names.text(input.desired.spellings[use.person] ?? use.person), move.present)
    let through = use.group.map { ", named through the group `\(names.text($0))`," } ?? ""
    let hint =
      if tenant.account == use.person, !move.isTaken {
        "Write `email: \(present)`, and `formerly: [\(old)]`; or to go back, `formerly: [\(present)]`."
      } else if move.isTaken {
        "Write `\(present)`, and apply. Whoever has `\(old)` now is declared beside it in a later commit."
      } else {
        "Write `\(present)`. Somebody new with the old email signs up first: tenure account sign-up \(old)."
      }
    return Diagnostic(
      code: "moved-account", message: "`\(old)`\(through) is a former email: the account is `\(present)` now.",
      location: location, hint: hint, scope: .organizations([tenant.name]))
  }
}

extension DesiredTenant {
  /// An email that a declaration gives something.
  fileprivate struct Use {
    var person: Symbol
    /// `.tenant`: the Account document itself.
    var entry: EntryKey
    var group: Symbol?
    /// What the workspace of the entry was called before, where this commit renames it.
    var renamedFrom: Symbol?
    var mark: Mark

    /// Nil: the organization itself, or an account.
    var workspace: Symbol? {
      switch entry {
      case .owner(let workspace), .member(let workspace, _): workspace
      case .tenant, .workspace, .apiKey, .policy, .management: nil
      }
    }

    /// The entry under the name that what counts as applied has for it.
    var appliedEntry: EntryKey {
      guard let renamedFrom else { return entry }
      return switch entry {
      case .owner: .owner(renamedFrom)
      case .member(_, let person): .member(workspace: renamedFrom, person: person)
      case .tenant, .workspace, .apiKey, .policy, .management: entry
      }
    }
  }

  fileprivate var uses: [Use] {
    var result = account.map { [Use(person: $0, entry: .tenant, mark: emailMark ?? mark)] } ?? []
    func add(_ owner: Marked<Symbol>?, _ members: [DesiredMember]?, _ workspace: DesiredWorkspace?) {
      let from = workspace?.renamedFrom?.value
      if let owner {
        result.append(
          Use(person: owner.value, entry: .owner(workspace?.name), renamedFrom: from, mark: owner.mark))
      }
      for member in members ?? [] where member.isInForce {
        // An owner's implied entry stands where `owner:` does.
        if member.person == owner?.value, member.mark == owner?.mark { continue }
        result.append(
          Use(
            person: member.person, entry: .member(workspace: workspace?.name, person: member.person),
            group: member.group, renamedFrom: from, mark: member.mark))
      }
    }
    add(owner, members, nil)
    for workspace in workspaces where workspace.disposition == .declared {
      add(workspace.owner, workspace.members, workspace)
    }
    return result
  }

  /// Whether the person stands in the list that the entry belongs to.
  fileprivate func names(_ person: Symbol, beside entry: EntryKey) -> Bool {
    switch entry {
    case .owner(let place), .member(let place, _):
      let list = place.map { name in workspaces.first { $0.name == name }?.members } ?? members
      return list?.contains { $0.person == person } ?? false
    case .tenant, .workspace, .apiKey, .policy, .management: return false
    }
  }
}

extension Reconciliation {
  /// Stops what names somebody by a former email; the errors have their lines.
  func stopMoved(_ input: inout PlanInput, _ store: (any StoreReader)?) throws -> [Diagnostic] {
    guard let store, !input.desired.tenants.isEmpty,
      let moved = try MovedAccounts(store, input.desired, input.names)
    else { return [] }
    var reading: PersonReading?
    let (commit, now) = (input.source.commit, input.now)
    let found = try moved.stop(&input) { email, path in
      guard let commit else { return nil }
      if reading == nil { reading = try PersonReading(source, at: commit, now: now) }
      return reading?.line(naming: email, at: path)
    }
    guard !found.isEmpty else { return [] }
    let files = try source.snapshot(at: input.source.commit).files
    let bytes = Dictionary(files.map { ($0.path, $0.bytes) }) { first, _ in first }
    return found.map { diagnostic in
      var diagnostic = diagnostic
      guard let location = diagnostic.location, let text = bytes[location.file] else { return diagnostic }
      diagnostic.excerpt = SourceExcerpt.line(location.line, around: location.column, of: text)
      return diagnostic
    }
  }
}

extension PlanInput {
  /// Asks the store which emails accounts moved away from. Older commits may be all that names one, so the table has to
  /// know them before history is read.
  mutating func readFormerEmails(_ store: any StoreReader) throws {
    guard !desired.tenants.isEmpty else { return }
    // Whoever signed up with it since answers for it.
    for move in try store.formerEmails() where !move.isTaken { formerEmails[move.email] = move.present }
    for (former, present) in formerEmails.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
      _ = names.intern(former)
      _ = names.intern(present.emailKey)
    }
  }
}
