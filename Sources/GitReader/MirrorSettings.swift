import Glibc

/// What a mirror says of itself. It is always the same: whoever may write the cache could else name another server or a
/// proxy there (`url.….insteadOf`, `http.proxy`), which would be given the credentials, or hide parents of commits.
enum MirrorSettings {
  private static let text = Array("[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n".utf8)

  /// Files of a repository that no mirror has: another folder's settings, a cut-off history, and what git remembers of
  /// parents.
  private static let strays = [
    "commondir", "gitdir", "config.worktree", "shallow", "objects/info/commit-graph", "objects/info/commit-graphs",
  ]

  /// To be called under the mirror's lock, before it is opened.
  static func restore(in mirror: String) throws(GitError) {
    for name in strays { CacheFolder.remove("\(mirror)/\(name)") }
    let path = "\(mirror)/config"
    if let file = FileDescriptor(open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)),
      file.read(atMost: text.count + 1, expecting: text.count) == text
    {
      return
    }
    // Moved into its place: another process may be reading the mirror.
    let new = path + ".new"
    CacheFolder.remove(new)
    guard let file = FileDescriptor(open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)),
      write(file.value, text, text.count) == text.count, rename(new, path) == 0
    else {
      throw GitError(
        errno == EACCES || errno == EROFS ? .permission : .other, "cannot write '\(path)': \(systemError())",
        hint: "the cache folder must be writable")
    }
  }
}
