import Model

/// «one pending invitation per email» (SYSTEMS, `small-team`). Fires when somebody with an open invitation to a place
/// would get a second one; sending the same one again is no second.
struct OnePendingInvitation: ProtectionRule {
  let name = RuleName.onePendingInvitation
  let documentation = RuleDocumentation(
    refuses: "a second pending invitation for an email in a workspace",
    why: "Two links with two roles for one person: whichever is used last would win.",
    example: "inviting somebody as `viewer` who has an open invitation as `admin`",
    remedy: "Change the open invitation, send it again, or cancel it first.",
    override: .never)

  func refusal(of step: Step, in state: TenantState, _ context: RuleContext) -> Reason? {
    guard case .invite(_, resend: false) = step.change, let person = step.person,
      state.roll(of: step.workspace)?.invitation(person) != nil
    else { return nil }
    return Reason(
      "\(context.email(person)) has a pending invitation to \(context.path(step.workspace)) already",
      remedy: "change that invitation's role, send it again, or cancel it first")
  }
}
