import Testing

/// Ownership is handed over by the owner of record, an operator or a manifest, never by another owner.
@Suite struct CreatorOustedTests {
  private static let manifests = """
    apiVersion: tenure/v1
    kind: Policy
    extends: small-team
    operators: [ops@acme.example]
    ---
    apiVersion: tenure/v1
    kind: Organization
    name: scrap
    owner: ada@acme.example
    workspaces: {team: {owner: cre@acme.example}}
    """

  private func company() throws -> Company {
    let company = try Company(Self.manifests)
    for name in ["new", "has"] {
      try company.tenure("member invite scrap/team \(name)@acme.example --as cre@acme.example", exits: 0)
      try company.tenure("account sign-up \(name)@acme.example", exits: 0)
      try company.tenure("invitation accept scrap/team --as \(name)@acme.example", exits: 0)
    }
    try company.tenure("member set-role scrap/team new@acme.example owner --as cre@acme.example", exits: 0)
    return company
  }

  @Test func `an owner who did not create it neither hands it over nor removes the creator`() throws {
    let company = try company()
    try company.refused("member remove scrap/team cre@acme.example --as new@acme.example", by: "creator-kept")
    try company.refused("workspace transfer scrap/team has@acme.example --as new@acme.example", by: "actor-allowed")
    try company.refused("member remove scrap/team cre@acme.example --as new@acme.example", by: "creator-kept")
    let show = try company.json("workspace show scrap/team")
    #expect(show["owner"] as? String == "cre@acme.example")
  }

  @Test func `the owner of record hands it over, and an operator does`() throws {
    let company = try company()
    try company.tenure("workspace transfer scrap/team new@acme.example --as cre@acme.example", exits: 0)
    try company.refused("workspace transfer scrap/team has@acme.example --as cre@acme.example", by: "actor-allowed")
    try company.tenure("workspace transfer scrap/team has@acme.example --as ops@acme.example", exits: 0)
    #expect(try company.json("workspace show scrap/team")["owner"] as? String == "has@acme.example")
  }
}
