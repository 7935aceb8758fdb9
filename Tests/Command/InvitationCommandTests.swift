import Foundation
import Testing

/// `tenure member invite` and `tenure invitation`, tried from outside.
@Suite struct InvitationCommandTests {
  @Test func `self-serve: members may invite, several people in one go`() throws {
    let company = try Company.staffed("self-serve", ml: ["grace": "member"])
    let done = try company.tenure(
      "member invite acme/ml eve@other.example Bob@other.example EVE@other.example --as grace@acme.example", exits: 0)
    #expect(
      done == "+ invite  acme/ml  eve@other.example  → member\n+ invite  acme/ml  Bob@other.example  → member\n")
    try company.refused(
      "member invite acme/ml x@other.example --role owner --as grace@acme.example", by: "actor-allowed")
    let again = try company.tenure("member invite acme/ml eve@other.example joe@other.example --as grace@acme.example")
    #expect(again.status == 3 && again.err.contains("one-pending-invitation: "))
    #expect(again.out == "+ invite  acme/ml  joe@other.example  → member\n")
    #expect(try company.tenure("member invite acme/ml grace@acme.example", exits: 0).contains("already"))
    try company.tenure("member invite acme/ml grace@acme.example --role owner", exits: 1)
    let signedUp = try company.tenure("account sign-up eve@other.example", exits: 0)
    #expect(signedUp.contains("an invitation to acme/ml as member waits"))
    try company.tenure("invitation accept acme/ml --as eve@other.example", exits: 0)
    #expect(try company.audit().last == "accept-invitation acme/ml eve@other.example")
  }

  @Test func `the list says who invited, by a commit or by hand, whatever the place is called by now`() throws {
    func manifests(_ workspace: String) -> String {
      """
      apiVersion: tenure/v1
      kind: Organization
      name: acme
      owner: ada@acme.example
      members: {ada@acme.example: super-admin, grace@acme.example: member}
      workspaces:
        \(workspace)
      ---
      apiVersion: tenure/v1
      kind: Policy
      invitations: {admission: invite}
      protection: {organization-member-first: off}
      """
    }
    let company = try Company(manifests("ml: {members: {ada@acme.example: admin, grace@acme.example: viewer}}"))
    try company.commit(
      manifests("lab: {renamedFrom: ml, members: {ada@acme.example: admin, grace@acme.example: viewer}}"),
      by: "bob@acme.example")
    try company.apply()
    try company.tenure("member invite acme eve@acme.example --role member --as ada@acme.example", exits: 0)
    try company.tenure("member invite acme joe@acme.example --role member", exits: 0)
    let list = try company.json("invitation list acme")["invitations"] as? [[String: Any]] ?? []
    #expect(
      list.map { row in
        let actors = (row["actors"] as? [String] ?? []).joined(separator: ",")
        return "\(row.text("path") ?? "") \(row.text("subject") ?? "") \(row.text("invitedBy") ?? "-") \(actors)"
      }.sorted() == [
        "acme eve@acme.example ada@acme.example ada@acme.example",
        "acme grace@acme.example - ada@acme.example", "acme joe@acme.example - operator",
        "acme/lab ada@acme.example - ada@acme.example", "acme/lab grace@acme.example - ada@acme.example",
      ])
    let text = try company.tenure("invitation list acme", exits: 0)
    #expect(text.components(separatedBy: "\n").filter { $0.hasSuffix("  ada@acme.example") }.count == 4)
    #expect(text.contains("  operator\n"))
  }

  @Test func `small-team: whoever is invited joins as member, owners alone invite`() throws {
    let company = try Company.staffed("small-team", ml: ["grace": "member"])
    try company.refused("member invite acme/ml eve@other.example --as grace@acme.example", by: "actor-allowed")
    let result = try company.tenure("member invite acme/ml eve@other.example --role owner --as ada@acme.example")
    #expect(result.status == 0 && result.out == "+ invite  acme/ml  eve@other.example  → member\n")
    #expect(result.err.contains("joinAs: lowest"))
    try company.tenure("member set-role acme/ml eve@other.example owner", exits: 1)
  }

  @Test func `enterprise: organization members are invited by super-admins`() throws {
    let company = try Company.staffed("enterprise", ml: ["grace": "admin"])
    try company.refused("member invite acme eve@other.example --as grace@acme.example", by: "actor-allowed")
    try company.refused("member invite acme/ml eve@other.example", by: "organization-member-first")
    try company.tenure("member invite acme eve@other.example --role billing-admin --as ada@acme.example", exits: 0)
    try company.refused("invitation cancel acme eve@other.example --as grace@acme.example", by: "actor-allowed")
    try company.tenure("invitation cancel acme eve@other.example --as ada@acme.example", exits: 0)
    #expect(
      try company.audit().suffix(2) == ["invite acme eve@other.example", "cancel-invitation acme eve@other.example"])
    try company.tenure("invitation cancel acme eve@other.example", exits: 1)
  }

  @Test func `resend keeps one invitation, and begins its time anew`() throws {
    let company = try Company.staffed("self-serve", ml: [:], policy: "invitations: {expireAfter: 14d, maxSends: 1}")
    try company.tenure("member invite acme/ml eve@other.example --now 2099-01-01", exits: 0)
    for day in ["10", "20"] {
      let done = try company.tenure("invitation resend acme/ml eve@other.example --now 2099-01-\(day)", exits: 0)
      #expect(done == "+ resend-invitation  acme/ml  eve@other.example  → member, resend: true\n")
    }
    let list = try company.tenure("invitation list acme/ml --format json --now 2099-02-01", exits: 0)
    #expect(list.components(separatedBy: "\"subject\"").count == 2)
    #expect(list.contains("\"sends\": 3") && list.contains("2099-02-03T00:00:00Z") && list.contains("pending"))
    #expect(try company.audit().last == "resend-invitation acme/ml eve@other.example")
    // Lapsed ones can be sent again too, or opened anew.
    try company.tenure("member invite acme/ml eve@other.example --now 2099-03-01", exits: 0)
    try company.tenure("invitation resend acme/ml joe@other.example", exits: 1)
  }

  @Test func `who declined is invited anew`() throws {
    let company = try Company.staffed("self-serve", ml: [:])
    try company.tenure("member invite acme/ml eve@other.example", exits: 0)
    try company.tenure("invitation decline acme/ml --as eve@other.example", exits: 0)
    try company.tenure("member invite acme/ml eve@other.example", exits: 0)
    try company.tenure("account sign-up eve@other.example", exits: 0)
    try company.tenure("invitation accept acme/ml --as eve@other.example", exits: 0)
  }

  @Test func `a suspended person is not invited, nor sent to`() throws {
    let company = try Company.staffed("self-serve", ml: ["grace": "member"])
    try company.tenure("account sign-up eve@other.example", exits: 0)
    try company.tenure("member invite acme/ml eve@other.example", exits: 0)
    try company.tenure("account suspend eve@other.example --reason spam", exits: 0)
    #expect(try company.tenure("invitation resend acme/ml eve@other.example", exits: 1).contains("is suspended"))
    #expect(try company.tenure("member invite acme eve@other.example", exits: 1).contains("is suspended"))
  }

  @Test(arguments: [
    ("member invite acme/ml nonsense", 64), ("member invite acme/ml", 64), ("invitation cancel acme/ml", 64),
    ("invitation resend acme/ml nonsense", 64), ("invitation cancel acme/mll eve@other.example", 1),
    ("member invite acme/ml eve@other.example --role ownr", 1), ("member invite ~ada@acme.example eve@o.example", 1),
  ])
  func `what cannot be meant`(line: String, status: Int32) throws {
    let company = try Company.staffed("self-serve", ml: [:])
    try company.tenure(line, exits: status)
  }
}
