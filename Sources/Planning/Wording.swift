import Model

/// Turns steps and notices into what people see, for one tenant.
struct Wording {
  let tenant: String
  let account: Symbol?
  let names: NameTable
  let accounts: AccountDirectory
  /// Preferred spellings of people without an account.
  let spellings: [Symbol: Symbol]
  /// Paths of the manifests that marks refer to.
  let files: [String]
  let answers: (Step) -> Answers

  /// Who answers for a step, and who approved it: emails, sorted.
  struct Answers {
    var actors: [String]
    var approvers: [String]
  }

  /// `acme`, or `~EMAIL` as the email is known.
  var organization: String { account.map { "~" + email($0) } ?? tenant }

  /// As the account spells it, else as the manifests do.
  func email(_ person: Symbol) -> String {
    names.text(accounts[person]?.email ?? spellings[person] ?? person)
  }

  func subject(_ step: Step) -> String? { step.key.map(names.text) ?? step.person.map(email) }

  func action(_ step: Step, blockedBy rules: Set<RuleName>) -> Action {
    let (fields, answers) = (fields(step), answers(step))
    return Action(
      step.change.kind(ofAccount: account != nil), organization: organization,
      workspace: step.workspace.map(names.text), subject: subject(step), before: fields.before, after: fields.after,
      origin: step.origin, actors: answers.actors, approvedBy: answers.approvers,
      source: SourceLocation(step.mark, files: files),
      blockedBy: rules.sorted { $0.rawValue < $1.rawValue })
  }

  func waiting(_ step: Step, for event: Waiting.Event) -> Waiting {
    Waiting(
      organization: organization, workspace: step.workspace.map(names.text), subject: subject(step), for: event,
      since: nil, source: SourceLocation(step.mark, files: files))
  }

  private func fields(_ step: Step) -> (before: Fields?, after: Fields?) {
    switch step.change {
    case .updatePolicy(let edit): return edit.fields
    case .updateManagement(let edit): return edit.fields
    case .createOrganization(let creation):
      var entries = entries(creation.attributes, owner: creation.owner)
      entries.append(("defaultWorkspace", .text(names.text(creation.defaultWorkspace.name))))
      return (nil, Fields(entries))
    case .createAccount(let displayName, let workspace):
      var entries = entries(.init(displayName: displayName))
      if let workspace { entries.append(("workspace", .text(names.text(workspace.name)))) }
      return (nil, Fields(entries))
    case .updateTenant(let before, let after), .updateWorkspace(let before, let after):
      return (Fields(entries(before)), Fields(entries(after)))
    case .moveAccount(let from, _):
      return (["email": .text(email(from))], step.person.map { ["email": .text(email($0))] })
    case .deleteAccount: return (nil, nil)
    case .createWorkspace(let creation):
      var entries = entries(creation.attributes, owner: creation.owner)
      if creation.kind != .standard { entries.append(("kind", .text(creation.kind.rawValue))) }
      return (nil, Fields(entries))
    case .renameWorkspace(let from):
      return (["name": .text(names.text(from))], step.workspace.map { ["name": .text(names.text($0))] })
    case .deleteWorkspace(let cause, let ends):
      let counts = Fields([
        ("members", .number(ends.members)), ("invitations", .number(ends.invitations)),
        ("apiKeys", .number(ends.apiKeys)),
      ])
      switch cause {
      case .tombstone(let reason): return (counts, ["removed": .text(reason)])
      case .absence, .command: return (counts, nil)
      }
    case .invite(let grant, let resend):
      return (nil, Fields(entries(grant) + (resend ? [("resend", .flag(true))] : [])))
    case .addMember(let grant): return (nil, Fields(entries(grant)))
    case .cancelInvitation(let grant), .removeMember(let grant): return (Fields(entries(grant)), nil)
    case .updateInvitation(let before, let after), .updateMember(let before, let after),
      .changeRole(let before, let after):
      return changed(before, after)
    case .transferOwnership(let from, _):
      return (["owner": from.map { .text(email($0)) } ?? .null], step.person.map { ["owner": .text(email($0))] })
    case .updateAPIKey(let before, let after): return (fields(before), fields(after))
    case .revokeAPIKey(let limits): return (fields(limits), nil)
    }
  }

