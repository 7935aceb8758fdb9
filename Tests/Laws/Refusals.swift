import Model

/// Law 1: refused stays refused.
struct Refusals {
  /// What earlier applies of the newest commit refused, by the rules whose answer only an approval, an override, a
  /// person's act or a newer commit changes.
  private var refused: [String: Refused] = [:]
  private static let lasting: Set<RuleName> = [.noSelfChange, .actorAllowed, .deletionNeedsTombstone]

  private struct Refused {
    var rules: Set<RuleName>
    /// The refused admission to the organization beside one to its workspace: when its entry ends, the clock changed
    /// the answer.
    var admission: String?
  }

  /// A commit, or a person's act, changes what may be done.
  mutating func forget() { refused = [:] }

  mutating func note(_ applied: Applied, _ identities: Identities, _ book: EmailBook) -> [Violation] {
    repeated(applied) + done(applied) + raises(applied, identities, book) + strangers(applied, identities, book)
  }

  static func text(_ action: Action) -> String {
    let fields = action.after?.entries.map { "\($0.key)=\($0.value)" }.joined(separator: ",") ?? ""
    return "\(action.kind.rawValue) \(action.organization)\(action.workspace.map { "/\($0)" } ?? "") "
      + "\(action.subject ?? "") \(fields)"
  }

  /// The same apply once more does nothing.
  private func repeated(_ applied: Applied) -> [Violation] {
    let left = applied.again.applicable
    guard let first = left.first else { return [] }
    let wasRefused = applied.plan.actions.contains { !$0.blockedBy.isEmpty && Self.text($0) == Self.text(first) }
    return [
      Violation(
        .refusedStaysRefused,
        wasRefused ? "the same apply does what it refused" : "the same apply does more: \(first.kind.rawValue)",
        left.map(Self.text).joined(separator: "; "))
    ]
  }

  private mutating func done(_ applied: Applied) -> [Violation] {
    var found: [Violation] = []
    let planned = Set(applied.plan.actions.map(Self.text))
    for action in applied.plan.applicable {
      guard let refusal = refused[Self.text(action)] else { continue }
      if let admission = refusal.admission, !planned.contains(admission) { continue }
      let rules = refusal.rules
      let overridden = Set(applied.options.overrides.compactMap { RuleName(rawValue: $0) })
      if rules.isDisjoint(with: overridden) {
        found.append(
          Violation(
            .refusedStaysRefused, "a later apply of the commit does what one refused",
            "\(Self.text(action)) by \(rules.map(\.rawValue).sorted())"))
      }
    }
    // All or nothing withholds what no rule has anything against.
    for action in applied.plan.actions where !applied.options.isAtomic {
      let rules = Self.lasting.intersection(action.blockedBy)
      if rules.isEmpty { continue }
      refused[Self.text(action)] = Refused(rules: rules, admission: admission(before: action, applied.plan))
    }
    return found
  }

  private func admission(before action: Action, _ plan: Plan) -> String? {
    guard action.workspace != nil, action.kind == .addMember else { return nil }
    return plan.actions.first {
      $0.workspace == nil && $0.organization == action.organization && $0.subject == action.subject
        && $0.kind == .addMember && !$0.blockedBy.isEmpty
    }.map(Self.text)
  }

  // MARK: Who answers

  /// A place as the laws follow it through commits.
  private struct Place {
    var organization: String
    /// What the newest commit calls the workspace; nil: it does not declare it.
    var name: String?
    var isWorkspace: Bool
    /// What it was called before the apply; nil: the apply made it.
    var former: String?
    var path: String
  }

  /// Somebody's access in a place before and after an apply.
  private struct Difference {
    var place: Place
    var account: Int64
    var before: Int
    var after: Int
  }

