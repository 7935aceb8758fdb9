import Model

/// «`removed:` […] the only way to delete a workspace: permanent, so it is said, with the reason» (SPEC section 2).
/// Fires when the manifests merely stop naming a workspace that the commit applied before declared.
struct DeletionNeedsTombstone: ProtectionRule {
  let name = RuleName.deletionNeedsTombstone
  let documentation = RuleDocumentation(
    refuses: "deleting a workspace by no longer naming it",
    why: "Deletion is permanent; a lost line, a bad merge or a file that moved must not cause it.",
    example: "a commit that drops `ml:` from `workspaces:`",
    remedy: "Write `ml: {removed: REASON}` to delete it, `ml: {released: REASON}` to stop managing it.",
    override: .no("write a tombstone"))

  func refusal(of step: Step, in state: TenantState, _ context: RuleContext) -> Reason? {
    guard case .deleteWorkspace(.absence(let new), _) = step.change, let workspace = step.workspace else { return nil }
    let name = context.names.text(workspace)
    let first =
      new.map { "if it is `\(context.names.text($0))` now, write `\(context.names.text($0)): {renamedFrom: \(name)}`" }
      ?? "declare it again"
    return Reason(
      "\(context.path(workspace)) was declared by the commit applied before and is not any more",
      remedy: "\(first); else write `\(name): {released: REASON}` to stop managing it, or "
        + "`\(name): {removed: REASON}` to delete it for ever")
  }
}
