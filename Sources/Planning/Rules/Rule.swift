import Model

/// One protection rule: a pure judgement of a step in the state before it.
///
/// A rule refuses only what newly breaks or worsens what it protects, so that a state already broken can be repaired
/// (SPEC section 6). It is asked under the policy applied before and under the new one.
public protocol ProtectionRule: Sendable {
  var name: RuleName { get }
  var documentation: RuleDocumentation { get }
  /// Why the step must not be done now; nil lets it pass.
  func refusal(of step: Step, in state: TenantState, _ context: RuleContext) -> Reason?
  /// Whether the rule is asked about the step at all: where the policy has it on, if it does not say otherwise.
  func isAsked(about step: Step, _ setting: Policy.RuleSetting) -> Bool
  /// Whether `--override` lifts it for the step: where its documentation says so, if it does not say otherwise.
  func takesOverride(for step: Step) -> Bool
}

extension ProtectionRule {
  public func isAsked(about step: Step, _ setting: Policy.RuleSetting) -> Bool { setting != .off }
  public func takesOverride(for step: Step) -> Bool { documentation.override == .yes }
}

/// What is refused and what to do instead, in a sentence each.
public struct Reason: Hashable, Sendable {
  public var message: String
  /// For whoever runs the command: it may name flags.
  public var remedy: String
  /// For readers of a comment, who give no flags; nil: ``remedy`` names none.
  public var inReview: String?
  public init(_ message: String, remedy: String, inReview: String? = nil) {
    (self.message, self.remedy, self.inReview) = (message, remedy, inReview)
  }

  /// The remedy with a flag that does it too.
  init(_ message: String, remedy: String, or flag: String) {
    self.init(message, remedy: "\(remedy); or \(flag)", inReview: remedy)
  }
}

extension Refusal {
  public init(
    _ reason: Reason, by rule: RuleName, organization: String, workspace: String? = nil, subject: String? = nil,
    source: SourceLocation? = nil
  ) {
    self.init(
      rule: rule, organization: organization, workspace: workspace, subject: subject, message: reason.message,
      remedy: reason.remedy, inReview: reason.inReview, source: source)
  }
}

/// What `tenure rules explain RULE` shows.
public struct RuleDocumentation: Hashable, Sendable {
  /// What the rule refuses.
  public var refuses: String
  public var why: String
  public var example: String
  public var remedy: String
  public var override: Overridability

  public enum Overridability: Hashable, Sendable {
    case never
    /// Not by `--override`; this is done instead.
    case no(String)
    case yes
    /// A flag of one invocation lifts it.
    case flag(String)
  }

  public init(refuses: String, why: String, example: String, remedy: String, override: Overridability) {
    self.refuses = refuses
    self.why = why
    self.example = example
    self.remedy = remedy
    self.override = override
  }
}

/// What rules may know besides the step and the state.
public struct RuleContext: Sendable {
  public let tenant: String
  public let policy: PolicyView
  /// The top roles of the policy that is to come: under an older one that does not know them, they are top too.
  let newTopRoles: (organization: Symbol, workspace: Symbol)
  public let accounts: AccountDirectory
  public let names: NameTable
  public let now: Instant
  /// `--allow-deletion`, or the operator's command.
  public let allowsDeletion: Bool
  /// `--allow-move`.
  public let allowsMove: Bool
  /// The tenant before the plan; nil: it is still to be made.
  let stored: ActualTenant?
  var accountability: Accountability
  /// As far as a policy asks for it.
  let activeElsewhere: ActivePeople
  /// Until when a freeze window of the policy is open; nil: none is.
  let frozenUntil: Instant?
  /// What the plan renames and makes: rights are those in the workspace as it is stored.
  var origins = WorkspaceOrigins()
  /// Nil: nothing is declared, a command is judged.
  var declarations: Declarations?
  /// Whom a change of policy concerns, where one is judged.
  var reach: [PolicyReach] = []
  /// The Policy for all, where it is its operators' to make the organization, whomever its own Policy names.
  var foundedUnder: Policy?

  /// A reason with the flag that overrides the rule, which only applies take.
  func reason(_ message: String, remedy: String, overriding rule: RuleName) -> Reason {
    accountability.isByHand
      ? Reason(message, remedy: remedy)
      : Reason(message, remedy: remedy, or: override(rule))
  }

  /// The flag that lifts the rule for the tenant; a change of the Policy for all has none.
  func override(_ rule: RuleName) -> String {
    "--override \(rule.rawValue)\(tenant.isEmpty ? "" : "@" + tenant) --reason TEXT"
  }

