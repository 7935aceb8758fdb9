import Model
import Planning
import Testing

/// Who gains and loses what by a plan, row by row.
@Suite struct EffectsTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let scenario: Scenario
    let effects: [String]
    init(_ description: String, _ scenario: Scenario, _ effects: [String]) {
      (testDescription, self.scenario, self.effects) = (description, scenario, effects)
    }
  }

  private static let direct = "extends: enterprise\ninvitations: {admission: direct}"
  private static let inviting = "extends: enterprise"
  private static let ml = "acme\n  ada@x super-admin\n  bob@x member\nacme/ml\n  bob@x developer"
  private static let members = "ada@x: super-admin, bob@x: member"

  private static func inML(_ list: String, stored: String = ml, policy: String = direct, more: String = "") -> Scenario
  {
    Scenario(
      acme("members: {\(members)}\nworkspaces: {ml: {members: {\(list)}}}\n\(more)", policy: policy), stored: stored)
  }

  static let rows = [
    Row("nothing changes for anybody", inML("bob@x: developer"), []),
    Row("a higher role", inML("bob@x: admin"), ["bob@x gains acme/ml: developer → admin, top"]),
    Row("a lower role", inML("bob@x: viewer"), ["bob@x loses acme/ml: developer → viewer"]),
    Row(
      "a role through a group", inML("crew: admin", more: "groups: {crew: [bob@x]}"),
      ["bob@x gains acme/ml: developer → admin through crew, top"]),
    Row("nobody's any more", inML(""), ["bob@x loses acme/ml: developer →"]),
    Row(
      "an end", inML("bob@x: {role: developer, expires: 2027-01-31}"),
      ["bob@x loses acme/ml: developer → developer until 2027-02-01T00:00:00Z"]),
    Row(
      "no end any more",
      inML("bob@x: developer", stored: ml + " until=2027-02-01T00:00:00Z"),
      ["bob@x gains acme/ml: developer until 2027-02-01T00:00:00Z → developer"]),
    Row(
      "a higher role with an end", inML("bob@x: {role: admin, expires: 2027-01-31}"),
      ["bob@x gains acme/ml: developer → admin until 2027-02-01T00:00:00Z, top"]),
    Row("protection alone is none", inML("bob@x: {role: developer, protect: true}"), []),
    Row(
      "somebody new to the organization, directly",
      Scenario(
        acme("members: {\(members), eve@x: member}", policy: direct), stored: ml), ["eve@x gains acme: → member"]),
    Row(
      "somebody new, invited",
      Scenario(acme("members: {\(members), eve@x: super-admin}", policy: inviting), stored: ml),
      ["eve@x gains acme: → super-admin offered, top, every workspace"]),
    Row(
      "an invitation to another role",
      Scenario(
        acme("members: {\(members), eve@x: super-admin}", policy: inviting),
        stored: "acme\n  ada@x super-admin\n  bob@x member\n  ? eve@x member\nacme/ml\n  bob@x developer"),
      ["eve@x gains acme: member offered → super-admin offered, top, every workspace"]),
    Row(
      "an invitation taken back",
      Scenario(
        acme("members: {\(members)}", policy: inviting),
        stored: "acme\n  ada@x super-admin\n  bob@x member\n  ? eve@x member"),
      ["eve@x loses acme: member offered →"]),
    Row(
      "leaving the organization is leaving its workspaces",
      Scenario(acme("members: {ada@x: super-admin}", policy: direct), stored: ml),
      ["bob@x loses acme: member →", "bob@x loses acme/ml: developer →"]),
    Row(
      "a super-admin no more",
      Scenario(
        acme("members: {ada@x: super-admin, bob@x: member}", policy: direct),
        stored: "acme\n  ada@x super-admin\n  bob@x super-admin"),
      ["bob@x loses acme: super-admin → member, every workspace"]),
    Row(
      "a deleted workspace",
      Scenario(
        acme("members: {\(members)}\nworkspaces: {ml: {removed: done}}", policy: direct),
        stored: ml + "\n  ada@x admin\n  ? eve@x viewer"
      ).allowingDeletion,
      [
        "ada@x loses acme/ml: admin →, workspace ends", "bob@x loses acme/ml: developer →, workspace ends",
        "eve@x loses acme/ml: viewer offered →, workspace ends",
      ]),
    Row(
      "a deleted workspace that a rule keeps",
      Scenario(
        acme("members: {\(members)}\nworkspaces: {ml: {removed: done}}", policy: direct), stored: ml),
      ["bob@x loses acme/ml: developer →, workspace ends, blocked by deletion-needs-operator"]),
    Row(
      "a new organization",
      Scenario(acme("owner: ada@x\nmembers: {ada@x: super-admin}", policy: direct)),
      ["ada@x gains acme: → super-admin, top, every workspace", "ada@x gains acme/default: → admin, top"]),
    Row(
      "a new workspace with an owner, and another member",
      Scenario(
        acme("members: {\(members)}\nworkspaces: {lab: {owner: ada@x, members: {bob@x: viewer}}}", policy: direct),
        stored: "acme\n  ada@x super-admin\n  bob@x member"),
      ["ada@x gains acme/lab: → admin, top", "bob@x gains acme/lab: → viewer"]),
    Row(
      "a renamed workspace, and a role in it",
      Scenario(
        acme(
          "members: {\(members)}\nworkspaces: {lab: {renamedFrom: ml, members: {bob@x: {role: developer, expires: 2027-01-31}}}}",
          policy: direct), stored: ml),
      ["bob@x loses acme/lab: developer → developer until 2027-02-01T00:00:00Z"]),
    Row(
      "ownership, with the role it implies",
      Scenario(
        acme("members: {\(members)}\nworkspaces: {ml: {owner: bob@x, members: {ada@x: admin}}}", policy: direct),
        stored: "acme\n  ada@x super-admin\n  bob@x member\nacme/ml owner=ada@x\n  ada@x admin\n  bob@x developer"),
      [
        "ada@x loses the ownership of acme/ml", "bob@x gains acme/ml: developer → admin, top",
        "bob@x gains the ownership of acme/ml, top",
      ]),
    Row(
      "ownership that takes the only owner's role along",
      Scenario(
        acme("workspaces: {ml: {owner: bob@x, members: {}}}", policy: extending("single-owner")),
        stored: "acme\nacme/ml owner=ada@x\n  ada@x owner"),
      [
        "ada@x loses acme/ml: owner →", "ada@x loses the ownership of acme/ml", "bob@x gains acme/ml: → owner, top",
        "bob@x gains the ownership of acme/ml, top",
      ]),
    Row(
      "one's own raise that a rule withholds",
      inML("bob@x: admin").commit(by: "bob@x", touching: ["acme/ml bob@x"]),
      ["bob@x gains acme/ml: developer → admin, top, blocked by no-self-change"]),
    Row(
      "a moved account, once",
      Scenario(
        "apiVersion: tenure/v1\nkind: Account\nemail: Bob@y\nformerly: [bob@x]\n---\n"
          + acme("members: {ada@x: super-admin, bob@y: member}", policy: direct),
        stored: "acme\n  ada@x super-admin\n  bob@x member\n~bob@x\n~bob@x/Personal personal\n  bob@x admin"
      ).allowingMove,
      ["Bob@y gains everything of bob@x, top"]),
    Row(
      "an account that ends with its last membership",
      Scenario(
        acme(
          "owner: ada@x\nmembers: {ada@x: owner}",
          policy: extending("small-team") + "\naccounts: {deleteWithLastWorkspace: true}"),
        stored: "acme owner=ada@x\n  ada@x owner\n  bob@x member"),
      ["bob@x loses acme: member →", "bob@x loses the account"]),
    Row(
      "a new account with a workspace",
      Scenario(ada("displayName: Ada\nworkspaces: {Personal: {}}", policy: direct)),
      ["ada@x (Ada) gains ~ada@x/Personal: → admin, top"]),
    Row(
      "an end that has come",
      inML("bob@x: {role: developer, expires: 2026-11-01}", stored: ml + " until=2026-11-02T00:00:00Z"),
      ["bob@x loses acme/ml: developer until 2026-11-02T00:00:00Z →"]),
  ]

  @Test(arguments: rows)
  func `everybody who gains or loses is named`(row: Row) {
    let input = row.scenario.input()
    let actions = plan(input).plan.actions
    #expect(effects(of: actions, in: input).map(Self.line) == row.effects)
  }

  @Test func `a part of a plan has the effects of that part`() {
    let scenario = Self.inML("bob@x: admin, ada@x: viewer")
    let input = scenario.input()
    let actions = plan(input).plan.actions
    let first = effects(of: actions.filter { $0.subject == "ada@x" }, in: input)
    #expect(first.map(Self.line) == ["ada@x gains acme/ml: → viewer"])
    #expect(effects(of: [], in: input).isEmpty)
  }

  static func line(_ effect: Effect) -> String {
    func text(_ standing: Effect.Standing?) -> String {
      guard let standing else { return "" }
      return standing.role + (standing.expires.map { " until \($0)" } ?? "") + (standing.isOffer ? " offered" : "")
    }
    var what =
      switch effect.matter {
      case .role:
        "\(effect.path): "
          + [text(effect.before), "→", text(effect.after)].filter { !$0.isEmpty }.joined(separator: " ")
      case .ownership: "the ownership of \(effect.path)"
      case .everything(let former): "everything of \(former)"
      case .account: "the account"
      }
    if let group = effect.group { what += " through \(group)" }
    if effect.givesTopRole { what += ", top" }
    if effect.opensEveryWorkspace { what += ", every workspace" }
    if effect.endsWithWorkspace { what += ", workspace ends" }
    if !effect.blockedBy.isEmpty { what += ", blocked by \(effect.blockedBy.map(\.rawValue).joined(separator: " "))" }
    let name = effect.displayName.map { " (\($0))" } ?? ""
    return "\(effect.person)\(name) \(effect.turn.rawValue) \(what)"
  }
}
