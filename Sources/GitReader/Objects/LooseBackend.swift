import CLibGit2

/// Gives ``LooseFolder`` to libgit2, in the place of its own reader of loose objects.
enum LooseBackend {
  /// The object database that gets it frees it.
  static func make(_ folder: LooseFolder) -> UnsafeMutablePointer<git_odb_backend> {
    let made = UnsafeMutablePointer<tenure_git_backend>.allocate(capacity: 1)
    made.initialize(to: tenure_git_backend())
    made.pointee.context = Unmanaged.passRetained(folder).toOpaque()
    return UnsafeMutableRawPointer(made).withMemoryRebound(to: git_odb_backend.self, capacity: 1) { backend in
      git_odb_init_backend(backend, UInt32(GIT_ODB_BACKEND_VERSION))
      backend.pointee.read = read
      backend.pointee.read_prefix = readPrefix
      backend.pointee.read_header = readHeader
      backend.pointee.exists = exists
      backend.pointee.exists_prefix = existsPrefix
      backend.pointee.free = free
      return backend
    }
  }

  private typealias Backend = UnsafeMutablePointer<git_odb_backend>

  private static func folder(of backend: Backend?) -> LooseFolder? {
    guard let backend else { return nil }
    return UnsafeMutableRawPointer(backend).assumingMemoryBound(to: tenure_git_backend.self).pointee.context.map {
      Unmanaged<LooseFolder>.fromOpaque($0).takeUnretainedValue()
    }
  }

  /// Runs `body` on the folder and the id, and turns what it throws into libgit2's code and text.
  private static func answer(
    _ backend: Backend?, _ id: UnsafePointer<git_oid>?,
    _ body: (LooseFolder, git_oid) throws(LooseFailure) -> Void
  ) -> Int32 {
    guard let folder = folder(of: backend), let id else { return GIT_ERROR.rawValue }
    do throws(LooseFailure) {
      try body(folder, id.pointee)
      return GIT_OK.rawValue
    } catch {
      switch error {
      case .missing: return GIT_ENOTFOUND.rawValue
      case .ambiguous: return GIT_EAMBIGUOUS.rawValue
      case .malformed(let message):
        git_error_set_str(Int32(GIT_ERROR_ODB.rawValue), message)
        return GIT_ERROR.rawValue
      }
    }
  }

  /// Reads the object into memory that libgit2 takes over.
  private static func read(
    _ folder: LooseFolder, _ id: git_oid, _ backend: Backend?, _ data: UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
    _ size: UnsafeMutablePointer<Int>?, _ type: UnsafeMutablePointer<git_object_t>?
  ) throws(LooseFailure) {
    let (header, bytes) = try folder.read(
      id, allocate: { git_odb_backend_data_alloc(backend, $0) },
      release: { git_odb_backend_data_free(backend, $0) })
    data?.pointee = bytes
    size?.pointee = header.size
    type?.pointee = header.type
  }

  private static let read:
    @convention(c) (
      UnsafeMutablePointer<UnsafeMutableRawPointer?>?, UnsafeMutablePointer<Int>?, UnsafeMutablePointer<git_object_t>?,
      Backend?, UnsafePointer<git_oid>?
    ) -> Int32 = { data, size, type, backend, id in
      answer(backend, id) { folder, id throws(LooseFailure) in
        try read(folder, id, backend, data, size, type)
      }
    }

  private static let readPrefix:
    @convention(c) (
      UnsafeMutablePointer<git_oid>?, UnsafeMutablePointer<UnsafeMutableRawPointer?>?, UnsafeMutablePointer<Int>?,
      UnsafeMutablePointer<git_object_t>?, Backend?, UnsafePointer<git_oid>?, Int
    ) -> Int32 = { found, data, size, type, backend, start, digits in
      answer(backend, start) { folder, start throws(LooseFailure) in
        let id = try folder.find(start, digits: digits)
        try read(folder, id, backend, data, size, type)
        found?.pointee = id
      }
    }

  private static let readHeader:
    @convention(c) (
      UnsafeMutablePointer<Int>?, UnsafeMutablePointer<git_object_t>?, Backend?, UnsafePointer<git_oid>?
    ) -> Int32 = { size, type, backend, id in
      answer(backend, id) { folder, id throws(LooseFailure) in
        let header = try folder.header(of: id)
        size?.pointee = header.size
        type?.pointee = header.type
      }
    }

  private static let exists: @convention(c) (Backend?, UnsafePointer<git_oid>?) -> Int32 = { backend, id in
    guard let folder = folder(of: backend), let id else { return 0 }
    return folder.contains(id.pointee) ? 1 : 0
  }

  private static let existsPrefix:
    @convention(c) (UnsafeMutablePointer<git_oid>?, Backend?, UnsafePointer<git_oid>?, Int) -> Int32 = {
      found, backend, start, digits in
      answer(backend, start) { folder, start throws(LooseFailure) in
        let id = try folder.find(start, digits: digits)
        found?.pointee = id
      }
    }

  private static let free: @convention(c) (Backend?) -> Void = { backend in
    guard let backend else { return }
    let made = UnsafeMutableRawPointer(backend).assumingMemoryBound(to: tenure_git_backend.self)
    if let context = made.pointee.context { Unmanaged<LooseFolder>.fromOpaque(context).release() }
    made.deallocate()
  }
}
