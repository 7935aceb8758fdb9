import CLibGit2

/// Why a loose object cannot be had.
enum LooseFailure: Error, Hashable {
  case missing
  /// Several ids have the beginning that was given.
  case ambiguous
  case malformed(String)
}

/// One file of git's below `objects/`: a zlib stream of a type, a blank, the size in decimal digits, a NUL, and as many
/// bytes. Anything else is an error: libgit2 1.5 inflates a truncated file for ever, and writes behind the memory of one
/// that says less than it has.
enum LooseObject {
  struct Header: Hashable {
    var type: git_object_t
    var size: Int
    /// Bytes of the header itself.
    var length: Int
  }

  /// More than a header can have.
  static let headerBytes = 64
  /// Bytes of the compressed file that are enough for the header.
  static let beginning = 4096

  /// The type and size that the file states.
  static func header(of file: UnsafeRawBufferPointer) throws(LooseFailure) -> Header {
    var inflater = Inflater(file)
    return try withHead(of: &inflater) { head, _ throws(LooseFailure) in try Self.header(in: head) }
  }

  /// The object's bytes, in memory that `allocate` gives and `release` takes back where the file is malformed. Behind
  /// them is a NUL.
  static func read(
    _ file: UnsafeRawBufferPointer, most: Int, allocate: (Int) -> UnsafeMutableRawPointer?,
    release: (UnsafeMutableRawPointer) -> Void
  ) throws(LooseFailure) -> (header: Header, bytes: UnsafeMutableRawPointer) {
    var inflater = Inflater(file)
    var isEnded = false
    var memory: UnsafeMutableRawPointer?
    var have = 0
    let header = try withHead(of: &inflater) { head, outcome throws(LooseFailure) -> Header in
      let header = try Self.header(in: head)
      guard header.size <= most else {
        throw LooseFailure.malformed("the object states \(header.size) bytes, more than \(most)")
      }
      have = head.count - header.length
      guard have <= header.size else { throw wrongSize }
      guard let bytes = allocate(header.size + 1) else { throw LooseFailure.malformed("out of memory") }
      bytes.copyMemory(from: head.baseAddress! + header.length, byteCount: have)
      (memory, isEnded) = (bytes, outcome == .ended)
      return header
    }
    guard let memory else { throw wrongSize }
    do throws(LooseFailure) {
      // One byte more than there should be, so that a stream that is longer shows.
      while !isEnded {
        let room = UnsafeMutableRawBufferPointer(start: memory + have, count: header.size + 1 - have)
        let (count, outcome) = inflater.fill(room)
        have += count
        if outcome == .broken { throw LooseFailure.malformed("the object's compressed data are broken") }
        guard have <= header.size else { throw wrongSize }
        isEnded = outcome == .ended
        if count == 0, !isEnded { throw LooseFailure.malformed("the object is cut off") }
      }
      guard have == header.size else { throw wrongSize }
      guard inflater.rest == 0 else { throw LooseFailure.malformed("there is something behind the object") }
    } catch {
      release(memory)
      throw error
    }
    memory.storeBytes(of: 0, toByteOffset: have, as: UInt8.self)
    return (header, memory)
  }

  private static let wrongSize = LooseFailure.malformed("the object does not have the size that it states")

  /// Inflates as much as a header may have.
  private static func withHead<R>(
    of inflater: inout Inflater,
    _ body: (UnsafeRawBufferPointer, Inflater.Outcome) throws(LooseFailure) -> R
  ) throws(LooseFailure) -> R {
    let head = UnsafeMutableRawBufferPointer.allocate(byteCount: headerBytes, alignment: 1)
    defer { head.deallocate() }
    let (count, outcome) = inflater.fill(head)
    if outcome == .broken { throw LooseFailure.malformed("the object's compressed data are broken") }
    return try body(UnsafeRawBufferPointer(rebasing: head[..<count]), outcome)
  }

  private static func header(in head: UnsafeRawBufferPointer) throws(LooseFailure) -> Header {
    let malformed = LooseFailure.malformed("the object has no header")
    guard let blank = head.firstIndex(of: UInt8(ascii: " ")), let end = head.firstIndex(of: 0), blank < end else {
      throw malformed
    }
    let digits = head[(blank + 1)..<end]
    // 18 digits fit into a number.
    guard (1...18).contains(digits.count), digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { throw malformed }
    let size = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    return Header(type: try type(head[..<blank], malformed), size: size, length: end + 1)
  }

  private static func type(_ name: Slice<UnsafeRawBufferPointer>, _ malformed: LooseFailure) throws(LooseFailure)
    -> git_object_t
  {
    switch String(decoding: name, as: UTF8.self) {
    case "commit": GIT_OBJECT_COMMIT
    case "tree": GIT_OBJECT_TREE
    case "blob": GIT_OBJECT_BLOB
    case "tag": GIT_OBJECT_TAG
    default: throw malformed
    }
  }
}
