import GRDB
import Store

/// One step of the schema; its number is what `PRAGMA user_version` says afterwards (SPEC section 9).
struct Migration {
  var number: Int
  var statements: [String]
}

/// The schema's history. A released step never changes: what comes later is a new one at the end.
enum Migrations {
  static let all = [
    Migration(number: 1, statements: Tables.version1 + SerialTriggers.version1 + RuleTriggers.version1),
    Migration(number: 2, statements: PolicyTriggers.version2),
    Migration(number: 3, statements: GenerationTriggers.version3),
    Migration(number: 4, statements: AuditTriggers.version4),
    Migration(number: 5, statements: NormalForms.version5 + Tables.version5 + PolicyTriggers.version5),
    Migration(number: 6, statements: Tables.version6),
    Migration(number: 7, statements: Tables.version7),
    Migration(number: 8, statements: Tables.version8),
  ]

  static var latest: Int { all.last?.number ?? 0 }

  /// The oldest version that reading needs nothing else from: the steps since then added triggers, and what reading can
  /// do without.
  static let oldestReadable = 1

  /// Brings the database to the last of `migrations`, one transaction a step; an empty one in a single transaction.
  /// Whoever else does the same at the same time is waited for, and then nothing is left to do.
  ///
  /// An interrupted creation left an empty database, which the next call fills.
  static func run(_ migrations: [Migration] = all, on db: Database, path: String) throws {
    let known = migrations.last?.number ?? 0
    NormalForms.addFunctions(to: db)
    var found = try userVersion(db, path: path)
    guard found <= known else { throw newer(found: found, known: known, path: path) }
    while let next = migrations.first(where: { $0.number == found + 1 }) {
      try db.inTransaction(.immediate) {
        found = try userVersion(db, path: path)
        guard found == next.number - 1 else { return .rollback }
        for step in found == 0 ? migrations : [next] {
          for statement in step.statements { try db.execute(sql: statement) }
          try db.execute(sql: "PRAGMA user_version = \(step.number)")
        }
        try db.execute(sql: "PRAGMA application_id = \(FileHeader.applicationID)")
        return .commit
      }
      found = try userVersion(db, path: path)
    }
    guard found <= known else { throw newer(found: found, known: known, path: path) }
  }

  /// The schema's version; 0 for an empty database.
  /// - Throws: ``StoreError`` `.notAStore` for a database with another application's tables.
  static func userVersion(_ db: Database, path: String) throws -> Int {
    let application = try Int64.fetchOne(db, sql: "PRAGMA application_id") ?? 0
    if application == Int64(FileHeader.applicationID) { return try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0 }
    let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
    guard application == 0, tables == 0 else { throw StoreError.anotherApplication(path) }
    return 0
  }

  static func newer(found: Int, known: Int, path: String) -> StoreError {
    StoreError(
      .newerSchema(found: found, known: known),
      "The store \(path) has schema version \(found); this tenure knows versions up to \(known).",
      hint: "Use the tenure that last wrote this store, or a newer one.")
  }
}
