import Model
import TestSupport

/// Makes up small cases: a commit, the state that it led to and what became of that, and the next commit.
struct Generator {
  var random: SplitMix
  let crowd: [String]

  init(seed: UInt64) {
    random = SplitMix(seed: seed)
    let people = ["ada@x", "bob@x", "cyd@x", "dan@x", "eve@x", "fay@x", "gus@x"]
    crowd = Array(people.prefix(random.number(2...7)))
  }

  static let past = "2026-01-31"
  static let future = "2027-01-31"

  mutating func newCase() -> Case {
    let law = self.law()
    var before = commit(law)
    normalize(&before)
    var world = settled(before)
    for _ in 0..<random.number(0...4) { disturb(&world, before) }
    var next = before
    if random.happens(85) {
      for _ in 0..<random.number(1...4) { mutate(&next, crowd: crowd, world: world) }
    }
    if random.happens(15) { next.law = relaxed(next.law) }
    if random.happens(6) { next.law.preset = random.pick(Law.presets) }
    normalize(&next)
    var result = Case(world: world, applied: random.happens(80) ? before : nil, next: next)
    result.permits.allowDeletion = random.happens(60)
    result.permits.allowMove = random.happens(70)
    if random.happens(10) { result.permits.actor = random.pick(crowd) }
    return result
  }

  // MARK: policies

  private mutating func law() -> Law {
    var law = Law(preset: random.pick(Law.presets))
    law.caps = ["free": random.number(1...3), "team": random.number(2...5), "business": nil]
    law.defaultSubscription = random.pick(["free", "team", "business", "business"])
    law.admission = random.pick(["direct", "direct", "invite"])
    law.joinAs = law.preset == "small-team" || random.happens(15) ? "lowest" : "declared"
    law.owners = law.preset == "single-owner" ? "one" : "many"
    law.furtherWorkspaces = law.preset == "enterprise" ? "none" : "allowed"
    law.deleteWithLastWorkspace = law.preset == "small-team"
    if random.happens(40) { law.rules["removal-threshold"] = "off" }
    if random.happens(50) { law = relaxed(law) }
    return law
  }

  /// With a rule or two set otherwise.
  private mutating func relaxed(_ law: Law) -> Law {
    var law = law
    for _ in 0..<random.number(1...2) {
      switch random.number(0...13) {
      case 0: law.rules["creator-kept"] = random.pick(["on", "only-workspace", "off"])
      case 1: law.rules["last-owner-kept"] = random.pick(["on", "organizations", "off"])
      case 2:
        law.rules["single-owner"] = random.pick(["on", "off"])
        law.owners = law.rules["single-owner"] == "on" ? "one" : "many"
      case 3: law.rules["member-cap"] = random.pick(["on", "2", "3", "off"])
      case 4: law.rules["minimum-admins"] = random.pick(["1", "2", "3", "off"])
      case 5: law.rules["organization-member-first"] = random.pick(["on", "off"])
      case 6: law.rules["protected-subject"] = random.pick(["on", "off"])
      case 7: law.rules["default-workspace-kept"] = random.pick(["on", "off"])
      case 8: law.rules["personal-workspace-keeps-its-user"] = random.pick(["on", "off"])
      case 9: law.caps["team"] = random.number(1...4)
      case 10: law.admission = random.pick(["direct", "invite"])
      case 11: law.furtherWorkspaces = random.pick(["allowed", "none"])
      case 12:
        let always = "[{cron: \"0 0 * * *\", duration: 24h, timeZone: UTC}]"
        law.rules["freeze-window"] = random.happens(40) ? always : "off"
      default: law.rules["no-self-change"] = random.pick(["raise", "any", "off"])
      }
    }
    return law
  }

  // MARK: commits

  private mutating func commit(_ law: Law) -> Commit {
    var commit = Commit(law: law)
    if random.happens(25) { commit.groups["crew"] = people(40) }
    for name in ["acme", "beta", "gild"].prefix(random.pick([0, 1, 1, 1, 1, 2, 3])) {
      if random.happens(8) { commit.ownLaws[name] = self.law() }
      commit.organizations[name] = organization(commit.law(of: name), groups: commit.groups.keys.sorted())
    }
    for person in crowd where random.happens(commit.organizations.isEmpty ? 80 : 12) {
      commit.accounts[person] = account(person, law)
    }
    return commit
  }

