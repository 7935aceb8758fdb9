import Model
import Planning
import Testing

@Suite struct ByHandTests {
  @Test func `a workspace member is an organization member first`() throws {
    var acme = try Acme([("ada", "super-admin")])
    let viewer = acme.names.intern("viewer")
    let plan = acme.plan(.add(acme.person("eve"), workspace: acme.ml, role: viewer))
    #expect(plan.rules == ["organization-member-first"])
    #expect(plan.done == [] && plan.tenant.admitted.isEmpty)
  }

  @Test func `a removal from the organization ends workspaces first and is all or nothing`() throws {
    var acme = try Acme(
      [("ada", "owner"), ("grace", "member")], ml: [("grace", "owner"), ("ada", "member")], under: "self-serve")
    let grace = acme.person("grace")
    let refused = acme.plan(.remove(grace, workspace: nil))
    #expect(refused.rules == ["last-owner-kept"])
    #expect(refused.done == [])
    #expect(refused.tenant.actions.count == 2)
    acme.tenant.workspaces[0].roll.members[1].role = acme.names.intern("owner")
    acme.tenant.workspaces[0].roll.members[0].role = acme.names.intern("owner")
    #expect(
      acme.plan(.remove(grace, workspace: nil)).done
        == ["remove-member acme/ml grace@acme.example", "remove-member acme grace@acme.example"])
  }

  @Test func `requests are judged one after the other`() throws {
    var acme = try Acme([("ada", "super-admin"), ("grace", "super-admin")])
    let (ada, grace) = (acme.person("ada"), acme.person("grace"))
    let plan = acme.plan(.remove(ada, workspace: nil), .remove(grace, workspace: nil))
    #expect(plan.done == ["remove-member acme ada@acme.example"])
    #expect(plan.rules == ["last-owner-kept"])
  }

  @Test(arguments: [
    ("ada", true), ("grace", true), ("linus", false), ("barbara", false), ("nobody", false),
  ])
  func `who may change members of a workspace`(actor: String, may: Bool) throws {
    var acme = try Acme(
      [("ada", "super-admin"), ("grace", "member"), ("linus", "member"), ("barbara", "billing-admin")],
      ml: [("grace", "admin"), ("linus", "developer")])
    let viewer = acme.names.intern("viewer")
    let linus = acme.person("linus")
    let plan = acme.plan(as: actor, .setRole(linus, workspace: acme.ml, role: viewer))
    #expect(plan.rules == (may ? [] : ["actor-allowed"]))
    #expect(plan.tenant.actions.allSatisfy { $0.actors == ["\(actor)@acme.example"] })
  }

  @Test func `who may only invite gives nobody more than they hold`() throws {
    var acme = try Acme([], ml: [("ada", "owner"), ("grace", "member")], under: "self-serve")
    let (owner, member) = (acme.names.intern("owner"), acme.names.intern("member"))
    let eve = acme.person("eve")
    #expect(acme.plan(as: "grace", .add(eve, workspace: acme.ml, role: member)).rules == [])
    #expect(acme.plan(as: "grace", .add(eve, workspace: acme.ml, role: owner)).rules == ["actor-allowed"])
  }

  @Test func `an ended membership lets its holder do nothing`() throws {
    var acme = try Acme([("ada", "super-admin"), ("grace", "super-admin")])
    let ada = acme.person("ada")
    acme.tenant.roll.members[0].expires = acme.now
    let grace = acme.person("grace")
    #expect(acme.plan(as: "ada", .remove(grace, workspace: nil)).rules.contains("actor-allowed"))
    #expect(acme.plan(as: "grace", .remove(ada, workspace: nil)).rules == [])
  }

  @Test func `accepting and declining are the invited person's own`() throws {
    var acme = try Acme([("ada", "super-admin"), ("grace", "member")])
    let (eve, member) = (acme.person("eve"), acme.names.intern("member"))
    acme.tenant.roll.invitations = [ActualInvitation(person: eve, email: eve, role: member, created: acme.now)]
    #expect(acme.plan(as: "grace", .accept(eve, workspace: nil)).rules == ["actor-allowed"])
    #expect(acme.plan(as: "eve", .accept(eve, workspace: nil)).problems.count == 1)
    let declined = acme.plan(as: "eve", .decline(eve, workspace: nil))
    #expect(declined.tenant.admitted.map(\.ownWill) == [.declination])
    acme.accounts.put(AccountRecord(id: 99, person: eve, email: eve, created: acme.now))
    let accepted = acme.plan(as: "eve", .accept(eve, workspace: nil))
    #expect(accepted.tenant.admitted.map(\.ownWill) == [.acceptance])
    #expect(accepted.done == ["add-member acme eve@acme.example"])
  }

  @Test func `adding somebody invited closes the invitation`() throws {
    var acme = try Acme([("ada", "super-admin")])
    let (eve, member) = (acme.person("eve"), acme.names.intern("member"))
    acme.tenant.roll.invitations = [ActualInvitation(person: eve, email: eve, role: member, created: acme.now)]
    #expect(
      acme.plan(.add(eve, workspace: nil, role: member)).done
        == ["add-member acme eve@acme.example", "cancel-invitation acme eve@acme.example"])
  }

  @Test func `nobody leaves where the policy forbids it`() throws {
    var acme = try Acme([], ml: [("ada", "owner"), ("grace", "member")], under: "small-team")
    let grace = acme.person("grace")
    #expect(acme.plan(as: "grace", .leave(grace, workspace: acme.ml)).rules == ["actor-allowed"])
  }

  @Test(arguments: [
    ("enterprise", true, "personal"), ("small-team", true, nil), ("small-team", false, "personal"),
    ("self-serve", true, "standard"),
  ])
  func `sign-up makes the workspace that the policy says`(preset: String, isInvited: Bool, kind: String?) throws {
    var acme = try Acme([], under: preset)
    let eve = acme.person("eve")
    let plan = planByHand(
      [.signUp(eve, displayName: nil, isInvited: isInvited)],
      ByHandInput(
        name: "~eve@acme.example", account: eve, stored: nil, accounts: .init(), policy: acme.policy,
        actor: .person(eve), names: acme.names, now: acme.now))
    guard case .createAccount(_, let workspace)? = plan.tenant.admitted.first?.change else {
      Issue.record("no account: \(plan.tenant.blocked) \(plan.problems)")
      return
    }
    #expect(workspace?.kind.rawValue == kind)
  }
}
