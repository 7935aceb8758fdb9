import Model
import Planning
import Store

/// What an audit entry is to somebody's access.
extension AuditRecord {
  var kind: Action.Kind? { Action.Kind(rawValue: action) }

  private var will: OwnWill? { OwnWill(rawValue: action) }

  /// It gave them something, or offered it.
  var isBeginning: Bool { kind == .invite || kind == .addMember || kind == .changeRole }

  /// They are there after it.
  var letsIn: Bool {
    let kinds: [Action.Kind] = [
      .addMember, .updateMember, .changeRole, .transferOwnership, .createOrganization, .createAccount, .createWorkspace,
    ]
    return kind.map(kinds.contains) ?? (will == .acceptance)
  }

  var isEnding: Bool {
    let kinds: [Action.Kind] = [.removeMember, .cancelInvitation, .deleteAccount]
    return kind.map(kinds.contains) ?? (will == .departure || will == .declination)
  }

  /// It ends all access for a while, or gives it back.
  var isSuspension: Bool { action == "suspend-account" || action == "resume-account" }
}

extension AccessEvent {
  init(_ record: AuditRecord) {
    var role: String?
    if case .text(let text)? = (record.after ?? record.before)?["role"] { role = text }
    self.init(
      time: record.time, action: record.action, role: role, actors: record.actors, approvedBy: record.approvedBy,
      commit: record.commit, overrides: record.overrides, reason: record.reason)
  }
}
