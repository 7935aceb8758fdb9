import Model
import Planning
import Testing

/// Leaving management, and entering it (SPEC section 6).
///
/// In `acme` ada@x is super-admin and owner; bob@x is a member as far as counts as applied; in `acme/ml` carl@x is admin.
@Suite struct ManagementTests {
  private static func stored(bob: String = "member", ml: String = "  carl@x admin") -> String {
    """
    acme owner=ada@x
      ada@x super-admin
      bob@x \(bob)
      carl@x member
      dave@x member
    acme/default default
    acme/ml
    \(ml)
    """
  }

  private static let raise = extending("enterprise")
  private static let strict = extending("enterprise", "actor-allowed: on")
  private static let members = "members: {ada@x: super-admin, bob@x: member, carl@x: member, dave@x: member}"
  private static let ml = "workspaces: {ml: {members: {carl@x: admin}}}"
  private static let before = "owner: ada@x\n\(members)\n\(ml)"

  /// - Parameter author: of the one commit, which changed what is managed in `places` alone.
  private static func company(
    _ after: String, by author: String, in places: [String] = ["acme management"], stored: String = stored(),
    policy: String = raise, before: String = before, approvedBy: [String] = []
  ) -> Scenario {
    Scenario(acme(after, policy: policy), stored: stored, applied: acme(before, policy: policy))
      .commit(by: author, approvedBy: approvedBy, touching: places)
  }

  private static let additive = "management: additive\n" + before
  private static let leaving = "update-management acme -management=authoritative +management=additive change"
  private static let selfChange = " blocked:no-self-change"

  static let organization = [
    PlanRow("additive, by somebody who keeps nothing more", company(additive, by: "bob@x"), [leaving]),
    PlanRow(
      "by somebody who was given more by hand: it is refused, and taken back",
      company(
        additive, by: "eve@x",
        stored: stored().replacing("  dave@x member", with: "  dave@x member\n  eve@x super-admin")),
      ["remove-member acme eve@x -role=super-admin drift", leaving + selfChange],
      blocked: [
        Refusal(
          rule: .noSelfChange, organization: "acme",
          message:
            "eve@x would keep the role `super-admin` in acme, which does not count as applied, once that is not managed "
            + "any more; the older management holds",
          remedy: "let ada@x, who may do it, approve: `Approved-by: EMAIL` in the commit, or --approved-by EMAIL",
          inReview: "let ada@x, who may do it, approve: `Approved-by: EMAIL` in the commit",
          source: SourceLocation(file: "manifests/all.yaml", line: 6, column: 1))
      ]),
    PlanRow(
      "somebody declared there is still told what they have",
      company(additive, by: "bob@x", stored: stored(bob: "super-admin")),
      [leaving, "change-role acme bob@x -role=super-admin +role=member drift"]),
    PlanRow(
      "approved by somebody who may",
      company(
        additive, by: "eve@x",
        stored: stored().replacing("  dave@x member", with: "  dave@x member\n  eve@x super-admin"),
        approvedBy: ["ada@x"]), [leaving]),
    PlanRow(
      "members dropped, by whom the list would lower",
      company("owner: ada@x\n\(ml)", by: "bob@x", stored: stored(bob: "super-admin")),
      [
        "change-role acme bob@x -role=super-admin +role=member drift",
        "update-management acme -members=true +members=false change" + selfChange,
      ]),
    PlanRow(
      "members dropped, by whom it would not",
      company("owner: ada@x\n\(ml)", by: "bob@x"), ["update-management acme -members=true +members=false change"]),
    PlanRow(
      "it takes organization.members", company("owner: ada@x\n\(ml)", by: "bob@x", policy: strict),
      ["update-management acme -members=true +members=false change blocked:actor-allowed"]),
    PlanRow(
      "who has that does it", company("owner: ada@x\n\(ml)", by: "ada@x", policy: strict),
      ["update-management acme -members=true +members=false change"]),
    PlanRow(
      "--drift-only leaves it out",
      company("owner: ada@x\n\(ml)", by: "bob@x", stored: stored(bob: "super-admin")).with { $0.driftOnly = true },
      ["change-role acme bob@x -role=super-admin +role=member drift"]),
    PlanRow("nothing is left by what stays", company(before, by: "bob@x"), []),
  ]

  private static func workspace(_ body: String) -> String { "owner: ada@x\n\(members)\nworkspaces: {ml: {\(body)}}" }
  private static let more = stored(ml: "  bob@x admin\n  carl@x admin")
  private static let place = ["acme/ml management"]

