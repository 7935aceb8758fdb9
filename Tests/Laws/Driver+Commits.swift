import Model

/// Changes of manifests, as people make them.
extension Driver {
  /// - Parameter author: often whom the change favours.
  mutating func change(_ now: Moment, by author: String) {
    let organization = chance.one(Self.organizations)
    guard head.organizations[organization] != nil else {
      head.organizations[organization] = Declared.Organization(
        owner: Self.boss, members: [Self.boss: .init(role: head.preset(of: organization).organization[0])],
        workspaces: [:])
      return
    }
    switch chance.number(0..<100) {
    case 0..<22: changeMember(organization, now, author)
    case 22..<50: changeWorkspaceMember(organization, now, author)
    case 50..<56: changeGroup(organization, author)
    case 56..<61: changeAttribute(organization, author)
    case 61..<83: if manner.renames { changeWorkspaces(organization, author) } else { makeWorkspace(organization) }
    case 83..<88: changeKeys(organization)
    case 88..<91: changeManagement(organization)
    case 91..<95: if manner.moves { move() }
    case 95..<97: if manner.policies { changePolicy(organization) }
    default: changeErrors(organization)
    }
  }

  private mutating func entry(_ roles: [String], _ now: Moment) -> Declared.Entry {
    var entry = Declared.Entry(role: chance.one(roles))
    if chance.percent(20) { entry.lastDay = Day.of(now.instant) + chance.number(-1..<12) }
    if chance.percent(8) { entry.protect = true }
    if chance.percent(8) { entry.reinvite = Day.of(now.instant) + chance.number(0..<3) }
    return entry
  }

  private mutating func somebody(_ author: String) -> String {
    author != Self.boss && author != Self.outsider && chance.percent(35) ? author : person()
  }

  private mutating func changeMember(_ organization: String, _ now: Moment, _ author: String) {
    let person = somebody(author)
    let preset = head.preset(of: organization)
    if head.organizations[organization]?.members == nil { return }
    if chance.percent(30) {
      head.organizations[organization]?.members?[person] = nil
    } else if chance.percent(15) {
      let crew = chance.percent(50) ? nil : entry(["member"], now)
      head.organizations[organization]?.members?["crew"] = crew
    } else {
      let made = entry(preset.organization, now)
      head.organizations[organization]?.members?[person] = made
    }
  }

  private mutating func declaredWorkspace(_ organization: String) -> String? {
    let all = (head.organizations[organization]?.workspaces ?? [:]).inOrder
    return chance.any(all.filter { $0.value.state == .declared }.map(\.key))
  }

  private mutating func changeWorkspaceMember(_ organization: String, _ now: Moment, _ author: String) {
    guard let name = declaredWorkspace(organization) else { return }
    let preset = head.preset(of: organization)
    let person = somebody(author)
    guard head.organizations[organization]?.workspaces?[name]?.members != nil else {
      head.organizations[organization]?.workspaces?[name]?.members = [:]
      return
    }
    let roles = lower(preset.workspace, preset)
    let isOwner = head.organizations[organization]?.workspaces?[name]?.owner == person
    if chance.percent(30) {
      head.organizations[organization]?.workspaces?[name]?.members?[person] = nil
    } else if chance.percent(12) {
      let crew = chance.percent(50) ? nil : entry(Array(roles.suffix(1)), now)
      head.organizations[organization]?.workspaces?[name]?.members?["crew"] = crew
    } else if !isOwner {
      let made = entry(roles, now)
      head.organizations[organization]?.workspaces?[name]?.members?[person] = made
      if preset.isMemberFirst, head.organizations[organization]?.members?[person] == nil, chance.percent(60) {
        head.organizations[organization]?.members?[person] = .init(role: "member")
      }
    }
  }

  private mutating func changeGroup(_ organization: String, _ author: String) {
    let person = somebody(author)
    var group = head.groups["crew"] ?? []
    if group.contains(person) { group.removeAll { $0 == person } } else { group.append(person) }
    head.groups["crew"] = group
  }

