import Glibc

/// Where clones of remote repositories are kept, and what plans found.
public enum CacheFolder {
  /// `$TENURE_CACHE/PART`, `$XDG_CACHE_HOME/tenure/PART`, else `~/.cache/tenure/PART`; nil where no variable says where.
  public static func standard(_ part: String = "repositories", environment: (String) -> String? = variable) -> String? {
    // The XDG specification has relative paths ignored.
    if let cache = environment("TENURE_CACHE"), cache.hasPrefix("/") { return "\(cache)/\(part)" }
    if let cache = environment("XDG_CACHE_HOME"), cache.hasPrefix("/") { return "\(cache)/tenure/\(part)" }
    if let home = environment("HOME"), home.hasPrefix("/") { return "\(home)/.cache/tenure/\(part)" }
    return nil
  }

  /// A variable of the process's environment.
  public static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// Makes the folder and its parents, for this user alone: clones may be of private repositories.
  static func make(_ path: String) throws(GitError) {
    var end = path.startIndex
    while end != path.endIndex {
      end = path[path.index(after: end)...].firstIndex(of: "/") ?? path.endIndex
      let part = String(path[..<end])
      if mkdir(part, 0o700) != 0, errno != EEXIST, errno != EISDIR, !exists(part) {
        throw GitError(
          errno == EACCES || errno == EROFS ? .permission : .other,
          "cannot make the cache folder '\(part)': \(systemError())",
          hint: "name another with TENURE_CACHE")
      }
    }
  }

  /// Absolute, with symbolic links followed; nil where there is nothing.
  static func realPath(_ path: String) -> String? {
    guard let found = realpath(path, nil) else { return nil }
    defer { free(found) }
    return String(cString: found)
  }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Removes what is there, folder or file; a symbolic link itself, never what it points to.
  static func remove(_ path: String) {
    if let folder = FileDescriptor(open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) {
      for name in folder.names() ?? [] { remove("\(path)/\(String(decoding: name, as: UTF8.self))") }
      rmdir(path)
    } else {
      unlink(path)
    }
  }

  /// Removes the lock files and half-received packs of a fetch that was killed. To be called under the clone's lock,
  /// when nothing else can be writing.
  static func sweep(_ clone: String) {
    for name in ["HEAD.lock", "config.lock", "packed-refs.lock"] { unlink("\(clone)/\(name)") }
    sweep(folder: "\(clone)/refs", recursively: true) { $0.hasSuffix(".lock") }
    sweep(folder: "\(clone)/objects/pack", recursively: false) { $0.hasPrefix("pack_git2_") }
  }

  private static func sweep(folder path: String, recursively: Bool, _ isLeftover: (String) -> Bool) {
    guard let folder = FileDescriptor(open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) else { return }
    for bytes in folder.names() ?? [] {
      let name = String(decoding: bytes, as: UTF8.self)
      if isLeftover(name) {
        unlink("\(path)/\(name)")
      } else if recursively {
        sweep(folder: "\(path)/\(name)", recursively: true, isLeftover)
      }
    }
  }
}

/// An advisory lock on a file, held by one process and one thread at a time.
enum FileLock {
  /// Runs `body` under the lock. Waits for it up to `seconds`; `shouldWait` is asked ten times a second.
  static func hold(
    _ path: String, seconds: Int = 600, shouldWait: () -> Bool, _ body: () throws(GitError) -> Void
  ) throws(GitError) {
    guard let file = FileDescriptor(open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)) else {
      throw GitError(
        errno == EACCES || errno == EROFS ? .permission : .other, "cannot lock '\(path)': \(systemError())",
        hint: "the cache folder must be writable")
    }
    var tries = seconds * 10
    while flock(file.value, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR else {
        throw GitError(.other, "cannot lock '\(path)': \(systemError())")
      }
      guard shouldWait() else { throw GitError(.cancelled, "the fetch was stopped") }
      tries -= 1
      if tries <= 0 {
        throw GitError(
          .locked, "another process holds '\(path)'", hint: "it is fetching the same repository; try later")
      }
      usleep(100_000)
    }
    defer { flock(file.value, LOCK_UN) }
    try body()
  }
}
