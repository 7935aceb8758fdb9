import CZlib
import Crypto
import Foundation

/// A git repository whose files are written byte by byte, right or wrong: git itself refuses to make most of these.
public final class HandmadeRepository: Sendable {
  /// Of the working tree, which holds nothing but `.git`.
  public let folder: String
  /// Of the repository itself.
  public var git: String { folder + "/.git" }

  public init() throws {
    folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path + "/tenure-handmade-\(UUID())"
    for part in ["objects/pack", "objects/info", "refs/heads", "refs/tags"] {
      try FileManager.default.createDirectory(atPath: "\(folder)/.git/\(part)", withIntermediateDirectories: true)
    }
    try write("ref: refs/heads/main\n", to: "HEAD")
    try write("[core]\n\trepositoryformatversion = 0\n\tbare = false\n", to: "config")
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// Writes a file of `.git`.
  public func write(_ text: String, to path: String) throws { try write(Array(text.utf8), to: path) }

  public func write(_ bytes: [UInt8], to path: String) throws {
    let url = URL(fileURLWithPath: "\(git)/\(path)")
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
  }

  /// Writes the objects as loose ones, `victim` with the fault, and puts `main` at the commit.
  public func writeLoose(_ objects: [GitObject], main: GitObject, victim: GitObject, _ fault: LooseFault) throws {
    for object in objects where object.id != victim.id { try write(LooseFault.none.file(of: object), to: object.path) }
    try FileManager.default.createDirectory(
      atPath: "\(git)/objects/\(victim.id.prefix(2))", withIntermediateDirectories: true)
    switch fault {
    case .folder:
      try FileManager.default.createDirectory(atPath: "\(git)/\(victim.path)", withIntermediateDirectories: true)
    case .fifo: mkfifo("\(git)/\(victim.path)", 0o600)
    default: try write(fault.file(of: victim), to: victim.path)
    }
    try write(main.id + "\n", to: "refs/heads/main")
  }
}

/// An object of git's with its id, made of any bytes.
public struct GitObject: Hashable, Sendable {
  public var type: String
  public var bytes: [UInt8]
  /// 40 hexadecimal digits.
  public let id: String

  public init(_ type: String, _ bytes: [UInt8]) {
    (self.type, self.bytes) = (type, bytes)
    id = Self.hex(Insecure.SHA1.hash(data: Array("\(type) \(bytes.count)\0".utf8) + bytes))
  }

  public init(blob text: String) { self.init("blob", Array(text.utf8)) }

  public struct Entry: Sendable {
    public var mode: String
    public var name: [UInt8]
    public var id: String
    public init(_ mode: String, _ name: String, _ object: GitObject) {
      (self.mode, self.name, id) = (mode, Array(name.utf8), object.id)
    }
  }

  /// The entries stay in this order.
  public init(tree entries: [Entry]) {
    self.init("tree", entries.flatMap { Array("\($0.mode) ".utf8) + $0.name + [0] + Self.binary($0.id) })
  }

  public init(
    commit tree: String, parents: [String] = [], author: String = "ada@acme.example", message: String = "x"
  ) {
    let person = "Ada <\(author)> 1763800000 +0000"
    let lines = parents.map { "parent \($0)\n" }.joined()
    self.init("commit", Array("tree \(tree)\n\(lines)author \(person)\ncommitter \(person)\n\n\(message)\n".utf8))
  }

  /// Below the repository's folder, as a loose object.
  public var path: String { "objects/\(id.prefix(2))/\(id.dropFirst(2))" }

  /// The 20 bytes of an id.
  public static func binary(_ id: String) -> [UInt8] {
    let digits = id.utf8.map { UInt8($0 > 57 ? $0 - 87 : $0 - 48) }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  static func hex(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }
}

/// One zlib stream.
public func compress(_ bytes: [UInt8]) -> [UInt8] {
  var count = compressBound(UInt(bytes.count))
  return [UInt8](unsafeUninitializedCapacity: Int(count)) { buffer, used in
    compress2(buffer.baseAddress, &count, bytes, UInt(bytes.count), 9)
    used = Int(count)
  }
}

/// What can be wrong with the file of a loose object.
public enum LooseFault: String, CaseIterable, Sendable {
  case none
  case empty, cutInHeader, cutInBytes, notCompressed, flipped
  case saysLess, saysMore, saysGigabytes, saysTooMuchForANumber, saysNothing, saysLessOfMuch
  case noBlank, noEnd, unknownType, otherType, otherBytes, somethingBehind
  case folder, fifo

  public func file(of object: GitObject) -> [UInt8] {
    func file(_ header: String, _ bytes: [UInt8]) -> [UInt8] { compress(Array(header.utf8) + bytes) }
    let (type, bytes) = (object.type, object.bytes)
    let right = file("\(type) \(bytes.count)\0", bytes)
    switch self {
    case .none, .folder, .fifo: return right
    case .empty: return []
    case .cutInHeader: return Array(right.prefix(4))
    case .cutInBytes: return Array(right.prefix(right.count - 8))
    case .notCompressed: return Array("\(type) \(bytes.count)\0".utf8) + bytes
    case .flipped:
      var broken = right
      broken[right.count / 2] ^= 0x40
      return broken
    case .saysLess: return file("\(type) \(bytes.count / 2)\0", bytes)
    case .saysLessOfMuch: return file("\(type) 10\0", Array(repeating: 97, count: 1 << 20))
    case .saysMore: return file("\(type) \(bytes.count + 1000)\0", bytes)
    case .saysGigabytes: return file("\(type) 3221225472\0", bytes)
    case .saysTooMuchForANumber: return file("\(type) 99999999999999999999\0", bytes)
    case .saysNothing: return file("\(type) \0", bytes)
    case .noBlank: return file("\(type)\0", bytes)
    case .noEnd: return file("\(type) \(bytes.count)", bytes.map { $0 == 0 ? 1 : $0 })
    case .unknownType: return file("thing \(bytes.count)\0", bytes)
    case .otherType: return file("tag \(bytes.count)\0", bytes)
    case .otherBytes: return file("\(type) \(bytes.count)\0", bytes.reversed())
    case .somethingBehind: return right + Array("more".utf8)
    }
  }
}
