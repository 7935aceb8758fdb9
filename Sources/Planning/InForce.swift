import Model

/// Whether somebody has a role in a place at an instant (SPEC section 9, «In force»): every command, plan and view asks
/// here.
///
/// | in force takes                                             | in an organization | in a workspace                     |
/// |------------------------------------------------------------|--------------------|------------------------------------|
/// | the account is not suspended                               | yes                | yes                                |
/// | the membership has begun and not ended                     | yes                | yes, or an organization role opens it |
/// | under `organization-member-first` the organization's       |                    | yes, in a role that admits to      |
/// | membership is in force                                     |                    | workspaces                         |
/// | the policy knows the role                                  | yes                | yes                                |
///
/// The user of a personal workspace always has its top role there, unless suspended.
public struct InForce: Sendable {
  /// What somebody holds in a place, in force or not.
  public struct Holding: Hashable, Sendable {
    /// As it is stored; of a personal workspace's user the top role.
    public var roleName: String
    /// Nil: the policy does not know it.
    public var role: Role?
    public var via: Via
    /// The first instant without access, whichever membership ends first.
    public var expires: Instant?
    /// Why it gives nothing now; nil: it is in force.
    public var obstacle: Obstacle?
  }

  public enum Via: String, Sendable, CaseIterable {
    case membership
    /// The role in the organization opens every workspace.
    case organizationRole = "organization-role"
  }

  public enum Obstacle: Hashable, Sendable {
    case suspended(since: Instant)
    /// The membership of the place itself.
    case ended(Instant)
    case organizationEnded(Instant)
    /// No member of the organization, where that comes first.
    case notInOrganization
    /// The role in the organization does not admit to workspaces.
    case notAdmitted
    case unknownRole
  }

  private let tenant: ActualTenant?
  private let policy: Policy
  private let accounts: AccountDirectory
  private let names: NameTable
  private let now: Instant
  private let asksOrganizationFirst: Bool

  public init(
    _ tenant: ActualTenant?, policy: Policy, accounts: AccountDirectory, names: NameTable, now: Instant
  ) {
    self.tenant = tenant
    self.policy = policy
    self.accounts = accounts
    self.names = names
    self.now = now
    asksOrganizationFirst = tenant?.account == nil && policy.setting(.organizationMemberFirst) != .off
  }

  /// Everything the person holds in the place; what is in force before what is not, the highest rank first.
  public func holdings(of person: Symbol, in workspace: Symbol?) -> [Holding] {
    [membership(of: person, in: workspace), opening(of: person, workspace)].compactMap { $0 }.sorted { a, b in
      if (a.obstacle == nil) != (b.obstacle == nil) { return a.obstacle == nil }
      return (a.role?.rank ?? Int.min) > (b.role?.rank ?? Int.min)
    }
  }

  /// Roles in force in the place.
  public func roles(of person: Symbol, in workspace: Symbol?) -> [Role] {
    holdings(of: person, in: workspace).compactMap { $0.obstacle == nil ? $0.role : nil }
  }

  /// The membership of the place itself; nil: there is none.
  public func membership(of person: Symbol, in workspace: Symbol?) -> Holding? {
    guard let workspace else { return organizationMembership(of: person) }
    guard let place = tenant?.workspaces.first(where: { $0.name == workspace }) else { return nil }
    return membership(of: person, in: place)
  }

  /// The membership of the workspace, which is one of the tenant's.
  public func membership(of person: Symbol, in workspace: ActualWorkspace) -> Holding? {
    if workspace.kind == .personal, tenant?.account == person, let top = policy.topRole(.workspace) {
      return Holding(roleName: top.name, role: top, via: .membership, obstacle: suspension(of: person))
    }
    guard let member = workspace.roll.members.first(sortedBy: \.person, person) else { return nil }
    var holding = holding(member, .workspace)
    guard asksOrganizationFirst else { return holding }
    let organization = tenant?.roll.members.first(sortedBy: \.person, person)
    if let end = organization?.expires { holding.expires = holding.expires.map { min($0, end) } ?? end }
    let carrier = organization.map { organization in
      Carrier(
        end: organization.expires,
        admits: policy.role(names.text(organization.role), .organization)?.admitsToWorkspaces ?? false)
    }
    holding.obstacle = Self.gap(member.expires, carriedBy: .some(carrier), at: now) ?? holding.obstacle
    return holding
  }

  /// The organization's membership, which carries those of its workspaces where it comes first.
  public struct Carrier {
    var end: Instant?
    var admits: Bool

    public init(end: Instant?, admits: Bool) { (self.end, self.admits) = (end, admits) }
  }

