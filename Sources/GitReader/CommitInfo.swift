import CLibGit2
import Model

/// What a commit says about itself.
public struct CommitInfo: Hashable, Sendable {
  /// 40 hexadecimal digits.
  public var id: String
  /// As committed: neither mailmap nor case are applied. Bytes that are not UTF-8 are replaced.
  public var authorName: String
  public var authorEmail: String
  public var committerName: String
  public var committerEmail: String
  /// When it was committed, not when authored.
  public var time: Instant
  public var parents: [String]
  public var message: String
  /// Of the message's last paragraph, in its order.
  public var trailers: [Trailer]

  /// The trailers are read from the message.
  public init(
    id: String, authorName: String, authorEmail: String, committerName: String, committerEmail: String, time: Instant,
    parents: [String], message: String
  ) {
    self.id = id
    self.authorName = authorName
    self.authorEmail = authorEmail
    self.committerName = committerName
    self.committerEmail = committerEmail
    self.time = time
    self.parents = parents
    self.message = message
    trailers = Trailer.parse(message)
  }

  public var isMerge: Bool { parents.count > 1 }

  /// The emails of `Approved-by:` and `Reviewed-by:` trailers, in their order, each once.
  public var approvers: [String] { emails(of: ["approved-by", "reviewed-by"]) }

  /// The emails of `Co-authored-by:` trailers, in their order, each once.
  public var coAuthors: [String] { emails(of: ["co-authored-by"]) }

  private func emails(of keys: Set<String>) -> [String] {
    var emails: [String] = []
    for trailer in trailers where keys.contains(trailer.key.lowercased()) {
      if let email = trailer.email, !emails.contains(email) { emails.append(email) }
    }
    return emails
  }
}

/// A `Key: value` line at the end of a commit message, by git's own rules (git-interpret-trailers).
public struct Trailer: Hashable, Sendable {
  /// As written; compare without case.
  public var key: String
  public var value: String

  public init(key: String, value: String) { (self.key, self.value) = (key, value) }

  /// The email of `Ada <ada@acme.example>` or of a bare `ada@acme.example`.
  public var email: String? {
    var text = Substring(value)
    if let open = value.lastIndex(of: "<") {
      guard let close = value[open...].firstIndex(of: ">") else { return nil }
      text = value[value.index(after: open)..<close]
    }
    let email = String(text.drop { $0 == " " })
    return Email.isValid(email) ? email : nil
  }

  /// The trailers of a commit message.
  public static func parse(_ message: String) -> [Trailer] {
    Library.start
    var list = git_message_trailer_array()
    guard git_message_trailers(&list, message) == 0 else { return [] }
    defer { git_message_trailer_array_free(&list) }
    return (0..<list.count).map {
      Trailer(key: String(cString: list.trailers[$0].key), value: String(cString: list.trailers[$0].value))
    }
  }
}

extension RepositoryHandle {
  func info(_ id: git_oid) throws(GitError) -> CommitInfo {
    let commit = try commit(id)
    guard let author = git_commit_author(commit.pointer), let committer = git_commit_committer(commit.pointer) else {
      throw GitError(.corruptObject, "commit \(id.hex) has no author", hint: GitError.corruptHint)
    }
    let message = git_commit_message(commit.pointer).map { String(cString: $0) } ?? ""
    return CommitInfo(
      id: id.hex, authorName: String(cString: author.pointee.name), authorEmail: String(cString: author.pointee.email),
      committerName: String(cString: committer.pointee.name), committerEmail: String(cString: committer.pointee.email),
      time: Instant(seconds: min(max(git_commit_time(commit.pointer), -1 << 40), 1 << 40)),
      parents: (0..<git_commit_parentcount(commit.pointer)).compactMap {
        git_commit_parent_id(commit.pointer, $0)?.pointee.hex
      },
      message: message)
  }
}
