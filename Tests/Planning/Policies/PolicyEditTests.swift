import Model
import Planning
import Testing

/// Changes of policy as actions (SPEC section 6, «Policies»).
///
/// In `acme` ada@x is super-admin and owner, bob@x and carl@x are members; in `acme/ml` carl@x is admin, bob@x a viewer.
@Suite struct PolicyEditTests {
  static let stored = """
    acme owner=ada@x
      ada@x super-admin
      bob@x member
      carl@x member
    acme/default default
    acme/ml
      bob@x viewer
      carl@x admin
    """
  static let body = """
    owner: ada@x
    members: {ada@x: super-admin, bob@x: member, carl@x: member}
    workspaces: {ml: {members: {bob@x: viewer, carl@x: admin}}}
    """
  static let base = extending("enterprise")
  private static let strict = extending("enterprise", "actor-allowed: on")

  /// Of the Policy for all.
  static func edit(_ old: String, _ new: String, by author: String, approvedBy: [String] = [], stored: String = stored)
    -> Scenario
  {
    Scenario(acme(body, policy: new), stored: stored, applied: acme(body, policy: old))
      .commit(by: author, approvedBy: approvedBy, touching: nil)
  }

  static func own(_ policy: String) -> String {
    policy.isEmpty ? "" : "\n---\napiVersion: tenure/v1\nkind: Policy\norganization: acme\n\(policy)"
  }

  /// Of the organization's own.
  static func editOwn(_ old: String, _ new: String, by author: String, approvedBy: [String] = [], all: String = base)
    -> Scenario
  {
    Scenario(acme(body, policy: all) + own(new), stored: stored, applied: acme(body, policy: all) + own(old))
      .commit(by: author, approvedBy: approvedBy, touching: [], tenants: ["acme"])
  }

  private static let selfChange = " blocked:no-self-change"
  private static let allowed = " blocked:actor-allowed"
  private static let both = " blocked:actor-allowed,no-self-change"

  static func expire(_ place: String, _ more: String = "") -> String {
    "update-policy \(place) -invitations.expireAfter=14d +invitations.expireAfter=7d change\(more)"
  }

  private static let expiring =
    "extends: enterprise\ninvitations: {admission: direct, expireAfter: 14d}"
  private static let sooner = "extends: enterprise\ninvitations: {admission: direct, expireAfter: 7d}"

  static let actions = [
    PlanRow("the Policy for all, by anybody", edit(expiring, sooner, by: "bob@x"), [expire("")]),
    PlanRow(
      "an organization's own", editOwn("", "invitations: {expireAfter: 7d}", by: "bob@x", all: expiring),
      [expire("acme")]),
    PlanRow(
      "both, each with its own leaves",
      Scenario(
        acme(body, policy: sooner) + own("identity: attested"), stored: stored, applied: acme(body, policy: expiring)
      ).commit(by: "ada@x", touching: nil),
      [expire(""), "update-policy acme -identity=commit +identity=attested change"]),
    PlanRow(
      "an organization's own value hides what changes for all",
      Scenario(
        acme(body, policy: sooner) + own("invitations: {expireAfter: 3d}"), stored: stored,
        applied: acme(body, policy: expiring) + own("invitations: {expireAfter: 3d}")
      ).commit(by: "bob@x", touching: nil), [expire("")]),
    PlanRow("--only leaves it out", edit(expiring, sooner, by: "bob@x").with { $0.only = [Path("acme")!] }, []),
    PlanRow("--drift-only leaves it out", edit(expiring, sooner, by: "bob@x").with { $0.driftOnly = true }, []),
    PlanRow(
      "--only of its organization takes its own along",
      editOwn("", "invitations: {expireAfter: 7d}", by: "bob@x", all: expiring).with { $0.only = [Path("acme/ml")!] },
      [expire("acme")]),
    PlanRow(
      "an organization to which nothing was applied begins with its policy",
      Scenario(acme(body, policy: strict) + own("identity: attested"), stored: stored)
        .commit(by: "ada@x", touching: nil).attested("ada@x"), []),
  ]

  private static func viewer(_ permissions: String) -> String {
    base + "\nroles: {workspace: {viewer: {permissions: [members.view, resources.read\(permissions)]}}}"
  }

  private static let viewerGains =
    "update-policy  -roles.workspace.viewer.permissions=members.view,resources.read "
    + "+roles.workspace.viewer.permissions=members.invite,members.view,resources.read change"

