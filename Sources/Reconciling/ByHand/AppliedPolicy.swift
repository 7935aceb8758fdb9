import Manifests
import Model
import Planning
import Store

/// The policy under which commands by hand are judged: in an organization the one that its own last apply stored, for
/// accounts the Policy for all that the last apply of anything stored; before any the preset `enterprise` (SPEC
/// section 9).
struct AppliedPolicy {
  let reader: any StoreReader

  init(_ reader: any StoreReader) { self.reader = reader }

  func policy(of tenant: ActualTenant, in state: ActualState) throws -> PolicyInForce {
    guard let text = state.policyDigest(of: tenant).flatMap({ state.policies[$0] }) else { return try Self.preset() }
    return try Policies.policy(fromCanonical: text)
  }

  /// The policy of accounts, of those to come too.
  func ofAccounts() throws -> PolicyInForce {
    guard let text = try reader.policyForAll() else { return try Self.preset() }
    return try Policies.policy(fromCanonical: text)
  }

  private static func preset() throws -> PolicyInForce {
    guard let preset = Policies.builtIn(Policies.defaultPreset, parse: parseYAML) else {
      throw HandworkError("the preset \(Policies.defaultPreset) cannot be read")
    }
    return preset
  }
}
