import GitReader
import Manifests
import Model
import YAMLReader

/// Where desired state is read from: a commit of a repository, or its working tree.
public struct DesiredSource: Sendable {
  public var repository: GitRepository
  /// The path or URL as it was given.
  public var name: String
  public var ref: String
  /// What plans call the ref, where that is not how it is looked up.
  public var shownRef: String?
  /// Uncommitted files instead of a commit.
  public var isWorktree: Bool
  /// Relative to the repository's root.
  public var manifests: String

  public init(repository: GitRepository, name: String, ref: String, isWorktree: Bool, manifests: String) {
    self.repository = repository
    self.name = name
    self.ref = ref
    self.isWorktree = isWorktree
    self.manifests = manifests
  }

  /// Opens `name`: a path (bare repositories too) or a URL, which is cloned and fetched into a cache folder.
  public static func open(_ name: String, ref: String, isWorktree: Bool, manifests: String) throws -> DesiredSource {
    let repository: GitRepository
    if let url = RemoteURL(name) {
      guard !isWorktree else {
        throw GitError(.invalidArgument, "\(url) has no working tree", hint: "leave --worktree out, or clone it")
      }
      repository = try GitRepository.openOrFetch(url: url)
    } else {
      repository = try GitRepository.open(at: name)
    }
    return DesiredSource(repository: repository, name: name, ref: ref, isWorktree: isWorktree, manifests: manifests)
  }

  /// The commit that `ref` names now; nil for a working tree.
  public func commit() throws -> String? { isWorktree ? nil : try repository.resolve(ref: ref) }

  /// Object id of the manifests folder's tree in a commit; nil where there is none.
  public func tree(at commit: String) throws -> String? {
    try repository.treeID(commit: commit, folder: manifests)
  }

  /// The manifest files of a commit, or of the working tree where `commit` is nil. Files whose object id is known come
  /// without their bytes.
  public func snapshot(at commit: String?, isKnown: @escaping (String) -> Bool = { _ in false }) throws -> Snapshot {
    let found: FolderSnapshot
    if let commit {
      found = try repository.snapshot(commit: commit, folder: manifests) { isKnown($0) ? [] : nil }
    } else if let root = repository.root {
      found = try GitRepository.worktreeSnapshot(root: root, folder: manifests)
    } else {
      throw GitError(
        .invalidArgument, "\(name) is a bare repository: it has no working tree", hint: "leave --worktree out")
    }
    var snapshot = found.snapshot
    switch found.folder {
    case .present: break
    case .missing: snapshot.diagnostics.append(Self.noFolder("there is no folder \(manifests)"))
    case .notAFolder(let what): snapshot.diagnostics.append(Self.noFolder("\(manifests) is \(what), not a folder"))
    }
    return snapshot
  }

  private static func noFolder(_ message: String) -> Diagnostic {
    Diagnostic(
      code: "no-manifests", message: message + ", and a missing folder is never an empty desired state",
      hint: "name the folder with --manifests, or make it: tenure init")
  }
}

/// What was read of the desired state, with the table that its symbols belong to.
public struct Reading: Sendable {
  public var desired: DesiredState
  public var diagnostics: [Diagnostic]
  public var names: NameTable
  public var source: PlanSource
  /// How many files were read.
  public var files: Int

  /// Nothing can be planned: an error concerns everything.
  public var isUnusable: Bool { diagnostics.contains { $0.severity == .error && $0.scope == .everything } }
  public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}

extension DesiredSource {
  /// git tree → documents → desired state.
  public func read(now: Instant) throws -> Reading { try read(now: now, drafting: false).reading }

  func planSource(_ commit: String?) -> PlanSource {
    PlanSource(
      repository: name, ref: isWorktree ? "worktree" : shownRef ?? ref, commit: commit, manifests: manifests)
  }

  /// - Parameter drafting: says what is in which file, too; nil where there is something wrong with them.
  func read(now: Instant, drafting: Bool) throws -> (reading: Reading, draft: Memo.Draft?) {
    let commit = try commit()
    let snapshot = try snapshot(at: commit)
    var draft: Memo.Draft?
    let reading = Self.compile(
      snapshot, now: now,
      source: planSource(commit)
    ) { documents, names in
      guard drafting, let commit, let tree = try? tree(at: commit) else { return }
      draft = Memo.Draft(documents, snapshot, tree: tree, names: names)
    }
    return (reading, reading.diagnostics.isEmpty ? draft : nil)
  }

  /// - Parameter look: called with the documents before they are let go.
  public static func compile(
    _ snapshot: Snapshot, now: Instant, source: PlanSource, look: (Documents, NameTable) -> Void = { _, _ in }
  ) -> Reading {
    var names = NameTable(minimumCapacity: snapshot.files.reduce(0) { $0 + $1.bytes.count } / 40)
    let documents = ManifestLoader.documents(of: snapshot, names: &names, parse: parseYAML)
    look(documents, names)
    let compiled = Compiler.compile(
      documents, listing: snapshot.diagnostics, now: now, names: &names, parse: parseYAML)
    var diagnostics = compiled.diagnostics
    // One word about a missing folder is enough, and none where the listing says what is wrong.
    if snapshot.diagnostics.contains(where: { $0.severity == .error }) {
      diagnostics.removeAll { $0.code == "no-manifests" && !snapshot.diagnostics.contains($0) }
    }
    return Reading(
      desired: compiled.desired, diagnostics: diagnostics, names: names, source: source, files: snapshot.files.count)
  }
}

/// The door from manifests to libyaml.
public let parseYAML: ManifestLoader.Parse = { file in
  let result = YAMLReader.read(file.bytes)
  return ParsedFile(
    path: file.path, bytes: file.bytes, documents: result.documents,
    failure: result.failure.map {
      .init(code: $0.code, message: $0.message, line: $0.line, column: $0.column, hint: $0.hint)
    })
}
