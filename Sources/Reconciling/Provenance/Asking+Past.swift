import Model
import Planning

extension Asking {
  /// What the last apply of then held back of the person there: nothing that is kept says so, but what it left behind as it
  /// does not declare it, and nobody changed by hand since, it did not do.
  mutating func withheld(
    at path: Path, _ standing: StoredAccess.Standing?, _ past: PastState
  ) throws -> StoredAccess.Withheld? {
    guard let tenant = stored?.tenants[path.tenant], let last = past.applies(to: tenant.name).first,
      let access = try access(at: last.commit), !access.isUnusable, !access.stopped.contains(path.tenant),
      access.paths.contains(path), !isDone(access.declarations[path], standing),
      !(trail?.hasHandwork(at: path, after: last.sequence) ?? true)
    else { return nil }
    return StoredAccess.Withheld(older: try older(at: path, standing, tenant.name, past))
  }

  /// Whether what is stored is what is declared, as far as either is in force.
  private func isDone(_ declared: DeclaredAccess.Declaration?, _ standing: StoredAccess.Standing?) -> Bool {
    let wanted = declared.flatMap { $0.isInForce ? $0 : nil }
    switch standing {
    case .member(let member)?:
      guard let wanted else { return member.expires.map { $0 <= instant } ?? false }
      return stored?.names.text(member.role) == wanted.role && member.expires == wanted.expires
    case .invited(let invitation)?:
      guard let wanted else { return !invitation.isOpen(at: instant) }
      return stored?.names.text(invitation.role) == wanted.role && invitation.expires == wanted.expires
    case .gone?: return true
    case nil: return wanted == nil
    }
  }

  /// The commit whose declaration counted still: the one with which they got what they have, or the last before.
  private mutating func older(
    at path: Path, _ standing: StoredAccess.Standing?, _ tenant: String, _ past: PastState
  ) throws -> String? {
    let given = trail?.life(at: path).events.last { $0.commit != nil }?.commit
    for commit in [past.applies(to: tenant).dropFirst().first?.commit, given].compactMap(\.self) {
      guard let declared = try access(at: commit)?.declarations[path], declared.isInForce else { continue }
      if isDone(declared, standing) { return commit }
    }
    return nil
  }
}
