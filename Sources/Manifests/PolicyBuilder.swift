import Model

/// Leaves → ``Policy``. Reports what does not fit together; what single documents get wrong was reported before.
struct PolicyBuilder {
  struct Problem {
    var code: String
    var message: String
    /// The leaf or declaration to blame.
    var origin: PolicyOrigin
    var hint: String?
  }

  private let leaves: PolicyLeaves
  private(set) var problems: [Problem] = []

  init(_ leaves: PolicyLeaves) { self.leaves = leaves }

  /// Nil where a preset or a stored text lacks a key, or has an unknown value.
  mutating func build() -> Policy? {
    let workspaceRoles = roles(.workspace)
    let organizationRoles = roles(.organization)
    var subscriptions: [String: Int?] = [:]
    for name in subscriptionNames() {
      guard let text = leaves["subscriptions.\(name).members"] else { return nil }
      subscriptions[name] = .some(PolicyText.number(text))
    }
    checkDefaultSubscription(subscriptions.keys)
    guard let defaultSubscription = leaves["defaultSubscription"], let operators = leaves["operators"],
      let identity: Policy.Identity = word("identity"), let invitations = invitations(),
      let keysOfRemoved: Policy.OfRemoved = word("apiKeys.ofRemoved"), let signUp = signUp(),
      let workspaces = workspaces(), let deleteAccount = flag("accounts.deleteWithLastWorkspace"),
      let protection = protection()
    else { return nil }
    return Policy(
      preset: leaves.preset, workspaceRoles: workspaceRoles, organizationRoles: organizationRoles,
      subscriptions: subscriptions, defaultSubscription: defaultSubscription, invitations: invitations,
      apiKeys: Policy.APIKeys(ofRemoved: keysOfRemoved), signUp: signUp,
      workspaces: workspaces, deleteAccountWithLastWorkspace: deleteAccount, operators: PolicyText.list(operators),
      identity: identity, protection: protection)
  }

  private func word<E: RawRepresentable>(_ path: String) -> E? where E.RawValue == String {
    leaves[path].flatMap(E.init(rawValue:))
  }

  private func flag(_ path: String) -> Bool? {
    switch leaves[path] {
    case "true": true
    case "false": false
    default: nil
    }
  }

  private mutating func roles(_ scope: RoleScope) -> [Role] {
    let prefix = "roles.\(scope.rawValue)."
    var byRank: [Int: (name: String, origin: PolicyOrigin)] = [:]
    var found: [Role] = []
    for (name, origin) in roleNames(scope, prefix) {
      let rank = leaves[prefix + name + ".rank"].flatMap(PolicyText.number)
      let permissions = leaves[prefix + name + ".permissions"]
      for (key, isThere) in [("rank", rank != nil), ("permissions", permissions != nil)]
      where !isThere && !leaves.brokenRoles.contains(prefix + name) {
        problems.append(
          Problem(code: "missing-key", message: "The new role `\(name)` needs the key `\(key)`.", origin: origin))
      }
      let at = leaves.leaves[prefix + name + ".rank"]?.origin ?? origin
      if let rank {
        if let other = byRank[rank] {
          let (blamed, kept) = PolicyBuilder.isLater(at, other.origin) ? (at, other.name) : (other.origin, name)
          problems.append(
            Problem(
              code: "duplicate-rank", message: "The rank \(rank) is also that of the role `\(kept)`.", origin: blamed,
              hint: "Ranks are unique: the highest is the top role."))
        } else {
          byRank[rank] = (name, at)
        }
      }
      found.append(
        Role(
          name: name, rank: rank ?? 0,
          permissions: Set(PolicyText.list(permissions ?? "").compactMap(Permission.init(rawValue:)))))
    }
    return found
  }

  /// Sorted by name, so that problems come in the same order however dictionaries feel.
  private func roleNames(_ scope: RoleScope, _ prefix: String) -> [(String, PolicyOrigin)] {
    var names = leaves.roles[scope] ?? [:]
    for (path, leaf) in leaves.leaves where path.hasPrefix(prefix) {
      guard let dot = path.lastIndex(of: ".") else { continue }
      let name = String(path[..<dot].dropFirst(prefix.count))
      if names[name] == nil { names[name] = leaf.origin }
    }
    return names.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  private func subscriptionNames() -> [String] {
    leaves.leaves.keys.compactMap { path in
      guard path.hasPrefix("subscriptions."), path.hasSuffix(".members") else { return nil }
      return String(path.dropFirst("subscriptions.".count).dropLast(".members".count))
    }.sorted()
  }

  private mutating func checkDefaultSubscription(_ names: some Sequence<String>) {
    guard let leaf = leaves.leaves["defaultSubscription"], !names.contains(leaf.value) else { return }
    problems.append(
      Problem(
        code: "unknown-subscription", message: "There is no subscription `\(leaf.value)`.", origin: leaf.origin,
        hint: Suggestion.hint(for: leaf.value, among: names)))
  }

  private func invitations() -> Policy.Invitations? {
    guard let admission: Policy.Admission = word("invitations.admission"),
      let joinAs: Policy.JoinAs = word("invitations.joinAs"), let expire = leaves["invitations.expireAfter"],
      let sends = leaves["invitations.maxSends"],
      let ofRemoved: Policy.InvitationsOfRemoved = word("invitations.ofRemoved")
    else { return nil }
    return Policy.Invitations(
      admission: admission, joinAs: joinAs, expireAfter: PolicyText.duration(expire),
      maxSends: PolicyText.number(sends),
      ofRemoved: ofRemoved)
  }

  private func signUp() -> Policy.SignUp? {
    guard let personal: Policy.PersonalWorkspace = word("signUp.personalWorkspace"),
      let kind: WorkspaceKind = word("signUp.workspaceKind"),
      let further: Policy.FurtherWorkspaces = word("signUp.furtherWorkspaces")
    else { return nil }
    return Policy.SignUp(personalWorkspace: personal, workspaceKind: kind, furtherWorkspaces: further)
  }

  private func workspaces() -> Policy.Workspaces? {
    guard let owners: Policy.Owners = word("workspaces.owners"), let required = flag("workspaces.ownerRequired"),
      let invoice = flag("workspaces.finalInvoice"), let leaving: Policy.Leaving = word("workspaces.leaving")
    else { return nil }
    return Policy.Workspaces(owners: owners, ownerRequired: required, finalInvoice: invoice, leaving: leaving)
  }

  private func protection() -> [RuleName: Policy.RuleSetting]? {
    var settings: [RuleName: Policy.RuleSetting] = [:]
    for rule in RuleName.allCases {
      guard let text = leaves["protection.\(rule.rawValue)"] else { continue }
      guard let setting = RuleSettings.setting(text, for: rule) else { return nil }
      settings[rule] = setting
    }
    return settings
  }

  /// Presets come before all manifests.
  static func isLater(_ a: PolicyOrigin, _ b: PolicyOrigin) -> Bool {
    switch (a, b) {
    case (.manifest(let x), .manifest(let y)): (x.file, x.line, x.column) > (y.file, y.line, y.column)
    case (.manifest, .preset): true
    case (.preset, .manifest), (.preset, .preset): false
    }
  }
}
