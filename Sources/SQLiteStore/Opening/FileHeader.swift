import Foundation
import Store

/// What the first bytes of a file say, read without SQLite so that a file of somebody else is never touched.
enum FileHeader {
  /// `TENU`, in the database's header.
  static let applicationID: Int32 = 0x5445_4E55

  enum Finding: Equatable {
    case missing
    /// No byte, or a database without a table: a creation that was interrupted.
    case empty
    case store
    case foreign
    case noDatabase
  }

  /// Layout: https://www.sqlite.org/fileformat2.html (application id at 68, the schema's b-tree page at 100).
  /// - Throws: ``StoreError`` `.permission` where the file cannot be read.
  static func finding(at path: String) throws -> Finding {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      if errno == ENOENT { return .missing }
      throw StoreError.system(errno, "cannot be read", path: path)
    }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else { return .noDatabase }
    var header = [UInt8](repeating: 0, count: 112)
    let count = header.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
    guard count >= 0 else { throw StoreError.system(errno, "cannot be read", path: path) }
    return finding(Array(header[..<count]))
  }

  static func finding(_ header: [UInt8]) -> Finding {
    if header.isEmpty { return .empty }
    guard header.count >= 112, header.starts(with: Array("SQLite format 3\0".utf8)) else { return .noDatabase }
    let application = header[68..<72].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    if application == UInt32(bitPattern: applicationID) { return .store }
    let isLeafPage = header[100] == 0x0D
    let hasTables = !isLeafPage || header[103] != 0 || header[104] != 0
    return application == 0 && !hasTables ? .empty : .foreign
  }
}
