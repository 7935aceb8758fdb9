import Foundation
import GitReader
import Manifests
import Model
import Reconciling

/// Values that `tenure.yaml` in the repository's root sets for what neither a flag nor a variable says.
struct Settings {
  var state: String?
  var repo: String?
  var ref: String?
  var manifests: String?
  /// The repository one stands in, or why it cannot be read; nil where there is none.
  var repository: Result<GitRepository, GitError>?

  /// The root of its worktree.
  var root: String? { try? repository?.get().root }

  private static let mostBytes = 1 << 20
  private static let keys = ["state", "repo", "ref", "manifests"]

  static func load(from folder: String = FileManager.default.currentDirectoryPath) throws -> Settings {
    var settings = Settings()
    settings.repository = discover(from: folder)
    let path = "\(settings.root ?? folder)/tenure.yaml"
    guard FileManager.default.fileExists(atPath: path) else { return settings }
    let bytes = try InputFile.read(
      path, what: "the settings", most: mostBytes, pipes: false, hint: "make it a file of settings, or remove it")
    let file = parseYAML(Snapshot.File(path: "tenure.yaml", objectID: nil, bytes: bytes))
    if let failure = file.failure {
      throw Failure(.usage, "tenure.yaml:\(failure.line):\(failure.column): \(failure.message)", hint: failure.hint)
    }
    // A document without a word is none.
    let documents = file.documents.filter { !$0.nodes.isEmpty && !($0.nodes[0].isPlain && $0.nodes[0].length == 0) }
    if documents.count > 1 {
      throw wrong(
        documents[1], 0, "the file has \(documents.count) documents, and settings are one",
        hint: "leave out the line ---, so that each setting is said once")
    }
    for tree in documents { try settings.read(tree) }
    return settings
  }

  private static func discover(from folder: String) -> Result<GitRepository, GitError>? {
    let found = Result { () throws(GitError) in try GitRepository.open(at: folder) }
    if case .failure(let error) = found, error.code == .notARepository { return nil }
    return found
  }

  /// The manifests that a flag or a variable names, else `tenure.yaml`, else where one stands. Credentials go to a server
  /// that a flag or a variable names, never to one that a file of the tree does.
  func source(repo: String?, ref: String?, isWorktree: Bool = false, manifests: String?) throws -> DesiredSource {
    try address(repo: repo, ref: ref, manifests: manifests).open(isWorktree: isWorktree)
  }

  func address(repo: String?, ref: String?, manifests: String?) -> SourceAddress {
    SourceAddress(
      repository: repo ?? self.repo ?? ".", takesCredentials: repo != nil, ref: ref ?? self.ref ?? "HEAD",
      manifests: manifests ?? self.manifests ?? "manifests")
  }

  private mutating func read(_ tree: MarkedTree) throws {
    guard tree.nodes[0].kind == .mapping else { throw Self.wrong(tree, 0, "the file must be a mapping") }
    var index = 1
    var seen: Set<String> = []
    while index < Int(tree.nodes[0].end) {
      let (key, value) = (index, Int(tree.nodes[index].end))
      index = Int(tree.nodes[value].end)
      let name = tree.string(key)
      guard Self.keys.contains(name) else {
        let near = Nearest.name(to: name, among: Self.keys).map { "did you mean '\($0)'?" }
        throw Self.wrong(tree, key, "unknown key '\(name)'", hint: near ?? "keys: \(Self.keys.joined(separator: ", "))")
      }
      guard seen.insert(name).inserted else { throw Self.wrong(tree, key, "'\(name)' is said twice") }
      guard tree.nodes[value].kind == .scalar, tree.nodes[value].length > 0 else {
        throw Self.wrong(tree, value, "'\(name)' takes a text")
      }
      let text = tree.string(value)
      switch name {
      case "state": state = text
      case "repo": repo = text
      case "ref": ref = text
      default: manifests = text
      }
    }
  }

  private static func wrong(_ tree: MarkedTree, _ node: Int, _ message: String, hint: String? = nil) -> Failure {
    let mark = tree.nodes[node]
    return Failure(.usage, "tenure.yaml:\(mark.line):\(mark.column): \(message)", hint: hint)
  }
}

/// Where manifests are, before anything is fetched or opened.
struct SourceAddress: Sendable {
  let repository: String
  /// A flag or a variable named the repository.
  let takesCredentials: Bool
  let ref: String
  let manifests: String

  func open(isWorktree: Bool = false) throws -> DesiredSource {
    try DesiredSource.open(
      repository, ref: ref, isWorktree: isWorktree, manifests: manifests, takesCredentials: takesCredentials)
  }
}
