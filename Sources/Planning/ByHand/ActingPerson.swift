import Model

/// What somebody who acts may do in one tenant, by command or as the actor of a plan (SPEC section 3, permissions).
///
/// | where          | what lets them                                                                                 |
/// |----------------|------------------------------------------------------------------------------------------------|
/// | organization   | the permission itself, or `all`, in their organization role                                     |
/// | workspace      | the permission in their workspace role; `all` in their organization role; or there both          |
/// |                | `workspace.enter-all` and the permission; or there one that counts in every workspace:           |
/// |                | `members.view`, `billing.view`, `billing.buy`                                                    |
/// | anywhere       | being an operator of the policy, which takes no account                                         |
///
/// Nobody gives, changes or ends a role above their own rank. Operators and `all` are above every role; whose organization
/// role opens all workspaces has the top rank in each. What a step takes: ``Requirement``. Roles in force: ``InForce``.
///
/// | request                                    | takes besides what its steps take                                     |
/// |--------------------------------------------|------------------------------------------------------------------------|
/// | sign-up, account deletion, leaving it all  | being that person, or an operator; where workspaces of the account     |
/// |                                            | have another owner of record, `workspace.delete` in them               |
/// | accept, decline, leave                     | being that person, and nothing else                                    |
/// | create a workspace for another owner       | `ownership.transfer` in the organization                               |
/// | transfer                                   | being the owner of record, or an operator; the role that goes along    |
/// |                                            | takes nothing                                                          |
///
/// A suspended person may nothing, nor may one without an account but sign up, decline and what operators may, if they
/// are one.
public struct ActingPerson: Sendable {
  let person: Symbol
  let tenant: ActualTenant?
  let policy: Policy
  let accounts: AccountDirectory
  let names: NameTable
  let now: Instant
  private let inForce: InForce

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
    inForce = InForce(tenant, policy: policy, accounts: accounts, names: names, now: now)
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
    accounts[person]?.suspended == nil && policy.namesOperator(names.text(person))
  }

  /// The role of their membership, in force now; nil where there is none.
  public func role(in workspace: Symbol?) -> Role? {
    guard let own = inForce.membership(of: person, in: workspace), own.obstacle == nil else { return nil }
    return own.role
  }

  /// Roles in force in the place, of the organization too where it opens the workspace.
  public func roles(in workspace: Symbol?) -> [Role] { inForce.roles(of: person, in: workspace) }

  /// Everything they hold in the place, what is in force first.
  public func holdings(in workspace: Symbol?) -> [InForce.Holding] { inForce.holdings(of: person, in: workspace) }

  /// Whether being an operator, a role in force, or being the account's user covers the permission in the place.
  public func may(_ permission: Permission, in workspace: Symbol?) -> Bool {
    isOperator
      || (bar == nil && (holding(for: permission, in: workspace) != nil || mayAsUser(permission, in: workspace)))
  }

  /// Whether they have no part in the tenant at all: no role, no membership that is over, no operator's place.
  public var isOutsider: Bool {
    let places = [nil] + (tenant?.workspaces.map { Optional($0.name) } ?? [])
    return !isOperator && tenant?.account != person && places.allSatisfy { holdings(in: $0).isEmpty }
  }

  /// Whether the place is in their own account.
  public var isHome: Bool { bar == nil && tenant?.account == person }

  /// What takes being the account's user and no role: making its workspaces, as far as the policy allows more than one,
  /// and seeing the costs of their personal one (SYSTEMS, `enterprise`: «roles don't apply there»).
  private func mayAsUser(_ permission: Permission, in workspace: Symbol?) -> Bool {
    guard isHome, let tenant else { return false }
    guard let workspace else {
      return permission == .workspaceCreate && Step.making(tenant) == .person(person)
        && (tenant.workspaces.isEmpty || policy.allowsFurtherWorkspaces)
    }
    return permission == .billingView && tenant.workspaces.contains { $0.name == workspace && $0.kind == .personal }
  }

  /// What covers the permission in the place: what lasts longest; nil: nothing in force does.
  public func holding(for permission: Permission, in workspace: Symbol?) -> InForce.Holding? {
    var found = holdings(in: workspace).filter { $0.obstacle == nil && $0.role?.may(permission) ?? false }
    if workspace != nil, tenant?.account == nil, Permission.countingInWorkspaces.contains(permission),
      var own = inForce.membership(of: person, in: nil), own.obstacle == nil, own.role?.may(permission) ?? false
    {
      own.via = .organizationRole
      found.append(own)
    }
    return found.max { a, b in (a.expires ?? .never) < (b.expires ?? .never) }
  }

  /// How high a role they may give, change or end in the place.
  func rank(in workspace: Symbol?) -> Int {
    if isOperator { return Int.max }
    return holdings(in: workspace).filter { $0.obstacle == nil }.map { holding in
      guard let role = holding.role else { return Int.min }
      if role.permissions.contains(.all) { return Int.max }
      switch holding.via {
      case .membership: return role.rank
      case .organizationRole: return policy.topRole(.workspace)?.rank ?? Int.min
      }
    }.max() ?? Int.min
  }

  // MARK: What they lack

  /// For a step, by command or by plan; nil: nothing.
  func lack(for step: Step, _ origins: WorkspaceOrigins = .init()) -> Lack? {
    guard let lack = lack(for: step.requirement(in: tenant, origins)) else { return nil }
    guard let other = step.alternative(in: tenant, origins) else { return lack }
    return self.lack(for: other) == nil ? nil : lack
  }

  func lack(for requirement: Requirement) -> Lack? {
    if requirement == .nothing || isOperator { return nil }
    if bar != nil { return .account }
    switch requirement {
    case .nothing: return nil
    case .operators(let what): return .operators(what)
    case .person(let other): return other == person ? nil : .person(other)
    case .everywhere: return .everywhere
    case .rights(let rights):
      for alternatives in rights.permissions {
        let isOwn = rights.own.map { $0.person == person && may($0.permission, in: rights.place) } ?? false
        if !isOwn, !alternatives.contains(where: { may($0, in: rights.place) }) {
          return .permission(alternatives, in: rights.place)
        }
      }
      let own = rank(in: rights.place)
      return rights.roles.first { rank(of: $0, in: rights.place) > own }.map { .rank($0, in: rights.place) }
    }
  }

  /// A role that the policy does not know ranks below all that it knows.
  private func rank(of role: Symbol, in place: Symbol?) -> Int {
    policy.role(names.text(role), place == nil ? .organization : .workspace)?.rank ?? Int.min
  }

  /// Whether they see the members. In an organization that takes `organization.members`.
  public func maySeeMembers(of workspace: Symbol?) -> Bool {
    workspace == nil ? may(.organizationMembers, in: nil) : may(.membersView, in: workspace)
  }

  /// Why they may not do what is asked for; nil: they may.
  ///
  /// - Parameter steps: what the request comes to.
  func refusal(of request: ByHandRequest, _ steps: [Step]) -> Reason? {
    if isFreeToStrangers(request) { return nil }
    if let bar, !isOperator { return bar }
    switch request {
    case .signUp: return isOperator ? nil : Reason("only the operator signs others up", remedy: "leave --as out")
    case .deleteAccount(let whom), .withdraw(let whom):
      if isOperator { return nil }
      return whom == person ? refusal(ofEnding: request) : reason(.operators("deletes the accounts of others"))
    case .accept(let whom, _), .decline(let whom, _), .leave(let whom, _):
      return whom == person ? nil : reason(.person(whom))
    case .transfer(_, let place): return refusal(ofTransfer: place, steps)
    case .createWorkspace(let new): return refusal(ofEach: steps) ?? refusal(ofNaming: new.owner)
    case .remove(_, nil):
      // What ends in workspaces with it is judged by it alone.
      return refusal(ofEach: steps.filter { $0.workspace == nil })
    case .moveAccount, .add, .remove, .setRole, .invite, .cancelInvitation, .resendInvitation, .deleteWorkspace,
      .setSubscription:
      return refusal(ofEach: steps)
    }
  }

  private func refusal(ofEach steps: [Step]) -> Reason? {
    steps.lazy.compactMap { lack(for: $0) }.first.map(reason)
  }

  /// The role that comes with the ownership is judged with it.
  private func refusal(ofTransfer place: Symbol?, _ steps: [Step]) -> Reason? {
    if isOperator { return nil }
    let owner = place.map { name in tenant?.workspaces.first { $0.name == name }?.owner } ?? tenant?.owner
    let transfers = steps.filter { if case .transferOwnership = $0.change { true } else { false } }
    if let reason = refusal(ofEach: transfers) { return reason }
    return owner == person ? nil : reason(.ownership(of: place))
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

  /// A workspace that is made for somebody else hands its ownership over.
  private func refusal(ofNaming owner: Symbol?) -> Reason? {
    guard let owner, owner != person, tenant?.account == nil else { return nil }
    return refusal(.ownershipTransfer, in: nil)
  }

  /// Why they lack the permission; nil: they have it.
  public func refusal(_ permission: Permission, in workspace: Symbol?) -> Reason? {
    if isOperator { return nil }
    if let bar { return bar }
    return may(permission, in: workspace) ? nil : reason(.permission([permission], in: workspace))
  }

  /// In the words of a command.
  private func reason(_ lack: Lack) -> Reason {
    switch lack {
    case .account:
      return bar ?? Reason("\(email(person)) may do nothing here", remedy: "ask the operator")
    case .operators(let what):
      return Reason(
        "\(email(person)) is no operator, and only the operator \(what)",
        remedy: "ask the operator, who leaves --as out, or somebody whom the policy names in `operators`")
    case .everywhere:
      return Reason("\(email(person)) does not hold `all` in every organization", remedy: "ask the operator")
    case .person(let whom):
      return Reason("only \(email(whom)) can do that", remedy: "use --as \(email(whom))")
    case .permission(let permissions, let place):
      let able = rolesWith(permissions, inWorkspace: place != nil)
      return Reason(
        "\(email(person)) \(stand(in: place)) and lacks the permission "
          + permissions.map(\.rawValue).joined(separator: " or "),
        remedy: able.isEmpty
          ? "ask the operator: no role has it"
          : "ask somebody who is \(able.joined(separator: " or ")) there, or the operator"
      )
    case .rank(let role, let place):
      return Reason(
        "\(email(person)) \(stand(in: place)), and nobody gives, changes or ends a role above their own: "
          + names.text(role),
        remedy: "ask somebody who is \(names.text(role)) there, or the operator")
    case .ownership(let place):
      return Reason(
        "\(email(person)) is not the owner of record of \(path(place)), who alone hands it over",
        remedy: "ask the owner of record, or the operator")
    }
  }

  private func stand(in place: Symbol?) -> String {
    let held = holdings(in: place)
    if let role = held.first(where: { $0.obstacle == nil })?.role {
      return "is \(role.name) of \(path(held.first?.via == .organizationRole ? nil : place))"
    }
    switch held.first?.obstacle {
    case .ended(let end)?, .organizationEnded(let end)?: return "has no role in \(path(place)) since \(end)"
    case .suspended?, .notInOrganization?, .notAdmitted?, .unknownRole?, nil: return "has no role in \(path(place))"
    }
  }

  private func path(_ place: Symbol?) -> String {
    Path(tenant: tenant?.name ?? "", workspace: place.map(names.text)).description
  }

  /// Of the place itself; where none of a workspace has it, those of the organization that open it.
  private func rolesWith(_ permissions: [Permission], inWorkspace: Bool) -> [String] {
    let inside = inWorkspace ? policy.roles(.workspace).filter { permissions.contains(where: $0.may) } : []
    if !inside.isEmpty { return inside.map(\.name) }
    if tenant?.account != nil { return [] }
    return policy.roles(.organization).filter { role in
      permissions.contains { permission in
        role.may(permission)
          && (!inWorkspace || role.may(.workspaceEnterAll) || Permission.countingInWorkspaces.contains(permission))
      }
    }.map(\.name)
  }

  private func email(_ person: Symbol) -> String { names.text(accounts[person]?.email ?? person) }
}
