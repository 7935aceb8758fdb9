import Foundation
import Testing

/// What a plain member can do who gets commits onto `main`: nothing that gives them, or whom they name, more than somebody
/// with the right gave.
@Suite struct InsiderCaseTests {
  static let ada = "ada@acme.example"
  static let bob = "bob@acme.example"
  static let mallory = "mallory@acme.example"
  static let eve = "eve@evil.example"

  static let attested = "identity: attested"
  static let strict = "identity: attested\nprotection: {actor-allowed: on}"

  static func policy(_ lines: String, preset: String = "enterprise") -> String {
    "apiVersion: tenure/v1\nkind: Policy\nextends: \(preset)\n\(lines)\n"
  }

  /// - Parameters:
  ///   - more: more members, one a line.
  ///   - keys: more keys of the organization.
  static func acme(_ role: String = "member", more: String = "", keys: String = "") -> String {
    """
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    owner: ada@acme.example
    \(keys)
    members:
      ada@acme.example: super-admin
      bob@acme.example: super-admin
      mallory@acme.example: \(role)
    \(more.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n"))
    """
  }

  static func account(_ email: String, formerly former: String) -> String {
    "apiVersion: tenure/v1\nkind: Account\nemail: \(email)\nformerly: [\(former)]\n"
  }

  static func joined(_ documents: String...) -> String { documents.joined(separator: "\n---\n") }

  /// Everybody has joined acme, which ada applied first.
  static func company(_ policy: String) throws -> Company {
    let company = try Company(joined(Self.policy(policy), acme()), apply: false)
    let people = [ada, bob, mallory]
    for person in people { try company.tenure("account sign-up \(person)", exits: 0) }
    let names = policy.contains("attested") ? " --actor \(ada)" : ""
    try company.tenure("apply --yes\(names)", exits: 0)
    for person in people where person != ada { try company.tenure("invitation accept acme --as \(person)", exits: 0) }
    try company.tenure("apply --yes\(names)", exits: 0)
    return company
  }

  func role(of email: String, _ company: Company, in path: String = "acme") throws -> String? {
    let people = try company.json("who \(path)")["people"] as? [[String: Any]] ?? []
    return people.first { $0["subject"] as? String == email }?["role"] as? String
  }

  func kinds(_ company: Company) throws -> [String] {
    try company.auditEntries().compactMap { $0["action"] as? String }
  }

  // MARK: - Names

  @Test func `a former email that an Account claims means nobody before a move is applied`() throws {
    let company = try Self.company(Self.strict)
    let claim = Self.account(Self.ada, formerly: "contractor@x.example")
    try company.commit(Self.joined(Self.policy(Self.strict), Self.acme(), claim), by: Self.mallory)
    let text = try company.tenure("apply --yes --actor \(Self.mallory)", exits: 3)
    #expect(text.contains("contractor@x.example"), "\(text)")
    let raised = Self.acme(more: "\(Self.eve): super-admin")
    try company.commit(Self.joined(Self.policy(Self.strict), raised, claim), by: "contractor@x.example")
    try company.tenure("apply --yes --actor contractor@x.example", exits: 3)
    #expect(try role(of: Self.eve, company) == nil)
  }

  @Test(arguments: ["identity: commit", attested, strict])
  func `nor does a former email approve`(_ policy: String) throws {
    let company = try Self.company(policy)
    let claim = Self.account(Self.ada, formerly: Self.eve)
    try company.commit(
      Self.joined(Self.policy(policy), Self.acme("super-admin"), claim), by: Self.mallory,
      message: "change\n\nApproved-by: E <\(Self.eve)>")
    let names = policy.contains("attested") ? " --actor \(Self.mallory) --approved-by \(Self.eve)" : ""
    try company.tenure("apply --yes\(names)", exits: 3)
    #expect(try role(of: Self.mallory, company) == "member")
  }

  // MARK: - Waiting

