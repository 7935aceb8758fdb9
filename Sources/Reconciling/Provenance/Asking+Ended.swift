import Manifests
import Model

extension Asking {
  /// What the person had and has no more: from the audit log, the manifests' ends, and their history.
  mutating func ended() throws -> [EndedAccess] {
    var result: [Path: EndedAccess] = [:]
    for (path, ending) in try trail?.endings() ?? [:] {
      result[path] = EndedAccess(
        path: shown(path), role: ending.event.role ?? ending.before.last { $0.role != nil }?.role, event: ending.event,
        given: ending.before)
    }
    try addExpired(&result)
    if let archive, let tip {
      for (path, removal) in try RemovalWalk.removals(from: tip.commit, at: wanted, in: archive) {
        var ended = result[path] ?? EndedAccess(path: shown(path), role: removal.found.statement.role)
        ended.line = try proof([removal.found], at: removal.before).first
        ended.removed = try introduction(
          .init(commit: removal.commit, isCut: false), seenFrom: tip.commit, archive)
        result[path] = ended
      }
    }
    addOpened(&result)
    if let path = wanted { result = result.filter { $0.key == path } }
    return result.values.sorted { a, b in
      let (timeA, timeB) = (a.time?.milliseconds ?? .min, b.time?.milliseconds ?? .min)
      return timeA == timeB ? a.path.utf8.lexicographicallyPrecedes(b.path.utf8) : timeA > timeB
    }
  }

  /// The workspace that was asked about, where a role in the organization opened it and ended.
  private func addOpened(_ result: inout [Path: EndedAccess]) {
    guard let path = wanted, path.workspace != nil, result[path] == nil, knowsPlace,
      let tenant = stored?.tenants[path.tenant], tenant.account == nil, var own = result[Path(tenant: path.tenant)],
      let role = own.role, stored?.policy(of: tenant)?.role(role, .organization)?.may(.workspaceEnterAll) ?? false
    else { return }
    own.path = shown(path)
    result[path] = own
  }

  private mutating func addExpired(_ result: inout [Path: EndedAccess]) throws {
    for access in declared.values {
      for (path, what) in access?.declarations ?? [:] where !what.isInForce {
        var ended = result[path] ?? EndedAccess(path: shown(path), role: what.role)
        ended.expired = what.expires
        ended.line = try proof(Array(what.chain.prefix(1)), at: access?.commit ?? "").first
        result[path] = ended
      }
    }
    for path in (stored?.places ?? [:]).keys {
      guard let held = stored?.holding(at: path, instant), !held.isStanding, let end = held.expires, end <= instant
      else { continue }
      var ended = result[path] ?? EndedAccess(path: shown(path), role: held.roleName)
      ended.expired = end
      if ended.event == nil { ended.given = try trail?.beginning(at: path) ?? [] }
      result[path] = ended
    }
  }
}
