import Foundation
import Testing

/// Accounts go by the Policy for all, always.
@Suite struct AccountPolicyTests {
  private static let organization = """
    ---
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    owner: ada@acme.example

    """

  private static func policy(_ preset: String, of organization: String? = nil) -> String {
    "---\napiVersion: tenure/v1\nkind: Policy\nextends: \(preset)\noperators: [root@acme.example]\n"
      + (organization.map { "organization: \($0)\n" } ?? "")
  }

  private static func account(_ email: String, _ workspaces: String) -> String {
    "---\napiVersion: tenure/v1\nkind: Account\nemail: \(email)\nworkspaces: \(workspaces)\n"
  }

  /// Everybody who is in a workspace, with their role.
  private func people(_ path: String, of company: Company) throws -> [String: String] {
    let shown = try company.json("workspace show \(path)")
    let members = try #require(shown["members"] as? [[String: Any]])
    return Dictionary(
      uniqueKeysWithValues: members.compactMap { member in
        (member["subject"] as? String).map { ($0, member["role"] as? String ?? "") }
      })
  }

  @Test(arguments: [
    ("single-owner", "owner"), ("small-team", "owner"), ("self-serve", "owner"), ("enterprise", "admin"),
  ])
  func `whoever signs up before the first apply holds the top role after the next one`(preset: String, top: String)
    throws
  {
    let base = Self.policy(preset) + Self.organization
    let company = try Company(base, apply: false)
    let signUp = try company.tenure("account sign-up bob@acme.example")
    #expect(signUp.status == 0 && signUp.err.contains("enterprise is assumed") && signUp.err.contains("--policy"))
    try company.apply()
    try company.commit(base + Self.account("bob@acme.example", "{Personal: {}}"))
    let plan = try company.tenure("plan")
    #expect(plan.status == 0 && plan.out.contains("change-role") == (top != "admin"), "\(plan.out)\(plan.err)")
    try company.apply()
    #expect(try people("~bob@acme.example/Personal", of: company) == ["bob@acme.example": top])
    #expect(try company.tenure("plan", exits: 0).contains("No changes."))
    try company.tenure("api-key create ~bob@acme.example/Personal k --as bob@acme.example", exits: 0)
  }

