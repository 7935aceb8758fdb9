import GRDB
import Model
import Store

extension SQLiteTransaction {
  func appendOutbox(kind: String, to: String, token: String?, path: String?, at: Instant) throws {
    pending.outbox.append(kind, to, token, path, at.milliseconds)
    try pending.added(db)
  }

  /// How many of them there were.
  func acknowledgeOutbox(ids: [Int64]) throws -> Int {
    var count = 0
    for id in ids {
      try run("DELETE FROM outbox WHERE id = ?", [id])
      count += db.changesCount
    }
    return count
  }
}
