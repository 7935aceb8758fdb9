import Foundation
import Testing

/// `tenure may`: exit code 0 yes, 3 no, and why.
@Suite struct MayTests {
  private static let manifests = """
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    owner: ada@acme.example
    groups: {crew: [dev@acme.example]}
    members:
      ada@acme.example: super-admin
      dev@acme.example: member
      grace@acme.example: {role: member, expires: 2035-01-31}
    workspaces:
      ml: {members: {crew: developer, grace@acme.example: admin}}
    ---
    apiVersion: tenure/v1
    kind: Policy
    invitations: {admission: direct}
    operators: [ops@acme.example]
    """

  private func answer(_ company: Company, _ line: String, _ status: Int32) throws -> [String] {
    let result = try company.tenure("may \(line) --format json --now 2030-01-01T00:00:00Z")
    #expect(result.status == status, "\(line): \(result.out)\(result.err)")
    let json = try #require(try JSONSerialization.jsonObject(with: Data(result.out.utf8)) as? [String: Any])
    #expect(json["decision"] as? Bool == (status == 0))
    #expect((json["reason"] as? String)?.isEmpty == false)
    return ["role", "via", "expires"].map { json[$0] as? String ?? "-" }
  }

  @Test func `says the role, through what, and until when`() throws {
    let company = try Company(Self.manifests, apply: false)
    try company.tenure("apply --yes --now 2030-01-01T00:00:00Z", exits: 0)
    #expect(try answer(company, "dev@acme.example api-key.create acme/ml", 0) == ["developer", "group:crew", "-"])
    #expect(try answer(company, "dev@acme.example members.invite acme/ml", 3)[0] == "developer")
    #expect(
      try answer(company, "ada@acme.example members.invite acme/ml", 0) == ["super-admin", "organization-role", "-"])
    let grace = try answer(company, "grace@acme.example members.invite acme/ml", 0)
    #expect(grace[0] == "admin" && grace[1] == "direct" && grace[2].hasPrefix("2035-02-01"))
    #expect(try answer(company, "ops@acme.example workspace.delete acme/ml", 0) == ["-", "operator", "-"])
    #expect(try answer(company, "dev@acme.example organization.members acme", 3)[0] == "member")
    #expect(try answer(company, "Dev@acme.example resources.write:connector acme/ml", 0)[0] == "developer")
    try company.tenure("account suspend dev@acme.example --reason test --now 2030-01-01T00:00:00Z", exits: 0)
    #expect(try answer(company, "dev@acme.example api-key.create acme/ml", 3)[0] == "developer")
  }

  @Test func `whoever has no account may do nothing, which is an answer`() throws {
    let company = try Company(Self.manifests)
    #expect(try answer(company, "nobody@acme.example members.view acme/ml", 3) == ["-", "-", "-"])
    let said = try company.tenure("may dve@acme.example members.view acme/ml", exits: 3)
    #expect(said.contains("dve@acme.example has no account; did you mean 'dev@acme.example'?"), "\(said)")
  }

  @Test(arguments: [
    ("dev@acme.example members.invit acme/ml", 64, "members.invite"),
    ("dev@acme.example members.view acme/mk", 1, "acme/ml"),
    ("nonsense members.view acme", 64, "email"),
  ])
  func `what is unknown`(line: String, status: Int, hint: String) throws {
    let company = try Company(Self.manifests)
    let result = try company.tenure("may \(line)")
    #expect(Int(result.status) == status && result.err.contains(hint), "\(result.err)")
  }
}
