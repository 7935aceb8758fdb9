import Model
import Planning
import Store

/// Whether a secret is a live key of a workspace.
///
/// A key works while its workspace exists, it is not revoked, its creator is not suspended, and, where keys follow their
/// creators, the creator has a role there in force (SPEC section 9).
public struct KeyCheck {
  let reader: any StoreReader
  let now: Instant

  public init(reader: any StoreReader, now: Instant) { (self.reader, self.now) = (reader, now) }

  /// What a live key may do.
  public struct Key: Hashable, Sendable {
    /// Of its workspace.
    public var path: String
    public var name: String
    public var limits: APIKeyLimits
  }

  /// Nil for everything else: no such workspace, a key of another one, a revoked or unknown key, one that stopped with
  /// its creator. Which it is stays here.
  ///
  /// The secret is compared with all live keys, each in constant time and with no early end.
  public func check(_ secret: String, of path: Path) throws -> Key? {
    let hash = digest(secret)
    let tenant = path.isAccount ? path.tenant.emailKey : path.tenant
    var found: APIKeyRow?
    for row in try reader.apiKeys(tenant: tenant, workspace: path.workspace ?? "") {
      if Secret.areEqual(row.hash, hash) { found = row }
    }
    guard let found else { return nil }
    let place = try Place(Path(tenant: tenant, workspace: path.workspace), reader)
    return try works(found, in: place)
      ? Key(path: place.path.description, name: found.name, limits: found.limits) : nil
  }

  /// Whether a live key of the place's workspace opens it. A key that the operator made has no creator.
  func works(_ key: APIKeyRow, in place: Place) throws -> Bool {
    guard let creator = key.creator else { return true }
    if key.isCreatorSuspended { return false }
    let policy = try AppliedPolicy(reader).policy(of: place.tenant, in: place.state).policy
    guard policy.apiKeys.ofRemoved == .revoke else { return true }
    guard let person = place.names.symbol(of: creator.emailKey), let workspace = place.workspace else {
      return false
    }
    let acting = ActingPerson(
      person, in: place.tenant, policy: policy, accounts: place.state.accounts, names: place.names, now: now)
    return !acting.roles(in: workspace).isEmpty
  }
}