  func entries(_ attributes: Change.Attributes, owner: Symbol? = nil) -> [(String, Fields.Value)] {
    var result: [(String, Fields.Value)] = []
    if let displayName = attributes.displayName { result.append(("displayName", .text(displayName))) }
    if let subscription = attributes.subscription { result.append(("subscription", .text(names.text(subscription)))) }
    if let owner { result.append(("owner", .text(email(owner)))) }
    return result
  }

  func entries(_ grant: Grant) -> [(String, Fields.Value)] {
    var result: [(String, Fields.Value)] = [("role", .text(names.text(grant.role)))]
    if let expires = grant.expires { result.append(("expires", .text(expires.description))) }
    if grant.protect { result.append(("protect", .flag(true))) }
    return result
  }

  /// Only what differs, on both sides.
  private func changed(_ before: Grant, _ after: Grant) -> (Fields?, Fields?) {
    var (old, new): ([(String, Fields.Value)], [(String, Fields.Value)]) = ([], [])
    if before.role != after.role {
      old.append(("role", .text(names.text(before.role))))
      new.append(("role", .text(names.text(after.role))))
    }
    if before.expires != after.expires {
      old.append(("expires", before.expires.map { .text($0.description) } ?? .null))
      new.append(("expires", after.expires.map { .text($0.description) } ?? .null))
    }
    if before.protect != after.protect {
      old.append(("protect", .flag(before.protect)))
      new.append(("protect", .flag(after.protect)))
    }
    return (Fields(old), Fields(new))
  }

  func fields(_ limits: APIKeyLimits) -> Fields {
    Fields([
      ("monthlyLimit", limits.monthly.map { .number($0) } ?? .null),
      ("dailyRateLimit", limits.daily.map { .number($0) } ?? .null),
    ])
  }

  /// - Parameter awaited: steps that wait for others than their subjects to accept.
  func waiting(_ diff: TenantDiff, awaited: [Int: Set<Symbol>]) -> [Waiting] {
    var notices = diff.waiting.map { (notice: $0, others: Set<Symbol>()) }
    for (index, others) in awaited.sorted(by: { $0.key < $1.key }) where !diff.steps[index].isConsequence {
      let step = diff.steps[index]
      notices.append(
        (
          .init(workspace: step.workspace, person: step.person, kind: .acceptInvitation, since: nil, mark: step.mark),
          others
        ))
    }
    return notices.sorted { precedes($0.notice, $1.notice) }.map { notice, others in
      Waiting(
        organization: organization, workspace: notice.workspace.map(names.text),
        subject: notice.key.map(names.text) ?? notice.person.map(email), for: notice.kind, since: notice.since,
        others: others.map(email).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) },
        source: SourceLocation(notice.mark, files: files))
    }
  }

  func held(_ diff: TenantDiff) -> [Held] {
    diff.held.sorted { precedes($0, $1) }.map {
      Held(
        organization: organization, workspace: $0.workspace.map(names.text), subject: $0.person.map(email),
        because: $0.kind, since: $0.since, source: SourceLocation($0.mark, files: files))
    }
  }

  private func precedes<Kind>(_ a: TenantDiff.Notice<Kind>, _ b: TenantDiff.Notice<Kind>) -> Bool {
    let left = [a.workspace, a.person ?? a.key].map { $0.map(names.text) ?? "" }
    let right = [b.workspace, b.person ?? b.key].map { $0.map(names.text) ?? "" }
    for (x, y) in zip(left, right) where x != y { return x.utf8.lexicographicallyPrecedes(y.utf8) }
    return false
  }
}
