/// Why somebody has access, or why not: the answer of `tenure why`.
public struct Explanation: Hashable, Sendable {
  /// The email as it is written.
  public var subject: String
  /// The one place that was asked about; nil: all of them.
  public var path: String?
  /// The commit that was asked about; nil: the present.
  public var commit: String?
  /// By path, a place's own membership before what an organization role opens.
  public var access: [Access]
  /// What there is no more, newest first.
  public var ended: [EndedAccess]

  public init(
    subject: String, path: String?, commit: String?, access: [Access] = [], ended: [EndedAccess] = []
  ) {
    (self.subject, self.path, self.commit, self.access, self.ended) = (subject, path, commit, access, ended)
  }
}

/// What somebody has in one place, with its proof.
public struct Access: Hashable, Sendable {
  public enum Status: String, Sendable, CaseIterable {
    case active, pending, suspended
    /// Left or declined: Tenure does not chase them.
    case held
    /// In the manifests only.
    case declared
  }

  /// Why somebody who is declared does not have it.
  public enum Obstacle: String, Sendable, CaseIterable {
    case left, declined
    /// Held back by the last apply: refused by a rule, or waiting then.
    case withheld
    case acceptInvitation = "accept-invitation"
    case invitationExpired = "invitation-expired"
    case organizationMembership = "organization-membership"
    case notApplied = "not-applied"
  }

  public var path: String
  public var role: String
  public var status: Status
  public var because: Obstacle?
  /// It was applied, and ended by a command since.
  public var isEndedByHand = false
  /// `direct`, `group:NAME` or `organization-role`.
  public var via: String
  /// Owner of record there.
  public var isOwner: Bool
  /// The first instant without access.
  public var expires: Instant?
  public var protect: Bool
  /// The commit whose manifests declare it; nil: they do not.
  public var declaredBy: String?
  /// From the member list to the person; empty where no manifest declares it.
  public var proof: [ProofLink]
  /// What newer manifests say instead, which is not in the store yet.
  public var next: NewerDeclaration?
  /// What the audit log has of it since it began, oldest first.
  public var events: [AccessEvent]

  public init(
    path: String, role: String, status: Status, because: Obstacle? = nil, via: String, isOwner: Bool = false,
    expires: Instant? = nil, protect: Bool = false, declaredBy: String? = nil, proof: [ProofLink] = [],
    next: NewerDeclaration? = nil, events: [AccessEvent] = []
  ) {
    self.path = path
    self.role = role
    self.status = status
    self.because = because
    self.via = via
    self.isOwner = isOwner
    self.expires = expires
    self.protect = protect
    self.declaredBy = declaredBy
    self.proof = proof
    self.next = next
    self.events = events
  }
}

/// What the next apply would have of it; role nil: nothing.
public struct NewerDeclaration: Hashable, Sendable {
  public var commit: String
  public var role: String?
  public var expires: Instant?
  public init(commit: String, role: String?, expires: Instant?) {
    (self.commit, self.role, self.expires) = (commit, role, expires)
  }
}

/// One line of a manifest on the way from a member list to a person.
public struct ProofLink: Hashable, Sendable {
  public enum Kind: String, Sendable, CaseIterable { case entry, group, owner }

  public var kind: Kind
  /// What the line says: `platform: developer`, `group sre: linus@acme.example`, `owner: ada@acme.example`.
  public var text: String
  public var source: SourceLocation
  public var introduced: Introduction
  /// Where it first stood there, with another role or end; nil: the same commit.
  public var since: Introduction?

  public init(kind: Kind, text: String, source: SourceLocation, introduced: Introduction, since: Introduction? = nil) {
    (self.kind, self.text, self.source, self.introduced, self.since) = (kind, text, source, introduced, since)
  }
}

/// The commit that made a line what it is.
public struct Introduction: Hashable, Sendable {
  /// 40 hexadecimal digits.
  public var commit: String
  public var author: String
  /// By trailers and by merging; never the author.
  public var approvers: [String]
  /// When it was committed.
  public var date: Instant
  /// The first line of the message.
  public var message: String
  /// History ends here because the clone is shallow: the line may be older.
  public var isCut: Bool

  public init(commit: String, author: String, approvers: [String], date: Instant, message: String, isCut: Bool) {
    self.commit = commit
    self.author = author
    self.approvers = approvers
    self.date = date
    self.message = message
    self.isCut = isCut
  }
}

/// An entry of the audit log about somebody's access.
public struct AccessEvent: Hashable, Sendable {
  public var time: Instant
  /// As in the audit log: `add-member`, `accept-invitation` …
  public var action: String
  public var role: String?
  public var actors: [String]
  public var approvedBy: [String]
  /// The commit that was applied; nil: it was done by hand.
  public var commit: String?
  public var overrides: [String]
  public var reason: String?

  public init(
    time: Instant, action: String, role: String?, actors: [String], approvedBy: [String] = [], commit: String?,
    overrides: [String], reason: String?
  ) {
    self.time = time
    self.action = action
    self.role = role
    self.actors = actors
    self.approvedBy = approvedBy
    self.commit = commit
    self.overrides = overrides
    self.reason = reason
  }
}

/// Access that somebody had.
public struct EndedAccess: Hashable, Sendable {
  public var path: String
  public var role: String?
  /// When its own end came.
  public var expired: Instant?
  /// The audit entry that ended it.
  public var event: AccessEvent?
  /// What the audit log has of how they came to it and what became of it before it ended, oldest first.
  public var given: [AccessEvent]
  /// The line that gave it, as it last stood.
  public var line: ProofLink?
  /// The commit that took the line away.
  public var removed: Introduction?

  public init(
    path: String, role: String? = nil, expired: Instant? = nil, event: AccessEvent? = nil,
    given: [AccessEvent] = [], line: ProofLink? = nil, removed: Introduction? = nil
  ) {
    self.path = path
    self.role = role
    self.expired = expired
    self.event = event
    self.given = given
    self.line = line
    self.removed = removed
  }

  /// When it ended, as far as is known.
  public var time: Instant? { expired ?? event?.time ?? removed?.date }
}