  private func differences(_ applied: Applied, _ identities: Identities) -> [Difference] {
    var found: [Difference] = []
    for (name, tenant) in applied.after.tenants.inOrder where tenant.account == nil {
      guard let old = applied.before.tenants[name], old.commit != nil else { continue }
      let preset = applied.declared.preset(of: name)
      func compare(_ a: Stored.List, _ b: Stored.List, _ place: Place) {
        let people = Set(a.members.keys).union(b.members.keys)
          .union((Array(a.invitations.keys) + b.invitations.keys).compactMap(applied.after.account))
        for account in people.sorted() {
          let email = applied.after.people[account]?.email.lowercased() ?? ""
          let former = applied.before.people[account]?.email.lowercased() ?? email
          func level(_ list: Stored.List, _ email: String) -> Int {
            let member = list.members[account].flatMap { $0.end.map { applied.now < $0 } ?? true ? $0.role : nil }
            let role = member ?? list.invitations[email]?.role
            return preset.level(role, inWorkspace: place.isWorkspace)
          }
          let (before, after) = (level(a, former), level(b, email))
          if before != after {
            found.append(Difference(place: place, account: account, before: before, after: after))
          }
        }
      }
      compare(old.list, tenant.list, Place(organization: name, name: nil, isWorkspace: false, path: name))
      for workspace in tenant.workspaces {
        let former = old.workspaces.first { $0.id == workspace.id }
        compare(
          former?.list ?? Stored.List(), workspace.list,
          Place(
            organization: name, name: identities.name(of: workspace.id, in: name), isWorkspace: true,
            former: former?.name, path: "\(name)/\(workspace.name)"))
      }
    }
    return found
  }

  /// What a commit gives the person in the place; -1 for nothing.
  private func level(_ commit: Authored, _ place: Place, _ name: String?, _ emails: Set<String>, _ now: Instant) -> Int
  {
    let declared = commit.declared
    let preset = declared.preset(of: place.organization)
    func most(_ workspace: String?) -> Int {
      let grants = declared.grants(place.organization, workspace, at: now) ?? [:]
      var levels = emails.map { preset.level(grants[$0]?.role, inWorkspace: workspace != nil) }
      if let owner = declared.impliedOwner(place.organization, workspace), emails.contains(owner) {
        levels.append(preset.roles(inWorkspace: workspace != nil).count)
      }
      return levels.max() ?? -1
    }
    guard place.isWorkspace else { return most(nil) }
    return name.map { most($0) } ?? -1
  }

  /// What each commit calls the place's workspace: back from the newest one along `renamedFrom`; nil where it does not
  /// declare it.
  private func names(of place: Place, _ commits: [Authored]) -> [String?] {
    var names: [String?] = []
    var name = place.name
    for position in commits.indices.reversed() {
      names.append(name)
      guard position > 0, let current = name else {
        name = nil
        continue
      }
      func entries(_ position: Int) -> [String: Declared.Workspace] {
        let all = commits[position].declared.organizations[place.organization]?.workspaces ?? [:]
        return all.filter { $0.value.state == .declared }
      }
      func entry(_ position: Int, _ name: String) -> Declared.Workspace? { entries(position)[name] }
      let (own, former) = (entry(position, current), entry(position - 1, current))
      if own?.renamedFrom == nil,
        let other = entries(position - 1).inOrder.first(where: { $0.key != current && $0.value.renamedFrom == current }
        ),
        entry(position, other.key)?.renamedFrom != current
      {
        // Another entry was to take it, and no longer does.
        name = other.key
        continue
      }
      if let former, former.renamedFrom == own?.renamedFrom { continue }
      // Where the place has the name already, the rename does nothing.
      if let source = own?.renamedFrom, entry(position - 1, source) != nil, place.former != current {
        name = source
      } else if former == nil {
        name = nil
      }
    }
    return names.reversed()
  }

  /// The newest commit since which the person has had at least the level without a break, or exactly it where it fell.
  private func crossing(
    _ applied: Applied, _ difference: Difference, _ emails: Set<String>
  ) -> (position: Int, levelApplied: Int)? {
    let isRise = difference.after > difference.before
    let names = names(of: difference.place, applied.commits)
    func given(_ position: Int) -> Int {
      level(applied.commits[position], difference.place, names[position], emails, applied.now)
    }
    func reaches(_ position: Int) -> Bool {
      let level = given(position)
      return isRise ? level >= difference.after : level <= difference.after
    }
    var position = applied.commits.count - 1
    guard reaches(position) else { return nil }
    while position > 0, reaches(position - 1) { position -= 1 }
    guard position > 0, let last = applied.earlier.last(where: { $0 < position }) else { return nil }
    let range = applied.commits[last...].map(\.declared)
    guard Set(range.map { $0.preset(of: difference.place.organization) }).count == 1 else { return nil }
    if difference.place.isWorkspace, range.contains(where: { $0.hasContraryRenames(difference.place.organization) }) {
      return nil
    }
    // What is new altogether has other rules: the first apply of an organization is its owner's own.
    guard applied.commits[last].declared.organizations[difference.place.organization] != nil else { return nil }
    return (position, given(last))
  }

