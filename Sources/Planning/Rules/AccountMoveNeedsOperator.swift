import Model

/// «a move is a grant of every role held» (SPEC section 6). Fires at `formerly:` without `--allow-move`, and always
/// where both emails have accounts, since two people's histories cannot be made one: that no policy switches off.
struct AccountMoveNeedsOperator: ProtectionRule {
  let name = RuleName.accountMoveNeedsOperator
  let documentation = RuleDocumentation(
    refuses:
      "moving an account to another email, or giving it a former one, without `--allow-move`; or onto an email that has an account",
    why: "Whoever reads the new address gets every role, key and workspace of the old one.",
    example: "`formerly: [ada@old.example]` under ada@acme.example",
    remedy: "Let an operator run the apply once with --allow-move.",
    override: .flag("--allow-move"))

  func refusal(of step: Step, in state: TenantState, _ context: RuleContext) -> Reason? {
    guard case .moveAccount(let from, let bothExist) = step.change else { return nil }
    if bothExist {
      return Reason(
        "both \(context.email(from)) and \(context.email(step.person)) have accounts, which cannot become one",
        remedy: "delete one of the two accounts"
          + (context.accountability.isByHand ? "" : ", or take `formerly` out"))
    }
    if context.allowsMove { return nil }
    let (old, new) = (context.email(from), context.email(step.person))
    return Reason(
      context.accounts[from] == nil
        ? "whoever acts as \(old) would count as \(new) from now on, which needs the operator"
        : "moving \(old) to \(new) hands over every role held and needs the operator",
      remedy: context.accountability.isByHand
        ? "ask the operator, who checks the new address with the person"
        : "check the new address with the person, then run this once with --allow-move",
      inReview: context.accountability.isByHand
        ? nil : "let an operator check the new address with the person, and apply this with moves allowed")
  }

  func isAsked(about step: Step, _ setting: Policy.RuleSetting) -> Bool {
    guard case .moveAccount(_, bothExist: true) = step.change else { return setting != .off }
    return true
  }
}
