import Manifests
import Model
import Planning
import Store

/// Whether somebody may do something in a place now, and through what.
public struct Right {
  let reader: any StoreReader
  let now: Instant

  public init(reader: any StoreReader, now: Instant) { (self.reader, self.now) = (reader, now) }

  public struct Answer: Hashable, Sendable {
    /// As the account spells it.
    public var subject: String
    public var permission: Permission
    public var path: String
    public var decision: Bool
    /// What gives it, or what they hold where nothing does.
    public var role: String?
    /// `direct`, `group:NAME`, `organization-role`, `operator`.
    public var via: String?
    /// The first instant without it.
    public var expires: Instant?
    public var reason: String
  }

  /// - Throws: ``HandworkError`` where the path names nothing.
  public func decide(_ email: String, _ permission: Permission, _ path: Path) throws -> Answer {
    let place = try Place(path, reader)
    let policy = try AppliedPolicy(reader).policy(of: place.tenant, in: place.state)
    let acting = try HandView(reader: reader, actor: email, now: now).acting(in: place, as: email)
    let account = try reader.account(email: email)
    var answer = Answer(
      subject: account?.email ?? email, permission: permission, path: place.path.description,
      decision: acting.may(permission, in: place.workspace), reason: "")
    if acting.isOperator {
      answer.via = "operator"
      answer.reason = "\(answer.subject) is an operator of \(place.tenant.name)"
      return answer
    }
    guard account != nil else {
      let near = Suggestion.nearest(to: email, among: try reader.accounts().map(\.email))
      answer.reason = "\(email) has no account" + (near.map { "; did you mean '\($0)'?" } ?? "")
      return answer
    }
    let held =
      acting.bar == nil ? acting.holding(for: permission, in: place.workspace) : nil
    if let held {
      answer.role = held.roleName
      answer.via = via(held, email, place, policy)
      answer.expires = held.expires
      let holder = held.via == .organizationRole ? place.tenant.name : place.path.description
      answer.reason = "\(held.roleName) of \(holder) has \(permission.rawValue)"
      return answer
    }
    if answer.decision {
      answer.via = "direct"
      answer.role = acting.role(in: place.workspace)?.name
      answer.reason = "\(answer.subject) is the user of \(Path(tenant: place.tenant.name))"
      return answer
    }
    if let other = acting.holdings(in: place.workspace).first {
      answer.role = other.roleName
      answer.via = via(other, email, place, policy)
      answer.expires = other.expires
    }
    answer.reason = acting.refusal(permission, in: place.workspace)?.message ?? "nothing gives \(permission.rawValue)"
    return answer
  }

  /// As `who` says it: the group comes from what was applied last.
  private func via(_ held: InForce.Holding, _ email: String, _ place: Place, _ policy: PolicyInForce) -> String {
    switch held.via {
    case .organizationRole: return InForce.Via.organizationRole.rawValue
    case .membership: break
    }
    var names = place.names
    let baseline = Baseline(of: place.tenant, policy: policy, names: &names)
    let list =
      place.workspace == nil
      ? baseline?.tenant.members : baseline?.tenant.workspaces.first { $0.name == place.workspace }?.members
    let person = names.person(email)
    let group = list?.first { $0.person == person && $0.isInForce }?.group
    return group.map { "group:" + names.text($0) } ?? "direct"
  }
}