  private mutating func changeAttribute(_ organization: String, _ author: String) {
    let preset = head.preset(of: organization)
    let title = chance.one([nil, "One", "Two"])
    switch chance.number(0..<5) {
    case 0: head.organizations[organization]?.displayName = title
    case 1: head.organizations[organization]?.subscription = chance.one([nil, "business", "team"])
    case 2:
      guard let name = declaredWorkspace(organization) else { return }
      head.organizations[organization]?.workspaces?[name]?.displayName = title
    case 3:
      let owner = chance.percent(50) ? Self.boss : somebody(author)
      head.organizations[organization]?.owner = owner
      head.organizations[organization]?.members?[owner] = .init(role: preset.organization[0])
    default:
      guard let name = declaredWorkspace(organization) else { return }
      handOver(organization, name, to: chance.percent(40) ? Self.boss : somebody(author))
    }
  }

  private mutating func handOver(_ organization: String, _ name: String, to owner: String) {
    let preset = head.preset(of: organization)
    let former = head.organizations[organization]?.workspaces?[name]?.owner
    head.organizations[organization]?.workspaces?[name]?.owner = owner
    guard head.organizations[organization]?.workspaces?[name]?.members != nil else { return }
    head.organizations[organization]?.workspaces?[name]?.members?[owner] = .init(role: preset.workspace[0])
    if preset.name == "single-owner", let former, former != owner {
      head.organizations[organization]?.workspaces?[name]?.members?[former] = .init(role: "member")
    }
  }

  private mutating func changeKeys(_ organization: String) {
    guard let name = declaredWorkspace(organization) else { return }
    guard var keys = head.organizations[organization]?.workspaces?[name]?.keys else {
      head.organizations[organization]?.workspaces?[name]?.keys = [:]
      return
    }
    let key = chance.one(["k1", "k2"])
    if keys[key] != nil, chance.percent(40) {
      keys[key] = nil
    } else {
      keys.updateValue(chance.one([nil, 100, 200]), forKey: key)
    }
    head.organizations[organization]?.workspaces?[name]?.keys = keys
  }

  private mutating func changeManagement(_ organization: String) {
    switch chance.number(0..<4) {
    case 0: head.organizations[organization]?.isAdditive.toggle()
    case 1:
      guard let name = declaredWorkspace(organization) else { return }
      head.organizations[organization]?.workspaces?[name]?.isAdditive = chance.one([nil, true, false])
    case 2:
      guard let name = declaredWorkspace(organization) else { return }
      head.organizations[organization]?.workspaces?[name]?.members = nil
    default:
      guard let name = declaredWorkspace(organization) else { return }
      head.organizations[organization]?.workspaces?[name]?.state = .released
    }
  }

  private mutating func changePolicy(_ organization: String) {
    let preset = manner.preset
    if head.ownPolicies[organization] != nil, chance.percent(50) {
      head.ownPolicies[organization] = nil
    } else {
      var policy = policy(preset)
      if chance.percent(30) { policy.rules["actor-allowed"] = chance.one(["on", "off"]) }
      if chance.percent(30) { head.policy = policy } else { head.ownPolicies[organization] = policy }
    }
  }

  private mutating func changeErrors(_ organization: String) {
    if head.broken.isEmpty, chance.percent(60) { head.broken = [organization] } else { head.broken = [] }
  }

  /// Everything that says the old email says the new one.
  private mutating func move() {
    let old = person()
    guard let place = people.firstIndex(of: old) else { return }
    moved += 1
    let new = old.prefix { $0 != "@" && $0 != "-" } + "-\(moved)@x.example"
    people[place] = String(new)
    head.replace(old, with: String(new))
    head.accounts[String(new)] = .init(formerly: [old])
  }
}

extension Declared {
  mutating func replace(_ old: String, with new: String) {
    func renamed(_ list: [String: Entry]?) -> [String: Entry]? {
      guard var list else { return nil }
      if let entry = list.removeValue(forKey: old) { list[new] = entry }
      return list
    }
    for (name, people) in groups { groups[name] = people.map { $0 == old ? new : $0 }.unique }
    for (name, organization) in organizations {
      organizations[name]?.members = renamed(organization.members)
      if organization.owner == old { organizations[name]?.owner = new }
      for (title, workspace) in organization.workspaces ?? [:] {
        organizations[name]?.workspaces?[title]?.members = renamed(workspace.members)
        if workspace.owner == old { organizations[name]?.workspaces?[title]?.owner = new }
      }
    }
    accounts[old] = nil
  }
}