  private mutating func organization(_ law: Law, groups: [String]) -> Commit.Organization {
    var result = Commit.Organization()
    if random.happens(45) { result.owner = random.pick(crowd) }
    if random.happens(12) { result.subscription = random.pick(["free", "team", "business"]) }
    if random.happens(10) { result.management = "additive" }
    if random.happens(15) { result.groups["core"] = people(40) }
    if random.happens(92) {
      result.members = list(law, inWorkspace: false, groups: groups + result.groups.keys.sorted())
    }
    guard random.happens(92) else { return result }
    result.workspaces = [:]
    for name in ["a", "b", "c", "default"] where random.happens(45) {
      result.workspaces?[name] = workspace(law, groups: groups + result.groups.keys.sorted())
    }
    return result
  }

  private mutating func workspace(_ law: Law, groups: [String]) -> Commit.Workspace {
    var result = Commit.Workspace()
    if random.happens(40) { result.owner = random.pick(crowd) }
    if random.happens(25) { result.subscription = random.pick(["free", "team", "business"]) }
    if random.happens(10) { result.displayName = "Lab" }
    if random.happens(90) { result.members = list(law, inWorkspace: true, groups: groups) }
    if random.happens(30) { result.keys = ["ci": 10] }
    return result
  }

  private mutating func account(_ email: String, _ law: Law) -> Commit.Account {
    var result = Commit.Account()
    if random.happens(15) { result.displayName = "Name" }
    guard random.happens(75) else { return result }
    result.workspaces = [:]
    for name in ["Personal", "lab"] where random.happens(name == "lab" ? 30 : 80) {
      var workspace = Commit.Workspace()
      if random.happens(50) { workspace.members = list(law, inWorkspace: true, groups: []) }
      if random.happens(20) { workspace.subscription = random.pick(["free", "team", "business"]) }
      if random.happens(10) { workspace.owner = random.pick(crowd) }
      result.workspaces?[name] = workspace
    }
    return result
  }

  private mutating func people(_ percent: Int) -> [String] { crowd.filter { _ in random.happens(percent) } }

  private mutating func list(_ law: Law, inWorkspace: Bool, groups: [String]) -> [String: Commit.Entry] {
    var result: [String: Commit.Entry] = [:]
    for person in people(55) { result[person] = entry(law, inWorkspace: inWorkspace) }
    for group in groups where random.happens(25) { result[group] = entry(law, inWorkspace: inWorkspace) }
    return result
  }

  mutating func entry(_ law: Law, inWorkspace: Bool) -> Commit.Entry {
    let roles = law.roles(inWorkspace: inWorkspace)
    return Commit.Entry(
      random.happens(40) ? roles[0] : random.pick(roles),
      expires: random.happens(10) ? (random.happens(20) ? Generator.past : Generator.future) : nil,
      protect: random.happens(8), reinvite: random.happens(4) ? "2026-11-22" : nil)
  }

  /// Makes a commit valid: roles that the policy knows, owners in the top role, no group that is not there.
  func normalize(_ commit: inout Commit) {
    commit.ownLaws = commit.ownLaws.filter { commit.organizations[$0.key] != nil }
    for (name, organization) in commit.organizations {
      let law = commit.law(of: name)
      let groups = Set(commit.groups.keys).union(organization.groups.keys)
      commit.organizations[name]?.members = valid(organization.members, organization.owner, law, false, groups)
      for (title, workspace) in organization.workspaces ?? [:] {
        commit.organizations[name]?.workspaces?[title]?.members = valid(
          workspace.members, workspace.owner, law, true, groups)
      }
    }
    for (email, account) in commit.accounts {
      for (title, workspace) in account.workspaces ?? [:] where workspace.disposition == .declared {
        commit.accounts[email]?.workspaces?[title]?.members = valid(
          workspace.members, workspace.owner ?? email, commit.law, true, Set(commit.groups.keys))
      }
    }
  }

  private func valid(
    _ entries: [String: Commit.Entry]?, _ owner: String?, _ law: Law, _ inWorkspace: Bool, _ groups: Set<String>
  ) -> [String: Commit.Entry]? {
    guard var result = entries else { return nil }
    for (name, entry) in result {
      if !name.contains("@"), !groups.contains(name) { result[name] = nil }
      guard law.place(of: entry.role, inWorkspace: inWorkspace) == nil else { continue }
      let isTop = ["owner", "admin", "super-admin"].contains(entry.role)
      result[name]?.role = isTop ? law.top(inWorkspace: inWorkspace) : law.lowest(inWorkspace: inWorkspace)
    }
    if let owner, result[owner] != nil { result[owner]?.role = law.top(inWorkspace: inWorkspace) }
    return result
  }
}
