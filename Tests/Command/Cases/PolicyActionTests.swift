import Foundation
import Testing

/// Changes of policy through the binary: in the plan, the audit log and every report, and refused to who may not.
@Suite struct PolicyActionTests {
  private static func acme(_ policy: String, mallory: String = "member") -> String {
    """
    apiVersion: tenure/v1
    kind: Policy
    extends: enterprise
    invitations: {admission: direct}
    \(policy)
    ---
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    owner: ada@acme.example
    members: {ada@acme.example: super-admin, bob@acme.example: super-admin, mallory@acme.example: \(mallory)}
    """
  }

  private static let strict = "identity: attested\nprotection: {actor-allowed: on}"

  private static func company(_ policy: String = strict) throws -> Company {
    let company = try Company(acme(policy))
    try company.tenure("account sign-up eve@acme.example", exits: 0)
    return company
  }

  private static func entries(_ company: Company) throws -> [String] {
    try company.tenure("audit", exits: 0).split(separator: "\n").filter { $0.contains("update-policy") }.map(
      String.init)
  }

  @Test func `nobody without a right names operators or takes rules off`() throws {
    let company = try Self.company()
    try company.commit(Self.acme("identity: attested\noperators: [eve@acme.example]"), by: "mallory@acme.example")
    let plan = try company.tenure("plan --actor mallory@acme.example", exits: 3)
    #expect(plan.contains("→ eve@acme.example"), "\(plan)")
    #expect(plan.contains("protection.actor-allowed: on → off"), "\(plan)")
    #expect(plan.contains("Plan: 0 to add, 0 to change, 0 to remove; 1 blocked"), "\(plan)")
    try company.tenure("apply --yes --actor mallory@acme.example", exits: 3)
    try company.tenure("account suspend ada@acme.example --reason x --as eve@acme.example", exits: 3)
    // Nor does the schedule, or anybody's next apply, do it.
    try company.tenure("apply --yes", exits: 3)
    try company.tenure("account suspend ada@acme.example --reason x --as eve@acme.example", exits: 3)
    #expect(try Self.entries(company).isEmpty)
  }

  @Test func `a rule is not taken off by whom it binds`() throws {
    let company = try Self.company()
    try company.commit(
      Self.acme("identity: attested\nprotection: {no-self-change: off}"), by: "mallory@acme.example")
    try company.tenure("apply --yes --actor mallory@acme.example", exits: 3)
    try company.commit(
      Self.acme("identity: attested\nprotection: {no-self-change: off}", mallory: "super-admin"),
      by: "mallory@acme.example")
    try company.tenure("apply --yes --actor mallory@acme.example", exits: 3)
    #expect(try company.tenure("who acme", exits: 0).contains("mallory@acme.example  member"))
  }

  @Test func `whoever may changes it, with one entry in the audit log`() throws {
    let company = try Self.company()
    try company.commit(Self.acme(Self.strict + "\noperators: [eve@acme.example]"), by: "ada@acme.example")
    let plan = try company.tenure("plan --detailed-exitcode --actor ada@acme.example", exits: 2)
    #expect(plan.contains("Plan: 0 to add, 1 to change, 0 to remove; 0 blocked"), "\(plan)")
    let json = try company.tenure("plan --format json --actor ada@acme.example", exits: 0)
    #expect(json.contains("\"action\": \"update-policy\"") && json.contains("\"organization\": null"), "\(json)")
    let applied = try company.tenure("apply --yes --actor ada@acme.example", exits: 0)
    #expect(applied.contains("Applied 1 of 1 action."), "\(applied)")
    let entries = try Self.entries(company)
    #expect(entries.count == 1 && entries[0].contains("ada@acme.example"), "\(entries)")
    try company.tenure("account suspend mallory@acme.example --reason x --as eve@acme.example", exits: 0)
    try company.tenure("audit verify", exits: 0)
    #expect(try company.tenure("plan", exits: 0).contains("No changes."))
  }

  @Test func `a change that nobody was attested for waits`() throws {
    let company = try Self.company()
    try company.commit(Self.acme(Self.strict + "\noperators: [eve@acme.example]"), by: "ada@acme.example")
    let plan = try company.tenure("plan --format json", exits: 0)
    #expect(plan.contains("\"for\": \"attestation\""), "\(plan)")
    try company.tenure("apply --yes", exits: 0)
    try company.tenure("account suspend mallory@acme.example --reason x --as eve@acme.example", exits: 3)
    // An empty commit and an apply of it forget nothing.
    try company.git("commit", "-q", "--allow-empty", "-m", "nothing")
    try company.tenure("apply --yes --actor ada@acme.example", exits: 0)
    try company.tenure("account suspend mallory@acme.example --reason x --as eve@acme.example", exits: 3)
    try company.tenure("apply --yes --actor HEAD~2..HEAD~1:ada@acme.example", exits: 0)
    try company.tenure("account suspend mallory@acme.example --reason x --as eve@acme.example", exits: 0)
  }

  @Test func `an override of no-self-change lifts it for policies alone`() throws {
    let company = try Self.company("")
    try company.commit(Self.acme("protection: {no-self-change: off}"), by: "mallory@acme.example")
    try company.tenure("apply --yes", exits: 3)
    let arguments = ["apply", "--yes", "--override", "no-self-change", "--reason", "agreed"]
    let result = try Binary().run(arguments, in: company.folder)
    #expect(result.status == 0, "\(result.out)\(result.err)")
    #expect(try Self.entries(company).count == 1)
    try company.commit(Self.acme("", mallory: "super-admin"), by: "mallory@acme.example")
    #expect(try Binary().run(arguments, in: company.folder).status == 3)
  }