  @Test(arguments: [attested, strict])
  func `what an apply refused is refused by the schedule and under another name`(_ policy: String) throws {
    let company = try Self.company(policy)
    try company.commit(Self.joined(Self.policy(policy), Self.acme("super-admin")), by: Self.mallory)
    try company.tenure("apply --yes --actor \(Self.mallory)", exits: 3)
    let run = Binary.path
    let cycles = try Binary(path: "/usr/bin/timeout").run(
      ["-s", "TERM", "3", run, "run", "--interval", "1s", "--mode", "apply"], in: company.folder)
    #expect(cycles.out.contains("\"blocked\"") || cycles.err.contains("\"blocked\""), "\(cycles.out)\(cycles.err)")
    #expect(try role(of: Self.mallory, company) == "member")
    try company.tenure("apply --yes --actor \(Self.bob)", exits: 3)
    #expect(try role(of: Self.mallory, company) == "member")
  }

  @Test(arguments: [attested, strict])
  func `a pipeline that never ran lends its change to nobody`(_ policy: String) throws {
    let company = try Self.company(policy)
    try company.commit(Self.joined(Self.policy(policy), Self.acme("super-admin")), by: Self.mallory)
    // Its pipeline failed; the next one is bob's.
    let named = Self.acme("super-admin", keys: "displayName: Acme")
    try company.commit(Self.joined(Self.policy(policy), named), by: Self.bob)
    let text = try company.tenure("apply --yes --actor \(Self.bob)").out
    #expect(text.contains("attest"), "\(text)")
    #expect(try role(of: Self.mallory, company) == "member")
    try company.tenure("attest HEAD~2..HEAD~1:\(Self.mallory)", exits: 0)
    try company.tenure("apply --yes --actor \(Self.bob)", exits: 3)
    #expect(try role(of: Self.mallory, company) == "member")
    try company.tenure("attest HEAD~2..HEAD~1:\(Self.mallory) --approved-by \(Self.ada)", exits: 0)
    try company.tenure("apply --yes --actor \(Self.bob)", exits: 0)
    #expect(try role(of: Self.mallory, company) == "super-admin")
  }

  @Test func `a shallow clone does not forget who raised`() throws {
    let company = try Self.company("")
    try company.commit(Self.joined(Self.policy(""), Self.acme("super-admin")), by: Self.mallory)
    try company.tenure("apply --yes", exits: 3)
    for name in ["One", "Two"] {
      let named = Self.acme("super-admin", keys: "displayName: \(name)")
      try company.commit(Self.joined(Self.policy(""), named), by: Self.bob)
      try company.tenure("apply --yes", exits: 3)
    }
    let clone = company.folder + "/clone"
    try company.git("clone", "-q", "--depth", "2", "file://\(company.folder)", clone)
    let result = try Binary().run(["apply", "--yes"], in: clone, env: ["TENURE_STATE": company.store])
    #expect(result.status == 3 || result.err.contains("shallow"), "\(result.out)\(result.err)")
    #expect(try role(of: Self.mallory, company) == "member")
  }

  @Test func `whoever pulls main into their branch approves nothing that was refused there`() throws {
    let company = try Self.company("")
    try company.git("branch", "work")
    try company.commit(Self.joined(Self.policy(""), Self.acme("super-admin")), by: Self.mallory)
    try company.tenure("apply --yes", exits: 3)
    try company.git("checkout", "-q", "work")
    try company.git("commit", "-q", "--allow-empty", "-m", "notes")
    try company.git("merge", "-q", "--no-edit", "main")
    try company.git("checkout", "-q", "main")
    try company.git("merge", "-q", "--ff-only", "work")
    try company.tenure("apply --yes", exits: 3)
    #expect(try role(of: Self.mallory, company) == "member")
  }

  @Test(arguments: ["identity: attested", "identity: commit"])
  func `an organization that comes later takes an operator, whoever is to own it`(_ identity: String) throws {
    let policy = "\(identity)\nprotection: {actor-allowed: on}"
    let company = try Self.company(policy)
    let beta = """
      apiVersion: tenure/v1
      kind: Organization
      name: beta
      owner: mallory@acme.example
      members: {mallory@acme.example: super-admin}
      """
    try company.commit(Self.joined(Self.policy(policy), Self.acme(), beta), by: Self.mallory)
    let names = identity.hasSuffix("attested") ? " --actor \(Self.mallory)" : ""
    #expect(try company.tenure("apply --yes\(names)", exits: 3).contains("actor-allowed"))
    try company.tenure("who beta", exits: 1)
  }

