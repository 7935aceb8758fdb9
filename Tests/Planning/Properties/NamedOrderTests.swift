import Model
import Planning
import Testing

/// The cases that SPEC and experience name: each gets an order that the oracle accepts, or refusals that say which rules
/// collide.
@Suite struct NamedOrderTests {
  private static func law(_ preset: String, _ change: (inout Law) -> Void = { _ in }) -> Law {
    var law = Law(preset: preset)
    law.joinAs = preset == "small-team" ? "lowest" : "declared"
    law.owners = preset == "single-owner" ? "one" : "many"
    law.deleteWithLastWorkspace = preset == "small-team"
    change(&law)
    return law
  }

  /// An organization `acme` as it is stored and as it is to be; it was applied as it is stored.
  private static func acme(
    _ law: Law, _ before: Commit.Organization, _ after: Commit.Organization, accounts: [String: Commit.Account] = [:]
  ) -> Case {
    var (old, new) = (Commit(law: law), Commit(law: law))
    old.organizations["acme"] = before
    new.organizations["acme"] = after
    new.accounts = accounts
    var world = World(now: Scenario.now)
    var tenant = World.Tenant(owner: before.owner, subscription: before.subscription)
    func fill(_ roll: inout World.Roll, _ list: [String: Commit.Entry]?) {
      for (email, entry) in list ?? [:] {
        world.register(email)
        roll.members[email] = World.Member(role: entry.role, expires: entry.end, protect: entry.protect)
      }
    }
    fill(&tenant.roll, before.members)
    for (title, declared) in (before.workspaces ?? [:]).inOrder {
      var workspace = World.Workspace(
        id: world.newID(), kind: title == "default" ? "default" : "standard", owner: declared.owner,
        subscription: declared.subscription)
      fill(&workspace.roll, declared.members)
      tenant.workspaces[title] = workspace
    }
    world.tenants["acme"] = tenant
    var result = Case(world: world, applied: old, next: new)
    result.permits.allowDeletion = true
    return result
  }

  private static func people(_ roles: [String: String]) -> [String: Commit.Entry] {
    roles.mapValues { Commit.Entry($0) }
  }

  /// The plan's lines, after the oracle has looked at every prefix.
  private func lines(_ made: Case, _ at: Testing.SourceLocation = #_sourceLocation) throws -> [String] {
    let findings = try #require(made.check(), "the manifests are not valid", sourceLocation: at)
    #expect(findings.failures.isEmpty, "\(findings.failures)\n\(made.text)", sourceLocation: at)
    return (findings.plan?.actions ?? []).map(Scenario.line)
  }

  private static let onlyOwner = [
    ("enterprise", "super-admin", "member"), ("small-team", "owner", "member"), ("self-serve", "owner", "member"),
  ]

