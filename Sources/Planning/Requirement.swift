import Model

/// What doing a step takes from whoever does it: the one table that commands and `actor-allowed` ask (SPEC section 3).
///
/// | step                                   | in an organization      | in a workspace                          | rank of  |
/// |----------------------------------------|-------------------------|-----------------------------------------|----------|
/// | change the policy                      | `all`; the Policy for all: an operator of it, or `all` in every organization |||
/// | leave management                       | `organization.members`  | `members.remove`                        |          |
/// | make an organization · move an account | an operator                                                     |||
/// | make or delete an account              | the person themself                                             |||
/// | change an organization                 | `organization.members`; for the subscription `subscription.change` ||       |
/// | make a workspace, and fill it          | `workspace.create`      |                                         |          |
/// | change or rename a workspace           |                         | `workspace.edit`; for the subscription `subscription.change` | |
/// | delete a workspace                     |                         | `workspace.delete`                      |          |
/// | invite, send again, add                | `organization.members`  | `members.invite`                        | the role |
/// | change a role, an end, an invitation   | `organization.members`  | `members.change-role`                   | both roles |
/// | cancel an invitation                   | `organization.members`  | `members.invite` or `members.remove`    | the role |
/// | remove a member                        | `organization.members`  | `members.remove`                        | the role |
/// | hand the ownership over                | `ownership.transfer`    | `ownership.transfer`                    | a role that goes along |
/// | change a key's limits                  |                         | `api-key.limits`                        |          |
/// | revoke a key                           |                         | `api-key.revoke-others`; of one's own also `api-key.revoke-own` | |
///
/// In a personal account what is an organization's matter above is its user's. What somebody does of their own will, and
/// what ends only because they are removed from the organization, takes nothing of its own.
enum Requirement: Hashable, Sendable {
  case nothing
  /// What only operators do.
  case operators(String)
  case person(Symbol)
  /// `all` in every organization of the store, of which there is one at least.
  case everywhere
  case rights(Rights)

  var isOperators: Bool { if case .operators = self { true } else { false } }

  struct Rights: Hashable, Sendable {
    /// As it is stored; nil: the organization.
    var place: Symbol?
    /// Of each group one.
    var permissions: [[Permission]]
    /// Roles that the step gives, changes or ends: nobody reaches above their own rank.
    var roles: [Symbol] = []
    /// Whom another permission does for, since it is theirs.
    var own: Own?
  }

  struct Own: Hashable, Sendable {
    var person: Symbol
    var permission: Permission
  }
}

extension Step {
  /// - Parameter tenant: as it is stored; nil: it is still to be made.
  func requirement(in tenant: ActualTenant?, _ origins: WorkspaceOrigins = .init()) -> Requirement {
    if onlyWith != nil || ownWill != nil { return .nothing }
    switch change {
    case .updatePolicy(let edit): return edit.requirement
    case .updateManagement: return leavingManagement(tenant, origins)
    case .createOrganization: return .operators("makes organizations")
    case .moveAccount: return .operators("moves accounts")
    case .createAccount, .deleteAccount: return person.map { .person($0) } ?? .operators("makes and ends accounts")
    case .createWorkspace: return Self.making(tenant)
    case .updateTenant(_, let after):
      if let user = tenant?.account { return .person(user) }
      return .rights(.init(place: nil, permissions: after.permissions(otherwise: .organizationMembers)))
    case .updateWorkspace(_, let after):
      return inPlace(tenant, origins, after.permissions(otherwise: .workspaceEdit))
    case .renameWorkspace: return inPlace(tenant, origins, [[.workspaceEdit]])
    case .deleteWorkspace: return inPlace(tenant, origins, [[.workspaceDelete]])
    case .invite(let grant, _), .addMember(let grant):
      return membership(tenant, origins, [.membersInvite], [grant])
    case .updateInvitation(let before, let after), .updateMember(let before, let after),
      .changeRole(let before, let after):
      return membership(tenant, origins, [.membersChangeRole], [before, after])
    case .cancelInvitation(let grant): return membership(tenant, origins, [.membersInvite, .membersRemove], [grant])
    case .removeMember(let grant): return membership(tenant, origins, [.membersRemove], [grant])
    case .transferOwnership(_, let swap):
      return inPlace(tenant, origins, [[.ownershipTransfer]], swap.map { [$0.heirAfter.role] } ?? [])
    case .updateAPIKey: return inPlace(tenant, origins, [[.apiKeyLimits]])
    case .revokeAPIKey: return revocation(inPlace(tenant, origins, [[.apiKeyRevokeOthers]]), tenant)
    }
  }

