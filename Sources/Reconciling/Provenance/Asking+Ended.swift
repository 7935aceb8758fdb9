import Manifests
import Model

extension Asking {
  /// What the person had and has no more: from the audit log, the manifests' ends, and their history.
  mutating func ended() throws -> [EndedAccess] {
    var result: [Path: EndedAccess] = [:]
    var lives: [Path: AccessTrail.Life] = [:]
    for (path, ending) in trail?.endings() ?? [:] {
      lives[path] = ending.life
      result[path] = EndedAccess(
        path: shown(path), role: ending.event.role ?? ending.life.events.last { $0.role != nil }?.role,
        event: ending.event, given: ending.life.events)
    }
    try addDeclared(&result)
    addStored(&result, &lives)
    try addRemoved(&result, lives)
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

  /// Ends that came by the manifests, those that were applied before those that were not yet.
  private mutating func addDeclared(_ result: inout [Path: EndedAccess]) throws {
    for access in declared.values.compactMap(\.self).sorted(by: { $0.commit < $1.commit }) {
      for (path, what) in access.declarations where !what.isInForce {
        let applied = stored?.tenants[path.tenant]?.applied?.commit
        guard access.commit == applied || result[path]?.line == nil else { continue }
        // What was given after that end is something else.
        if let began = result[path]?.given.first?.time, let end = what.expires, end <= began { continue }
        var ended = result[path] ?? EndedAccess(path: shown(path), role: what.role)
        ended.expired = what.expires
        ended.line = try proof(Array(what.chain.prefix(1)), at: access.commit).first
        result[path] = ended
      }
    }
  }

  /// Ends that came and are stored still.
  private func addStored(_ result: inout [Path: EndedAccess], _ lives: inout [Path: AccessTrail.Life]) {
    for path in (stored?.places ?? [:]).keys {
      guard let held = stored?.holding(at: path, instant), !held.isStanding, let end = held.expires, end <= instant
      else { continue }
      var ended = result[path] ?? EndedAccess(path: shown(path), role: held.roleName)
      ended.expired = end
      if ended.event == nil, let life = trail?.life(at: path) {
        ended.given = life.events
        lives[path] = life
      }
      result[path] = ended
    }
  }

  /// The lines that gave it and the commits that took them out.
  private mutating func addRemoved(
    _ result: inout [Path: EndedAccess], _ lives: [Path: AccessTrail.Life]
  ) throws {
    guard let archive, let tip else { return }
    for (path, removal) in try RemovalWalk(from: tip.commit, at: wanted, in: archive).removals {
      if let life = lives[path], try came(removal, before: life, at: path) { continue }
      var ended = result[path] ?? EndedAccess(path: shown(path), role: removal.found.statement.role)
      ended.line = try proof([removal.found], at: removal.before).first
      ended.removed = try introduction(.init(commit: removal.commit, isCut: false), seenFrom: tip.commit, archive)
      result[path] = ended
    }
  }

  /// Whether the line was out already when they got what they had last: it gave something earlier.
  private mutating func came(_ removal: RemovalWalk.Removal, before life: AccessTrail.Life, at path: Path) throws
    -> Bool
  {
    guard let began = life.began,
      let commit = try began.record.commit ?? trail?.commit(appliedTo: path.tenant, before: began.sequence)
    else { return false }
    return try archive?.contains(removal.commit, in: commit) ?? false
  }
}
