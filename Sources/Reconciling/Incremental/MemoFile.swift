import Crypto
import Foundation
import GitReader
import Model
import Store
import Synchronization

/// The file that keeps the ``Memo`` of one repository's manifests and one store, in the user's cache folder. It may be
/// deleted at any time: the next reconciliation then looks at everything, and makes it anew.
///
/// | bytes  | what                                                                                              |
/// |--------|---------------------------------------------------------------------------------------------------|
/// | 8      | `TENURE` and the version of the format                                                            |
/// | 4      | the length of the head                                                                            |
/// | head   | HMAC-SHA-256 of the rest of the head under the store's secret; SHA-256 of what it is for          |
/// |        | (repository, folder, store, program), and of the body; then a ``MemoHead``                        |
/// | body   | the ``Memo``, read where something changed                                                        |
///
/// A file that is not exactly so counts as missing: whoever may write the cache, but not read the store, cannot have
/// anything passed over. It is written beside its place and moved there, so that a reader
/// finds the old one or the new one. A process that goes on keeps what it read or wrote.
public final class MemoFile: Sendable {
  private let path: String
  private let purpose: [UInt8]
  private let memory = Mutex<Memory>(Memory())

  private struct Memory {
    var memo: Memo?
    /// The store's secret; nil: nothing is read or written.
    var key: String?
  }

  private static let magic = Array("TENURE".utf8) + [0, 4]

  /// - Parameters:
  ///   - store: the path of the store, and what tells it from another one that was there before or will be.
  ///   - program: changes whenever the program does: what one version found is nothing to another.
  public init?(folder: String?, source: DesiredSource, store: String, program: String) {
    guard let folder, !source.isWorktree else { return nil }
    let place = [source.repository.gitFolder, source.manifests, store].joined(separator: "\n")
    path = "\(folder)/\(digest(place).prefix(32))"
    purpose = Array(SHA256.hash(data: Array((place + "\n" + program).utf8)))
  }

  /// Whether there may be something to read, seen without the store.
  var isThere: Bool { memory.withLock { $0.memo != nil || open(nil, withBody: false) != nil } }

  /// What is read and written from here on belongs to this store.
  func use(for store: any StoreReader) throws { use(key: try store.sealingKey()) }

  func use(key: String?) {
    memory.withLock { memory in
      if memory.key != key { memory = Memory(memo: nil, key: key) }
    }
  }

  func read() -> Memo? {
    memory.withLock { memory in
      if memory.memo == nil, let key = memory.key, let (_, sum, body) = open(key), SHA256.hash(data: body) == sum {
        memory.memo = Memo(encoded: body)
      }
      return memory.memo
    }
  }

  /// What the memo comes to, without reading all of it.
  func head() -> MemoHead? {
    memory.withLock { memory in
      if let memo = memory.memo { return MemoHead(memo) }
      return memory.key.flatMap { open($0, withBody: false)?.head }
    }
  }

  /// - Parameter key: nil: whose it is is not asked.
  private func open(_ key: String?, withBody: Bool = true) -> (head: MemoHead, sum: ArraySlice<UInt8>, body: [UInt8])? {
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
      key.map({ Self.isSealed(bytes[..<size], bytes[size...], $0) }) ?? true,
      bytes[size..<2 * size].elementsEqual(purpose),
      let head = MemoHead(encoded: Array(bytes[(3 * size)...]))
    else { return nil }
    let sum = bytes[2 * size..<3 * size]
    guard withBody else { return (head, sum, []) }
    guard let body = try? file.readToEnd() else { return nil }
    return (head, sum, Array(body))
  }

  /// Keeps the memo, or nothing where the folder cannot be written: nobody needs to hear of that.
  func write(_ memo: Memo?) {
    let key = memory.withLock { memory in
      memory.memo = memo
      return memory.key
    }
    guard let memo, let key else {
      try? FileManager.default.removeItem(atPath: path)
      return
    }
    let body = memo.encoded
    let rest = purpose + Array(SHA256.hash(data: body)) + MemoHead(memo).encoded
    let head = Self.seal(rest[...], key) + rest
    let length = (0..<4).map { UInt8(truncatingIfNeeded: head.count >> (8 * $0)) }
    let data = Data(Self.magic + length + head + body)
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    try? FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    if !FileManager.default.fileExists(atPath: path) { Self.sweep(folder) }
    try? data.write(to: URL(fileURLWithPath: path), options: .atomic)
  }

  private static func seal(_ bytes: ArraySlice<UInt8>, _ key: String) -> [UInt8] {
    Array(HMAC<SHA256>.authenticationCode(for: bytes, using: SymmetricKey(data: Array(key.utf8))))
  }

  private static func isSealed(_ code: ArraySlice<UInt8>, _ bytes: ArraySlice<UInt8>, _ key: String) -> Bool {
    HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: bytes, using: SymmetricKey(data: Array(key.utf8)))
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
