import CLibGit2
import Glibc

/// How far a fetch is. `totalObjects` is 0 until the server says it.
public struct FetchProgress: Hashable, Sendable {
  public var receivedObjects: Int
  public var totalObjects: Int
  public var receivedBytes: Int
}

extension GitRepository {
  /// The repository at `url`, through a bare mirror in `cacheFolder` (nil: ``CacheFolder/standard(environment:)``),
  /// which is cloned the first time and fetched every time: all references of the server, those it deleted gone, those
  /// it forced over followed, and `HEAD` on the server's default branch.
  ///
  /// Processes and threads that share a cache folder take turns by a lock file. The first clone is made beside its
  /// place and renamed, and what a killed fetch left is swept by the next: the mirror is never half there.
  ///
  /// Credentials come from the URL, from `TENURE_GIT_USERNAME` and `TENURE_GIT_PASSWORD`, or for ssh from the agent and
  /// the default key files without passphrase; none is written to disk. `progress` may return false to stop.
  ///
  /// - Parameter takesCredentials: whether whoever runs this named the server. Another one is given credentials only
  ///   where `TENURE_GIT_HOST` names it; none is given them along a redirect.
  public static func openOrFetch(
    url: RemoteURL, takesCredentials: Bool = false, cacheFolder: String? = nil,
    progress: @escaping (FetchProgress) -> Bool = { _ in true }
  ) throws(GitError) -> GitRepository {
    Library.start
    guard let cache = cacheFolder ?? CacheFolder.standard() else {
      throw GitError(.invalidArgument, "no folder for cached repositories", hint: "set HOME or XDG_CACHE_HOME")
    }
    try CacheFolder.make(cache)
    let mirror = "\(cache)/\(url.cacheName)"
    let access = takesCredentials || GitHosts.named.contains(url) ? RemoteAccess.full : .withheld(.unnamedHost)
    let begun = FetchProgress(receivedObjects: 0, totalObjects: 0, receivedBytes: 0)
    let update = { () throws(GitError) in
      if CacheFolder.exists(mirror + "/HEAD") {
        CacheFolder.sweep(mirror)
        try MirrorSettings.restore(in: mirror)
      }
      if let handle = try? RepositoryHandle(path: mirror, search: false) {
        try handle.fetch(url, access, progress)
      } else {
        try clone(url, to: mirror, access, progress)
      }
    }
    try FileLock.hold(mirror + ".lock", shouldWait: { progress(begun) }, update)
    return GitRepository(try RepositoryHandle(path: mirror, search: false))
  }

  private static func clone(
    _ url: RemoteURL, to mirror: String, _ access: RemoteAccess, _ progress: @escaping (FetchProgress) -> Bool
  ) throws(GitError) {
    let partial = mirror + ".partial"
    CacheFolder.remove(partial)
    do throws(GitError) {
      _ = try Owned(git_repository_free, "cannot make '\(partial)'") { git_repository_init(&$0, partial, 1) }
      try RepositoryHandle(path: partial, search: false).fetch(url, access, progress)
    } catch {
      CacheFolder.remove(partial)
      throw error
    }
    // What is in the place, if anything, is no repository any more.
    CacheFolder.remove(mirror)
    guard rename(partial, mirror) == 0 else {
      throw GitError(.other, "cannot move the clone to '\(mirror)': \(systemError())")
    }
  }
}

extension RepositoryHandle {
  /// Makes this bare repository a mirror of the one at `url`.
  fileprivate func fetch(
    _ url: RemoteURL, _ access: RemoteAccess, _ progress: @escaping (FetchProgress) -> Bool
  ) throws(GitError) {
    let session = FetchSession(access, environment: CacheFolder.variable, progress: progress)
    do throws(GitError) {
      try fetch(url, session)
    } catch {
      if session.wasStopped { throw GitError(.cancelled, "the fetch of \(url) was stopped") }
      // libgit2 asks for credentials without saying for whom: on the way to another server there are none.
      if error.isRedirectElsewhere, !access.followsRedirects {
        return try fetch(url, .withheld(.redirect), progress)
      }
      throw session.refusal(of: url) ?? error.remote(of: url)
    }
    withExtendedLifetime(session) {}
  }

