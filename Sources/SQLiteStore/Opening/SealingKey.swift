import GRDB

/// A secret that a store makes for itself: whoever can write beside the store, but not read it, cannot seal anything in
/// its name.
enum SealingKey {
  /// The key of `meta`.
  static let name = "sealing-key"

  /// Makes it where it is missing, which is once.
  static func make(in db: Database) throws {
    let sql = "SELECT value FROM meta WHERE key = ?"
    guard try String.fetchOne(db, sql: sql, arguments: [name]) == nil else { return }
    var random = SystemRandomNumberGenerator()
    let value = (0..<4).map { _ in random.next() as UInt64 }.map { String($0, radix: 16) }.joined(separator: "-")
    try db.execute(sql: "INSERT OR IGNORE INTO meta (key, value) VALUES (?, ?)", arguments: [name, value])
  }
}
