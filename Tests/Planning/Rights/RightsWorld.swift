import Model

/// An organization in which every role of a policy has a holder, as manifests and as stored: what one person may do to
/// another can be asked of a command and of a commit.
///
/// | person                 | acme       | acme/ml     |
/// |------------------------|------------|-------------|
/// | own@x, owner of record | top        | top         |
/// | ROLE-org@x             | that role  |             |
/// | ROLE-ml@x              | lowest     | that role   |
/// | low@x · high@x         | lowest     | lowest · top |
/// | boss@x                 | top        |             |
/// | offered@x · promised@x | lowest     | pending: lowest · top |
/// | free@x                 | lowest     |             |
/// | ended@x                | top, ended | top, ended  |
/// | gone@x                 | top, ended | top         |
/// | stopped@x, suspended   | top        | top         |
/// | ops@x, an operator     |            |             |
struct RightsWorld {
  typealias List = [String: String]

  let policyText: String
  let policy: Policy
  private(set) var organization: List = [:]
  private(set) var ml: List = [:]
  private(set) var pending: List = [:]
  static let ending = "2026-11-01T00:00:00Z"

  init(_ policyText: String, _ policy: Policy) {
    (self.policyText, self.policy) = (policyText, policy)
    for role in policy.organizationRoles { organization["\(role.name)-org@x"] = role.name }
    for role in policy.workspaceRoles where role != policy.workspaceRoles.first || !hasOneOwner {
      add("\(role.name)-ml@x", role.name)
    }
    add("low@x", lowest)
    if !hasOneOwner { for name in ["high@x", "ended@x", "gone@x", "stopped@x"] { add(name, top) } }
    for name in ["boss@x", "own@x", "ended@x", "gone@x", "stopped@x"] { organization[name] = organizationTop }
    ml["own@x"] = top
    for name in ["offered@x", "free@x"] { organization[name] = organizationLowest }
    pending["offered@x"] = lowest
    if !hasOneOwner, policy.invitations.joinAs == .declared {
      organization["promised@x"] = organizationLowest
      pending["promised@x"] = top
    }
  }

  private mutating func add(_ email: String, _ role: String) {
    (organization[email], ml[email]) = (organizationLowest, role)
  }

  var hasOneOwner: Bool { policy.workspaces.owners == .one }
  var top: String { policy.workspaceRoles[0].name }
  var lowest: String { policy.workspaceRoles[policy.workspaceRoles.count - 1].name }
  var organizationTop: String { policy.organizationRoles[0].name }
  var organizationLowest: String { policy.organizationRoles[policy.organizationRoles.count - 1].name }

  /// Everybody who could act; with somebody who has nothing but an account, and somebody who has not even that.
  var actors: [String] { (Set(organization.keys).union(["ops@x", "idle@x", "nobody@y"])).sorted() }

  private func end(_ email: String, inWorkspace: Bool) -> String? {
    switch email {
    case "ended@x": Self.ending
    case "gone@x": inWorkspace ? nil : Self.ending
    default: nil
    }
  }

  // MARK: As text

  var stored: String {
    var lines = ["acme owner=own@x subscription=team"]
    lines += organization.sorted { $0.key < $1.key }.map { line($0, $1, end($0, inWorkspace: false)) }
    lines += ["acme/default default owner=own@x", "  own@x \(top)", "acme/ml owner=own@x subscription=team"]
    lines += ml.sorted { $0.key < $1.key }.map { line($0, $1, end($0, inWorkspace: true)) }
    lines += pending.sorted { $0.key < $1.key }.map { "  ? \($0) \($1)" }
    lines += ["  key ci", "! stopped@x", "@ ops@x", "@ idle@x", "@ new@x"]
    return lines.joined(separator: "\n")
  }

  private func line(_ email: String, _ role: String, _ end: String?) -> String {
    "  \(email) \(role)" + (end.map { " until=\($0)" } ?? "")
  }

  struct Change {
    var organization: List?
    var ml: List?
    var subscription = "team"
    var mlSubscription = "team"
    var more = ""
    var isDeleted = false
    var keys = "{ci: {}}"
    var mlName = ""
  }

  func manifests(_ change: Change = .init()) -> String {
    let members = (change.organization ?? organization).sorted { $0.key < $1.key }.map {
      entry($0, $1, end($0, inWorkspace: false))
    }
    let inside = (change.ml ?? ml.merging(pending) { $1 }).sorted { $0.key < $1.key }.map {
      entry($0, $1, end($0, inWorkspace: true))
    }
    let workspace =
      "{owner: own@x, subscription: \(change.mlSubscription), apiKeys: \(change.keys), \(change.mlName)"
      + "members: {\(inside.joined(separator: ", "))}}"
    let body =
      "owner: own@x\nsubscription: \(change.subscription)\nmembers: {\(members.joined(separator: ", "))}\n"
      + "workspaces: {ml: \(change.isDeleted ? "{removed: no more}" : workspace)\(change.more)}"
    return acme(body, policy: policyText)
  }

  private func entry(_ email: String, _ role: String, _ end: String?) -> String {
    end.map { "\(email): {role: \(role), expires: \"\($0)\"}" } ?? "\(email): \(role)"
  }
}
