import GRDB
import Model
import Store

extension SQLiteTransaction {
  func appendOutbox(kind: String, to: String, token: String?, path: String?, at: Instant) throws -> Int64 {
    let id = try pending.nextID(.outbox, db)
    pending.outbox.append(id, kind, to, token, path, at.milliseconds)
    try pending.added(db)
    return id
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