  /// The person's email as people know it.
  func email(_ person: Symbol?) -> String {
    guard let person else { return "somebody" }
    return names.text(accounts[person]?.email ?? person)
  }

  func path(_ workspace: Symbol?) -> String {
    Path(tenant: tenant, workspace: workspace.map(names.text)).description
  }

  /// In the top role without an end and not suspended: somebody who counts as an owner.
  func isPermanentHolder(_ member: ActualMember, in workspace: Symbol?, _ state: TenantState) -> Bool {
    isTop(member.role, inWorkspace: workspace != nil) && member.expires == nil
      && accounts[member.person]?.suspended == nil && isActive(member, in: workspace, state)
      && (!asksFirst(workspace, state) || state.roll.member(member.person)?.expires == nil)
  }

  func isTop(_ role: Symbol, inWorkspace: Bool) -> Bool {
    if role == policy.top(inWorkspace: inWorkspace) { return true }
    let isUnknown = policy.rank(role, inWorkspace: inWorkspace) == Int.min
    return isUnknown && role == (inWorkspace ? newTopRoles.workspace : newTopRoles.organization)
  }

  /// The role that makes somebody an owner and can be declared: the top role to come, which an older policy takes for top
  /// where it does not know it.
  func roleToGive(inWorkspace: Bool) -> Symbol {
    let new = inWorkspace ? newTopRoles.workspace : newTopRoles.organization
    return isTop(new, inWorkspace: inWorkspace) ? new : policy.top(inWorkspace: inWorkspace)
  }

  /// Whether the membership lasts: it has not ended, nor has the organization's that comes first. A suspension keeps it,
  /// and so does an organization's membership that never was, which is for ``OrganizationMemberFirst`` to say.
  func isActive(_ member: ActualMember, in workspace: Symbol?, _ state: TenantState) -> Bool {
    isActive(member, carriedBy: carrier(of: member, in: workspace, state))
  }

  func isActive(_ member: ActualMember, carriedBy organization: ActualMember??) -> Bool {
    !(gap(member, carriedBy: organization)?.isOver ?? false)
  }

  /// Why the membership gives nothing, a suspension and the role apart; nil: it gives it.
  func gap(_ member: ActualMember, in workspace: Symbol?, _ state: TenantState) -> InForce.Obstacle? {
    gap(member, carriedBy: carrier(of: member, in: workspace, state))
  }

  private func gap(_ member: ActualMember, carriedBy organization: ActualMember??) -> InForce.Obstacle? {
    InForce.gap(member.expires, carriedBy: organization.map { $0.map(policy.carrier) }, at: now)
  }

  /// The membership of the organization, where that comes first; nil: it is not asked for.
  private func carrier(of member: ActualMember, in workspace: Symbol?, _ state: TenantState) -> ActualMember?? {
    asksFirst(workspace, state) ? .some(state.roll.member(member.person)) : nil
  }

  private func asksFirst(_ workspace: Symbol?, _ state: TenantState) -> Bool {
    workspace != nil && state.account == nil && policy.asksOrganizationFirst
  }
}

public enum Rules {
  /// The rules in force, in the order of SPEC section 6. Adding a rule is its file and a line here.
  public static let all: [any ProtectionRule] = [
    PersonalWorkspaceUndeletable(), PersonalWorkspaceKeepsItsUser(), OnePersonalWorkspace(), DefaultWorkspaceKept(),
    CreatorKept(), LastOwnerKept(), SingleOwner(), MemberCap(), OnePendingInvitation(), OrganizationMemberFirst(),
    NoSelfChange(), ActorAllowed(), LeaveNeedsAnotherMember(), DeletionNeedsTombstone(), DeletionNeedsOperator(),
    AccountMoveNeedsOperator(), RemovalThreshold(), MinimumAdmins(), ProtectedSubject(), FreezeWindow(),
  ]

  /// Those that judge a step whatever else a plan does.
  static let ofStepsAlone: Set<RuleName> = [
    .noSelfChange, .actorAllowed, .deletionNeedsTombstone, .deletionNeedsOperator, .protectedSubject, .freezeWindow,
  ]

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

  public static func rule(_ name: RuleName) -> (any ProtectionRule)? { byName[name] }

  /// What a rule does, and what to do instead.
  /// - Precondition: every name has its rule, which a test holds.
  public static func documentation(of name: RuleName) -> RuleDocumentation {
    guard let rule = byName[name] else { preconditionFailure("the rule \(name.rawValue) is missing in Rules.all") }
    return rule.documentation
  }
}