  @Test func `before the first apply a policy may be given, and is checked`() throws {
    let company = try Company(Self.policy("self-serve") + Self.organization, apply: false)
    for source in ["manifests", "manifests/acme.yaml"] {
      let email = "\(source.count)@acme.example"
      let signUp = try company.tenure("account sign-up \(email) --policy \(source)")
      #expect(signUp.status == 0 && !signUp.err.contains("assumed"), "\(signUp.err)")
      let shown = try company.json("workspace show ~\(email)/Personal")
      #expect(shown["kind"] as? String == "standard")
      #expect(try people("~\(email)/Personal", of: company) == [email: "owner"])
    }
    try company.write("apiVersion: tenure/v1\nkind: Policy\nextends: none-such\n", to: "bad.yaml")
    let bad = try company.tenure("account sign-up x@acme.example --policy bad.yaml", exits: 1)
    #expect(bad.contains("none-such") && bad.contains("the policy of 'bad.yaml'") && !bad.contains("1 error in"))
    try company.write("apiVersion: tenure/v1\nkind: Policy\norganization: acme\nextends: self-serve\n", to: "own.yaml")
    let own = try company.tenure("account sign-up x@acme.example --policy own.yaml", exits: 1)
    #expect(own.contains("no Policy for all in 'own.yaml'") && !own.contains("unknown-organization"), "\(own)")
    try company.write("apiVersion: tenure/v1\nkind: Group\nname: g\nmembers: []\n", to: "none.yaml")
    #expect(
      try company.tenure("account sign-up x@acme.example --policy none.yaml", exits: 1).contains("no Policy for all"))
    try company.tenure("account sign-up x@acme.example --policy missing.yaml", exits: 1)
    try company.apply()
    #expect(
      try company.tenure("account sign-up x@acme.example --policy manifests", exits: 1).contains("leave --policy out"))
    try company.tenure("account sign-up x@acme.example", exits: 0)
  }

  @Test func `the policy of a sign-up is kept until the first apply`() throws {
    let company = try Company(Self.policy("single-owner") + Self.organization, apply: false)
    try company.write(Self.policy("self-serve"), to: "self.yaml")
    try company.write(Self.policy("enterprise"), to: "other.yaml")
    #expect(
      try company.tenure("account sign-up x@acme.example --policy self.yaml --as b@acme.example", exits: 3)
        .contains("actor-allowed"))
    #expect(
      try company.tenure("account sign-up c@acme.example", exits: 0).contains("enterprise is assumed"),
      "what was refused is not kept")
    try company.tenure("account sign-up a@acme.example --policy self.yaml --as a@acme.example", exits: 0)
    #expect(try company.tenure("who ~a@acme.example/Personal", exits: 0).contains("owner"))
    try company.tenure("may a@acme.example resources.read ~a@acme.example/Personal", exits: 0)
    try company.tenure("api-key create ~a@acme.example/Personal k --as a@acme.example", exits: 0)
    let later = try company.tenure("account sign-up b@acme.example")
    #expect(later.status == 0 && !later.err.contains("assumed"), "\(later.err)")
    #expect(try people("~b@acme.example/Personal", of: company) == ["b@acme.example": "owner"])
    #expect(
      try company.tenure("account sign-up d@acme.example --policy other.yaml", exits: 1).contains("another --policy"))
    try company.tenure("account sign-up d@acme.example --policy self.yaml", exits: 0)
    #expect(try company.tenure("export", exits: 0).contains("extends: self-serve"))
    try company.apply()
    #expect(try company.tenure("policy show", exits: 0).contains("single-owner"))
    #expect(
      try company.tenure("account sign-up e@acme.example --policy self.yaml", exits: 1).contains("leave --policy out"))
  }

  @Test func `a switch of the preset reaches the users of personal workspaces`() throws {
    let rest = Self.organization + Self.account("ada@acme.example", "{Personal: {displayName: Mine}}")
    let company = try Company(Self.policy("single-owner") + rest)
    try company.tenure("account sign-up bob@acme.example", exits: 0)
    try company.commit(Self.policy("enterprise") + rest, by: "root@acme.example")
    let plan = try company.json("plan")
    let actions = try #require(plan["actions"] as? [[String: Any]])
    let own = actions.filter { $0["organization"] as? String == "~ada@acme.example" }
    #expect(own.map { $0["action"] as? String } == ["change-role"], "\(own)")
    #expect((own.first?["blockedBy"] as? [String])?.isEmpty == true)
    try company.apply()
    #expect(try people("~ada@acme.example/Personal", of: company) == ["ada@acme.example": "admin"])
    #expect(try company.tenure("plan", exits: 0).contains("No changes."))
    for who in ["ada", "bob"] {
      try company.tenure("api-key create ~\(who)@acme.example/Personal k --as \(who)@acme.example", exits: 0)
    }
    try company.tenure("member set-role ~bob@acme.example/Personal bob@acme.example admin", exits: 0)
    try company.tenure("member set-role ~bob@acme.example/Personal bob@acme.example viewer", exits: 3)
  }

  @Test func `an organization's own policy does not speak for accounts`() throws {
    let beta = Self.organization.replacing("name: acme", with: "name: beta")
    let base = Self.policy("self-serve") + Self.policy("single-owner", of: "beta") + Self.organization + beta
    let company = try Company(base)
    let signUp = try company.tenure("account sign-up bob@acme.example")
    #expect(signUp.status == 0 && !signUp.err.contains("assumed"))
    try company.tenure("workspace create ~bob@acme.example/Second --as bob@acme.example", exits: 0)
    try company.tenure("workspace delete ~bob@acme.example/Personal --yes --as bob@acme.example", exits: 0)
    try company.commit(base + Self.account("bob@acme.example", "{Second: {}}"))
    try company.apply()
    #expect(try people("~bob@acme.example/Second", of: company) == ["bob@acme.example": "owner"])
  }

  @Test func `a company of accounts only has its policy after an apply`() throws {
    let company = try Company(Self.policy("self-serve"))
    try company.tenure("account sign-up bob@acme.example", exits: 0)
    #expect(try company.json("workspace show ~bob@acme.example/Personal")["kind"] as? String == "standard")
    try company.commit(Self.policy("single-owner"))
    try company.apply()
    try company.tenure("account sign-up eve@acme.example", exits: 0)
    #expect(try company.json("workspace show ~eve@acme.example/Personal")["kind"] as? String == "personal")
  }

  @Test func `where an organization's plan withholds the policy, the older one stays for accounts`() throws {
    let members = "members: {ada@acme.example: owner, eve@acme.example: member}\n"
    let company = try Company(Self.policy("self-serve") + Self.organization + members)
    try company.tenure("account sign-up eve@acme.example", exits: 0)
    try company.tenure("invitation accept acme --as eve@acme.example", exits: 0)
    let raising = "roles: {organization: {member: {permissions: [members.view, billing.buy]}}}\n"
    let switched = Self.policy("self-serve") + "signUp: {workspaceKind: personal}\n" + raising
    try company.commit(switched + Self.organization + members, by: "eve@acme.example")
    try company.tenure("apply --yes", exits: 3)
    try company.tenure("account sign-up bob@acme.example", exits: 0)
    #expect(try company.json("workspace show ~bob@acme.example/Personal")["kind"] as? String == "standard")
    try company.tenure("apply --yes --approved-by ada@acme.example", exits: 0)
    try company.tenure("account sign-up max@acme.example", exits: 0)
    #expect(try company.json("workspace show ~max@acme.example/Personal")["kind"] as? String == "personal")
  }

  @Test func `roles that the policy no longer knows are a warning`() throws {
    let open = Self.organization + "workspaces: {ml: {}}\n"
    let company = try Company(Self.policy("enterprise") + open)
    try company.tenure("member add acme bob@acme.example", exits: 0)
    try company.tenure("member add acme/ml bob@acme.example --role developer", exits: 0)
    #expect(!(try company.tenure("plan", exits: 0)).contains("unknown-role-stored"))
    try company.commit(Self.policy("self-serve") + open, by: "root@acme.example")
    let warnings = try #require(try company.json("plan")["warnings"] as? [[String: Any]])
    let unknown = warnings.filter { $0["code"] as? String == "unknown-role-stored" }
    #expect(unknown.contains { $0["path"] as? String == "acme/ml" }, "\(warnings)")
    #expect(unknown.allSatisfy { ($0["message"] as? String)?.contains("gives nothing") == true })
  }
}
