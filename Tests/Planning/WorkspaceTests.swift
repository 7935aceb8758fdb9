import Model
import Planning
import Testing

/// Workspaces, owners and keys: SPEC section 5's table, row by row.
@Suite struct WorkspaceTests {
  static let base =
    "acme owner=ada@x\n  ada@x super-admin\n  bob@x member\nacme/default default owner=ada@x\n  ada@x admin"
  static let people = "members: {ada@x: super-admin, bob@x: member}"

  private func actions(_ workspaces: String, _ stored: String = "", applied: String? = nil, deletion: Bool = false)
    -> [String]
  {
    Scenario(
      acme("\(Self.people)\nworkspaces: \(workspaces)"), stored: Self.base + stored,
      applied: applied.map { acme("\(Self.people)\nworkspaces: \($0)") }
    ).with { $0.allowDeletion = deletion }.actions
  }

  @Test func `a new organization comes with its default workspace and owner in one step`() {
    let scenario = Scenario(
      acme("owner: ada@x\ndefaultWorkspace: general\nmembers: {ada@x: super-admin, bob@x: member}"))
    #expect(
      scenario.actions == [
        "create-organization acme +defaultWorkspace=general,owner=ada@x first",
        "add-member acme bob@x +role=member first",
      ])
  }

  @Test func `a new workspace comes with its owner of record`() {
    #expect(
      actions("{ml: {owner: bob@x, members: {ada@x: viewer}}}") == [
        "create-workspace acme/ml +owner=bob@x first", "add-member acme/ml ada@x +role=viewer first",
      ])
  }

  @Test func `an owner who has yet to join gets the workspace later`() {
    let manifests = acme(
      "members: {ada@x: super-admin, eve@x: member}\nworkspaces: {ml: {owner: eve@x}}", policy: "extends: enterprise")
    let plan = Scenario(manifests, stored: "acme\n  ada@x super-admin\nacme/default default").planned().plan
    #expect(
      plan.actions.map(Scenario.line) == ["invite acme eve@x +role=member first", "create-workspace acme/ml + first"])
    #expect(plan.waiting.map(\.workspace) == ["ml"])
    #expect(plan.waiting.map(\.event) == [.organizationMembership])
  }

  @Test func `other attributes are updated`() {
    #expect(
      actions("{ml: {displayName: Machine learning, subscription: team}}", "\nacme/ml") == [
        "update-workspace acme/ml -displayName=,subscription=business +displayName=Machine learning,subscription=team first"
      ])
  }

  @Test func `renamedFrom renames once`() {
    #expect(
      actions("{ml: {renamedFrom: old}}", "\nacme/old") == ["rename-workspace acme/ml -name=old +name=ml first"])
    #expect(actions("{ml: {renamedFrom: old}}", "\nacme/ml", applied: "{ml: {renamedFrom: old}}") == [])
    let both = actions("{ml: {renamedFrom: old}}", "\nacme/ml\nacme/old", applied: "{old: {}}")
    #expect(
      both == ["delete-workspace acme/old -apiKeys=0,invitations=0,members=0 change blocked:deletion-needs-tombstone"])
  }

  @Test func `a chain of renames begins at its free end`() {
    #expect(
      actions("{b: {renamedFrom: a}, c: {renamedFrom: b}}", "\nacme/a\nacme/b") == [
        "rename-workspace acme/c -name=b +name=c first", "rename-workspace acme/b -name=a +name=b first",
      ])
  }

  @Test func `a name that was given up by a rename can be used anew`() {
    #expect(
      actions("{a: {}, b: {renamedFrom: a}}", "\nacme/a") == [
        "rename-workspace acme/b -name=a +name=b first", "create-workspace acme/a + first",
      ])
  }

  @Test func `a tombstone deletes with the operator's flag only`() {
    #expect(
      actions("{ml: {removed: done}}", "\nacme/ml\n  bob@x viewer") == [
        "delete-workspace acme/ml -apiKeys=0,invitations=0,members=1 +removed=done first blocked:deletion-needs-operator"
      ])
    #expect(
      actions("{ml: {removed: done}}", "\nacme/ml\n  bob@x viewer", deletion: true) == [
        "delete-workspace acme/ml -apiKeys=0,invitations=0,members=1 +removed=done first"
      ])
  }

  @Test func `a new workspace under a name that a rename gives up is a warning`() {
    func plan(_ workspaces: String, _ stored: String) -> [String] {
      Scenario(acme("\(Self.people)\nworkspaces: \(workspaces)"), stored: Self.base + stored)
        .planned().plan.warnings.map { "\($0.code) \($0.path ?? "")" }.filter { !$0.hasPrefix("unmanaged") }
    }
    #expect(plan("{ml: {}, old: {renamedFrom: ml}}", "\nacme/ml") == ["name-taken-over acme/ml"])
    #expect(plan("{old: {renamedFrom: ml}}", "\nacme/ml") == [])
    #expect(plan("{ml: {}, old: {renamedFrom: ml}}", "\nacme/ml\nacme/old") == ["rename-without-effect acme/old"])
  }

  @Test func `a tombstone that was applied is spent`() {
    #expect(actions("{ml: {removed: done}}", applied: "{ml: {}}", deletion: true) == [])
    #expect(actions("{ml: {removed: done}}", "\nacme/ml", applied: "{ml: {removed: done}}", deletion: true) == [])
  }

  @Test func `dropping a workspace is no way to delete it`() {
    #expect(
      actions("{}", "\nacme/ml", applied: "{ml: {}}", deletion: true) == [
        "delete-workspace acme/ml -apiKeys=0,invitations=0,members=0 change blocked:deletion-needs-tombstone"
      ])
  }

  @Test func `released and never declared workspaces are left alone`() {
    #expect(
      actions("{ml: {released: by hand}}", "\nacme/ml\n  bob@x viewer", applied: "{ml: {members: {}}}") == [
        "update-management acme/ml -declared=true,members=true +declared=false,members=false change"
      ])
    let plan = Scenario(acme("\(Self.people)\nworkspaces: {}"), stored: Self.base + "\nacme/ml").planned().plan
    #expect(plan.actions.isEmpty)
    #expect(plan.warnings.map(\.path) == ["acme/ml"])
  }

  @Test func `default workspaces are kept, unless overridden`() {
    let scenario = Scenario(acme("\(Self.people)\nworkspaces: {default: {removed: unused}}"), stored: Self.base)
      .with { $0.allowDeletion = true }
    #expect(scenario.actions.first?.hasSuffix("blocked:default-workspace-kept") == true)
    let overridden = scenario.with {
      $0.overrides = [Override(rule: .defaultWorkspaceKept, organization: "acme", reason: "test")]
    }
    #expect(overridden.actions.first?.contains("blocked") == false)
    let elsewhere = scenario.with {
      $0.overrides = [Override(rule: .defaultWorkspaceKept, organization: "other", reason: "test")]
    }
    #expect(elsewhere.actions == scenario.actions)
  }

  @Test func `an outsider is refused as a workspace member`() {
    let plan = Scenario(
      acme("\(Self.people)\nworkspaces: {ml: {members: {eve@x: viewer}}}"), stored: Self.base + "\nacme/ml"
    ).planned().plan
    #expect(
      plan.actions.map(Scenario.line) == [
        "add-member acme/ml eve@x +role=viewer first blocked:organization-member-first"
      ])
    #expect(plan.blocked.map(\.subject) == ["eve@x"])
    #expect(plan.blocked.first?.source?.line == 10)
  }

  @Test func `a billing admin alone is no workspace member`() {
    let scenario = Scenario(
      acme("members: {ada@x: super-admin, bob@x: billing-admin}\nworkspaces: {ml: {members: {bob@x: viewer}}}"),
      stored: Self.base.replacing("bob@x member", with: "bob@x billing-admin") + "\nacme/ml")
    #expect(scenario.actions == ["add-member acme/ml bob@x +role=viewer first blocked:organization-member-first"])
  }

  @Test func `leaving the organization ends workspace memberships, one by one, also where nobody manages them`() {
    let scenario = Scenario(
      acme("members: {ada@x: super-admin}\nworkspaces: {ml: {}}"),
      stored: Self.base + "\nacme/ml\n  bob@x viewer\nacme/hand\n  bob@x admin\n  ? bob@x viewer")
    #expect(
      scenario.actions == [
        "remove-member acme/hand bob@x -role=admin first", "cancel-invitation acme/hand bob@x -role=viewer first",
        "remove-member acme/ml bob@x -role=viewer first", "remove-member acme bob@x -role=member first",
      ])
  }

  @Test func `a refused organization membership withholds what depends on it`() {
    let stored = "acme\n  ada@x super-admin\nacme/default default\n! eve@x"
    let plan = Scenario(
      acme("members: {ada@x: super-admin, eve@x: member}\nworkspaces: {ml: {members: {eve@x: viewer}}}"), stored: stored
    ).planned().plan
    #expect(plan.actions.map(\.kind) == [.createWorkspace])
    #expect(plan.held.count == 2)
  }

  @Test func `a new workspace whose owner cannot join has the organization's owner of record where it needs one`() {
    let members = "workspaces: {ml: {owner: bob@x, members: {cy@x: member}}}"
    func made(_ preset: String, _ stored: String) -> [String] {
      Scenario(
        acme("owner: ada@x\n\(members)", policy: "extends: \(preset)\ninvitations: {admission: direct}"),
        stored: "acme owner=ada@x\n  ada@x owner\nacme/default default owner=ada@x\n  ada@x owner\n\(stored)"
      ).actions.filter { $0.contains("acme/ml") }
    }
    let added = "add-member acme/ml cy@x +role=member first"
    #expect(
      made("self-serve", "! bob@x") == [
        "create-workspace acme/ml +owner=ada@x first", added,
        "remove-member acme/ml ada@x -role=owner first blocked:last-owner-kept",
      ])
    #expect(made("self-serve", "@ bob@x") == ["create-workspace acme/ml +owner=bob@x first", added])
    let optional = "self-serve\nworkspaces: {ownerRequired: false}"
    #expect(made(optional, "! bob@x") == ["create-workspace acme/ml + first", added])
  }

  @Test func `ownership goes to B before A leaves`() {
    let scenario = Scenario(
      acme("owner: bob@x\nmembers: {bob@x: super-admin}"), stored: Self.base)
    #expect(
      scenario.actions == [
        "change-role acme bob@x -role=member +role=super-admin first",
        "transfer-ownership acme bob@x -owner=ada@x +owner=bob@x first",
        "remove-member acme/default ada@x -role=admin first", "remove-member acme ada@x -role=super-admin first",
      ])
  }

  @Test func `the only owner stays until the successor has accepted`() {
    let manifests = acme("owner: eve@x\nmembers: {eve@x: super-admin}", policy: "extends: enterprise")
    let stored = "acme owner=ada@x\n  ada@x super-admin\nacme/default default"
    let first = Scenario(manifests, stored: stored).planned().plan
    #expect(first.actions.map(Scenario.line) == ["invite acme eve@x +role=super-admin first"])
    #expect(first.blocked.isEmpty)
    #expect(first.waiting.map { $0.subject ?? "" } == ["ada@x", "eve@x"])
    let pending = Scenario(
      manifests, stored: "acme owner=ada@x\n  ada@x super-admin\n  ? eve@x super-admin\nacme/default default")
    #expect(pending.actions.isEmpty)
    let accepted = Scenario(
      manifests, stored: "acme owner=ada@x\n  ada@x super-admin\n  eve@x super-admin\nacme/default default")
    #expect(accepted.actions.map { $0.split(separator: " ")[0] } == ["transfer-ownership", "remove-member"])
  }

  @Test func `API keys have their limits, are revoked, and wait for people to make them`() {
    let plan = Scenario(
      acme("\(Self.people)\nworkspaces: {ml: {apiKeys: {ci: {monthlyLimit: 10}, new: {}}}}"),
      stored: Self.base + "\nacme/ml\n  key ci monthly=5\n  key old"
    ).planned().plan
    #expect(
      plan.actions.map(Scenario.line) == [
        "update-api-key acme/ml ci -dailyRateLimit=null,monthlyLimit=5 +dailyRateLimit=null,monthlyLimit=10 first",
        "revoke-api-key acme/ml old -dailyRateLimit=null,monthlyLimit=null first",
      ])
    #expect(plan.waiting.map(\.subject) == ["new"])
  }

  @Test func `a leaver named in a workspace list leaves all the same, and the naming is refused`() {
    let stored = "acme\n  ada@x super-admin\n  bob@x member\nacme/default default\nacme/ml"
    let manifests = acme("members: {ada@x: super-admin}\nworkspaces: {ml: {members: {bob@x: viewer}}}")
    let refused = "add-member acme/ml bob@x +role=viewer first blocked:organization-member-first"
    #expect(Scenario(manifests, stored: stored).actions == ["remove-member acme bob@x -role=member first", refused])
    #expect(
      Scenario(manifests, stored: stored + "\n  bob@x viewer").actions == [
        "remove-member acme/ml bob@x -role=viewer first", "remove-member acme bob@x -role=member first", refused,
      ])
  }

  @Test func `who may not leave the organization keeps the workspaces that only the leaving would end`() {
    let stored = "acme\n  ada@x super-admin\nacme/default default\nacme/ml\n  ada@x admin"
    #expect(
      Scenario(acme("members: {}\nworkspaces: {ml: {}}"), stored: stored).actions == [
        "remove-member acme/ml ada@x -role=admin first blocked:last-owner-kept",
        "remove-member acme ada@x -role=super-admin first blocked:last-owner-kept",
      ])
    let waiting = Scenario(
      acme("owner: eve@x\nmembers: {eve@x: super-admin}", policy: "extends: enterprise"),
      stored: "acme owner=ada@x\n  ada@x super-admin\n  ? eve@x super-admin\nacme/default default\n  ada@x admin")
    #expect(waiting.actions == [])
  }

  @Test func `an attribute of the workspace made with the organization is shown`() {
    let manifests = acme("owner: ada@x\nmembers: {ada@x: super-admin}\nworkspaces: {default: {subscription: free}}")
    #expect(
      Scenario(manifests).actions == [
        "create-organization acme +defaultWorkspace=default,owner=ada@x first",
        "update-workspace acme/default -subscription=business +subscription=free first",
      ])
  }

  @Test func `a limit that is not declared stays as stored`() {
    let stored = Self.base + "\nacme/ml\n  key ci monthly=5"
    let scenario = Scenario(
      acme("\(Self.people)\nworkspaces: {ml: {apiKeys: {ci: {dailyRateLimit: 3}}}}"), stored: stored)
    #expect(
      scenario.actions == [
        "update-api-key acme/ml ci -dailyRateLimit=null,monthlyLimit=5 +dailyRateLimit=3,monthlyLimit=5 first"
      ])
  }
}
