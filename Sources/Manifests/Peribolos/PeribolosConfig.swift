import Model

/// Organizations as peribolos configures them, every value with its place.
///
/// | file                                         | holds                                                       |
/// |----------------------------------------------|-------------------------------------------------------------|
/// | merged (`orgs:` at the top, prow's config)   | organizations by name                                       |
/// | one organization (`org.yaml`)                | its settings, people and teams; its folder has its name     |
/// | teams (`teams.yaml` in a folder beside that) | teams of that organization                                  |
struct PeribolosConfig {
  struct Name: Hashable {
    var text: String
    var mark: Mark
  }

  struct Organization {
    var name: Name
    var displayName: String?
    var admins: [Name] = []
    var members: [Name] = []
    var teams: [Team] = []
  }

  struct Team {
    var name: Name
    var maintainers: [Name] = []
    var members: [Name] = []
    var previously: [Name] = []
    var children: [Team] = []
  }

  /// Something that Tenure has no word for, said once however often it stands there.
  struct Unsaid {
    var first: Mark
    var count: Int
  }

  var organizations: [Organization] = []
  /// By key and what has it, such as `repos` of a team.
  var unsaid: [Key: Unsaid] = [:]

  struct Key: Hashable, Comparable {
    enum Owner: String, Comparable {
      case config, organization, team
      static func < (a: Owner, b: Owner) -> Bool { a.rawValue < b.rawValue }
    }
    var owner: Owner
    var name: String
    static func < (a: Key, b: Key) -> Bool { (a.owner, a.name) < (b.owner, b.name) }
  }
}

/// Reads files of peribolos, collecting everything that is wrong with them.
struct PeribolosReader {
  private(set) var config = PeribolosConfig()
  private(set) var findings: [(finding: Finding, file: Int)] = []
  private var file = 0
  private var tree = MarkedTree()

  private static let organizationKeys = [
    "admins", "members", "teams", "name", "billing_email", "company", "default_repository_permission", "description",
    "email", "has_organization_projects", "has_repository_projects", "location", "members_can_create_repositories",
    "repos", "roles",
  ]
  private static let teamKeys = [
    "maintainers", "members", "previously", "teams", "description", "privacy", "repos",
  ]

  /// What a file is expected to hold.
  enum Content {
    /// `orgs:`, or else the one organization of this name.
    case configuration(organization: String)
    /// More teams of the organization read last.
    case teams
  }

  mutating func read(_ parsed: ParsedFile, as content: Content, file: Int) {
    self.file = file
    if let failure = parsed.failure {
      let place = Place(line: UInt32(clamping: failure.line), column: UInt32(clamping: failure.column))
      add(failure.code, failure.message, at: place, hint: failure.hint)
      return
    }
    let documents = parsed.documents.filter { !$0.nodes.isEmpty && !isNothing(0, in: $0) }
    for tree in documents {
      self.tree = tree
      switch content {
      case .configuration(let name): configuration(named: name)
      case .teams: teamsFile()
      }
    }
    if documents.isEmpty, case .configuration = content {
      add("no-organization", "The file is empty.", at: .start, hint: "It takes `orgs:`, or an organization's own keys.")
    }
  }

  private mutating func configuration(named name: String) {
    guard isMapping(0, "A configuration") else { return }
    let top = entries(0)
    guard let organizations = top.first(where: { tree.string($0.key) == "orgs" }) else {
      let organization = PeribolosConfig.Name(text: name, mark: mark(0))
      return config.organizations.append(self.organization(organization, 0))
    }
    for other in top where other.key != organizations.key { leaveUnsaid(.config, tree.string(other.key), other.key) }
    guard isMapping(organizations.value, "`orgs`") else { return }
    for (key, value) in entries(organizations.value) {
      let organization = organization(self.name(key), value)
      config.organizations.append(organization)
    }
  }

  private mutating func teamsFile() {
    guard isMapping(0, "A file of teams"), !config.organizations.isEmpty else { return }
    for (key, value) in entries(0) {
      guard tree.string(key) == "teams" else {
        report(
          "unknown-key", "A file of teams has no key `\(Shown.text(tree.string(key)))`.", at: key,
          hint: "It has `teams`.")
        continue
      }
      config.organizations[config.organizations.count - 1].teams += teams(value)
    }
  }

  private mutating func organization(_ name: PeribolosConfig.Name, _ node: Int) -> PeribolosConfig.Organization {
    var result = PeribolosConfig.Organization(name: name)
    guard isMapping(node, "An organization") else { return result }
    for (key, value) in entries(node) {
      switch tree.string(key) {
      case "admins": result.admins = names(value, "admins")
      case "members": result.members = names(value, "members")
      case "teams": result.teams = teams(value)
      case "name": result.displayName = text(value, "name")
      case let other: remaining(other, key, value, .organization, Self.organizationKeys, "An organization")
      }
    }
    return result
  }

