import Model
import Planning

/// An action that does not fit the state it is to be done in: a prefix of the plan leads nowhere.
struct Misfit: Error, CustomStringConvertible {
  let description: String
}

/// Carries out actions by their public words alone.
extension World {
  mutating func apply(_ action: Action, of commit: Commit) throws(Misfit) {
    let law = commit.law(of: action.organization)
    let (organization, workspace) = (action.organization, action.workspace)
    switch action.kind {
    case .updatePolicy, .updateManagement: break
    case .createOrganization: try createOrganization(action, law)
    case .createAccount: try createAccount(action, law)
    case .updateOrganization:
      var tenant = try self.tenant(action)
      try settle(&tenant.displayName, &tenant.subscription, action, law)
      tenants[organization] = tenant
    case .updateAccount:
      guard var account = accounts[try subject(action)] else { throw misfit(action, "has no account") }
      var none: String?
      try settle(&account.displayName, &none, action, law)
      accounts[try subject(action)] = account
    case .moveAccount:
      guard let from = action.before?.text("email"), let to = action.after?.text("email"), organization == "~" + to,
        action.subject == to, (accounts[from] == nil) != (accounts[to] == nil)
      else { throw misfit(action, "the emails do not allow it") }
      // A former email that nobody has an account under moves nothing.
      if accounts[from] == nil { break }
      self = moving(from, to: to)
    case .deleteAccount:
      guard accounts.removeValue(forKey: try subject(action)) != nil else { throw misfit(action, "has no account") }
      tenants[organization] = nil
    case .createWorkspace: try createWorkspace(action, law)
    case .updateWorkspace:
      var found = try self.workspace(action)
      try settle(&found.displayName, &found.subscription, action, law)
      tenants[organization]?.workspaces[workspace ?? ""] = found
    case .renameWorkspace:
      guard let name = workspace, let from = action.before?.text("name"), action.after?.text("name") == name,
        tenants[organization]?.workspaces[name] == nil,
        let found = tenants[organization]?.workspaces.removeValue(forKey: from)
      else { throw misfit(action, "one name is not there, or the other is taken") }
      tenants[organization]?.workspaces[name] = found
    case .deleteWorkspace: try deleteWorkspace(action)
    case .invite, .updateInvitation, .cancelInvitation: try onInvitation(action, law)
    case .addMember, .updateMember, .changeRole, .removeMember: try onMember(action, law)
    case .transferOwnership: try transfer(action, law, commit)
    case .updateAPIKey, .revokeAPIKey: try onKey(action)
    }
  }

  /// What an action says it found. What was refused speaks of the state that it was planned for.
  private func fits(_ isAsFound: Bool) -> Bool { isAsFound || !isStrict }

  private func misfit(_ action: Action, _ why: String) -> Misfit {
    Misfit(description: "\(Scenario.line(action)): \(why)")
  }

  private func subject(_ action: Action) throws(Misfit) -> String {
    guard let subject = action.subject else { throw misfit(action, "has no subject") }
    return subject
  }

  private func tenant(_ action: Action) throws(Misfit) -> Tenant {
    guard let tenant = tenants[action.organization] else { throw misfit(action, "is not there") }
    return tenant
  }

  private func workspace(_ action: Action) throws(Misfit) -> Workspace {
    guard let found = try tenant(action).workspaces[action.workspace ?? ""] else {
      throw misfit(action, "is not there")
    }
    return found
  }

  private func roll(_ action: Action) throws(Misfit) -> Roll {
    if action.workspace != nil { return try workspace(action).roll }
    return try tenant(action).roll
  }

  private mutating func createOrganization(_ action: Action, _ law: Law) throws(Misfit) {
    guard tenants[action.organization] == nil, let first = action.after?.text("defaultWorkspace") else {
      throw misfit(action, "is there already")
    }
    var tenant = Tenant(
      displayName: action.after?.text("displayName"), owner: action.after?.text("owner"),
      subscription: action.after?.text("subscription"))
    var workspace = Workspace(id: newID(), kind: "default", owner: tenant.owner)
    if let owner = tenant.owner {
      tenant.roll.members[owner] = Member(role: law.top(inWorkspace: false))
      workspace.roll.members[owner] = Member(role: law.top(inWorkspace: true))
      welcome(owner, law)
    }
    tenant.workspaces[first] = workspace
    tenants[action.organization] = tenant
  }

  private mutating func createAccount(_ action: Action, _ law: Law) throws(Misfit) {
    let email = try subject(action)
    guard accounts[email] == nil, action.organization == "~" + email else { throw misfit(action, "is there already") }
    register(email)
    accounts[email]?.displayName = action.after?.text("displayName")
    if let name = action.after?.text("workspace") { addOwn(workspace: name, email, law) }
  }

