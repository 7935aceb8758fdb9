import Model

/// The manifests of one folder, and whether that folder is one.
public struct FolderSnapshot: Sendable {
  public enum Folder: Hashable, Sendable {
    case present
    case missing
    /// Something else has the name: `a file`, `a symbolic link`, `a submodule`.
    case notAFolder(String)
  }
  /// Without files unless the folder is present.
  public var snapshot: Snapshot
  public var folder: Folder
}

/// What a snapshot does not go beyond (SPEC section 2, «Hostile repositories»).
public struct SnapshotLimits: Sendable {
  /// Bytes of one file (SPEC section 2, «Strict reading»).
  public var fileBytes = 16 << 20
  /// Bytes of all files, and files and folders in all: a tree that refers to itself many times over can name more
  /// files than there are atoms, in a few kilobytes.
  public var totalBytes = 2 << 30
  public var entries = 200_000
  /// Folders inside one another.
  public var depth = 64

  public init() {}
}

/// A folder of a repository by its components: `.` and the empty text are the root.
struct ManifestFolder {
  let components: [String]

  init(_ text: String) throws(GitError) {
    components = text.split(separator: "/").filter { $0 != "." }.map(String.init)
    guard !text.hasPrefix("/"), !text.utf8.contains(0), !components.contains(where: { $0 == ".." || $0 == ".git" })
    else {
      throw GitError(
        .invalidArgument, "'\(text)' is not a folder of the repository",
        hint: "name it relative to the repository's root, such as manifests")
    }
  }

  var path: String { components.joined(separator: "/") }
}

/// Gathers files and diagnostics, and knows what counts as a manifest; the walk over a tree or a file system feeds it.
struct SnapshotBuilder {
  let limits: SnapshotLimits
  private(set) var files: [Snapshot.File] = []
  private(set) var diagnostics: [Diagnostic] = []
  private var bytes = 0
  private(set) var entries = 0
  /// Set when a limit of the whole snapshot was reached: the walk ends, and there are no files.
  private(set) var isFull = false

  init(limits: SnapshotLimits) { self.limits = limits }

  static func isManifest(_ name: some Collection<UInt8>) -> Bool {
    name.suffix(5).elementsEqual(".yaml".utf8) || name.suffix(4).elementsEqual(".yml".utf8)
  }

  /// To be called for everything the walk meets; false ends it.
  mutating func enter(_ path: [UInt8], depth: Int) -> Bool {
    entries += 1
    if entries > limits.entries {
      holdsTooMuch(path)
      return false
    }
    if depth > limits.depth {
      return stop("folder-too-deep", "folders lie inside one another more than \(limits.depth) deep", path)
    }
    return !isFull
  }

  mutating func holdsTooMuch(_ path: [UInt8]) {
    _ = stop("snapshot-too-large", "the folder holds more than \(limits.entries) files and folders", path)
  }

  /// The path of a manifest as text, or nil and an error where it is not UTF-8.
  mutating func manifestPath(_ path: [UInt8]) -> String? {
    if let text = String(validating: path, as: UTF8.self) { return text }
    error("name-not-utf8", "the file's name is not UTF-8", path, hint: "rename it")
    return nil
  }

  /// Whether a file of this size may be read; else the error is recorded.
  mutating func admits(size: Int, _ path: [UInt8]) -> Bool {
    if size > limits.fileBytes {
      error(
        "file-too-large", "the file has \(size) bytes, more than \(limits.fileBytes)", path,
        hint: "split it: manifests may be split over any number of files")
      return false
    }
    bytes += size
    return bytes <= limits.totalBytes
      || stop("snapshot-too-large", "the manifests have more than \(limits.totalBytes) bytes together", path)
  }

  mutating func add(_ file: Snapshot.File) { files.append(file) }

  mutating func error(_ code: String, _ message: String, _ path: [UInt8], hint: String? = nil) {
    diagnostics.append(Diagnostic(code: code, message: message, location: location(path), hint: hint))
  }

  mutating func skipped(symlink path: [UInt8]) {
    warning("symlink-skipped", "a symbolic link is never followed", path, hint: "put the file itself there")
  }

  mutating func skipped(submodule path: [UInt8]) {
    warning("submodule-skipped", "a submodule is never entered", path, hint: "put the files themselves there")
  }

  private mutating func warning(_ code: String, _ message: String, _ path: [UInt8], hint: String) {
    diagnostics.append(
      Diagnostic(.warning, code: code, message: message, location: location(path), hint: hint, scope: .nothing))
  }

  private mutating func stop(_ code: String, _ message: String, _ path: [UInt8]) -> Bool {
    if !isFull { error(code, message, path, hint: "name a smaller folder with --manifests") }
    isFull = true
    files = []
    return false
  }

  private func location(_ path: [UInt8]) -> SourceLocation {
    SourceLocation(file: String(decoding: path, as: UTF8.self), line: 1, column: 1)
  }

  /// Sorted by path, in byte order.
  consuming func finish(commit: String?) -> Snapshot {
    let sorted = zip(files, files.dropFirst()).allSatisfy { !$1.path.utf8.lexicographicallyPrecedes($0.path.utf8) }
    if !sorted { files.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) } }
    diagnostics.sort { ($0.location?.file ?? "").utf8.lexicographicallyPrecedes(($1.location?.file ?? "").utf8) }
    var snapshot = Snapshot(files: files, diagnostics: diagnostics, commit: commit)
    snapshot.entries = entries
    return snapshot
  }
}
