import Model

/// «not removed or demoted while the commit applied before protects it» (SPEC section 2, `protect`). Fires when an entry
/// that was applied with `protect: true` would be removed, demoted, cancelled while pending, or made to end sooner. Its
/// end, once it has come, is no removal.
struct ProtectedSubject: ProtectionRule {
  let name = RuleName.protectedSubject
  let documentation = RuleDocumentation(
    refuses: "removing or demoting an entry with `protect: true` in the commit applied before",
    why: "Break-glass and on-call accounts go in two deliberate steps, never by one slip.",
    example: "a commit that drops `oncall@acme.example: {role: super-admin, protect: true}`",
    remedy: "Take `protect` away in one commit, remove in the next.",
    override: .yes)

  func refusal(of step: Step, in state: TenantState, _ context: RuleContext) -> Reason? {
    guard step.ownWill != .declination else { return nil }
    for person in context.losers(by: step) {
      guard let roll = state.roll(of: step.workspace) else { continue }
      let isProtected =
        roll.member(person).map { $0.protect && context.isActive($0, in: step.workspace, state) } ?? roll.invitation(
          person)?.protect ?? false
      guard isProtected else { continue }
      return context.reason(
        "\(context.email(person)) is protected in \(context.path(step.workspace)) by the commit applied before",
        remedy: "take `protect` away in a commit of its own, and do this after its apply", overriding: name)
    }
    return nil
  }
}