  private mutating func addOwn(workspace name: String, _ email: String, _ law: Law) {
    var workspace = Workspace(id: newID(), kind: law.signUpKind, owner: email)
    workspace.roll.members[email] = Member(role: law.top(inWorkspace: true))
    tenants["~" + email]?.workspaces[name] = workspace
  }

  /// Being added makes an account in the same step; that counts as invited (SPEC sections 3 and 9).
  private mutating func welcome(_ email: String, _ law: Law) {
    guard accounts[email] == nil else { return }
    register(email)
    if law.invitedGetWorkspace { addOwn(workspace: "Personal", email, law) }
  }

  private mutating func createWorkspace(_ action: Action, _ law: Law) throws(Misfit) {
    guard let name = action.workspace, try tenant(action).workspaces[name] == nil else {
      throw misfit(action, "is there already")
    }
    var workspace = Workspace(
      id: newID(), kind: action.after?.text("kind") ?? "standard", displayName: action.after?.text("displayName"),
      owner: action.after?.text("owner"), subscription: action.after?.text("subscription"))
    if let owner = workspace.owner {
      workspace.roll.members[owner] = Member(role: law.top(inWorkspace: true))
      welcome(owner, law)
    }
    tenants[action.organization]?.workspaces[name] = workspace
  }

  private mutating func deleteWorkspace(_ action: Action) throws(Misfit) {
    let found = try workspace(action)
    guard
      fits(
        action.before?.number("members") == found.roll.members.count
          && action.before?.number("invitations") == found.roll.invitations.count
          && action.before?.number("apiKeys") == found.keys.count)
    else { throw misfit(action, "holds something else") }
    tenants[action.organization]?.workspaces[action.workspace ?? ""] = nil
  }

  private func settle(
    _ displayName: inout String?, _ subscription: inout String?, _ action: Action, _ law: Law
  ) throws(Misfit) {
    if let name = action.after?.text("displayName") {
      guard fits(action.before?.text("displayName") == displayName ?? "") else {
        throw misfit(action, "has another name")
      }
      displayName = name.isEmpty ? nil : name
    }
    if let after = action.after?.text("subscription") {
      let former = subscription ?? tenants[action.organization]?.subscription ?? law.defaultSubscription
      // What a workspace inherits may be another by now: the plan says what it was before.
      let isInherited = subscription == nil && action.workspace != nil
      guard isInherited || fits(action.before?.text("subscription") == former) else {
        throw misfit(action, "has another subscription")
      }
      subscription = after
    }
  }

  private mutating func onInvitation(_ action: Action, _ law: Law) throws(Misfit) {
    var roll = try roll(action)
    let email = try subject(action)
    let stored = roll.invitations[email]
    guard roll.members[email] == nil || action.kind == .cancelInvitation else { throw misfit(action, "is a member") }
    if action.kind == .invite {
      let isAgain = action.after?.flag("resend") == true
      guard isAgain == (stored != nil) else { throw misfit(action, isAgain ? "is not invited" : "is invited already") }
      var invitation = Invitation(role: action.after?.text("role") ?? "", sends: (stored?.sends ?? 0) + 1)
      (invitation.expires, invitation.protect) = (
        instant(action.after, "expires"), action.after?.flag("protect") ?? false
      )
      roll.invitations[email] = invitation
      roll.departures[email] = nil
    } else if action.kind == .updateInvitation {
      guard var invitation = stored else { throw misfit(action, "is not invited") }
      try change(&invitation.role, &invitation.expires, &invitation.protect, action)
      roll.invitations[email] = invitation
    } else {
      guard fits(stored?.role == action.before?.text("role")), stored != nil else {
        throw misfit(action, "is invited otherwise")
      }
      roll.invitations[email] = nil
    }
    onRoll(action.organization, action.workspace) { $0 = roll }
  }

  private mutating func onMember(_ action: Action, _ law: Law) throws(Misfit) {
    var roll = try roll(action)
    let email = try subject(action)
    let stored = roll.members[email]
    guard (stored == nil) == (action.kind == .addMember) else {
      throw misfit(action, stored == nil ? "is no member" : "is a member already")
    }
    if action.kind == .addMember {
      var member = Member(role: action.after?.text("role") ?? "", expires: instant(action.after, "expires"))
      member.protect = action.after?.flag("protect") ?? false
      roll.members[email] = member
      roll.invitations[email] = nil
      roll.departures[email] = nil
      welcome(email, law)
    } else if action.kind == .removeMember {
      guard
        fits(
          stored?.role == action.before?.text("role") && stored?.expires == instant(action.before, "expires")
            && stored?.protect == action.before?.flag("protect") ?? false)
      else { throw misfit(action, "is a member otherwise") }
      roll.members[email] = nil
      forgetOwner(email, action)
    } else if var member = stored {
      try change(&member.role, &member.expires, &member.protect, action)
      roll.members[email] = member
    }
    onRoll(action.organization, action.workspace) { $0 = roll }
  }