  @Test func `the rank of one's own role`() throws {
    func manifests(_ more: String) -> String {
      """
      apiVersion: tenure/v1
      kind: Policy
      extends: self-serve
      identity: attested
      invitations: {admission: direct}
      \(more)
      ---
      apiVersion: tenure/v1
      kind: Organization
      name: acme
      owner: ada@acme.example
      workspaces: {ml: {owner: ada@acme.example, members: {ada@acme.example: owner, mallory@acme.example: member}}}
      """
    }
    let company = try Company(manifests(""))
    let invite = "member invite acme/ml e@e.example --role owner --as mallory@acme.example"
    try company.tenure(invite, exits: 3)
    try company.commit(manifests("roles: {workspace: {member: {rank: 99}}}"), by: "mallory@acme.example")
    // The owner's role is no longer the top one, which is an error besides.
    let plan = try company.tenure("apply --yes --actor mallory@acme.example", exits: 4)
    #expect(plan.contains("no-self-change") && plan.contains("--override actor-allowed --reason"), "\(plan)")
    try company.tenure(invite, exits: 3)
  }

  @Test(arguments: ["text", "markdown", "github"])
  func `no report leaves a value of a policy out`(_ format: String) throws {
    let company = try Company(Self.acme(""))
    let roles = (1...29).filter { $0 % 10 != 0 }.map { "a\($0): {rank: \($0), permissions: []}" }
    let viewer = "viewer: {permissions: [members.view, members.invite, members.change-role]}"
    try company.commit(
      Self.acme("roles: {organization: {\(roles.joined(separator: ", "))}, workspace: {\(viewer)}}"),
      by: "mallory@acme.example")
    for line in ["diff HEAD~1..HEAD --format \(format)", "plan --format \(format)"] {
      let report = try company.tenure(line).out
      #expect(report.contains("viewer"), "\(line)\n\(report)")
      #expect(report.contains("a29.rank"), "\(line)\n\(report)")
      #expect(!report.contains("more values") && !report.contains("left out"), "\(line)\n\(report)")
    }
  }

  @Test(arguments: [
    ("protection: {removal-threshold: 30%}", ["hr@acme.example"]),
    (
      "roles: {organization: {member: {permissions: [billing.view]}}}",
      ["hr@acme.example", "it@acme.example"]
    ),
  ])
  func `whoever changes a policy has a part in what its roles give`(_ policy: String, _ actors: [String]) throws {
    let company = try Company(Self.acme(""))
    try company.commit(Self.acme(policy), by: "it@acme.example")
    let hired = Self.acme(policy).replacing("mallory@", with: "eve@acme.example: member, mallory@")
    try company.commit(hired, by: "hr@acme.example")
    let plan = try JSONSerialization.jsonObject(with: Data(company.tenure("plan --format json").out.utf8))
    let actions = (plan as? [String: Any])?["actions"] as? [[String: Any]] ?? []
    #expect(actions.first { $0["action"] as? String == "add-member" }?["actors"] as? [String] == actors, "\(actions)")
  }

  @Test func `what one rule refused is refused by that one still`() throws {
    let asking = "protection: {actor-allowed: on}"
    let company = try Self.company(asking)
    try company.commit(
      Self.acme(asking + "\nidentity: commit\nsubscriptions: {free: {members: 9}}"), by: "mallory@acme.example")
    for _ in 0..<2 {
      let text = try company.tenure("apply --yes", exits: 3)
      #expect(text.contains("blocked by actor-allowed\n") && !text.contains("no-self-change"), "\(text)")
    }
  }

  /// In one range with the same change of the Policy for all, which the organization had excepted itself from.
  @Test(arguments: [nil, "[members.view, members.remove]"])
  func `whoever gives up what an organization set for itself answers for that`(_ own: String?) throws {
    func manifests(_ forAll: String, _ own: String?) -> String {
      func roles(_ permissions: String) -> String { "roles: {workspace: {viewer: {permissions: \(permissions)}}}" }
      let policy = own.map {
        "---\napiVersion: tenure/v1\nkind: Policy\norganization: acme\n\(roles($0))\n"
      }
      return Self.acme("operators: [bob@acme.example]\n" + roles(forAll))
        + "\nworkspaces: {ml: {members: {mallory@acme.example: viewer}}}\n" + (policy ?? "")
    }
    let (less, more) = ("[members.view]", "[members.view, members.remove]")
    let company = try Company(manifests(less, less))
    try company.commit(manifests(more, less), by: "bob@acme.example")
    try company.commit(manifests(more, own), by: "mallory@acme.example")
    for _ in 0..<2 {
      let text = try company.tenure("apply --yes", exits: 3)
      #expect(text.contains("update-policy  acme ") && text.contains("blocked by no-self-change"), "\(text)")
      #expect(try !company.tenure("may mallory@acme.example members.remove acme/ml").out.hasPrefix("yes"))
    }
    // Declared again as it counts as applied, it is what bob's change says of everybody else.
    try company.commit(manifests(more, less), by: "ada@acme.example")
    try company.tenure("apply --yes", exits: 0)
    try company.commit(manifests(more, own), by: "ada@acme.example")
    try company.tenure("apply --yes", exits: 0)
    #expect(try company.tenure("may mallory@acme.example members.remove acme/ml").out.hasPrefix("yes"))
  }
}
