import Foundation
import GitReader
import SQLiteStore
import Synchronization

/// The store that nobody names: in the folder of the repository itself, which no pull, checkout or clean reaches.
///
/// | one stands in                                   | the store                                                  |
/// |-------------------------------------------------|------------------------------------------------------------|
/// | a repository, bare or not                       | `tenure/state.db` of the folder that its worktrees share   |
/// | one with `.tenure/state.db` of an older version | that, with a warning; none where git tracks it             |
/// | no repository                                   | `.tenure/state.db`                                         |
struct DefaultStore {
  private let repository: GitRepository?
  private let folder = FileManager.default.currentDirectoryPath
  static let older = ".tenure/state.db"

  init(_ settings: Settings) throws {
    switch settings.repository {
    case nil: repository = nil
    case .success(let found)?: repository = found
    case .failure(let error)?:
      throw Failure(
        .failure, "\(error.message), and the store is in its git directory", hint: "name the store with --state")
    }
  }

  func location() throws -> StateLocation {
    guard let repository else { return StateLocation(path: "\(folder)/\(Self.older)", isDefault: true) }
    let common = repository.commonFolder
    let path = "\(common)/tenure/state.db"
    if FileManager.default.fileExists(atPath: path) {
      if let unused = try older(common).first(where: { try !Self.isTracked($0) }) {
        Self.warn("the store is \(path); \(unused), of an older version, is not read any more: remove it")
      }
      // A folder that looks like a repository may itself come from a commit.
      try Self.requireUntracked(path)
      return StateLocation(path: path, isDefault: true)
    }
    guard let found = older(common).first else { return StateLocation(path: path, isDefault: true) }
    try Self.requireUntracked(found, unless: path)
    Self.warn(
      "the store is \(found), where a pull may replace it: once nothing else uses it, "
        + "mkdir -p \(common)/tenure && mv \(found)* \(common)/tenure/")
    return StateLocation(path: found)
  }

  /// Where older versions kept it, as far as it is there: in this worktree, else in the first one.
  private func older(_ common: String) -> [String] {
    let first = (common as NSString).lastPathComponent == ".git" ? (common as NSString).deletingLastPathComponent : nil
    let roots = [repository?.root ?? folder, first].compactMap { $0 }
    return roots.map { "\($0)/\(Self.older)" }.filter(FileManager.default.fileExists)
  }

  /// - Throws: ``Failure`` where git tracks the store or what SQLite keeps beside it: whoever may commit could replace it.
  static func requireUntracked(_ path: String, unless instead: String? = nil) throws {
    guard try isTracked(path) else { return }
    let take = instead.map { "move it to \($0)" } ?? "name one outside of what git tracks with --state"
    throw Failure(
      .failure,
      "git tracks the store \(path), so that a pull may replace it, or has: it is not used",
      hint: "look at who committed it (git log -- \(path)); take it out with git rm --cached; if it is yours, \(take), "
        + "else bring yours back from a backup")
  }

  private static func isTracked(_ path: String) throws -> Bool {
    try GitRepository.isAnyTracked(["", "-wal", "-shm", "-journal"].map { path + $0 })
  }

  /// What was said, so that a command that opens its store twice says it once.
  private static let said = Mutex<Set<String>>([])

  private static func warn(_ text: String) {
    guard said.withLock({ $0.insert(text).inserted }) else { return }
    Console().note("warning: \(text)")
  }
}
