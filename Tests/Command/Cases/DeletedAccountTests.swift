import Foundation
import Testing

/// What an account leaves behind, and what whoever has its email next gets of that.
@Suite struct DeletedAccountTests {
  private static func organization(
    _ keys: String, operators: String = "", members: String = "", preset: String = "self-serve"
  ) -> String {
    """
    apiVersion: tenure/v1
    kind: Policy
    extends: \(preset)
    invitations: {admission: direct}
    apiKeys: {ofRemoved: \(keys)}
    operators: [\(operators)]
    ---
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    owner: root@acme.example
    workspaces: {ml: {owner: root@acme.example, members: {\(members)}}}
    """
  }

  private func key(_ company: Company, _ name: String, by email: String) throws -> String {
    let made = try company.tenure("api-key create acme/ml \(name) --as \(email)")
    #expect(made.status == 0, "\(made.err)")
    return made.out
  }

  private func works(_ secret: String, in company: Company) throws -> Bool {
    try Binary().run(
      ["api-key", "check", "acme/ml"], in: company.folder, stdin: secret
    ).status == 0
  }

  private func isRevoked(_ name: String, in company: Company) throws -> Bool {
    try company.tenure("audit --format json", exits: 0).contains("\"revoke-api-key\"")
      && !company.tenure("api-key list acme/ml", exits: 0).contains(name)
  }

  @Test func `keys that follow their creators end with the account`() throws {
    let company = try Company(Self.organization("revoke", members: "bob@acme.example: owner"))
    let secret = try key(company, "kbob", by: "bob@acme.example")
    #expect(try works(secret, in: company))
    let said = try company.tenure("account delete bob@acme.example --yes", exits: 0)
    #expect(said.contains("revoke-api-key") && said.contains("kbob"), "\(said)")
    #expect(try !works(secret, in: company) && isRevoked("kbob", in: company))
  }

  @Test func `keys of somebody whose role is gone end with the account`() throws {
    let company = try Company(Self.organization("keep", members: "bob@acme.example: owner"))
    let secret = try key(company, "kbob", by: "bob@acme.example")
    try company.commit(Self.organization("keep"))
    try company.apply()
    try company.commit(Self.organization("revoke"))
    try company.apply()
    #expect(try !works(secret, in: company))
    #expect(try company.tenure("account delete bob@acme.example --yes", exits: 0).contains("kbob"))
    #expect(try !works(secret, in: company) && isRevoked("kbob", in: company))
  }

  @Test func `keys that stopped with a suspension end with the account, whatever the policy`() throws {
    let company = try Company(Self.organization("keep", members: "bob@acme.example: owner"))
    let secret = try key(company, "kbob", by: "bob@acme.example")
    try company.tenure("account suspend bob@acme.example --reason stolen", exits: 0)
    #expect(try !works(secret, in: company))
    #expect(try company.tenure("account delete bob@acme.example --yes", exits: 0).contains("kbob"))
    #expect(try !works(secret, in: company) && isRevoked("kbob", in: company))
  }

  @Test func `keys that work are the workspace's where the policy keeps them`() throws {
    let company = try Company(Self.organization("keep", members: "bob@acme.example: owner"))
    let secret = try key(company, "kbob", by: "bob@acme.example")
    try company.tenure("account delete bob@acme.example --yes", exits: 0)
    #expect(try works(secret, in: company))
  }

  @Test func `a key stops with an account that ends by plan`() throws {
    func organization(_ keys: String, ml: String, other: String) -> String {
      Self.organization(keys, members: ml, preset: "small-team").replacing(
        "}}}", with: "}}, other: {owner: root@acme.example, members: {\(other)}}}")
    }
    let company = try Company(organization("keep", ml: "bob@acme.example: owner", other: "bob@acme.example: member"))
    let secret = try key(company, "kbob", by: "bob@acme.example")
    try company.commit(organization("keep", ml: "", other: "bob@acme.example: member"))
    try company.apply()
    #expect(try works(secret, in: company))
    try company.commit(organization("revoke", ml: "", other: ""))
    #expect(try company.tenure("apply --yes", exits: 0).contains("delete-account"))
    #expect(try !works(secret, in: company) && isRevoked("kbob", in: company))
    try company.tenure("audit verify", exits: 0)
    #expect(try company.tenure("plan --full", exits: 0).contains("No changes."))
  }

  @Test func `an operator's place is no role for keys that follow their creators`() throws {
    func organization(_ operators: String) -> String {
      Self.organization("revoke", operators: operators, members: "op2@acme.example: owner")
    }
    let company = try Company(organization("op@acme.example, op2@acme.example"))
    try company.tenure("account sign-up op@acme.example", exits: 0)
    let made = try company.tenure("api-key create acme/ml kop --as op@acme.example")
    #expect(made.status == 0 && made.err.contains("does not work until they have one"), "\(made.err)")
    let other = try key(company, "kop2", by: "op2@acme.example")
    #expect(try !works(made.out, in: company) && works(other, in: company))
    try company.commit(organization(""), by: "op2@acme.example")
    try company.apply()
    #expect(try company.tenure("account delete op@acme.example --yes", exits: 0).contains("kop"))
    #expect(try !works(made.out, in: company) && isRevoked("kop ", in: company) && works(other, in: company))
  }

  @Test func `what somebody left is not held against whoever has the email next`() throws {
    let invited = Self.organization("keep", members: "bob@acme.example: member").replacing("direct", with: "invite")
    let company = try Company(invited)
    try company.tenure("account sign-up bob@acme.example", exits: 0)
    try company.tenure("invitation accept acme/ml --as bob@acme.example", exits: 0)
    try company.tenure("workspace leave acme/ml --as bob@acme.example", exits: 0)
    #expect(try company.tenure("plan", exits: 0).contains("Held:"))
    try company.tenure("account delete bob@acme.example --yes", exits: 0)
    try company.tenure("account sign-up bob@acme.example", exits: 0)
    let plan = try company.tenure("plan", exits: 0)
    #expect(plan.contains("invite") && !plan.contains("Held:"), "\(plan)")
  }

  @Test func `a move carries what somebody left`() throws {
    let invited = Self.organization("keep", members: "bob@acme.example: member").replacing("direct", with: "invite")
    let company = try Company(invited)
    try company.tenure("account sign-up bob@acme.example", exits: 0)
    try company.tenure("invitation accept acme/ml --as bob@acme.example", exits: 0)
    try company.tenure("workspace leave acme/ml --as bob@acme.example", exits: 0)
    try company.tenure("account move bob@acme.example bobby@acme.example", exits: 0)
    try company.commit(invited.replacing("bob@", with: "bobby@"))
    #expect(try company.tenure("plan", exits: 0).contains("Held:"))
  }

  @Test func `a mail leads to its workspace by the name that it has`() throws {
    let invited = Self.organization("keep", members: "bob@acme.example: member").replacing("direct", with: "invite")
    let company = try Company(invited)
    try company.commit(invited.replacing("{ml: {", with: "{m2: {renamedFrom: ml, "))
    try company.apply()
    let outbox = try company.tenure("outbox list", exits: 0)
    #expect(outbox.contains("acme/m2") && !outbox.contains("acme/ml"), "\(outbox)")
  }
}
