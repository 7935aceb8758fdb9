import Model

/// What each protection rule may be set to (SPEC section 6).
enum RuleSettings {
  /// The setting in canonical form; nil if the rule cannot be set so. Freeze windows are a list and not read here.
  static func canonical(_ text: String, for rule: RuleName) -> String? {
    if text == "off" { return "off" }
    switch rule {
    case .personalWorkspaceUndeletable, .personalWorkspaceKeepsItsUser, .onePersonalWorkspace, .defaultWorkspaceKept,
      .singleOwner, .onePendingInvitation, .organizationMemberFirst, .actorAllowed, .leaveNeedsAnotherMember,
      .deletionNeedsTombstone, .deletionNeedsOperator, .accountMoveNeedsOperator, .protectedSubject:
      return text == "on" ? text : nil
    case .creatorKept: return ["on", "only-workspace"].contains(text) ? text : nil
    case .lastOwnerKept: return ["on", "organizations"].contains(text) ? text : nil
    case .noSelfChange: return text == "on" ? "raise" : ["raise", "any"].contains(text) ? text : nil
    case .memberCap: return text == "on" ? text : PolicyText.number(text).flatMap { $0 > 0 ? String($0) : nil }
    case .minimumAdmins: return text == "on" ? "1" : PolicyText.number(text).flatMap { $0 > 0 ? String($0) : nil }
    case .removalThreshold:
      if text == "on" { return "25%" }
      guard text.hasSuffix("%"), let percent = PolicyText.number(String(text.dropLast())), percent <= 100 else {
        return nil
      }
      return "\(percent)%"
    case .freezeWindow: return nil
    }
  }

  /// What to write instead.
  static func hint(for rule: RuleName) -> String {
    switch rule {
    case .personalWorkspaceUndeletable, .personalWorkspaceKeepsItsUser, .onePersonalWorkspace, .defaultWorkspaceKept,
      .singleOwner, .onePendingInvitation, .organizationMemberFirst, .actorAllowed, .leaveNeedsAnotherMember,
      .deletionNeedsTombstone, .deletionNeedsOperator, .accountMoveNeedsOperator, .protectedSubject:
      "Write `off` or `on`."
    case .creatorKept: "Write `off`, `on` or `only-workspace`."
    case .lastOwnerKept: "Write `off`, `on` or `organizations`."
    case .noSelfChange: "Write `off`, `raise` or `any`."
    case .memberCap: "Write `off`, `on` (as the subscription has it) or a number from 1."
    case .minimumAdmins: "Write `off` or a number from 1."
    case .removalThreshold: "Write `off` or a percentage, such as `25%`."
    case .freezeWindow: "Write `off` or a list of `{cron: \"0 18 * * 5\", duration: 60h, timeZone: Europe/Berlin}`."
    }
  }

  /// The setting that a canonical text stands for.
  static func setting(_ text: String, for rule: RuleName) -> Policy.RuleSetting? {
    if text == "off" { return .off }
    if rule == .freezeWindow { return PolicyText.windows(text).map { .windows($0) } }
    guard let canonical = canonical(text, for: rule) else { return nil }
    return canonical == "on" ? .on : .value(canonical)
  }
}
