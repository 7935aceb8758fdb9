import GRDB
import Model
import Store

/// Reads and writes inside one transaction of one connection; of no use after that.
struct SQLiteTransaction: StoreTransaction {
  let db: Database

  func run(_ sql: String, _ arguments: StatementArguments) throws {
    try db.cachedStatement(sql: sql).execute(arguments: arguments)
  }

  /// Runs a statement that must concern a row: a write that finds nothing to change is a mistake of its caller.
  func change(_ what: String, _ sql: String, _ arguments: StatementArguments) throws {
    try run(sql, arguments)
    guard db.changesCount > 0 else { throw StoreError.noSuch(what) }
  }

  /// Runs an `INSERT` and answers the new row's id.
  func insert(_ sql: String, _ arguments: StatementArguments) throws -> Int64 {
    try run(sql, arguments)
    return db.lastInsertedRowID
  }

  /// The first column of the first row.
  func value<T: DatabaseValueConvertible>(_ type: T.Type, _ sql: String, _ arguments: StatementArguments) throws -> T? {
    let statement = try db.cachedStatement(sql: sql)
    return try T.fetchOne(statement, arguments: arguments)
  }
}

extension String {
  /// The form in which emails are compared (the same as ``NameTable/folded(_:)``).
  var emailKey: String { lowercased() }
}
