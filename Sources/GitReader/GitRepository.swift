import CLibGit2
import Synchronization

/// A git repository, read through libgit2: no checkout, no `git` program, nothing written to it.
///
/// Calls block on disk (and, for ``openOrFetch(url:takesCredentials:cacheFolder:progress:)``, on the network): make them off the
/// cooperative thread pool. Calls from several threads take turns, since a libgit2 handle serves one at a time.
public final class GitRepository: Sendable {
  /// The root of the worktree, without a slash at the end; nil for a bare repository.
  public let root: String?
  /// The folder of the repository itself, `.git` or the bare folder; for a linked worktree its own part of it.
  public let gitFolder: String
  private let handle: Mutex<RepositoryHandle>

  init(_ handle: consuming sending RepositoryHandle) {
    root = git_repository_workdir(handle.repository.pointer).map { GitRepository.withoutSlash(String(cString: $0)) }
    gitFolder =
      git_repository_path(handle.repository.pointer).map { GitRepository.withoutSlash(String(cString: $0)) } ?? ""
    self.handle = Mutex(handle)
  }

  /// Opens the repository that `path` lies in: a folder of a worktree (linked ones too), or a bare repository.
  public static func open(at path: String) throws(GitError) -> GitRepository {
    GitRepository(try RepositoryHandle(path: path, search: true))
  }

  /// The root of the worktree that `path` lies in; nil where there is none.
  public static func discoverRoot(from path: String) -> String? { (try? open(at: path))?.root }

  /// Whether history was cut off when it was cloned: ancestors may be missing.
  public var isShallow: Bool { read { $0.isShallow } }

  /// Whether the commit is here at all, reachable or not.
  public func contains(commit id: String) -> Bool {
    guard let oid = try? git_oid(hex: id) else { return false }
    return read { $0.contains(commit: oid) }
  }

  /// Runs `body` while no other thread uses the handle.
  func read<R: Sendable, E: Error>(_ body: (borrowing RepositoryHandle) throws(E) -> R) throws(E) -> R {
    try handle.withLock { (handle: inout RepositoryHandle) throws(E) -> R in try body(handle) }
  }

  private static func withoutSlash(_ path: String) -> String {
    path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }
}

/// An open repository with its object database: the owner of both libgit2 handles.
struct RepositoryHandle: ~Copyable {
  let repository: Owned
  let objects: Owned

  init(path: String, search: Bool) throws(GitError) {
    Library.start
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw GitError(.invalidArgument, "'\(path)' is not a path")
    }
    let flags = search ? 0 : GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue
    var pointer: OpaquePointer?
    let code = git_repository_open_ext(&pointer, path, flags, nil)
    if code == GIT_ENOTFOUND.rawValue {
      throw GitError(
        .notARepository, "no git repository at '\(path)' or above it",
        hint: "run git init there, or name one with --repo")
    }
    if code < 0, let unknown = GitError.unknownFormat(path) { throw unknown }
    let repository = try Owned(git_repository_free, "cannot open the repository at '\(path)'") {
      $0 = pointer
      return code
    }
    objects = try ObjectDatabase.open(of: repository)
    self.repository = repository
  }

  var isShallow: Bool { git_repository_is_shallow(repository.pointer) == 1 }
}