  @Test(arguments: onlyOwner) func `the swap of the only owner`(_ preset: String, _ top: String, _ low: String) throws {
    let (before, after) = (["ada@x": top, "bob@x": low], ["ada@x": low, "bob@x": top])
    let made = Self.acme(
      Self.law(preset), .init(members: Self.people(before)), .init(members: Self.people(after)))
    #expect(
      try lines(made) == [
        "change-role acme bob@x -role=\(low) +role=\(top) change",
        "change-role acme ada@x -role=\(top) +role=\(low) change",
      ])
  }

  @Test func `the swap of the only owner of a workspace that has one alone`() throws {
    let members = Self.people(["ada@x": "owner", "bob@x": "member"])
    let swapped = Self.people(["ada@x": "member", "bob@x": "owner"])
    func made(owner: String?) -> Case {
      Self.acme(
        Self.law("single-owner"), .init(workspaces: ["ml": .init(owner: "ada@x", members: members)]),
        .init(workspaces: ["ml": .init(owner: owner, members: swapped)]))
    }
    #expect(try lines(made(owner: "bob@x")) == ["transfer-ownership acme/ml bob@x -owner=ada@x +owner=bob@x change"])
    // Without the ownership, the roles alone cannot change places: both rules are named.
    let refused = try lines(made(owner: nil))
    #expect(refused.allSatisfy { $0.contains("blocked:") })
    #expect(refused.joined().contains("single-owner"))
    #expect(refused.joined().contains("last-owner-kept"))
  }

  @Test(arguments: ["small-team", "single-owner", "enterprise"])
  func `the swap of a member in a full workspace`(_ preset: String) throws {
    let law = Self.law(preset) { $0.caps["free"] = 2 }
    let (top, low) = (law.roles(inWorkspace: true)[0], law.lowest(inWorkspace: true))
    let (first, member) = (law.top(inWorkspace: false), law.lowest(inWorkspace: false))
    let everybody = Self.people(["ada@x": first, "bob@x": member, "cyd@x": member])
    func organization(_ people: [String: String]) -> Commit.Organization {
      .init(
        members: everybody,
        workspaces: ["ml": .init(subscription: "free", members: Self.people(people))])
    }
    let made = Self.acme(law, organization(["ada@x": top, "bob@x": low]), organization(["ada@x": top, "cyd@x": low]))
    #expect(
      try lines(made) == [
        "remove-member acme/ml bob@x -role=\(low) change", "add-member acme/ml cyd@x +role=\(low) change",
      ])
  }

  @Test func `the only owner of a full workspace is replaced by somebody from outside`() throws {
    let law = Self.law("self-serve") { $0.caps["free"] = 1 }
    func organization(_ people: [String: String]) -> Commit.Organization {
      .init(workspaces: ["ml": .init(subscription: "free", members: Self.people(people))])
    }
    let made = Self.acme(law, organization(["ada@x": "owner"]), organization(["bob@x": "owner"]))
    #expect(
      try lines(made) == [
        "add-member acme/ml bob@x +role=owner change blocked:member-cap",
        "remove-member acme/ml ada@x -role=owner change blocked:last-owner-kept",
      ])
  }

  @Test func `a rename chain a→b→c, and its first name used anew`() throws {
    let people = Self.people(["ada@x": "super-admin"])
    let made = Self.acme(
      Self.law("enterprise"), .init(members: people, workspaces: ["a": .init(), "b": .init()]),
      .init(
        members: people,
        workspaces: ["a": .init(), "b": .init(renamedFrom: "a"), "c": .init(renamedFrom: "b")]))
    #expect(
      try lines(made) == [
        "rename-workspace acme/c -name=b +name=c change", "rename-workspace acme/b -name=a +name=b change",
        "create-workspace acme/a + change",
      ])
  }

  @Test func `an organization whose last super-admin changes`() throws {
    let made = Self.acme(
      Self.law("enterprise"),
      .init(
        members: Self.people(["ada@x": "super-admin"]),
        workspaces: ["ml": .init(members: Self.people(["ada@x": "admin"]))]),
      .init(
        members: Self.people(["bob@x": "super-admin"]),
        workspaces: ["ml": .init(members: Self.people(["bob@x": "admin"]))]))
    #expect(
      try lines(made) == [
        "add-member acme bob@x +role=super-admin change", "add-member acme/ml bob@x +role=admin change",
        "remove-member acme/ml ada@x -role=admin change", "remove-member acme ada@x -role=super-admin change",
      ])
  }

  @Test(arguments: Law.presets)
  func `ownership transfer and removal of the former owner in one commit`(_ preset: String) throws {
    let law = Self.law(preset)
    let (top, low) = (law.roles(inWorkspace: true)[0], law.lowest(inWorkspace: true))
    let (first, member) = (law.top(inWorkspace: false), law.lowest(inWorkspace: false))
    func organization(_ owner: String, _ people: [String: String]) -> Commit.Organization {
      .init(
        members: Self.people(["ada@x": first, "bob@x": member]),
        workspaces: ["ml": .init(owner: owner, members: Self.people(people))])
    }
    let made = Self.acme(
      law, organization("ada@x", ["ada@x": top, "bob@x": low]), organization("bob@x", ["bob@x": top]))
    let found = try lines(made)
    #expect(!found.contains { $0.contains("blocked") })
    #expect(found.last?.hasPrefix("remove-member acme/ml ada@x") == true)
    #expect(found.contains { $0.hasPrefix("transfer-ownership acme/ml bob@x") })
  }

  @Test(arguments: [true, false]) func `a move of a person's email`(_ isAllowed: Bool) throws {
    let before = Self.people(["ada@x": "super-admin", "bob@x": "member"])
    let after = Self.people(["ada@new": "super-admin", "bob@x": "member"])
    var made = Self.acme(
      Self.law("enterprise"), .init(owner: "ada@x", members: before), .init(owner: "ada@new", members: after),
      accounts: ["ada@new": .init(formerly: "ada@x")])
    made.permits.allowMove = isAllowed
    let found = try lines(made)
    if isAllowed {
      #expect(found == ["move-account ~ada@new ada@new -email=ada@x +email=ada@new first"])
    } else {
      #expect(found.allSatisfy { $0.contains("blocked:account-move-needs-operator") })
    }
  }

  /// The one who replaces the only super-admin would come by a move that is refused.
  @Test func `a refused move of an email takes nobody's place`() throws {
    var made = Self.acme(
      Self.law("enterprise"), .init(members: Self.people(["ada@x": "super-admin"])),
      .init(members: Self.people(["bob@new": "super-admin"])), accounts: ["bob@new": .init(formerly: "bob@x")])
    made.world.register("bob@x")
    let lines = try lines(made)
    #expect(lines.contains { $0.hasPrefix("move-account") && $0.contains("blocked:account-move-needs-operator") })
    #expect(lines.contains { $0.hasPrefix("remove-member acme ada@x") && $0.contains("blocked:last-owner-kept") })
  }
}
