import Foundation
import Testing

/// Manifests that still say an email which the account moved away from.
@Suite struct MovedAccountTests {
  private static func organization(_ email: String, _ more: String = "") -> String {
    """
    apiVersion: tenure/v1
    kind: Policy
    invitations: {admission: direct}
    ---
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    owner: root@acme.example
    members:
      \(email): member
    ---
    apiVersion: tenure/v1
    kind: Organization
    name: other
    owner: root@acme.example
    members: {grace@acme.example: member}
    \(more)
    """
  }

  @Test func `an account moved by command is an error at the line that says the old email`() throws {
    let company = try Company(Self.organization("ada@old.example"))
    try company.tenure("account move ada@old.example ada@new.example", exits: 0)
    for line in ["plan", "plan --full", "plan --format json", "apply --yes", "apply --yes --full"] {
      let result = try company.tenure(line)
      #expect(result.status == 4, "\(line)\n\(result.out)\(result.err)")
      #expect(
        result.err.contains("manifests/acme.yaml:10:3: error: `ada@old.example` is a former email")
          && result.err.contains("ada@new.example") && result.err.contains("[moved-account]")
          && result.err.contains("ada@old.example: member"), "\(line)\n\(result.err)")
      #expect(!result.out.contains("invite") && !result.out.contains("remove-member"), "\(line)\n\(result.out)")
    }
    let json = Data(try company.tenure("plan --format json").out.utf8)
    let plan = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
    #expect(plan["invalid"] as? [String] == ["acme"])
    #expect(try company.tenure("who acme", exits: 0).contains("ada@new.example"))
  }

  @Test func `the others go on, and the present email is all it takes`() throws {
    let company = try Company(Self.organization("ada@old.example"))
    try company.tenure("account move ada@old.example ada@new.example", exits: 0)
    try company.commit(Self.organization("ada@old.example").replacing("grace@", with: "linus@"))
    try company.tenure("apply --yes", exits: 4)
    let other = try company.tenure("who other", exits: 0)
    #expect(other.contains("linus@acme.example") && !other.contains("grace@acme.example"))
    try company.commit(Self.organization("ada@new.example"))
    let plan = try company.tenure("plan", exits: 0)
    #expect(!plan.contains("acme/") && !plan.contains("ada@"), "\(plan)")
    try company.apply()
    #expect(try company.tenure("plan", exits: 0).contains("No changes."))
  }

  @Test func `manifests that go back behind a formerly are the same error`() throws {
    let account = """
      ---
      apiVersion: tenure/v1
      kind: Account
      email: ada@new.example
      formerly: [ada@old.example]
      """
    let company = try Company(Self.organization("ada@old.example"))
    try company.commit(Self.organization("ada@new.example", account))
    #expect(try company.tenure("plan --allow-move", exits: 0).contains("move-account"))
    try company.tenure("apply --yes --allow-move", exits: 0)
    try company.commit(Self.organization("ada@old.example"))
    #expect(try company.tenure("plan", exits: 4).contains("moved-account"))
    let back = account.replacing("ada@new.example", with: "ada@tmp").replacing(
      "ada@old.example", with: "ada@new.example"
    )
    .replacing("ada@tmp", with: "ada@old.example")
    try company.commit(Self.organization("ada@old.example", back))
    try company.tenure("apply --yes --allow-move", exits: 0)
    #expect(try company.tenure("who acme", exits: 0).contains("ada@old.example"))
  }

  @Test func `an Account document under the former email is one too`() throws {
    let account = "---\napiVersion: tenure/v1\nkind: Account\nemail: ada@old.example\n"
    let company = try Company(Self.organization("bob@acme.example", account))
    try company.tenure("account move ada@old.example ada@new.example", exits: 0)
    let plan = try company.tenure("plan", exits: 4)
    #expect(plan.contains("moved-account") && plan.contains("formerly: [ada@old.example]"), "\(plan)")
  }

  @Test func `somebody new under the old email is somebody new`() throws {
    let company = try Company(Self.organization("ada@old.example"))
    try company.tenure("account move ada@old.example ada@new.example", exits: 0)
    try company.tenure("account sign-up ada@old.example", exits: 0)
    let plan = try company.tenure("plan", exits: 0)
    #expect(plan.contains("ada@old.example") && plan.contains("ada@new.example"), "\(plan)")
    try company.tenure("account delete ada@old.example --yes", exits: 0)
    try company.tenure("account delete ada@new.example --yes", exits: 0)
    try company.tenure("plan", exits: 0)
  }

  @Test func `a saved plan of before the move is not applied`() throws {
    let company = try Company(Self.organization("ada@old.example"))
    try company.commit(Self.organization("ada@old.example").replacing("member\n---", with: "billing-admin\n---"))
    try company.tenure("plan --out saved.json", exits: 0)
    try company.tenure("account move ada@old.example ada@new.example", exits: 0)
    let result = try company.tenure("apply saved.json --yes")
    #expect(result.status != 0)
    #expect(try company.tenure("who acme", exits: 0).contains("ada@new.example"))
  }
}
