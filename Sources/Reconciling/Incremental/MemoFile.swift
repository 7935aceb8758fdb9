import Crypto
import Foundation
import GitReader
import Model
import Synchronization

/// The file that keeps the ``Memo`` of one repository's manifests and one store, in the user's cache folder. It may be
/// deleted at any time: the next reconciliation then looks at everything, and makes it anew.
///
/// | bytes  | what                                                                                   |
/// |--------|----------------------------------------------------------------------------------------|
/// | 8      | `TENURE` and the version of the format                                                 |
/// | 32     | SHA-256 of the rest                                                                    |
/// | rest   | SHA-256 of what it is for (repository, folder, store, program), then the memo          |
///
/// A file that is not exactly so counts as missing. It is written beside its place and moved there, so that a reader
/// finds the old one or the new one. A process that goes on keeps what it read or wrote.
public final class MemoFile: Sendable {
  private let path: String
  private let purpose: [UInt8]
  private let memory = Mutex<Memo?>(nil)

  private static let magic = Array("TENURE".utf8) + [0, 1]

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
      if memory == nil { memory = readFile() }
      return memory
    }
  }

  private func readFile() -> Memo? {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    let (magic, sum) = (Self.magic.count, SHA256.byteCount)
    guard data.count >= magic + 2 * sum, data.prefix(magic).elementsEqual(Self.magic) else { return nil }
    let rest = data.dropFirst(magic + sum)
    guard SHA256.hash(data: rest) == data.dropFirst(magic).prefix(sum), rest.prefix(sum).elementsEqual(purpose) else {
      return nil
    }
    return Memo(encoded: Array(rest.dropFirst(sum)))
  }

  /// Keeps the memo, or nothing where the folder cannot be written: nobody needs to hear of that.
  func write(_ memo: Memo?) {
    memory.withLock { $0 = memo }
    guard let memo else {
      try? FileManager.default.removeItem(atPath: path)
      return
    }
    let rest = purpose + memo.encoded
    let data = Data(Self.magic + Array(SHA256.hash(data: rest)) + rest)
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    try? FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    try? data.write(to: URL(fileURLWithPath: path), options: .atomic)
  }
}
