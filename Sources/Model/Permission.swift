/// What a policy lets a role do (SPEC section 3).
public enum Permission: Hashable, Sendable {
  case all
  case organizationMembers
  case workspaceCreate, workspaceEdit, workspaceDelete, workspaceEnterAll
  case membersView, membersInvite, membersChangeRole, membersRemove
  case ownershipTransfer
  case subscriptionChange
  case billingView, billingBuy
  case apiKeyCreate, apiKeyLimits, apiKeyViewOthers, apiKeyRevokeOwn, apiKeyRevokeOthers
  case resourcesRead, resourcesWrite, resourcesRun
  /// `resources.write:KIND`: writing resources of one kind, which ``resourcesWrite`` covers too.
  case resourcesWriteKind(String)
}

extension Permission: CaseIterable {
  /// In the order of tables; without those for one kind of resource, which are as many as a policy names.
  public static let allCases: [Permission] = [
    .all, .organizationMembers, .workspaceCreate, .workspaceEdit, .workspaceDelete, .workspaceEnterAll, .membersView,
    .membersInvite, .membersChangeRole, .membersRemove, .ownershipTransfer, .subscriptionChange, .billingView,
    .billingBuy, .apiKeyCreate, .apiKeyLimits, .apiKeyViewOthers, .apiKeyRevokeOwn, .apiKeyRevokeOthers,
    .resourcesRead, .resourcesWrite, .resourcesRun,
  ]
}

extension Permission: RawRepresentable {
  private static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0) })
  private static let kindPrefix = "resources.write:"

  /// As policies write it.
  public var rawValue: String {
    switch self {
    case .all: "all"
    case .organizationMembers: "organization.members"
    case .workspaceCreate: "workspace.create"
    case .workspaceEdit: "workspace.edit"
    case .workspaceDelete: "workspace.delete"
    case .workspaceEnterAll: "workspace.enter-all"
    case .membersView: "members.view"
    case .membersInvite: "members.invite"
    case .membersChangeRole: "members.change-role"
    case .membersRemove: "members.remove"
    case .ownershipTransfer: "ownership.transfer"
    case .subscriptionChange: "subscription.change"
    case .billingView: "billing.view"
    case .billingBuy: "billing.buy"
    case .apiKeyCreate: "api-key.create"
    case .apiKeyLimits: "api-key.limits"
    case .apiKeyViewOthers: "api-key.view-others"
    case .apiKeyRevokeOwn: "api-key.revoke-own"
    case .apiKeyRevokeOthers: "api-key.revoke-others"
    case .resourcesRead: "resources.read"
    case .resourcesWrite: "resources.write"
    case .resourcesRun: "resources.run"
    case .resourcesWriteKind(let kind): Self.kindPrefix + kind
    }
  }

  /// Nil where there is no such permission.
  public init?(rawValue: String) {
    if let known = Self.byName[rawValue] {
      self = known
    } else if rawValue.hasPrefix(Self.kindPrefix), Self.isKind(rawValue.dropFirst(Self.kindPrefix.count)) {
      self = .resourcesWriteKind(String(rawValue.dropFirst(Self.kindPrefix.count)))
    } else {
      return nil
    }
  }

  /// A kind that a policy can name: `[a-z0-9][a-z0-9._-]*`, at most 100.
  private static func isKind(_ text: Substring) -> Bool {
    func isPlain(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) }
    guard let first = text.utf8.first, isPlain(first), text.utf8.count <= 100 else { return false }
    return text.utf8.allSatisfy { isPlain($0) || $0 == 0x2E || $0 == 0x5F || $0 == 0x2D }
  }
}

extension Set<Permission> {
  /// Whether somebody who holds these may do it: `all` covers everything, `resources.write` every kind.
  public func covers(_ permission: Permission) -> Bool {
    if contains(.all) || contains(permission) { return true }
    guard case .resourcesWriteKind = permission else { return false }
    return contains(.resourcesWrite)
  }

  /// What these let somebody do that `others` do not.
  public func beyond(_ others: Set<Permission>) -> Set<Permission> {
    let own = contains(.all) ? Set(Permission.allCases) : self
    return own.filter { !others.covers($0) }
  }
}

/// A role of workspaces or of organizations: the highest rank is the top role.
public struct Role: Hashable, Sendable {
  public var name: String
  public var rank: Int
  public var permissions: Set<Permission>

  public init(name: String, rank: Int, permissions: Set<Permission>) {
    self.name = name
    self.rank = rank
    self.permissions = permissions
  }

  public func may(_ permission: Permission) -> Bool { permissions.covers(permission) }

  /// Whether an organization's role lets its holders be members of workspaces: one that is about billing alone does not
  /// (SPEC section 3, `enterprise`).
  public var admitsToWorkspaces: Bool {
    permissions.isEmpty || !permissions.allSatisfy { $0 == .billingView || $0 == .billingBuy }
  }
}

extension Policy {
  /// The rows of a table of these roles: all permissions, and those for one kind of resource that a role names.
  public func permissions(inTableOf scope: RoleScope) -> [Permission] {
    let named = Set(roles(scope).flatMap(\.permissions)).subtracting(Permission.allCases)
    return Permission.allCases + named.sorted { $0.rawValue < $1.rawValue }
  }
}
