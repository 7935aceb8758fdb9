import Model

/// A policy with its role names interned, for looking ranks up by symbol.
public struct PolicyView: Sendable {
  let inForce: PolicyInForce
  public var policy: Policy { inForce.policy }
  var canonical: String { inForce.canonical }
  private let ranks: [RoleScope: [Symbol: Int]]
  private let billingOnly: Set<Symbol>
  private let opening: Set<Symbol>
  let limits: [Symbol: Int]
  /// Caseless emails.
  let operators: Set<Symbol>
  let topOrganizationRole: Symbol
  let topWorkspaceRole: Symbol
  let lowestOrganizationRole: Symbol
  let lowestWorkspaceRole: Symbol
  let defaultSubscription: Symbol

  public init(_ inForce: PolicyInForce, names: inout NameTable) {
    self.inForce = inForce
    var ranks: [RoleScope: [Symbol: Int]] = [:]
    for scope in RoleScope.allCases {
      for role in inForce.policy.roles(scope) { ranks[scope, default: [:]][names.intern(role.name)] = role.rank }
    }
    self.ranks = ranks
    billingOnly = Set(
      inForce.policy.organizationRoles.filter { !$0.admitsToWorkspaces }.map { names.intern($0.name) })
    opening = Set(
      inForce.policy.organizationRoles.filter { $0.may(.workspaceEnterAll) }.map { names.intern($0.name) })
    var limits: [Symbol: Int] = [:]
    for (name, limit) in inForce.policy.subscriptions {
      if let limit { limits[names.intern(name)] = limit }
    }
    self.limits = limits
    operators = Set(inForce.policy.operators.map { names.intern($0.emailKey) })
    topOrganizationRole = names.intern(inForce.policy.topRole(.organization)?.name ?? "")
    topWorkspaceRole = names.intern(inForce.policy.topRole(.workspace)?.name ?? "")
    lowestOrganizationRole = names.intern(inForce.policy.organizationRoles.last?.name ?? "")
    lowestWorkspaceRole = names.intern(inForce.policy.workspaceRoles.last?.name ?? "")
    defaultSubscription = names.intern(inForce.policy.defaultSubscription)
  }

  func top(inWorkspace: Bool) -> Symbol { inWorkspace ? topWorkspaceRole : topOrganizationRole }
  func lowest(inWorkspace: Bool) -> Symbol { inWorkspace ? lowestWorkspaceRole : lowestOrganizationRole }

  /// A role that the policy does not know ranks below all that it knows.
  func rank(_ role: Symbol, inWorkspace: Bool) -> Int {
    ranks[inWorkspace ? .workspace : .organization]?[role] ?? Int.min
  }

  /// Whether an organization role lets its holders be members of workspaces: one that is about billing alone does not
  /// (SPEC section 3, `enterprise`).
  func admitsToWorkspaces(_ role: Symbol) -> Bool { !billingOnly.contains(role) }

  func carrier(_ member: ActualMember) -> InForce.Carrier { carrier(Grant(member)) }

  func carrier(_ grant: Grant) -> InForce.Carrier {
    let isKnown = rank(grant.role, inWorkspace: false) != Int.min
    return InForce.Carrier(end: grant.expires, admits: isKnown && admitsToWorkspaces(grant.role))
  }

  /// Whether an organization role lets its holders into every workspace.
  func opensWorkspaces(_ role: Symbol) -> Bool { opening.contains(role) }

  /// What an account begins with is what sign-up would have made; organizations have their default workspace already.
  func kindOfNewWorkspace(isFirstOfAccount: Bool) -> WorkspaceKind {
    isFirstOfAccount ? policy.signUp.workspaceKind : .standard
  }

  var asksOrganizationFirst: Bool { policy.setting(.organizationMemberFirst) != .off }
}