  static let workspaces = [
    PlanRow(
      "released by somebody who was let in by hand",
      company(workspace("released: ours now"), by: "bob@x", in: place, stored: more),
      [
        "remove-member acme/ml bob@x -role=admin drift",
        "update-management acme/ml -declared=true,members=true +declared=false,members=false change" + selfChange,
      ]),
    PlanRow(
      "released by somebody else", company(workspace("released: ours now"), by: "carl@x", in: place, stored: more),
      ["update-management acme/ml -declared=true,members=true +declared=false,members=false change"]),
    PlanRow(
      "members dropped", company(workspace(""), by: "bob@x", in: place, stored: more),
      [
        "remove-member acme/ml bob@x -role=admin drift",
        "update-management acme/ml -members=true +members=false change" + selfChange,
      ]),
    PlanRow(
      "it takes members.remove there",
      company(workspace(""), by: "bob@x", in: place, policy: strict),
      ["update-management acme/ml -members=true +members=false change blocked:actor-allowed"]),
    PlanRow(
      "an admin of the workspace has that", company(workspace(""), by: "carl@x", in: place, policy: strict),
      ["update-management acme/ml -members=true +members=false change"]),
  ]

  private static let listed = ["acme management", "acme ada@x", "acme bob@x", "acme carl@x"]

  static let entering = [
    PlanRow(
      "what a list ends that is new is its author's",
      company(
        "owner: ada@x\nmembers: {ada@x: super-admin, bob@x: member, carl@x: member}\n\(ml)", by: "eve@x", in: listed,
        policy: strict, before: "owner: ada@x\n\(ml)"),
      ["remove-member acme dave@x -role=member change blocked:actor-allowed"]),
    PlanRow(
      "so is what authoritative ends",
      company(
        "owner: ada@x\nmembers: {ada@x: super-admin, bob@x: member, carl@x: member}\n\(ml)", by: "bob@x",
        policy: strict,
        before:
          "management: additive\nowner: ada@x\nmembers: {ada@x: super-admin, bob@x: member, carl@x: member}\n\(ml)"),
      ["remove-member acme dave@x -role=member change blocked:actor-allowed"]),
    PlanRow(
      "whoever may",
      company(
        "owner: ada@x\nmembers: {ada@x: super-admin, bob@x: member, carl@x: member}\n\(ml)", by: "ada@x", in: listed,
        policy: strict, before: "owner: ada@x\n\(ml)"),
      ["remove-member acme dave@x -role=member change"]),
  ]

  private static let other =
    "apiVersion: tenure/v1\nkind: Organization\nname: beta\nowner: ada@x"

  private static func dropping(_ stored: String, by author: String) -> Scenario {
    Scenario(
      other, stored: stored + "\nbeta owner=ada@x\n  ada@x super-admin\nbeta/default default",
      applied: acme(before, policy: raise) + "\n---\n" + other
    ).commit(by: author, touching: ["acme management"]).with { $0.only = [Path("acme")!] }
  }

  private static let gone =
    "update-management acme -declared=true,management=authoritative,members=true,workspaces=true "
    + "+declared=false,management=additive,members=false,workspaces=false change"

  @Test(arguments: organization) func `an organization`(_ row: PlanRow) { row.check() }
  @Test(arguments: workspaces) func `a workspace`(_ row: PlanRow) { row.check() }
  @Test(arguments: entering) func `entering management`(_ row: PlanRow) { row.check() }

  @Test func `a dropped document lets the organization go, once`() {
    let planned = Self.dropping(Self.stored(bob: "super-admin"), by: "carl@x").planned()
    #expect(planned.plan.actions.map(Scenario.line) == [Self.gone])
    #expect(planned.tenants.map(\.name) == ["acme"] && !planned.holdsDropped)
    #expect(planned.tenants.first?.baseline?.tenant.members == nil)
  }

  @Test func `a document dropped by whom it would lower stays in force`() {
    let planned = Self.dropping(Self.stored(bob: "super-admin"), by: "bob@x").planned()
    #expect(
      planned.plan.actions.map(Scenario.line) == [
        "change-role acme bob@x -role=super-admin +role=member drift", Self.gone + Self.selfChange,
      ])
    #expect(planned.holdsDropped && planned.tenants.first?.baseline?.tenant.members?.count == 4)
    #expect(planned.tenants.first?.baseline?.withheld[.management(nil)]?.parts?.map(\.email) == ["bob@x"])
  }
}