  /// Nobody gets more by a commit of their own.
  private func raises(_ applied: Applied, _ identities: Identities, _ book: EmailBook) -> [Violation] {
    guard !applied.options.overrides.contains("no-self-change") else { return [] }
    return differences(applied, identities).compactMap { difference in
      guard difference.after > difference.before, book.isCertain(difference.account) else { return nil }
      let emails = book.emails(of: difference.account)
      guard let found = crossing(applied, difference, emails), found.levelApplied < difference.after else { return nil }
      let commit = applied.commits[found.position]
      guard emails.contains(commit.author), commit.approver == nil else { return nil }
      if difference.place.isWorkspace,
        opens(difference, applied) || isOwnMaking(difference, found.position, applied)
      {
        return nil
      }
      return Violation(
        .refusedStaysRefused, "a raise of one's own",
        "\(commit.author) got more in \(difference.place.path) (level \(difference.before) → \(difference.after)) by "
          + "commit \(found.position) of their own")
    }
  }

  /// Whether the commit makes the workspace: owning what one creates is no raise. One under a new name, of which nothing
  /// is stored yet under the old one, is made as much as one that nobody spoke of.
  private func isOwnMaking(_ difference: Difference, _ position: Int, _ applied: Applied) -> Bool {
    let names = names(of: difference.place, applied.commits)
    if difference.place.former == nil, position > 0, names[position] != names[position - 1] { return true }
    return names[..<position].allSatisfy { $0 == nil }
  }

  /// Whether somebody else makes the workspace: by a new name for one that an earlier commit declares and nothing stored.
  private func isMadeLater(_ difference: Difference, _ position: Int, _ applied: Applied) -> Bool {
    guard difference.place.former == nil else { return false }
    let names = names(of: difference.place, applied.commits)
    return applied.commits.indices.dropFirst(position + 1).contains {
      names[$0] != names[$0 - 1] && applied.commits[$0].author != Driver.outsider
    }
  }

  /// Whether the person's organization role opens every workspace anyway.
  private func opens(_ difference: Difference, _ applied: Applied) -> Bool {
    // Somebody else may have given it in the same apply.
    [applied.before, applied.after].contains { stored in
      guard let tenant = stored.tenants[difference.place.organization],
        let member = tenant.list.members[difference.account]
      else { return false }
      let role = tenant.policy?.organizationRoles.first { $0.name == member.role }
      return role?.may(.workspaceEnterAll) ?? false
    }
  }

  /// Under `actor-allowed` nothing is done that somebody without any right declared.
  private func strangers(_ applied: Applied, _ identities: Identities, _ book: EmailBook) -> [Violation] {
    guard !applied.options.overrides.contains("actor-allowed") else { return [] }
    return differences(applied, identities).compactMap { difference in
      guard book.isCertain(difference.account) else { return nil }
      // Who leaves an organization leaves its workspaces with it.
      let isGone = applied.after.tenants[difference.place.organization]?.list.members[difference.account] == nil
      if difference.place.isWorkspace, difference.after < difference.before, isGone { return nil }
      let emails = book.emails(of: difference.account)
      guard let found = crossing(applied, difference, emails) else { return nil }
      let commit = applied.commits[found.position]
      guard commit.author == Driver.outsider, commit.approver == nil else { return nil }
      if difference.place.isWorkspace, isMadeLater(difference, found.position, applied) { return nil }
      let isRise = difference.after > difference.before
      guard isRise ? found.levelApplied < difference.after : found.levelApplied > difference.after else { return nil }
      let range = applied.commits[(applied.earlier.last { $0 < found.position } ?? 0)...]
      guard range.allSatisfy({ $0.declared.setting("actor-allowed", of: difference.place.organization) == "on" }) else {
        return nil
      }
      return Violation(
        .refusedStaysRefused, "an act of somebody without any right",
        "\(applied.after.people[difference.account]?.email ?? "?") in \(difference.place.path) (level "
          + "\(difference.before) → \(difference.after)) by commit \(found.position) of \(commit.author)")
    }
  }
}
