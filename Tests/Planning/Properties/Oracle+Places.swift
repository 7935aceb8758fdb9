import Model

/// Rules about what is in a place before and after, whatever the action was.
extension Oracle {
  /// «leaving an organization or workspace that has a top-role holder without one; who expires, is suspended or has not
  /// accepted does not count as one»; `organizations`: not in workspaces.
  @Sendable static func lastOwnerKept(_ deed: Deed) -> Opinion? {
    let isForAll = deed.law.setting("last-owner-kept") == "on"
    for place in deed.places where isForAll || !place.isWorkspace {
      let before = deed.holders(place.old, in: deed.before, inWorkspace: place.isWorkspace)
      let after = deed.holders(place.new, in: deed.after, inWorkspace: place.isWorkspace)
      if before > 0, after == 0 { return .broken("\(before) permanent holders before, none after") }
    }
    return nil
  }

  /// «going below N permanent top-role holders in an organization».
  @Sendable static func minimumAdmins(_ deed: Deed) -> Opinion? {
    guard deed.user == nil else { return nil }
    let setting = deed.law.setting("minimum-admins")
    let least = setting == "on" ? 1 : Int(setting) ?? 0
    let before = deed.holders(deed.old.roll, in: deed.before, inWorkspace: false)
    let after = deed.holders(deed.new.roll, in: deed.after, inWorkspace: false)
    return after < before && after < least ? .broken("\(before) permanent holders before, \(after) after") : nil
  }

  /// «a second `owner`», in workspaces. An offer of the role makes no owner yet.
  @Sendable static func singleOwner(_ deed: Deed) -> Opinion? {
    for place in deed.places where place.isWorkspace {
      func owners(_ roll: World.Roll, _ world: World) -> Int {
        roll.members.count {
          deed.isTop($1.role, inWorkspace: true) && !deed.hasEnded($0, $1, in: world, inWorkspace: true)
        }
      }
      func offers(_ roll: World.Roll) -> Int {
        roll.invitations.values.count { deed.isTop($0.role, inWorkspace: true) && !deed.after.hasLapsed($0) }
      }
      let (before, after) = (owners(place.old, deed.before), owners(place.new, deed.after))
      if after > 1, after > before { return .broken("\(before) owners before, \(after) after") }
      if after + offers(place.new) > 1, after + offers(place.new) > before + offers(place.old) {
        return .arguable("an owner is invited beside one")
      }
      let ended = place.new.members.values.count { deed.isTop($0.role, inWorkspace: true) }
      if ended > 1, ended > place.old.members.values.count(where: { deed.isTop($0.role, inWorkspace: true) }) {
        return .arguable("an owner beside one whose membership has ended")
      }
    }
    return nil
  }

  /// «more members and pending invitations than the subscription has; lowering the subscription below them»: the lower
  /// of rule and subscription. A workspace without one has its organization's; an organization's own roll is limited only
  /// where a subscription is set on it.
  @Sendable static func memberCap(_ deed: Deed) -> Opinion? {
    let number = Int(deed.law.setting("member-cap"))
    for place in deed.places {
      func limit(_ subscription: String?) -> Int {
        guard place.isWorkspace || subscription != nil else { return .max }
        let cap = deed.law.caps[subscription ?? deed.law.defaultSubscription] ?? nil
        return min(cap ?? .max, place.isWorkspace ? number ?? .max : .max)
      }
      let (before, after) = (seats(place.old, place, deed.before, deed), seats(place.new, place, deed.after, deed))
      let (oldLimit, newLimit) = (limit(place.oldSubscription), limit(place.newSubscription))
      if after > newLimit, after > before || newLimit < oldLimit {
        return .broken("\(after) of \(newLimit) seats, \(before) of \(oldLimit) before")
      }
      // The rule's own number may be lower still, so that nothing changes by it.
      let lowered = { (subscription: String?) in
        (deed.law.caps[subscription ?? deed.law.defaultSubscription] ?? nil) ?? Int.max
      }
      if after > lowered(place.newSubscription), lowered(place.newSubscription) < lowered(place.oldSubscription) {
        return .arguable("a subscription below \(after) seats")
      }
      // Lapsed invitations and ended memberships may be counted until they are gone.
      let most = { (roll: World.Roll) in Set(roll.members.keys).union(roll.invitations.keys).count }
      if most(place.new) > newLimit, most(place.new) > most(place.old) || after > before || newLimit < oldLimit {
        return .arguable("\(most(place.new)) of \(newLimit) seats with those that have ended")
      }
    }
    return nil
  }

