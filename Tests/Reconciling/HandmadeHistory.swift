import GitReader
import Model
import TestSupport

@testable import Planning
@testable import Reconciling

/// A history of handmade commits, and who is said to have changed what in it.
final class HandmadeHistory {
  private let repository: HandmadeRepository
  private(set) var commits: [String] = []
  private static let now = Instant(seconds: 1_800_000_000)

  init() throws { repository = try HandmadeRepository() }

  /// Commits the manifests, by file name; nil: there is a file where their folder should be.
  ///
  /// - Parameter parents: places in `commits`; nil: the newest one.
  @discardableResult
  func commit(_ files: [String: String]?, by author: String, parents: [Int]? = nil) throws -> Int {
    var entry = try GitObject.Entry("100644", "manifests", write(GitObject(blob: "none")))
    if let files {
      let entries = try files.sorted { $0.key < $1.key }.map {
        try GitObject.Entry("100644", $0.key, write(GitObject(blob: $0.value)))
      }
      entry = .init("40000", "manifests", try write(GitObject(tree: entries)))
    }
    let root = try write(GitObject(tree: [entry]))
    let before = (parents ?? (commits.isEmpty ? [] : [commits.count - 1])).map { commits[$0] }
    // Two equal commits would be one.
    let commit = try write(GitObject(commit: root.id, parents: before, author: author, message: "\(commits.count)"))
    commits.append(commit.id)
    try repository.write(commit.id + "\n", to: "refs/heads/main")
    return commits.count - 1
  }

  private func write(_ object: GitObject) throws -> GitObject {
    try repository.write(LooseFault.none.file(of: object), to: object.path)
    return object
  }

  /// What the commits up to the newest did that the one at `base` does not have.
  func answers(since base: Int, applied: Set<Int> = []) throws -> Answers {
    let source = try DesiredSource.open(repository.folder, ref: "main", isWorktree: false, manifests: "manifests")
    let all = try source.repository.commits(from: commits[base], to: commits[commits.count - 1])
    var history = FolderHistory(
      shelf: ManifestShelf(source: source, now: Self.now, names: NameTable()), known: [:])
    var records: [Authorship.Commit] = []
    try Attribution(source: source, reading: try source.read(now: Self.now), statements: Statements())
      .append(
        all, since: commits[base], applied: Set(applied.map { commits[$0] }), to: &records, &history)
    return Answers(commits: records, names: history.shelf.names, places: commits)
  }

  struct Answers {
    var commits: [Authorship.Commit]
    var names: NameTable
    var places: [String]

    /// Everybody who changed the declaration, sorted.
    func actors(_ person: String, in workspace: String? = nil, of tenant: String = "acme") -> [String] {
      guard let symbol = names.symbol(of: person) else { return [] }
      let place = workspace.flatMap(names.symbol)
      return actors(.member(workspace: place, person: symbol), of: tenant)
    }

    func actors(_ entry: EntryKey, of tenant: String = "acme") -> [String] {
      Set(commits.filter { $0.changed(entry, of: tenant, through: []) }.flatMap(\.authors)).sorted()
    }

    func approvers(of commit: Int) -> [String] { commits.first { $0.id == places[commit] }?.approvers ?? [] }
  }
}
