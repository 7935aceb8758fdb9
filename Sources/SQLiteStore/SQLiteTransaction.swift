import GRDB
import Model
import Store

/// Reads and writes inside one transaction of one connection; of no use after that.
struct SQLiteTransaction: StoreTransaction {
  let db: Database
  /// Inserted before any statement that goes through ``run(_:_:)``, ``value(_:_:_:)`` or
  /// ``forEachRow(_:_:_:)``.
  let pending: PendingRows

  func run(_ sql: String, _ arguments: StatementArguments) throws {
    try pending.flush(db)
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
    try pending.flush(db)
    return try storedValue(type, sql, arguments)
  }

  /// The same without the rows that are still to be inserted, for who knows what these hold.
  func storedValue<T: DatabaseValueConvertible>(
    _ type: T.Type, _ sql: String, _ arguments: StatementArguments
  ) throws -> T? {
    let statement = try db.cachedStatement(sql: sql)
    return try T.fetchOne(statement, arguments: arguments)
  }
}
