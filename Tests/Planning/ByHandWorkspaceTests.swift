import Model
import Planning
import Testing

/// What people do with workspaces and invitations, judged without a store.
@Suite struct ByHandWorkspaceTests {
  /// Who asks · under which preset · as what of acme · as what of ml · the rules against deleting ml.
  @Test(arguments: [
    ("enterprise", "super-admin", nil, ["deletion-needs-operator"]),
    ("enterprise", "member", "admin", ["actor-allowed", "deletion-needs-operator"]),
    ("self-serve", "member", "owner", []), ("self-serve", "member", "member", ["actor-allowed"]),
    ("small-team", "member", "owner", []), ("single-owner", "member", "member", ["actor-allowed"]),
  ])
  func `who may delete a workspace`(preset: String, organization: String, ml: String?, rules: [String]) throws {
    var acme = try Acme([("ada", organization)], ml: ml.map { [("ada", $0)] } ?? [], under: preset)
    let workspace = try #require(acme.ml)
    #expect(acme.plan(as: "ada", .deleteWorkspace(workspace)).rules.sorted() == rules)
    #expect(acme.plan(.deleteWorkspace(workspace)).done == ["delete-workspace acme/ml "])
  }

  @Test func `an operator of the policy deletes, suspended not`() throws {
    var acme = try Acme([("ada", "super-admin"), ("ops", "member")])
    acme.policy.policy.operators = ["Ops@acme.example"]
    let workspace = try #require(acme.ml)
    #expect(acme.plan(as: "ops", .deleteWorkspace(workspace)).rules == [])
    #expect(acme.plan(as: "ada", .deleteWorkspace(workspace)).rules == ["deletion-needs-operator"])
    acme.suspend("ops")
    #expect(acme.plan(as: "ops", .deleteWorkspace(workspace)).rules.contains("actor-allowed"))
  }

  @Test(arguments: [WorkspaceKind.personal, .default])
  func `kinds that stay refuse the operator too`(kind: WorkspaceKind) throws {
    var acme = try Acme([("ada", "super-admin")])
    acme.tenant.workspaces[0].kind = kind
    let rule = kind == .personal ? "personal-workspace-undeletable" : "default-workspace-kept"
    #expect(acme.plan(.deleteWorkspace(try #require(acme.ml))).rules == [rule])
  }

  @Test(arguments: [
    ("enterprise", "ada", Optional("ada")), ("enterprise", nil, nil), ("self-serve", nil, "ada"),
  ])
  func `who owns a new workspace`(preset: String, actor: String?, owner: String?) throws {
    var acme = try Acme([("ada", preset == "enterprise" ? "super-admin" : "owner")], under: preset)
    acme.tenant.owner = acme.person("ada")
    let plan = acme.plan(as: actor, .createWorkspace(.init(name: acme.names.intern("new"))))
    guard case .createWorkspace(let creation)? = plan.tenant.admitted.first?.change else {
      Issue.record("\(plan.tenant.blocked) \(plan.problems)")
      return
    }
    #expect(creation.owner.map(acme.names.text) == owner.map { $0 + "@acme.example" })
    #expect(creation.kind == .standard)
  }

  @Test func `a workspace that needs an owner asks for one`() throws {
    var acme = try Acme([("ada", "owner")], under: "self-serve")
    let plan = acme.plan(.createWorkspace(.init(name: acme.names.intern("new"))))
    #expect(plan.problems.map(\.hint) == ["add --owner EMAIL"])
  }

  @Test func `only who may create workspaces does, and for others only who may hand over`() throws {
    var acme = try Acme([("ada", "super-admin"), ("grace", "member")], ml: [("grace", "admin")])
    let new = ByHandRequest.NewWorkspace(name: acme.names.intern("new"))
    #expect(acme.plan(as: "grace", .createWorkspace(new)).rules == ["actor-allowed"])
    acme.policy.policy.organizationRoles[2].permissions.insert(.workspaceCreate)
    #expect(acme.plan(as: "grace", .createWorkspace(new)).rules == [])
    let forAda = ByHandRequest.NewWorkspace(name: new.name, owner: acme.person("ada"))
    #expect(acme.plan(as: "grace", .createWorkspace(forAda)).rules == ["actor-allowed"])
    let outsider = ByHandRequest.NewWorkspace(name: new.name, owner: acme.person("eve"))
    #expect(acme.plan(.createWorkspace(outsider)).rules == ["organization-member-first"])
  }

