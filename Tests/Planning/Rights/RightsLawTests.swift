import Model
import Planning
import Testing

/// «By command and by plan are one law»: a command under `--as X` refuses exactly what a commit by X alone is refused
/// under `actor-allowed: on`. Ownership by command, and leaving, are not of it.
@Suite struct RightsLawTests {
  private static let rules =
    "no-self-change: off, removal-threshold: off, member-cap: off, creator-kept: off, last-owner-kept: off"
  private static let common = "operators: [ops@x]\nprotection: {actor-allowed: on, \(rules)}"

  /// Roles with one permission each, out of the order of their ranks.
  private static let piecemeal = """
    extends: enterprise
    \(common)
    roles:
      workspace:
        recruiter: {rank: 35, permissions: [members.invite]}
        mover: {rank: 25, permissions: [members.change-role]}
        remover: {rank: 15, permissions: [members.remove]}
        editor: {rank: 12, permissions: [workspace.edit, subscription.change, api-key.limits, workspace.delete]}
        chief: {rank: 5, permissions: [all]}
      organization:
        hr: {rank: 15, permissions: [organization.members]}
        opener: {rank: 12, permissions: [workspace.enter-all, members.invite, members.change-role, members.remove]}
        maker: {rank: 11, permissions: [workspace.create, subscription.change]}
    """

  static let policies =
    ["enterprise", "single-owner", "small-team", "self-serve"].flatMap { preset in
      ["invite", "direct"].map { "extends: \(preset)\ninvitations: {admission: \($0)}\n\(common)" }
    } + [piecemeal, piecemeal.replacing("enterprise", with: "self-serve")]

  private struct Deed {
    var request: String
    var change: RightsWorld.Change
    var touching: [String]
  }

  @Test(arguments: policies) func `a command refuses what a commit is refused`(policyText: String) throws {
    let world = try Self.world(policyText)
    var refused = 0
    var passed = 0
    for deed in Self.deeds(world) {
      for actor in world.actors where !deed.request.contains(" \(actor)") {
        let scenario = Scenario(world.manifests(deed.change), stored: world.stored, applied: world.manifests())
        let byHand = scenario.byHand([deed.request], as: actor).tenant.blocked.contains { $0.rule == .actorAllowed }
        let plan = scenario.allowingDeletion.commit(by: actor, touching: deed.touching).planned().plan
        let byPlan = plan.blocked.contains { $0.rule == .actorAllowed }
        #expect(
          byHand == byPlan,
          "\(actor): \(deed.request)\n\(plan.blocked.map(\.message))\n\(plan.actions.map(Scenario.line))")
        if byHand { refused += 1 } else { passed += 1 }
      }
    }
    // Neither side of the law may be empty.
    #expect(refused > 50 && passed > 20, "\(refused) refused, \(passed) passed")
  }

  @Test(arguments: policies) func `nobody acts on a role above their own`(policyText: String) throws {
    let world = try Self.world(policyText)
    for role in world.policy.workspaceRoles.dropFirst() where !role.permissions.contains(.all) {
      let actor = "\(role.name)-ml@x"
      for higher in world.policy.workspaceRoles where higher.rank > role.rank {
        let scenario = Scenario(world.manifests(), stored: world.stored, applied: world.manifests())
        // Where everybody joins in the lowest role, an invitation offers no other.
        let offers = world.policy.invitations.joinAs == .declared ? ["invite acme/ml new@x \(higher.name)"] : []
        for request in offers + ["set-role acme/ml low@x \(higher.name)"] {
          let blocked = scenario.byHand([request], as: actor).tenant.blocked
          #expect(blocked.contains { $0.rule == .actorAllowed }, "\(actor): \(request)")
        }
      }
    }
  }

  @Test(arguments: policies) func `by command the owner of record hands over, or an operator`(policyText: String) throws
  {
    let world = try Self.world(policyText)
    for place in ["acme", "acme/ml"] {
      for actor in world.actors where actor != "low@x" {
        let planned = Scenario(world.manifests(), stored: world.stored, applied: world.manifests())
          .byHand(["transfer \(place) low@x"], as: actor)
        let isRefused = planned.tenant.blocked.contains { $0.rule == .actorAllowed }
        if actor == "ops@x" { #expect(!isRefused, "\(place)") }
        if actor != "ops@x", actor != "own@x" { #expect(isRefused, "\(place) by \(actor)") }
      }
    }
  }

  private static func world(_ policyText: String) throws -> RightsWorld {
    var names = NameTable()
    let state = Scenario.compile(acme("owner: own@x", policy: policyText), now: Scenario.now, names: &names)
    return RightsWorld(policyText, try #require(state.tenants.first).policy.policy)
  }

  private static func deeds(_ world: RightsWorld) -> [Deed] {
    var result: [Deed] = []
    let inside = world.ml.merging(world.pending) { $1 }
    func ml(_ request: String, _ email: String, _ role: String?) {
      var list = inside
      list[email] = role
      result.append(Deed(request: request, change: .init(ml: list), touching: ["acme/ml \(email)"]))
    }
    func organization(_ request: String, _ email: String, _ role: String?) {
      var (members, list) = (world.organization, inside)
      members[email] = role
      if role == nil { list[email] = nil }
      result.append(
        Deed(
          request: request, change: .init(organization: members, ml: list),
          touching: ["acme \(email)", "acme/ml \(email)"]))
    }
    let isLowest = world.policy.invitations.joinAs == .lowest
    for role in world.policy.workspaceRoles where !(world.hasOneOwner && role.name == world.top) {
      if !isLowest || role.name == world.lowest { ml("add acme/ml free@x \(role.name)", "free@x", role.name) }
      if role.name != world.lowest { ml("set-role acme/ml low@x \(role.name)", "low@x", role.name) }
    }
    ml("remove acme/ml low@x", "low@x", nil)
    ml("cancel acme/ml offered@x", "offered@x", nil)
    if !world.hasOneOwner {
      ml("remove acme/ml high@x", "high@x", nil)
      ml("set-role acme/ml high@x \(world.lowest)", "high@x", world.lowest)
    }
    if world.pending["promised@x"] != nil {
      ml("cancel acme/ml promised@x", "promised@x", nil)
      ml("set-role acme/ml offered@x \(world.top)", "offered@x", world.top)
    }
    for role in world.policy.organizationRoles {
      if !isLowest || role.name == world.organizationLowest {
        organization("add acme new@x \(role.name)", "new@x", role.name)
      }
      if role.name != world.organizationLowest {
        organization("set-role acme free@x \(role.name)", "free@x", role.name)
      }
    }
    organization("remove acme low@x", "low@x", nil)
    organization("remove acme boss@x", "boss@x", nil)
    organization("set-role acme boss@x \(world.organizationLowest)", "boss@x", world.organizationLowest)
    result += [
      Deed(request: "create acme/two", change: .init(more: ", two: {owner: own@x}"), touching: ["acme/two"]),
      Deed(request: "delete acme/ml", change: .init(isDeleted: true), touching: ["acme/ml"]),
      Deed(
        request: "set-subscription acme/ml business", change: .init(mlSubscription: "business"), touching: ["acme/ml"]),
      Deed(request: "set-subscription acme business", change: .init(subscription: "business"), touching: ["acme"]),
    ]
    return result
  }
}
