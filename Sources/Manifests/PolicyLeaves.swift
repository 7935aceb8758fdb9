import Model

/// A policy on its way to be one: leaf path → canonical text and origin. Maps merge down to the leaf, lists are leaves.
struct PolicyLeaves: Sendable {
  struct Leaf: Sendable {
    var value: String
    var origin: PolicyOrigin
  }
  private(set) var leaves: [String: Leaf] = [:]
  /// Roles and subscriptions spoken of, with the last document's origin.
  private(set) var roles: [RoleScope: [String: PolicyOrigin]] = [:]
  private(set) var subscriptions: [String: PolicyOrigin] = [:]
  var preset: String { leaves["extends"]?.value ?? "" }
  /// Which preset lies below is not known.
  private(set) var isUncertain = false
  /// `roles.workspace.admin` of roles that some document got wrong.
  private(set) var brokenRoles: Set<String> = []

  subscript(path: String) -> String? { leaves[path]?.value }

  mutating func put(_ path: String, _ value: String, _ origin: PolicyOrigin) {
    leaves[path] = Leaf(value: value, origin: origin)
  }

  /// Lays the document's keys over what is there.
  mutating func merge(_ document: PolicyDocument, _ origin: (Place) -> PolicyOrigin) {
    for leaf in document.leaves { put(leaf.path, leaf.value, origin(leaf.place)) }
    if document.isUncertain { isUncertain = true }
    for role in document.roles {
      roles[role.scope, default: [:]][role.name] = origin(role.place)
      if role.isBroken { brokenRoles.insert("roles.\(role.scope.rawValue).\(role.name)") }
    }
    for subscription in document.subscriptions { subscriptions[subscription.name] = origin(subscription.place) }
  }

  /// A subscription that nobody gave a limit has none.
  mutating func complete() {
    for (name, origin) in subscriptions where leaves["subscriptions.\(name).members"] == nil {
      put("subscriptions.\(name).members", "none", origin)
    }
    for rule in RuleName.allCases where leaves["protection.\(rule.rawValue)"] == nil {
      put("protection.\(rule.rawValue)", "off", .preset(preset))
    }
  }

  /// Leaves that policies stored by earlier versions lack, with what their presets say of them.
  mutating func completeStored() {
    let keys = preset == "enterprise" ? Policy.OfRemoved.keep : .revoke
    let added = [
      "invitations.ofRemoved": Policy.InvitationsOfRemoved.cancel.rawValue, "apiKeys.ofRemoved": keys.rawValue,
    ]
    for (path, value) in added where leaves[path] == nil { put(path, value, .preset(preset)) }
  }

  /// One `path<TAB>value` line a leaf, sorted.
  var canonical: String {
    leaves.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      .map { "\($0.key)\t\($0.value.value)\n" }.joined()
  }
}
