import Model

/// Who could give the approval that a step lacks: people of the place, and operators, who may do it and do not answer for
/// it themselves.
struct Approvers {
  /// As many as a sentence names.
  private static let named = 3

  /// In byte order of their emails.
  let emails: [String]
  private let identity: Policy.Identity

  init(of step: Step, _ context: RuleContext) {
    identity = context.policy.policy.identity
    let open = context.accountability.parts(of: step).filter { !$0.known.passed.isSuperset(of: Part.rules) }
    let actors = Set(open.compactMap(\.person))
    let able = Self.candidates(step, context).subtracting(actors).filter { context.allows($0, step) }
    emails = able.map(context.email).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Few of many: only roles that have a permission at all are looked at one by one.
  private static func candidates(_ step: Step, _ context: RuleContext) -> Set<Symbol> {
    var found = context.policy.operators
    if step.requirement(in: context.stored, context.origins) == .everywhere {
      let organization = context.reach.first { $0.tenant.account == nil }
      return found.union(organization?.tenant.roll.members.map(\.person) ?? [])
    }
    guard let tenant = context.stored else { return found }
    if let user = tenant.account { found.insert(user) }
    let workspace = step.workspace.map(context.origins.stored)
    let rolls =
      [(tenant.roll, RoleScope.organization)]
      + tenant.workspaces.filter { $0.name == workspace }.map { ($0.roll, .workspace) }
    for (roll, scope) in rolls {
      let roles = context.policy.policy.roles(scope).filter { $0.permissions.contains(where: \.lets) }
      let able = Set(roles.compactMap { context.names.symbol(of: $0.name) })
      found.formUnion(roll.members.lazy.filter { able.contains($0.role) }.map(\.person))
    }
    return found
  }

  /// `ada@acme.example or grace@acme.example`; nil: nobody could.
  private var words: String? {
    if emails.isEmpty { return nil }
    let more = emails.count - Self.named
    if more > 0 { return emails.prefix(Self.named).joined(separator: ", ") + " and \(more) more" }
    return emails.count == 1
      ? emails[0] : emails.dropLast().joined(separator: ", ") + " or " + emails[emails.count - 1]
  }

  private static let nobody = "nobody could approve it: revert it, apply, and let somebody else declare it"

  /// What to do where somebody has to approve: `inReview` for readers who give no flags.
  var remedy: (text: String, inReview: String) {
    guard let words else { return (Self.nobody, Self.nobody) }
    let ask = "let \(words), who may do it, approve"
    return switch identity {
    case .commit:
      (
        "\(ask): `Approved-by: EMAIL` in the commit, or --approved-by EMAIL",
        "\(ask): `Approved-by: EMAIL` in the commit"
      )
    case .attested: ("\(ask), and name them with --approved-by EMAIL", "\(ask) in the review")
    }
  }

  /// What to do where somebody else has to make the change.
  var remedyOrMaking: String {
    words.map { "let \($0), who may do it, make or approve the change" } ?? Self.nobody
  }
}

extension Permission {
  /// Whether it lets anybody change anything that plans change.
  fileprivate var lets: Bool {
    switch self {
    case .all, .organizationMembers, .workspaceCreate, .workspaceEdit, .workspaceDelete, .workspaceEnterAll,
      .membersInvite, .membersChangeRole, .membersRemove, .ownershipTransfer, .subscriptionChange, .apiKeyLimits,
      .apiKeyRevokeOwn, .apiKeyRevokeOthers:
      true
    case .membersView, .billingView, .billingBuy, .apiKeyCreate, .apiKeyViewOthers, .resourcesRead, .resourcesWrite,
      .resourcesRun, .resourcesWriteKind:
      false
    }
  }
}
