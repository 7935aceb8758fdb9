import Glibc

/// What a path is instead of a regular file, in words.
enum FileKind {
  static func other(_ status: stat) -> String? {
    switch status.st_mode & S_IFMT {
    case S_IFREG: nil
    case S_IFDIR: "a folder"
    case S_IFIFO: "a named pipe (FIFO)"
    case S_IFSOCK: "a socket"
    case S_IFCHR, S_IFBLK: "a device"
    default: "no regular file"
    }
  }

  /// Nil for a regular file, and where nothing is.
  static func other(at path: String) -> String? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return other(status)
  }
}
