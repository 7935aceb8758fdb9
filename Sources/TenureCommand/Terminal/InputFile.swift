import Glibc

/// Reads a file that somebody else may have made: never more than a bound, and with the system's reason where it fails.
enum InputFile {
  static func read(_ path: String, what: String, most: Int, hint: String? = nil) throws -> [UInt8] {
    func failure(_ reason: String) -> Failure {
      Failure(.failure, "cannot read \(what) '\(path)': \(reason)", hint: hint)
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count == 0 { return bytes }
      guard count > 0 else {
        if errno == EINTR { continue }
        throw failure(String(cString: strerror(errno)))
      }
      bytes.append(contentsOf: chunk[..<count])
      guard bytes.count <= most else { throw failure("it is larger than \(most >> 20) MiB") }
    }
  }
}
