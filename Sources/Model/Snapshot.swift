/// The manifest files of one commit or working tree, as bytes.
public struct Snapshot: Sendable {
  public struct File: Sendable {
    /// Relative to the repository's root, `/`-separated.
    public var path: String
    /// Equal ids mean equal bytes: a git object id in hexadecimal, or nil for a file of a working tree.
    public var objectID: String?
    public var bytes: [UInt8]
    public init(path: String, objectID: String?, bytes: [UInt8]) {
      (self.path, self.objectID, self.bytes) = (path, objectID, bytes)
    }
  }

  /// In byte order of their paths.
  public var files: [File]
  /// Warnings and errors found while listing: symlinks, submodules, files too large.
  public var diagnostics: [Diagnostic]
  /// 40 hexadecimal digits; nil for a working tree.
  public var commit: String?
  /// Everything below the folder that was met: manifests, other files, folders.
  public var entries = 0

  public init(files: [File], diagnostics: [Diagnostic] = [], commit: String?) {
    (self.files, self.diagnostics, self.commit) = (files, diagnostics, commit)
  }
}
