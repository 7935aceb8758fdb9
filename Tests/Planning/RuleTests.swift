import Model
import Planning
import Testing

/// Rules as a plan meets them: what they refuse, what goes through beside it.
@Suite struct RuleTests {
  @Test func `the last permanent super-admin stays, whoever else goes`() {
    let stored = "acme\n  ada@x super-admin\n  bob@x super-admin\nacme/default default"
    #expect(
      Scenario(acme("members: {}"), stored: stored).actions == [
        "remove-member acme ada@x -role=super-admin first",
        "remove-member acme bob@x -role=super-admin first blocked:last-owner-kept",
      ])
  }

  @Test(arguments: [
    ("{ada@x: member}", "change-role acme ada@x -role=super-admin +role=member first blocked:last-owner-kept"),
    (
      "{ada@x: {role: super-admin, expires: 2027-01-31}}",
      "update-member acme ada@x -expires=null +expires=2027-02-01T00:00:00Z first blocked:last-owner-kept"
    ),
  ]) func `the last super-admin is neither demoted nor given an end`(_ members: String, _ action: String) {
    #expect(
      Scenario(acme("members: \(members)"), stored: "acme\n  ada@x super-admin\nacme/default default").actions == [
        action
      ])
  }

  @Test func `who expires or is suspended does not count as an owner`() {
    let stored =
      "acme\n  ada@x super-admin\n  bob@x super-admin until=2027-01-01T00:00:00Z\n  eve@x super-admin\nacme/default default\n! eve@x"
    let manifests = acme("members: {bob@x: {role: super-admin, expires: 2026-12-31}, eve@x: super-admin}")
    #expect(
      Scenario(manifests, stored: stored).actions == [
        "remove-member acme ada@x -role=super-admin first blocked:last-owner-kept"
      ])
  }

  @Test func `a successor in the same commit comes first`() {
    #expect(
      Scenario(acme("members: {bob@x: super-admin}"), stored: "acme\n  ada@x super-admin\nacme/default default").actions
        == [
          "add-member acme bob@x +role=super-admin first", "remove-member acme ada@x -role=super-admin first",
        ])
  }

  @Test func `an organization that is broken already can be repaired`() {
    #expect(
      Scenario(acme("members: {bob@x: super-admin}"), stored: "acme\n  eve@x member\nacme/default default").actions == [
        "add-member acme bob@x +role=super-admin first", "remove-member acme eve@x -role=member first",
      ])
  }

  @Test func `in enterprise a workspace may lose its last admin`() {
    let scenario = Scenario(
      acme("members: {ada@x: super-admin}\nworkspaces: {ml: {members: {}}}"),
      stored: "acme\n  ada@x super-admin\nacme/default default\nacme/ml\n  ada@x admin")
    #expect(scenario.actions == ["remove-member acme/ml ada@x -role=admin first"])
  }

  // MARK: removal-threshold

  private func crowd(_ count: Int, keeping kept: Int, adding: [String] = []) -> Scenario {
    let all = (0..<count).map { "p\($0)@x" }
    let declared = (all.prefix(kept) + adding).map { "\($0): member" }
    return Scenario(
      acme("members: {ada@x: super-admin, \(declared.joined(separator: ", "))}"),
      stored: "acme\n  ada@x super-admin\n" + all.map { "  \($0) member" }.joined(separator: "\n")
        + "\nacme/default default")
  }

  @Test func `more than a quarter of the members is a mass removal, and grants go through`() {
    let plan = crowd(11, keeping: 7, adding: ["new@x"]).planned().plan
    #expect(plan.actions.filter { $0.blockedBy == [.removalThreshold] }.count == 4)
    #expect(plan.applicable.map(\.kind) == [.addMember])
    #expect(plan.blocked.map(\.rule) == [.removalThreshold])
    #expect(plan.blocked.first?.message.contains("4 of 12 members") == true)
  }

  @Test func `what a mass removal withholds is withheld by that alone`() {
    let people = (0..<12).map { "p\($0)@x" }
    let roll = people.map { "  \($0) member" }.joined(separator: "\n")
    let stored = "acme\n  ada@x super-admin\n\(roll)\nacme/default default\nacme/ml\n  p0@x viewer\n  p1@x viewer"
    let plan = Scenario(acme("members: {ada@x: super-admin}\nworkspaces: {ml: {}}"), stored: stored).planned().plan
    #expect(plan.actions.count == 14)
    #expect(plan.actions.allSatisfy { $0.blockedBy == [.removalThreshold] })
    #expect(plan.blocked.count == 1)
  }

  @Test func `exactly a quarter is not`() {
    #expect(crowd(11, keeping: 8).planned().plan.blocked.isEmpty)
  }

  @Test func `below ten members there is no threshold`() {
    #expect(crowd(8, keeping: 1).planned().plan.blocked.isEmpty)
  }

  @Test func `an override with the organization's name lifts it`() {
    let scenario = crowd(11, keeping: 2).with {
      $0.overrides = [Override(rule: .removalThreshold, organization: "acme", reason: "test")]
    }
    #expect(scenario.planned().plan.blocked.isEmpty)
  }

  @Test func `memberships of deleted workspaces and demotions count`() {
    let people = (0..<9).map { "p\($0)@x" }
    let members = people.map { "\($0): member" }.joined(separator: ", ")
    let stored =
      "acme\n  ada@x super-admin\n" + people.map { "  \($0) member" }.joined(separator: "\n")
      + "\nacme/default default\nacme/a\n"
      + people.prefix(2).map { "  \($0) viewer" }.joined(separator: "\n") + "\nacme/b\n"
      + people.map { "  \($0) admin" }.joined(separator: "\n")
    let kept = people.map { $0 == "p0@x" ? "\($0): viewer" : "\($0): admin" }.joined(separator: ", ")
    let plan = Scenario(
      acme("members: {ada@x: super-admin, \(members)}\nworkspaces: {a: {removed: done}, b: {members: {\(kept)}}}"),
      stored: stored
    ).with { $0.allowDeletion = true }.planned().plan
    #expect(plan.actions.map(\.blockedBy) == [[.removalThreshold], [.removalThreshold]])
    #expect(plan.blocked.first?.message.contains("3 of 11 workspace memberships") == true)
  }

  // MARK: accounts

  private static let move =
    acme("members: {ada@new: super-admin}")
    + "\n---\napiVersion: tenure/v1\nkind: Account\nemail: ada@new\nformerly: [ada@old]"
  private static let before =
    "acme\n  ada@old super-admin\nacme/default default\n~ada@old\n~ada@old/Personal personal\n  ada@old admin"

  @Test func `an email moves with the operator's flag, and takes memberships along`() {
    #expect(
      Scenario(Self.move, stored: Self.before).actions == [
        "move-account ~ada@new ada@new -email=ada@old +email=ada@new first blocked:account-move-needs-operator"
      ])
    #expect(
      Scenario(Self.move, stored: Self.before).with { $0.allowMove = true }.actions == [
        "move-account ~ada@new ada@new -email=ada@old +email=ada@new first"
      ])
  }

  @Test func `two accounts do not become one`() {
    let stored =
      Self.before.replacing("  ada@old super-admin", with: "  ada@old super-admin\n  ada@new member")
      + "\n~ada@new\n~ada@new/Personal personal\n  ada@new admin"
    let plan = Scenario(Self.move, stored: stored).with { $0.allowMove = true }.planned().plan
    #expect(plan.blocked.map(\.rule).contains(.accountMoveNeedsOperator))
  }

  @Test func `a personal workspace is never deleted and keeps its user`() {
    let stored =
      "acme\n  ada@x super-admin\nacme/default default\n~ada@x\n~ada@x/Personal personal\n  ada@x admin\n  eve@x admin"
    let account = "\n---\napiVersion: tenure/v1\nkind: Account\nemail: ada@x\nworkspaces: {Personal: {removed: unused}}"
    let scenario = Scenario(acme("members: {ada@x: super-admin}") + account, stored: stored).with {
      $0.allowDeletion = true
      $0.overrides = RuleName.allCases.map { Override(rule: $0, organization: nil, reason: "test") }
    }
    #expect(scenario.actions.map { $0.contains("blocked:personal-workspace-undeletable") } == [true])
  }

  @Test func `a commit cannot relax the rule that it needs, the next one can use it`() {
    let relaxed = "extends: enterprise\ninvitations: {admission: direct}\nprotection: {last-owner-kept: off}"
    let stored = "acme\n  ada@x super-admin\nacme/default default"
    let before = acme("members: {ada@x: super-admin}")
    let both = acme("members: {}", policy: relaxed)
    #expect(
      Scenario(both, stored: stored, applied: before).actions == [
        "remove-member acme ada@x -role=super-admin change blocked:last-owner-kept"
      ])
    let relaxedOnly = acme("members: {ada@x: super-admin}", policy: relaxed)
    #expect(
      Scenario(both, stored: stored, applied: relaxedOnly).actions == [
        "remove-member acme ada@x -role=super-admin change"
      ])
  }

  @Test func `atomic withholds the rest of the organization`() {
    let scenario = Scenario(
      acme("members: {eve@x: member}"), stored: "acme\n  ada@x super-admin\nacme/default default"
    ).with { $0.atomic = true }
    #expect(scenario.planned().plan.applicable.isEmpty)
    #expect(scenario.planned().plan.actions.allSatisfy { $0.blockedBy == [.lastOwnerKept] })
  }

  @Test func `only plans what it names, with what that needs`() {
    let scenario = Scenario(
      acme("members: {ada@x: super-admin, bob@x: member, eve@x: member}\nworkspaces: {ml: {members: {bob@x: viewer}}}"),
      stored: "acme\n  ada@x super-admin\nacme/default default"
    ).with { $0.only = [Path(tenant: "acme", workspace: "ml")] }
    #expect(
      scenario.actions == [
        "add-member acme bob@x +role=member first", "create-workspace acme/ml + first",
        "add-member acme/ml bob@x +role=viewer first",
      ])
  }

  @Test func `a refused move withholds all that rests on it`() {
    let account =
      "\n---\napiVersion: tenure/v1\nkind: Account\nemail: ada@new\nformerly: [ada@old]\nworkspaces: {Mine: {renamedFrom: Personal}}"
    let plan = Scenario(acme("members: {ada@new: super-admin}") + account, stored: Self.before).planned().plan
    #expect(plan.actions.map(\.kind).prefix(2) == [.moveAccount, .renameWorkspace])
    #expect(plan.applicable.isEmpty)
  }

  @Test func `an account goes only when it belongs nowhere after the plan`() {
    let policy = "extends: small-team\ninvitations: {admission: direct}"
    let stored = "acme\n  ada@x owner\n  bob@x member\nacme/default default\nacme/w\n  ada@x owner"
    let moved = acme(
      "members: {ada@x: owner}\nworkspaces: {w: {members: {ada@x: owner, bob@x: member}}}", policy: policy)
    #expect(!Scenario(moved, stored: stored).actions.contains { $0.hasPrefix("delete-account") })
    let gone = acme("members: {ada@x: owner}", policy: policy)
    #expect(Scenario(gone, stored: stored).actions.last == "delete-account ~bob@x bob@x first")
  }

  @Test func `roles of another preset are taken on in one commit`() {
    let stored = "acme\n  ada@x super-admin\nacme/default default"
    let before = acme("members: {ada@x: super-admin}")
    let after = acme("members: {ada@x: owner}", policy: "extends: self-serve")
    #expect(
      Scenario(after, stored: stored, applied: before).actions == [
        "change-role acme ada@x -role=super-admin +role=owner change"
      ])
  }
}
