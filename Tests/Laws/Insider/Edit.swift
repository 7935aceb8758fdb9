/// One thing that somebody changes in manifests. Each makes sense, or does nothing, whatever is there, so that a history
/// can be shortened by leaving edits out.
enum Edit: Hashable {
  /// In a list: of an organization (`acme`) or a workspace (`acme/ml`), a person or a group; nil: the entry goes.
  case entry(String, String, Declared.Entry?)
  /// Of an organization; empty: for all.
  case group(String, String, person: String, isIn: Bool)
  case owner(String, String?)
  /// The list of members goes, or is there again with nobody in it.
  case list(String, isManaged: Bool)
  case keys(String, isManaged: Bool)
  case additive(String, Bool)
  case state(String, Declared.Workspace.State)
  case dropped(String)
  /// A workspace with these members, if there is none of the name.
  case made(String, identity: Int, members: [String: Declared.Entry])
  case renamed(String, to: String)
  /// `renamedFrom`, for whatever it is good.
  case claims(String, from: String)
  /// An organization.
  case founded(String, owner: String, members: [String: Declared.Entry])
  case displayName(String, String)
  case account(String, formerly: [String])
  /// An error in the organization, or none any more.
  case broken(String, Bool)
  /// Of an organization; nil: the Policy for all.
  case policy(String?, PolicyEdit)
  /// All of it is as it was once.
  case restored(Declared)

  enum PolicyEdit: Hashable {
    case rule(String, String)
    case operators([String])
    case identity(String)
    case admission(String)
    case rank(String, Int)
    case permissions(String, [String])
    case gone
  }
}

extension Declared {
  mutating func make(_ edits: [Edit]) {
    for edit in edits { make(edit) }
  }

  private mutating func make(_ edit: Edit) {
    switch edit {
    case .entry(let place, let name, let entry): change(list: place) { $0?[name] = entry }
    case .list(let place, let isManaged): change(list: place) { $0 = isManaged ? $0 ?? [:] : nil }
    case .group(let organization, let name, let person, let isIn):
      var people = (organization.isEmpty ? groups[name] : organizations[organization]?.groups[name]) ?? []
      people.removeAll { $0 == person }
      if isIn { people.append(person) }
      if organization.isEmpty { groups[name] = people } else { organizations[organization]?.groups[name] = people }
    case .owner(let place, let owner): change(place, { $0.owner = owner }, { $0.owner = owner })
    case .keys(let place, let isManaged): change(place, { _ in }, { $0.keys = isManaged ? $0.keys ?? [:] : nil })
    case .additive(let place, let isAdditive):
      change(place, { $0.isAdditive = isAdditive }, { $0.isAdditive = isAdditive })
    case .displayName(let place, let name): change(place, { $0.displayName = name }, { $0.displayName = name })
    case .state(let place, let state): change(place, { _ in }, { $0.state = state })
    case .claims(let place, let from): change(place, { _ in }, { $0.renamedFrom = from })
    case .dropped(let place): drop(place)
    case .made(let place, let identity, let members): add(place, identity, members)
    case .renamed(let place, let name): rename(place, to: name)
    case .founded(let name, let owner, let members):
      if organizations[name] == nil {
        organizations[name] = Organization(owner: owner, members: members, workspaces: [:])
      }
    case .account(let email, let formerly): accounts[email] = Account(formerly: formerly)
    case .broken(let name, let isBroken): if isBroken { broken.insert(name) } else { broken.remove(name) }
    case .policy(let organization, let edit): make(edit, organization)
    case .restored(let other): self = other
    }
  }

  private mutating func change(
    _ place: String, _ organization: (inout Organization) -> Void, _ workspace: (inout Workspace) -> Void
  ) {
    let (name, title) = Self.parts(place)
    guard organizations[name] != nil else { return }
    guard let title else { return organization(&organizations[name]!) }
    if organizations[name]?.workspaces?[title] != nil { workspace(&organizations[name]!.workspaces![title]!) }
  }

  private mutating func change(list place: String, _ change: (inout [String: Entry]?) -> Void) {
    self.change(place, { change(&$0.members) }, { change(&$0.members) })
  }

  private mutating func drop(_ place: String) {
    let (name, title) = Self.parts(place)
    if let title { organizations[name]?.workspaces?[title] = nil } else { organizations[name] = nil }
  }

  private mutating func add(_ place: String, _ identity: Int, _ members: [String: Entry]) {
    let (name, title) = Self.parts(place)
    guard let title, organizations[name]?.workspaces?[title] == nil else { return }
    organizations[name]?.workspaces?[title] = Workspace(identity: identity, members: members)
  }

  private mutating func rename(_ place: String, to new: String) {
    let (name, title) = Self.parts(place)
    guard let title, organizations[name]?.workspaces?[new] == nil,
      var workspace = organizations[name]?.workspaces?.removeValue(forKey: title)
    else { return }
    workspace.renamedFrom = title
    organizations[name]?.workspaces?[new] = workspace
  }

  private mutating func make(_ edit: Edit.PolicyEdit, _ organization: String?) {
    func change(_ document: inout PolicyDocument) {
      switch edit {
      case .rule(let rule, let value): document.rules[rule] = value
      case .operators(let emails): document.operators = emails
      case .identity(let identity): document.identity = identity
      case .admission(let admission): document.admission = admission
      case .rank(let role, let rank): document.roles[role, default: .init()].rank = rank
      case .permissions(let role, let permissions): document.roles[role, default: .init()].permissions = permissions
      case .gone: document = PolicyDocument(preset: document.preset)
      }
    }
    guard let organization else { return change(&policy) }
    guard organizations[organization] != nil else { return }
    if case .gone = edit {
      ownPolicies[organization] = nil
    } else {
      change(&ownPolicies[organization, default: PolicyDocument(preset: policy.preset)])
    }
  }

  /// The organization, and the workspace where the place is one.
  static func parts(_ place: String) -> (organization: String, workspace: String?) {
    let parts = place.split(separator: "/", maxSplits: 1).map(String.init)
    return (parts[0], parts.count > 1 ? parts[1] : nil)
  }
}
