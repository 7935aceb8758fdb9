import Model

/// «every workspace has a single owner» (SYSTEMS, `single-owner`). Fires when somebody would become or be invited as a
/// second holder of a workspace's top role. A transfer of ownership changes both at once and passes.
struct SingleOwner: ProtectionRule {
  let name = RuleName.singleOwner
  let documentation = RuleDocumentation(
    refuses: "a second member in a workspace's top role",
    why: "These workspaces have exactly one owner, who alone answers for them.",
    example: "`members: {ada@acme.example: owner, grace@acme.example: owner}`",
    remedy: "Transfer the ownership instead (`owner:`), or give the second person another role.",
    override: .no("transfer the ownership instead"))

  func refusal(of step: Step, in state: TenantState, _ context: RuleContext) -> Reason? {
    guard let workspace = step.workspace, let person = step.person, let roll = state.workspaces[workspace]?.roll,
      let grant = grant(step, roll, state, context), context.isTop(grant.role, inWorkspace: true)
    else { return nil }
    let isTop = { (role: Symbol) in context.isTop(role, inWorkspace: true) }
    let holders = roll.members.filter { context.isActive($0, in: workspace, state) && isTop($0.role) }.map(\.person)
    let invited =
      grant.isInvitation ? roll.invitations.filter { isTop($0.role) && $0.isOpen(at: context.now) }.map(\.person) : []
    guard let other = (holders + invited).filter({ $0 != person }).min(by: { context.names.precedes($0, $1) }) else {
      return nil
    }
    let role = context.names.text(grant.role)
    return Reason(
      "\(context.email(other)) is \(role) of \(context.path(workspace)), which has one alone",
      remedy: context.accountability.isByHand
        ? "hand it over instead: tenure workspace transfer \(context.path(workspace)) \(context.email(person))"
        : "make \(context.email(person)) owner of record (`owner:`), which changes both at once")
  }

  /// The role that the step gives and that its person did not have before.
  private func grant(
    _ step: Step, _ roll: RollState, _ state: TenantState, _ context: RuleContext
  ) -> (role: Symbol, isInvitation: Bool)? {
    switch step.change {
    case .addMember(let grant): return (grant.role, false)
    case .invite(let grant, _), .updateInvitation(_, let grant):
      // The same offer again, or with another end, is no second one.
      return step.person.flatMap(roll.invitation)?.role == grant.role ? nil : (grant.role, true)
    case .changeRole(_, let after), .updateMember(_, let after):
      let before = step.person.flatMap(roll.member).flatMap {
        context.isActive($0, in: step.workspace, state) ? $0.role : nil
      }
      // Who is at the top already is no second owner: a preset may change which role the top one is.
      return before.map { $0 == after.role || context.isTop($0, inWorkspace: true) } ?? false
        ? nil : (after.role, false)
    case .createOrganization, .createAccount, .updatePolicy, .updateManagement, .updateTenant, .moveAccount,
      .deleteAccount, .createWorkspace,
      .updateWorkspace, .renameWorkspace, .deleteWorkspace, .cancelInvitation, .removeMember, .transferOwnership,
      .updateAPIKey, .revokeAPIKey:
      return nil
    }
  }
}
