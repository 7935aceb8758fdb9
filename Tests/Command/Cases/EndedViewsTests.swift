import Foundation
import Testing

/// What has ended, or never gives anything, is said alike by every view.
@Suite struct EndedViewsTests {
  private static let manifests = """
    apiVersion: tenure/v1
    kind: Policy
    extends: enterprise
    invitations: {admission: direct}
    ---
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    owner: ada@acme.example
    members:
      ada@acme.example: super-admin
      sam@acme.example: {role: super-admin, expires: 2030-12-09}
      bob@acme.example: {role: member, expires: 2030-12-09}
    workspaces:
      ml: {members: {bob@acme.example: {role: admin, expires: 2030-12-19}}}
    """
  private static let after = "--now 2030-12-21T00:00:00Z"

  private func company() throws -> Company {
    let company = try Company(Self.manifests, apply: false)
    try company.tenure("apply --yes --now 2030-12-01T00:00:00Z", exits: 0)
    return company
  }

  @Test func `the earlier of two ends is when access ended`() throws {
    let company = try company()
    let may = try company.tenure("may bob@acme.example resources.read acme/ml \(Self.after)", exits: 3)
    #expect(may.contains("since 2030-12-10T00:00:00Z") && !may.contains("2030-12-20"), "\(may)")
    let why = try company.tenure("why bob@acme.example acme/ml \(Self.after)", exits: 0)
    #expect(why.contains("its end came: 2030-12-10T00:00:00Z"), "\(why)")
  }

  @Test func `expiring lists what has ended and is still stored`() throws {
    let company = try company()
    let rows = try company.json("expiring --within 60d \(Self.after)")["expiring"] as? [[String: Any]] ?? []
    let lines = rows.map { row in
      ["expires", "path", "subject", "status"].map { row[$0] as? String ?? "" }.joined(separator: " ")
    }
    #expect(
      lines == [
        "2030-12-10T00:00:00Z acme bob@acme.example expired", "2030-12-10T00:00:00Z acme sam@acme.example expired",
        "2030-12-10T00:00:00Z acme/ml bob@acme.example expired",
      ])
    try company.tenure("apply --yes \(Self.after)", exits: 0)
    #expect(try company.tenure("expiring --within 60d \(Self.after)", exits: 0).contains("Nothing ends"))
  }

  @Test func `why says of a workspace that the organization's role opened it`() throws {
    let company = try company()
    let line = "why sam@acme.example acme/ml"
    #expect(try company.tenure("\(line) --now 2030-12-02T00:00:00Z", exits: 0).contains("super-admin"))
    let ended = try company.tenure("\(line) \(Self.after)", exits: 0)
    #expect(ended.contains("super-admin") && ended.contains("2030-12-10"), "\(ended)")
    try company.tenure("apply --yes \(Self.after)", exits: 0)
    #expect(try company.tenure("\(line) \(Self.after)", exits: 0).contains("super-admin"))
    #expect(try !company.tenure("why bob@acme.example acme/ml \(Self.after)", exits: 0).contains("super-admin"))
  }

  @Test func `an invitation in a role that the policy no longer knows gives nothing, and is said`() throws {
    let manifests = { (preset: String) in
      "apiVersion: tenure/v1\nkind: Policy\nextends: \(preset)\noperators: [root@acme.example]\n---\n"
        + "apiVersion: tenure/v1\nkind: Organization\nname: acme\nowner: ada@acme.example\nworkspaces: {ml: {owner: ada@acme.example}}\n"
    }
    let company = try Company(manifests("enterprise"))
    try company.tenure("member invite acme bil@acme.example --role billing-admin --as ada@acme.example", exits: 0)
    try company.tenure("account sign-up bil@acme.example", exits: 0)
    #expect(try company.tenure("who acme", exits: 0).contains("bil@acme.example"))
    try company.commit(manifests("self-serve"), by: "root@acme.example")
    let plan = try company.tenure("apply --yes", exits: 0)
    #expect(plan.contains("`billing-admin`") && plan.contains("bil@acme.example"), "\(plan)")
    #expect(try !company.tenure("who acme", exits: 0).contains("bil@acme.example"))
    #expect(try company.tenure("account show bil@acme.example", exits: 0).contains("inactive"))
    let accept = try company.tenure("invitation accept acme --as bil@acme.example", exits: 1)
    #expect(accept.contains("tenure member set-role acme bil@acme.example ROLE"), "\(accept)")
    try company.tenure("member set-role acme bil@acme.example member", exits: 0)
    try company.tenure("invitation accept acme --as bil@acme.example", exits: 0)
    #expect(try company.tenure("who acme", exits: 0).contains("bil@acme.example"))
  }

  @Test(arguments: [("single-owner", Int32(0)), ("self-serve", 0), ("enterprise", 3)])
  func `may says of one's own account what the commands do`(preset: String, creating: Int32) throws {
    let company = try Company(
      "apiVersion: tenure/v1\nkind: Policy\nextends: \(preset)\n---\napiVersion: tenure/v1\nkind: Organization\nname: acme\n"
        + "owner: ada@acme.example\n")
    try company.tenure("account sign-up p@acme.example", exits: 0)
    try company.tenure("may p@acme.example workspace.create ~p@acme.example", exits: creating)
    try company.tenure("workspace create ~p@acme.example/Two --as p@acme.example", exits: creating)
    let home = "~p@acme.example/Personal"
    try company.tenure("billing show \(home) --as p@acme.example", exits: 0)
    try company.tenure("may p@acme.example billing.view \(home)", exits: 0)
    try company.tenure("may ada@acme.example workspace.create ~p@acme.example", exits: 3)
    try company.tenure("may ada@acme.example billing.view \(home)", exits: 3)
  }
}