  static let gains = [
    PlanRow(
      "a permission of the role that the author holds", edit(viewer(""), viewer(", members.invite"), by: "bob@x"),
      [viewerGains + selfChange],
      blocked: [
        Refusal(
          rule: .noSelfChange, organization: "",
          message:
            "bob@x would give `viewer`, which they hold in acme/ml, `members.invite`, by changing the policy; "
            + "the older one stays in force",
          remedy:
            "let ada@x, who may do it, approve: `Approved-by: EMAIL` in the commit, or --approved-by EMAIL; "
            + "or --override no-self-change --reason TEXT",
          inReview: "let ada@x, who may do it, approve: `Approved-by: EMAIL` in the commit",
          source: SourceLocation(file: "manifests/all.yaml", line: 5, column: 43))
      ]),
    PlanRow(
      "of a role that only others hold", edit(viewer(""), viewer(", members.invite"), by: "dave@x"), [viewerGains]),
    PlanRow(
      "of a role that the author may grant, and within their own",
      edit(viewer(""), viewer(", members.invite"), by: "carl@x"), [viewerGains]),
    PlanRow(
      "approved by somebody who holds all",
      edit(viewer(""), viewer(", members.invite"), by: "bob@x", approvedBy: ["ada@x"]),
      [viewerGains]),
    PlanRow(
      "approved by somebody who does not",
      edit(viewer(""), viewer(", members.invite"), by: "bob@x", approvedBy: ["carl@x"]), [viewerGains + selfChange]),
    PlanRow(
      "whoever holds all gains nothing", edit(viewer(""), viewer(", members.invite"), by: "ada@x"), [viewerGains]),
    PlanRow(
      "with an override", edit(viewer(""), viewer(", members.invite"), by: "bob@x").overriding(.noSelfChange),
      [viewerGains]),
    PlanRow(
      "of an organization alone, with an override for another",
      editOwn("", "roles: {workspace: {viewer: {permissions: [workspace.edit]}}}", by: "bob@x")
        .overriding(.noSelfChange, organization: "beta"),
      [
        "update-policy acme -roles.workspace.viewer.permissions=members.view,resources.read "
          + "+roles.workspace.viewer.permissions=workspace.edit change" + selfChange
      ]),
    PlanRow(
      "with one for it",
      editOwn("", "roles: {workspace: {viewer: {permissions: [workspace.edit]}}}", by: "bob@x")
        .overriding(.noSelfChange, organization: "acme"),
      [
        "update-policy acme -roles.workspace.viewer.permissions=members.view,resources.read "
          + "+roles.workspace.viewer.permissions=workspace.edit change"
      ]),
    PlanRow(
      "a role that the author may newly grant: a new one",
      edit(base, base + "\nroles: {workspace: {helper: {rank: 5, permissions: []}}}", by: "carl@x"),
      [
        "update-policy  -roles.workspace.helper.permissions=null,roles.workspace.helper.rank=null "
          + "+roles.workspace.helper.permissions=,roles.workspace.helper.rank=5 change" + selfChange
      ]),
    PlanRow(
      "by who may grant none",
      edit(base, base + "\nroles: {workspace: {helper: {rank: 5, permissions: []}}}", by: "bob@x"),
      [
        "update-policy  -roles.workspace.helper.permissions=null,roles.workspace.helper.rank=null "
          + "+roles.workspace.helper.permissions=,roles.workspace.helper.rank=5 change"
      ]),
    PlanRow(
      "an operator's place", edit(base, base + "\noperators: [bob@x]", by: "bob@x"),
      ["update-policy  -operators= +operators=bob@x change" + selfChange]),
    PlanRow(
      "the same rule where only the new policy has it",
      edit(
        extending("enterprise", "no-self-change: off"), viewer(", members.invite"), by: "bob@x"),
      [
        "update-policy  -protection.no-self-change=off,roles.workspace.viewer.permissions=members.view,resources.read "
          + "+protection.no-self-change=raise,"
          + "roles.workspace.viewer.permissions=members.invite,members.view,resources.read change" + selfChange
      ]),
    PlanRow(
      "where neither has it",
      edit(
        extending("enterprise", "no-self-change: off"),
        extending("enterprise", "no-self-change: off")
          + "\nroles: {workspace: {viewer: {permissions: [members.invite]}}}", by: "bob@x"),
      [
        "update-policy  -roles.workspace.viewer.permissions=members.view,resources.read "
          + "+roles.workspace.viewer.permissions=members.invite change"
      ]),
  ]

  private static let top =
    "update-policy  -roles.workspace.viewer.rank=10 +roles.workspace.viewer.rank=99 change"
  private static let promoted = base + "\nroles: {workspace: {viewer: {rank: 99}}}"