  private static func seats(_ roll: World.Roll, _ place: Deed.Place, _ world: World, _ deed: Deed) -> Int {
    let members = Set(
      roll.members.filter { !deed.hasEnded($0.key, $0.value, in: world, inWorkspace: place.isWorkspace) }.keys)
    let open = roll.invitations.filter {
      !world.hasLapsed($0.value) && $0.value.expires.map { world.now < $0 } ?? true
    }
    return members.union(open.keys).count
  }

  /// «a workspace member without active membership of the organization»; `billing-admin` alone does not do.
  @Sendable static func organizationMemberFirst(_ deed: Deed) -> Opinion? {
    guard deed.user == nil else { return nil }
    func belongs(_ email: String, _ tenant: World.Tenant, _ world: World) -> Bool {
      tenant.roll.members[email].map { !world.hasEnded($0) && deed.law.admitsToWorkspaces($0.role) } ?? false
    }
    func outsiders(_ tenant: World.Tenant, _ world: World, _ people: (World.Roll) -> [String]) -> Set<String> {
      tenant.workspaces.values.reduce(into: []) { found, workspace in
        for email in people(workspace.roll) where !belongs(email, tenant, world) {
          found.insert("\(workspace.id) \(email)")
        }
      }
    }
    func newcomers(_ people: (World, World.Roll) -> [String]) -> Set<String> {
      outsiders(deed.new, deed.after) { people(deed.after, $0) }
        .subtracting(outsiders(deed.old, deed.before) { people(deed.before, $0) })
    }
    let members = newcomers { world, roll in roll.members.filter { !world.hasEnded($0.value) }.map(\.key) }
    if let first = members.min() { return .broken("an outsider in a workspace: \(first)") }
    // Ended memberships and offers may be held to be memberships already; so may ownership of record.
    let touched = newcomers { _, roll in roll.members.map(\.key) + roll.invitations.map(\.key) }
    if let first = touched.min() { return .arguable("an outsider about to be in a workspace: \(first)") }
    if deed.action.workspace == nil, let email = deed.action.subject, !belongs(email, deed.new, deed.after),
      deed.new.workspaces.values.contains(where: { $0.roll.members[email] != nil })
    {
      return .arguable("an outsider already, now more so")
    }
    if deed.action.workspace != nil, let email = deed.action.after?.text("owner") ?? deed.action.subject,
      !belongs(email, deed.new, deed.after),
      deed.action.kind == .transferOwnership || deed.action.kind == .createWorkspace
    {
      return .arguable("an outsider as owner of record")
    }
    return nil
  }

  /// «a second of that kind; with `furtherWorkspaces: none` any further workspace in a personal account».
  @Sendable static func onePersonalWorkspace(_ deed: Deed) -> Opinion? {
    guard deed.user != nil else { return nil }
    func personal(_ tenant: World.Tenant) -> Int { tenant.workspaces.values.count { $0.kind == "personal" } }
    if personal(deed.new) > 1, personal(deed.new) > personal(deed.old) { return .broken("a second personal workspace") }
    let (before, after) = (deed.old.workspaces.count, deed.new.workspaces.count)
    let isForbidden = deed.law.furtherWorkspaces == "none"
    return isForbidden && after > 1 && after > before ? .broken("a further workspace in an account") : nil
  }
}
