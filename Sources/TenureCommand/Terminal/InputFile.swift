import Glibc

/// Reads a file that somebody else may have made: never more than a bound, and with the system's reason where it fails.
///
/// | is                                   | is read                                                              |
/// |--------------------------------------|----------------------------------------------------------------------|
/// | a regular file                       | whole                                                                |
/// | a pipe, as `<(command)` makes one    | to its end, where pipes may be: what is waited for is said on stderr |
/// | a pipe that nobody writes to         | never: an error after a few seconds                                  |
/// | a folder, a device, a socket         | never: an error that says what it is                                 |
enum InputFile {
  /// - Parameter pipes: whether a pipe will do.
  static func read(
    _ path: String, what: String, most: Int, pipes: Bool = true, hint: String? = nil
  ) throws -> [UInt8] {
    func failure(_ reason: String) -> Failure {
      Failure(.failure, "cannot read \(what) '\(path)': \(reason)", hint: hint)
    }
    func reason(_ code: Int32) -> String {
      // A socket cannot be opened at all.
      code == ENXIO ? FileKind.other(at: path).map { "it is \($0)" } ?? text(code) : text(code)
    }
    func text(_ code: Int32) -> String { String(cString: strerror(code)) }
    // Without blocking: opening a pipe would wait for somebody who writes to it.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure(reason(errno)) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(text(errno)) }
    let isPipe = pipes && status.st_mode & S_IFMT == S_IFIFO
    if !isPipe, let kind = FileKind.other(status) { throw failure("it is \(kind)") }
    var wait = PipeWait(path: path)
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count > 0 {
        bytes.append(contentsOf: chunk[..<count])
        guard bytes.count <= most else { throw failure("it is larger than \(most >> 20) MiB") }
      } else if count == 0 {
        if !isPipe || !bytes.isEmpty || wait.hasWriter { return bytes }
        guard wait.forWriter(descriptor) else { throw failure("it is a named pipe (FIFO), and nobody writes to it") }
      } else if errno == EAGAIN {
        wait.forBytes(descriptor)
      } else if errno != EINTR {
        throw failure(text(errno))
      }
    }
  }
}

/// Waiting at a pipe, with a word on stderr.
private struct PipeWait {
  let path: String
  private(set) var hasWriter = false
  private var tries = 0
  private var isSaid = false

  /// Tenths of a second until somebody has to have opened the other end.
  private static let patience = 50

  init(path: String) { self.path = path }

  /// False: nobody came.
  mutating func forWriter(_ descriptor: Int32) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    tries += 1
    let count = poll(&entry, 1, 100)
    // It was there and is gone, having written nothing.
    if count > 0, entry.revents & Int16(POLLHUP) != 0, entry.revents & Int16(POLLIN) == 0 { hasWriter = true }
    say(after: 10)
    return tries < Self.patience
  }

  /// Whoever has opened the other end may take their time.
  mutating func forBytes(_ descriptor: Int32) {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    hasWriter = true
    tries += 1
    _ = poll(&entry, 1, isSaid ? -1 : 1000)
    say(after: 2)
  }

  private mutating func say(after least: Int) {
    guard !isSaid, tries >= least else { return }
    isSaid = true
    Console().note("waiting for whoever writes to the pipe '\(path)'")
  }
}