  @Test(arguments: [
    ("small-team", ["change-role acme/ml grace@acme.example", "transfer-ownership acme/ml grace@acme.example"]),
    ("single-owner", ["transfer-ownership acme/ml grace@acme.example"]),
  ])
  func `a transfer brings the top role`(preset: String, done: [String]) throws {
    var acme = try Acme([], ml: [("ada", "owner"), ("grace", "member")], under: preset)
    acme.tenant.workspaces[0].owner = acme.person("ada")
    let grace = acme.person("grace")
    #expect(acme.plan(as: "ada", .transfer(grace, workspace: acme.ml)).done == done)
    #expect(acme.plan(as: "grace", .transfer(grace, workspace: acme.ml)).rules == ["actor-allowed", "no-self-change"])
    let (ada, eve) = (acme.person("ada"), acme.person("eve"))
    #expect(acme.plan(.transfer(ada, workspace: acme.ml)).problems.map(\.isSettled) == [true])
    #expect(acme.plan(.transfer(eve, workspace: acme.ml)).problems.map(\.isSettled) == [false])
    acme.suspend("grace")
    #expect(acme.plan(.transfer(grace, workspace: acme.ml)).problems.map(\.isSettled) == [false])
  }

  /// Members of ml in the order of their joining · who leaves · what happens.
  @Test(arguments: [
    (
      [("ada", "owner"), ("linus", "member"), ("grace", "member")], "ada",
      ["change-role linus", "transfer-ownership linus", "remove-member ada"]
    ),
    (
      [("ada", "owner"), ("linus", "member"), ("grace", "owner")], "ada",
      ["transfer-ownership grace", "remove-member ada"]
    ),
    ([("ada", "owner"), ("grace", "owner")], "grace", ["remove-member grace"]),
    ([("ada", "owner"), ("grace", "member")], "grace", ["remove-member grace"]),
  ])
  func `a leaving owner passes ownership on`(members: [(String, String)], leaver: String, done: [String]) throws {
    var acme = try Acme([], ml: members, under: "self-serve")
    acme.tenant.workspaces[0].owner = acme.person("ada")
    let person = acme.person(leaver)
    let plan = acme.plan(as: leaver, .leave(person, workspace: acme.ml))
    #expect(plan.tenant.blocked == [])
    #expect(plan.done == done.map { $0.replacing(" ", with: " acme/ml ") + "@acme.example" })
  }

