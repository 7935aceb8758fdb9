import Model
import Planning
import Testing

/// What refusals say to do instead can be done by whoever reads it.
@Suite struct RemedyTests {
  private static let people =
    "owner: ada@x\nmembers: {ada@x: super-admin, bob@x: member, carl@x: member, dan@x: member, eve@x: member, fay@x: member}"
  private static let stored = """
    acme owner=ada@x
      ada@x super-admin
      bob@x member
      carl@x member
      dan@x member
      eve@x member
      fay@x member
    acme/default default
    acme/ml
      bob@x viewer
      carl@x admin
      dan@x admin
      eve@x admin
      fay@x ROLE
    """

  private func refusal(_ policy: String, fay: String = "viewer", by author: String = "bob@x") throws -> Refusal {
    let list = "carl@x: admin, dan@x: admin, eve@x: admin, fay@x: \(fay)"
    let workspaces = { (bob: String) in "\(Self.people)\nworkspaces: {ml: {members: {bob@x: \(bob), \(list)}}}" }
    let scenario = Scenario(
      acme(workspaces("admin"), policy: policy), stored: Self.stored.replacing("ROLE", with: fay),
      applied: acme(workspaces("viewer"), policy: policy))
    let isAttested = policy.contains("attested")
    let committed = scenario.commit(by: author, touching: ["acme/ml bob@x"])
    let asked = isAttested ? committed.attested(author) : committed
    return try #require(asked.planned().plan.blocked.first)
  }

  @Test func `names who may approve, a few of many`() throws {
    let found = try refusal(extending("enterprise"), fay: "admin")
    #expect(found.remedy.hasPrefix("let ada@x, carl@x, dan@x and 2 more, who may do it, approve"))
    #expect(try refusal(extending("enterprise")).remedy.hasPrefix("let ada@x, carl@x, dan@x and 1 more"))
  }

  @Test(arguments: ["no-self-change: raise", "no-self-change: off, actor-allowed: on"])
  func `under attested none speaks of trailers, and in a review none of flags`(protection: String) throws {
    let found = try refusal(extending("enterprise", protection) + "\nidentity: attested")
    #expect(!found.remedy.contains("Approved-by:"), "\(found.remedy)")
    let inReview = try #require(found.inReview)
    #expect(!inReview.contains("--") && inReview.contains("ada@x"), "\(inReview)")
  }

  @Test func `where nobody may, it says what is left`() throws {
    let policy = extending("enterprise", "actor-allowed: on, no-self-change: off, organization-member-first: off")
    let scenario = Scenario(
      acme("members: {bob@x: member, eve@x: member, new@x: member}", policy: policy),
      stored: "acme\n  bob@x member\n  eve@x member\nacme/default default",
      applied: acme("members: {bob@x: member, eve@x: member}", policy: policy)
    ).commit(by: "bob@x", touching: ["acme new@x"])
    let found = try #require(scenario.planned().plan.blocked.first { $0.subject == "new@x" })
    #expect(found.remedy.hasPrefix("nobody could approve it: revert it, apply, and let somebody else declare it"))
  }

  @Test func `an ended member is told when it ended`() {
    let policy = extending("enterprise")
    let stored = """
      acme owner=ada@x
        ada@x super-admin
        bob@x super-admin until=2026-11-01T00:00:00Z
      acme/default default
      acme/ml
      """
    let people = "owner: ada@x\nmembers: {ada@x: super-admin}"
    let planned = Scenario(acme(people + "\nworkspaces: {ml: {}}", policy: policy), stored: stored)
      .byHand(["add acme/ml bob@x viewer"], as: nil)
    #expect(
      planned.tenant.blocked.map(\.message) == [
        "bob@x was super-admin of acme until 2026-11-01T00:00:00Z, so cannot be a member of acme/ml"
      ])
  }
}
