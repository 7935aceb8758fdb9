import Manifests
import Model
import Planning
import Store

/// The policy under which commands by hand are judged: the one stored by the last apply of their organization, and
/// before any the preset `enterprise` (SPEC section 9).
///
/// A personal account that was never applied itself goes by the policy that all applied accounts, else all applied
/// tenants, of the store agree on, and by `enterprise` where they do not.
struct AppliedPolicy {
  let reader: any StoreReader

  init(_ reader: any StoreReader) { self.reader = reader }

  func policy(of tenant: ActualTenant, in state: ActualState) throws -> PolicyInForce {
    if let applied = tenant.applied, let text = state.policies[applied.policyDigest] {
      return try Policies.policy(fromCanonical: text)
    }
    return try tenant.account == nil ? Self.preset() : ofAccounts()
  }

  /// The policy of accounts that were never applied, and of those to come.
  func ofAccounts() throws -> PolicyInForce {
    var names = NameTable()
    let state = try reader.read(.everything, names: &names)
    let applied = state.tenants.filter { $0.applied != nil }
    for group in [applied.filter { $0.account != nil }, applied] {
      let digests = Set(group.compactMap(\.applied?.policyDigest))
      if digests.count == 1, let text = digests.first.flatMap({ state.policies[$0] }) {
        return try Policies.policy(fromCanonical: text)
      }
    }
    return try Self.preset()
  }

  private static func preset() throws -> PolicyInForce {
    guard let preset = Policies.builtIn(Policies.defaultPreset, parse: parseYAML) else {
      throw HandworkError("the preset \(Policies.defaultPreset) cannot be read")
    }
    return preset
  }
}
