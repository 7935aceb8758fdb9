import Model

/// One line of a manifest that gives somebody access: a link of a proof.
///
/// Names are texts, not symbols, so that statements of many commits can be kept and compared without a name table.
public struct Statement: Hashable, Sendable {
  /// What the line belongs to, whichever file it stands in.
  public enum List: Hashable, Sendable {
    /// A member list; workspace nil: the organization's own.
    case members(tenant: String, workspace: String?)
    /// `owner:` of an organization or workspace; of a personal account's workspace its declaration.
    case owner(tenant: String, workspace: String?)
    /// Organization nil: a group for all.
    case group(organization: String?, name: String)
  }

  public var list: List
  /// A caseless email, or the name of a group.
  public var name: String
  /// The same as it stands in the file.
  public var written: String
  public var isPerson: Bool
  /// In member lists only.
  public var role: String?
  /// In member lists only: the first instant without access.
  public var expires: Instant?
  public var line: Int
  public var column: Int

  /// Whether both give the same, wherever they stand and however they are written.
  public func gives(sameAs other: Statement) -> Bool {
    name == other.name && isPerson == other.isPerson && role == other.role && expires == other.expires
  }
}

/// What one file says about some people and about groups; all that a proof and its history need of the file.
public struct FileStatements: Sendable {
  public struct Rename: Hashable, Sendable {
    public var tenant: String
    public var from: String
    public var to: String
  }

  public var statements: [Statement] = []
  public var renames: [Rename] = []
  /// Something in the file is wrong: what is not here may have been meant to be.
  public var isBroken = false

  public init() {}
}

/// A statement with the file that it stands in.
public struct FoundStatement: Hashable, Sendable {
  public var statement: Statement
  public var file: String
  public var objectID: String

  public init(statement: Statement, file: String, objectID: String) {
    (self.statement, self.file, self.objectID) = (statement, file, objectID)
  }

  public var location: SourceLocation {
    SourceLocation(file: file, line: statement.line, column: statement.column)
  }
}
