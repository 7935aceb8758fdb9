import Model

/// Changes from one commit to the next, those of the issue among them.
extension Generator {
  mutating func mutate(_ commit: inout Commit, crowd: [String], world: World) {
    let isAboutAccounts = commit.organizations.isEmpty || random.happens(15)
    if isAboutAccounts, !commit.accounts.isEmpty {
      return mutateAccount(&commit, crowd: crowd, world: world)
    }
    guard let name = commit.organizations.keys.sorted().randomElement(using: &random),
      var organization = commit.organizations[name]
    else { return }
    let law = commit.law(of: name)
    let titles = (organization.workspaces ?? [:]).filter { $0.value.disposition == .declared }.keys.sorted()
    switch random.number(0...19) {
    case 0...7:
      if random.happens(50) || titles.isEmpty {
        mutate(&organization.members, &organization.owner, law, false, crowd)
      } else {
        let title = random.pick(titles)
        guard var workspace = organization.workspaces?[title] else { break }
        mutate(&workspace.members, &workspace.owner, law, true, crowd)
        organization.workspaces?[title] = workspace
      }
    case 8: chain(&organization, titles)
    case 9, 10:
      guard let title = titles.randomElement(using: &random) else { break }
      organization.workspaces?[title] = random.happens(60) ? Commit.Workspace(disposition: .removed) : nil
    case 11:
      if let title = titles.randomElement(using: &random) {
        organization.workspaces?[title] = Commit.Workspace(disposition: .released)
      }
    case 12, 13:
      var made = Commit.Workspace()
      if random.happens(60) { made.owner = random.pick(crowd) }
      made.members = Dictionary(
        uniqueKeysWithValues: crowd.filter { _ in random.happens(30) }.map { ($0, entry(law, inWorkspace: true)) })
      organization.workspaces = organization.workspaces ?? [:]
      if organization.workspaces?["new"] == nil { organization.workspaces?["new"] = made }
    case 14:
      if let title = titles.randomElement(using: &random), random.happens(85) {
        organization.workspaces?[title]?.subscription = random.pick(["free", "team", "business"])
      } else {
        organization.subscription = random.pick(["free", "team", "business"])
      }
    case 15:
      guard let group = commit.groups.keys.sorted().first else { break }
      commit.groups[group] = crowd.filter { _ in random.happens(40) }
    case 16: organization.management = organization.management == nil ? "additive" : nil
    case 17: if random.happens(30) { organization.members = organization.members == nil ? [:] : nil }
    case 18:
      moveSomebody(&commit, crowd: crowd)
      return
    default: swapEverywhere(&organization, random.pick(crowd), random.pick(crowd))
    }
    commit.organizations[name] = organization
  }

  /// Within one list of people.
  private mutating func mutate(
    _ list: inout [String: Commit.Entry]?, _ owner: inout String?, _ law: Law, _ inWorkspace: Bool, _ crowd: [String]
  ) {
    let (one, other) = (random.pick(crowd), random.pick(crowd))
    var entries = list ?? [:]
    let listed = entries.keys.sorted().randomElement(using: &random)
    switch random.number(0...9) {
    case 0, 1: entries[one] = entry(law, inWorkspace: inWorkspace)
    case 2:
      let owners = entries.filter { $0.value.role == law.top(inWorkspace: inWorkspace) }.keys.sorted()
      if let gone = owners.randomElement(using: &random) ?? listed { entries[gone] = nil }
    case 3:
      // Two people change places, also with somebody who has none.
      (entries[one], entries[other]) = (entries[other], entries[one])
    case 4:
      // One takes over from the other, who goes.
      entries[one] = Commit.Entry(law.top(inWorkspace: inWorkspace))
      if one != other { entries[other] = nil }
    case 5:
      owner = one
      entries[one] = Commit.Entry(law.top(inWorkspace: inWorkspace))
    case 6:
      let former = owner
      owner = one
      entries[one] = Commit.Entry(law.top(inWorkspace: inWorkspace))
      if let former, former != one { entries[former] = random.happens(70) ? nil : entry(law, inWorkspace: inWorkspace) }
    case 7: if let listed { entries[listed]?.expires = random.happens(70) ? Generator.future : Generator.past }
    case 8: if let listed { entries[listed]?.protect.toggle() }
    default:
      owner = random.happens(50) ? nil : one
      if let listed, random.happens(50) { entries[listed]?.role = law.top(inWorkspace: inWorkspace) }
    }
    list = list == nil && random.happens(80) ? nil : entries
  }

