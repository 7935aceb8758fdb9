import Model

/// What each protection rule may be set to (SPEC section 6).
enum RuleSettings {
  /// How a setting is written.
  enum Form: Sendable {
    case words([String])
    /// `off`, `on`, or a number from 1.
    case count
    /// `off`, `on`, or a percentage.
    case percent
    /// `off`, or a list of windows.
    case windows
  }

  static func form(of rule: RuleName) -> Form {
    switch rule {
    case .personalWorkspaceUndeletable, .personalWorkspaceKeepsItsUser, .onePersonalWorkspace, .defaultWorkspaceKept,
      .singleOwner, .onePendingInvitation, .organizationMemberFirst, .actorAllowed, .leaveNeedsAnotherMember,
      .deletionNeedsTombstone, .deletionNeedsOperator, .accountMoveNeedsOperator, .protectedSubject:
      .words(["off", "on"])
    case .creatorKept: .words(["off", "on", "only-workspace"])
    case .lastOwnerKept: .words(["off", "on", "organizations"])
    case .noSelfChange: .words(["off", "on", "raise", "any"])
    case .memberCap, .minimumAdmins: .count
    case .removalThreshold: .percent
    case .freezeWindow: .windows
    }
  }

  /// What `on` stands for where a rule takes a value.
  private static func on(_ rule: RuleName) -> String {
    switch rule {
    case .noSelfChange: "raise"
    case .minimumAdmins: "1"
    case .removalThreshold: "25%"
    case .personalWorkspaceUndeletable, .personalWorkspaceKeepsItsUser, .onePersonalWorkspace, .defaultWorkspaceKept,
      .creatorKept, .lastOwnerKept, .singleOwner, .memberCap, .onePendingInvitation, .organizationMemberFirst,
      .actorAllowed, .leaveNeedsAnotherMember, .deletionNeedsTombstone, .deletionNeedsOperator,
      .accountMoveNeedsOperator, .protectedSubject, .freezeWindow:
      "on"
    }
  }

  /// The setting in canonical form; nil if the rule cannot be set so. Freeze windows are a list and not read here.
  static func canonical(_ text: String, for rule: RuleName) -> String? {
    if text == "off" { return "off" }
    switch form(of: rule) {
    case .words(let words): return !words.contains(text) ? nil : text == "on" ? on(rule) : text
    case .count: return text == "on" ? on(rule) : PolicyText.number(text).flatMap { $0 > 0 ? String($0) : nil }
    case .percent:
      if text == "on" { return on(rule) }
      guard text.hasSuffix("%"), let percent = PolicyText.number(String(text.dropLast())), percent <= 100 else {
        return nil
      }
      return "\(percent)%"
    case .windows: return nil
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
