import CZlib
import Glibc

/// Decompresses one zlib stream, never beyond the memory that it is given.
struct Inflater: ~Copyable {
  enum Outcome {
    /// The buffer is full, or the input is used up: more of the stream is to come.
    case goesOn
    case ended
    case broken
  }

  // zlib's own state points back to it: it must not move.
  private let stream: UnsafeMutablePointer<z_stream>
  private let isReady: Bool

  /// `input` must outlive this.
  init(_ input: UnsafeRawBufferPointer) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    stream.pointee.next_in = UnsafeMutablePointer(
      mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
    stream.pointee.avail_in = UInt32(clamping: input.count)
    isReady = inflateInit_(stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
  }

  deinit {
    if isReady { inflateEnd(stream) }
    stream.deallocate()
  }

  /// Bytes of the input that are not used.
  var rest: Int { Int(stream.pointee.avail_in) }

  /// Fills the buffer as far as the input goes.
  mutating func fill(_ buffer: UnsafeMutableRawBufferPointer) -> (count: Int, outcome: Outcome) {
    guard isReady else { return (0, .broken) }
    stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = UInt32(clamping: buffer.count)
    let code = inflate(stream, Z_SYNC_FLUSH)
    let count = buffer.count - Int(stream.pointee.avail_out)
    switch code {
    case Z_STREAM_END: return (count, .ended)
    // No progress: the input is cut off, or the buffer full.
    case Z_OK, Z_BUF_ERROR: return (count, .goesOn)
    default: return (count, .broken)
    }
  }
}
