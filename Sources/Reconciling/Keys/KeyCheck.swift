import Model
import Store

/// Whether a secret is a live key of a workspace.
public struct KeyCheck {
  let reader: any StoreReader

  public init(reader: any StoreReader) { self.reader = reader }

  /// What a live key may do.
  public struct Key: Hashable, Sendable {
    public var name: String
    public var limits: APIKeyLimits
  }

  /// Nil for everything else: no such workspace, a key of another one, a revoked or unknown key, one whose creator is
  /// suspended. Which it is stays here.
  ///
  /// The secret is compared with all live keys, each in constant time and with no early end.
  public func check(_ secret: String, of path: Path) throws -> Key? {
    let hash = digest(secret)
    let tenant = path.isAccount ? path.tenant.emailKey : path.tenant
    var found: Key?
    for row in try reader.apiKeys(tenant: tenant, workspace: path.workspace ?? "") {
      let isMeant = Secret.areEqual(row.hash, hash)
      if isMeant, !row.isCreatorSuspended { found = Key(name: row.name, limits: row.limits) }
    }
    return found
  }
}
