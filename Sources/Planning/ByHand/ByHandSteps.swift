import Model

/// Turns a request into candidate steps, in the order in which they are to be done.
///
/// | request             | stored                | steps                                                                |
/// |---------------------|-----------------------|----------------------------------------------------------------------|
/// | add R               | nothing · invited     | `add-member` · that, then `cancel-invitation`; where the policy admits |
/// |                     |                       | nobody directly, and it is not the operator's: as invite R            |
/// | set-role R          | member · invited      | `change-role` · `update-invitation`                                   |
/// | remove              | member · invited      | `remove-member` · `cancel-invitation`; of an organization: first      |
/// |                     |                       | those of its workspaces                                              |
/// | leave               | member                | likewise, each recorded as left; where the policy asks for owners and |
/// |                     |                       | lets them go, first their successors' steps                          |
/// | invite R            | nothing · over        | `invite` · `invite` as a resend                                       |
/// | cancel, resend      | open invitation       | `cancel-invitation` · `invite` as a resend                            |
/// | accept, decline     | open invitation       | `add-member` · `cancel-invitation`, each by the person's own will     |
/// | create a workspace  | nothing               | `create-workspace`                                                   |
/// | delete a workspace  | workspace             | `delete-workspace`                                                   |
/// | transfer            | member                | `change-role` to the top role, `transfer-ownership`                   |
/// | set-subscription    | another one           | `update-workspace` · `update-organization`                            |
/// | sign-up             | no account            | `create-account`                                                     |
/// | move · delete it    | account               | `move-account` · `delete-account`                                     |
/// | withdraw            | anything of theirs    | `remove-member` and `cancel-invitation`, workspaces first; keys that  |
/// |                     |                       | do not outlive their creator's account: `revoke-api-key`              |
struct ByHandSteps {
  let input: ByHandInput
  let policy: PolicyView

  var names: NameTable { input.names }

  func steps(_ request: ByHandRequest) throws(ByHandProblem) -> [Step] {
    let asked = try asked(request)
    return asked + (consequences?.steps(after: asked) ?? [])
  }

  /// Nil where nothing is stored yet.
  var consequences: RemovalConsequences? {
    input.stored.map { tenant in
      RemovalConsequences(tenant: tenant, policy: policy, now: input.now) { [baseline = input.baseline] in
        baseline?.declares($1, in: $0) ?? false
      }
    }
  }

  private func asked(_ request: ByHandRequest) throws(ByHandProblem) -> [Step] {
    switch request {
    case .signUp(let person, let displayName, let isInvited): try signUp(person, displayName, isInvited)
    case .moveAccount(let from, let to, let bothExist): try move(from, to, bothExist)
    case .deleteAccount(let person): [step(nil, person, .deleteAccount)]
    case .withdraw(let person): withdraw(person)
    case .add(let person, let workspace, let role): try add(person, workspace, role)
    case .setRole(let person, let workspace, let role): try setRole(person, workspace, role)
    case .remove(let person, let workspace): try remove(person, workspace)
    case .leave(let person, let workspace): try leave(person, workspace)
    case .invite(let person, let workspace, let role): try invite(person, workspace, role)
    case .cancelInvitation(let person, let workspace): try cancelInvitation(person, workspace)
    case .resendInvitation(let person, let workspace): try resendInvitation(person, workspace)
    case .accept(let person, let workspace): try accept(person, workspace)
    case .decline(let person, let workspace): try decline(person, workspace)
    case .createWorkspace(let new): try createWorkspace(new)
    case .deleteWorkspace(let workspace): try deleteWorkspace(workspace)
    case .transfer(let person, let workspace): try transfer(person, workspace)
    case .setSubscription(let name, let workspace): try setSubscription(name, workspace)
    }
  }

