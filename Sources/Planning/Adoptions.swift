import Model

/// What counts as applied after a plan and did not before, as far as no action says it (SPEC section 8, on the digest).
///
/// | declaration of     | an action says it                              | compared                                             |
/// |--------------------|------------------------------------------------|------------------------------------------------------|
/// | a person           | a step for them; a workspace that is made with | role, end, protection; in any case `reinvite` and    |
/// |                    | them; a role that passes with the ownership    | what follows an end                                  |
/// | a waiting person   | none: a step may offer less than is declared   | all of it, where a commit declared it since          |
/// | an owner of record | a transfer; a workspace that is made with them | who it is                                            |
/// | a key              | a step for it                                  | its limits                                           |
/// | attributes         | a step that sets them                          | display name and subscription                        |
/// | what is managed    | leaving it; making or deleting the workspace   | all of ``Managed``; of a new workspace what is not   |
/// |                    |                                                | told by its organization, its people and its keys    |
struct Adoptions {
  private let top: Symbol
  private let now: Instant
  private let wording: Wording
  /// What steps say.
  private var said: Set<EntryKey> = []
  private var setAttributes: [EntryKey: Change.Attributes] = [:]
  private var made: [Symbol: Change.WorkspaceCreation] = [:]
  private var found: [Adoption] = []

  /// - Parameters:
  ///   - steps: those that the plan does.
  ///   - top: the role that whoever a workspace is made with has in it.
  init(besides steps: [Step], top: Symbol, now: Instant, _ wording: Wording) {
    (self.top, self.now, self.wording) = (top, now, wording)
    for step in steps { note(step) }
  }

  /// In byte order of workspace, kind and subject.
  var sorted: [Adoption] {
    func key(_ adoption: Adoption) -> [String] {
      [adoption.workspace ?? "", adoption.kind.rawValue, adoption.subject ?? ""]
    }
    return found.map { (key: key($0), adoption: $0) }.sorted { a, b in
      for (x, y) in zip(a.key, b.key) where x != y { return x.utf8.lexicographicallyPrecedes(y.utf8) }
      return false
    }.map(\.adoption)
  }

  private mutating func note(_ step: Step) {
    said.insert(step.entry)
    switch step.change {
    case .createWorkspace(let creation):
      made[creation.name] = creation
      setAttributes[step.entry] = creation.attributes
    case .updateTenant(_, let after), .updateWorkspace(_, let after): setAttributes[step.entry] = after
    case .updateManagement(let edit): said.formUnion(edit.places.map(EntryKey.management))
    case .deleteWorkspace: said.insert(.management(step.workspace))
    case .transferOwnership(_, let swap?):
      let people = [step.person, swap.former].compactMap { $0 }
      said.formUnion(people.map { EntryKey.member(workspace: step.workspace, person: $0) })
    case .transferOwnership(_, nil), .updatePolicy, .createOrganization, .createAccount, .moveAccount, .deleteAccount,
      .renameWorkspace, .invite, .updateInvitation, .cancelInvitation, .addMember, .updateMember, .changeRole,
      .removeMember, .updateAPIKey, .revokeAPIKey:
      break
    }
  }

  private mutating func add(
    _ kind: Adoption.Kind, _ workspace: Symbol?, _ subject: String?, _ before: Fields?, _ after: Fields?
  ) {
    found.append(
      Adoption(
        kind, organization: wording.organization, workspace: workspace.map(wording.names.text), subject: subject,
        before: before, after: after))
  }
}

// MARK: - Places

extension Adoptions {
  /// All of a tenant but what waits: that counts as it did.
  mutating func compare(_ new: DesiredTenant, with old: DesiredTenant) {
    management(nil, old.managed(nil), new.managed(nil))
    attributes(.tenant, old.attributes, new.attributes)
    owner(nil, old.owner?.value, new.owner?.value)
    members(nil, new.grants(in: nil), old.grants(in: nil))
    let before = Dictionary(old.workspaces.map { ($0.name, $0) }) { first, _ in first }
    for workspace in new.workspaces { compare(workspace, with: before[workspace.name], in: new) }
    let named = Set(new.workspaces.map(\.name))
    for workspace in old.workspaces where !named.contains(workspace.name) {
      management(workspace.name, workspace.managed, nil)
    }
  }

  private mutating func compare(_ new: DesiredWorkspace, with former: DesiredWorkspace?, in tenant: DesiredTenant) {
    let old = former?.disposition == .declared ? former : nil
    let isPlain = old == nil && made[new.name] != nil
    management(new.name, isPlain ? new.plain(in: tenant) : former?.managed, new.managed)
    guard new.disposition == .declared else { return }
    attributes(.workspace(new.name), old?.attributes ?? .init(), new.attributes)
    owner(new.name, old?.owner?.value, new.owner?.value)
    members(new.name, new.grants, old?.grants ?? .init())
    keys(new, old)
  }

  private mutating func management(_ workspace: Symbol?, _ before: Managed?, _ after: Managed?) {
    let isDeclared = [before, after].contains { $0?.isDeclared ?? false }
    guard before != after, isDeclared, !said.contains(.management(workspace)) else { return }
    add(.management, workspace, nil, before?.fields, after?.fields)
  }

  private mutating func attributes(_ entry: EntryKey, _ before: Change.Attributes, _ after: Change.Attributes) {
    var (before, after) = (before, after)
    if setAttributes[entry]?.displayName != nil { (before.displayName, after.displayName) = (nil, nil) }
    if setAttributes[entry]?.subscription != nil { (before.subscription, after.subscription) = (nil, nil) }
    guard before != after else { return }
    add(.attributes, entry.workspace, nil, Fields(wording.entries(before)), Fields(wording.entries(after)))
  }

