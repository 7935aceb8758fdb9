import Testing

/// A workspace membership ends with the membership of the organization that comes first: from that instant on nothing
/// works, and every view says so.
@Suite struct EndedMembershipTests {
  private static let manifests = """
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    owner: ada@acme.example
    members:
      ada@acme.example: super-admin
      cat@acme.example: {role: member, expires: 2030-06-26}
      dan@acme.example: member
    workspaces:
      ml:
        members: {cat@acme.example: admin, dan@acme.example: viewer}
        apiKeys: {ci: {}}
    ---
    apiVersion: tenure/v1
    kind: Policy
    extends: enterprise
    invitations: {admission: direct}
    """
  private static let before = "--now 2030-06-01T00:00:00Z"
  private static let after = "--now 2030-06-28T00:00:00Z"

  private func company() throws -> Company {
    let company = try Company(Self.manifests, apply: false)
    try company.tenure("apply --yes \(Self.before)", exits: 0)
    return company
  }

  private func people(_ company: Company, _ line: String) throws -> [String] {
    (try company.json(line)["people"] as? [[String: Any]] ?? []).compactMap { $0["subject"] as? String }
  }

  @Test func `before the end all of it works`() throws {
    let company = try company()
    #expect(try people(company, "who acme/ml \(Self.before)").contains("cat@acme.example"))
    try company.tenure("api-key create acme/ml ci --as cat@acme.example \(Self.before)", exits: 0)
    try company.tenure("may cat@acme.example members.invite acme/ml \(Self.before)", exits: 0)
  }

  @Test func `commands are refused after the end`() throws {
    let company = try company()
    for line in [
      "api-key create acme/ml ci --as cat@acme.example", "member add acme/ml ada@acme.example --as cat@acme.example",
      "member remove acme/ml dan@acme.example --as cat@acme.example",
      "workspace show acme/ml --as cat@acme.example", "api-key list acme/ml --as cat@acme.example",
      "resource add acme/ml workflow --as cat@acme.example", "usage add acme/ml 5 --as cat@acme.example",
    ] {
      #expect(try company.tenure("\(line) \(Self.after)").status == 3, "\(line)")
    }
    let may = try company.tenure("may cat@acme.example members.invite acme/ml \(Self.after)")
    #expect(may.status == 3 && may.out.contains("2030-06-27"), "\(may.out)")
  }

  @Test func `every view says the same`() throws {
    let company = try company()
    #expect(try people(company, "who acme/ml \(Self.after)") == ["ada@acme.example", "dan@acme.example"])
    let show = try company.json("workspace show acme/ml \(Self.after)")
    let cat = (show["members"] as? [[String: Any]] ?? []).first { $0["subject"] as? String == "cat@acme.example" }
    #expect(cat?["status"] as? String == "expired")
    #expect((show["seats"] as? [String: Any])?["used"] as? Int == 1)
    let account = try company.json("account show cat@acme.example \(Self.after)")
    let statuses = (account["memberships"] as? [[String: Any]] ?? []).filter {
      ($0["path"] as? String)?.hasPrefix("acme") ?? false
    }.compactMap { $0["status"] as? String }
    #expect(statuses == ["expired", "expired"])
    let why = try company.json("why cat@acme.example acme/ml \(Self.after)")
    let access = (why["access"] as? [[String: Any]] ?? []).compactMap { $0["status"] as? String }
    #expect(!access.contains("active"), "\(why)")
  }

  @Test func `expiring lists the end that counts`() throws {
    let company = try company()
    let found = try company.json("expiring --within 60d \(Self.before)")["expiring"] as? [[String: Any]] ?? []
    let lines = found.map { "\($0["path"] ?? "") \($0["subject"] ?? "") \($0["expires"] ?? "")" }
    #expect(
      lines == ["acme cat@acme.example 2030-06-27T00:00:00Z", "acme/ml cat@acme.example 2030-06-27T00:00:00Z"])
  }

  @Test func `an invitation whose offer has ended is over in every view`() throws {
    let company = try Company(
      """
      apiVersion: tenure/v1
      kind: Policy
      extends: small-team
      ---
      apiVersion: tenure/v1
      kind: Organization
      name: acme
      owner: ada@acme.example
      workspaces:
        ml:
          owner: ada@acme.example
          members: {bob@acme.example: {role: member, expires: 2030-01-03}}
      """, apply: false)
    try company.tenure("apply --yes --now 2030-01-01T00:00:00Z", exits: 0)
    try company.tenure("account sign-up bob@acme.example --now 2030-01-01T00:00:00Z", exits: 0)
    #expect(
      try Set(people(company, "who acme/ml --now 2030-01-02T00:00:00Z")) == ["ada@acme.example", "bob@acme.example"])
    let later = "--now 2030-01-04T00:00:00Z"
    #expect(try Set(people(company, "who acme/ml \(later)")) == ["ada@acme.example"])
    let show = try company.json("workspace show acme/ml \(later)")
    #expect((show["seats"] as? [String: Any])?["used"] as? Int == 1)
    let list = try company.json("invitation list \(later)")["invitations"] as? [[String: Any]] ?? []
    #expect(list.compactMap { $0["status"] as? String } == ["expired"])
    #expect((try company.json("account show bob@acme.example \(later)")["memberships"] as? [Any])?.count == 0)
    let accepting = try company.tenure("invitation accept acme/ml --as bob@acme.example \(later)")
    #expect(accepting.status != 0 && accepting.err.contains("2030-01-04"), "\(accepting.err)")
    // It holds no seat: five people fit besides whoever was offered one.
    for name in ["b", "c", "d", "e"] {
      try company.tenure("member invite acme/ml \(name)@acme.example --as ada@acme.example \(later)", exits: 0)
    }
    try company.tenure("member invite acme/ml f@acme.example --as ada@acme.example \(later)", exits: 3)
  }
}
