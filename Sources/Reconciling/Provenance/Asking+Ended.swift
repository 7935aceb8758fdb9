import Manifests
import Model

extension Asking {
  /// What the person had and has no more: from the audit log, the manifests' ends, and their history.
  mutating func ended() throws -> [EndedAccess] {
    var result: [Path: EndedAccess] = [:]
    for (path, event) in try trail?.endings() ?? [:] {
      result[path] = EndedAccess(path: shown(path), role: event.role, event: event)
    }
    addExpired(&result)
    if let archive, let tip {
      for (path, removal) in try RemovalWalk.removals(from: tip.commit, at: question.path, in: archive) {
        var ended = result[path] ?? EndedAccess(path: shown(path), role: removal.found.statement.role)
        ended.source = removal.found.location
        ended.text = removal.found.text
        ended.removed = try introduction(removal.origin, seenFrom: tip.commit, archive)
        result[path] = ended
      }
    }
    if let path = question.path { result = result.filter { $0.key == path } }
    return result.values.sorted { a, b in
      let (timeA, timeB) = (a.time?.milliseconds ?? .min, b.time?.milliseconds ?? .min)
      return timeA == timeB ? a.path.utf8.lexicographicallyPrecedes(b.path.utf8) : timeA > timeB
    }
  }

  private func addExpired(_ result: inout [Path: EndedAccess]) {
    for access in declared.values {
      for (path, what) in access?.declarations ?? [:] where !what.isInForce {
        let found = what.chain.first
        result[path] = EndedAccess(
          path: shown(path), role: what.role, expired: what.expires, source: found?.location, text: found?.text)
      }
    }
    for (path, place) in stored?.places ?? [:] {
      guard case .member(let member)? = place.standing, let end = member.expires, end <= instant else { continue }
      var ended = result[path] ?? EndedAccess(path: shown(path), role: stored?.names.text(member.role))
      ended.expired = end
      result[path] = ended
    }
  }
}
