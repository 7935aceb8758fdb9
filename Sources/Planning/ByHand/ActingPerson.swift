import Model

/// What somebody who acts by `--as` may do in one tenant (SPEC section 3, permissions).
///
/// | where          | what lets them                                                                                 |
/// |----------------|------------------------------------------------------------------------------------------------|
/// | organization   | the permission itself, or `all`, in their organization role                                     |
/// | workspace      | the permission in their workspace role; `all` in their organization role; or there both          |
/// |                | `workspace.enter-all` and the permission                                                        |
///
/// A suspended person may nothing, and a membership that has ended gives nothing.
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

  /// In force now; nil where they are no member, or the membership has ended.
  public func role(in workspace: Symbol?) -> Role? {
    let roll = workspace == nil ? tenant?.roll : tenant?.workspaces.first { $0.name == workspace }?.roll
    guard let member = roll?.members.first(where: { $0.person == person }), member.expires.map({ now < $0 }) ?? true
    else { return nil }
    return policy.role(names.text(member.role), workspace == nil ? .organization : .workspace)
  }

  /// Whether any role of theirs covers the permission in the place.
  public func may(_ permission: Permission, in workspace: Symbol?) -> Bool {
    guard bar == nil else { return false }
    let organization = role(in: nil)
    guard workspace != nil else { return organization?.may(permission) ?? false }
    if role(in: workspace)?.may(permission) ?? false { return true }
    guard let organization else { return false }
    if [.billingView, .billingBuy].contains(permission), organization.may(permission) { return true }
    return organization.permissions.contains(.all)
      || (organization.permissions.contains(.workspaceEnterAll) && organization.may(permission))
  }

  /// Whether they see the members. In an organization that takes `organization.members`; `members.view` of an
  /// organization role counts in every workspace of it (SYSTEMS, `enterprise`: a member «views members of a workspace»
  /// and not those of the organization).
  public func maySeeMembers(of workspace: Symbol?) -> Bool {
    guard bar == nil else { return false }
    guard workspace != nil else { return may(.organizationMembers, in: nil) }
    return may(.membersView, in: workspace) || (role(in: nil)?.may(.membersView) ?? false)
  }

  /// Why none of their roles covers what `request` needs; nil: one does.
  func refusal(of request: ByHandRequest) -> Reason? {
    if case .signUp(person, _, _) = request { return nil }
    if accounts[person] == nil, isOwnAnswer(request) { return nil }
    if let bar { return bar }
    switch request {
    case .signUp:
      if isOperator { return nil }
      return Reason("only the operator signs others up", remedy: "leave --as out, or sign yourself up")
    case .accept(let whom, _), .decline(let whom, _), .leave(let whom, _):
      return whom == person ? nil : Reason("only \(email(whom)) can do that", remedy: "use --as \(email(whom))")
    case .add(_, nil, _), .remove(_, nil), .setRole(_, nil, _): return refusal(.organizationMembers, in: nil)
    case .remove(_, let workspace?): return refusal(.membersRemove, in: workspace)
    case .setRole(_, let workspace?, _): return refusal(.membersChangeRole, in: workspace)
    case .add(_, let workspace?, let role):
      if let reason = refusal(.membersInvite, in: workspace) { return reason }
      // Who may only invite gives nobody more than they hold themselves.
      return isAboveOwn(role, in: workspace) ? refusal(.membersChangeRole, in: workspace) : nil
    }
  }

  /// Named by the policy for what only operators may do.
  public var isOperator: Bool { bar == nil && policy.operators.contains { $0.lowercased() == names.text(person) } }

  /// Answering an invitation, which people without an account may have too.
  private func isOwnAnswer(_ request: ByHandRequest) -> Bool {
    switch request {
    case .accept(let whom, _), .decline(let whom, _): whom == person
    case .signUp, .add, .remove, .setRole, .leave: false
    }
  }

  private func isAboveOwn(_ wanted: Symbol, in workspace: Symbol) -> Bool {
    guard let wanted = policy.role(names.text(wanted), .workspace), let own = role(in: workspace) else { return false }
    return wanted.rank > own.rank
  }

  /// Why they lack the permission; nil: they have it.
  public func refusal(_ permission: Permission, in workspace: Symbol?) -> Reason? {
    if let bar { return bar }
    guard !may(permission, in: workspace) else { return nil }
    let place = Path(tenant: tenant?.name ?? "", workspace: workspace.map(names.text)).description
    let scope: RoleScope = workspace == nil ? .organization : .workspace
    let able = policy.roles(scope).filter { $0.may(permission) }.map(\.name)
    let stand = role(in: workspace).map { "is \($0.name) of \(place)" } ?? "has no role in \(place)"
    return Reason(
      "\(email(person)) \(stand) and lacks the permission \(permission.rawValue)",
      remedy: able.isEmpty
        ? "ask the operator: no role has it"
        : "ask somebody who is \(able.joined(separator: " or ")) there, or the operator")
  }

  private func email(_ person: Symbol) -> String { names.text(accounts[person]?.email ?? person) }
}
