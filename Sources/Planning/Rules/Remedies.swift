import Model

/// What to do instead, where several rules would say the same.
extension RuleContext {
  /// Where the user of a personal workspace would lose it: nothing but the end of their account takes it from them. Nil
  /// for everybody else, and for other workspaces.
  func remedy(keepingUser person: Symbol, in workspace: Symbol?, _ state: TenantState) -> String? {
    guard person == state.account, let workspace, state.workspaces[workspace]?.kind == .personal,
      policy.policy.setting(.personalWorkspaceKeepsItsUser) != .off
    else { return nil }
    return accountability.isByHand
      ? "it stays, and goes with the account: tenure account delete \(email(person))"
      : "declare \(email(person)) there in the top role, or leave `members` out"
  }

  /// Where the owner of record has to be somebody else first.
  func remedy(handingOver workspace: Symbol?) -> String {
    accountability.isByHand
      ? "transfer the ownership first: tenure workspace transfer \(path(workspace)) EMAIL"
      : "transfer the ownership first: `owner: SOMEBODY` in the manifest, or tenure workspace transfer"
  }
}