  /// What the request would come to for somebody who may do it, where the stored state admits no step: it tells who may
  /// not, before they learn anything else. What is not known is taken to be of the lowest role.
  func supposed(_ request: ByHandRequest) -> [Step] {
    let least = { (workspace: Symbol?) in
      Grant(role: policy.lowest(inWorkspace: workspace != nil), expires: nil, protect: false)
    }
    let grant = { (role: Symbol) in Grant(role: role, expires: nil, protect: false) }
    switch request {
    case .signUp, .deleteAccount, .withdraw, .leave, .accept, .decline: return []
    case .moveAccount(let from, let to, let bothExist):
      return [step(of: nil, .moveAccount(from: from, bothExist: bothExist), person: to)]
    case .add(let person, let workspace, let role): return [step(workspace, person, .addMember(grant(role)))]
    case .remove(let person, let workspace): return [step(workspace, person, .removeMember(least(workspace)))]
    case .setRole(let person, let workspace, let role):
      return [step(workspace, person, .changeRole(before: least(workspace), after: grant(role)))]
    case .invite(let person, let workspace, let role):
      return [step(workspace, person, .invite(grant(joiningRole(role, workspace)), resend: false))]
    case .cancelInvitation(let person, let workspace):
      return [step(workspace, person, .cancelInvitation(least(workspace)))]
    case .resendInvitation(let person, let workspace):
      return [step(workspace, person, .invite(least(workspace), resend: true))]
    case .createWorkspace(let new):
      let creation = Change.WorkspaceCreation(name: new.name, kind: .standard, attributes: .init(), owner: new.owner)
      return [step(of: new.name, .createWorkspace(creation))]
    case .deleteWorkspace(let workspace):
      return [
        step(of: workspace, .deleteWorkspace(.command, ends: .init(members: 0, invitations: 0, apiKeys: 0)))
      ]
    case .transfer(let person, let workspace):
      return [step(of: workspace, .transferOwnership(from: nil, swap: nil), person: person)]
    case .setSubscription(let name, let workspace):
      let after = Change.Attributes(subscription: name)
      return [
        step(
          of: workspace,
          workspace == nil
            ? .updateTenant(before: .init(), after: after) : .updateWorkspace(before: .init(), after: after))
      ]
    }
  }

  /// A step of somebody's membership or invitation.
  func step(_ workspace: Symbol?, _ person: Symbol, _ change: Change, _ ownWill: OwnWill? = nil) -> Step {
    var step = Step(
      workspace: workspace, person: person, change: change, origin: .change, mark: .none,
      entry: .member(workspace: workspace, person: person), phase: .tenant)
    step.ownWill = ownWill
    return step
  }

  /// A step about a workspace, or the tenant, itself.
  func step(of workspace: Symbol?, _ change: Change, person: Symbol? = nil) -> Step {
    Step(
      workspace: workspace, person: person, change: change, origin: .change, mark: .none,
      entry: workspace.map { .workspace($0) } ?? .tenant, phase: .tenant)
  }

  private var inForce: InForce {
    InForce(input.stored, policy: policy.policy, accounts: input.accounts, names: names, now: input.now)
  }

  /// The person's membership of the place unless it is over; a suspension keeps it.
  func lastingMember(_ person: Symbol, _ workspace: Symbol?) -> ActualMember? {
    end(of: person, workspace) == nil ? member(person, roll(workspace)) : nil
  }

  /// When the person's membership of the place ended; nil: it lasts, or there is none.
  func end(of person: Symbol, _ workspace: Symbol?) -> Instant? {
    switch inForce.membership(of: person, in: workspace)?.obstacle {
    case .ended(let end), .organizationEnded(let end): end
    case .suspended, .notInOrganization, .notAdmitted, .unknownRole, nil: nil
    }
  }

  /// Whether the person's membership of the place is in force, without an end.
  func isPermanent(_ person: Symbol, _ workspace: Symbol?) -> Bool {
    inForce.membership(of: person, in: workspace).map { $0.obstacle == nil && $0.expires == nil } ?? false
  }

  func workspace(_ name: Symbol) -> ActualWorkspace? { input.stored?.workspaces.first { $0.name == name } }

  func roll(_ workspace: Symbol?) -> Roll {
    guard let workspace else { return input.stored?.roll ?? Roll() }
    return self.workspace(workspace)?.roll ?? Roll()
  }

  func member(_ person: Symbol, _ roll: Roll) -> ActualMember? { roll.members.first(sortedBy: \.person, person) }

  func invitation(_ person: Symbol, _ roll: Roll) -> ActualInvitation? {
    roll.invitations.first(sortedBy: \.person, person)
  }

  /// What keeps everybody from being let in while the account is suspended.
  func refuseSuspended(_ person: Symbol) throws(ByHandProblem) {
    guard let since = input.accounts[person]?.suspended else { return }
    throw ByHandProblem(
      "\(email(person)) is suspended since \(since)", hint: "tenure account resume \(email(person))")
  }

  /// - Parameter isToStay: whether being a member is what was asked for.
  func stranger(_ person: Symbol, _ workspace: Symbol?, isToStay: Bool = true) -> ByHandProblem {
    ByHandProblem(
      "\(email(person)) is no member of \(place(workspace))",
      hint: isToStay
        ? "tenure member add \(place(workspace)) \(email(person)) makes them one"
        : "tenure who \(place(workspace)) lists those who are")
  }

  func place(_ workspace: Symbol?) -> String {
    Path(tenant: input.name, workspace: workspace.map(names.text)).description
  }

  func email(_ person: Symbol) -> String {
    names.text(input.accounts[person]?.email ?? input.spellings[person] ?? person)
  }
}
