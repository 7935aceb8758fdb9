import Model

/// States: what a commit leads to when everybody accepts, and what happens to it behind the manifests' back.
extension Generator {
  mutating func settled(_ commit: Commit) -> World {
    var world = World(now: Scenario.now)
    for (name, organization) in commit.organizations.inOrder where random.happens(92) {
      let law = commit.law(of: name)
      let groups = commit.groups.merging(organization.groups) { $1 }
      var tenant = World.Tenant(
        displayName: organization.displayName, owner: organization.owner, subscription: organization.subscription)
      tenant.roll = roll(organization.members, owner: organization.owner, groups, law, inWorkspace: false)
      tenant.workspaces["default"] = World.Workspace(id: world.newID(), kind: "default")
      for (title, workspace) in (organization.workspaces ?? [:]).inOrder where random.happens(94) {
        tenant.workspaces[title] = self.workspace(
          workspace, kind: title == "default" ? "default" : "standard", groups, law, &world)
      }
      world.tenants[name] = tenant
    }
    for (email, account) in commit.accounts.inOrder where random.happens(90) {
      world.register(email)
      world.accounts[email]?.displayName = account.displayName
      for (title, workspace) in (account.workspaces ?? [:]).inOrder where random.happens(94) {
        var owned = workspace
        owned.owner = workspace.owner ?? email
        let made = self.workspace(
          owned, kind: title == "Personal" ? commit.law.signUpKind : "standard", commit.groups, commit.law, &world)
        world.tenants["~" + email]?.workspaces[title] = made
      }
    }
    registerEverybody(&world)
    if random.happens(15) { world.register(random.pick(crowd)) }
    for email in world.accounts.keys.sorted() where commit.accounts[email] == nil && random.happens(40) {
      var personal = World.Workspace(id: world.newID(), kind: "personal", owner: email)
      personal.roll.members[email] = World.Member(role: commit.law.top(inWorkspace: true))
      world.tenants["~" + email]?.workspaces["Personal"] = personal
    }
    return world
  }

  /// Every member, owner and leaver has an account.
  private func registerEverybody(_ world: inout World) {
    for tenant in world.tenants.values {
      for roll in [tenant.roll] + tenant.workspaces.values.map(\.roll) {
        for email in roll.members.keys.sorted() + roll.departures.keys.sorted() { world.register(email) }
      }
      for owner in [tenant.owner] + tenant.workspaces.values.map(\.owner) {
        if let owner { world.register(owner) }
      }
    }
  }

  private mutating func workspace(
    _ declared: Commit.Workspace, kind: String, _ groups: [String: [String]], _ law: Law, _ world: inout World
  ) -> World.Workspace {
    var result = World.Workspace(
      id: world.newID(), kind: kind, displayName: declared.displayName, owner: declared.owner,
      subscription: declared.subscription)
    result.roll = roll(declared.members, owner: declared.owner, groups, law, inWorkspace: true)
    for (name, limit) in (declared.keys ?? [:]).inOrder { result.keys[name] = World.Limits(monthly: limit) }
    return result
  }

  private func roll(
    _ entries: [String: Commit.Entry]?, owner: String?, _ groups: [String: [String]], _ law: Law, inWorkspace: Bool
  ) -> World.Roll {
    var result = World.Roll()
    func put(_ email: String, _ entry: Commit.Entry) {
      if entry.expires == Generator.past { return }
      result.members[email] = World.Member(
        role: entry.role, expires: entry.expires.map { _ in Instant(rfc3339: "2027-02-01T00:00:00Z")! },
        protect: entry.protect)
    }
    for (group, entry) in (entries ?? [:]).inOrder {
      for person in groups[group] ?? [] { put(person, entry) }
    }
    if let owner { put(owner, Commit.Entry(law.top(inWorkspace: inWorkspace))) }
    for (person, entry) in (entries ?? [:]).inOrder where person.contains("@") { put(person, entry) }
    return result
  }

  /// Something that did not come by the manifests: broken states too.
  mutating func disturb(_ world: inout World, _ commit: Commit) {
    guard let name = world.tenants.keys.sorted().randomElement(using: &random), let tenant = world.tenants[name] else {
      return
    }
    let isOrganization = name.first != "~"
    let titles = tenant.workspaces.keys.sorted()
    let title = isOrganization && random.happens(40) ? nil : titles.randomElement(using: &random)
    if title == nil, !isOrganization { return }
    let law = commit.law(of: name)
    let roles = law.roles(inWorkspace: title != nil)
    let somebody = random.pick(crowd)
    let member = world.roll(name, title)?.members.keys.sorted().randomElement(using: &random)
    // One of those in the top role, as often as not.
    let owners = (world.roll(name, title)?.members ?? [:]).filter { $0.value.role == roles[0] }.keys.sorted()
    let owner = random.happens(50) ? owners.randomElement(using: &random) : nil
    let role = random.happens(50) ? roles[0] : random.pick(roles)
    let ended = Instant(rfc3339: "2026-11-01T00:00:00Z")!
    switch random.number(0...16) {
    case 0, 1: if let member { world.onRoll(name, title) { $0.members[member] = nil } }
    case 2, 3:
      world.register(somebody)
      world.onRoll(name, title) { $0.members[somebody] = World.Member(role: role) }
    case 4: if let member { world.onRoll(name, title) { $0.members[member]?.role = role } }
    case 5, 6:
      let lapses = random.happens(30) ? ended : nil
      let sends = lapses == nil ? 1 : random.number(1...3)
      world.onRoll(name, title) {
        $0.members[somebody] = nil
        $0.invitations[somebody] = World.Invitation(role: role, lapses: lapses, sends: sends)
      }
    case 7:
      guard let member else { return }
      world.onRoll(name, title) {
        $0.members[member] = nil
        $0.departures[member] = World.Departure(reason: "left", since: ended)
      }
    case 8: if let who = owner ?? member { world.accounts[who]?.isSuspended = true }
    case 9:
      let end = random.happens(50) ? ended : Instant(rfc3339: "2027-06-01T00:00:00Z")!
      if let who = owner ?? member { world.onRoll(name, title) { $0.members[who]?.expires = end } }
    case 10: if let member { world.onRoll(name, title) { $0.members[member]?.protect.toggle() } }
    case 11:
      let owner = random.happens(60) ? member : nil
      if let title {
        world.tenants[name]?.workspaces[title]?.owner = owner
      } else {
        world.tenants[name]?.owner = owner
      }
    case 12:
      var extra = World.Workspace(id: world.newID(), kind: isOrganization ? "standard" : "personal")
      extra.roll.members[somebody] = World.Member(role: law.top(inWorkspace: true))
      world.register(somebody)
      world.tenants[name]?.workspaces[random.pick(["d", "e"])] = extra
    case 13:
      let subscription = random.pick(["free", "team", "business"])
      if let title { world.tenants[name]?.workspaces[title]?.subscription = subscription }
    default:
      if let title {
        world.tenants[name]?.workspaces[title]?.keys[random.pick(["ci", "ci", "old"])] = World.Limits(monthly: 5)
      }
    }
    for (name, tenant) in world.tenants {
      // Nobody stays owner of record where they are no longer a member.
      if let owner = tenant.owner, tenant.roll.members[owner] == nil { world.tenants[name]?.owner = nil }
      for (title, workspace) in tenant.workspaces {
        if let owner = workspace.owner, workspace.roll.members[owner] == nil {
          world.tenants[name]?.workspaces[title]?.owner = nil
        }
      }
    }
  }
}
