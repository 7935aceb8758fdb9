extension Declared {
  /// Something that every commit of a history can do without.
  enum Part: Hashable {
    case organization(String)
    case workspace(Int)
    case person(String)
    case member(String, of: String)
    case attributes(String)
    case entryDetails(String)
    case group(String)
    case account(String)
    case ownPolicy(String)
    case rule(String)
    case errors
    case keys(Int)
    case owner(String)

    /// Large things come first.
    var order: Int {
      switch self {
      case .organization: 0
      case .workspace: 1
      case .person: 2
      case .group, .account, .ownPolicy: 3
      case .errors, .keys, .attributes, .owner, .rule: 4
      case .member, .entryDetails: 5
      }
    }
  }

  var parts: [Part] {
    var parts: [Part] = organizations.keys.map { .organization($0) } + groups.keys.map { .group($0) }
    parts += accounts.keys.map { .account($0) } + ownPolicies.keys.map { .ownPolicy($0) }
    parts += policy.rules.keys.map { .rule($0) } + [.errors]
    for (name, organization) in organizations {
      parts += [.attributes(name), .owner(name)]
      let places: [(String, [String: Entry]?)] =
        [(name, organization.members)]
        + (organization.workspaces ?? [:]).map { ("\(name)/\($0.value.identity)", $0.value.members) }
      for (place, members) in places {
        for person in (members ?? [:]).keys {
          parts += [.person(person), .member(person, of: place), .entryDetails(person)]
        }
      }
      for workspace in (organization.workspaces ?? [:]).values {
        parts += [
          .workspace(workspace.identity), .keys(workspace.identity), .attributes("\(name)/\(workspace.identity)"),
          .owner("\(name)/\(workspace.identity)"),
        ]
      }
    }
    return parts
  }

  func without(_ part: Part) -> Declared {
    var result = self
    switch part {
    case .group(let group):
      result.groups[group] = nil
      result.eachList { list, _ in list[group] = nil }
    case .account(let email): result.accounts[email] = nil
    case .ownPolicy(let name): result.ownPolicies[name] = nil
    case .rule(let rule): result.policy.rules[rule] = nil
    case .errors: result.broken = []
    case .organization(let name):
      result.organizations[name] = nil
      result.ownPolicies[name] = nil
      result.broken.remove(name)
    case .person(let email):
      result.eachList { list, _ in list[email] = nil }
      result.groups = result.groups.mapValues { $0.filter { $0 != email } }
    case .member(let email, let place): result.eachList { list, here in if here == place { list[email] = nil } }
    case .entryDetails(let email):
      result.eachList { list, _ in list[email] = list[email].map { Entry(role: $0.role) } }
    case .workspace, .keys, .attributes, .owner: result.change(part)
    }
    return result
  }

  private mutating func eachList(_ change: (inout [String: Entry], String) -> Void) {
    for (name, organization) in organizations {
      if var members = organization.members {
        change(&members, name)
        organizations[name]?.members = members
      }
      for (title, workspace) in organization.workspaces ?? [:] {
        guard var members = workspace.members else { continue }
        change(&members, "\(name)/\(workspace.identity)")
        organizations[name]?.workspaces?[title]?.members = members
      }
    }
  }

  private mutating func change(_ part: Part) {
    for (name, organization) in organizations {
      if part == .owner(name) { organizations[name]?.owner = nil }
      if part == .attributes(name) {
        organizations[name]?.displayName = nil
        organizations[name]?.subscription = nil
        organizations[name]?.isAdditive = false
      }
      for (title, workspace) in organization.workspaces ?? [:] {
        if part == .workspace(workspace.identity) { organizations[name]?.workspaces?[title] = nil }
        if part == .keys(workspace.identity) { organizations[name]?.workspaces?[title]?.keys = nil }
        if part == .owner("\(name)/\(workspace.identity)") { organizations[name]?.workspaces?[title]?.owner = nil }
        if part == .attributes("\(name)/\(workspace.identity)") {
          organizations[name]?.workspaces?[title]?.displayName = nil
          organizations[name]?.workspaces?[title]?.subscription = nil
          organizations[name]?.workspaces?[title]?.isAdditive = nil
        }
      }
    }
  }
}
