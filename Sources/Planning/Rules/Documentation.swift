import Model

extension Rules {
  /// What a rule of SPEC section 6 does, whether or not this version enforces it.
  public static func documentation(of name: RuleName) -> RuleDocumentation {
    rule(name)?.documentation ?? announced(name)
  }

  /// Whether plans and commands of this version ask the rule.
  public static func isEnforced(_ name: RuleName) -> Bool { rule(name) != nil }

  /// The words for rules that have no file yet; a rule that gets one takes its words along.
  private static func announced(_ name: RuleName) -> RuleDocumentation {
    switch name {
    case .onePersonalWorkspace:
      .init(
        refuses: "a second personal workspace in an account, or any further one where the policy allows none",
        why: "A personal account has one place of its own.", example: "creating ~ada@acme.example/Second",
        remedy: "Make the workspace in an organization.", override: .never)
    case .creatorKept:
      .init(
        refuses: "removing or demoting the owner of record", why: "Somebody is always answerable for the place.",
        example: "taking the creator out of their workspace", remedy: "Transfer the ownership first (`owner:`).",
        override: .no("transfer the ownership first"))
    case .singleOwner:
      .init(
        refuses: "a second member in the role `owner`", why: "These workspaces have exactly one owner.",
        example: "two people with the role owner", remedy: "Transfer the ownership instead (`owner:`).",
        override: .no("transfer the ownership instead"))
    case .memberCap:
      .init(
        refuses: "more members and pending invitations than the subscription has, and lowering it below them",
        why: "A subscription says how many seats there are.", example: "a sixth member under `free`",
        remedy: "Free a seat, or choose a larger subscription.", override: .no("choose a larger subscription"))
    case .noSelfChange:
      .init(
        refuses: "an action that raises the access of one of its actors (`raise`), or any change of their own (`any`)",
        why: "Nobody decides about their own access alone.", example: "a commit in which ada makes herself admin",
        remedy: "Let another allowed person approve.", override: .no("another allowed person approves"))
    case .actorAllowed:
      .init(
        refuses: "an action that none of its actors' permissions cover",
        why: "Who may commit need not be who may grant.", example: "a viewer's commit that invites somebody",
        remedy: "Let somebody with the permission make or approve the change.", override: .yes)
    case .leaveNeedsAnotherMember:
      .init(
        refuses: "the last member leaving", why: "An empty workspace would belong to nobody.",
        example: "the only member leaves", remedy: "Delete the workspace instead.", override: .no("delete it instead"))
    case .minimumAdmins:
      .init(
        refuses: "going below N permanent holders of the top role in an organization",
        why: "One person on holiday must not lock everybody out.", example: "two super-admins become one under `2`",
        remedy: "Promote somebody first.", override: .yes)
    case .protectedSubject:
      .init(
        refuses: "removing or demoting an entry with `protect: true` in the commit applied before",
        why: "Break-glass accounts go in two deliberate steps.", example: "removing a protected on-call account",
        remedy: "Take `protect` away in one commit, remove in the next.", override: .yes)
    case .freezeWindow:
      .init(
        refuses: "grants and deletions inside the policy's windows; people can be removed at any time",
        why: "Nothing new starts when nobody is there to look at it.", example: "an invitation on a Friday night",
        remedy: "Wait for the window to end.", override: .yes)
    case .personalWorkspaceUndeletable, .personalWorkspaceKeepsItsUser, .defaultWorkspaceKept, .lastOwnerKept,
      .onePendingInvitation, .organizationMemberFirst, .deletionNeedsTombstone, .deletionNeedsOperator,
      .accountMoveNeedsOperator, .removalThreshold:
      .init(refuses: "", why: "", example: "", remedy: "", override: .never)
    }
  }
}
