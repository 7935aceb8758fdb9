import Manifests
import Model
import Planning

/// What is stored and what is declared, put together.
///
/// | stored               | declared        | status · because                                                         |
/// |----------------------|-----------------|--------------------------------------------------------------------------|
/// | member               | the same role   | `active`, `suspended`; with the proof                                    |
/// | member               | another, or not | the same, without a proof; `next` says what manifests have instead       |
/// | invitation           | —               | `pending` · `accept-invitation`                                          |
/// | member, but the organization's membership is over | yes | `declared` · `organization-membership`         |
/// | lapsed invitation    | yes             | `declared` · `invitation-expired`                                        |
/// | left, declined       | yes             | `held` · `left`, `declined`                                              |
/// | nothing              | yes             | `declared` · `withheld`, `organization-membership`, `not-applied`        |
/// | nothing, and they left the organization or declined | yes | `held` · `left`, `declined`                           |
/// | ended, nothing       | no              | no access                                                                |
extension Asking {
  typealias Declared = (commit: String, what: DeclaredAccess.Declaration)

  /// No element, or one.
  mutating func access(to path: Path) throws -> [Access] {
    var place = stored?.places[path]
    if let past = question.past, let withheld = try withheld(at: path, place?.standing, past) {
      place = .init(standing: place?.standing, isOwner: place?.isOwner ?? false, withheld: withheld)
    }
    let held = stored?.holding(at: path, instant)
    let candidates = try candidates(for: path, place)
    let newest = newest(of: path, candidates)
    switch place?.standing {
    case .member(let member)? where held?.isStanding ?? false:
      var found = try stored(
        path, place, held?.roleName ?? "", member.expires, member.protect, nil, candidates: candidates)
      // The end that counts may be the organization's; the declarations are compared by their own.
      found.expires = held?.expires
      return [found]
    case .invited(let invitation)? where invitation.isOpen(at: instant):
      var found = try stored(
        path, place, stored?.names.text(invitation.role) ?? "", invitation.expires, invitation.protect,
        .acceptInvitation, candidates: candidates)
      found.expires = invitation.end
      return [found]
    case .invited?: return try newest.map { [try declared(path, $0, .declared, .invitationExpired)] } ?? []
    case .gone(let departure)?:
      return try newest.map { [try declared(path, $0, .held, .init(departure.reason))] } ?? []
    case nil where stored == nil:
      // Of the past, manifests alone tell what was in force.
      guard let newest, newest.what.isAdmitted else { return [] }
      var found = try declared(path, newest, .declared, nil)
      found.expires = newest.what.end
      return [found]
    case .member?, nil:
      let obstacle = obstacle(path, place, held)
      guard let newest else { return [] }
      var found = try declared(path, newest, obstacle.status, obstacle.because)
      found.isEndedByHand = obstacle.because == .notApplied && isEndedByHand(at: path, candidates)
      return [found]
    }
  }

  /// Declarations in force, the one that counts as applied first, the newest last.
  private mutating func candidates(for path: Path, _ place: StoredAccess.Place?) throws -> [Declared] {
    var commits: [String] = []
    if let applied = stored?.tenants[path.tenant]?.applied?.commit {
      if let older = place?.withheld?.older { commits.append(older) }
      commits.append(applied)
      if try access(at: applied) == nil, question.source != nil {
        note("commit \(applied), applied last to \(path.tenant), is not in this repository: git fetch gets it")
      }
    }
    if let tip { commits.append(tip.commit) }
    var result: [Declared] = []
    for commit in commits where !result.contains(where: { $0.commit == commit }) {
      if let what = try access(at: commit)?.declarations[path], what.isInForce { result.append((commit, what)) }
    }
    return result
  }

  /// What the newest readable manifests declare.
  private func newest(of path: Path, _ candidates: [Declared]) -> Declared? {
    guard let tip, !tip.isUnusable, !tip.stopped.contains(path.tenant) else { return candidates.last }
    return candidates.last { $0.commit == tip.commit }
  }

  private mutating func stored(
    _ path: Path, _ place: StoredAccess.Place?, _ role: String, _ expires: Instant?, _ protect: Bool,
    _ because: Access.Obstacle?, candidates: [Declared]
  ) throws -> Access {
    let same = candidates.filter { $0.what.role == role }
    let proving = same.first { $0.what.expires == expires } ?? same.first
    var result = Access(
      path: shown(path), role: role,
      status: because == nil ? (stored?.isSuspended ?? false ? .suspended : .active) : .pending, because: because,
      via: proving?.what.via ?? "direct", isOwner: place?.isOwner ?? false, expires: expires, protect: protect,
      declaredBy: proving?.commit)
    if let proving { result.proof = try proof(proving.what.chain, at: proving.commit) }
    result.events = trail?.life(at: path).events ?? []
    let newest = newest(of: path, candidates)
    if let newest, newest.what.role != role || newest.what.expires != expires {
      result.next = NewerDeclaration(commit: newest.commit, role: newest.what.role, expires: newest.what.expires)
    } else if newest == nil, proving != nil, let tip {
      result.next = NewerDeclaration(commit: tip.commit, role: nil, expires: nil)
    }
    if result.next != nil, because == nil { result.because = place?.withheld == nil ? .notApplied : .withheld }
    return result
  }

  private mutating func declared(
    _ path: Path, _ declared: Declared, _ status: Access.Status, _ because: Access.Obstacle?
  ) throws -> Access {
    Access(
      path: shown(path), role: declared.what.role, status: status, because: because, via: declared.what.via,
      isOwner: declared.what.isOwner, expires: declared.what.expires, protect: declared.what.protect,
      declaredBy: declared.commit, proof: try proof(declared.what.chain, at: declared.commit),
      events: trail?.aftermath(at: path) ?? [])
  }

  /// Whether what counts as applied declares it, and somebody ended it since.
  private func isEndedByHand(at path: Path, _ candidates: [Declared]) -> Bool {
    guard let applied = stored?.tenants[path.tenant]?.applied?.commit, let end = trail?.end(at: path) else {
      return false
    }
    return end.commit == nil && candidates.contains { $0.commit == applied }
  }

  /// Why somebody who is declared is not stored.
  private func obstacle(
    _ path: Path, _ place: StoredAccess.Place?, _ held: InForce.Holding?
  ) -> (status: Access.Status, because: Access.Obstacle?) {
    guard let stored else { return (.declared, nil) }
    switch held?.obstacle {
    case .organizationEnded?, .notInOrganization?, .notAdmitted?: return (.declared, .organizationMembership)
    case .unknownRole?, .ended?, .suspended?, nil: break
    }
    let otherwise = place?.withheld == nil ? Access.Obstacle.notApplied : .withheld
    // What waits for the organization counts as withheld too.
    guard path.workspace != nil, place?.withheld != nil else { return (.declared, otherwise) }
    switch stored.places[Path(tenant: path.tenant)]?.standing {
    case .invited?: return (.declared, .organizationMembership)
    case .gone(let departure)?: return (.held, .init(departure.reason))
    case .member?, nil: return (.declared, otherwise)
    }
  }

  private mutating func note(_ text: String) {
    if !notes.contains(text) { notes.append(text) }
  }
}

extension Access.Obstacle {
  fileprivate init(_ reason: Departure.Reason) {
    switch reason {
    case .left: self = .left
    case .declined: self = .declined
    }
  }
}
