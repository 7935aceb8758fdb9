import GRDB
import GRDBSQLite

/// Rows on their way into one table, bound through SQLite's C functions without an allocation for each.
///
/// A statement takes many of them: where triggers look at a row, most of what it costs is the statement around it, which
/// SQLite must be able to undo by itself. Triggers and constraints see each row as if it came alone.
struct RowQueue {
  /// One value of a row. Texts lie behind one another in `bytes`.
  enum Cell {
    case null
    case integer(Int64)
    case text(Range<Int>)
  }

  /// How many rows a statement takes: as many of the largest as there are, then the next.
  private static let sizes = [128, 16, 4, 1]

  private let table: String
  private let columns: [String]
  private let conflict: String
  private var cells: [Cell] = []
  /// Never empty, so that even an empty text has an address: without one it would be NULL.
  private var bytes: [UInt8] = [0]
  /// Of each size, once it was needed.
  private var statements: [Statement?] = sizes.map { _ in nil }

  /// - Parameter conflict: what follows the rows in the statement.
  init(_ table: String, _ columns: [String], conflict: String = "") {
    (self.table, self.columns, self.conflict) = (table, columns, conflict)
  }

  var isEmpty: Bool { cells.isEmpty }
  var count: Int { cells.count / columns.count }

  /// Adds a row, or its next values.
  mutating func append<each Value: ColumnValue>(_ values: repeat each Value) {
    repeat (each values).append(to: &self)
  }

  fileprivate mutating func append(_ cell: Cell) { cells.append(cell) }

  /// A text that `write` appends.
  mutating func appendText(_ write: (inout [UInt8]) -> Void) {
    let start = bytes.count
    write(&bytes)
    cells.append(.text(start..<bytes.count))
  }

  /// Calls a closure for each value of the row that is being added; a text that is absent is nil.
  func forEachValueOfLastRow(integer: (Int64) -> Void, text: (UnsafeBufferPointer<UInt8>?) -> Void) {
    let start = (cells.count - 1) / columns.count * columns.count
    bytes.withUnsafeBufferPointer { bytes in
      for cell in cells[start...] {
        switch cell {
        case .null: text(nil)
        case .integer(let value): integer(value)
        case .text(let range): text(UnsafeBufferPointer(rebasing: bytes[range]))
        }
      }
    }
  }

  mutating func removeAll() {
    cells.removeAll(keepingCapacity: true)
    bytes.removeLast(bytes.count - 1)
  }

  /// Inserts all rows, in their order.
  mutating func insert(into db: Database) throws {
    guard !cells.isEmpty else { return }
    var row = 0
    for (index, size) in Self.sizes.enumerated() {
      while count - row >= size {
        let statement = try statements[index] ?? prepare(size, db)
        statements[index] = statement
        try run(statement.sqliteStatement, cells[row * columns.count..<(row + size) * columns.count], db)
        row += size
      }
    }
    removeAll()
  }

  private func prepare(_ size: Int, _ db: Database) throws -> Statement {
    let marks = "(" + repeatElement("?", count: columns.count).joined(separator: ", ") + ")"
    return try db.makeStatement(
      sql: """
        INSERT INTO \(table) (\(columns.joined(separator: ", ")))
        VALUES \(repeatElement(marks, count: size).joined(separator: ", ")) \(conflict)
        """)
  }

  private func run(_ statement: OpaquePointer, _ cells: ArraySlice<Cell>, _ db: Database) throws {
    try bytes.withUnsafeBytes { bytes in
      // Texts are lent, not copied: they stay where they are until the statement has run.
      let start = bytes.assumingMemoryBound(to: CChar.self).baseAddress
      var parameter: Int32 = 1
      for cell in cells {
        let code =
          switch cell {
          case .null: sqlite3_bind_null(statement, parameter)
          case .integer(let value): sqlite3_bind_int64(statement, parameter, value)
          case .text(let range):
            sqlite3_bind_text64(
              statement, parameter, start.map { $0 + range.lowerBound }, UInt64(range.count), nil, UInt8(SQLITE_UTF8))
          }
        guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code), sql: table) }
        parameter += 1
      }
      let code = sqlite3_step(statement)
      let message = code == SQLITE_DONE ? nil : db.lastErrorMessage
      sqlite3_reset(statement)
      sqlite3_clear_bindings(statement)
      guard code == SQLITE_DONE else {
        throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message, sql: "INSERT INTO \(table)")
      }
    }
  }
}

/// What a column may hold.
protocol ColumnValue {
  func append(to queue: inout RowQueue)
}

extension Int64: ColumnValue {
  func append(to queue: inout RowQueue) { queue.append(.integer(self)) }
}

extension Bool: ColumnValue {
  func append(to queue: inout RowQueue) { queue.append(.integer(self ? 1 : 0)) }
}

extension String: ColumnValue {
  func append(to queue: inout RowQueue) { queue.appendText { $0.append(contentsOf: utf8) } }
}

extension Optional: ColumnValue where Wrapped: ColumnValue {
  func append(to queue: inout RowQueue) {
    guard let self else { return queue.append(.null) }
    self.append(to: &queue)
  }
}