  @Test func `a clone of one commit is enough to say who made that`() throws {
    let company = try Self.company(Self.strict)
    let named = Self.acme(keys: "displayName: Acme")
    try company.commit(Self.joined(Self.policy(Self.strict), named), by: Self.ada)
    try company.tenure("apply --yes --actor \(Self.ada)", exits: 0)
    let clone = company.folder + "/clone"
    try company.git("clone", "-q", "--depth", "1", "file://\(company.folder)", clone)
    let result = try Binary().run(
      ["apply", "--yes", "--actor", Self.ada], in: clone, env: ["TENURE_STATE": company.store])
    #expect(result.status == 0, "\(result.out)\(result.err)")
  }

  // MARK: - Policies

  @Test func `an operator whom somebody without the right names is none, and the plan says so`() throws {
    let company = try Self.company(Self.strict)
    try company.commit(
      Self.joined(Self.policy("operators: [\(Self.eve)]\n\(Self.strict)"), Self.acme()), by: Self.mallory)
    let plan = try company.json("plan --actor \(Self.mallory)", exits: 3)["actions"] as? [[String: Any]] ?? []
    #expect(plan.map { $0["action"] as? String } == ["update-policy"], "\(plan)")
    try company.tenure("apply --yes --actor \(Self.mallory)", exits: 3)
    #expect(try !kinds(company).contains("update-policy"))
    try company.tenure("account suspend \(Self.ada) --reason x --as \(Self.eve)", exits: 3)
    // Declared by somebody who may, it is done, and told.
    try company.commit(Self.joined(Self.policy(Self.strict), Self.acme()), by: Self.ada)
    try company.tenure("apply --yes --actor \(Self.ada)", exits: 0)
    try company.commit(
      Self.joined(Self.policy("operators: [\(Self.eve)]\n\(Self.strict)"), Self.acme()), by: Self.ada)
    try company.tenure("apply --yes --actor \(Self.ada)", exits: 0)
    #expect(try kinds(company).contains("update-policy"))
    try company.tenure("account suspend \(Self.mallory) --reason x --as \(Self.eve)", exits: 0)
  }

  @Test(arguments: ["protection: {no-self-change: off}", "identity: commit"])
  func `nobody relaxes the rule that they need`(_ lines: String) throws {
    let company = try Self.company(Self.strict)
    let kept = lines.hasPrefix("identity") ? "protection: {actor-allowed: on}" : "identity: attested"
    let policy = Self.policy(
      lines.hasPrefix("identity")
        ? "\(lines)\n\(kept)" : "\(kept)\nprotection: {no-self-change: off, actor-allowed: on}")
    try company.commit(Self.joined(policy, Self.acme()), by: Self.mallory)
    try company.tenure("apply --yes --actor \(Self.mallory)", exits: 3)
    try company.commit(Self.joined(policy, Self.acme("super-admin")), by: Self.mallory)
    try company.tenure("apply --yes --actor \(Self.mallory)", exits: 3)
    #expect(try role(of: Self.mallory, company) == "member")
  }

  @Test func `the rank of one's own role is nobody's to raise`() throws {
    let organization = """
      apiVersion: tenure/v1
      kind: Organization
      name: acme
      owner: ada@acme.example
      workspaces:
        ml: {owner: ada@acme.example, members: {mallory@acme.example: member}}
      """
    func manifests(_ more: String) -> String {
      Self.joined(Self.policy("\(Self.attested)\n\(more)", preset: "self-serve"), organization)
    }
    let company = try Company(manifests(""), apply: false)
    for person in [Self.ada, Self.mallory] { try company.tenure("account sign-up \(person)", exits: 0) }
    for _ in 0..<3 {
      _ = try company.tenure("apply --yes --actor \(Self.ada)")
      for person in [Self.ada, Self.mallory] {
        for path in ["acme", "acme/ml"] { _ = try company.tenure("invitation accept \(path) --as \(person)") }
      }
    }
    #expect(try role(of: Self.mallory, company, in: "acme/ml") == "member")
    try company.tenure("member invite acme/ml e@e.example --role owner --as \(Self.mallory)", exits: 3)
    try company.commit(manifests("roles: {workspace: {member: {rank: 99}}}"), by: Self.mallory)
    try company.tenure("apply --yes --actor \(Self.mallory)", exits: 3)
    try company.tenure("member invite acme/ml e@e.example --role owner --as \(Self.mallory)", exits: 3)
  }

