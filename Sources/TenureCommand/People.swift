import Model
import Planning

/// Who is in a place, and through what.
struct People {
  struct Person {
    var subject: String
    var role: String
    /// `active`, `pending` or `suspended`; `expired`, or `inactive` for what gives nothing and has not ended.
    var status: String
    /// `direct`, `group:NAME` or `organization-role`.
    var via: String
    /// When it is over; of an invitation also when it lapses.
    var expires: Instant?

    var isStanding: Bool { status != "expired" && status != "inactive" }
    var hasEnded: Bool { status == "expired" }
  }

  static let throughOrganization = InForce.Via.organizationRole.rawValue

  private let stored: StoredState
  private let now: Instant

  init(_ stored: StoredState, now: Instant) { (self.stored, self.now) = (stored, now) }

  /// What is in force, pending or suspended; sorted by subject, then via.
  func of(_ tenant: ActualTenant, _ workspace: ActualWorkspace?) -> [Person] {
    stored(in: tenant, workspace).filter(\.isStanding)
  }

  /// All that is stored, sorted alike.
  func stored(in tenant: ActualTenant, _ workspace: ActualWorkspace?) -> [Person] {
    let baseline = stored.baselines[tenant.name]
    let declared =
      workspace.map { wanted in baseline?.workspaces.first { $0.name == wanted.name }?.members ?? [] } ?? baseline?
      .members ?? []
    var groups: [Symbol: Symbol] = [:]
    for member in declared where member.isInForce { groups[member.person] = member.group }
    let inForce = stored.inForce(in: tenant, at: now)
    var people = members(tenant, workspace, inForce, groups) + invited(tenant, workspace, inForce, groups)
    if let workspace { people += throughOrganization(tenant, workspace, inForce) }
    return people.sorted { a, b in
      a.subject == b.subject ? a.via < b.via : a.subject.utf8.lexicographicallyPrecedes(b.subject.utf8)
    }
  }

  private func members(
    _ tenant: ActualTenant, _ workspace: ActualWorkspace?, _ inForce: InForce, _ groups: [Symbol: Symbol]
  ) -> [Person] {
    let holdings =
      workspace.map(inForce.people)
      ?? tenant.roll.members.compactMap { member in
        inForce.membership(of: member.person, in: nil).map { (member.person, $0) }
      }
    return holdings.map { person, holding in
      Person(
        subject: email(person), role: holding.roleName, status: holding.status, via: via(groups[person]),
        expires: holding.expires)
    }
  }

  private func invited(
    _ tenant: ActualTenant, _ workspace: ActualWorkspace?, _ inForce: InForce, _ groups: [Symbol: Symbol]
  ) -> [Person] {
    (workspace?.roll ?? tenant.roll).invitations.map { invitation in
      let status =
        !invitation.isOpen(at: now)
        ? "expired" : inForce.isOffer(invitation, in: workspace?.name) ? "pending" : "inactive"
      return Person(
        subject: stored.actual.accounts[invitation.person].map { stored.names.text($0.email) }
          ?? stored.names.text(invitation.email),
        role: stored.names.text(invitation.role), status: status, via: via(groups[invitation.person]),
        expires: invitation.end)
    }
  }

  /// People whose organization role opens every workspace.
  private func throughOrganization(
    _ tenant: ActualTenant, _ workspace: ActualWorkspace, _ inForce: InForce
  ) -> [Person] {
    tenant.roll.members.compactMap { member in
      guard let holding = inForce.opening(of: member.person, workspace.name) else { return nil }
      return Person(
        subject: email(member.person), role: holding.roleName, status: holding.status, via: holding.via.rawValue,
        expires: holding.expires)
    }
  }

  private func via(_ group: Symbol?) -> String { group.map { "group:" + stored.names.text($0) } ?? "direct" }
  private func email(_ person: Symbol) -> String { stored.names.text(stored.actual.accounts[person]?.email ?? person) }
}
