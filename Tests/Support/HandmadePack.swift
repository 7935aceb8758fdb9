import Crypto

/// What can be wrong with a pack, or with the index of one.
///
/// Not among them is a delta on itself, which libgit2 1.5 follows for ever: no transport brings one, since git and
/// libgit2 resolve every delta of a pack that they receive.
public enum PackFault: String, CaseIterable, Sendable {
  case none
  case saysLess, saysMore, saysGigabytes, saysMoreThanMemory, endlessSize, cutStream
  case typeZero, typeFive, otherType, otherBytes
  case offsetZero, offsetBeforeThePack, unknownBase, deltaOfGigabytes, deltaCut
  case indexOutside, indexInsideAnother, indexOfLargePacks, indexCut, indexFanout, indexEmpty
  case packCut, packEmpty, otherChecksum
}

extension HandmadeRepository {
  /// Writes the objects as one pack, `victim` with the fault, and puts `main` at the commit.
  public func writePack(_ objects: [GitObject], main: GitObject, victim: GitObject, _ fault: PackFault) throws {
    var seen: Set<String> = []
    let sorted = objects.filter { seen.insert($0.id).inserted }.sorted { $0.id < $1.id }
    let pack = HandmadePack(sorted, victim: victim, fault)
    let name = "objects/pack/pack-" + GitObject.hex(Insecure.SHA1.hash(data: pack.bytes))
    try write(pack.bytes, to: name + ".pack")
    try write(pack.index, to: name + ".idx")
    try write(main.id + "\n", to: "refs/heads/main")
  }
}

/// The bytes of a pack and of its index (gitformat-pack(5)), version 2.
struct HandmadePack {
  private(set) var bytes: [UInt8] = []
  private(set) var index: [UInt8] = []

  init(_ objects: [GitObject], victim: GitObject, _ fault: PackFault) {
    bytes = Array("PACK".utf8) + Self.big(2) + Self.big(UInt32(objects.count))
    var offsets: [String: UInt32] = [:]
    for object in objects {
      offsets[object.id] = UInt32(bytes.count)
      bytes += object.id == victim.id ? Self.entry(object, fault) : Self.entry(object, .none)
    }
    let checksum = Array(Insecure.SHA1.hash(data: bytes))
    bytes += fault == .otherChecksum ? checksum.reversed() : checksum
    switch fault {
    case .indexOutside: offsets[victim.id] = 0x0FFF_FFFF
    case .indexInsideAnother: offsets[victim.id] = 13
    case .indexOfLargePacks: offsets[victim.id] = 0x8000_0005
    default: break
    }
    index = Self.index(objects, offsets, checksum, fault)
    if fault == .packCut { bytes.removeLast(bytes.count / 2) }
    if fault == .packEmpty { bytes = [] }
    if fault == .indexCut { index.removeLast(index.count / 3) }
    if fault == .indexEmpty { index = [] }
  }

  private static func index(
    _ objects: [GitObject], _ offsets: [String: UInt32], _ checksum: [UInt8], _ fault: PackFault
  ) -> [UInt8] {
    var index: [UInt8] = [0xFF] + Array("tOc".utf8) + big(2)
    for first in UInt8.min...UInt8.max {
      let count = objects.count { (GitObject.binary($0.id).first ?? 0) <= first }
      index += big(fault == .indexFanout ? 0x7FFF_FFFF - UInt32(first) : UInt32(count))
    }
    for object in objects { index += GitObject.binary(object.id) }
    index += Array(repeating: 0, count: 4 * objects.count)
    for object in objects { index += big(offsets[object.id] ?? 0) }
    index += checksum
    return index + Array(Insecure.SHA1.hash(data: index))
  }

  private static func entry(_ object: GitObject, _ fault: PackFault) -> [UInt8] {
    let type: UInt8 =
      switch object.type {
      case "commit": 1
      case "tree": 2
      case "blob": 3
      default: 4
      }
    let (bytes, size) = (object.bytes, object.bytes.count)
    let delta = number(size) + number(size) + [1, 97]
    switch fault {
    case .saysLess: return header(type, size / 2) + compress(bytes)
    case .saysMore: return header(type, size + 1000) + compress(bytes)
    case .saysGigabytes: return header(type, 3 << 30) + compress(bytes)
    case .saysMoreThanMemory: return header(type, .max) + compress(bytes)
    case .endlessSize: return [0x80 | type << 4] + Array(repeating: 0xFF, count: 30) + [1] + compress(bytes)
    case .cutStream: return header(type, size) + compress(bytes).prefix(8)
    case .typeZero: return header(0, size) + compress(bytes)
    case .typeFive: return header(5, size) + compress(bytes)
    case .otherType: return header(type % 4 + 1, size) + compress(bytes)
    case .otherBytes: return header(type, size) + compress(bytes.reversed())
    case .offsetZero: return header(6, delta.count) + [0] + compress(delta)
    case .offsetBeforeThePack: return header(6, delta.count) + [0xFF, 0xFF, 0xFF, 0x7F] + compress(delta)
    case .unknownBase: return header(7, delta.count) + Array(repeating: 0xAB, count: 20) + compress(delta)
    case .deltaOfGigabytes:
      let delta = number(size) + number(3 << 30) + [1, 97]
      return header(6, delta.count) + [12] + compress(delta)
    case .deltaCut: return header(6, 2) + [12] + compress([0x80, 0x80])
    case .none, .indexOutside, .indexInsideAnother, .indexOfLargePacks, .indexCut, .indexFanout, .indexEmpty, .packCut,
      .packEmpty, .otherChecksum:
      return header(type, size) + compress(bytes)
    }
  }

  /// Of an entry: three bits of type, then the size, the lowest bits first.
  private static func header(_ type: UInt8, _ size: Int) -> [UInt8] {
    var (rest, bytes) = (size >> 4, [type << 4 | UInt8(size & 15)])
    while rest > 0 {
      bytes[bytes.count - 1] |= 0x80
      bytes.append(UInt8(rest & 0x7F))
      rest >>= 7
    }
    return bytes
  }

  /// Of a delta: seven bits a byte, the lowest first.
  private static func number(_ value: Int) -> [UInt8] {
    var (rest, bytes) = (value >> 7, [UInt8(value & 0x7F)])
    while rest > 0 {
      bytes[bytes.count - 1] |= 0x80
      bytes.append(UInt8(rest & 0x7F))
      rest >>= 7
    }
    return bytes
  }

  private static func big(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
  }
}
