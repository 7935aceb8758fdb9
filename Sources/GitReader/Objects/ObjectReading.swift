import CLibGit2

/// Every object that is read by name is asked first what it is and how large: a few bytes may state gigabytes.
extension RepositoryHandle {
  func contains(_ id: git_oid) -> Bool {
    var id = id
    return git_odb_exists(objects.pointer, &id) == 1
  }

  func contains(commit id: git_oid) -> Bool {
    (try? header(of: id, "cannot read commit \(id.hex)"))?.type == GIT_OBJECT_COMMIT
  }

  /// The size of an object that must be of this type.
  func size(of id: git_oid, as type: git_object_t, _ purpose: @autoclosure () -> String) throws(GitError) -> Int {
    let (found, size) = try header(of: id, purpose())
    guard found == type else {
      // A pack may state a type that has no name.
      let names = [found, type].map { String(cString: git_object_type2string($0)) }
      let actual = names[0].isEmpty ? "of no known type" : "a \(names[0])"
      throw GitError(.corruptObject, "\(purpose()): it is \(actual), not a \(names[1])", hint: GitError.corruptHint)
    }
    return size
  }

  /// The bytes of a blob, which live only as long as the call.
  func withBlob<R>(
    _ id: git_oid, _ purpose: @autoclosure () -> String, _ body: (UnsafeRawBufferPointer) -> R
  ) throws(GitError) -> R {
    try check(id, as: GIT_OBJECT_BLOB, purpose())
    var id = id
    let blob = try Owned(git_odb_object_free, purpose()) { git_odb_read(&$0, objects.pointer, &id) }
    return body(
      UnsafeRawBufferPointer(start: git_odb_object_data(blob.pointer), count: git_odb_object_size(blob.pointer)))
  }

  func tree(_ id: git_oid) throws(GitError) -> Owned {
    try check(id, as: GIT_OBJECT_TREE, "cannot read folder \(id.hex)")
    var id = id
    return try Owned(git_tree_free, "cannot read folder \(id.hex)") { git_tree_lookup(&$0, repository.pointer, &id) }
  }

  func commit(_ id: git_oid) throws(GitError) -> Owned {
    try check(id, as: GIT_OBJECT_COMMIT, "cannot read commit \(id.hex)")
    var id = id
    return try Owned(git_commit_free, "cannot read commit \(id.hex)") {
      git_commit_lookup(&$0, repository.pointer, &id)
    }
  }

  private func check(_ id: git_oid, as type: git_object_t, _ purpose: @autoclosure () -> String) throws(GitError) {
    let size = try size(of: id, as: type, purpose())
    guard size <= ObjectLimits.bytes else {
      throw GitError(
        .corruptObject, "\(purpose()): the object states \(size) bytes, more than \(ObjectLimits.bytes)",
        hint: GitError.corruptHint)
    }
  }

  private func header(of id: git_oid, _ purpose: @autoclosure () -> String) throws(GitError) -> (
    type: git_object_t, size: Int
  ) {
    var id = id
    var (size, type) = (0, GIT_OBJECT_INVALID)
    try GitReader.check(git_odb_read_header(&size, &type, objects.pointer, &id), purpose())
    return (type, size)
  }
}
