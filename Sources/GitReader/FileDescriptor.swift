import Glibc

/// Owns an open file or folder.
struct FileDescriptor: ~Copyable {
  let value: Int32

  /// Nil for the -1 of a call that failed; `errno` says why.
  init?(_ value: Int32) {
    guard value >= 0 else { return nil }
    self.value = value
  }

  deinit { close(value) }

  /// What a folder holds, in byte order, without `.` and `..`; nil where it cannot be listed.
  func names() -> [[UInt8]]? {
    // closedir closes what fdopendir was given: it gets a duplicate, and this descriptor stays with its owner.
    let copy = fcntl(value, F_DUPFD_CLOEXEC, 0)
    guard copy >= 0 else { return nil }
    guard let stream = fdopendir(copy) else {
      close(copy)
      return nil
    }
    defer { closedir(stream) }
    var names: [[UInt8]] = []
    errno = 0
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) {
          Array(UnsafeRawBufferPointer(start: $0, count: strlen($0)))
        }
      }
      if name != [0x2E], name != [0x2E, 0x2E] { names.append(name) }
    }
    return errno == 0 ? names.sorted { $0.lexicographicallyPrecedes($1) } : nil
  }

  /// The bytes of a regular file up to its end, or `limit` of them; nil on failure.
  func read(atMost limit: Int, expecting size: Int) -> [UInt8]? {
    var bytes: [UInt8] = []
    while bytes.count < limit {
      let chunk = min(max(size + 1 - bytes.count, 4096), limit - bytes.count)
      var failed = false
      let more = [UInt8](unsafeUninitializedCapacity: chunk) { buffer, count in
        var got = Glibc.read(value, buffer.baseAddress, chunk)
        while got < 0, errno == EINTR { got = Glibc.read(value, buffer.baseAddress, chunk) }
        failed = got < 0
        count = max(0, got)
      }
      if failed { return nil }
      if bytes.isEmpty { bytes = more } else { bytes += more }
      // Regular files give less than asked for at their end only.
      if more.count < chunk { break }
    }
    return bytes
  }
}

/// What `errno` says, in words.
func systemError() -> String { String(cString: strerror(errno)) }
