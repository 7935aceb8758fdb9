import CLibGit2

extension GitRepository {
  /// The bytes of a file by its object id; nil for one that is larger than the limit.
  public func blob(_ id: String, limits: SnapshotLimits = .init()) throws(GitError) -> [UInt8]? {
    let id = try git_oid(hex: id)
    return try read { (handle) throws(GitError) -> [UInt8]? in
      var id = id
      var (size, type) = (0, GIT_OBJECT_INVALID)
      try check(git_odb_read_header(&size, &type, handle.objects.pointer, &id), "cannot read file \(id.hex)")
      guard type == GIT_OBJECT_BLOB, size <= limits.fileBytes else { return nil }
      let blob = try Owned(git_odb_object_free, "cannot read file \(id.hex)") {
        git_odb_read(&$0, handle.objects.pointer, &id)
      }
      return Array(
        UnsafeRawBufferPointer(start: git_odb_object_data(blob.pointer), count: git_odb_object_size(blob.pointer)))
    }
  }

  /// Calls `body` with the bytes of each object, which live only as long as the call.
  ///
  /// - Parameter ids: of blobs, 40 hexadecimal digits each; `body` gets the position in them.
  public func forEachBlob(_ ids: [String], _ body: (Int, UnsafeRawBufferPointer) -> Void) throws(GitError) {
    try read { (handle) throws(GitError) in
      for (index, hex) in ids.enumerated() {
        var id = try git_oid(hex: hex)
        let blob = try Owned(git_odb_object_free, "cannot read \(hex)") {
          git_odb_read(&$0, handle.objects.pointer, &id)
        }
        body(
          index,
          UnsafeRawBufferPointer(
            start: git_odb_object_data(blob.pointer), count: git_odb_object_size(blob.pointer)))
      }
    }
  }
}
