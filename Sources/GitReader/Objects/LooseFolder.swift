import CLibGit2
import Glibc

/// The loose objects of one `objects` folder.
final class LooseFolder: Sendable {
  let path: String

  init(_ path: String) { self.path = path }

  func contains(_ id: git_oid) -> Bool { access(file(of: id), F_OK) == 0 }

  func header(of id: git_oid) throws(LooseFailure) -> LooseObject.Header {
    let bytes = try bytes(of: id, atMost: LooseObject.beginning)
    return try bytes.withUnsafeBufferPointer { (file) throws(LooseFailure) in
      try LooseObject.header(of: UnsafeRawBufferPointer(file))
    }
  }

  func read(
    _ id: git_oid, allocate: (Int) -> UnsafeMutableRawPointer?, release: (UnsafeMutableRawPointer) -> Void
  ) throws(LooseFailure) -> (header: LooseObject.Header, bytes: UnsafeMutableRawPointer) {
    // zlib never makes anything larger by more than this.
    let longest = ObjectLimits.bytes + ObjectLimits.bytes >> 8 + LooseObject.beginning
    let bytes = try bytes(of: id, atMost: longest + 1)
    guard bytes.count <= longest else { throw .malformed("the object's file has more than \(longest) bytes") }
    return try bytes.withUnsafeBufferPointer { (file) throws(LooseFailure) in
      try LooseObject.read(
        UnsafeRawBufferPointer(file), most: ObjectLimits.bytes, allocate: allocate, release: release)
    }
  }

  /// The only object whose id begins with the first `digits` digits of `start`.
  func find(_ start: git_oid, digits: Int) throws(LooseFailure) -> git_oid {
    let wanted = start.hex.prefix(digits)
    // An id's first two digits name its folder; libgit2 asks for no fewer than four.
    let folder = String(wanted.prefix(2))
    guard wanted.count >= 2,
      let listed = FileDescriptor(open("\(path)/\(folder)", O_RDONLY | O_DIRECTORY | O_CLOEXEC))
    else { throw .missing }
    let ids = (listed.names() ?? []).lazy.map { folder + String(decoding: $0, as: UTF8.self) }
      .filter { $0.hasPrefix(wanted) }.compactMap { try? git_oid(hex: $0) }
    var found: git_oid?
    for id in ids {
      if found != nil { throw .ambiguous }
      found = id
    }
    guard let found else { throw .missing }
    return found
  }

  private func file(of id: git_oid) -> String {
    let hex = id.hex
    return "\(path)/\(hex.prefix(2))/\(hex.dropFirst(2))"
  }

  /// O_NONBLOCK: opening a FIFO must not wait for a writer.
  private func bytes(of id: git_oid, atMost limit: Int) throws(LooseFailure) -> [UInt8] {
    guard let file = FileDescriptor(open(file(of: id), O_RDONLY | O_NONBLOCK | O_CLOEXEC)) else {
      if errno == ENOENT || errno == ENOTDIR { throw .missing }
      throw .malformed("its file cannot be opened: \(systemError())")
    }
    var info = stat()
    guard fstat(file.value, &info) == 0, info.st_mode & S_IFMT == S_IFREG else {
      throw .malformed("what has its name is no file")
    }
    guard let bytes = file.read(atMost: limit, expecting: Int(info.st_size)) else {
      throw .malformed("its file cannot be read: \(systemError())")
    }
    return bytes
  }
}

/// What an object that is read whole may have.
enum ObjectLimits {
  /// Manifests are smaller (``SnapshotLimits/fileBytes``), and so are folders of 200,000 entries.
  static let bytes = 64 << 20
}
