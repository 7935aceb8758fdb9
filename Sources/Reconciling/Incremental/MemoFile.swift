import Crypto
import Foundation
import GitReader
import Model
import Synchronization

/// The file that keeps the ``Memo`` of one repository's manifests and one store, in the user's cache folder. It may be
/// deleted at any time: the next reconciliation then looks at everything, and makes it anew.
///
/// | bytes  | what                                                                                              |
/// |--------|---------------------------------------------------------------------------------------------------|
/// | 8      | `TENURE` and the version of the format                                                            |
/// | 4      | the length of the head                                                                            |
/// | head   | SHA-256 of the rest of the head; of what it is for (repository, folder, store, program); of the   |
/// |        | body; then a ``MemoHead``                                                                         |
/// | body   | the ``Memo``, read where something changed                                                        |
///
/// A file that is not exactly so counts as missing. It is written beside its place and moved there, so that a reader
/// finds the old one or the new one. A process that goes on keeps what it read or wrote.
public final class MemoFile: Sendable {
  private let path: String
  private let purpose: [UInt8]
  private let memory = Mutex<Memo?>(nil)

  private static let magic = Array("TENURE".utf8) + [0, 3]

  /// - Parameters:
  ///   - store: the path of the store, and what tells it from another one that was there before or will be.
  ///   - program: changes whenever the program does: what one version found is nothing to another.
  public init?(folder: String?, source: DesiredSource, store: String, program: String) {
    guard let folder, !source.isWorktree else { return nil }
    let place = [source.repository.gitFolder, source.manifests, store].joined(separator: "\n")
    path = "\(folder)/\(digest(place).prefix(32))"
    purpose = Array(SHA256.hash(data: Array((place + "\n" + program).utf8)))
  }

  func read() -> Memo? {
    memory.withLock { memory in
      if memory == nil, let (_, sum, body) = open(), SHA256.hash(data: body) == sum { memory = Memo(encoded: body) }
      return memory
    }
  }

  /// What the memo comes to, without reading all of it.
  func head() -> MemoHead? {
    memory.withLock { memory in
      if let memory { return MemoHead(memory) }
      return open(withBody: false)?.head
    }
  }

  private func open(withBody: Bool = true) -> (head: MemoHead, sum: ArraySlice<UInt8>, body: [UInt8])? {
    // Without blocking: a pipe in its place may have nobody at its other end.
    let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    defer { try? file.close() }
    func read(_ count: Int) -> [UInt8]? {
      guard let data = try? file.read(upToCount: count), data.count == count else { return nil }
      return Array(data)
    }
    let size = SHA256.byteCount
    guard let start = read(Self.magic.count + 4), start.starts(with: Self.magic) else { return nil }
    let length = start.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    guard (3 * size...1 << 24).contains(length), let bytes = read(length),
      SHA256.hash(data: bytes[size...]) == bytes[..<size], bytes[size..<2 * size].elementsEqual(purpose),
      let head = MemoHead(encoded: Array(bytes[(3 * size)...]))
    else { return nil }
    let sum = bytes[2 * size..<3 * size]
    guard withBody else { return (head, sum, []) }
    guard let body = try? file.readToEnd() else { return nil }
    return (head, sum, Array(body))
  }

  /// Keeps the memo, or nothing where the folder cannot be written: nobody needs to hear of that.
  func write(_ memo: Memo?) {
    memory.withLock { $0 = memo }
    guard let memo else {
      try? FileManager.default.removeItem(atPath: path)
      return
    }
    let body = memo.encoded
    let rest = purpose + Array(SHA256.hash(data: body)) + MemoHead(memo).encoded
    let head = Array(SHA256.hash(data: rest)) + rest
    let length = (0..<4).map { UInt8(truncatingIfNeeded: head.count >> (8 * $0)) }
    let data = Data(Self.magic + length + head + body)
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    try? FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    if !FileManager.default.fileExists(atPath: path) { Self.sweep(folder) }
    try? data.write(to: URL(fileURLWithPath: path), options: .atomic)
  }

  /// Seconds after which a memo that nobody wrote anew is of a repository or store that is gone.
  private static let longestRest = 30.0 * 86_400

  private static func sweep(_ folder: URL) {
    let files = FileManager.default
    let old = Date(timeIntervalSinceNow: -longestRest)
    for file in (try? files.contentsOfDirectory(at: folder, includingPropertiesForKeys: [.contentModificationDateKey]))
      ?? []
    {
      let written = try? file.resourceValues(forKeys: [.contentModificationDateKey]).contentModificationDate
      if let written, written < old { try? files.removeItem(at: file) }
    }
  }
}
