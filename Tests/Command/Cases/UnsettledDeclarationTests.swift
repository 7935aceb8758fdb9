import Testing

/// Under `additive`, what an applied commit declared and the next one does not ends, also where it never came to be as
/// declared: offered with a lower role, or waiting for somebody.
@Suite struct UnsettledDeclarationTests {
  private static func manifests(_ policy: String, _ body: String) -> String {
    """
    apiVersion: tenure/v1
    kind: Policy
    \(policy)
    ---
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    owner: ada@acme.example
    \(body)
    """
  }

  private func ml(_ company: Company) throws -> [String] {
    (try company.json("who acme/ml")["people"] as? [[String: Any]] ?? []).compactMap { $0["subject"] as? String }
  }

  @Test(arguments: [false, true])
  func `a promotion that never came is taken back, invited or joined`(isAccepted: Bool) throws {
    let body = { (vic: String) in
      Self.manifests(
        "extends: small-team",
        "management: additive\nworkspaces: {ml: {owner: ada@acme.example, members: {\(vic)}}}")
    }
    let company = try Company(body("vic@acme.example: owner"))
    if isAccepted {
      try company.tenure("account sign-up vic@acme.example", exits: 0)
      try company.tenure("invitation accept acme/ml --as vic@acme.example", exits: 0)
    }
    try company.tenure("member add acme/ml hand@acme.example --role member", exits: 0)
    #expect(try ml(company).contains("vic@acme.example"))
    try company.commit(body(""))
    let plan = try company.json("plan")["actions"] as? [[String: Any]] ?? []
    #expect(!plan.isEmpty && plan.allSatisfy { $0["origin"] as? String == "change" }, "\(plan)")
    try company.apply()
    let left = try ml(company)
    #expect(!left.contains("vic@acme.example") && left.contains("hand@acme.example"))
    #expect(try company.tenure("plan", exits: 0).contains("No changes."))
  }

  @Test func `an heir who has yet to accept is uninvited when the ownership is taken back`() throws {
    let body = { (owner: String, members: String) in
      Self.manifests(
        "extends: single-owner\ninvitations: {admission: invite}",
        "management: additive\nworkspaces: {ml: {owner: \(owner), members: {\(members)}}}")
    }
    let company = try Company(body("ada@acme.example", ""))
    try company.commit(body("heir@acme.example", "ada@acme.example: member"))
    try company.apply()
    try company.commit(body("ada@acme.example", ""))
    try company.apply()
    #expect(try ml(company) == ["ada@acme.example"])
  }

  @Test func `who waited for the organization and was added by hand meanwhile goes with the entry`() throws {
    let body = { (members: String) in
      Self.manifests(
        "extends: enterprise",
        """
        members: {ada@acme.example: super-admin, vic@acme.example: member}
        workspaces: {ml: {management: additive, members: {\(members)}}}
        """)
    }
    let company = try Company(body("vic@acme.example: developer"))
    try company.tenure("account sign-up vic@acme.example", exits: 0)
    try company.tenure("invitation accept acme --as vic@acme.example", exits: 0)
    try company.tenure("member add acme/ml vic@acme.example --role developer", exits: 0)
    try company.commit(body(""))
    try company.apply()
    #expect(try !ml(company).contains("vic@acme.example"))
  }

  @Test func `what was refused was never declared, and stays as somebody gave it by hand`() throws {
    let body = { (members: String) in
      Self.manifests(
        "extends: enterprise\ninvitations: {admission: direct}",
        "management: additive\nmembers: {ada@acme.example: super-admin}\nworkspaces: {ml: {members: {\(members)}}}")
    }
    let company = try Company(body(""))
    // No member of the organization: refused, and added by nobody.
    try company.commit(body("vic@acme.example: developer"))
    try company.tenure("apply --yes", exits: 3)
    try company.tenure("member add acme vic@acme.example", exits: 0)
    try company.tenure("member add acme/ml vic@acme.example --role viewer", exits: 0)
    try company.commit(body(""))
    try company.apply()
    #expect(try ml(company).contains("vic@acme.example"))
  }

  @Test func `what --only left out was not declared by an applied commit`() throws {
    let body = { (members: String) in
      Self.manifests(
        "extends: enterprise",
        """
        members: {ada@acme.example: super-admin, vic@acme.example: member}
        workspaces: {ml: {management: additive, members: {\(members)}}, other: {members: {}}}
        """)
    }
    let company = try Company(body(""))
    try company.commit(body("vic@acme.example: developer"))
    try company.tenure("apply --yes --only acme/other", exits: 0)
    try company.tenure("account sign-up vic@acme.example", exits: 0)
    try company.tenure("invitation accept acme --as vic@acme.example", exits: 0)
    try company.tenure("member add acme/ml vic@acme.example --role developer", exits: 0)
    try company.commit(body(""))
    try company.apply()
    #expect(try ml(company).contains("vic@acme.example"))
  }
}
