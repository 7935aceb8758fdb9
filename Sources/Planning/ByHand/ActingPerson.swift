import Model

/// What somebody who acts by `--as` may do in one tenant (SPEC section 3, permissions).
///
/// | where          | what lets them                                                                                 |
/// |----------------|------------------------------------------------------------------------------------------------|
/// | organization   | the permission itself, or `all`, in their organization role                                     |
/// | workspace      | the permission in their workspace role; `all` in their organization role; or there both          |
/// |                | `workspace.enter-all` and the permission; or there one that counts in every workspace:           |
/// |                | `members.view`, `billing.view`, `billing.buy`                                                    |
///
/// | request                                    | in an organization           | in a workspace                          |
/// |--------------------------------------------|------------------------------|-----------------------------------------|
/// | sign-up, account deletion, leaving it all  | the person themself, or an operator; where workspaces of the account   |
/// |                                            | have another owner of record, `workspace.delete` in them too           |
/// | account move                               | an operator                                                            |
/// | accept, decline, leave                     | the person themself                                                    |
/// | add, invite, cancel and resend invitations | `organization.members`       | `members.invite`; above one's own rank  |
/// |                                            |                              | `members.change-role` too               |
/// | set-role                                   | `organization.members`       | `members.change-role`                   |
/// | remove                                     | `organization.members`       | `members.remove`                        |
/// | create a workspace                         | `workspace.create`; for another owner `ownership.transfer` too; in an  |
/// |                                            | account: its user                                                      |
/// | delete a workspace                         |                              | `workspace.delete`, or an operator      |
/// | transfer                                   | `organization.members` and   | `ownership.transfer`                    |
/// |                                            | `ownership.transfer`         |                                         |
/// | set-subscription                           | `subscription.change`        | `subscription.change`                   |
///
/// A suspended person may nothing, nor may one without an account but sign up, decline and what is the operators', if
/// they are one; a membership that has ended gives nothing.
public struct ActingPerson: Sendable {
  let person: Symbol
  let tenant: ActualTenant?
  let policy: Policy
  let accounts: AccountDirectory
  let names: NameTable
  let now: Instant

  public init(
    _ person: Symbol, in tenant: ActualTenant?, policy: Policy, accounts: AccountDirectory, names: NameTable,
    now: Instant
  ) {
    self.person = person
    self.tenant = tenant
    self.policy = policy
    self.accounts = accounts
    self.names = names
    self.now = now
  }

  /// Why they may do nothing at all; nil: they have an account that is not suspended.
  public var bar: Reason? {
    guard let account = accounts[person] else {
      return Reason(
        "\(names.text(person)) has no account, so may do nothing",
        remedy: "sign up first: tenure account sign-up \(names.text(person))")
    }
    guard let since = account.suspended else { return nil }
    return Reason(
      "\(names.text(account.email)) is suspended since \(since), so may do nothing",
      remedy: "ask the operator: tenure account resume \(names.text(account.email))")
  }

  /// Named by the policy for what only operators may do; that takes no account, but a suspension ends it.
  public var isOperator: Bool {
    accounts[person]?.suspended == nil && policy.operators.contains { $0.emailKey == names.text(person) }
  }

  /// In force now; nil where they are no member, or the membership has ended.
  public func role(in workspace: Symbol?) -> Role? {
    guard let member = roll(workspace)?.members.first(where: { $0.person == person }),
      member.expires.map({ now < $0 }) ?? true
    else { return nil }
    return policy.role(names.text(member.role), workspace == nil ? .organization : .workspace)
  }

  /// Whether any role of theirs covers the permission in the place.
  public func may(_ permission: Permission, in workspace: Symbol?) -> Bool {
    guard bar == nil else { return false }
    let organization = role(in: nil)
    guard workspace != nil else { return organization?.may(permission) ?? false }
    if role(in: workspace)?.may(permission) ?? false { return true }
    guard let organization, organization.may(permission) else { return false }
    return organization.permissions.contains(.all) || organization.permissions.contains(.workspaceEnterAll)
      || Permission.countingInWorkspaces.contains(permission)
  }

  /// Whether they see the members. In an organization that takes `organization.members`.
  public func maySeeMembers(of workspace: Symbol?) -> Bool {
    workspace == nil ? may(.organizationMembers, in: nil) : may(.membersView, in: workspace)
  }

