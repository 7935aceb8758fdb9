import Model

/// Who is in a place, and through what.
struct People {
  struct Person {
    var subject: String
    var role: String
    /// `active`, `pending` or `suspended`.
    var status: String
    /// `direct`, `group:NAME` or `organization-role`.
    var via: String
    var expires: Instant?
  }

  private let stored: StoredState
  private let now: Instant

  init(_ stored: StoredState, now: Instant) { (self.stored, self.now) = (stored, now) }

  /// Sorted by subject, then via.
  func of(_ tenant: ActualTenant, _ workspace: ActualWorkspace?) -> [Person] {
    let baseline = stored.baselines[tenant.name]
    let declared =
      workspace.map { wanted in baseline?.workspaces.first { $0.name == wanted.name }?.members ?? [] } ?? baseline?
      .members ?? []
    var groups: [Symbol: Symbol] = [:]
    for member in declared where member.isInForce { groups[member.person] = member.group }
    var people = inRoll(workspace?.roll ?? tenant.roll, groups)
    if workspace != nil { people += throughOrganization(tenant) }
    return people.sorted { a, b in
      a.subject == b.subject ? a.via < b.via : a.subject.utf8.lexicographicallyPrecedes(b.subject.utf8)
    }
  }

  private func inRoll(_ roll: Roll, _ groups: [Symbol: Symbol]) -> [Person] {
    let members = roll.members.filter { isInForce($0.expires) }.map { member in
      Person(
        subject: email(member.person), role: stored.names.text(member.role), status: status(member.person),
        via: via(groups[member.person]), expires: member.expires)
    }
    let pending = roll.invitations.filter { isInForce($0.lapses) && isInForce($0.expires) }.map { invitation in
      Person(
        subject: stored.actual.accounts[invitation.person].map { stored.names.text($0.email) }
          ?? stored.names.text(invitation.email),
        role: stored.names.text(invitation.role), status: "pending", via: via(groups[invitation.person]),
        expires: invitation.expires)
    }
    return members + pending
  }

  /// People whose organization role opens every workspace.
  private func throughOrganization(_ tenant: ActualTenant) -> [Person] {
    guard tenant.account == nil else { return [] }
    let policy = stored.policy(of: tenant).policy
    let opening = Set(policy.organizationRoles.filter { $0.may(.workspaceEnterAll) }.map(\.name))
    return tenant.roll.members.compactMap { member in
      let role = stored.names.text(member.role)
      guard opening.contains(role), isInForce(member.expires) else { return nil }
      return Person(
        subject: email(member.person), role: role, status: status(member.person), via: "organization-role",
        expires: member.expires)
    }
  }

  private func isInForce(_ end: Instant?) -> Bool { end.map { now < $0 } ?? true }
  private func via(_ group: Symbol?) -> String { group.map { "group:" + stored.names.text($0) } ?? "direct" }
  private func email(_ person: Symbol) -> String { stored.names.text(stored.actual.accounts[person]?.email ?? person) }
  private func status(_ person: Symbol) -> String {
    stored.actual.accounts[person]?.suspended == nil ? "active" : "suspended"
  }
}