  @Test func `who leaves passes on what they have, and nobody else's ownership of record`() throws {
    var acme = try Acme(
      [], ml: [("ada", "owner"), ("exp", "owner"), ("per", "member")], under: "self-serve")
    let (ada, exp) = (acme.person("ada"), acme.person("exp"))
    for index in acme.tenant.workspaces[0].roll.members.indices
    where acme.tenant.workspaces[0].roll.members[index].person == exp {
      acme.tenant.workspaces[0].roll.members[index].expires = acme.now.advanced(bySeconds: 60)
    }
    acme.tenant.workspaces[0].owner = exp
    let kept = acme.plan(as: "ada", .leave(ada, workspace: acme.ml))
    #expect(kept.done == ["change-role acme/ml per@acme.example", "remove-member acme/ml ada@acme.example"])
    acme.tenant.workspaces[0].owner = nil
    #expect(
      acme.plan(as: "ada", .leave(ada, workspace: acme.ml)).done == [
        "change-role acme/ml per@acme.example", "transfer-ownership acme/ml per@acme.example",
        "remove-member acme/ml ada@acme.example",
      ])
  }

  @Test func `ownership passes to nobody who is suspended or will expire, and not where creators stay`() throws {
    var acme = try Acme([], ml: [("ada", "owner"), ("linus", "member"), ("grace", "member")], under: "self-serve")
    let ada = acme.person("ada")
    acme.tenant.workspaces[0].owner = ada
    acme.suspend("linus")
    #expect(acme.plan(as: "ada", .leave(ada, workspace: acme.ml)).done.first?.contains("grace") == true)
    acme.policy.policy.protection[.creatorKept] = .on
    #expect(acme.plan(as: "ada", .leave(ada, workspace: acme.ml)).rules.contains("last-owner-kept"))
    acme.policy.policy.protection[.creatorKept] = .off
    for index in acme.tenant.workspaces[0].roll.members.indices
    where acme.tenant.workspaces[0].roll.members[index].person != ada {
      acme.tenant.workspaces[0].roll.members[index].expires = acme.now.advanced(bySeconds: 60)
    }
    #expect(acme.plan(as: "ada", .leave(ada, workspace: acme.ml)).rules.contains("last-owner-kept"))
  }

  @Test func `leaving an organization passes on its workspaces, ends them, then itself`() throws {
    var acme = try Acme(
      [("grace", "owner"), ("ada", "member")], ml: [("ada", "owner"), ("grace", "member")], under: "self-serve")
    let ada = acme.person("ada")
    acme.tenant.workspaces[0].owner = ada
    let plan = acme.plan(as: "ada", .leave(ada, workspace: nil))
    #expect(
      plan.done == [
        "change-role acme/ml grace@acme.example", "transfer-ownership acme/ml grace@acme.example",
        "remove-member acme/ml ada@acme.example", "remove-member acme ada@acme.example",
      ])
    #expect(plan.tenant.admitted.map { $0.ownWill != nil } == [false, false, true, true])
  }

  @Test func `leaving an organization is refused as a whole, with the reason`() throws {
    var acme = try Acme([("ada", "super-admin"), ("grace", "member")], ml: [("ada", "admin"), ("grace", "viewer")])
    let (ada, grace) = (acme.person("ada"), acme.person("grace"))
    let refused = acme.plan(as: "ada", .leave(ada, workspace: nil))
    #expect(refused.rules == ["last-owner-kept"] && refused.tenant.admitted.isEmpty)
    #expect(acme.plan(as: "grace", .leave(grace, workspace: nil)).done.count == 2)
  }

  @Test(arguments: [("grace", "member", []), ("grace", "owner", ["actor-allowed"]), ("ada", "owner", [])])
  func `invitations above the own rank take more`(actor: String, role: String, rules: [String]) throws {
    var acme = try Acme([], ml: [("ada", "owner"), ("grace", "member")], under: "self-serve")
    let (eve, role) = (acme.person("eve"), acme.names.intern(role))
    #expect(acme.plan(as: actor, .invite(eve, workspace: acme.ml, role: role)).rules == rules)
    acme.tenant.workspaces[0].roll.invitations = [
      ActualInvitation(person: eve, email: eve, role: role, created: acme.now)
    ]
    #expect(acme.plan(as: actor, .cancelInvitation(eve, workspace: acme.ml)).rules == rules)
    #expect(acme.plan(as: actor, .resendInvitation(eve, workspace: acme.ml)).rules == rules)
  }

  @Test func `a second invitation is refused, a lapsed one is opened again`() throws {
    var acme = try Acme([("ada", "super-admin")])
    let (eve, member) = (acme.person("eve"), acme.names.intern("member"))
    acme.tenant.roll.invitations = [ActualInvitation(person: eve, email: eve, role: member, created: acme.now)]
    #expect(acme.plan(.invite(eve, workspace: nil, role: member)).rules == ["one-pending-invitation"])
    acme.tenant.roll.invitations[0].lapses = acme.now
    let plan = acme.plan(.invite(eve, workspace: nil, role: member))
    #expect(
      plan.tenant.admitted.map(\.change) == [.invite(Grant(role: member, expires: nil, protect: false), resend: true)])
  }

  @Test func `where everybody joins in the lowest role, a higher one is promised to nobody`() throws {
    var acme = try Acme([], ml: [("ada", "owner")], under: "small-team")
    let (eve, owner, member) = (acme.person("eve"), acme.names.intern("owner"), acme.names.intern("member"))
    let plan = acme.plan(as: "ada", .invite(eve, workspace: acme.ml, role: owner))
    #expect(
      plan.tenant.admitted.map(\.change) == [.invite(Grant(role: member, expires: nil, protect: false), resend: false)])
    #expect(plan.notes.count == 1)
    acme.tenant.workspaces[0].roll.invitations = [
      ActualInvitation(person: eve, email: eve, role: member, created: acme.now)
    ]
    #expect(acme.plan(as: "ada", .setRole(eve, workspace: acme.ml, role: owner)).problems.count == 1)
  }

  @Test func `who left is invited anew, and what chased them stays used up`() throws {
    var acme = try Acme([("ada", "super-admin")])
    let (eve, member) = (acme.person("eve"), acme.names.intern("member"))
    acme.tenant.roll.departures = [
      Departure(person: eve, reason: .left, since: acme.now, reinvite: Instant(seconds: 5))
    ]
    let change = acme.plan(as: "ada", .invite(eve, workspace: nil, role: member)).tenant.admitted.first?.change
    #expect(
      change
        == .invite(Grant(role: member, expires: nil, protect: false, reinvite: Instant(seconds: 5)), resend: false))
  }

  @Test(arguments: [("ada", true), ("bill", false), ("grace", false)])
  func `who may change a subscription`(actor: String, may: Bool) throws {
    var acme = try Acme(
      [("ada", "super-admin"), ("bill", "billing-admin"), ("grace", "member")], ml: [("grace", "admin")])
    let (team, business) = (acme.names.intern("team"), acme.names.intern("business"))
    for workspace in [acme.ml, nil] {
      let plan = acme.plan(as: actor, .setSubscription(team, workspace: workspace))
      #expect(plan.rules == (may ? [] : ["actor-allowed"]))
    }
    #expect(acme.plan(.setSubscription(business, workspace: acme.ml)).problems.map(\.isSettled) == [true])
  }

  @Test func `a billing role of the organization counts in every workspace`() throws {
    var acme = try Acme([("bill", "billing-admin"), ("grace", "member")])
    let bill = acme.acting("bill")
    #expect(bill.may(.billingView, in: acme.ml) && bill.may(.billingBuy, in: acme.ml))
    #expect(!bill.maySeeMembers(of: acme.ml) && !bill.may(.resourcesRead, in: acme.ml))
    let grace = acme.acting("grace")
    #expect(grace.maySeeMembers(of: acme.ml) && !grace.maySeeMembers(of: nil) && !grace.may(.billingView, in: acme.ml))
  }

  @Test func `what somebody holds elsewhere ends under the rules there`() throws {
    var acme = try Acme([("ada", "super-admin"), ("grace", "member")], ml: [("grace", "admin")])
    let (ada, grace) = (acme.person("ada"), acme.person("grace"))
    #expect(acme.plan(as: "ada", .withdraw(ada)).rules == ["last-owner-kept"])
    #expect(acme.plan(as: "ada", .withdraw(grace)).rules == ["actor-allowed"])
    let plan = acme.plan(as: "grace", .withdraw(grace))
    #expect(plan.done == ["remove-member acme/ml grace@acme.example", "remove-member acme grace@acme.example"])
    #expect(plan.tenant.admitted.allSatisfy { $0.ownWill == nil })
    acme.policy.policy.workspaces.leaving = .forbidden
    #expect(acme.plan(as: "grace", .withdraw(grace)).rules == ["actor-allowed"])
    #expect(acme.plan(.withdraw(grace)).rules == [])
  }
}
