public struct AccountRecord: Hashable, Sendable {
  /// The store's stable id; 0 while only planned.
  public var id: Int64
  public var created: Instant
  /// Caseless email.
  public var person: Symbol
  /// As first written.
  public var email: Symbol
  /// What few accounts have, apart: there are as many records as people.
  private var details: Details?

  private final class Details: Hashable, Sendable {
    let displayName: String?
    let suspended: Instant?
    let suspensionReason: String?

    /// Nil where there is nothing to say.
    init?(_ displayName: String?, _ suspended: Instant?, _ suspensionReason: String?) {
      if displayName == nil, suspended == nil, suspensionReason == nil { return nil }
      (self.displayName, self.suspended, self.suspensionReason) = (displayName, suspended, suspensionReason)
    }

    static func == (a: Details, b: Details) -> Bool {
      a.displayName == b.displayName && a.suspended == b.suspended && a.suspensionReason == b.suspensionReason
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(displayName)
      hasher.combine(suspended)
      hasher.combine(suspensionReason)
    }
  }

  public init(
    id: Int64, person: Symbol, email: Symbol, displayName: String? = nil, suspended: Instant? = nil,
    suspensionReason: String? = nil, created: Instant
  ) {
    (self.id, self.created, self.person, self.email) = (id, created, person, email)
    details = Details(displayName, suspended, suspensionReason)
  }

  public var displayName: String? {
    get { details?.displayName }
    set { details = Details(newValue, suspended, suspensionReason) }
  }
  /// Since when all access is stopped; nil: it is not.
  public var suspended: Instant? {
    get { details?.suspended }
    set { details = Details(displayName, newValue, suspensionReason) }
  }
  public var suspensionReason: String? {
    get { details?.suspensionReason }
    set { details = Details(displayName, suspended, newValue) }
  }
}
