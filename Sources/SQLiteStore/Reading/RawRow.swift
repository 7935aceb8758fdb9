import GRDB
import GRDBSQLite
import Model

/// The row on which a statement stands, read through SQLite's C functions: nothing is allocated but what is asked for.
struct RawRow: ~Copyable {
  fileprivate let statement: OpaquePointer

  func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }
  func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }
  func optionalInteger(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }
  func flag(_ column: Int32) -> Bool { integer(column) != 0 }
  func instant(_ column: Int32) -> Instant { Instant(milliseconds: integer(column)) }
  func optionalInstant(_ column: Int32) -> Instant? { optionalInteger(column).map(Instant.init(milliseconds:)) }

  /// UTF-8; valid until the statement's next step.
  func text(_ column: Int32) -> UnsafeBufferPointer<UInt8> {
    let start = sqlite3_column_text(statement, column)
    return UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))
  }
  func string(_ column: Int32) -> String { String(decoding: text(column), as: UTF8.self) }
  func optionalString(_ column: Int32) -> String? { isNull(column) ? nil : string(column) }

  func bytes(_ column: Int32) -> [UInt8] {
    let start = sqlite3_column_blob(statement, column)
    return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column))))
  }
}

extension SQLiteTransaction {
  /// Calls `body` for every row of a query.
  func forEachRow(
    _ sql: String, _ arguments: StatementArguments = [], _ body: (borrowing RawRow) throws -> Void
  ) throws {
    try pending.flush(db)
    let statement = try db.cachedStatement(sql: sql)
    try statement.setArguments(arguments)
    let row = RawRow(statement: statement.sqliteStatement)
    defer { sqlite3_reset(row.statement) }
    while true {
      switch sqlite3_step(row.statement) {
      case SQLITE_ROW: try body(row)
      case SQLITE_DONE: return
      case let code:
        throw DatabaseError(resultCode: ResultCode(rawValue: code), message: db.lastErrorMessage, sql: sql)
      }
    }
  }

  func rows<T>(
    _ sql: String, _ arguments: StatementArguments = [], _ body: (borrowing RawRow) throws -> T
  ) throws -> [T] {
    var result: [T] = []
    try forEachRow(sql, arguments) { result.append(try body($0)) }
    return result
  }
}
