import Manifests
import Model
import Planning
import TestSupport

/// A stored state, what was applied before, and what is to be planned.
struct Case: Hashable {
  var world: World
  /// Nil: nothing was applied.
  var applied: Commit?
  var next: Commit
  var permits = Deed.Permits()

  /// Nil where the manifests are not valid.
  func plan(order seed: UInt64? = nil) -> Prepared? {
    var names = NameTable()
    var documents = (applied?.documents, next.documents)
    if let seed {
      // Another order of keys, and other symbols for the same names.
      var random = SplitMix(seed: seed)
      documents.0 = documents.0?.map { $0.shuffled(&random) }.shuffled(using: &random)
      documents.1 = documents.1.map { $0.shuffled(&random) }.shuffled(using: &random)
      for name in (world.accounts.map(\.key) + ["owner", "member", "a", "b"]).sorted().shuffled(using: &random) {
        _ = names.intern(name)
      }
    }
    guard let desired = Case.compile(documents.1, &names) else { return nil }
    var result = Prepared(world: world, desired: desired, names: names, permits: permits)
    if let texts = documents.0 {
      guard let before = Case.compile(texts, &result.names) else { return nil }
      let stored = world.state(&result.names).tenants
      for tenant in before.tenants {
        guard let actual = stored.first(where: { $0.name == tenant.name }) else { continue }
        result.policies["before-" + tenant.name] = tenant.policy
        result.baselines[tenant.name] = .init(
          bytes: Baseline(settled: tenant, in: actual).encoded(names: result.names), policy: "before-" + tenant.name)
      }
    }
    for tenant in desired.tenants { result.policies["now-" + tenant.name] = tenant.policy }
    return result
  }

  private static func compile(_ documents: [Tree], _ names: inout NameTable) -> DesiredState? {
    let file = Snapshot.File(path: "manifests/all.yaml", objectID: nil, bytes: Array(Commit.yaml(documents).utf8))
    let compiled = ManifestLoader.load(
      Snapshot(files: [file], commit: nil), now: Scenario.now, names: &names, parse: { Scenario.parse($0) })
    return compiled.diagnostics.contains { $0.severity == .error } ? nil : compiled.desired
  }
}

/// A case made ready to be planned, and planned again from another state.
struct Prepared {
  struct Applied {
    var bytes: [UInt8]
    var policy: String
  }

  var world: World
  let desired: DesiredState
  var names: NameTable
  let permits: Deed.Permits
  var baselines: [String: Applied] = [:]
  var policies: [String: PolicyInForce] = [:]

  init(world: World, desired: DesiredState, names: NameTable, permits: Deed.Permits) {
    (self.world, self.desired, self.names, self.permits) = (world, desired, names, permits)
  }

  /// Every place that is declared or stored, for `--only`.
  var places: [Path] {
    let stored = world.tenants.flatMap { name, tenant in
      [Path(tenant: name)] + tenant.workspaces.keys.map { Path(tenant: name, workspace: $0) }
    }
    let declared = desired.tenants.flatMap { tenant in
      tenant.workspaces.map { Path(tenant: tenant.name, workspace: names.text($0.name)) }
    }
    return Set(stored + declared).sorted { $0.description < $1.description }
  }

  func planned(only: [Path] = []) -> Planned {
    var names = names
    var actual = world.state(&names)
    for index in actual.tenants.indices {
      guard let applied = baselines[actual.tenants[index].name] else { continue }
      actual.tenants[index].applied = AppliedCommit(
        commit: String(repeating: "a", count: 40), time: Scenario.now, baseline: applied.bytes,
        policyDigest: applied.policy, withheld: 0)
    }
    var options = PlanOptions()
    (options.allowDeletion, options.allowMove) = (permits.allowDeletion, permits.allowMove)
    options.only = only
    // What a change of policy takes is asked in tests of its own; here all of it is to be planned.
    let changes = desired.tenants.contains { tenant in
      baselines[tenant.name].map { policies[$0.policy] != tenant.policy } ?? false
    }
    if changes {
      options.overrides = [RuleName.noSelfChange, .actorAllowed].map {
        .init(rule: $0, organization: nil, reason: "test")
      }
    }
    return plan(
      PlanInput(
        source: PlanSource(
          repository: ".", ref: "main", commit: String(repeating: "b", count: 40), manifests: "manifests"),
        engine: "sqlite", desired: desired, actual: actual, names: names, appliedPolicies: policies,
        authorship: Authorship(named: permits.actor.map { [$0] } ?? []), now: Scenario.now, options: options))
  }

  /// The same manifests over the state that a plan left, with what that plan counts as applied.
  func again(after planned: Planned, in world: World) -> Prepared {
    var result = self
    result.world = world
    result.names = planned.names
    for tenant in planned.tenants {
      if let former = tenant.formerName { result.baselines[former] = nil }
      guard let baseline = tenant.baseline else { continue }
      var made: [Symbol: Int64] = [:]
      for (title, workspace) in world.tenants[tenant.name]?.workspaces ?? [:] {
        if let name = planned.names.symbol(of: title) { made[name] = Int64(workspace.id) }
      }
      result.baselines[tenant.name] = .init(
        bytes: baseline.identified(by: made).encoded(names: planned.names), policy: "now-" + tenant.name)
    }
    return result
  }
}

extension Plan {
  /// Without the places in the manifests, which change with their layout.
  var withoutPlaces: Plan {
    var result = self
    for index in actions.indices { result.actions[index].source = nil }
    for index in blocked.indices { result.blocked[index].source = nil }
    for index in waiting.indices { result.waiting[index].source = nil }
    for index in held.indices { result.held[index].source = nil }
    return result
  }
}