  /// a → b → c, and what is left over is made anew now and then.
  private mutating func chain(_ organization: inout Commit.Organization, _ titles: [String]) {
    guard let workspaces = organization.workspaces, let last = titles.last, workspaces["z"] == nil else { return }
    var target = "z"
    var renamed = workspaces
    for title in titles.reversed().prefix(random.number(1...3)) {
      guard var workspace = workspaces[title], workspace.renamedFrom == nil else { return }
      workspace.renamedFrom = title
      renamed[target] = workspace
      renamed[title] = nil
      target = title
    }
    if random.happens(25) { renamed[target] = Commit.Workspace() }
    if random.happens(10) { renamed[last] = Commit.Workspace(disposition: .removed) }
    organization.workspaces = renamed
  }

  /// Everywhere where the one stood stands the other.
  private func swapEverywhere(_ organization: inout Commit.Organization, _ one: String, _ other: String) {
    func swap(_ email: String?) -> String? { email == one ? other : email == other ? one : email }
    func swap(_ list: [String: Commit.Entry]?) -> [String: Commit.Entry]? {
      list.map { Dictionary(uniqueKeysWithValues: $0.map { (swap($0.key) ?? "", $0.value) }) }
    }
    organization.owner = swap(organization.owner)
    organization.members = swap(organization.members)
    for (title, workspace) in organization.workspaces ?? [:] {
      organization.workspaces?[title]?.owner = swap(workspace.owner)
      organization.workspaces?[title]?.members = swap(workspace.members)
    }
  }

  /// The same person by a new email, everywhere.
  private mutating func moveSomebody(_ commit: inout Commit, crowd: [String]) {
    let (one, new) = (random.pick(crowd), "new@x")
    guard commit.accounts[new] == nil else { return }
    for (name, organization) in commit.organizations {
      var organization = organization
      swapEverywhere(&organization, one, new)
      organization.groups = organization.groups.mapValues { $0.map { $0 == one ? new : $0 } }
      commit.organizations[name] = organization
    }
    commit.groups = commit.groups.mapValues { $0.map { $0 == one ? new : $0 } }
    for (email, account) in commit.accounts {
      for (title, workspace) in account.workspaces ?? [:] {
        if workspace.owner == one { commit.accounts[email]?.workspaces?[title]?.owner = new }
        guard let entry = workspace.members?[one] else { continue }
        commit.accounts[email]?.workspaces?[title]?.members?[one] = nil
        commit.accounts[email]?.workspaces?[title]?.members?[new] = entry
      }
    }
    var account = commit.accounts.removeValue(forKey: one) ?? Commit.Account()
    account.formerly = one
    commit.accounts[new] = account
  }

  private mutating func mutateAccount(_ commit: inout Commit, crowd: [String], world: World) {
    guard let email = commit.accounts.keys.sorted().randomElement(using: &random), var account = commit.accounts[email]
    else { return }
    let titles = (account.workspaces ?? [:]).filter { $0.value.disposition == .declared }.keys.sorted()
    let title = titles.randomElement(using: &random)
    switch random.number(0...8) {
    case 0: if let title { account.workspaces?[title] = random.happens(60) ? .init(disposition: .removed) : nil }
    case 1: account.workspaces = (account.workspaces ?? [:]).merging(["more": Commit.Workspace()]) { old, _ in old }
    case 2, 3:
      guard let title, var workspace = account.workspaces?[title] else { break }
      mutate(&workspace.members, &workspace.owner, commit.law, true, crowd)
      account.workspaces?[title] = workspace
    case 4: if let title { account.workspaces?[title]?.subscription = random.pick(["free", "team", "business"]) }
    case 5:
      guard let title, var workspace = account.workspaces?[title], account.workspaces?["z"] == nil else { break }
      workspace.renamedFrom = title
      account.workspaces?[title] = nil
      account.workspaces?["z"] = workspace
    case 6:
      moveSomebody(&commit, crowd: crowd)
      return
    case 7: account.displayName = account.displayName == nil ? "Name" : "Other"
    default: commit.accounts[random.pick(crowd)] = Commit.Account()
    }
    commit.accounts[email] = account
  }
}
