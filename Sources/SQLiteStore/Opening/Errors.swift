import Foundation
import GRDB
import GRDBSQLite
import Model
import Store

/// Every way in which SQLite or the file system fails, as what, where and what to do instead.
extension StoreError {
  static func anotherApplication(_ path: String) -> StoreError {
    StoreError(
      .notAStore, "\(path) is a database of another application; it was not touched.",
      hint: "Choose another place with --state.")
  }

  static func notADatabase(_ path: String) -> StoreError {
    StoreError(
      .notAStore, "\(path) is no SQLite database (or an encrypted one); it was not touched.",
      hint: "Choose another place with --state.")
  }

  static func noFile(_ path: String, _ kind: String) -> StoreError {
    StoreError(
      .notAStore, "\(path) is \(kind), and a store is a file; it was not touched.", hint: "Name a file with --state.")
  }

  static func missing(_ path: String) -> StoreError {
    StoreError(.missingStore, "There is no store at \(path).", hint: "The first apply makes it.")
  }

  static func readOnly(_ path: String) -> StoreError {
    StoreError(
      .readOnly, "The store \(path) cannot be written: the file, its folder or the file system is read-only.",
      hint: "Make both writable for this user, or choose another place with --state.")
  }

  static func system(_ code: Int32, _ what: String, path: String) -> StoreError {
    let why = String(cString: strerror(code))
    switch code {
    case EACCES, EPERM:
      return StoreError(
        .permission, "\(path) \(what): \(why).", hint: "Let this user read and write the file and its folder.")
    case EROFS: return readOnly(path)
    case ENOSPC, EDQUOT: return diskFull(path)
    case ENOENT, ENOTDIR:
      return StoreError(.missingFolder, "\(path) \(what): \(why).", hint: "Create the folder first.")
    default: return StoreError(.other, "\(path) \(what): \(why).")
    }
  }

  static func diskFull(_ path: String) -> StoreError {
    StoreError(
      .diskFull, "No space is left to write the store \(path); nothing of this step was written.",
      hint: "Free some space on that disk, then run the same command again.")
  }

  static func noSuch(_ what: String) -> StoreError {
    StoreError(
      .constraint, "The store has no such \(what).", hint: "It was changed meanwhile: read the state again.")
  }

  /// - Parameter systemError: `errno` of the connection's last file operation.
  init(_ error: DatabaseError, path: String, systemError: Int32 = 0) {
    let said = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
    switch error.resultCode {
    case .SQLITE_FULL: self = .diskFull(path)
    case .SQLITE_IOERR where systemError == ENOSPC || systemError == EDQUOT: self = .diskFull(path)
    // The shared index of the write-ahead log cannot grow: SQLite does not say why, and this is why it happens.
    case .SQLITE_IOERR where error.extendedResultCode == .SQLITE_IOERR_SHMSIZE: self = .diskFull(path)
    case .SQLITE_READONLY: self = .readOnly(path)
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self.init(
        .busy, "Another process kept the store \(path) busy for too long.",
        hint: "Wait for it to finish, then run the same command again.")
    case .SQLITE_CORRUPT:
      self.init(
        .corrupt, "The store \(path) is damaged: \(said).",
        hint: "Restore it from a backup, or save what is left with `sqlite3 \(path) .recover`.")
    case .SQLITE_NOTADB:
      self.init(
        .corrupt, "The store \(path) is damaged: its header is not one of a database.",
        hint: "Restore it from a backup.")
    case .SQLITE_CANTOPEN where systemError == EROFS: self = .readOnly(path)
    case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
      let why = systemError == 0 ? said : String(cString: strerror(systemError))
      self.init(
        .permission, "The store \(path) cannot be opened: \(why).",
        hint: "Let this user read and write the file and its folder.")
    case .SQLITE_CONSTRAINT:
      self.init(.constraint, StoreError.refusal(said, error.extendedResultCode, path: path))
    default:
      self.init(.other, "The store \(path) failed: \(said) (SQLite error \(error.extendedResultCode.rawValue)).")
    }
  }

  /// Names the rule that an index or a trigger stands for.
  private static func refusal(_ said: String, _ code: ResultCode, path: String) -> String {
    if code == .SQLITE_CONSTRAINT_TRIGGER { return "The store \(path) refused a write: \(said)." }
    let rule = said.contains("invitations.email_key") ? "\(RuleName.onePendingInvitation.rawValue): " : ""
    return "The store \(path) refused a write: \(rule)\(said)."
  }
}
