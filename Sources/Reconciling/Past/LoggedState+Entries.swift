import Model
import Planning
import Store

extension LoggedState {
  mutating func add(_ entry: AuditEntry) {
    let record = entry.record
    if let commit = record.commit { lastCommit = commit }
    guard let path = record.path.flatMap({ Path($0) }) else { return }
    if let commit = record.commit { note(commit, of: path.tenant, entry) }
    if let will = OwnWill(rawValue: record.action) {
      add(will, record, path)
    } else if let kind = Action.Kind(rawValue: record.action) {
      add(kind, entry, path)
    } else {
      addByHand(entry, path)
    }
  }

  private mutating func add(_ will: OwnWill, _ record: AuditRecord, _ path: Path) {
    switch will {
    case .acceptance:
      grant(record, path, isWhole: true)
      onRoll(of: path) { $0.offers[record.subject?.emailKey ?? ""] = nil }
    case .departure:
      remove(record, path)
      goAway(record, path, .left)
    case .declination:
      onRoll(of: path) { $0.offers[record.subject?.emailKey ?? ""] = nil }
      goAway(record, path, .declined)
    }
  }

  private mutating func add(_ kind: Action.Kind, _ entry: AuditEntry, _ path: Path) {
    let record = entry.record
    switch kind {
    case .createOrganization, .createAccount, .createWorkspace: create(kind, entry, path)
    case .moveAccount:
      if let old = record.before?.text("email"), let new = record.subject { moveAccount(from: old, to: new) }
    case .deleteAccount:
      if let email = record.subject { deleteAccount(email) }
    case .renameWorkspace:
      guard let old = record.before?.text("name")?.nfc, let name = path.workspace else { return }
      let renamed = tenants[path.tenant]?.workspaces.removeValue(forKey: old)
      tenants[path.tenant]?.workspaces[name] = renamed
    case .deleteWorkspace:
      if let name = path.workspace { tenants[path.tenant]?.workspaces[name] = nil }
    case .invite: invite(entry, path)
    case .updateInvitation:
      onRoll(of: path) { roll in
        guard let key = record.subject?.emailKey, var offer = roll.offers[key] else { return }
        offer.role = record.after?.text("role") ?? offer.role
        offer.expires = record.end(after: offer.expires)
        offer.protect = record.protect(after: offer.protect)
        roll.offers[key] = offer
      }
    case .cancelInvitation: onRoll(of: path) { $0.offers[record.subject?.emailKey ?? ""] = nil }
    case .addMember: grant(record, path, isWhole: true)
    case .updateMember, .changeRole: grant(record, path, isWhole: false)
    case .removeMember: remove(record, path)
    case .transferOwnership: transfer(record, path)
    case .updatePolicy, .updateManagement, .updateOrganization, .updateAccount, .updateWorkspace, .updateAPIKey,
      .revokeAPIKey:
      break
    }
  }

  /// What only commands do; what is about keys, money and reconciliation lets nobody in.
  private mutating func addByHand(_ entry: AuditEntry, _ path: Path) {
    let record = entry.record
    switch record.action {
    case Step.resending: invite(entry, path)
    case "suspend-account", "resume-account":
      guard let person = number(record.subject) else { return }
      let isSuspended = record.action == "suspend-account"
      accounts[person]?.suspended = isSuspended ? record.time : nil
      accounts[person]?.suspensionReason = isSuspended ? record.reason : nil
    case _: break
    }
  }

  // MARK: What is made

  private mutating func create(_ kind: Action.Kind, _ entry: AuditEntry, _ path: Path) {
    let record = entry.record
    let owner = number(record.after?.text("owner"))
    let role = record.effects?.text("ownerRole")
    if kind == .createAccount {
      let person = makeAccount(record.subject ?? path.accountEmail ?? "", at: record.time)
      guard let name = record.after?.text("workspace") else { return }
      if !entry.isComplete { isGuessed = true }
      let made = record.effects?.text("kind").flatMap(WorkspaceKind.init(rawValue:)) ?? .personal
      make(Path(tenant: path.tenant, workspace: name.nfc), made, owner: person, role, record)
      return
    }
    if owner != nil, !entry.isComplete { isGuessed = true }
    guard kind == .createOrganization else {
      let made = record.after?.text("kind").flatMap(WorkspaceKind.init(rawValue:)) ?? .standard
      return make(path, made, owner: owner, role, record)
    }
    tenants[path.tenant] = Tenant(owner: owner)
    if let owner {
      let top = Member(role: record.effects?.text("organizationRole"), joined: record.time)
      tenants[path.tenant]?.roll.members[owner] = top
    }
    let name = record.after?.text("defaultWorkspace") ?? "default"
    make(Path(tenant: path.tenant, workspace: name.nfc), .default, owner: owner, role, record)
    if let commit = record.commit { note(commit, of: path.tenant, entry) }
  }

