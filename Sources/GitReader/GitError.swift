import CLibGit2

/// Why a repository could not be read.
public struct GitError: Error, Hashable, Sendable {
  public enum Code: String, Sendable, CaseIterable {
    case notARepository = "not-a-repository"
    case unknownRef = "unknown-ref"
    /// A branch without a first commit.
    case unborn = "unborn-branch"
    /// A folder, ref, id or URL that cannot be one.
    case invalidArgument = "invalid-argument"
    case network
    case authentication
    /// A commit, tree or file that this clone does not hold.
    case missingObject = "missing-object"
    case corruptObject = "corrupt-object"
    case permission
    /// Another process keeps the cached clone locked.
    case locked
    /// The caller stopped a fetch.
    case cancelled
    case other
  }

  public var code: Code
  /// What went wrong, in one sentence.
  public var message: String
  /// What to do about it; nil where the message says it all.
  public var hint: String?

  public init(_ code: Code, _ message: String, hint: String? = nil) {
    (self.code, self.message, self.hint) = (code, message, hint)
  }
}

extension GitError: CustomStringConvertible {
  public var description: String { hint.map { "\(message) (\($0))" } ?? message }
}

extension GitError {
  /// The error that libgit2 left behind on this thread, after a call for `purpose` ("cannot read commit …") gave `code`.
  init(libgit2 code: Int32, _ purpose: String) {
    var detail = "error \(code)"
    var kind = GIT_ERROR_NONE
    if let last = git_error_last() {
      if let text = last.pointee.message { detail = String(cString: text) }
      kind = git_error_t(rawValue: UInt32(max(0, last.pointee.klass)))
    }
    let message = "\(purpose): \(detail)"
    switch code {
    case GIT_EAUTH.rawValue:
      self.init(.authentication, message, hint: GitError.authenticationHint)
    case GIT_ECERTIFICATE.rawValue:
      self.init(
        .network, message, hint: "trust the server first: its certificate, or for ssh its key in ~/.ssh/known_hosts")
    case GIT_EMISMATCH.rawValue:
      self.init(.corruptObject, message, hint: GitError.corruptHint)
    case GIT_ENOTFOUND.rawValue where kind == GIT_ERROR_ODB || kind == GIT_ERROR_NONE:
      self.init(.missingObject, message, hint: GitError.missingHint)
    default:
      // libgit2 has no code for it; the text is strerror's.
      if detail.contains("Permission denied") {
        self.init(.permission, message, hint: "let this user read the repository, and write the cache folder")
        return
      }
      switch kind {
      case GIT_ERROR_NET, GIT_ERROR_HTTP, GIT_ERROR_SSH, GIT_ERROR_SSL: self.init(.network, message)
      case GIT_ERROR_ZLIB, GIT_ERROR_OBJECT, GIT_ERROR_TREE, GIT_ERROR_SHA, GIT_ERROR_ODB:
        self.init(.corruptObject, message, hint: GitError.corruptHint)
      default: self.init(.other, message)
      }
    }
  }

  /// What libgit2 says of a repository in a format that it does not know; nil where it said something else.
  static func unknownFormat(_ path: String) -> GitError? {
    guard let said = git_error_last()?.pointee.message.map({ String(cString: $0) }),
      said.hasPrefix("unsupported extension name") || said.hasPrefix("unsupported repository version")
    else { return nil }
    return GitError(
      .other, "cannot read the repository at '\(path)': \(said)",
      hint: "it is in a newer format of git's; name a clone of it with --repo: git clone writes the older one")
  }

  /// libgit2 has no code for a server that sends to another one.
  var isRedirectElsewhere: Bool { message.contains("cannot redirect from '") }

  static let authenticationHint =
    "for https set TENURE_GIT_USERNAME and TENURE_GIT_PASSWORD (a token), for ssh load a key into the agent"
  static let corruptHint = "run git fsck; a fresh clone mends what the server still has"
  static let missingHint = "fetch it; a shallow or partial clone lacks history (git fetch --unshallow, fetch-depth: 0)"
}
