import Model

/// Rules about what a single action does to somebody or something.
extension Oracle {
  /// «deleting a workspace of kind `personal`».
  @Sendable static func personalWorkspaceUndeletable(_ deed: Deed) -> Opinion? { deleted(deed, kind: "personal") }

  /// «deleting a workspace of kind `default`».
  @Sendable static func defaultWorkspaceKept(_ deed: Deed) -> Opinion? { deleted(deed, kind: "default") }

  private static func deleted(_ deed: Deed, kind: String) -> Opinion? {
    guard deed.action.kind != .deleteAccount else { return nil }
    let left = Set(deed.new.workspaces.values.map(\.id))
    let isGone = deed.old.workspaces.values.contains { $0.kind == kind && !left.contains($0.id) }
    return isGone ? .broken("a \(kind) workspace is gone") : nil
  }

  /// «removing or demoting its own user there». An end for it, and another owner of record, take it away too.
  @Sendable static func personalWorkspaceKeepsItsUser(_ deed: Deed) -> Opinion? {
    guard let user = deed.user else { return nil }
    for place in deed.places where place.kind == "personal" {
      if let loss = loss(of: user, in: place, deed) { return loss }
      if place.oldOwner == user, place.newOwner != user { return .broken("the user owns it no longer") }
      if place.oldOwner != place.newOwner, place.newOwner != user { return .arguable("somebody else owns it") }
    }
    return nil
  }

  /// Whether somebody lost their place, a rank or time in it.
  private static func loss(of email: String, in place: Deed.Place, _ deed: Deed) -> Opinion? {
    guard let before = place.old.members[email] else { return nil }
    guard let after = place.new.members[email] else {
      let isOver = deed.hasEnded(email, before, in: deed.before, inWorkspace: place.isWorkspace)
      return isOver ? .arguable("an ended membership is removed") : .broken("removed")
    }
    if before.role != after.role {
      let old = deed.law.place(of: before.role, inWorkspace: place.isWorkspace)
      let new = deed.law.place(of: after.role, inWorkspace: place.isWorkspace)
      guard let old, let new else { return .arguable("a role that the policy does not know") }
      if new > old { return .broken("demoted") }
    }
    if let end = after.expires, before.expires.map({ end < $0 }) ?? true {
      let isOver = deed.hasEnded(email, before, in: deed.before, inWorkspace: place.isWorkspace)
      return isOver ? .arguable("an ended membership ends otherwise") : .broken("ends sooner")
    }
    return nil
  }

  /// «removing or demoting the owner of record; with value `only-workspace` demoting is refused only where it is their
  /// only one».
  @Sendable static func creatorKept(_ deed: Deed) -> Opinion? {
    let isOnlyWorkspace = deed.law.setting("creator-kept") == "only-workspace"
    for place in deed.places {
      guard let owner = place.oldOwner, place.newOwner == owner || place.new.members[owner] == nil,
        let loss = loss(of: owner, in: place, deed)
      else { continue }
      guard isOnlyWorkspace, place.new.members[owner] != nil else { return loss }
      // What «only» counts is said for workspaces; ends and organizations are left to the reading.
      guard place.isWorkspace, case .broken("demoted") = loss else { return .arguable(loss.text) }
      if workspaces(of: owner, in: deed.after) <= 1 { return loss }
      if workspaces(of: owner, in: deed.after, permanentOnly: true) <= 1 { return .arguable("the others end") }
    }
    return nil
  }

  /// How many workspaces somebody is active in.
  private static func workspaces(of email: String, in world: World, permanentOnly: Bool = false) -> Int {
    world.tenants.values.reduce(0) { count, tenant in
      count
        + tenant.workspaces.values.count { workspace in
          guard let member = workspace.roll.members[email], !world.hasEnded(member) else { return false }
          return !permanentOnly || member.expires == nil
        }
    }
  }

  /// «removing or demoting an entry with `protect: true`»: as stored.
  @Sendable static func protectedSubject(_ deed: Deed) -> Opinion? {
    for place in deed.places {
      for (email, member) in place.old.members.inOrder where member.protect {
        if let loss = loss(of: email, in: place, deed) { return loss }
      }
      // Whether an offer can be protected is left to the reading.
      for (email, offer) in place.old.invitations where offer.protect && place.new.invitations[email] != offer {
        return .arguable("a protected offer is changed")
      }
    }
    return nil
  }

