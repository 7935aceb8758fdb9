import Model
import Planning
import Testing

/// Where differences come from, and what counts as applied.
@Suite struct OriginTests {
  static let stored = "acme\n  ada@x super-admin\nacme/default default"

  @Test func `a declaration that changed is a change`() {
    let before = acme("members: {ada@x: super-admin}")
    let scenario = Scenario(acme("members: {ada@x: super-admin, bob@x: member}"), stored: Self.stored, applied: before)
    #expect(scenario.actions == ["add-member acme bob@x +role=member change"])
  }

  @Test func `a stored state that changed is drift`() {
    let same = acme("members: {ada@x: super-admin, bob@x: member}")
    #expect(
      Scenario(same, stored: Self.stored, applied: same).actions == ["add-member acme bob@x +role=member drift"])
    let extra = Self.stored.replacing("\nacme/default", with: "\n  bob@x member\n  eve@x member\nacme/default")
    #expect(
      Scenario(same, stored: extra, applied: same).actions == ["remove-member acme eve@x -role=member drift"])
  }

  @Test func `an end that comes is expiry`() {
    let same = acme("members: {ada@x: super-admin, bob@x: {role: member, expires: 2026-11-20}}")
    let stored = Self.stored.replacing(
      "\nacme/default", with: "\n  bob@x member until=2026-11-21T00:00:00Z\nacme/default")
    #expect(
      Scenario(same, stored: stored, applied: same).actions == [
        "remove-member acme bob@x -expires=2026-11-21T00:00:00Z,role=member expiry"
      ])
  }

  @Test func `a list that was not managed before makes changes, not drift`() {
    let stored = Self.stored.replacing("\nacme/default", with: "\n  bob@x member\nacme/default")
    #expect(
      Scenario(acme("members: {ada@x: super-admin}"), stored: stored, applied: acme("displayName: Acme")).actions == [
        "remove-member acme bob@x -role=member change"
      ])
  }

  @Test func `a new reinvite is a change`() {
    let before = acme("members: {ada@x: super-admin, bob@x: member}")
    let after = acme("members: {ada@x: super-admin, bob@x: {role: member, reinvite: 2026-11-20}}")
    let stored = Self.stored.replacing("\nacme/default", with: "\n  < bob@x left 2026-11-01T00:00:00Z\nacme/default")
    #expect(Scenario(after, stored: stored, applied: before).actions == ["add-member acme bob@x +role=member change"])
  }

  @Test func `drift and expiry are tenure's own doing`() {
    let same = acme("members: {ada@x: super-admin, bob@x: member}")
    let actions = Scenario(same, stored: Self.stored, applied: same).planned().plan.actions
    #expect(actions.map(\.actors) == [["tenure"]])
  }

  @Test func `drift-only leaves changes out, and they do not count as applied`() throws {
    let before = acme("members: {ada@x: super-admin, bob@x: member}")
    let after = acme("members: {ada@x: super-admin, bob@x: member, eve@x: member}")
    let scenario = Scenario(after, stored: Self.stored, applied: before).with { $0.driftOnly = true }
    let planned = scenario.planned()
    #expect(planned.plan.actions.map(Scenario.line) == ["add-member acme bob@x +role=member drift"])
    let baseline = try #require(planned.tenants.first?.baseline)
    #expect(baseline.withheld.count == 1)
    #expect(baseline.withheld.values.first?.commit == String(repeating: "a", count: 40))
  }

  @Test func `what a rule withheld stays a change at the next plan`() throws {
    let before = acme("members: {ada@x: super-admin}\nworkspaces: {ml: {}}")
    let after = acme("members: {ada@x: super-admin}\nworkspaces: {ml: {removed: done}}")
    let stored = "acme\n  ada@x super-admin\nacme/default default\nacme/ml"
    let planned = Scenario(after, stored: stored, applied: before).planned()
    let baseline = try #require(planned.tenants.first?.baseline)
    #expect(baseline.tenant.workspaces.map(\.disposition) == [.declared])
    #expect(baseline.withheld.count == 1)
  }
}

@Suite struct BaselineTests {
  @Test func `a baseline reads back as it was written`() throws {
    var names = NameTable()
    let desired = Scenario.compile(
      acme(
        """
        displayName: "A \\\\ and more"
        owner: ada@x
        members:
          ada@x: super-admin
          bob@x: {role: member, expires: 2027-01-31, protect: true, reinvite: 2026-01-01}
          crew: member
        groups: {crew: [eve@x]}
        workspaces:
          "odd \\\\ name": {members: {bob@x: viewer}, apiKeys: {ci: {monthlyLimit: 5}}}
          gone: {removed: "why \\\\t not"}
          other: {released: by hand}
        """), now: Scenario.now, names: &names)
    let tenant = try #require(desired.tenants.first)
    let written = Baseline(
      tenant: tenant,
      withheld: [
        .tenant: .init(commit: nil, policyDigest: "p"),
        .workspace(names.intern("gone")): .init(commit: "c", policyDigest: nil),
      ])
    var other = NameTable()
    _ = other.intern("shifts every symbol")
    let stored = Self.stored(written.encoded(names: names))
    let read = try #require(Baseline(of: stored, policy: tenant.policy, names: &other))
    #expect(read.encoded(names: other) == written.encoded(names: names))
    #expect(read.withheld.count == 2)
    #expect(read.tenant.members?.count == 3)
  }

