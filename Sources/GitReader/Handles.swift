import CLibGit2

/// The one place that starts libgit2 and sets its process-wide options. libgit2 is never shut down: it lives as long
/// as the process.
enum Library {
  static let start: Void = {
    git_libgit2_init()
    // git refuses repositories of other users because their configuration can name programs to run. Only objects and
    // references are read here, and libgit2 runs no hook, filter or helper for that; CI checks out as another user.
    _ = tenure_git_set_owner_validation(0)
    // On by default; said because it is meant: each object read is hashed again, so that a damaged or tampered object
    // database is an error instead of a plan.
    _ = tenure_git_enable_strict_hash_verification(1)
    _ = tenure_git_accept_extensions()
  }()
}

/// Owns one libgit2 object and frees it at the end of its own life.
struct Owned: ~Copyable {
  let pointer: OpaquePointer
  private let release: (OpaquePointer?) -> Void

  /// `make` fills in the pointer and returns libgit2's code.
  init(
    _ release: @escaping (OpaquePointer?) -> Void, _ purpose: @autoclosure () -> String,
    make: (inout OpaquePointer?) -> Int32
  ) throws(GitError) {
    var made: OpaquePointer?
    let code = make(&made)
    guard code >= 0, let made else { throw GitError(libgit2: code, purpose()) }
    (pointer, self.release) = (made, release)
  }

  deinit { release(pointer) }
}

/// Turns libgit2's code of a call that is not about making an object into an error.
@discardableResult
func check(_ code: Int32, _ purpose: @autoclosure () -> String) throws(GitError) -> Int32 {
  guard code >= 0 else { throw GitError(libgit2: code, purpose()) }
  return code
}

extension git_oid {
  /// 40 hexadecimal digits.
  init(hex: String) throws(GitError) {
    self.init()
    guard hex.utf8.count == 40, git_oid_fromstr(&self, hex) == 0 else {
      throw GitError(.invalidArgument, "'\(hex)' is not an object id", hint: "an id has 40 hexadecimal digits")
    }
  }

  var hex: String {
    var id = self
    return String(unsafeUninitializedCapacity: 40) { buffer in
      buffer.withMemoryRebound(to: CChar.self) { _ = git_oid_nfmt($0.baseAddress, 40, &id) }
      return 40
    }
  }
}