  static let ranks = [
    PlanRow("the author's role becomes the highest", edit(base, promoted, by: "bob@x"), [top + both]),
    PlanRow("another's does: that takes all", edit(base, promoted, by: "dave@x"), [top + allowed]),
    PlanRow("somebody who holds all does it", edit(base, promoted, by: "ada@x"), [top]),
    PlanRow(
      "an operator of the Policy for all does it",
      edit(base + "\noperators: [dave@x]", promoted + "\noperators: [dave@x]", by: "dave@x"), [top]),
    PlanRow("with an override", edit(base, promoted, by: "dave@x").overriding(.actorAllowed), [top]),
    PlanRow(
      "ranks between others, where actor-allowed is off",
      edit(base, base + "\nroles: {workspace: {viewer: {rank: 11}}}", by: "dave@x"),
      ["update-policy  -roles.workspace.viewer.rank=10 +roles.workspace.viewer.rank=11 change"]),
  ]

  static let weakening = [
    PlanRow(
      "no-self-change off", edit(base, extending("enterprise", "no-self-change: off"), by: "bob@x"),
      ["update-policy  -protection.no-self-change=raise +protection.no-self-change=off change" + selfChange]),
    PlanRow(
      "by whoever holds all", edit(base, extending("enterprise", "no-self-change: off"), by: "ada@x"),
      ["update-policy  -protection.no-self-change=raise +protection.no-self-change=off change"]),
    PlanRow(
      "more of it", edit(base, extending("enterprise", "no-self-change: any"), by: "bob@x"),
      ["update-policy  -protection.no-self-change=raise +protection.no-self-change=any change"]),
    PlanRow(
      "actor-allowed off", edit(strict, base, by: "bob@x"),
      ["update-policy  -protection.actor-allowed=on +protection.actor-allowed=off change" + both]),
    PlanRow(
      "actor-allowed on", edit(base, strict, by: "bob@x"),
      ["update-policy  -protection.actor-allowed=off +protection.actor-allowed=on change"]),
    PlanRow(
      "somebody else as an operator", edit(base, base + "\noperators: [eve@y]", by: "bob@x"),
      ["update-policy  -operators= +operators=eve@y change" + selfChange]),
    PlanRow(
      "an operator names another",
      edit(base + "\noperators: [bob@x]", base + "\noperators: [bob@x, eve@y]", by: "bob@x"),
      ["update-policy  -operators=bob@x +operators=bob@x,eve@y change"]),
    PlanRow(
      "nobody is known who did it",
      Scenario(
        acme(body, policy: extending("enterprise", "no-self-change: off")), stored: stored,
        applied: acme(body, policy: base)),
      ["update-policy  -protection.no-self-change=raise +protection.no-self-change=off change" + selfChange]),
    PlanRow(
      "in one's own organization, by an operator of it alone",
      editOwn("operators: [bob@x]", "operators: [bob@x, eve@y]", by: "bob@x"),
      ["update-policy acme -operators=bob@x +operators=bob@x,eve@y change"]),
  ]

  private static let beta =
    "\n---\napiVersion: tenure/v1\nkind: Organization\nname: beta\nowner: carl@x\nmembers: {carl@x: super-admin}"

  private static func inTwo(_ author: String) -> Scenario {
    Scenario(
      acme(body, policy: strict.replacing("direct", with: "direct, expireAfter: 7d")) + beta,
      stored: stored + "\nbeta owner=carl@x\n  carl@x super-admin\nbeta/default default",
      applied: acme(body, policy: strict.replacing("direct", with: "direct, expireAfter: 14d")) + beta
    ).commit(by: author, touching: nil)
  }

  static let rights = [
    PlanRow("under actor-allowed everything takes all", inTwo("bob@x"), [expire("", allowed)]),
    PlanRow("in every organization of the store", inTwo("ada@x"), [expire("", allowed)]),
    PlanRow(
      "an organization's own: in that",
      editOwn(
        "invitations: {expireAfter: 14d}", "invitations: {expireAfter: 7d}", by: "ada@x", all: strict),
      [expire("acme")]),
    PlanRow(
      "and not in another",
      editOwn("invitations: {expireAfter: 14d}", "invitations: {expireAfter: 7d}", by: "carl@x", all: strict),
      [expire("acme", allowed)]),
  ]

  private static let helper = "\nroles: {workspace: {helper: {rank: 5, permissions: [workspace.edit]}}}"
  private static let helped = body.replacing("bob@x: viewer", with: "bob@x: helper")
  private static let helping =
    "update-policy  -operators=,roles.workspace.helper.permissions=null,roles.workspace.helper.rank=null "
    + "+operators=eve@y,roles.workspace.helper.permissions=workspace.edit,roles.workspace.helper.rank=5 change"

