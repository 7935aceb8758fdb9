import Testing

/// A remedy that cannot work is a fault: what is proposed is done here, or said not to be possible.
@Suite struct RemedyWordsTests {
  private static func manifests(_ policy: String, _ body: String) -> String {
    "apiVersion: tenure/v1\nkind: Policy\n\(policy)\noperators: [root@acme.example]\n---\napiVersion: tenure/v1\nkind: Organization\nname: acme\n"
      + "owner: ada@acme.example\n\(body)\n"
  }

  @Test func `the last owner under an older policy is replaced in a role that the new one knows`() throws {
    let company = try Company(
      Self.manifests(
        "extends: self-serve\ninvitations: {admission: direct}",
        "workspaces: {ml: {owner: ada@acme.example, members: {bob@acme.example: member}}}"))
    let next = { (members: String) in
      Self.manifests(
        "extends: enterprise\ninvitations: {admission: direct}",
        """
        members: {ada@acme.example: super-admin, bob@acme.example: member, cy@acme.example: member}
        workspaces: {ml: {members: {\(members)}}}
        """)
    }
    try company.commit(next("bob@acme.example: viewer"), by: "root@acme.example")
    let refused = try company.tenure("plan", exits: 3)
    #expect(refused.contains("last-owner-kept") && refused.contains("the role admin there"), "\(refused)")
    try company.commit(next("bob@acme.example: viewer, cy@acme.example: admin"), by: "root@acme.example")
    #expect(try !company.tenure("plan", exits: 0).contains(" last-owner-kept:"))
  }