  /// Why none of their roles covers what `request` needs; nil: one does.
  func refusal(of request: ByHandRequest) -> Reason? {
    if isFreeToStrangers(request) { return nil }
    if let bar, !isOperator { return bar }
    switch request {
    case .signUp: return isOperator ? nil : Reason("only the operator signs others up", remedy: "leave --as out")
    case .moveAccount: return isOperator ? nil : operatorsOnly("moves accounts")
    case .deleteAccount(let whom), .withdraw(let whom):
      if isOperator { return nil }
      return whom == person ? refusal(ofEnding: request) : operatorsOnly("deletes the accounts of others")
    case .accept(let whom, _), .decline(let whom, _), .leave(let whom, _):
      return whom == person ? nil : Reason("only \(email(whom)) can do that", remedy: "use --as \(email(whom))")
    case .add(_, nil, _), .remove(_, nil), .setRole(_, nil, _), .invite(_, nil, _), .cancelInvitation(_, nil),
      .resendInvitation(_, nil):
      return refusal(.organizationMembers, in: nil)
    case .remove(_, let workspace?): return refusal(.membersRemove, in: workspace)
    case .setRole(_, let workspace?, _): return refusal(.membersChangeRole, in: workspace)
    case .add(_, let workspace?, let role), .invite(_, let workspace?, let role):
      return refusal(ofOffering: role, in: workspace)
    case .cancelInvitation(let whom, let workspace?), .resendInvitation(let whom, let workspace?):
      return refusal(ofOffering: roll(workspace)?.invitations.first { $0.person == whom }?.role, in: workspace)
    case .createWorkspace(let new): return refusal(ofCreating: new)
    case .deleteWorkspace(let workspace): return isOperator ? nil : refusal(.workspaceDelete, in: workspace)
    case .transfer(_, nil):
      return refusal(.organizationMembers, in: nil) ?? refusal(.ownershipTransfer, in: nil)
    case .transfer(_, let workspace?): return refusal(.ownershipTransfer, in: workspace)
    case .setSubscription(_, let workspace): return refusal(.subscriptionChange, in: workspace)
    }
  }

  /// Signing up oneself, and answering an invitation, which people without an account may have too.
  private func isFreeToStrangers(_ request: ByHandRequest) -> Bool {
    switch request {
    case .signUp(let whom, _, _): whom == person
    case .accept(let whom, _), .decline(let whom, _): whom == person && accounts[person] == nil
    case .moveAccount, .deleteAccount, .withdraw, .add, .remove, .setRole, .leave, .invite, .cancelInvitation,
      .resendInvitation, .createWorkspace, .deleteWorkspace, .transfer, .setSubscription:
      false
    }
  }

  /// With their account go its workspaces: those that have become somebody else's are not theirs to delete.
  private func refusal(ofEnding request: ByHandRequest) -> Reason? {
    guard case .deleteAccount = request else { return nil }
    return (tenant?.workspaces ?? []).filter { $0.kind != .personal && $0.owner != person }
      .lazy.compactMap { refusal(.workspaceDelete, in: $0.name) }.first
  }

  /// Who may only invite gives nobody more than they hold themselves.
  private func refusal(ofOffering role: Symbol?, in workspace: Symbol) -> Reason? {
    if let reason = refusal(.membersInvite, in: workspace) { return reason }
    guard let wanted = role.flatMap({ policy.role(names.text($0), .workspace) }), let own = self.role(in: workspace),
      wanted.rank > own.rank
    else { return nil }
    return refusal(.membersChangeRole, in: workspace)
  }

  private func refusal(ofCreating new: ByHandRequest.NewWorkspace) -> Reason? {
    if let user = tenant?.account {
      if user == person { return nil }
      return Reason("only \(email(user)) makes workspaces in their account", remedy: "use --as \(email(user))")
    }
    if let reason = refusal(.workspaceCreate, in: nil) { return reason }
    guard let owner = new.owner, owner != person else { return nil }
    return refusal(.ownershipTransfer, in: nil)
  }

  private func operatorsOnly(_ what: String) -> Reason {
    Reason(
      "\(email(person)) is no operator, and only the operator \(what)",
      remedy: "leave --as out as the operator, or name \(email(person)) under `operators` in the policy")
  }

  /// Why they lack the permission; nil: they have it.
  public func refusal(_ permission: Permission, in workspace: Symbol?) -> Reason? {
    if let bar { return bar }
    guard !may(permission, in: workspace) else { return nil }
    let place = Path(tenant: tenant?.name ?? "", workspace: workspace.map(names.text)).description
    let able = rolesWith(permission, inWorkspace: workspace != nil)
    let stand = role(in: workspace).map { "is \($0.name) of \(place)" } ?? "has no role in \(place)"
    return Reason(
      "\(email(person)) \(stand) and lacks the permission \(permission.rawValue)",
      remedy: able.isEmpty
        ? "ask the operator: no role has it"
        : "ask somebody who is \(able.joined(separator: " or ")) there, or the operator")
  }

  /// Of the place itself; where none of a workspace has it, those of the organization that open it.
  private func rolesWith(_ permission: Permission, inWorkspace: Bool) -> [String] {
    let inside = inWorkspace ? policy.roles(.workspace).filter { $0.may(permission) } : []
    if !inside.isEmpty { return inside.map(\.name) }
    if tenant?.account != nil { return [] }
    return policy.roles(.organization).filter { role in
      role.may(permission)
        && (!inWorkspace || role.may(.workspaceEnterAll) || Permission.countingInWorkspaces.contains(permission))
    }.map(\.name)
  }

  private func roll(_ workspace: Symbol?) -> Roll? {
    workspace == nil ? tenant?.roll : tenant?.workspaces.first { $0.name == workspace }?.roll
  }

  private func email(_ person: Symbol) -> String { names.text(accounts[person]?.email ?? person) }
}
