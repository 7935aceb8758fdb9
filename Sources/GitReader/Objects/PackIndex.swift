import Glibc

/// Where an index of packs says that objects begin, checked before libgit2 goes there: version 1.5 reads memory that is
/// not there where an offset lies outside of the pack. What else is wrong with an index or a pack, it finds itself.
enum PackIndex {
  /// - Parameter folder: the `pack` folder of an object database.
  /// - Throws: for an index that names a place outside of its pack.
  static func check(folder: String) throws(GitError) {
    guard let listed = FileDescriptor(open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) else { return }
    for name in (listed.names() ?? []).map({ String(decoding: $0, as: UTF8.self) }) {
      let isFine: Bool
      if name == "multi-pack-index" {
        isFine = isSoundForAll("\(folder)/\(name)", packs: folder)
      } else if name.hasSuffix(".idx") {
        isFine = isSound("\(folder)/\(name)", pack: size(of: "\(folder)/\(name.dropLast(4)).pack"))
      } else {
        continue
      }
      guard !isFine else { continue }
      throw GitError(
        .corruptObject, "the index '\(name)' names places outside of its pack",
        hint: "remove it and make it anew: git index-pack PACK, git multi-pack-index write; or clone anew")
    }
  }

  /// Whether one pack's index, of version 1 or 2 (gitformat-pack(5)), stays inside the pack.
  private static func isSound(_ path: String, pack: Int) -> Bool {
    guard let file = IndexFile(path), pack > 0 else { return true }
    let isSecond = file.number(at: 0) == 0xFF74_4F63 && file.number(at: 4) == 2
    let fanout = isSecond ? 8 : 0
    let count = file.number(at: fanout + 1020) ?? 0
    let offsets = fanout + 1024 + (isSecond ? count * 24 : 0)
    // libgit2 does not take an index that is shorter.
    guard offsets + count * (isSecond ? 4 : 24) + 40 <= file.size else { return true }
    let large = offsets + count * 4
    return file.allNumbers(at: offsets, count, stride: isSecond ? 4 : 24) { offset in
      isInside(isSecond ? file.offset(offset, large: large) : offset, pack)
    }
  }

  /// Whether the index of many packs stays inside them (gitformat-pack(5), «multi-pack-index»).
  private static func isSoundForAll(_ path: String, packs folder: String) -> Bool {
    // libgit2 takes version 1 with SHA-1 alone.
    guard let file = IndexFile(path), file.number(at: 0) == 0x4D49_4458, let versions = file.number(at: 4),
      versions >> 16 == 0x0101
    else { return true }
    var chunks: [Int: (start: Int, end: Int)] = [:]
    for chunk in 0..<(versions >> 8 & 0xFF) {
      let entry = 12 + 12 * chunk
      guard let name = file.number(at: entry), let start = file.long(at: entry + 4),
        let end = file.long(at: entry + 16),
        start <= end, end <= file.size
      else { return false }
      chunks[name] = (start, end)
    }
    guard let names = chunks[0x504E_414D], let fanout = chunks[0x4F49_4446], let offsets = chunks[0x4F4F_4646],
      let count = file.number(at: fanout.start + 1020), offsets.start + 8 * count <= offsets.end,
      let packNames = file.bytes(at: names.start, names.end - names.start)
    else { return false }
    let packs = packNames.split(separator: 0).map { name in
      size(of: "\(folder)/\(String(decoding: name.dropLast(4), as: UTF8.self)).pack")
    }
    let large = chunks[0x4C4F_4646]?.start ?? file.size
    for entry in stride(from: offsets.start, to: offsets.start + 8 * count, by: 8) {
      guard let pack = file.number(at: entry), pack < packs.count, let offset = file.number(at: entry + 4),
        isInside(file.offset(offset, large: large), packs[pack])
      else { return false }
    }
    return true
  }

  /// Behind the header and before the checksum. A pack that is not there is not read.
  private static func isInside(_ offset: Int?, _ pack: Int) -> Bool {
    guard pack > 0, let offset else { return pack <= 0 }
    return offset >= 12 && offset < pack - 20
  }

  private static func size(of path: String) -> Int {
    var info = stat()
    return stat(path, &info) == 0 ? Int(info.st_size) : 0
  }
}

/// Numbers of a file, the highest byte first.
private struct IndexFile: ~Copyable {
  private let file: FileDescriptor
  let size: Int

  init?(_ path: String) {
    guard let file = FileDescriptor(open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)) else { return nil }
    var info = stat()
    guard fstat(file.value, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return nil }
    size = Int(info.st_size)
    self.file = file
  }

  func bytes(at offset: Int, _ count: Int) -> [UInt8]? {
    guard offset >= 0, count >= 0, count <= size, offset <= size - count else { return nil }
    var isWhole = false
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
      used = max(0, pread(file.value, buffer.baseAddress, count, off_t(offset)))
      isWhole = used == count
    }
    return isWhole ? bytes : nil
  }

  func number(at offset: Int) -> Int? { bytes(at: offset, 4)?.reduce(0) { $0 << 8 | Int($1) } }

  /// Nil also where it is beyond 63 bits.
  func long(at offset: Int) -> Int? {
    bytes(at: offset, 8).flatMap { Int(exactly: $0.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }) }
  }

  /// An offset, which with its highest bit is the place of a longer one.
  func offset(_ number: Int, large: Int) -> Int? {
    number & 0x8000_0000 == 0 ? number : long(at: large + 8 * (number & 0x7FFF_FFFF))
  }

  /// Reads in pieces: the table of a large repository has many megabytes.
  func allNumbers(at start: Int, _ count: Int, stride: Int, _ isFine: (Int) -> Bool) -> Bool {
    let piece = 1 << 15
    for first in Swift.stride(from: 0, to: count, by: piece) {
      let length = min(piece, count - first)
      guard let bytes = bytes(at: start + first * stride, length * stride) else { return false }
      let isFinePiece = bytes.withUnsafeBytes { bytes in
        (0..<length).allSatisfy {
          isFine(Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: $0 * stride, as: UInt32.self))))
        }
      }
      guard isFinePiece else { return false }
    }
    return true
  }
}
