import CLibGit2

extension GitRepository {
  /// The bytes of a file by its object id; nil for one that is larger than the limit.
  public func blob(_ id: String, limits: SnapshotLimits = .init()) throws(GitError) -> [UInt8]? {
    let id = try git_oid(hex: id)
    return try read { (handle) throws(GitError) -> [UInt8]? in
      guard try handle.size(of: id, as: GIT_OBJECT_BLOB, "cannot read file \(id.hex)") <= limits.fileBytes else {
        return nil
      }
      return try handle.withBlob(id, "cannot read file \(id.hex)") { Array($0) }
    }
  }

  /// Calls `body` with the bytes of each object, which live only as long as the call.
  ///
  /// - Parameter ids: of blobs, 40 hexadecimal digits each; `body` gets the position in them.
  public func forEachBlob(_ ids: [String], _ body: (Int, UnsafeRawBufferPointer) -> Void) throws(GitError) {
    try read { (handle) throws(GitError) in
      for (index, hex) in ids.enumerated() {
        try handle.withBlob(try git_oid(hex: hex), "cannot read \(hex)") { body(index, $0) }
      }
    }
  }
}
