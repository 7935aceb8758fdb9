import GitReader

/// Two commits to compare: `BASE..HEAD` as they are, `BASE...HEAD` from what they have in common.
public struct Span: Hashable, Sendable {
  /// As given.
  public var text: String
  public var base: String
  public var head: String
  public var fromMergeBase: Bool

  /// Nil where the text is no range. A side that is left out is `HEAD`.
  public init?(_ text: String) {
    guard let dots = text.firstRange(of: "..") else { return nil }
    let isSymmetric = text[dots.upperBound...].hasPrefix(".")
    let (left, right) = (text[..<dots.lowerBound], text[dots.upperBound...].dropFirst(isSymmetric ? 1 : 0))
    guard !left.isEmpty || !right.isEmpty, !right.hasPrefix("."), !right.contains("..") else { return nil }
    self.text = text
    base = left.isEmpty ? "HEAD" : String(left)
    head = right.isEmpty ? "HEAD" : String(right)
    fromMergeBase = isSymmetric
  }

  /// The ids of both commits.
  /// - Throws: what is missing and how to fetch it, in a shallow clone too.
  public func resolve(in repository: GitRepository) throws -> (base: String, head: String) {
    let head = try commit(self.head, in: repository)
    let base = try commit(self.base, in: repository)
    guard fromMergeBase, base != head else { return (base, head) }
    let common: String?
    if repository.isShallow {
      // Where one contains the other, that is known without what lies before it.
      if try repository.ancestry(of: base, in: head) == .contained {
        common = base
      } else if try repository.ancestry(of: head, in: base) == .contained {
        common = head
      } else {
        // A missing parent is an error here, and an end where the clone knows of its cut: neither says that there is none.
        common = try? repository.mergeBase(base, head)
      }
      guard common != nil else {
        throw GitError.cutHistory("cannot tell what \(self.base) and \(self.head) have in common")
      }
    } else {
      common = try repository.mergeBase(base, head)
    }
    guard let common else {
      throw GitError(
        .unknownRef, "\(self.base) and \(self.head) have no commit in common", hint: "compare them with two dots")
    }
    return (common, head)
  }

  private func commit(_ ref: String, in repository: GitRepository) throws -> String {
    guard repository.isShallow else { return try repository.resolve(ref: ref) }
    do {
      return try repository.resolve(ref: ref)
    } catch {
      guard [.unknownRef, .missingObject].contains(error.code) else { throw error }
      throw GitError(
        error.code, "\(error.message) in this shallow clone",
        hint: ref.contains(where: { "~^@".contains($0) })
          ? "git fetch --unshallow, or in CI fetch-depth: 0"
          : "git fetch origin \(ref) gets that commit alone; git fetch --unshallow, or fetch-depth: 0, all of them")
    }
  }
}

extension GitError {
  /// History ends where a clone was made shallow.
  static func cutHistory(_ what: String) -> GitError {
    GitError(
      .missingObject, "\(what): this clone is shallow, its history is cut off",
      hint: "git fetch --unshallow, or in CI fetch-depth: 0")
  }
}