  @Test func `a lapsed invitation is sent again by a command, whatever plans may still send`() throws {
    let company = try Company(
      Self.manifests(
        "extends: self-serve\ninvitations: {expireAfter: 1d, maxSends: 1}",
        "workspaces: {ml: {owner: ada@acme.example, members: {bob@acme.example: member}}}"), apply: false)
    try company.tenure("apply --yes --now 2030-03-01T00:00:00Z", exits: 0)
    let late = "--now 2030-03-05T00:00:00Z"
    try company.tenure("account sign-up bob@acme.example \(late)", exits: 0)
    let accept = try company.tenure("invitation accept acme/ml --as bob@acme.example \(late)", exits: 1)
    #expect(
      accept.contains("tenure invitation resend acme/ml bob@acme.example") && !accept.contains("the next apply"),
      "\(accept)")
    try company.tenure("invitation resend acme/ml bob@acme.example --as ada@acme.example \(late)", exits: 0)
    try company.tenure("invitation accept acme/ml --as bob@acme.example \(late)", exits: 0)
  }

  private static func offers() throws -> Company {
    let company = try Company(
      manifests(
        "extends: self-serve\ninvitations: {expireAfter: 14d}",
        """
        workspaces:
          ml:
            owner: ada@acme.example
            members:
              dec@acme.example: {role: member, expires: 2030-12-10}
              lat@acme.example: {role: member, expires: 2030-12-30}
        """), apply: false)
    try company.tenure("apply --yes --now 2030-12-01T00:00:00Z", exits: 0)
    return company
  }

  @Test func `an offer that has ended is invited anew, and is over at one instant`() throws {
    let company = try Self.offers()
    let late = "--now 2030-12-16T12:00:00Z"
    try company.tenure("account sign-up dec@acme.example \(late)", exits: 0)
    let list = try company.tenure("invitation list \(late)", exits: 0)
    #expect(list.contains("2030-12-11T00:00:00Z"))
    for line in ["accept acme/ml --as dec@acme.example", "resend acme/ml dec@acme.example"] {
      let answer = try company.tenure("invitation \(line) \(late)", exits: 1)
      #expect(answer.contains("2030-12-11T00:00:00Z"), "\(answer)")
      #expect(answer.contains("tenure member invite acme/ml dec@acme.example"), "\(answer)")
    }
    try company.tenure("member invite acme/ml dec@acme.example --as ada@acme.example \(late)", exits: 0)
    try company.tenure("invitation accept acme/ml --as dec@acme.example \(late)", exits: 0)
  }

  @Test func `every view says the same end of a pending invitation`() throws {
    let company = try Self.offers()
    let early = "--now 2030-12-02T00:00:00Z"
    func end(_ line: String, _ list: String, _ subject: String? = "lat@acme.example") throws -> String? {
      let rows = try company.json("\(line) \(early)")[list] as? [[String: Any]] ?? []
      return rows.first { subject == nil || $0["subject"] as? String == subject }?["expires"] as? String
    }
    let lapses = "2030-12-15T00:00:00Z"
    #expect(try end("invitation list", "invitations") == lapses)
    #expect(try end("expiring --within 60d", "expiring") == lapses)
    #expect(try end("who acme/ml", "people") == lapses)
    #expect(try company.tenure("workspace show acme/ml \(early)", exits: 0).contains(lapses))
    #expect(try company.tenure("why lat@acme.example acme/ml \(early)", exits: 0).contains("2030-12-15"))
    try company.tenure("account sign-up lat@acme.example \(early)", exits: 0)
    #expect(try company.tenure("account show lat@acme.example \(early)", exits: 0).contains(lapses))
  }

  @Test func `who is not in the organization is told the command that lets them in`() throws {
    let company = try Company(
      Self.manifests("extends: enterprise", "members: {ada@acme.example: super-admin}\nworkspaces: {ml: {}}"))
    try company.tenure("member add acme bil@acme.example --role billing-admin", exits: 0)
    let billing = try company.tenure("member add acme/ml bil@acme.example --role viewer", exits: 3)
    #expect(billing.contains("tenure member set-role acme bil@acme.example ROLE"), "\(billing)")
    try company.tenure("member set-role acme bil@acme.example member", exits: 0)
    try company.tenure("member add acme/ml bil@acme.example --role viewer", exits: 0)

    try company.tenure("member invite acme new@acme.example", exits: 0)
    let open = try company.tenure("member add acme/ml new@acme.example --role viewer", exits: 3)
    #expect(open.contains("tenure invitation accept acme --as new@acme.example"), "\(open)")
    let none = try company.tenure("member add acme/ml far@acme.example --role viewer", exits: 3)
    #expect(none.contains("tenure member invite acme far@acme.example"), "\(none)")
  }

  @Test func `a personal workspace stays, and goes with the account alone`() throws {
    let company = try Company(Self.manifests("extends: single-owner", ""))
    try company.tenure("account sign-up eve@acme.example", exits: 0)
    try company.tenure("account sign-up r@acme.example", exits: 0)
    let home = "~eve@acme.example/Personal"
    try company.tenure("member invite \(home) r@acme.example --as eve@acme.example", exits: 0)
    try company.tenure("invitation accept \(home) --as r@acme.example", exits: 0)
    for line in [
      "workspace leave \(home) --as eve@acme.example",
      "workspace transfer \(home) r@acme.example --as eve@acme.example", "workspace delete \(home) --yes",
    ] {
      let refused = try company.tenure(line, exits: 3)
      #expect(refused.contains("tenure account delete eve@acme.example"), "\(refused)")
      for word in ["transfer the ownership", "give somebody else", "rename it", "members`"] {
        #expect(!refused.contains(word), "\(refused)")
      }
    }
    try company.tenure("account delete eve@acme.example --yes", exits: 0)
  }

  @Test func `commands name commands`() throws {
    let company = try Company.staffed("single-owner", ml: ["grace": "member"])
    let transfer = try company.tenure("workspace transfer acme/ml grace@acme.example --as grace@acme.example", exits: 3)
    #expect(!transfer.contains("manifest"), "\(transfer)")
    let leave = try company.tenure("workspace leave acme/ml --as ada@acme.example", exits: 3)
    #expect(leave.contains("tenure workspace transfer acme/ml EMAIL") && !leave.contains("manifest"), "\(leave)")
    #expect(!leave.contains("give somebody else"), "\(leave)")
  }

  @Test func `who may not do it learns nothing about people`() throws {
    let company = try Company.staffed("small-team", ml: [:])
    try company.tenure("member invite acme/ml b@acme.example --as ada@acme.example", exits: 0)
    try company.tenure("account sign-up eve@acme.example", exits: 0)
    func answer(_ request: String) throws -> String {
      try company.tenure("member \(request) --as eve@acme.example", exits: 3)
    }
    #expect(try answer("invite acme/ml b@acme.example") == answer("invite acme/ml c@acme.example"))
    let (owner, nobody) = try (answer("remove acme/ml ada@acme.example"), answer("remove acme/ml c@acme.example"))
    #expect(owner == nobody && owner.contains("actor-allowed") && !owner.contains("creator-kept"), "\(owner)")
  }
}
