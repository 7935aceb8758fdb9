import Manifests
import Model
import Testing

@Suite struct Presets {
  @Test(arguments: Policies.presets)
  func areComplete(preset: String) throws {
    let policy = try #require(Policies.builtIn(preset, parse: parse))
    #expect(policy.policy.preset == preset)
    #expect(policy.policy.subscriptions.keys.sorted() == ["business", "free", "team"])
    #expect(policy.policy.protection.count == RuleName.allCases.count)
    #expect(policy.policy.topRole(.workspace) != nil && policy.policy.topRole(.organization) != nil)
    #expect(policy.origins.values.allSatisfy { $0 == .preset(preset) })
  }

  @Test(arguments: Policies.presets)
  func comeBackFromTheStore(preset: String) throws {
    let policy = try #require(Policies.builtIn(preset, parse: parse))
    let read = try Policies.policy(fromCanonical: policy.canonical)
    #expect(read == policy)
    #expect(read.policy == policy.policy)
  }

  @Test func enterpriseIsAsTheTablesSay() throws {
    let policy = try #require(Policies.builtIn("enterprise", parse: parse)).policy
    #expect(policy.workspaceRoles.map(\.name) == ["admin", "developer", "operator", "viewer"])
    #expect(policy.organizationRoles.first?.name == "super-admin")
    #expect(policy.setting(.lastOwnerKept) == .value("organizations"))
    #expect(policy.setting(.organizationMemberFirst) == .on)
    #expect(policy.setting(.removalThreshold) == .value("25%"))
    #expect(policy.setting(.creatorKept) == .off)
    #expect(policy.signUp.furtherWorkspaces == .none)
    #expect(policy.role("operator", .workspace)?.may(.apiKeyCreate) == false)
    #expect(policy.role("billing-admin", .organization)?.may(.membersView) == false)
  }

  @Test(arguments: ["", "extends", "extends\tenterprise\n", "extends\tenterprise\nidentity\tnobody\n"])
  func brokenStoredTextIsAnError(text: String) {
    #expect(throws: (any Error).self) { try Policies.policy(fromCanonical: text) }
  }
}

@Suite struct PolicyMerging {
  private let organization = header("Organization") + "name: acme\n---\n"

  @Test func mapsMergeToTheLeafAndListsReplace() throws {
    let compiled = compile(
      organization + header("Policy")
        + """
        extends: small-team
        roles: {workspace: {member: {permissions: [members.view]}, guest: {rank: 1, permissions: []}}}
        invitations: {expireAfter: 48h}
        subscriptions: {gold: {}}
        protection: {freeze-window: [{cron: "0 18 * * 5", duration: 60h, timeZone: Europe/Berlin}]}
        ---

        """ + header("Policy") + "organization: acme\nprotection: {member-cap: 7}\n")
    #expect(compiled.diagnostics.map(brief) == [])
    let policy = compiled.desired.policy.policy
    #expect(policy.preset == "small-team")
    #expect(policy.role("member", .workspace) == Role(name: "member", rank: 10, permissions: [.membersView]))
    #expect(policy.workspaceRoles.map(\.name) == ["owner", "member", "guest"])
    #expect(policy.invitations.expireAfter == 172_800)
    #expect(policy.invitations.joinAs == .lowest)
    #expect(policy.subscriptions["gold"] == .some(nil))
    #expect(
      policy.setting(.freezeWindow)
        == .windows([.init(cron: "0 18 * * 5", duration: 216_000, timeZone: "Europe/Berlin")]))
    let own = try #require(compiled.desired.tenants.first).policy
    #expect(own.policy.setting(.memberCap) == .value("7"))
    #expect(policy.setting(.memberCap) == .value("5"))
    #expect(own.policy.invitations.expireAfter == 172_800)
    guard case .manifest(let mark)? = own.origins["protection.member-cap"] else {
      Issue.record("no origin")
      return
    }
    #expect([mark.line, mark.column] == [16, 26])
    #expect(try Policies.policy(fromCanonical: compiled.desired.policy.canonical).policy == policy)
  }

  @Test func theOrganizationsPresetLiesUnderThePolicyForAll() throws {
    let compiled = compile(
      organization + header("Policy") + "extends: enterprise\nidentity: attested\n---\n" + header("Policy")
        + "organization: acme\nextends: self-serve\n")
    let policy = try #require(compiled.desired.tenants.first).policy.policy
    #expect(policy.preset == "self-serve")
    #expect(policy.workspaceRoles.map(\.name) == ["owner", "member"])
    #expect(policy.identity == .attested)
  }

  @Test func withoutAPolicyEnterpriseIsInForce() {
    #expect(compile(organization).desired.policy == Policies.builtIn("enterprise", parse: parse))
  }

  @Test func equalPoliciesHaveEqualTexts() {
    let one = compile(
      organization + header("Policy") + "invitations: {expireAfter: 14d}\noperators: [b@x.example, a@x.example]\n")
    let two = compile(
      organization + header("Policy") + "operators: [a@x.example, b@x.example]\ninvitations: {expireAfter: 336h}\n")
    #expect(one.desired.policy == two.desired.policy)
  }
}
