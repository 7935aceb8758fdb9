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
  /// - Throws: ``StoreError`` `.permission` where the file cannot be read, `.notAStore` for what is no file.
  static func finding(at path: String) throws -> Finding {
    // Without blocking: what is no file may have nobody at its other end.
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else {
      let code = errno
      if code == ENOENT { return .missing }
      // A socket cannot be opened at all.
      var status = stat()
      if stat(path, &status) == 0, let kind = kind(of: status) { throw StoreError.noFile(path, kind) }
      throw StoreError.system(code, "cannot be read", path: path)
    }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw StoreError.system(errno, "cannot be read", path: path) }
    if let kind = kind(of: status) { throw StoreError.noFile(path, kind) }
    var header = [UInt8](repeating: 0, count: 112)
    let count = header.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
    guard count >= 0 else { throw StoreError.system(errno, "cannot be read", path: path) }
    return finding(Array(header[..<count]))
  }

  /// What it is instead of a regular file.
  private static func kind(of status: stat) -> String? {
    switch status.st_mode & S_IFMT {
    case S_IFREG: nil
    case S_IFDIR: "a folder"
    case S_IFIFO: "a named pipe (FIFO)"
    case S_IFSOCK: "a socket"
    case S_IFCHR, S_IFBLK: "a device"
    default: "no regular file"
    }
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
