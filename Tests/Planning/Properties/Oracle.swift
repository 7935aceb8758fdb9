import Model
import Planning

/// One action between two worlds, and what the oracle may know about it.
struct Deed {
  /// Already under the email that an account moves to.
  let before: World
  let after: World
  let action: Action
  /// The policy it is judged under.
  let law: Law
  /// The policy that is to come: under an older one that does not know its top role, that is top too.
  let next: Law
  let permits: Permits

  struct Permits: Hashable {
    var allowDeletion = false
    var allowMove = false
    /// Who is named as the author of everything.
    var actor: String?
    /// Nothing was applied to the tenant before: its owner may raise themselves then.
    var isFirst = false
  }

  init(before: World, after: World, action: Action, law: Law, next: Law, permits: Permits) {
    let isMove = action.kind == .moveAccount
    if isMove, let from = action.before?.text("email"), let to = action.after?.text("email") {
      self.before = before.moving(from, to: to)
    } else {
      self.before = before
    }
    (self.after, self.action, self.law, self.next, self.permits) = (after, action, law, next, permits)
  }

  var old: World.Tenant { before.tenants[action.organization] ?? World.Tenant() }
  var new: World.Tenant { after.tenants[action.organization] ?? World.Tenant() }
  /// The person of a personal account.
  var user: String? { action.organization.first == "~" ? String(action.organization.dropFirst()) : nil }

  /// One roll before and after: of the organization, or of a workspace by whatever name.
  struct Place {
    var isWorkspace: Bool
    var kind: String?
    var old: World.Roll
    var new: World.Roll
    var oldOwner: String?
    var newOwner: String?
    var oldSubscription: String?
    var newSubscription: String?
  }

  /// Every roll of the tenant that is there afterwards; what is new was empty before.
  var places: [Place] {
    var result: [Place] = []
    if user == nil {
      result.append(
        Place(
          isWorkspace: false, old: old.roll, new: new.roll, oldOwner: old.owner, newOwner: new.owner,
          oldSubscription: old.subscription, newSubscription: new.subscription))
    }
    for (_, workspace) in new.workspaces.inOrder {
      let former = old.workspaces.values.first { $0.id == workspace.id }
      result.append(
        Place(
          isWorkspace: true, kind: workspace.kind, old: former?.roll ?? World.Roll(), new: workspace.roll,
          oldOwner: former?.owner, newOwner: workspace.owner,
          oldSubscription: former.map { $0.subscription ?? old.subscription }
            ?? workspace.subscription ?? new.subscription,
          newSubscription: workspace.subscription ?? new.subscription))
    }
    return result
  }

  func isTop(_ role: String, inWorkspace: Bool) -> Bool {
    role == law.top(inWorkspace: inWorkspace)
      || law.place(of: role, inWorkspace: inWorkspace) == nil && role == next.top(inWorkspace: inWorkspace)
  }

  /// Those in the top role who count: active, without an end, not suspended.
  func holders(_ roll: World.Roll, in world: World, inWorkspace: Bool) -> Int {
    roll.members.count { email, member in
      isTop(member.role, inWorkspace: inWorkspace) && member.expires == nil && !world.isSuspended(email)
        && first(email, in: world, inWorkspace)?.expires == nil
    }
  }

  /// «An end that comes through the organization is an end.»
  func hasEnded(_ email: String, _ member: World.Member, in world: World, inWorkspace: Bool) -> Bool {
    world.hasEnded(member) || first(email, in: world, inWorkspace).map(world.hasEnded) ?? false
  }

  /// The membership of the organization that comes first.
  private func first(_ email: String, in world: World, _ inWorkspace: Bool) -> World.Member? {
    guard inWorkspace, user == nil, law.setting("organization-member-first") != "off" else { return nil }
    return world.roll(action.organization, nil)?.members[email]
  }
}

/// What the oracle thinks of a deed by one rule.
enum Opinion: Hashable {
  /// The rule is newly broken, or worse than before: no plan may do it.
  case broken(String)
  /// SPEC can be read either way: a plan may do it and may refuse it.
  case arguable(String)

  var isBroken: Bool { if case .broken = self { true } else { false } }
  var text: String {
    switch self {
    case .broken(let why), .arguable(let why): why
    }
  }
}

/// Says from SPEC section 6 alone whether an action newly breaks a rule; shares no code with the rules.
enum Oracle {
  typealias Check = @Sendable (Deed) -> Opinion?

  static let checks: [RuleName: Check] = [
    .personalWorkspaceUndeletable: personalWorkspaceUndeletable,
    .personalWorkspaceKeepsItsUser: personalWorkspaceKeepsItsUser,
    .onePersonalWorkspace: onePersonalWorkspace,
    .defaultWorkspaceKept: defaultWorkspaceKept,
    .creatorKept: creatorKept,
    .lastOwnerKept: lastOwnerKept,
    .singleOwner: singleOwner,
    .memberCap: memberCap,
    .onePendingInvitation: onePendingInvitation,
    .organizationMemberFirst: organizationMemberFirst,
    .noSelfChange: noSelfChange,
    .deletionNeedsTombstone: deletionNeedsTombstone,
    .deletionNeedsOperator: deletionNeedsOperator,
    .accountMoveNeedsOperator: accountMoveNeedsOperator,
    .minimumAdmins: minimumAdmins,
    .protectedSubject: protectedSubject,
    .freezeWindow: freezeWindow,
  ]

  /// Rules of which the oracle has no opinion: they look at a plan as a whole, at permissions, or at commands only.
  static let silent: Set<RuleName> = [.removalThreshold, .actorAllowed, .leaveNeedsAnotherMember]

  static func opinion(_ rule: RuleName, _ deed: Deed) -> Opinion? {
    guard deed.law.setting(rule.rawValue) != "off" else { return nil }
    return checks[rule]?(deed)
  }

  /// Rules that the action newly breaks.
  static func broken(_ deed: Deed) -> [(rule: RuleName, why: String)] {
    RuleName.allCases.compactMap { rule in
      opinion(rule, deed).flatMap { $0.isBroken ? (rule, $0.text) : nil }
    }
  }
}