  private mutating func make(
    _ path: Path, _ kind: WorkspaceKind, owner: Int?, _ role: String?, _ record: AuditRecord
  ) {
    guard let name = path.workspace else { return }
    var workspace = Workspace(kind: kind, owner: owner, created: record.time)
    if let owner { workspace.roll.members[owner] = Member(role: role, joined: record.time) }
    tenants[path.tenant]?.workspaces[name] = workspace
  }

  // MARK: Who is let in

  /// - Parameter isWhole: false for a record that says only what it changes.
  private mutating func grant(_ record: AuditRecord, _ path: Path, isWhole: Bool) {
    guard let email = record.subject else { return }
    let person = number(email) ?? makeAccount(email, at: record.time)
    onRoll(of: path) { roll in
      var member = roll.members[person] ?? Member(joined: record.time)
      member.role = record.after?.text("role") ?? member.role
      member.expires = record.end(after: isWhole ? nil : member.expires)
      member.protect = record.protect(after: isWhole ? false : member.protect)
      roll.members[person] = member
      roll.departures[email.emailKey] = nil
    }
  }

  private mutating func remove(_ record: AuditRecord, _ path: Path) {
    guard let person = number(record.subject) else { return }
    onRoll(of: path) { $0.members[person] = nil }
    if owner(of: path) == person { setOwner(of: path, nil) }
  }

  private mutating func goAway(_ record: AuditRecord, _ path: Path, _ reason: Departure.Reason) {
    guard let key = record.subject?.emailKey else { return }
    onRoll(of: path) { $0.departures[key] = Gone(reason: reason, since: record.time) }
  }

  private mutating func invite(_ entry: AuditEntry, _ path: Path) {
    let record = entry.record
    guard let email = record.subject else { return }
    if !entry.isComplete { isGuessed = true }
    onRoll(of: path) { roll in
      let known = roll.offers[email.emailKey]
      roll.offers[email.emailKey] = Offer(
        email: known?.email ?? email, role: record.after?.text("role") ?? known?.role ?? "",
        expires: record.end(after: nil), protect: record.protect(after: false), created: known?.created ?? record.time,
        lapses: record.effects?.text("lapses").flatMap { Instant(rfc3339: $0) }, sends: (known?.sends ?? 0) + 1,
        unknownSince: entry.isComplete ? nil : record.time)
      roll.departures[email.emailKey] = nil
    }
  }

  private mutating func transfer(_ record: AuditRecord, _ path: Path) {
    guard let heir = number(record.after?.text("owner") ?? record.subject) else { return }
    setOwner(of: path, heir)
    guard let effects = record.effects, let former = number(effects.text("former")) else { return }
    for (person, whose) in [(heir, "owner"), (former, "former")] {
      onRoll(of: path) { roll in
        var member = roll.members[person] ?? Member(joined: record.time)
        member.role = effects.text(whose + "Role")
        member.expires = effects.text(whose + "Expires").flatMap { Instant(rfc3339: $0) }
        member.protect = effects.flag(whose + "Protect") ?? false
        roll.members[person] = member
      }
    }
  }
}

extension AuditRecord {
  /// The end that it leaves; entries that change something else do not name it.
  fileprivate func end(after known: Instant?) -> Instant? {
    switch after?["expires"] {
    case .text(let text)?: Instant(rfc3339: text)
    case .null?: nil
    case .number?, .flag?, nil: known
    }
  }

  fileprivate func protect(after known: Bool) -> Bool { after?.flag("protect") ?? known }
}