  static let withheld = [
    PlanRow(
      "what needs a withheld policy is withheld with it",
      Scenario(
        acme(helped, policy: base + helper + "\noperators: [eve@y]"), stored: stored, applied: acme(body, policy: base)
      )
      .commit(by: "dave@x", touching: nil),
      [helping + selfChange, "change-role acme/ml bob@x -role=viewer +role=helper change" + selfChange]),
    PlanRow(
      "what does not is done under the older one",
      Scenario(
        acme(
          body.replacing("carl@x: member", with: "carl@x: member, fay@x: member"),
          policy: "extends: enterprise\ninvitations: {admission: invite}\noperators: [eve@y]"),
        stored: stored, applied: acme(body, policy: base)
      ).commit(by: "dave@x", touching: nil),
      [
        "update-policy  -invitations.admission=direct,operators= +invitations.admission=invite,operators=eve@y change"
          + selfChange,
        "add-member acme fay@x +role=member change",
      ]),
    PlanRow(
      "its rules judge nothing",
      Scenario(
        acme(
          body.replacing("carl@x: member", with: "carl@x: member, fay@x: member"),
          policy: strict + "\noperators: [eve@y]"),
        stored: stored, applied: acme(body, policy: base)
      ).commit(by: "dave@x", touching: nil),
      [
        "update-policy  -operators=,protection.actor-allowed=off +operators=eve@y,protection.actor-allowed=on change"
          + selfChange,
        "add-member acme fay@x +role=member change",
      ]),
    PlanRow(
      "one that passes judges what comes with it",
      Scenario(
        acme(body.replacing("carl@x: member", with: "carl@x: member, fay@x: member"), policy: strict), stored: stored,
        applied: acme(body, policy: base)
      ).commit(by: "dave@x", touching: nil),
      [
        "update-policy  -protection.actor-allowed=off +protection.actor-allowed=on change",
        "add-member acme fay@x +role=member change" + allowed,
      ]),
    PlanRow(
      "nobody is attested: it waits, and what needs it",
      Scenario(
        acme(helped, policy: base + helper + "\nidentity: attested"), stored: stored,
        applied: acme(body, policy: base + "\nidentity: attested")
      ).commit(by: "ada@x", touching: nil), [],
      waiting: [" " + " attestation", "acme/ml bob@x attestation"]),
  ]

  @Test(arguments: actions) func `a change of policy is an action`(_ row: PlanRow) { row.check() }
  @Test(arguments: gains) func `nobody gains by their own change`(_ row: PlanRow) { row.check() }
  @Test(arguments: ranks) func `which role is the highest`(_ row: PlanRow) { row.check() }
  @Test(arguments: weakening) func `what weakens who is asked`(_ row: PlanRow) { row.check() }
  @Test(arguments: rights) func `who may`(_ row: PlanRow) { row.check() }
  @Test(arguments: withheld) func `a withheld policy`(_ row: PlanRow) { row.check() }

  @Test func `the older policy stays in force, for commands too`() {
    let planned = Self.edit(Self.base, Self.base + "\noperators: [eve@y]", by: "bob@x").planned()
    #expect(planned.policyForAll.inForce.policy.operators == [])
    #expect(planned.tenants.map(\.policy.policy.operators) == [[]])
    #expect(planned.tenants.first?.baseline?.withheld[.policy]?.parts?.map(\.email) == ["bob@x"])
    #expect(planned.policyForAll.withheld?.contains("bob@x") == true)
  }

  @Test func `the first apply of all asks nobody and shows none`() {
    var input = Self.edit(Self.base, Self.base + "\noperators: [eve@y]", by: "bob@x").input()
    input.authorship.isBeginning = true
    let planned = plan(input)
    #expect(planned.plan.actions.isEmpty && planned.policyForAll.inForce.policy.operators == ["eve@y"])
  }

  @Test func `all or nothing takes the policy along`() {
    let scenario = Scenario(
      acme(
        Self.body.replacing("bob@x: viewer", with: "bob@x: admin"), policy: Self.base)
        + Self.own("invitations: {expireAfter: 7d}"), stored: Self.stored,
      applied: acme(Self.body, policy: Self.base) + Self.own("invitations: {expireAfter: 14d}")
    ).commit(by: "bob@x", touching: ["acme/ml bob@x"], tenants: ["acme"]).with { $0.atomic = true }
    let planned = scenario.planned()
    #expect(
      planned.plan.actions.map(Scenario.line) == [
        Self.expire("acme", Self.selfChange),
        "change-role acme/ml bob@x -role=viewer +role=admin change" + Self.selfChange,
      ])
    let older: Int64 = 14 * 86_400
    #expect(planned.tenants.first?.policy.policy.invitations.expireAfter == older)
  }
}
