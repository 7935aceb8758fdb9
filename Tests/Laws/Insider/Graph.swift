import Foundation

/// The commits of a history, as whoever made them knows them: none of it is read from git.
struct Graph {
  struct Commit {
    var id: String
    /// Positions; the first parent first.
    var parents: [Int]
    var edits: [Edit]
    /// What `edits` were made to: the parent's manifests, or those of all parents together.
    var before: Declared
    var after: Declared
    /// The author, and the co-authors.
    var authors: [String]
    /// Whom a trailer names.
    var approver: String?
    /// Whether a pipeline said who made it.
    var isAttested = false
    /// Who approved it, as a pipeline said.
    var reviewers: Set<String> = []
  }

  /// Parents come first.
  private(set) var commits: [Commit] = []
  /// Position of the newest commit by branch.
  private(set) var tips: [String: Int] = [:]

  func commit(of branch: String) -> Commit? { tips[branch].map { commits[$0] } }

  mutating func add(_ commit: Commit, to branch: String) {
    tips[branch] = commits.count
    commits.append(commit)
  }

  mutating func point(_ branch: String, to position: Int) { tips[branch] = position }
  mutating func change(_ position: Int, _ change: (inout Commit) -> Void) { change(&commits[position]) }

  func reachable(_ tip: Int) -> Set<Int> {
    var (found, open): (Set<Int>, [Int]) = ([], [tip])
    while let position = open.popLast() {
      if found.insert(position).inserted { open += commits[position].parents }
    }
    return found
  }

  /// The commit, its first parent, that one's first parent, and so on.
  func line(_ tip: Int) -> [Int] {
    var (line, next): ([Int], Int?) = ([], tip)
    while let position = next {
      line.append(position)
      next = commits[position].parents.first
    }
    return line
  }

  /// What a commit contains and its first parent does not, itself included.
  func difference(_ position: Int) -> Set<Int> {
    let all = reachable(position)
    return commits[position].parents.first.map { all.subtracting(reachable($0)) } ?? all
  }

  /// The manifests of both together: what the other side has besides is done to these.
  func merged(_ other: Int, into own: Int) -> Declared {
    var result = commits[own].after
    for position in reachable(other).subtracting(reachable(own)).sorted() { result.make(commits[position].edits) }
    return result
  }

  static func message(_ authors: [String], _ approver: String?) -> String {
    let trailers =
      authors.dropFirst().map { "Co-authored-by: C <\($0)>" } + (approver.map { ["Approved-by: A <\($0)>"] } ?? [])
    return trailers.isEmpty ? "change" : "change\n\n" + trailers.joined(separator: "\n")
  }
}

extension Engine {
  /// Commits the manifests on top of the parents, without a working tree, and points the branch to it; its id.
  func commit(
    _ declared: Declared, authors: [String], approver: String?, parents: [String], branch: String, time: Int
  ) throws -> String {
    let files = declared.files.inOrder.map { path, text in "M 100644 inline manifests/\(path)\n\(data(text))" }
    let stream =
      header(authors, approver, parents, time) + "deleteall\n" + files.joined() + "\n"
      + "reset refs/heads/\(branch)\nfrom :1\n\nget-mark :1\n"
    return try fastImport(stream)
  }

  /// As many commits that change nothing; the ids.
  func idle(_ count: Int, author: String, parent: String, branch: String, time: Int) throws -> [String] {
    var stream = ""
    for number in 1...count {
      let person = "I <\(author)> \(time + number) +0000\n"
      stream += "commit refs/heads/new\nmark :\(number)\nauthor \(person)committer \(person)\(data("n"))"
      stream += "from \(number == 1 ? parent : ":\(number - 1)")\n\n"
    }
    stream += "reset refs/heads/\(branch)\nfrom :\(count)\n\n"
    stream += (1...count).map { "get-mark :\($0)\n" }.joined()
    return try fastImport(stream).split(separator: "\n").map(String.init)
  }

  func point(_ branch: String, to commit: String) throws {
    _ = try git(["update-ref", "refs/heads/\(branch)", commit])
  }

  private func header(_ authors: [String], _ approver: String?, _ parents: [String], _ time: Int) -> String {
    let person = "I <\(authors[0])> \(time) +0000\n"
    var text = "commit refs/heads/new\nmark :1\nauthor \(person)committer \(person)"
    text += data(Graph.message(authors, approver))
    for (index, parent) in parents.enumerated() { text += "\(index == 0 ? "from" : "merge") \(parent)\n" }
    return text
  }

  private func data(_ text: String) -> String { "data \(text.utf8.count)\n\(text)\n" }

  private func fastImport(_ stream: String) throws -> String {
    try git(["fast-import", "--quiet", "--force"], input: stream).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
