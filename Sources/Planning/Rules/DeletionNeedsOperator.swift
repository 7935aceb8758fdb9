import Model

/// «Deleting a workspace is permanent […] and is the operators' alone» (SYSTEMS, `enterprise`). Fires at a tombstone
/// without `--allow-deletion`. What is dropped without a tombstone is ``DeletionNeedsTombstone``'s.
struct DeletionNeedsOperator: ProtectionRule {
  let name = RuleName.deletionNeedsOperator
  let documentation = RuleDocumentation(
    refuses: "deleting a workspace by a plan without `--allow-deletion`",
    why: "Keys, resources and memberships end with it and do not come back.",
    example: "applying `ml: {removed: merged into research}` in the scheduled run",
    remedy: "Let an operator run the apply once with --allow-deletion.",
    override: .flag("--allow-deletion"))

  func refusal(of step: Step, in state: TenantState, _ context: RuleContext) -> Reason? {
    guard case .deleteWorkspace(let cause, _) = step.change, !context.allowsDeletion else { return nil }
    let message = "deleting \(context.path(step.workspace)) is permanent and needs the operator"
    switch cause {
    case .absence: return nil
    case .tombstone:
      return Reason(
        message, remedy: "run this once with --allow-deletion",
        inReview: "let an operator apply this with deletions allowed")
    case .command: return Reason(message, remedy: "ask the operator, or somebody whom the policy names in `operators`")
    }
  }
}