  private mutating func teams(_ node: Int) -> [PeribolosConfig.Team] {
    guard isMapping(node, "`teams`") else { return [] }
    return entries(node).map { key, value in
      var team = PeribolosConfig.Team(name: name(key))
      guard isMapping(value, "A team") else { return team }
      for (key, value) in entries(value) {
        switch tree.string(key) {
        case "maintainers": team.maintainers = names(value, "maintainers")
        case "members": team.members = names(value, "members")
        case "previously": team.previously = names(value, "previously")
        case "teams": team.children = teams(value)
        case let other: remaining(other, key, value, .team, Self.teamKeys, "A team")
        }
      }
      return team
    }
  }

  /// A key that Tenure has no word for, or one that is none.
  private mutating func remaining(
    _ text: String, _ key: Int, _ value: Int, _ owner: PeribolosConfig.Key.Owner, _ known: [String], _ what: String
  ) {
    guard known.contains(text) else {
      return report(
        "unknown-key", "\(what) has no key `\(Shown.text(text))`.", at: key,
        hint: Suggestion.hint(for: text, among: known) ?? "Its keys: \(known.joined(separator: ", ")).")
    }
    let isEmpty =
      isNothing(value, in: tree) || tree.nodes[value].kind == .scalar && tree.nodes[value].length == 0
      || tree.nodes[value].kind != .scalar && Int(tree.nodes[value].end) == value + 1
    if !isEmpty { leaveUnsaid(owner, text, key) }
  }

  private mutating func leaveUnsaid(_ owner: PeribolosConfig.Key.Owner, _ name: String, _ node: Int) {
    let first = mark(node)
    config.unsaid[.init(owner: owner, name: name), default: .init(first: first, count: 0)].count += 1
  }
}

/// Nodes as values.
extension PeribolosReader {
  /// Keys and values; a key that stands there twice is an error.
  private mutating func entries(_ node: Int) -> [(key: Int, value: Int)] {
    var found: [(key: Int, value: Int)] = []
    guard tree.nodes[node].kind == .mapping else { return found }
    var seen: Set<String> = []
    var key = node + 1
    while key < Int(tree.nodes[node].end) {
      if seen.insert(tree.string(key)).inserted {
        found.append((key, key + 1))
      } else {
        report("duplicate-key", "The key `\(Shown.text(tree.string(key)))` stands here twice.", at: key)
      }
      key = Int(tree.nodes[key + 1].end)
    }
    return found
  }

  /// A list of texts; without a value it is empty, as it is for peribolos.
  private mutating func names(_ node: Int, _ key: String) -> [PeribolosConfig.Name] {
    if isNothing(node, in: tree) { return [] }
    guard tree.nodes[node].kind == .sequence else {
      report("wrong-type", "`\(key)` takes a list.", at: node, hint: "Write `\(key): [ada, grace]`.")
      return []
    }
    var found: [PeribolosConfig.Name] = []
    var item = node + 1
    while item < Int(tree.nodes[node].end) {
      if tree.nodes[item].kind != .scalar || tree.nodes[item].length == 0 {
        report("wrong-type", "An entry of `\(key)` is a name.", at: item)
      } else {
        found.append(name(item))
      }
      item = Int(tree.nodes[item].end)
    }
    return found
  }

  private mutating func text(_ node: Int, _ key: String) -> String? {
    guard tree.nodes[node].kind == .scalar else {
      report("wrong-type", "`\(key)` takes text.", at: node)
      return nil
    }
    return tree.nodes[node].length == 0 ? nil : tree.string(node)
  }

  private mutating func isMapping(_ node: Int, _ what: String) -> Bool {
    if isNothing(node, in: tree) { return false }
    if tree.nodes[node].kind == .mapping { return true }
    report("wrong-type", "\(what) is a mapping of keys, not a list or text.", at: node)
    return false
  }

  /// `key:`, `~` or `null`: as if it were not there.
  private func isNothing(_ node: Int, in tree: MarkedTree) -> Bool {
    guard tree.nodes[node].kind == .scalar, tree.nodes[node].isPlain else { return false }
    return tree.nodes[node].length == 0 || ["~", "null"].contains(tree.string(node))
  }

  private func name(_ node: Int) -> PeribolosConfig.Name { .init(text: tree.string(node), mark: mark(node)) }
  private func place(_ node: Int) -> Place { Place(line: tree.nodes[node].line, column: tree.nodes[node].column) }
  private func mark(_ node: Int) -> Mark { place(node).mark(file) }

  private mutating func report(_ code: String, _ message: String, at node: Int, hint: String? = nil) {
    add(code, message, at: place(node), hint: hint)
  }

  private mutating func add(_ code: String, _ message: String, at place: Place, hint: String? = nil) {
    findings.append((Finding(code: code, message: message, place: place, hint: hint, scope: .everything), file))
  }
}
