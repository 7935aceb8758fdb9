import Model

/// «The number of members depends on the subscription» (SYSTEMS, `single-owner`); «At most 5 members, owners included»,
/// pending ones too (`small-team`). Fires when somebody would take a seat beyond the lower of the subscription's limit and
/// the rule's own number, and when a subscription would be lowered below the seats taken.
///
/// | place        | limit                                                                                    |
/// |--------------|------------------------------------------------------------------------------------------|
/// | workspace    | its subscription, else the organization's, else the default one; and the rule's number    |
/// | organization | the subscription that is set on it: the rule's number is «a workspace»                    |
///
/// A seat is an active membership, suspended people included, or an invitation that has not lapsed. Where the organization
/// comes first, a membership of it that begins anew revives those of its workspaces: their seats are asked for too.
struct MemberCap: ProtectionRule {
  let name = RuleName.memberCap
  let documentation = RuleDocumentation(
    refuses: "more members and pending invitations than the subscription has, and lowering it below them",
    why: "A subscription says how many seats there are; an invitation promises one.",
    example: "a sixth member under `free: {members: 5}`",
    remedy: "Free a seat (remove somebody, cancel an invitation), or choose a larger subscription.",
    override: .no("choose a larger subscription"))

  func refusal(of step: Step, in state: TenantState, _ context: RuleContext) -> Reason? {
    guard let roll = state.roll(of: step.workspace) else { return nil }
    switch step.change {
    case .invite, .addMember, .updateMember, .changeRole, .updateInvitation:
      guard let person = step.person, takesSeat(step.change, context) else { return nil }
      return ([step.workspace] + revived(by: step, person, state, context)).lazy.compactMap { place in
        taking(person, state.roll(of: place) ?? roll, place, state, context)
      }.first
    case .updateWorkspace(_, let after):
      return after.subscription.flatMap { lowering(to: $0, step.workspace, state, context) }
    case .updateTenant(_, let after):
      guard let wanted = after.subscription else { return nil }
      // Workspaces without a subscription of their own go by it too.
      let following = state.workspaces.filter { $0.value.subscription == nil }.keys
        .sorted { context.names.precedes($0, $1) }
      return ([nil] + following).lazy.compactMap { lowering(to: wanted, $0, state, context) }.first
    case .updatePolicy, .updateManagement, .createOrganization, .createAccount, .moveAccount, .deleteAccount,
      .createWorkspace, .renameWorkspace,
      .deleteWorkspace, .cancelInvitation, .removeMember, .transferOwnership, .updateAPIKey, .revokeAPIKey:
      return nil
    }
  }

  /// Workspaces in which the person's membership lasts again once the organization's does.
  private func revived(by step: Step, _ person: Symbol, _ state: TenantState, _ context: RuleContext) -> [Symbol?] {
    guard step.workspace == nil, state.account == nil, context.policy.asksOrganizationFirst else { return [] }
    switch step.change {
    case .addMember, .updateMember, .changeRole: break
    case .invite, .updateInvitation, .createOrganization, .createAccount, .updatePolicy, .updateManagement,
      .updateTenant, .moveAccount, .deleteAccount,
      .createWorkspace, .updateWorkspace, .renameWorkspace, .deleteWorkspace, .cancelInvitation, .removeMember,
      .transferOwnership, .updateAPIKey, .revokeAPIKey:
      return []
    }
    return state.workspaces.filter { place in
      place.value.roll.member(person).map { $0.expires.map { context.now < $0 } ?? true } ?? false
    }.keys.sorted { context.names.precedes($0, $1) }
  }

  /// False for what stays over: a membership, or an offer, whose new end has passed as well.
  private func takesSeat(_ change: Change, _ context: RuleContext) -> Bool {
    switch change {
    case .updateMember(_, let after), .changeRole(_, let after), .updateInvitation(_, let after):
      after.expires.map { context.now < $0 } ?? true
    case .invite, .addMember, .createOrganization, .createAccount, .updatePolicy, .updateManagement, .updateTenant,
      .moveAccount, .deleteAccount,
      .createWorkspace, .updateWorkspace, .renameWorkspace, .deleteWorkspace, .cancelInvitation, .removeMember,
      .transferOwnership, .updateAPIKey, .revokeAPIKey:
      true
    }
  }

  private func taking(
    _ person: Symbol, _ roll: RollState, _ workspace: Symbol?, _ state: TenantState, _ context: RuleContext
  ) -> Reason? {
    let subscription = subscription(of: workspace, state, context)
    // Without a limit nobody needs to be counted.
    guard let cap = cap(subscription, workspace, context) else { return nil }
    let seats = context.seats(roll, in: workspace, state)
    guard seats.count >= cap.limit, !seats.contains(person) else { return nil }
    return Reason(
      "\(context.path(workspace)) has \(seats.count) of \(cap.limit) seats taken (\(cap.origin)), pending ones counted",
      remedy: "free a seat for \(context.email(person)), or choose a larger subscription")
  }

  private func lowering(
    to wanted: Symbol, _ workspace: Symbol?, _ state: TenantState, _ context: RuleContext
  ) -> Reason? {
    guard let roll = state.roll(of: workspace) else { return nil }
    let seats = context.seats(roll, in: workspace, state)
    guard let after = context.policy.limit(of: wanted), seats.count > after else { return nil }
    let before = subscription(of: workspace, state, context).flatMap(context.policy.limit)
    if let before, before <= after { return nil }
    let people = seats.sorted { context.names.precedes($0, $1) }.map(context.email)
    return Reason(
      "\(context.path(workspace)) has \(seats.count) members and pending invitations "
        + "(\(people.joined(separator: ", "))), and \(context.names.text(wanted)) has room for \(after)",
      remedy: "remove \(seats.count - after) of them first, or keep the subscription")
  }

  private func subscription(of workspace: Symbol?, _ state: TenantState, _ context: RuleContext) -> Symbol? {
    guard let workspace else { return state.account == nil ? state.subscription : nil }
    return state.workspaces[workspace]?.subscription ?? state.subscription ?? context.policy.defaultSubscription
  }

  /// The lower of the two limits and where it comes from; nil: none.
  private func cap(_ subscription: Symbol?, _ workspace: Symbol?, _ context: RuleContext) -> (
    limit: Int, origin: String
  )? {
    var caps: [(limit: Int, origin: String)] = []
    if let subscription, let limit = context.policy.limit(of: subscription) {
      caps.append((limit, "subscription \(context.names.text(subscription))"))
    }
    if workspace != nil, case .value(let text) = context.policy.policy.setting(name), let limit = Int(text) {
      caps.append((limit, "member-cap: \(limit)"))
    }
    return caps.min { $0.limit < $1.limit }
  }
}
