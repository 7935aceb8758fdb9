extension Commit {
  /// As if the person had never been named.
  mutating func remove(_ email: String) {
    accounts[email] = nil
    for (other, account) in accounts {
      if account.formerly == email { accounts[other]?.formerly = nil }
      for title in (account.workspaces ?? [:]).keys { accounts[other]?.workspaces?[title]?.remove(email) }
    }
    for (name, organization) in organizations {
      organizations[name]?.members?[email] = nil
      if organization.owner == email { organizations[name]?.owner = nil }
      for title in (organization.workspaces ?? [:]).keys { organizations[name]?.workspaces?[title]?.remove(email) }
      organizations[name]?.groups = organization.groups.mapValues { $0.filter { $0 != email } }
    }
    groups = groups.mapValues { $0.filter { $0 != email } }
  }

  /// Every commit with one thing less.
  var smaller: [Commit] {
    var result: [Commit] = []
    func with(_ change: (inout Commit) -> Void) {
      var commit = self
      change(&commit)
      if commit != self { result.append(commit) }
    }
    for name in organizations.keys.sorted() { with { $0.organizations[name] = nil } }
    for email in accounts.keys.sorted() { with { $0.accounts[email] = nil } }
    for name in ownLaws.keys.sorted() { with { $0.ownLaws[name] = nil } }
    for group in groups.keys.sorted() { with { $0.dropGroup(group) } }
    for rule in law.rules.keys.sorted() { with { $0.law.rules[rule] = nil } }
    with { $0.law.caps = Law().caps }
    with { $0.law.defaultSubscription = "business" }
    with { $0.law.admission = "direct" }
    with { $0.law.joinAs = "declared" }
    for (name, organization) in organizations.inOrder {
      with { $0.organizations[name]?.owner = nil }
      with { $0.organizations[name]?.subscription = nil }
      with { $0.organizations[name]?.management = nil }
      with { $0.organizations[name]?.groups = [:] }
      with { $0.organizations[name]?.members = nil }
      with { $0.organizations[name]?.workspaces = nil }
      for list in Commit.smaller(organization.members) { with { $0.organizations[name]?.members = list } }
      for workspaces in Commit.smaller(organization.workspaces) {
        with { $0.organizations[name]?.workspaces = workspaces }
      }
    }
    for (email, account) in accounts.inOrder {
      with { $0.accounts[email]?.formerly = nil }
      with { $0.accounts[email]?.displayName = nil }
      with { $0.accounts[email]?.workspaces = nil }
      for workspaces in Commit.smaller(account.workspaces) { with { $0.accounts[email]?.workspaces = workspaces } }
    }
    return result
  }

  private mutating func dropGroup(_ group: String) {
    groups[group] = nil
    for name in organizations.keys {
      organizations[name]?.members?[group] = nil
      for title in (organizations[name]?.workspaces ?? [:]).keys {
        organizations[name]?.workspaces?[title]?.members?[group] = nil
      }
    }
  }

  private static func smaller(_ list: [String: Entry]?) -> [[String: Entry]] {
    guard let list else { return [] }
    return list.keys.sorted().flatMap { name in
      var (without, plain) = (list, list)
      without[name] = nil
      plain[name] = list[name].map { Entry($0.role) }
      return [without, plain]
    }
  }

  private static func smaller(_ workspaces: [String: Workspace]?) -> [[String: Workspace]] {
    guard let workspaces else { return [] }
    var result: [[String: Workspace]] = []
    for (title, workspace) in workspaces.inOrder {
      func with(_ change: (inout Workspace) -> Void) {
        var changed = workspaces
        var copy = workspace
        change(&copy)
        changed[title] = copy
        result.append(changed)
      }
      var without = workspaces
      without[title] = nil
      result.append(without)
      with { $0.owner = nil }
      with { $0.subscription = nil }
      with { $0.displayName = nil }
      with { $0.renamedFrom = nil }
      with { $0.keys = nil }
      with { $0.members = nil }
      for list in smaller(workspace.members) { with { $0.members = list } }
    }
    return result
  }
}

extension Commit.Workspace {
  fileprivate mutating func remove(_ email: String) {
    members?[email] = nil
    if owner == email { owner = nil }
  }
}
