/// Workspaces that come, go and change their names.
extension Driver {
  private func isFree(_ name: String, _ organization: String) -> Bool {
    head.organizations[organization]?.workspaces?[name] == nil
  }

  private mutating func declared(_ organization: String) -> String? {
    let all = (head.organizations[organization]?.workspaces ?? [:]).inOrder
    return chance.any(all.filter { $0.value.state == .declared }.map(\.key))
  }

  private mutating func freeName(_ organization: String) -> String? {
    chance.any(Self.names.filter { isFree($0, organization) })
  }

  mutating func makeWorkspace(_ organization: String) {
    guard let name = freeName(organization), let tenant = head.organizations[organization] else { return }
    let made = workspace(tenant, head.preset(of: organization))
    head.organizations[organization]?.workspaces?[name] = made
  }

  mutating func changeWorkspaces(_ organization: String, _ author: String) {
    switch chance.number(0..<100) {
    case 0..<20: makeWorkspace(organization)
    case 20..<45: rename(organization, author)
    case 45..<52: swap(organization)
    case 52..<60: replaceByNew(organization)
    case 60..<66: misleadingChain(organization)
    case 66..<76:
      guard let name = declared(organization) else { return }
      head.organizations[organization]?.workspaces?[name]?.state = .removed
    case 76..<83:
      guard let name = declared(organization) else { return }
      head.organizations[organization]?.workspaces?[name] = nil
    case 83..<93: forgetSpent(organization)
    default: declareAgain(organization)
    }
  }

  private mutating func take(_ name: String, to new: String, _ organization: String) {
    guard var workspace = head.organizations[organization]?.workspaces?.removeValue(forKey: name) else { return }
    workspace.renamedFrom = name
    head.organizations[organization]?.workspaces?[new] = workspace
  }

  private mutating func rename(_ organization: String, _ author: String) {
    guard let name = declared(organization), let new = freeName(organization) else { return }
    take(name, to: new, organization)
    guard chance.percent(35) else { return }
    let roles = head.preset(of: organization).workspace
    let heir = author == Self.boss || author == Self.outsider || chance.percent(50) ? person() : author
    head.organizations[organization]?.workspaces?[new]?.owner = heir
    head.organizations[organization]?.workspaces?[new]?.members?[heir] = .init(role: roles[0])
  }

  /// Two workspaces exchange their names.
  private mutating func swap(_ organization: String) {
    guard let a = declared(organization), let b = declared(organization), a != b else { return }
    guard var first = head.organizations[organization]?.workspaces?[a],
      var second = head.organizations[organization]?.workspaces?[b]
    else { return }
    (first.renamedFrom, second.renamedFrom) = (a, b)
    head.organizations[organization]?.workspaces?[b] = first
    head.organizations[organization]?.workspaces?[a] = second
  }

  /// A workspace takes another name, and a new one the name that this frees.
  private mutating func replaceByNew(_ organization: String) {
    guard let name = declared(organization), let new = freeName(organization),
      let tenant = head.organizations[organization]
    else { return }
    take(name, to: new, organization)
    let made = workspace(tenant, head.preset(of: organization))
    head.organizations[organization]?.workspaces?[name] = made
  }

  /// A rename, and a new workspace that claims to be what the first one is called only now.
  private mutating func misleadingChain(_ organization: String) {
    guard let name = declared(organization), let new = freeName(organization) else { return }
    take(name, to: new, organization)
    guard let other = freeName(organization), other != name, let tenant = head.organizations[organization] else {
      return
    }
    var made = workspace(tenant, head.preset(of: organization))
    made.renamedFrom = new
    head.organizations[organization]?.workspaces?[other] = made
  }

  /// `renamedFrom` and tombstones go from the manifests when they are done.
  private mutating func forgetSpent(_ organization: String) {
    for (name, workspace) in (head.organizations[organization]?.workspaces ?? [:]).inOrder where chance.percent(60) {
      switch workspace.state {
      case .declared: head.organizations[organization]?.workspaces?[name]?.renamedFrom = nil
      case .removed, .released: head.organizations[organization]?.workspaces?[name] = nil
      }
    }
  }

  private mutating func declareAgain(_ organization: String) {
    let gone = (head.organizations[organization]?.workspaces ?? [:]).inOrder.filter { $0.value.state != .declared }
    guard let name = chance.any(gone.map(\.key)) else { return }
    let wasRemoved = head.organizations[organization]?.workspaces?[name]?.state == .removed
    head.organizations[organization]?.workspaces?[name]?.state = .declared
    guard wasRemoved else { return }
    identities += 1
    head.organizations[organization]?.workspaces?[name]?.identity = identities
    head.organizations[organization]?.workspaces?[name]?.renamedFrom = nil
  }
}