  /// Nobody stays owner of record where they are no longer a member.
  private mutating func forgetOwner(_ email: String, _ action: Action) {
    if let workspace = action.workspace {
      if tenants[action.organization]?.workspaces[workspace]?.owner == email {
        tenants[action.organization]?.workspaces[workspace]?.owner = nil
      }
    } else if tenants[action.organization]?.owner == email {
      tenants[action.organization]?.owner = nil
    }
  }

  private func instant(_ fields: Fields?, _ key: String) -> Instant? {
    fields?.text(key).flatMap { Instant(rfc3339: $0) }
  }

  /// Both sides name what differs, and nothing else.
  private func change(
    _ role: inout String, _ expires: inout Instant?, _ protect: inout Bool, _ action: Action
  ) throws(Misfit) {
    let (before, after) = (action.before, action.after)
    guard before?.entries.map(\.key) == after?.entries.map(\.key) else { throw misfit(action, "sides differ in keys") }
    if let new = after?.text("role") {
      guard fits(before?.text("role") == role) else { throw misfit(action, "has another role") }
      role = new
    }
    if after?["expires"] != nil {
      guard fits(instant(before, "expires") == expires) else { throw misfit(action, "has another end") }
      expires = instant(after, "expires")
    }
    if let new = after?.flag("protect") {
      guard fits(before?.flag("protect") == protect) else { throw misfit(action, "is protected otherwise") }
      protect = new
    }
  }

  private mutating func transfer(_ action: Action, _ law: Law, _ commit: Commit) throws(Misfit) {
    let (from, to) = (action.before?.text("owner"), try subject(action))
    var roll = try roll(action)
    let stored: String?
    if action.workspace != nil { stored = try workspace(action).owner } else { stored = try tenant(action).owner }
    // The owner so far may have gone in the same plan.
    guard action.after?.text("owner") == to, fits(stored == from || stored == nil) else {
      throw misfit(action, "has another owner")
    }
    guard fits(roll.members[to] != nil) else { throw misfit(action, "is no member") }
    if let workspace = action.workspace {
      tenants[action.organization]?.workspaces[workspace]?.owner = to
      if law.owners == "one" { passTopRole(&roll, from: stored, to: to, action, law, commit) }
    } else {
      tenants[action.organization]?.owner = to
    }
    onRoll(action.organization, action.workspace) { $0 = roll }
  }

  /// Where a workspace has one owner, the top role goes with the ownership: the new owner gets it, and who had it what is
  /// declared for them, else the lowest role.
  private func passTopRole(
    _ roll: inout Roll, from owner: String?, to heir: String, _ action: Action, _ law: Law, _ commit: Commit
  ) {
    let top = law.top(inWorkspace: true)
    let holders = roll.members.filter { $0.value.role == top && !hasEnded($0.value) }.keys.sorted()
    guard !holders.contains(heir) else { return }
    guard let former = holders.first(where: { $0 == owner }) ?? (holders.count == 1 ? holders[0] : nil) else { return }
    let entry = commit.declared(former, organization: action.organization, workspace: action.workspace, law)
    if entry?.role == top { return }
    roll.members[heir] = member(
      commit.declared(heir, organization: action.organization, workspace: action.workspace, law)
        ?? Commit.Entry(top))
    if let entry {
      roll.members[former] = member(entry)
    } else {
      roll.members[former]?.role = law.lowest(inWorkspace: true)
    }
  }

  private func member(_ entry: Commit.Entry) -> Member {
    Member(role: entry.role, expires: entry.end, protect: entry.protect)
  }

  private mutating func onKey(_ action: Action) throws(Misfit) {
    let name = try subject(action)
    let found = try workspace(action)
    func limits(_ fields: Fields?) -> Limits {
      Limits(monthly: fields?.number("monthlyLimit"), daily: fields?.number("dailyRateLimit"))
    }
    guard found.keys[name] != nil, fits(found.keys[name] == limits(action.before)) else {
      throw misfit(action, "has other limits")
    }
    tenants[action.organization]?.workspaces[action.workspace ?? ""]?.keys[name] =
      action.kind == .updateAPIKey ? limits(action.after) : nil
  }
}
