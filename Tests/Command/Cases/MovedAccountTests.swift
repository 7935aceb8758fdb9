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

  @Test func `the error points at the line that says the email: in a group, and of an Account`() throws {
    let group = { (email: String) in
      Self.organization("grace@acme.example").replacing(
        "members:\n  grace@acme.example: member",
        with: "members:\n  crew: member\ngroups:\n  crew:\n    - linus@acme.example\n    - \(email)\n"
          + "workspaces: {ml: {members: {crew: viewer}}}")
    }
    let company = try Company(group("ada@old.example"))
    try company.tenure("account move ada@old.example ada@new.example", exits: 0)
    let grouped = try company.tenure("plan", exits: 4)
    #expect(grouped.contains("manifests/acme.yaml:14:7: error: `ada@old.example`"), "\(grouped)")
    #expect(grouped.components(separatedBy: "[moved-account]").count == 2, "\(grouped)")
    try company.commit(
      Self.organization("grace@acme.example", "---\napiVersion: tenure/v1\nkind: Account\nemail: ada@old.example"))
    let account = try company.tenure("plan", exits: 4)
    #expect(account.contains("manifests/acme.yaml:20:8: error: `ada@old.example`"), "\(account)")
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

  @Test func `a stranger who signs up under the old email gets nothing by manifests of before the move`() throws {
    let company = try Company(Self.organization("ada@old.example"))
    try company.tenure("account move ada@old.example ada@new.example", exits: 0)
    try company.tenure("account sign-up ada@old.example", exits: 0)
    for line in ["plan", "plan --full", "apply --yes", "apply --yes --full"] {
      let result = try company.tenure(line)
      #expect(result.status == 4, "\(line)\n\(result.out)\(result.err)")
      #expect(
        result.err.contains("manifests/acme.yaml:10:3: error: `ada@old.example` is a former email")
          && result.err.contains("declared beside it in a later commit"), "\(line)\n\(result.err)")
    }
    let people = try company.tenure("who acme", exits: 0)
    #expect(people.contains("ada@new.example") && !people.contains("ada@old.example"), "\(people)")
  }

  @Test func `once the present email was applied the old one beside it is whoever has it`() throws {
    let company = try Company(Self.organization("ada@old.example"))
    try company.tenure("account move ada@old.example ada@new.example", exits: 0)
    try company.tenure("account sign-up ada@old.example", exits: 0)
    let both = Self.organization("ada@new.example: super-admin\n  ada@old.example")
    try company.commit(both)
    #expect(try company.tenure("plan", exits: 4).contains("moved-account"), "nothing was applied since the move")
    try company.commit(Self.organization("ada@new.example"))
    try company.apply()
    try company.commit(both)
    try company.apply()
    let people = try company.tenure("who acme", exits: 0)
    #expect(people.contains("ada@new.example") && people.contains("ada@old.example"), "\(people)")
    try company.commit(Self.organization("ada@old.example"))
    #expect(try company.tenure("plan", exits: 0).contains("remove-member"))
    try company.apply()
    #expect(try company.tenure("plan --full", exits: 0).contains("No changes."))
  }

  @Test func `whoever the place never knew is somebody new there`() throws {
    let company = try Company(Self.organization("bob@acme.example"))
    try company.tenure("account sign-up ada@old.example", exits: 0)
    try company.tenure("account move ada@old.example ada@new.example", exits: 0)
    try company.commit(Self.organization("ada@old.example"))
    #expect(try company.tenure("plan", exits: 4).contains("moved-account"))
    try company.tenure("account sign-up ada@old.example", exits: 0)
    try company.apply()
    let people = try company.tenure("who acme", exits: 0)
    #expect(people.contains("ada@old.example") && !people.contains("ada@new.example"), "\(people)")
  }

  @Test func `an owner and a workspace that is renamed are the moved account's as well`() throws {
    func organization(_ owner: String, _ workspace: String, _ member: String) -> String {
      """
      apiVersion: tenure/v1
      kind: Policy
      extends: self-serve
      invitations: {admission: direct}
      ---
      apiVersion: tenure/v1
      kind: Organization
      name: acme
      owner: \(owner)
      workspaces: {\(workspace) owner: root@acme.example, members: {\(member): member}}}
      """
    }
    let company = try Company(organization("ada@old.example", "ml: {", "bob@acme.example"))
    try company.tenure("account move ada@old.example ada@new.example", exits: 0)
    try company.tenure("account move bob@acme.example bobby@acme.example", exits: 0)
    for email in ["ada@old.example", "bob@acme.example"] { try company.tenure("account sign-up \(email)", exits: 0) }
    try company.commit(organization("ada@old.example", "lab: {renamedFrom: ml,", "bob@acme.example"))
    let plan = try company.tenure("plan", exits: 4)
    #expect(plan.contains("acme.yaml:9:8: error: `ada@old.example`") && plan.contains("error: `bob@acme.example`"))
    try company.commit(organization("ada@new.example", "lab: {renamedFrom: ml,", "bobby@acme.example"))
    try company.apply()
    #expect(try company.tenure("who acme/lab", exits: 0).contains("bobby@acme.example"))
  }

  @Test func `an Account document of before the move says nothing of a stranger`() throws {
    let account = "---\napiVersion: tenure/v1\nkind: Account\nemail: EMAIL\ndisplayName: Ada\n"
    let company = try Company(
      Self.organization("bob@acme.example", account.replacing("EMAIL", with: "ada@old.example")))
    try company.tenure("account move ada@old.example ada@new.example", exits: 0)
    try company.tenure("account sign-up ada@old.example --name Stranger", exits: 0)
    for line in ["plan", "plan --full", "apply --yes"] {
      #expect(try company.tenure(line, exits: 4).contains("moved-account"), "\(line)")
    }
    #expect(try company.tenure("account show ada@old.example", exits: 0).contains("Stranger"))
    let present = account.replacing("EMAIL", with: "ada@new.example")
    try company.commit(Self.organization("bob@acme.example", present))
    try company.apply()
    try company.commit(
      Self.organization("bob@acme.example", present + account.replacing("EMAIL", with: "ada@old.example")))
    try company.apply()
    #expect(!(try company.tenure("account show ada@old.example", exits: 0)).contains("Stranger"))
  }

  private static func operators(_ emails: String, _ more: String = "") -> String {
    "apiVersion: tenure/v1\nkind: Policy\nextends: self-serve\noperators: [\(emails)]\n---\n"
      + "apiVersion: tenure/v1\nkind: Organization\nname: acme\nowner: root@acme.example\n" + more
  }

  @Test func `an operator stays one under another email, and a stranger with the old one is none`() throws {
    let company = try Company(Self.operators("op@acme.example, Ops@acme.example"))
    try company.tenure("account sign-up op@acme.example", exits: 0)
    try company.tenure("account move op@acme.example Op2@acme.example", exits: 0)
    func check() throws {
      try company.tenure("may op2@acme.example all acme", exits: 0)
      try company.tenure("may ops@acme.example all acme", exits: 0)
      try company.tenure("account list --as op2@acme.example", exits: 0)
      try company.tenure("may op@acme.example all acme", exits: 3)
      try company.tenure("account list --as op@acme.example", exits: 3)
      try company.tenure("account suspend root@acme.example --reason mine --as op@acme.example", exits: 3)
    }
    try check()
    for isStrangerThere in [false, true] {
      if isStrangerThere { try company.tenure("account sign-up op@acme.example", exits: 0) }
      for line in ["plan", "plan --full", "apply --yes"] {
        let said = try company.tenure(line, exits: 4)
        #expect(
          said.contains("acme.yaml:4:12: error: the operator `op@acme.example` is a former email")
            && said.contains("Op2@acme.example") && said.contains("[moved-account]"), "\(line)\n\(said)")
      }
      try check()
    }
    try company.commit(Self.operators("op2@acme.example, ops@acme.example"), by: "root@acme.example")
    try company.apply()
    try check()
    try company.commit(Self.operators("op2@acme.example, op@acme.example"), by: "root@acme.example")
    try company.apply()
    for email in ["op@acme.example", "op2@acme.example"] { try company.tenure("may \(email) all acme", exits: 0) }
    #expect(try company.tenure("plan --full", exits: 0).contains("No changes."))
  }

  @Test func `an operator is not named by an email that the manifests say is a former one`() throws {
    let account = "---\napiVersion: tenure/v1\nkind: Account\nemail: op2@acme.example\nformerly: [op@acme.example]\n"
    let company = try Company(Self.operators("op@acme.example"))
    try company.tenure("account sign-up op@acme.example", exits: 0)
    try company.commit(Self.operators("op@acme.example", account), by: "root@acme.example")
    let said = try company.tenure("apply --yes --allow-move", exits: 4)
    #expect(said.contains("acme.yaml:4:12") && said.contains("[former-email]"), "\(said)")
    try company.commit(Self.operators("op2@acme.example", account), by: "root@acme.example")
    try company.tenure("apply --yes --allow-move", exits: 0)
    try company.tenure("account sign-up op@acme.example", exits: 0)
    try company.tenure("may op@acme.example all acme", exits: 3)
    try company.tenure("may op2@acme.example all acme", exits: 0)
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

  @Test func `a move and a removal in one apply end the keys of whoever moved`() throws {
    let revoking = "apiKeys: {ofRemoved: revoke}"
    let company = try Company(Office.manifests(policy: revoking))
    let key = try company.key("acme/ml ci --as dev@acme.example")
    let moved = Office.manifests(policy: revoking)
      .replacing("\n      dev@acme.example: developer", with: "")
      .replacing("dev@acme.example", with: "dev@new.example")
    try company.commit(
      moved + "\n---\napiVersion: tenure/v1\nkind: Account\nemail: dev@new.example\nformerly: [dev@acme.example]")
    try company.tenure("apply --yes --allow-move", exits: 0)
    #expect(try company.tenure("api-key check acme/ml", stdin: key).status == 1)
    let audit = try #require(try company.json("audit --subject ci")["entries"] as? [[String: Any]])
    #expect(audit.map { $0["action"] as? String } == ["create-api-key", "revoke-api-key"])
    #expect(try company.tenure("plan --full", exits: 0).contains("No changes."))
  }
}
