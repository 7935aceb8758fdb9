import CLibGit2

/// An object id that can be looked up.
struct ObjectKey: Hashable {
  private var words: (UInt64, UInt64, UInt32) = (0, 0, 0)

  init(_ id: git_oid) {
    var id = id
    withUnsafeBytes(of: &id) { bytes in
      words = (
        bytes.loadUnaligned(as: UInt64.self), bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
        bytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self)
      )
    }
  }

  static func == (a: ObjectKey, b: ObjectKey) -> Bool { a.words == b.words }
  func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}
