import Model

/// A policy as SPEC sections 3 and 6 word it, for the oracle: its tables are written from that page, not taken from the
/// presets that the product ships.
struct Law: Hashable {
  var preset = "enterprise"
  /// Settings of `protection` that differ from the preset's.
  var rules: [String: String] = [:]
  /// Subscription → most members and pending invitations; nil is no limit.
  var caps: [String: Int?] = ["free": 5, "team": 50, "business": nil]
  var defaultSubscription = "business"
  var admission = "direct"
  var joinAs = "declared"
  /// `one` or `many`.
  var owners = "many"
  /// `allowed` or `none`.
  var furtherWorkspaces = "allowed"
  var deleteWithLastWorkspace = false
  var maxSends = 3

  static let presets = ["single-owner", "enterprise", "small-team", "self-serve"]

  /// SPEC section 6, column «presets»: s e t f.
  private static let table: [String: [String]] = [
    "personal-workspace-undeletable": ["on", "on", "on", "on"],
    "personal-workspace-keeps-its-user": ["on", "on", "on", "on"],
    "one-personal-workspace": ["on", "on", "on", "on"],
    "default-workspace-kept": ["on", "on", "on", "off"],
    "creator-kept": ["on", "off", "only-workspace", "off"],
    "last-owner-kept": ["on", "organizations", "on", "on"],
    "single-owner": ["on", "off", "off", "off"],
    "member-cap": ["on", "on", "5", "on"],
    "one-pending-invitation": ["on", "on", "on", "on"],
    "organization-member-first": ["off", "on", "off", "off"],
    "no-self-change": ["raise", "raise", "any", "raise"],
    "actor-allowed": ["off", "off", "off", "off"],
    "leave-needs-another-member": ["on", "on", "on", "on"],
    "deletion-needs-tombstone": ["on", "on", "on", "on"],
    "deletion-needs-operator": ["on", "on", "on", "on"],
    "account-move-needs-operator": ["on", "on", "on", "on"],
    "removal-threshold": ["25%", "25%", "25%", "25%"],
    "minimum-admins": ["off", "off", "off", "off"],
    "protected-subject": ["on", "on", "on", "on"],
    "freeze-window": ["off", "off", "off", "off"],
  ]

  func setting(_ rule: String) -> String {
    rules[rule] ?? Law.table[rule].map { $0[Law.presets.firstIndex(of: preset) ?? 0] } ?? "off"
  }

  /// Highest rank first.
  func roles(inWorkspace: Bool) -> [String] {
    guard preset == "enterprise" else { return ["owner", "member"] }
    return inWorkspace ? ["admin", "developer", "operator", "viewer"] : ["super-admin", "billing-admin", "member"]
  }

  func top(inWorkspace: Bool) -> String { roles(inWorkspace: inWorkspace)[0] }

  func lowest(inWorkspace: Bool) -> String { roles(inWorkspace: inWorkspace).last ?? "" }

  /// 0 is the top role; nil: the policy does not know the role.
  func place(of role: String, inWorkspace: Bool) -> Int? { roles(inWorkspace: inWorkspace).firstIndex(of: role) }

  /// `billing-admin` alone does not do for a workspace (SPEC section 3, `enterprise`).
  func admitsToWorkspaces(_ role: String) -> Bool { role != "billing-admin" }

  /// Kind of the workspace made at sign-up.
  var signUpKind: String { preset == "self-serve" ? "standard" : "personal" }

  /// Whether every account gets a workspace of its own when somebody else makes it.
  var invitedGetWorkspace: Bool { preset != "small-team" }

  /// As a Policy document.
  func document(organization: String? = nil) -> Tree {
    var entries: [(String, Tree)] = [("apiVersion", "tenure/v1"), ("kind", "Policy")]
    if let organization { entries.append(("organization", .text(organization))) }
    entries.append(("extends", .text(preset)))
    entries.append(
      ("subscriptions", .map(caps.inOrder.map { ($0, .map([("members", .text($1.map(String.init) ?? "none"))])) })))
    entries.append(("defaultSubscription", .text(defaultSubscription)))
    entries.append(
      (
        "invitations",
        .map([("admission", .text(admission)), ("joinAs", .text(joinAs)), ("maxSends", .text(String(maxSends)))])
      ))
    entries.append(("signUp", .map([("furtherWorkspaces", .text(furtherWorkspaces))])))
    entries.append(("workspaces", .map([("owners", .text(owners))])))
    entries.append(("accounts", .map([("deleteWithLastWorkspace", .text(String(deleteWithLastWorkspace)))])))
    // An organization's policy is laid over the one for all, so it says everything.
    let said = organization == nil ? rules : Law.table.reduce(into: [:]) { $0[$1.key] = setting($1.key) }
    if !said.isEmpty { entries.append(("protection", .map(said.inOrder.map { ($0, .text($1)) }))) }
    return .map(entries)
  }
}

extension Dictionary where Key == String {
  /// In the order of the keys: dictionaries have another order in every run.
  var inOrder: [(key: String, value: Value)] { sorted { $0.key < $1.key } }
}
