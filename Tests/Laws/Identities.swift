import Model

/// Law 6: people, keys and history go where an identity goes, never to whatever bears the name later.
///
/// A ledger by stored ids: which workspace id stands for which declared identity, which account was ever given a role
/// in it, by a declaration of that identity that was applied or by a command there.
struct Identities {
  /// A stored place: an organization or a workspace, by id.
  enum Place: Hashable {
    case organization(Int64)
    case workspace(Int64)
  }

  private struct Given: Hashable {
    var place: Place
    var account: Int64
  }

  private struct Offered: Hashable {
    var place: Place
    var email: String
  }

  /// What an entry of `workspaces:` stands for.
  private enum Resolution: Hashable {
    case stored(Int64)
    /// A workspace that is yet to be made.
    case new
  }

  /// An entry that says the same in one applied commit after the other.
  private struct EntryName: Hashable {
    var organization: String
    var name: String
    var renamedFrom: String?
  }

  /// Of the entries of the commit that was applied last: what they stood for once, they stand for as long as they are
  /// there, whatever comes to bear the names that they speak of.
  private var resolved: [EntryName: Resolution] = [:]
  private var given: Set<Given> = []
  private var offered: Set<Offered> = []

  /// - Parameter command: what was done in between.
  mutating func note(
    _ command: Step.Command, after: Stored, _ book: EmailBook
  ) -> [Violation] {
    var organization = command.place.flatMap { Path($0.path)?.tenant }
    switch command {
    case .createWorkspace(let path), .deleteWorkspace(let path): organization = Path(path)?.tenant
    case .signUp, .suspend, .resume, .move, .accept, .decline, .leave, .invite, .add, .setRole, .remove, .cancel,
      .transfer, .createKey, .revokeKey, .suspendOrganization, .resumeOrganization:
      break
    }
    for (name, tenant) in after.tenants where name == organization {
      give(tenant.list, .organization(tenant.id))
      for workspace in tenant.workspaces {
        give(workspace.list, .workspace(workspace.id))
      }
    }
    return check(after, book, "tenure \(command.words)")
  }

  private mutating func give(_ list: Stored.List, _ place: Place) {
    for account in list.members.keys { given.insert(Given(place: place, account: account)) }
    for email in list.invitations.keys { offered.insert(Offered(place: place, email: email)) }
  }

  mutating func note(_ applied: Applied, _ book: EmailBook) -> [Violation] {
    let declared = applied.declared
    resolve(applied)
    for (name, organization) in declared.organizations where !applied.plan.invalid.contains(name) {
      guard let tenant = applied.after.tenants[name] else { continue }
      give(people(organization.members, organization.owner, organization, declared), .organization(tenant.id), applied)
      // A default workspace begins with the owner of record.
      for workspace in tenant.workspaces where workspace.kind == .default && isNew(workspace.id, applied) {
        if let owner = organization.owner { give([owner], .workspace(workspace.id), applied) }
      }
      for (title, workspace) in organization.workspaces ?? [:] where workspace.state == .declared {
        guard let id = self.workspace(name, title, declared) else { continue }
        let owner = declared.owner(of: title, in: name, at: applied.now)
        give(people(workspace.members, owner, organization, declared), .workspace(id), applied)
      }
    }
    return check(applied.after, book, "tenure apply") + checkNames(applied)
  }

  /// The stored workspace that an entry of the commit applied last stands for.
  private func workspace(_ organization: String, _ title: String, _ declared: Declared) -> Int64? {
    let from = declared.organizations[organization]?.workspaces?[title]?.renamedFrom
    let name = EntryName(organization: organization, name: title, renamedFrom: from)
    if case .stored(let id) = resolved[name] { return id }
    return nil
  }

  /// The entry of the applied commit that stands for a stored workspace.
  func name(of workspace: Int64, in organization: String) -> String? {
    resolved.first { $0.key.organization == organization && $0.value == .stored(workspace) }?.key.name
  }

  private func isNew(_ workspace: Int64, _ applied: Applied) -> Bool {
    !applied.before.tenants.values.contains { $0.workspaces.contains { $0.id == workspace } }
  }

  /// Everybody whom the list names, whether in force or not.
  private func people(
    _ list: [String: Declared.Entry]?, _ owner: String?, _ organization: Declared.Organization, _ declared: Declared
  ) -> Set<String> {
    var people: Set<String> = []
    for name in (list ?? [:]).keys {
      if name.contains("@") {
        people.insert(name)
      } else {
        people.formUnion(organization.groups[name] ?? declared.groups[name] ?? [])
      }
    }
    if let owner { people.insert(owner) }
    return people
  }

  private mutating func give(_ people: Set<String>, _ place: Place, _ applied: Applied) {
    for email in people {
      offered.insert(Offered(place: place, email: email))
      if let account = applied.after.account(email) { given.insert(Given(place: place, account: account)) }
      if let account = applied.before.account(email) { given.insert(Given(place: place, account: account)) }
    }
  }