  /// Why memberships give nothing, a suspension and the role apart; nil: they give it.
  ///
  /// - Parameters:
  ///   - end: of the membership of the place itself.
  ///   - carrier: nil: none is asked for.
  public static func gap(_ end: Instant?, carriedBy carrier: Carrier??, at now: Instant) -> Obstacle? {
    let own = end.flatMap { $0 <= now ? $0 : nil }
    guard let carrier else { return own.map { .ended($0) } }
    let carrying = (carrier?.end).flatMap { $0 <= now ? $0 : nil }
    // Where both are over, access ended with the first.
    if let own, carrying.map({ own <= $0 }) ?? true { return .ended(own) }
    if let carrying { return .organizationEnded(carrying) }
    guard let carrier else { return .notInOrganization }
    return carrier.admits ? nil : .notAdmitted
  }

  /// Whether accepting the invitation gives something: it is open, and the policy knows its role.
  public func isOffer(_ invitation: ActualInvitation, in workspace: Symbol?) -> Bool {
    let scope = workspace == nil ? RoleScope.organization : .workspace
    return invitation.isOpen(at: now) && policy.role(names.text(invitation.role), scope) != nil
  }

  /// Everybody who holds a membership of the workspace, in force or not, and the user of a personal one.
  public func people(of workspace: ActualWorkspace) -> [(person: Symbol, holding: Holding)] {
    var people = workspace.roll.members.map(\.person)
    if workspace.kind == .personal, let user = tenant?.account, !people.contains(user) { people.append(user) }
    return people.compactMap { person in membership(of: person, in: workspace).map { (person, $0) } }
  }

  private func organizationMembership(of person: Symbol) -> Holding? {
    tenant?.roll.members.first(sortedBy: \.person, person).map { holding($0, .organization) }
  }

  /// What the person's role in the organization opens: the workspace.
  public func opening(of person: Symbol, _ workspace: Symbol?) -> Holding? {
    guard workspace != nil, tenant?.account == nil, var found = organizationMembership(of: person),
      found.role?.may(.workspaceEnterAll) ?? false
    else { return nil }
    found.via = .organizationRole
    return found
  }

  private func holding(_ member: ActualMember, _ scope: RoleScope) -> Holding {
    let name = names.text(member.role)
    var result = Holding(
      roleName: name, role: policy.role(name, scope), via: .membership, expires: member.expires,
      obstacle: suspension(of: member.person))
    let gap = Self.gap(member.expires, carriedBy: nil, at: now)
    result.obstacle = gap ?? result.obstacle ?? (result.role == nil ? .unknownRole : nil)
    return result
  }

  private func suspension(of person: Symbol) -> Obstacle? {
    accounts[person]?.suspended.map { .suspended(since: $0) }
  }
}

extension InForce.Obstacle {
  /// Whether an end has come, of the membership or of the organization's: what is over holds no seat.
  var isOver: Bool {
    switch self {
    case .ended, .organizationEnded: true
    case .suspended, .notInOrganization, .notAdmitted, .unknownRole: false
    }
  }
}

extension InForce.Holding {
  /// In force, or only stopped while the account is suspended.
  public var isStanding: Bool {
    switch obstacle {
    case nil, .suspended: true
    case .ended, .organizationEnded, .notInOrganization, .notAdmitted, .unknownRole: false
    }
  }

  /// As views name it.
  public var status: String {
    switch obstacle {
    case nil: "active"
    case .suspended: "suspended"
    case .ended, .organizationEnded: "expired"
    case .notInOrganization, .notAdmitted, .unknownRole: "inactive"
    }
  }
}

extension ActualInvitation {
  /// When it is over: once it lapses, or what it offers has ended.
  public var end: Instant? { [lapses, expires].compactMap(\.self).min() }

  /// Whether it can be accepted, and so holds a seat.
  public func isOpen(at now: Instant) -> Bool { end.map { now < $0 } ?? true }
}

extension DesiredTenant {
  /// The declared member of a workspace with the end that counts, which is the organization's where that comes first and
  /// sooner; nil: the organization's membership lets nobody in.
  public func admitting(_ member: DesiredMember, _ names: NameTable) -> DesiredMember? {
    guard account == nil, policy.policy.setting(.organizationMemberFirst) != .off, let members else { return member }
    guard let own = members.first(where: { $0.person == member.person }) else {
      // A list that is not all there is may have them.
      return management == .additive ? member : nil
    }
    guard own.isInForce, policy.policy.role(names.text(own.role), .organization)?.admitsToWorkspaces ?? false else {
      return nil
    }
    var result = member
    if let end = own.expires { result.expires = result.expires.map { min($0, end) } ?? end }
    return result
  }
}
