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
  ///
  /// - Parameter takesCredentials: as of ``GitRepository/openOrFetch(url:takesCredentials:cacheFolder:progress:)``.
  public static func open(
    _ name: String, ref: String, isWorktree: Bool, manifests: String, takesCredentials: Bool = false
  ) throws -> DesiredSource {
    let repository: GitRepository
    if let url = RemoteURL(name) {
      guard !isWorktree else {
        throw GitError(.invalidArgument, "\(url) has no working tree", hint: "leave --worktree out, or clone it")
      }
      repository = try GitRepository.openOrFetch(url: url, takesCredentials: takesCredentials)
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

  /// The bytes of files of which only the object ids are kept.
  func text(of ids: [String]) -> @Sendable (Int) -> [UInt8] {
    { [repository] index in (try? repository.blob(ids[index])).flatMap { $0 } ?? [] }
  }

  /// The manifest files of a commit, or of the working tree where `commit` is nil. Files whose object id is known come
  /// without their bytes, and so do those of a commit that `each` takes.
  public func snapshot(
    at commit: String?, isKnown: @escaping (String) -> Bool = { _ in false }, each: ((Snapshot.File) -> Void)? = nil
  ) throws -> Snapshot {
    let found: FolderSnapshot
    if let commit {
      found = try repository.snapshot(
        commit: commit, folder: manifests, cached: { isKnown($0) ? [] : nil }, each: each)
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
    guard let commit = try commit() else {
      return (Self.compile(try snapshot(at: nil), now: now, source: planSource(nil)), nil)
    }
    var names = NameTable()
    var scratch = ReadingScratch()
    var read: [(path: String, documents: FileDocuments)] = []
    let snapshot = try snapshot(
      at: commit,
      each: { file in
        read.append((file.path, ManifestReader.read(parseYAML(file), names: &names, scratch: &scratch)))
      })
    var documents = Documents(paths: snapshot.files.map(\.path))
    if !documents.paths.elementsEqual(read.lazy.map(\.path)) {
      read.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }
    documents.files = read.map(\.documents)
    read = []
    documents.text = text(of: snapshot.files.map { $0.objectID ?? "" })
    let draft =
      drafting ? try tree(at: commit).flatMap { Memo.Draft(documents, snapshot, tree: $0, names: names) } : nil
    // Moved, not copied: whatever else held them would keep what the compiler lets go.
    var (readDocuments, readNames) = (Documents(), NameTable(minimumCapacity: 0))
    swap(&readDocuments, &documents)
    swap(&readNames, &names)
    let reading = Self.compile(
      consume readDocuments, snapshot, consume readNames, now: now, source: planSource(commit))
    return (reading, reading.diagnostics.isEmpty ? draft : nil)
  }

  public static func compile(_ snapshot: Snapshot, now: Instant, source: PlanSource) -> Reading {
    var names = NameTable(minimumCapacity: snapshot.files.reduce(0) { $0 + $1.bytes.count } / 40)
    let documents = ManifestLoader.documents(of: snapshot, names: &names, parse: parseYAML)
    return compile(consume documents, snapshot, consume names, now: now, source: source)
  }

  private static func compile(
    _ documents: consuming Documents, _ snapshot: Snapshot, _ names: consuming NameTable, now: Instant,
    source: PlanSource
  ) -> Reading {
    let compiled = Compiler.compile(
      consume documents, listing: snapshot.diagnostics, now: now, names: &names, parse: parseYAML)
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
