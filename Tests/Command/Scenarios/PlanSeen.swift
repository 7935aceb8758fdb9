import Foundation
import Testing

/// A plan as a pipeline sees it, one line an entry.
struct PlanSeen {
  var status: Int32
  /// `action path subject`: what would be done, in order.
  var doing: [String] = []
  /// `action path subject` of what is withheld.
  var withheld: [String] = []
  /// `rule path subject`
  var blocked: [String] = []
  /// `path subject for`
  var waiting: [String] = []
  /// `path subject because`
  var held: [String] = []

  /// The names of the rules that refuse something.
  var rules: Set<String> { Set(blocked.compactMap { $0.split(separator: " ").first.map(String.init) }) }
}

extension Company {
  /// What the plan of the commit at hand says as JSON.
  func seePlan(_ flags: String = "", sourceLocation: SourceLocation = #_sourceLocation) throws -> PlanSeen {
    let result = try tenure("plan --format json \(flags)")
    #expect([0, 3].contains(result.status), "\(result.err)", sourceLocation: sourceLocation)
    let json = try JSONSerialization.jsonObject(with: Data(result.out.utf8)) as? [String: Any]
    func lines(_ list: String, _ keys: [String], where isWanted: ([String: Any]) -> Bool = { _ in true }) throws
      -> [String]
    {
      let entries = try #require(json?[list] as? [[String: Any]], sourceLocation: sourceLocation)
      return entries.filter(isWanted).map { entry in
        let path = [entry["organization"], entry["workspace"]].compactMap { $0 as? String }.joined(separator: "/")
        return keys.compactMap { $0 == "path" ? path : entry[$0] as? String }.joined(separator: " ")
      }
    }
    func isFree(_ action: [String: Any]) -> Bool { (action["blockedBy"] as? [String])?.isEmpty ?? false }
    return PlanSeen(
      status: result.status, doing: try lines("actions", ["action", "path", "subject"], where: isFree),
      withheld: try lines("actions", ["action", "path", "subject"]) { !isFree($0) },
      blocked: try lines("blocked", ["rule", "path", "subject"]),
      waiting: try lines("waiting", ["path", "subject", "for"]),
      held: try lines("held", ["path", "subject", "because"]))
  }

  /// Commits, and sees the plan; nobody who is concerned answers for it.
  func seePlan(of manifests: String, _ flags: String = "", sourceLocation: SourceLocation = #_sourceLocation) throws
    -> PlanSeen
  {
    try commit(manifests, by: "pipeline@acme.example")
    return try seePlan(flags, sourceLocation: sourceLocation)
  }

  /// Commits and applies; twice, since the second time there is nothing left to do.
  func settle(_ manifests: String, _ flags: String = "", sourceLocation: SourceLocation = #_sourceLocation) throws {
    try commit(manifests, by: "pipeline@acme.example")
    try tenure("apply --yes \(flags)", exits: 0, sourceLocation: sourceLocation)
    let again = try tenure("apply --yes", exits: 0, sourceLocation: sourceLocation)
    #expect(again.contains("No changes."), "\(again)", sourceLocation: sourceLocation)
  }

  /// Who is in a place: `subject role status via`.
  func people(_ path: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> [String] {
    let people = try json("who \(path)", sourceLocation: sourceLocation)["people"] as? [[String: Any]]
    return try #require(people, sourceLocation: sourceLocation).map { person in
      ["subject", "role", "status", "via"].compactMap { person[$0] as? String }.joined(separator: " ")
    }
  }

  /// Members and pending invitations of a workspace.
  func seats(_ path: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> Int? {
    let seats = try json("workspace show \(path)", sourceLocation: sourceLocation)["seats"] as? [String: Any]
    return seats?["used"] as? Int
  }

  /// Signs up, and accepts the invitations to these places.
  func join(_ email: String, _ paths: String..., sourceLocation: SourceLocation = #_sourceLocation) throws {
    try tenure("account sign-up \(email)", exits: 0, sourceLocation: sourceLocation)
    for path in paths {
      try tenure("invitation accept \(path) --as \(email)", exits: 0, sourceLocation: sourceLocation)
    }
  }

  /// Every rule overridden, and every flag that allows something.
  static var everyOverride: String {
    let rules = [
      "personal-workspace-undeletable", "personal-workspace-keeps-its-user", "one-personal-workspace",
      "default-workspace-kept", "creator-kept", "last-owner-kept", "single-owner", "member-cap",
      "one-pending-invitation", "organization-member-first", "no-self-change", "actor-allowed",
      "leave-needs-another-member", "deletion-needs-tombstone", "deletion-needs-operator",
      "account-move-needs-operator", "removal-threshold", "minimum-admins", "protected-subject", "freeze-window",
    ]
    return rules.map { "--override \($0)" }.joined(separator: " ")
      + " --reason test --allow-deletion --allow-move --allow-rewind"
  }
}