  /// «a second pending invitation for an email in a workspace».
  @Sendable static func onePendingInvitation(_ deed: Deed) -> Opinion? {
    guard deed.action.kind == .invite, deed.action.after?.flag("resend") != true, let email = deed.action.subject,
      let open = deed.before.roll(deed.action.organization, deed.action.workspace)?.invitations[email]
    else { return nil }
    return deed.before.hasLapsed(open) ? .arguable("the other one has lapsed") : .broken("invited twice")
  }

  /// «deletion by absence».
  @Sendable static func deletionNeedsTombstone(_ deed: Deed) -> Opinion? {
    guard deed.action.kind == .deleteWorkspace, deed.action.after?.text("removed") == nil else { return nil }
    return .broken("deleted without a word")
  }

  /// «deleting a workspace by plan without `--allow-deletion`».
  @Sendable static func deletionNeedsOperator(_ deed: Deed) -> Opinion? {
    guard deed.action.kind == .deleteWorkspace, !deed.permits.allowDeletion else { return nil }
    return .broken("deleted without the operator")
  }

  /// «`formerly:` without `--allow-move`, or where both emails have accounts».
  @Sendable static func accountMoveNeedsOperator(_ deed: Deed) -> Opinion? {
    guard deed.action.kind == .moveAccount else { return nil }
    return deed.permits.allowMove ? nil : .broken("moved without the operator")
  }

  /// `raise`: «an action that raises the access of one of its actors»; `any`: «any change of their own».
  @Sendable static func noSelfChange(_ deed: Deed) -> Opinion? {
    guard let actor = deed.permits.actor, deed.action.actors.contains(actor) else { return nil }
    guard deed.action.subject == actor else {
      let emails = [deed.action.before, deed.action.after].flatMap { [$0?.text("owner"), $0?.text("email")] }
      let former = deed.before.roll(deed.action.organization, deed.action.workspace)?.members[actor]
      let isTouched = deed.after.roll(deed.action.organization, deed.action.workspace)?.members[actor] != former
      return emails.contains(actor) || isTouched ? .arguable("it concerns an actor") : nil
    }
    let email = actor
    // In an account of their own, and at the first apply, people may do as they like.
    if deed.user != nil || deed.permits.isFirst { return .arguable("their own") }
    // What the organization's top role opens anyway is no raise.
    if deed.action.workspace != nil,
      let role = deed.before.tenants[deed.action.organization]?.roll.members[email]?.role,
      deed.isTop(role, inWorkspace: false)
    {
      return .arguable("a change of their own")
    }
    let isAny = deed.law.setting("no-self-change") == "any"
    let (before, after) = (place(of: email, deed.before, deed), place(of: email, deed.after, deed))
    switch (before, after) {
    case (nil, nil): return .arguable("it concerns an actor")
    case (nil, _?): return .broken("an actor lets themselves in")
    case (let old?, let new?) where new < old: return .broken("an actor raises themselves")
    case (let old?, let new?) where new == old: return .arguable("a change of their own")
    case (_?, _): return isAny ? .broken("an actor changes themselves") : nil
    }
  }

  private static func place(of email: String, _ world: World, _ deed: Deed) -> Int? {
    guard let roll = world.roll(deed.action.organization, deed.action.workspace), let member = roll.members[email],
      !world.hasEnded(member)
    else { return nil }
    return deed.law.place(of: member.role, inWorkspace: deed.action.workspace != nil) ?? .max
  }

  /// «grants and deletions (not removals of people) inside windows»; a law of the test is frozen always or never.
  @Sendable static func freezeWindow(_ deed: Deed) -> Opinion? {
    switch deed.action.kind {
    case .invite, .addMember, .deleteWorkspace: return .broken("done while frozen")
    case .changeRole:
      let scope = deed.action.workspace != nil
      guard let old = deed.action.before?.text("role").flatMap({ deed.law.place(of: $0, inWorkspace: scope) }),
        let new = deed.action.after?.text("role").flatMap({ deed.law.place(of: $0, inWorkspace: scope) })
      else { return .arguable("a role that the policy does not know") }
      return new < old ? .broken("raised while frozen") : nil
    case .removeMember, .cancelInvitation: return nil
    case .updatePolicy, .updateManagement: return nil
    case .createOrganization, .updateOrganization, .createAccount, .updateAccount, .moveAccount, .deleteAccount,
      .createWorkspace, .updateWorkspace, .renameWorkspace, .updateInvitation, .updateMember, .transferOwnership,
      .updateAPIKey, .revokeAPIKey:
      return .arguable("a grant, in a way")
    }
  }
}
