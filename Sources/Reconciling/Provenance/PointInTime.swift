import GitReader
import Model

/// The commit that `--at` names, and the instant at which ends are judged.
///
/// Of the manifests; where a store has it, ``PastState`` says what was stored at a day or an instant.
///
/// | `--at`                      | commit                                                  | ends judged           |
/// |-----------------------------|---------------------------------------------------------|-----------------------|
/// | a branch, tag, commit       | that one                                                | at its committer date |
/// | `2026-01-31`                | the first on the ref's first-parent line, newest first, | at the end of the day |
/// | an RFC 3339 instant         | that is not younger                                     | then                  |
public struct PointInTime: Hashable, Sendable {
  public var commit: String
  public var instant: Instant

  public init(_ text: String, in source: DesiredSource) throws {
    guard let instant = Self.instant(text) else {
      commit = try source.repository.resolve(ref: text)
      self.instant = try source.repository.commit(commit).time
      return
    }
    var info = try source.repository.commit(try source.repository.resolve(ref: source.ref))
    while info.time > instant {
      guard let parent = info.parents.first else {
        throw GitError(
          .unknownRef, "no commit of \(source.ref) is as old as \(text): the first is of \(info.time)",
          hint: "name a later time, or a commit")
      }
      guard source.repository.contains(commit: parent) else { throw Self.cut(text, at: info) }
      info = try source.repository.commit(parent)
    }
    (commit, self.instant) = (info.id, instant)
  }

  public init(commit: String, instant: Instant) { (self.commit, self.instant) = (commit, instant) }

  /// The instant that is named, of a day its last millisecond: what ends «after that day» is still in force. Nil: the text
  /// names a commit.
  public static func instant(_ text: String) -> Instant? {
    Instant(rfc3339: text) ?? Instant(day: text).map { Instant(milliseconds: $0.milliseconds + 86_399_999) }
  }

  private static func cut(_ text: String, at info: CommitInfo) -> GitError {
    GitError(
      .missingObject,
      "this clone has no history before \(info.time) (commit \(info.id.prefix(12))), and \(text) is earlier",
      hint: "git fetch --unshallow gets the rest")
  }
}