  // MARK: - Declarations

  @Test func `an own entry with an end that will uncover a group's role is judged at once`() throws {
    let company = try Self.company(Self.attested)
    let ending = Self.acme(
      "{role: member, expires: 2035-01-01}", more: "g: super-admin", keys: "groups: {g: [\(Self.mallory)]}")
    try company.commit(Self.joined(Self.policy(Self.attested), ending), by: Self.mallory)
    try company.tenure("apply --yes --actor \(Self.mallory) --now 2034-12-01T00:00:00Z", exits: 3)
    #expect(try role(of: Self.mallory, company) == "member")
    _ = try company.tenure("apply --yes --now 2035-02-01T00:00:00Z")
    #expect(try role(of: Self.mallory, company) != "super-admin")
  }

  @Test func `the owner's line is a declaration where members are not managed`() throws {
    let company = try Self.company("")
    func manifests(_ owner: String) -> String {
      Self.joined(Self.policy(""), "apiVersion: tenure/v1\nkind: Organization\nname: acme\nowner: \(owner)\n")
    }
    try company.commit(manifests(Self.ada), by: Self.ada)
    try company.tenure("apply --yes", exits: 0)
    try company.commit(manifests(Self.mallory), by: Self.mallory)
    #expect(try company.tenure("apply --yes", exits: 3).contains("no-self-change"))
    #expect(try role(of: Self.mallory, company) == "member")
    #expect(try !kinds(company).contains("transfer-ownership"))
  }

  @Test func `what somebody declared beside a mistake is theirs, whoever mends the mistake`() throws {
    let company = try Self.company("")
    func manifests(_ keys: String) -> String {
      Self.joined(Self.policy(""), Self.acme(more: "\(Self.eve): super-admin", keys: keys))
    }
    try company.commit(manifests("nonsense: 1"), by: Self.eve)
    try company.tenure("apply --yes", exits: 4)
    try company.commit(manifests(""), by: Self.ada)
    #expect(try company.tenure("apply --yes", exits: 3).contains("no-self-change"))
    #expect(try role(of: Self.eve, company) == nil)
  }

  @Test func `sixty-six commits later the one who declared it is still asked`() throws {
    let company = try Self.company("")
    let beta = """
      apiVersion: tenure/v1
      kind: Organization
      name: beta
      owner: ada@acme.example
      members: {mallory@acme.example: super-admin}
      """
    try company.commit(Self.joined(Self.policy(""), Self.acme(), beta), by: Self.mallory)
    try company.tenure("apply --yes", exits: 3)
    for _ in 0..<66 {
      try company.git("commit", "-q", "--allow-empty", "-m", "n", "--author", "B <\(Self.bob)>")
    }
    try company.tenure("apply --yes", exits: 3)
    #expect(try role(of: Self.mallory, company, in: "beta") == nil)
  }

  @Test func `a role by hand that its holder declares is refused, and does not come back as drift`() throws {
    let company = try Self.company(Self.strict)
    try company.tenure("member set-role acme \(Self.mallory) billing-admin", exits: 0)
    try company.commit(Self.joined(Self.policy(Self.strict), Self.acme("billing-admin")), by: Self.mallory)
    let text = try company.tenure("apply --yes --actor \(Self.mallory)", exits: 3)
    #expect(text.contains("no-self-change"), "\(text)")
    try company.tenure("member set-role acme \(Self.mallory) member", exits: 0)
    for _ in 0..<2 {
      _ = try company.tenure("apply --yes")
      #expect(try role(of: Self.mallory, company) == "member")
    }
  }
}
