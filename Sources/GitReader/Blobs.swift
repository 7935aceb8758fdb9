import CLibGit2

extension GitRepository {
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
