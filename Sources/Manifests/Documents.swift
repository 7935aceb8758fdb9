import Model

/// The typed documents of all files, still apart: nothing here looks beyond its own document.
public struct Documents: Sendable {
  /// In byte order of their paths.
  public var paths: [String]
  public var files: [FileDocuments]
  /// There are more files, which were not read: an empty list does not mean that nothing is declared.
  public var isPart = false
  /// The bytes of a file by its index, for the lines that diagnostics show.
  public var text: @Sendable (Int) -> [UInt8] = { _ in [] }
  /// Emails that those files write otherwise than caselessly: people are written alike everywhere.
  public var spellingsElsewhere: [String] = []

  public init(paths: [String] = [], files: [FileDocuments] = []) { (self.paths, self.files) = (paths, files) }
}

/// The typed documents of one file: a function of its bytes alone, so it may be kept for as long as they stay the same
/// and the name table lives.
public struct FileDocuments: Sendable {
  var organizations: [OrganizationDocument] = []
  var workspaces: [WorkspaceDocument] = []
  var groups: [GroupEntry] = []
  var accounts: [AccountDocument] = []
  var policies: [PolicyDocument] = []
  /// What is wrong with the file or its documents by themselves.
  var findings: [Finding] = []
  /// What stops nothing.
  var warnings: [Finding] = []
  /// Documents that are not empty, valid or not.
  var count = 0
  /// It is no YAML, or has a document of which nothing is left: it says not even by halves what it declares.
  public internal(set) var isUnreadable = false
  public var isEmpty: Bool { count == 0 && findings.isEmpty }
  /// Bytes of the file.
  public internal(set) var size = 0
}

/// A place in a file that is known from the context.
struct Place: Hashable, Comparable, Sendable {
  var line: UInt32
  var column: UInt32

  static let start = Place(line: 1, column: 1)

  static func < (a: Place, b: Place) -> Bool { (a.line, a.column) < (b.line, b.column) }

  func mark(_ file: Int) -> Mark { Mark(file: UInt32(file), line: line, column: column) }
}

struct Placed<Value: Sendable>: Sendable {
  var value: Value
  var place: Place
  init(_ value: Value, _ place: Place) { (self.value, self.place) = (value, place) }
}

/// An email as written, and in the form in which emails are compared.
struct EmailName: Hashable, Sendable {
  var written: Symbol
  var person: Symbol
}

struct OrganizationDocument: Sendable {
  var place: Place
  /// The name is an error: only the rest is looked at.
  var isUnreadable = false
  var name: Placed<Symbol>
  var displayName: Placed<String>?
  var owner: Placed<EmailName>?
  var subscription: Placed<Symbol>?
  var management: Management?
  var defaultWorkspace: Symbol?
  var members: [MemberEntry]?
  var groups: [GroupEntry] = []
  var workspaces: [WorkspaceEntry]?
}

/// A line of a member list.
struct MemberEntry: Sendable {
  enum Kind: Sendable {
    case person, group
    /// The key is an error: only the value is looked at.
    case unreadable
  }

  private var end: PackedInstant
  private var chase: PackedInstant
  /// The email as written, or the group.
  var name: Symbol
  /// The email's ``Swift/String/emailKey``; for a group the same as its name.
  var person: Symbol
  var kind: Kind
  var isPerson: Bool { kind == .person }
  var isGroup: Bool { kind == .group }
  var protect = false
  var role: Symbol
  var place: Place
  var rolePlace: Place
  /// The first instant without access.
  var expires: Instant? { end.instant }
  var reinvite: Instant? { chase.instant }

  init(
    name: Symbol, person: Symbol, kind: Kind, protect: Bool = false, role: Symbol, place: Place, rolePlace: Place,
    expires: Instant? = nil, reinvite: Instant? = nil
  ) {
    (end, chase) = (PackedInstant(expires), PackedInstant(reinvite))
    (self.name, self.person, self.kind, self.protect) = (name, person, kind, protect)
    (self.role, self.place, self.rolePlace) = (role, place, rolePlace)
  }
}

struct WorkspaceEntry: Sendable {
  var name: Symbol
  /// The name is an error, or another entry's: only the rest is looked at.
  var isUnreadable = false
  var place: Place
  var disposition = DesiredWorkspace.Disposition.declared
  var displayName: Placed<String>?
  var renamedFrom: Placed<Symbol>?
  var owner: Placed<EmailName>?
  var subscription: Placed<Symbol>?
  var management: Management?
  var members: [MemberEntry]?
  var apiKeys: [APIKeyEntry]?
}

struct APIKeyEntry: Sendable {
  var name: Symbol
  var place: Place
  var limits: APIKeyLimits
}

/// A workspace in a document of its own.
struct WorkspaceDocument: Sendable {
  var organization: Placed<Symbol>
  var entry: WorkspaceEntry
}

/// A group, of an organization or for all.
struct GroupEntry: Sendable {
  struct Item: Sendable {
    var name: Symbol
    /// The caseless email; for a group the same as its name.
    var person: Symbol
    var isPerson: Bool
    var place: Place
  }
  var name: Symbol
  var place: Place
  var items: [Item]
}

struct AccountDocument: Sendable {
  var place: Place
  var email: Placed<EmailName>
  var displayName: Placed<String>?
  var formerly: [Placed<EmailName>] = []
  var workspaces: [WorkspaceEntry]?
}

/// A Policy as the leaves that it sets.
struct PolicyDocument: Sendable {
  struct Leaf: Sendable {
    /// `roles.workspace.admin.rank`
    var path: String
    /// In canonical form: equal values have equal texts.
    var value: String
    var place: Place
  }
  struct Role: Sendable {
    var scope: RoleScope
    var name: String
    var place: Place
    /// Something in it was refused: what is missing may have been meant to be there.
    var isBroken = false
  }
  var place: Place
  var organization: Placed<Symbol>?
  /// Whether `organization` is there, valid or not.
  var isForOne = false
  var extends: Placed<String>?
  /// `extends` was refused, or may be what an unknown key was meant to be: the names in force are not known.
  var isUncertain = false
  var leaves: [Leaf] = []
  /// Every role and subscription that it speaks of, with what may be missing of them: a broken one exists all the same.
  var roles: [Role] = []
  var subscriptions: [(name: String, place: Place)] = []
}