  @Test(arguments: ["", "tenure-baseline 4\n", "tenure-baseline 2\nX\t1\n", "tenure-baseline 1\nM\t\\0\n"])
  func `anything else is refused`(_ text: String) {
    var names = NameTable()
    var compiled = NameTable()
    let policy = Scenario.compile(acme("members: {}"), now: Scenario.now, names: &compiled).policy
    #expect(Baseline(of: Self.stored(Array(text.utf8)), policy: policy, names: &names) == nil)
  }

  @Test func `what counts as applied follows the workspace by its id, whatever bears its name`() throws {
    var names = NameTable()
    let desired = Scenario.compile(
      acme("workspaces: {a: {members: {ada@x: admin}}, b: {members: {bob@x: viewer}}}"), now: Scenario.now,
      names: &names)
    let tenant = try #require(desired.tenants.first)
    let (a, b, c) = (names.intern("a"), names.intern("b"), names.intern("c"))
    let before = ActualTenant(id: 1, name: "acme", workspaces: Self.workspaces([(7, a), (8, b)]))
    let bytes = Baseline(settled: tenant, in: before).encoded(names: names)
    // 7 is called c now, and another workspace a; 8 is gone.
    let stored = Self.stored(bytes, Self.workspaces([(9, a), (7, c)]))
    let read = try #require(Baseline(of: stored, policy: tenant.policy, names: &names))
    #expect(Set(read.tenant.workspaces.map(\.name)) == [b, c])
    #expect(read.tenant.workspaces.first { $0.name == c }?.members?.map { names.text($0.person) } == ["ada@x"])
  }

  @Test func `the version before is read by names`() throws {
    var names = NameTable()
    let policy = Scenario.compile(acme("members: {}"), now: Scenario.now, names: &names).policy
    let text = """
      tenure-baseline 1
      T\tauthoritative\t\\0\t\\0\t\\0\t\\0\t1\t1
      M\tada@x\tsuper-admin\t-\t0\t-\t\\0\t1
      W\tml\tdeclared\t\\0\t\\0\told\t\\0\t\\0\tauthoritative\t1\t0
      M\tada@x\tadmin\t-\t0\t-\t\\0\t1
      H\tmember\tml\tbob@x\tc\tp

      """
    let stored = Self.stored(Array(text.utf8), Self.workspaces([(7, names.intern("ml"))]))
    let read = try #require(Baseline(of: stored, policy: policy, names: &names))
    let (ml, old, bob) = (names.intern("ml"), names.intern("old"), names.intern("bob@x"))
    #expect(read.tenant.workspaces.map(\.name) == [ml])
    #expect(read.withheld == [.member(workspace: ml, person: bob): .init(commit: "c", policyDigest: "p")])
    #expect(read.renames == [.init(name: ml, from: old): 0])
  }

  @Test func `an account that moves keeps what counts as applied to it`() throws {
    var names = NameTable()
    let (before, after) = ("bob@x", "zoe@x")
    func bytes(_ person: String) throws -> [UInt8] {
      let text = acme(
        """
        owner: \(person)
        members: {\(person): super-admin, dan@x: member}
        workspaces: {ml: {owner: \(person), members: {\(person): admin, dan@x: viewer}}}
        """)
      let tenant = try #require(Scenario.compile(text, now: Scenario.now, names: &names).tenants.first)
      let held = EntryKey.member(workspace: names.intern("ml"), person: names.intern(person))
      return Baseline(tenant: tenant, withheld: [held: .init(commit: "c", policyDigest: nil)]).encoded(names: names)
    }
    #expect(Baseline.moving(before, to: after, in: try bytes(before)) == (try bytes(after)))
    #expect(Baseline.moving("nobody@x", to: after, in: try bytes(before)) == nil)
  }

  private static func workspaces(_ names: [(Int64, Symbol)]) -> [ActualWorkspace] {
    names.map { ActualWorkspace(id: $0.0, name: $0.1, kind: .standard, created: Scenario.now) }
  }

  private static func stored(_ baseline: [UInt8], _ workspaces: [ActualWorkspace] = []) -> ActualTenant {
    ActualTenant(
      id: 1, name: "acme",
      applied: AppliedCommit(commit: "c", time: Scenario.now, baseline: baseline, policyDigest: "p", withheld: 0),
      workspaces: workspaces)
  }
}
