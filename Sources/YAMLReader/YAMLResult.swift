import Model

/// How much a file may ask of the reader (SPEC section 2, «Strict reading»).
public struct YAMLLimits: Sendable {
  /// Bytes of a file.
  public var bytes: Int
  /// Mappings and sequences inside one another.
  public var depth: Int
  /// Nodes that aliases may add to one file.
  public var expandedNodes: Int
  /// Bytes of scalars that aliases may add to one file.
  public var expandedBytes: Int

  public init(
    bytes: Int = 16 << 20, depth: Int = 64, expandedNodes: Int = 100_000, expandedBytes: Int = 16 << 20
  ) {
    (self.bytes, self.depth, self.expandedNodes, self.expandedBytes) = (bytes, depth, expandedNodes, expandedBytes)
  }
}

/// The documents of one file. With a failure the file does not parse, and these are the documents before it.
public struct YAMLResult: Sendable {
  public var documents: [MarkedTree]
  public var failure: YAMLFailure?

  public init(documents: [MarkedTree] = [], failure: YAMLFailure? = nil) {
    (self.documents, self.failure) = (documents, failure)
  }
}

/// Why a file does not parse, and where: line and column count from 1, columns in characters.
public struct YAMLFailure: Error, Hashable, Sendable {
  /// A stable kebab-case word: `yaml-syntax`, `not-utf8`, `nul-byte`, `file-too-large`, `too-deep`, `alias-expansion`,
  /// `undefined-alias`, `recursive-alias`, `tag`, `line-break`, `non-scalar-key`, `merge-key`, `duplicate-key`.
  public var code: String
  public var message: String
  public var line: Int
  public var column: Int
  public var hint: String?

  public init(code: String, message: String, line: Int, column: Int, hint: String? = nil) {
    (self.code, self.message, self.line, self.column, self.hint) = (code, message, line, column, hint)
  }
}
