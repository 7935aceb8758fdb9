import Manifests
import Model
import Planning
import Reconciling
import Store

/// What a store holds, with the baselines and policies that its applies left behind read back.
struct StoredState {
  let actual: ActualState
  private(set) var names = NameTable()
  /// What was declared and applied last, by tenant.
  private(set) var baselines: [String: DesiredTenant] = [:]
  /// By digest.
  let policies: [String: PolicyInForce]
  /// In force where nothing was applied.
  let standard: PolicyInForce

  /// `store` nil: nothing is stored yet.
  init(_ store: (any StoreReader)?, _ scope: ReadScope = .everything) throws {
    actual = try store?.read(scope, names: &names) ?? ActualState()
    policies = try actual.policies.mapValues(Policies.policy(fromCanonical:))
    standard = try Self.preset(Policies.defaultPreset)
    for tenant in actual.tenants {
      baselines[tenant.name] = Baseline(of: tenant, policy: policy(of: tenant), names: &names)?.tenant
    }
  }

  /// What was stored then, and of the tenant what was declared then, as far as the repository tells.
  init(_ past: PastState, declaring tenant: String, in source: DesiredSource?) throws {
    (actual, names) = (past.actual, past.names)
    policies = try actual.policies.mapValues(Policies.policy(fromCanonical:))
    standard = try Self.preset(Policies.defaultPreset)
    if let source, let stored = actual.tenants.first(where: { $0.name == tenant }) {
      baselines[tenant] = try past.declared(stored, in: source, names: &names)
    }
  }

  /// As its last apply left it, of accounts the Policy for all; the preset `enterprise` before any (SPEC section 9).
  func policy(of tenant: ActualTenant) -> PolicyInForce {
    actual.policyDigest(of: tenant).flatMap { policies[$0] } ?? standard
  }

  /// Who has which role in force in the tenant.
  func inForce(in tenant: ActualTenant, at now: Instant) -> InForce {
    InForce(tenant, policy: policy(of: tenant).policy, accounts: actual.accounts, names: names, now: now)
  }

  func tenant(named name: String) -> ActualTenant? { actual.tenants.first { $0.name == name } }

  static func preset(_ name: String) throws -> PolicyInForce {
    guard let preset = Policies.builtIn(name, parse: parseYAML) else {
      throw Failure(.failure, "the preset '\(name)' of this program cannot be read")
    }
    return preset
  }
}

/// «did you mean» for things that are stored.
enum Unknown {
  static func organization(_ name: String, among names: [String]) -> Failure {
    thing("organization", name, among: names, otherwise: "tenure status lists what is stored")
  }

  static func thing(_ what: String, _ name: String, among names: [String], otherwise: String) -> Failure {
    Failure(
      .failure, "there is no \(what) '\(name)'",
      hint: Nearest.name(to: name, among: names).map { "did you mean '\($0)'?" } ?? otherwise)
  }
}
