import Manifests
import Model
import Planning
import Store

extension HandView {
  /// A live key of a workspace.
  public struct Key: Hashable, Sendable {
    public var path: String
    public var name: String
    /// Nil: the operator, or somebody whose account is gone.
    public var creator: String?
    public var limits: APIKeyLimits
    public var created: Instant
    /// False while it is stopped with its creator.
    public var works: Bool
  }

  /// The live keys of a workspace, or of all workspaces of an organization or account: all where they may see others',
  /// where they may not, their own.
  public func keys(_ path: Path) throws -> Sight<[Key]> {
    let place = try Place(path, reader)
    let acting = try actor.map { try self.acting(in: place, as: $0) }
    var (keys, isInside): ([Key], Bool) = ([], acting == nil)
    let check = KeyCheck(reader: reader, now: now)
    for workspace in place.stored.map({ [$0] }) ?? place.tenant.workspaces {
      let seesOthers = acting?.may(.apiKeyViewOthers, in: workspace.name) ?? true
      let isMember = acting.map { $0.bar == nil && $0.role(in: workspace.name) != nil } ?? true
      guard seesOthers || isMember else { continue }
      isInside = true
      let name = place.names.text(workspace.name)
      let own = Path(tenant: place.path.tenant, workspace: name)
      let there = try Place(own, reader)
      for row in try reader.apiKeys(tenant: own.tenant, workspace: name) where seesOthers || isOwn(row) {
        keys.append(
          Key(
            path: own.description, name: row.name, creator: row.creator, limits: row.limits,
            created: row.created,
            works: try check.works(row, in: there)))
      }
    }
    if !isInside, let acting, let reason = acting.refusal(.apiKeyViewOthers, in: place.workspace) {
      return .refused(refusal(reason, place.path, subject: actor))
    }
    return .seen(keys)
  }

  /// The key, for whoever may revoke it.
  public func revocable(_ path: Path, name: String) throws -> Sight<APIKeyRow> {
    try revocable(name, try workplace(path))
  }

  func revocable(_ name: String, _ workplace: Workplace) throws -> Sight<APIKeyRow> {
    let path = workplace.path
    let known = try reader.apiKeys(tenant: path.tenant, workspace: path.workspace ?? "")
    let key = known.first { $0.name == name }
    let mayOthers = workplace.may(.apiKeyRevokeOthers)
    // Whoever may not revoke it learns nothing else about it.
    let mayOwn = workplace.may(.apiKeyRevokeOwn) && key.map(isOwn) ?? true
    if !mayOthers, !mayOwn, let refusal = workplace.refusal(.apiKeyRevokeOthers) { return .refused(refusal) }
    guard let key else {
      let visible = workplace.may(.apiKeyViewOthers) ? known : known.filter(isOwn)
      let near = Suggestion.nearest(to: name, among: visible.map(\.name))
      throw HandworkError(
        "\(path) has no key '\(name)'",
        hint: near.map { "did you mean '\($0)'?" } ?? "tenure api-key list \(path) lists them")
    }
    return .seen(key)
  }

  private func isOwn(_ key: APIKeyRow) -> Bool {
    guard let actor, let creator = key.creator else { return false }
    return creator.emailKey == actor.emailKey
  }
}
