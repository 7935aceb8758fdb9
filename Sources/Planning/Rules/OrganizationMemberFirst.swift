import Model

/// «A new workspace member must already be an organization member» (SYSTEMS, `enterprise`). Fires when somebody without
/// an active membership of the organization would become a member or owner of one of its workspaces, and when a member
/// of workspaces would lose it or be left with a role that is about billing alone.
struct OrganizationMemberFirst: ProtectionRule {
  let name = RuleName.organizationMemberFirst
  let documentation = RuleDocumentation(
    refuses: "a workspace member without an active membership of the organization",
    why: "Who belongs is decided once, for the organization; a workspace must not be a way around it.",
    example:
      "`ml: {members: {guest@other.example: viewer}}` without guest@other.example under the organization's `members`",
    remedy: "Declare the person in the organization too.",
    override: .no("declare the person in the organization first"))

  func refusal(of step: Step, in state: TenantState, _ context: RuleContext) -> Reason? {
    guard state.account == nil else { return nil }
    switch step.change {
    case .addMember, .invite, .transferOwnership:
      guard step.workspace != nil, let person = step.person else { return nil }
      return joining(person, step.workspace, state, context)
    case .createWorkspace(let creation):
      return creation.owner.flatMap { joining($0, step.workspace, state, context) }
    case .removeMember:
      return step.workspace == nil ? staying(step.person, state, context) : nil
    case .changeRole(_, let after), .updateMember(_, let after):
      if step.workspace != nil { return revives(step, after, state, context) }
      return context.policy.admitsToWorkspaces(after.role) ? nil : staying(step.person, state, context)
    case .createOrganization, .createAccount, .updatePolicy, .updateManagement, .updateTenant, .moveAccount,
      .deleteAccount, .updateWorkspace,
      .renameWorkspace, .deleteWorkspace, .updateInvitation, .cancelInvitation, .updateAPIKey, .revokeAPIKey:
      return nil
    }
  }

  /// A membership of a workspace that has ended begins anew with another end.
  private func revives(_ step: Step, _ after: Grant, _ state: TenantState, _ context: RuleContext) -> Reason? {
    guard let person = step.person, let member = state.roll(of: step.workspace)?.member(person),
      member.expires.map({ $0 <= context.now }) ?? false, after.expires.map({ context.now < $0 }) ?? true
    else { return nil }
    return joining(person, step.workspace, state, context)
  }

  private func joining(_ person: Symbol, _ workspace: Symbol?, _ state: TenantState, _ context: RuleContext) -> Reason?
  {
    let member = state.roll.member(person)
    if let member, context.isActive(member, in: nil, state), context.policy.admitsToWorkspaces(member.role) {
      return nil
    }
    let stand: String =
      if let member, let end = member.expires, end <= context.now {
        "was \(context.names.text(member.role)) of \(context.tenant) until \(end)"
      } else if let member {
        "is only \(context.names.text(member.role)) of \(context.tenant)"
      } else {
        "is no member of \(context.tenant)"
      }
    return Reason(
      "\(context.email(person)) \(stand), so cannot be a member of \(context.path(workspace))",
      remedy: context.accountability.isByHand
        ? admission(of: person, state, context)
        : "declare \(context.email(person)) under the organization's `members` too, with a role that admits to "
          + "workspaces")
  }

  /// The command that makes somebody a member who may be in workspaces.
  private func admission(of person: Symbol, _ state: TenantState, _ context: RuleContext) -> String {
    let (tenant, email) = (context.tenant, context.email(person))
    if state.roll.invitation(person)?.isOpen(at: context.now) ?? false {
      return "let them accept the organization's invitation first: tenure invitation accept \(tenant) --as \(email)"
    }
    if let member = state.roll.member(person), context.isActive(member, in: nil, state) {
      return "give them a role that admits to workspaces first: tenure member set-role \(tenant) \(email) ROLE"
    }
    return "let them join the organization first, in a role that admits to workspaces: "
      + "tenure member invite \(tenant) \(email)"
  }

  private func staying(_ person: Symbol?, _ state: TenantState, _ context: RuleContext) -> Reason? {
    guard let person, let workspace = state.workspaces.first(where: { $0.value.roll.member(person) != nil })?.key else {
      return nil
    }
    let least =
      state.workspaces.filter { $0.value.roll.member(person) != nil }.keys
      .min { context.names.precedes($0, $1) } ?? workspace
    return Reason(
      "\(context.email(person)) is still a member of \(context.path(least)), which asks for membership of \(context.tenant)",
      remedy: context.accountability.isByHand
        ? "remove them there first: tenure member remove \(context.path(least)) \(context.email(person))"
        : "take \(context.email(person)) out of the workspaces too")
  }
}
