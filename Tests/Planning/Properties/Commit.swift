import Model

/// What the manifests of one commit say, as a test makes it up.
struct Commit: Hashable {
  struct Entry: Hashable {
    var role: String
    /// A day, such as `2027-01-31`.
    var expires: String?
    var protect = false
    var reinvite: String?

    init(_ role: String, expires: String? = nil, protect: Bool = false, reinvite: String? = nil) {
      (self.role, self.expires, self.protect, self.reinvite) = (role, expires, protect, reinvite)
    }
  }

  enum Disposition: Hashable { case declared, removed, released }

  struct Workspace: Hashable {
    var disposition = Disposition.declared
    var renamedFrom: String?
    var owner: String?
    var subscription: String?
    var displayName: String?
    var management: String?
    var members: [String: Entry]?
    var keys: [String: Int]?
  }

  struct Organization: Hashable {
    var owner: String?
    var subscription: String?
    var displayName: String?
    var management: String?
    /// People and groups.
    var members: [String: Entry]?
    var groups: [String: [String]] = [:]
    var workspaces: [String: Workspace]?
  }

  struct Account: Hashable {
    var displayName: String?
    var formerly: String?
    var workspaces: [String: Workspace]?
  }

  var law = Law()
  /// By organization.
  var ownLaws: [String: Law] = [:]
  var organizations: [String: Organization] = [:]
  /// By email.
  var accounts: [String: Account] = [:]
  /// For all organizations.
  var groups: [String: [String]] = [:]

  func law(of tenant: String) -> Law { ownLaws[tenant] ?? law }

  /// Organizations and personal accounts.
  var tenants: Set<String> { Set(organizations.keys).union(accounts.keys.map { "~" + $0 }) }

  /// The entry that counts for somebody in a workspace: their own, else the highest role of a group's, else what
  /// `owner` implies.
  func declared(_ email: String, organization: String, workspace: String?, _ law: Law) -> Entry? {
    let account = organization.first == "~" ? accounts[String(organization.dropFirst())] : nil
    let list = account?.workspaces ?? organizations[organization]?.workspaces
    guard let title = workspace, let found = list?[title], found.disposition == .declared else { return nil }
    let groups = self.groups.merging(organizations[organization]?.groups ?? [:]) { $1 }
    let entries = (found.members ?? [:]).filter { $0.value.end.map { Scenario.now < $0 } ?? true }
    if let own = entries[email] { return own }
    let owner = found.owner ?? account.map { _ in String(organization.dropFirst()) }
    if owner == email { return Entry(law.top(inWorkspace: true)) }
    return entries.filter { groups[$0.key]?.contains(email) ?? false }.map(\.value).min { a, b in
      let (x, y) = (law.place(of: a.role, inWorkspace: true) ?? 0, law.place(of: b.role, inWorkspace: true) ?? 0)
      return (x, b.end ?? .distantFuture) < (y, a.end ?? .distantFuture)
    }
  }

  /// The documents in order.
  var documents: [Tree] {
    var result = [law.document()]
    result += ownLaws.inOrder.map { $1.document(organization: $0) }
    result += groups.inOrder.map { name, people in
      .map([
        ("apiVersion", "tenure/v1"), ("kind", "Group"), ("name", .text(name)),
        ("members", .list(people.map(Tree.text))),
      ])
    }
    result += accounts.inOrder.map { $1.document(email: $0) }
    result += organizations.inOrder.map { $1.document(name: $0) }
    return result
  }

  var yaml: String { Commit.yaml(documents) }

  static func yaml(_ documents: [Tree]) -> String { documents.map { $0.rendered() }.joined(separator: "---\n") }
}

extension Instant {
  fileprivate static let distantFuture = Instant(seconds: 253_402_300_799)
}

extension Commit.Entry {
  /// Access ends after the day.
  var end: Instant? { expires.flatMap { Instant(day: $0) }?.advanced(bySeconds: 86_400) }

  fileprivate var tree: Tree {
    guard expires != nil || protect || reinvite != nil else { return .text(role) }
    var entries: [(String, Tree)] = [("role", .text(role))]
    if let expires { entries.append(("expires", .text(expires))) }
    if protect { entries.append(("protect", "true")) }
    if let reinvite { entries.append(("reinvite", .text(reinvite))) }
    return .map(entries)
  }
}

extension [String: Commit.Entry] {
  fileprivate var tree: Tree { .map(inOrder.map { ($0, $1.tree) }) }
}

extension [String: Commit.Workspace] {
  fileprivate var tree: Tree { .map(inOrder.map { ($0, $1.tree) }) }
}

extension Commit.Workspace {
  fileprivate var tree: Tree {
    switch disposition {
    case .removed: return .map([("removed", "over")])
    case .released: return .map([("released", "by hand")])
    case .declared: break
    }
    var entries: [(String, Tree)] = []
    if let renamedFrom { entries.append(("renamedFrom", .text(renamedFrom))) }
    if let owner { entries.append(("owner", .text(owner))) }
    if let subscription { entries.append(("subscription", .text(subscription))) }
    if let displayName { entries.append(("displayName", .text(displayName))) }
    if let management { entries.append(("management", .text(management))) }
    if let members { entries.append(("members", members.tree)) }
    if let keys {
      entries.append(("apiKeys", .map(keys.inOrder.map { ($0, .map([("monthlyLimit", .text(String($1)))])) })))
    }
    return .map(entries)
  }
}

extension Commit.Organization {
  fileprivate func document(name: String) -> Tree {
    var entries: [(String, Tree)] = [
      ("apiVersion", "tenure/v1"), ("kind", "Organization"), ("name", .text(name)),
    ]
    if let owner { entries.append(("owner", .text(owner))) }
    if let subscription { entries.append(("subscription", .text(subscription))) }
    if let displayName { entries.append(("displayName", .text(displayName))) }
    if let management { entries.append(("management", .text(management))) }
    if let members { entries.append(("members", members.tree)) }
    if !groups.isEmpty { entries.append(("groups", .map(groups.inOrder.map { ($0, .list($1.map(Tree.text))) }))) }
    if let workspaces { entries.append(("workspaces", workspaces.tree)) }
    return .map(entries)
  }
}

extension Commit.Account {
  fileprivate func document(email: String) -> Tree {
    var entries: [(String, Tree)] = [("apiVersion", "tenure/v1"), ("kind", "Account"), ("email", .text(email))]
    if let displayName { entries.append(("displayName", .text(displayName))) }
    if let formerly { entries.append(("formerly", .list([.text(formerly)]))) }
    if let workspaces { entries.append(("workspaces", workspaces.tree)) }
    return .map(entries)
  }
}