  /// What does instead: for what ends in a workspace together with a membership of the organization, the right to end
  /// that. Nil: nothing does.
  func alternative(in tenant: ActualTenant?, _ origins: WorkspaceOrigins) -> Requirement? {
    guard workspace != nil, let person, origins.leaving.contains(person) else { return nil }
    switch change {
    case .removeMember, .cancelInvitation: break
    case .createOrganization, .createAccount, .updatePolicy, .updateManagement, .updateTenant, .moveAccount,
      .deleteAccount, .createWorkspace,
      .updateWorkspace, .renameWorkspace, .deleteWorkspace, .invite, .updateInvitation, .addMember, .updateMember,
      .changeRole, .transferOwnership, .updateAPIKey, .revokeAPIKey:
      return nil
    }
    let held =
      tenant?.roll.members.first(sortedBy: \.person, person)?.role
      ?? tenant?.roll.invitations.first(sortedBy: \.person, person)?.role
    return .rights(.init(place: nil, permissions: [[.organizationMembers]], roles: held.map { [$0] } ?? []))
  }

  private func revocation(_ requirement: Requirement, _ tenant: ActualTenant?) -> Requirement {
    guard case .rights(var rights) = requirement, let place = rights.place,
      let creator = tenant?.workspaces.first(where: { $0.name == place })?.apiKeys.first(where: { $0.name == key })?
        .creator
    else { return requirement }
    rights.own = .init(person: creator, permission: .apiKeyRevokeOwn)
    return .rights(rights)
  }

  /// Whoever may make a workspace may fill it.
  static func making(_ tenant: ActualTenant?) -> Requirement {
    if let user = tenant?.account { return .person(user) }
    return .rights(.init(place: nil, permissions: [[.workspaceCreate]]))
  }

  private func inPlace(
    _ tenant: ActualTenant?, _ origins: WorkspaceOrigins, _ permissions: [[Permission]], _ roles: [Symbol] = []
  ) -> Requirement {
    guard let workspace else { return .rights(.init(place: nil, permissions: permissions, roles: roles)) }
    if origins.made.contains(workspace) { return Self.making(tenant) }
    return .rights(.init(place: origins.stored(workspace), permissions: permissions, roles: roles))
  }

  private func membership(
    _ tenant: ActualTenant?, _ origins: WorkspaceOrigins, _ alternatives: [Permission], _ grants: [Grant]
  ) -> Requirement {
    inPlace(
      tenant, origins, [workspace == nil ? [.organizationMembers] : alternatives], (grants + later).map(\.role))
  }
}

extension Change.Attributes {
  /// The subscription has a permission of its own.
  fileprivate func permissions(otherwise other: Permission) -> [[Permission]] {
    subscription == nil ? [[other]] : displayName == nil ? [[.subscriptionChange]] : [[other], [.subscriptionChange]]
  }
}

/// What somebody lacks for doing something.
enum Lack: Hashable, Sendable {
  /// An account that is not suspended.
  case account
  /// Being an operator; what only operators do.
  case operators(String)
  /// Being this person.
  case person(Symbol)
  /// `all` in every organization.
  case everywhere
  /// One of these, in the place.
  case permission([Permission], in: Symbol?)
  /// A rank as high as the role's, in the place.
  case rank(Symbol, in: Symbol?)
  /// Being the owner of record of the place.
  case ownership(of: Symbol?)
}