  private func fetch(_ url: RemoteURL, _ session: FetchSession) throws(GitError) {
    let purpose = "cannot fetch \(url)"
    // Anonymous: a named remote would put the URL, and a password in it, into the mirror's configuration.
    let remote = try Owned(git_remote_free, purpose) {
      git_remote_create_anonymous(
        &$0, repository.pointer, session.access.followsRedirects ? url.anonymous : url.full)
    }
    var options = git_fetch_options()
    try check(git_fetch_options_init(&options, UInt32(GIT_FETCH_OPTIONS_VERSION)), purpose)
    options.callbacks = try session.callbacks()
    options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE
    options.update_fetchhead = 0
    options.proxy_opts.type = GIT_PROXY_AUTO
    options.follow_redirects =
      session.access.followsRedirects ? GIT_REMOTE_REDIRECT_INITIAL : GIT_REMOTE_REDIRECT_NONE
    var connection = git_remote_connect_options()
    try check(
      git_remote_connect_options_init(&connection, UInt32(GIT_REMOTE_CONNECT_OPTIONS_VERSION)), purpose)
    connection.callbacks = options.callbacks
    connection.proxy_opts = options.proxy_opts
    connection.follow_redirects = options.follow_redirects
    try check(git_remote_connect_ext(remote.pointer, GIT_DIRECTION_FETCH, &connection), purpose)
    try download(remote, &options, purpose)
    // Pruned before updated, unlike git_remote_fetch: a deleted branch `a` must be gone before `a/b` can be made.
    try check(git_remote_prune(remote.pointer, &options.callbacks), purpose)
    try check(
      git_remote_update_tips(remote.pointer, &options.callbacks, 0, GIT_REMOTE_DOWNLOAD_TAGS_NONE, nil), purpose)
    try followHead(of: remote, purpose)
    git_remote_disconnect(remote.pointer)
    try check(git_odb_refresh(objects.pointer), purpose)
  }

  private func download(_ remote: borrowing Owned, _ options: inout git_fetch_options, _ purpose: String)
    throws(GitError)
  {
    // HEAD too, for a server whose HEAD is on no branch: else its commit would not come along.
    var strings = [strdup("+refs/*:refs/*"), strdup("+HEAD:refs/tenure/HEAD")]
    defer { for string in strings { free(string) } }
    let code = strings.withUnsafeMutableBufferPointer { buffer in
      var list = git_strarray(strings: buffer.baseAddress, count: buffer.count)
      return git_remote_download(remote.pointer, &list, &options)
    }
    try check(code, purpose)
  }

  /// References do not include HEAD: it is set by hand, to the branch that the server names, or to its commit where it
  /// is on none.
  private func followHead(of remote: borrowing Owned, _ purpose: String) throws(GitError) {
    var name = git_buf()
    defer { git_buf_dispose(&name) }
    if git_remote_default_branch(&name, remote.pointer) == 0, let branch = name.ptr {
      _ = try Owned(git_reference_free, purpose) {
        git_reference_symbolic_create(&$0, repository.pointer, "HEAD", branch, 1, nil)
      }
      return
    }
    var (heads, count) = (UnsafeMutablePointer<UnsafePointer<git_remote_head>?>?.none, 0)
    try check(git_remote_ls(&heads, &count, remote.pointer), purpose)
    if count > 0, let head = heads?[0]?.pointee, String(cString: head.name) == "HEAD" {
      var id = head.oid
      try check(git_repository_set_head_detached(repository.pointer, &id), purpose)
    }
  }
}

extension GitError {
  /// Seen from the network: what libgit2 has no better word for is a failure to reach the repository.
  fileprivate func remote(of url: RemoteURL) -> GitError {
    switch code {
    case .other, .missingObject, .corruptObject, .notARepository, .network:
      GitError(.network, message, hint: hint ?? "check the URL, the network, and that this user may read \(url)")
    case .unknownRef, .unborn, .invalidArgument, .authentication, .permission, .locked, .cancelled: self
    }
  }
}