  /// SPEC section 5 and 9: a stored workspace is the entry of its name; under `renamedFrom` it is the one of the former
  /// name, where the new name is free or freed by another rename of the same commit.
  private mutating func resolve(_ applied: Applied) {
    // What has errors is left as it was, and so is what its entries stood for.
    var next = resolved.filter { applied.plan.invalid.contains($0.key.organization) }
    for (name, organization) in applied.declared.organizations where !applied.plan.invalid.contains(name) {
      let entries = (organization.workspaces ?? [:]).filter { $0.value.state == .declared }
      let before = stored(applied.before, name)
      let after = stored(applied.after, name)
      // An entry that this commit brings may take over what another one stood for until now.
      var taken: Set<Resolution> = []
      for (title, entry) in entries where entry.renamedFrom != nil {
        let key = EntryName(organization: name, name: title, renamedFrom: entry.renamedFrom)
        if resolved[key] == nil, isRenamed(title, entries, before, seen: [title]) {
          taken.insert(meaning(title, entries, before))
        }
      }
      // Renames come first: what they take is not made anew for whoever bears the name now.
      let renamesFirst = entries.inOrder.sorted { $0.value.renamedFrom != nil && $1.value.renamedFrom == nil }
      for (title, entry) in renamesFirst {
        let key = EntryName(organization: name, name: title, renamedFrom: entry.renamedFrom)
        let known = resolved[key].flatMap { taken.contains($0) ? nil : $0 }
        var resolution = known ?? meaning(title, entries, before)
        if case .stored(let id) = resolution, !after.values.contains(id) {
          resolution = meaning(title, entries, before)
        }
        if case .stored(let id) = resolution, !after.values.contains(id) { resolution = .new }
        if resolution == .new, let made = after[title], !next.values.contains(.stored(made)),
          known == .new || before[title] == nil || taken.contains(before[title].map { .stored($0) } ?? .new)
        {
          resolution = .stored(made)
        }
        next[key] = resolution
      }
    }
    resolved = next
  }

  private func stored(_ stored: Stored, _ organization: String) -> [String: Int64] {
    let workspaces = stored.tenants[organization]?.workspaces ?? []
    return Dictionary(uniqueKeysWithValues: workspaces.map { ($0.name, $0.id) })
  }

  private func meaning(
    _ title: String, _ entries: [String: Declared.Workspace], _ stored: [String: Int64]
  ) -> Resolution {
    if isRenamed(title, entries, stored, seen: [title]), let former = entries[title]?.renamedFrom,
      let id = stored[former]
    {
      return .stored(id)
    }
    // Whatever bore the name goes elsewhere.
    let isFreed = entries.contains { name, entry in
      name != title && entry.renamedFrom == title && isRenamed(name, entries, stored, seen: [name])
    }
    return isFreed ? .new : stored[title].map { .stored($0) } ?? .new
  }

  /// Whether the entry takes the name of a stored workspace: there is one, and its own name is free.
  private func isRenamed(
    _ title: String, _ entries: [String: Declared.Workspace], _ stored: [String: Int64], seen: Set<String>
  ) -> Bool {
    guard let former = entries[title]?.renamedFrom, former != title, stored[former] != nil else { return false }
    if stored[title] == nil { return true }
    return entries.contains { name, entry in
      guard entry.renamedFrom == title, name != title else { return false }
      return seen.contains(name) || isRenamed(name, entries, stored, seen: seen.union([name]))
    }
  }

  private func known(_ place: Place) -> String {
    guard case .workspace(let id) = place else { return "an organization" }
    let name = resolved.first { $0.value == .stored(id) }?.key.name
    return name.map { "for which \($0) stands" } ?? "for which no entry stands"
  }

  private func check(_ stored: Stored, _ book: EmailBook, _ what: String) -> [Violation] {
    var found: [Violation] = []
    for (name, tenant) in stored.tenants.inOrder where tenant.account == nil {
      found += check(tenant.list, .organization(tenant.id), name, stored, book, what)
      for workspace in tenant.workspaces {
        found += check(
          workspace.list, .workspace(workspace.id), "\(name)/\(workspace.name)", stored, book, what)
      }
    }
    return found
  }

  private func check(
    _ list: Stored.List, _ place: Place, _ path: String, _ stored: Stored, _ book: EmailBook, _ what: String
  ) -> [Violation] {
    var found: [Violation] = []
    for (account, member) in list.members.sorted(by: { $0.key < $1.key }) {
      if given.contains(Given(place: place, account: account)) { continue }
      // An invitation that somebody accepted, under whichever email they had then.
      if book.emails(of: account).contains(where: { offered.contains(Offered(place: place, email: $0)) }) { continue }
      found.append(
        Violation(
          .nothingFollowsAName, "a role that nobody gave",
          "after \(what) \(stored.people[account]?.email ?? "?") is \(member.role) in \(path) (\(place), \(known(place))), "
            + "to which no declaration of it and no command there brought them"))
    }
    for email in list.invitations.keys.sorted() {
      if offered.contains(Offered(place: place, email: email)) { continue }
      let own = stored.account(email).map(book.emails) ?? []
      if own.contains(where: { offered.contains(Offered(place: place, email: $0)) }) { continue }
      found.append(
        Violation(
          .nothingFollowsAName, "an invitation that nobody gave",
          "after \(what) \(email) is invited to \(path) (\(place)), to which no declaration of it invites them"))
    }
    return found
  }

  /// A workspace gets a new name only from the entry that stands for it.
  private func checkNames(_ applied: Applied) -> [Violation] {
    var found: [Violation] = []
    for (name, tenant) in applied.after.tenants.inOrder where tenant.account == nil {
      let former = applied.before.tenants[name]?.workspaces ?? []
      for workspace in tenant.workspaces {
        guard let old = former.first(where: { $0.id == workspace.id }), old.name != workspace.name else { continue }
        if self.workspace(name, workspace.name, applied.declared) == workspace.id { continue }
        found.append(
          Violation(
            .nothingFollowsAName, "a name that nobody gave",
            "the workspace \(workspace.id) of \(name), \(old.name) until now, is called \(workspace.name), which no entry "
              + "declares as its new name"))
      }
    }
    return found
  }
}
