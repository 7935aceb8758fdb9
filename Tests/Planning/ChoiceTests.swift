import Model
import Planning
import Testing

/// What one invocation leaves out: `--atomic`, `--only`; and the accounts that end with a plan.
@Suite struct ChoiceTests {
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

  @Test func `what ends only with a leaving is not done where the leaving is left out`() {
    let scenario = Scenario(
      acme("members: {ada@x: super-admin}\nworkspaces: {ml: {}}"),
      stored: "acme\n  ada@x super-admin\n  bob@x member\nacme/default default\nacme/ml\n  bob@x viewer")
    #expect(scenario.actions.map { $0.prefix(27) } == ["remove-member acme/ml bob@x", "remove-member acme bob@x -r"])
    #expect(scenario.with { $0.only = [Path(tenant: "acme", workspace: "ml")] }.actions == [])
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
}
