/// What a plan gives to one person in one place, or takes from them: the plan as a reviewer asks about it.
public struct Effect: Hashable, Sendable {
  /// Whether the person can do more or less afterwards, or for longer or shorter.
  public enum Turn: String, Sendable, CaseIterable { case gains, loses }

  /// What is gained or lost.
  public enum Matter: Hashable, Sendable {
    /// A role, or time in it.
    case role
    /// Being the owner of record.
    case ownership
    /// All that the account under a former email holds.
    case everything(of: String)
    /// The account itself.
    case account
  }

  /// A place in a roll.
  public struct Standing: Hashable, Sendable {
    public var role: String
    /// The first instant without access.
    public var expires: Instant?
    /// An invitation: the role comes once it is accepted.
    public var isOffer: Bool

    public init(role: String, expires: Instant? = nil, isOffer: Bool = false) {
      (self.role, self.expires, self.isOffer) = (role, expires, isOffer)
    }
  }

  public var turn: Turn
  public var matter: Matter
  /// The email as the plan shows it.
  public var person: String
  /// As the manifests declare it, else as stored; never empty.
  public var displayName: String?
  public var path: Path
  /// Nil: not there. Both are nil unless `matter` is a role.
  public var before: Standing?
  public var after: Standing?
  /// The group through which, as named in the member list; nil for an entry of their own.
  public var group: String?
  /// The highest role, an ownership, or all that another account holds: what no reviewer may miss.
  public var givesTopRole: Bool
  /// The organization role gained or lost lets its holders into every workspace.
  public var opensEveryWorkspace: Bool
  /// The workspace itself goes.
  public var endsWithWorkspace: Bool
  public var origin: Action.Origin
  /// Where the manifests say so.
  public var source: SourceLocation?
  /// Rules that withhold it, sorted; empty for what an apply would do.
  public var blockedBy: [RuleName]

  public init(
    _ turn: Turn, _ matter: Matter, person: String, displayName: String? = nil, path: Path, before: Standing? = nil,
    after: Standing? = nil, group: String? = nil, givesTopRole: Bool = false, opensEveryWorkspace: Bool = false,
    endsWithWorkspace: Bool = false, origin: Action.Origin = .change, source: SourceLocation? = nil,
    blockedBy: [RuleName] = []
  ) {
    self.turn = turn
    self.matter = matter
    self.person = person
    self.displayName = displayName
    self.path = path
    self.before = before
    self.after = after
    self.group = group
    self.givesTopRole = givesTopRole
    self.opensEveryWorkspace = opensEveryWorkspace
    self.endsWithWorkspace = endsWithWorkspace
    self.origin = origin
    self.source = source
    self.blockedBy = blockedBy
  }
}
