import GitReader
import Manifests
import Model

/// Commits as a proof names them: with their authors, and who approved them by trailer or by merging.
struct Introductions {
  /// The newest commit that is looked at for merges.
  let tip: String
  private var lines: [String: [String]] = [:]
  private var known: [OriginWalk.Origin: Introduction] = [:]

  init(tip: String) { self.tip = tip }

  mutating func introduction(
    _ origin: OriginWalk.Origin, in archive: PersonArchive
  ) throws -> Introduction {
    if let known = known[origin] { return known }
    guard let info = try archive.commit(origin.commit) else {
      throw GitError(
        .missingObject, "commit \(origin.commit) is not in this repository",
        hint: "git fetch --unshallow gets the whole history")
    }
    let author = info.authorEmail
    var approvers: [String] = []
    for email in info.approvers + (try merging(origin.commit, from: tip, archive))
    where email.emailKey != author.emailKey && !approvers.contains(email) {
      approvers.append(email)
    }
    let result = Introduction(
      commit: info.id, author: author, approvers: approvers, date: info.time,
      message: String(info.message.drop { $0.isWhitespace }.prefix { !$0.isNewline }), isCut: origin.isCut)
    known[origin] = result
    return result
  }

  /// The authors of the merges that brought the commit in beside their first parent, the outermost first.
  private mutating func merging(
    _ commit: String, from tip: String, _ archive: PersonArchive
  ) throws -> [String] {
    let line = try firstParents(of: tip, archive)
    // A line contains the commit down to the merge that brought it in: found by halving.
    var (low, high) = (0, line.count)
    while low < high {
      let middle = (low + high) / 2
      if try archive.contains(commit, in: line[middle]) { low = middle + 1 } else { high = middle }
    }
    guard low > 0, line[low - 1] != commit, let merge = try archive.commit(line[low - 1]) else { return [] }
    for parent in merge.parents.dropFirst() where try archive.contains(commit, in: parent) {
      return [merge.authorEmail] + (try merging(commit, from: parent, archive))
    }
    return [merge.authorEmail]
  }

  /// From the tip to the oldest, as far as this clone goes.
  private mutating func firstParents(of tip: String, _ archive: PersonArchive) throws -> [String] {
    if let line = lines[tip] { return line }
    var line: [String] = []
    var next: String? = tip
    while let id = next, let info = try archive.commit(id) {
      line.append(id)
      next = info.parents.first
    }
    lines[tip] = line
    return line
  }
}

extension PersonArchive {
  /// Whether the commit is an ancestor, as far as this clone can say.
  func contains(_ commit: String, in descendant: String) throws -> Bool {
    guard source.repository.contains(commit: commit), source.repository.contains(commit: descendant) else {
      return false
    }
    return try source.repository.isAncestor(commit, of: descendant)
  }
}

extension FoundStatement {
  /// What the line says.
  var text: String {
    let end = statement.expires.map { " until \($0)" } ?? ""
    switch statement.list {
    case .members: return "\(statement.written): \(statement.role ?? "")\(end)"
    case .owner: return "owner: \(statement.written)"
    case .group(_, let group): return "group \(group): \(statement.written)"
    }
  }

  var kind: ProofLink.Kind {
    switch statement.list {
    case .members: .entry
    case .owner: .owner
    case .group: .group
    }
  }
}