  private mutating func owner(_ workspace: Symbol?, _ before: Symbol?, _ after: Symbol?) {
    guard before != after, !said.contains(.owner(workspace)) else { return }
    if let after, let workspace, made[workspace]?.owner == after { return }
    func fields(_ person: Symbol) -> Fields { ["owner": .text(wording.email(person))] }
    add(.owner, workspace, nil, before.map(fields), after.map(fields))
  }

  private mutating func keys(_ new: DesiredWorkspace, _ old: DesiredWorkspace?) {
    guard let list = new.apiKeys else { return }
    let after = Dictionary(list.map { ($0.name, $0.limits) }) { first, _ in first }
    let before = Dictionary((old?.apiKeys ?? []).map { ($0.name, $0.limits) }) { first, _ in first }
    for key in Set(before.keys).union(after.keys) where before[key] != after[key] {
      guard !said.contains(.apiKey(workspace: new.name, name: key)) else { continue }
      add(.apiKey, new.name, wording.names.text(key), before[key].map(wording.fields), after[key].map(wording.fields))
    }
  }
}

// MARK: - People

extension Adoptions {
  private mutating func members(_ workspace: Symbol?, _ new: ListedGrants, _ old: ListedGrants) {
    guard let list = new.members else { return }
    let gone = (old.members ?? []).filter { list.first(sortedBy: \.person, $0.person) == nil }
    for person in (list + gone).map(\.person) {
      let (before, after) = (old.of(person, at: now), new.of(person, at: now))
      // Nearly everybody is declared as before.
      if before == after || isMade(workspace, with: person, after) { continue }
      let isSaid = said.contains(.member(workspace: workspace, person: person))
      member(workspace, person, before, after, isSaid: isSaid)
    }
  }

  /// Somebody whose declaration waits.
  mutating func compareWaiting(_ workspace: Symbol?, _ person: Symbol, _ new: DesiredTenant, _ old: DesiredTenant) {
    let before = old.grants(in: workspace).of(person, at: now)
    let after = new.grants(in: workspace).of(person, at: now)
    if before != after { member(workspace, person, before, after, isSaid: false) }
  }

  private mutating func member(
    _ workspace: Symbol?, _ person: Symbol, _ before: [Grant], _ after: [Grant], isSaid: Bool
  ) {
    // Who goes goes with all of it.
    if isSaid, after.isEmpty { return }
    let (old, new) = (fields(before, isSaid: isSaid), fields(after, isSaid: isSaid))
    if old != new { add(.member, workspace, wording.email(person), old, new) }
  }

  private func isMade(_ workspace: Symbol?, with person: Symbol, _ grants: [Grant]) -> Bool {
    guard let workspace, made[workspace]?.owner == person else { return false }
    return grants == [Grant(role: top, expires: nil, protect: false)]
  }

  /// - Parameter isSaid: an action has the present role, end and protection.
  private func fields(_ grants: [Grant], isSaid: Bool) -> Fields? {
    var entries: [(String, Fields.Value)] = []
    for (place, grant) in grants.enumerated() {
      var own = place == 0 && isSaid ? [] : wording.entries(grant)
      if let reinvite = grant.reinvite { own.append(("reinvite", .text(reinvite.description))) }
      entries += own.map { (place == 0 ? $0.0 : "\(place).\($0.0)", $0.1) }
    }
    return entries.isEmpty ? nil : Fields(entries)
  }
}

extension DesiredTenant {
  fileprivate var attributes: Change.Attributes {
    .init(displayName: displayName?.value, subscription: subscription?.value)
  }
}

extension DesiredWorkspace {
  fileprivate var attributes: Change.Attributes {
    .init(displayName: displayName?.value, subscription: subscription?.value)
  }

  /// What is managed of a new one whose entry says nothing of its own about that.
  fileprivate func plain(in tenant: DesiredTenant) -> Managed {
    Managed(
      isDeclared: true, management: tenant.management, members: !(members ?? []).isEmpty,
      apiKeys: !(apiKeys ?? []).isEmpty)
  }
}

extension TenantPlanner {
  /// What comes to count with the plan although no action says so. At the first apply actions say it all.
  ///
  /// - Parameters:
  ///   - applied: what counts once the plan is done.
  ///   - steps: those that it does.
  func adoptions(by applied: Baseline, besides steps: [Step], _ wording: Wording) -> [Adoption] {
    guard let baseline else { return [] }
    var result = Adoptions(besides: steps, top: policy.top(inWorkspace: true), now: input.now, wording)
    result.compare(applied.tenant, with: baseline.tenant)
    for (entry, value) in applied.withheld where value.isDeclared && isDeclaredAnew(entry) {
      guard case .member(let workspace, let person) = entry else { continue }
      result.compareWaiting(workspace, person, desired, baseline.tenant)
    }
    return result.sorted
  }

  /// Whether a commit since the one applied before declared what waits: what it said before that is not kept.
  private func isDeclaredAnew(_ entry: EntryKey) -> Bool {
    guard baseline?.withheld[entry]?.isDeclared ?? false, let commit = stored?.applied?.commit else { return true }
    let groups = desired.groups(of: entry)
    return attributed.ranges[commit]?.contains { $0.changed(entry, of: desired.name, through: groups) } ?? false
  }
}
