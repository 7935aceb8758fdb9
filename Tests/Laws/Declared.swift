import Model

/// What the manifests of one commit say. It is written out as YAML for the product, and read as it is by the laws, which
/// so use none of the product's own reading.
struct Declared: Hashable {
  var policy = PolicyDocument(preset: "enterprise")
  var ownPolicies: [String: PolicyDocument] = [:]
  /// Groups for all.
  var groups: [String: [String]] = [:]
  var organizations: [String: Organization] = [:]
  /// Account documents by email.
  var accounts: [String: Account] = [:]
  /// Organizations with a mistake in them.
  var broken: Set<String> = []

  struct PolicyDocument: Hashable {
    var preset: String
    var admission = "direct"
    var joinAs = "declared"
    /// Settings of `protection`.
    var rules: [String: String] = [:]
    var operators: [String] = []
    var identity: String?
    /// By `organization.member`.
    var roles: [String: RoleChange] = [:]

    /// What it says of a role otherwise than the preset.
    struct RoleChange: Hashable {
      var rank: Int?
      var permissions: [String]?
    }
  }

  struct Organization: Hashable {
    var displayName: String?
    var owner: String?
    var subscription: String?
    var isAdditive = false
    /// Nil: not managed.
    var members: [String: Entry]?
    var groups: [String: [String]] = [:]
    /// By name; nil: not managed.
    var workspaces: [String: Workspace]?
  }

  struct Workspace: Hashable {
    enum State: Hashable { case declared, removed, released }
    /// Tells workspaces apart whatever their names; it is not written out.
    var identity: Int
    var state = State.declared
    var displayName: String?
    var renamedFrom: String?
    var owner: String?
    var subscription: String?
    /// Nil: as the organization.
    var isAdditive: Bool?
    var members: [String: Entry]?
    /// Name → monthly limit, nil for none said.
    var keys: [String: Int?]?
  }

  struct Entry: Hashable {
    var role: String
    /// The last day of access, counted from 1970-01-01.
    var lastDay: Int?
    var protect = false
    /// Chase once more who left or declined before this day.
    var reinvite: Int?
  }

  struct Account: Hashable {
    var displayName: String?
    var formerly: [String] = []
  }

  func preset(of organization: String) -> Preset {
    Preset.named[ownPolicies[organization]?.preset ?? policy.preset] ?? Preset.all[0]
  }

  /// Whether renames in the organization contradict each other: which workspace they are about is not known then.
  func hasContraryRenames(_ organization: String) -> Bool {
    let workspaces = (organizations[organization]?.workspaces ?? [:]).filter { $0.value.state == .declared }
    let sources = workspaces.compactMapValues(\.renamedFrom)
    if Set(sources.values).count < sources.count { return true }
    // No two share a source, so the walk ends, or comes back to where it began.
    return sources.keys.contains { start in
      var name = sources[start]
      while let current = name, current != start { name = sources[current] }
      return name == start
    }
  }

  func setting(_ rule: String, of organization: String) -> String? {
    ownPolicies[organization]?.rules[rule] ?? policy.rules[rule]
  }
}

/// Roles of a preset, highest first, as the contract names them.
struct Preset: Hashable {
  var name: String
  var organization: [String]
  var workspace: [String]
  /// Whether workspace members are members of the organization first.
  var isMemberFirst: Bool
  /// Whether a workspace must have an owner of record.
  var needsOwners: Bool { name != "enterprise" }
  /// The default subscription.
  var subscription: String { name == "enterprise" ? "business" : "free" }

  static let all = [
    Preset(
      name: "enterprise", organization: ["super-admin", "billing-admin", "member"],
      workspace: ["admin", "developer", "operator", "viewer"], isMemberFirst: true),
    Preset(
      name: "single-owner", organization: ["owner", "member"], workspace: ["owner", "member"], isMemberFirst: false),
    Preset(
      name: "small-team", organization: ["owner", "member"], workspace: ["owner", "member"], isMemberFirst: false),
    Preset(
      name: "self-serve", organization: ["owner", "member"], workspace: ["owner", "member"], isMemberFirst: false),
  ]
  static let named = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

  func roles(inWorkspace: Bool) -> [String] { inWorkspace ? workspace : organization }

  /// Higher is more; -1 for nothing, and for a role that the preset does not know.
  func level(_ role: String?, inWorkspace: Bool) -> Int {
    let roles = roles(inWorkspace: inWorkspace)
    guard let role, let place = roles.firstIndex(of: role) else { return -1 }
    return roles.count - place
  }
}

enum Day {
  static let seconds: Int64 = 86_400

  /// The first instant behind the day.
  static func end(_ day: Int) -> Instant { Instant(seconds: (Int64(day) + 1) * seconds) }

  static func start(_ day: Int) -> Instant { Instant(seconds: Int64(day) * seconds) }

  static func of(_ now: Instant) -> Int { Int(now.wholeSeconds / seconds) }

  /// `2027-01-31`.
  static func text(_ day: Int) -> String { String(start(day).description.prefix(10)) }
}
