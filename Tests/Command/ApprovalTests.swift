import Foundation
import Testing

/// Who may change what by a commit, from outside: authors, approvals and what laundering does not achieve.
@Suite struct ApprovalTests {
  /// ml has Grace as developer and Linus as admin; `grace` is her role, `policy` goes under the Policy.
  private static func manifests(
    grace: String = "developer", policy: String = "", group: String = "[]", more: String = ""
  )
    -> String
  {
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
    members:
      ada@acme.example: super-admin
      grace@acme.example: member
      linus@acme.example: member
    groups:
      admins: \(group)
    workspaces:
      ml: {members: {grace@acme.example: \(grace), linus@acme.example: admin, admins: admin}}
    \(more)
    """
  }

  private func company(policy: String = "") throws -> Company {
    let company = try Company(Self.manifests(policy: policy))
    #expect(try role(of: "grace", company) == "developer")
    return company
  }

  private func role(of name: String, _ company: Company) throws -> String? {
    let who = try company.tenure("who acme/ml --format json")
    let json = try JSONSerialization.jsonObject(with: Data(who.out.utf8)) as? [String: Any]
    let people = json?["people"] as? [[String: Any]] ?? []
    return people.first {
      $0["subject"] as? String == name + "@acme.example" && $0["via"] as? String != "organization-role"
    }?[
      "role"] as? String
  }

  @Test(arguments: [
    ("by a line of their own", manifests(grace: "admin")),
    (
      "by a group",
      manifests(group: "[grace@acme.example]").replacing("grace@acme.example: developer, ", with: "")
    ),
    ("by the policy", manifests(grace: "admin", policy: "protection: {no-self-change: off}")),
  ])
  func `who raises their own role is refused`(way: String, manifests: String) throws {
    let company = try company()
    try company.commit(manifests, by: "Grace@acme.example")
    #expect(try company.tenure("apply --yes", exits: 3).contains("no-self-change"), "\(way)")
    #expect(try role(of: "grace", company) == "developer")
  }

  @Test func `somebody else's commit, or one's own demotion, passes`() throws {
    let company = try company()
    try company.commit(Self.manifests(grace: "admin"), by: "ada@acme.example")
    try company.apply()
    try company.commit(Self.manifests(grace: "viewer"), by: "grace@acme.example")
    try company.apply()
    #expect(try role(of: "grace", company) == "viewer")
  }

  @Test(arguments: [
    ("Approved-by: Ada <ada@acme.example>", 0), ("Reviewed-by: LINUS@acme.example", 0),
    ("Approved-by: grace@acme.example", 3), ("Approved-by: eve@elsewhere.example", 3),
    ("Thanks-to: ada@acme.example", 3),
  ])
  func `another allowed person's trailer approves, nobody else's`(trailer: String, status: Int32) throws {
    let company = try company()
    try company.commit(Self.manifests(grace: "admin"), by: "grace@acme.example", message: "More rights\n\n\(trailer)")
    try company.tenure("apply --yes", exits: status)
  }

  @Test func `--approved-by approves, by an allowed person`() throws {
    let company = try company()
    try company.commit(Self.manifests(grace: "admin"), by: "grace@acme.example")
    try company.tenure("plan --approved-by grace@acme.example", exits: 3)
    try company.tenure("plan --approved-by eve@elsewhere.example", exits: 3)
    try company.tenure("plan --override no-self-change --reason because", exits: 3)
    try company.tenure("apply --yes --approved-by linus@acme.example", exits: 0)
    #expect(try role(of: "grace", company) == "admin")
  }

  @Test(arguments: [("ada@acme.example", 0), ("grace@acme.example", 3)])
  func `whoever merges approves, but not their own`(merging: String, status: Int32) throws {
    let company = try company()
    try company.git("checkout", "-q", "-b", "rise")
    try company.commit(Self.manifests(grace: "admin"), by: "grace@acme.example")
    try company.git("checkout", "-q", "main")
    try company.git("-c", "user.email=\(merging)", "merge", "-q", "--no-ff", "-m", "Merge rise", "rise")
    try company.tenure("apply --yes", exits: status)
  }

  @Test func `a later fix by somebody else launders nothing`() throws {
    let company = try company()
    try company.commit(Self.manifests(grace: "admin"), by: "grace@acme.example")
    try company.commit(Self.manifests(grace: "operator"), by: "linus@acme.example")
    try company.commit(Self.manifests(grace: "admin"), by: "linus@acme.example")
    #expect(try company.tenure("plan", exits: 3).contains("no-self-change"))
    try company.commit(
      Self.manifests(grace: "admin", more: "  other: {}"), by: "linus@acme.example",
      message: "Another workspace\n\nApproved-by: ada@acme.example")
    #expect(try company.tenure("apply --yes", exits: 3).contains("no-self-change"))
    #expect(try role(of: "grace", company) == "developer")
    try company.tenure("apply --yes --approved-by ada@acme.example", exits: 0)
  }

  @Test func `what was withheld stays with whom it came from`() throws {
    let company = try company()
    try company.commit(Self.manifests(grace: "admin"), by: "grace@acme.example")
    try company.tenure("apply --yes", exits: 3)
    try company.commit(Self.manifests(grace: "admin", more: "  other: {}"), by: "linus@acme.example")
    #expect(try company.tenure("apply --yes", exits: 3).contains("no-self-change"))
    #expect(try role(of: "grace", company) == "developer")
  }

  @Test func `attested: only those whom the pipeline names are believed`() throws {
    let company = try company(policy: "identity: attested")
    let risen = Self.manifests(grace: "admin", policy: "identity: attested")
    try company.commit(risen, by: "linus@acme.example", message: "Me\n\nApproved-by: ada@acme.example")
    #expect(try company.tenure("plan --actor grace@acme.example", exits: 3).contains("no-self-change"))
    try company.tenure("plan --actor grace@acme.example --approved-by grace@acme.example", exits: 3)
    try company.tenure("apply --yes --actor grace@acme.example --approved-by ada@acme.example", exits: 0)
  }

  @Test func `moving an email onto oneself takes somebody else`() throws {
    let company = try company()
    let taken =
      Self.manifests().replacingOccurrences(of: "ada@acme.example", with: "eve@acme.example") + """

        ---
        apiVersion: tenure/v1
        kind: Account
        email: eve@acme.example
        formerly: [ada@acme.example]
        """
    try company.commit(taken, by: "eve@acme.example")
    #expect(try company.tenure("apply --yes --allow-move", exits: 3).contains("no-self-change"))
    #expect(try company.tenure("account show ada@acme.example", exits: 0).contains("ada@acme.example"))
  }

  @Test func `actor-allowed asks for the permission, of whoever made the newest change alone`() throws {
    let on = "protection: {actor-allowed: on}"
    let company = try company(policy: on)
    try company.commit(Self.manifests(grace: "viewer", policy: on), by: "eve@elsewhere.example")
    #expect(try company.tenure("apply --yes", exits: 3).contains("actor-allowed"))
    try company.tenure("plan --override actor-allowed --reason tried", exits: 0)
    try company.tenure("plan --approved-by linus@acme.example", exits: 0)
    // Declared anew by somebody who may do it, it is theirs.
    try company.commit(Self.manifests(grace: "operator", policy: on), by: "linus@acme.example")
    try company.tenure("apply --yes", exits: 0)
    #expect(try role(of: "grace", company) == "operator")
  }

  @Test func `the first apply of all is the operator's, and asks nobody`() throws {
    let company = try Company(Self.manifests(), apply: false)
    try company.commit(Self.manifests(grace: "admin"), by: "grace@acme.example")
    try company.apply()
    #expect(try role(of: "grace", company) == "admin")
  }

  @Test func `what a merge does by itself is its author's`() throws {
    let company = try company()
    try company.git("checkout", "-q", "-b", "innocent")
    try company.commit(Self.manifests(more: "  other: {}"), by: "linus@acme.example")
    try company.git("checkout", "-q", "main")
    try company.git("merge", "-q", "--no-ff", "--no-commit", "innocent")
    try company.amendMerge(Self.manifests(grace: "admin", more: "  other: {}"), by: "grace@acme.example")
    let plan = try company.tenure("plan", exits: 3)
    #expect(plan.contains("no-self-change: grace@acme.example would raise their own access to acme/ml"))
  }

  @Test func `a merge that takes an older side back answers for it`() throws {
    let company = try Company(Self.manifests(grace: "admin"))
    try company.git("checkout", "-q", "-b", "old")
    try company.commit(Self.manifests(grace: "admin"), by: "linus@acme.example", message: "nothing")
    try company.git("checkout", "-q", "main")
    try company.commit(Self.manifests(grace: "viewer"), by: "ada@acme.example")
    try company.apply()
    try company.git("checkout", "-q", "old")
    try company.git("-c", "user.email=grace@acme.example", "merge", "-q", "-s", "ours", "-m", "Merge main", "main")
    let plan = try company.tenure("plan", exits: 3)
    #expect(plan.contains("no-self-change: grace@acme.example would raise their own access to acme/ml"))
  }

  @Test func `an ordinary merge answers for nothing that its branches explain`() throws {
    let company = try company()
    try company.git("checkout", "-q", "-b", "rise")
    try company.commit(Self.manifests(grace: "admin"), by: "linus@acme.example")
    try company.git("checkout", "-q", "main")
    try company.write("policy: not a manifest", to: "notes.txt")
    try company.git("add", "notes.txt")
    try company.git("commit", "-q", "-m", "notes")
    // Grace only merges what Linus, who may, has given her.
    try company.git("-c", "user.email=grace@acme.example", "merge", "-q", "--no-ff", "-m", "Merge rise", "rise")
    try company.apply()
    #expect(try role(of: "grace", company) == "admin")
  }

  @Test(arguments: [
    (
      "roles: {workspace: {developer: {permissions: [members.change-role, members.invite]}}}",
      "would give `developer`, which they hold in acme/ml, `members."
    ), ("operators: [grace@acme.example]", "would become an operator"),
  ])
  func `a policy that gives its author more is refused, and the older one stays`(policy: String, why: String) throws {
    let company = try company()
    try company.commit(Self.manifests(policy: policy), by: "grace@acme.example")
    let refused = try company.tenure("apply --yes", exits: 3)
    #expect(refused.contains("no-self-change: grace@acme.example \(why)"))
    #expect(refused.contains("manifests/acme.yaml:5") || refused.contains("instead:"))
    try company.tenure("member set-role acme/ml linus@acme.example viewer --as grace@acme.example", exits: 3)
    // A later commit by somebody else launders nothing; a look by somebody who may does.
    try company.commit(Self.manifests(policy: policy, more: "  other: {}"), by: "linus@acme.example")
    #expect(try company.tenure("apply --yes", exits: 3).contains("no-self-change: grace@acme.example \(why)"))
    try company.tenure("apply --yes --approved-by ada@acme.example", exits: 0)
    #expect(try company.tenure("plan", exits: 0).contains("No changes."))
  }

  @Test func `somebody else's policy passes, and taking a refused one back leaves nothing behind`() throws {
    let company = try company()
    let policy = "roles: {workspace: {developer: {permissions: [members.invite]}}}"
    try company.commit(Self.manifests(policy: policy), by: "grace@acme.example")
    try company.tenure("apply --yes", exits: 3)
    try company.commit(Self.manifests(), by: "ada@acme.example")
    try company.tenure("apply --yes", exits: 0)
    try company.commit(Self.manifests(policy: policy), by: "ada@acme.example")
    try company.tenure("apply --yes", exits: 0)
  }

  @Test func `an organization that comes later is asked about from where it begins`() throws {
    let company = try company()
    for number in 1...70 {
      try company.commit(Self.manifests(more: "  other: {displayName: \(number)}"), by: "ada@acme.example")
    }
    try company.apply()
    let globex = """

      ---
      apiVersion: tenure/v1
      kind: Organization
      name: globex
      owner: ada@acme.example
      members: {grace@acme.example: super-admin}
      """
    try company.commit(Self.manifests(more: "  other: {displayName: 70}" + globex), by: "grace@acme.example")
    let plan = try company.tenure("plan", exits: 3)
    #expect(plan.contains("no-self-change: grace@acme.example would raise their own access to globex"))
  }

  @Test(arguments: [("", "identity: attested"), ("identity: attested", "identity: commit")])
  func `a commit that changes whom to believe is judged by both`(before: String, after: String) throws {
    let company = try company(policy: before)
    try company.commit(
      Self.manifests(grace: "admin", policy: after), by: "grace@acme.example",
      message: "Me\n\nApproved-by: ada@acme.example")
    #expect(try company.tenure("apply --yes --actor grace@acme.example", exits: 3).contains("no-self-change"))
    #expect(try role(of: "grace", company) == "developer")
    try company.tenure("apply --yes --actor grace@acme.example --approved-by ada@acme.example", exits: 0)
  }

  @Test func `what waits since the first apply is judged at once`() throws {
    func manifests(_ grace: String) -> String {
      Self.manifests(grace: grace).replacing("invitations: {admission: direct}\n", with: "")
    }
    let company = try Company(manifests("viewer"))
    try company.commit(manifests("admin"), by: "grace@acme.example")
    #expect(try company.tenure("apply --yes", exits: 3).contains("no-self-change"), "it is judged at once")
    try company.tenure("account sign-up grace@acme.example", exits: 0)
    try company.tenure("invitation accept acme --as grace@acme.example", exits: 0)
    #expect(try company.tenure("apply --yes", exits: 3).contains("no-self-change"))
    #expect(try role(of: "grace", company) == nil)
    try company.tenure("apply --yes --approved-by ada@acme.example", exits: 0)
    #expect(try role(of: "grace", company) == "admin")
  }

  @Test func `a mended name of a workspace launders nothing`() throws {
    let company = try company()
    let other = "  NAME: {members: {grace@acme.example: admin}}"
    try company.commit(Self.manifests(more: other.replacing("NAME", with: "evl")), by: "grace@acme.example")
    try company.commit(Self.manifests(more: other.replacing("NAME", with: "evil")), by: "linus@acme.example")
    #expect(
      try company.tenure("plan", exits: 3).contains("grace@acme.example would raise their own access to acme/evil"))
    let renamed = try self.company()
    func inBetween(_ name: String) -> String {
      Self.manifests(grace: "admin").replacing("  ml: {", with: "  \(name): {renamedFrom: ml, ")
    }
    try renamed.commit(inBetween("mll"), by: "grace@acme.example")
    try renamed.commit(inBetween("mlx"), by: "linus@acme.example")
    #expect(
      try renamed.tenure("plan", exits: 3).contains("grace@acme.example would raise their own access to acme/mlx"))
  }

  @Test func `a group that is filled first and named later is asked about as a whole`() throws {
    let company = try company()
    let inner = "\n---\napiVersion: tenure/v1\nkind: Group\nname: inner\nmembers: [grace@acme.example]\n"
    try company.commit(Self.manifests() + inner, by: "grace@acme.example")
    try company.commit(
      Self.manifests().replacing("grace@acme.example: developer", with: "inner: admin") + inner,
      by: "linus@acme.example")
    #expect(try company.tenure("plan", exits: 3).contains("grace@acme.example would raise their own access to acme/ml"))
    try company.tenure("apply --yes --approved-by ada@acme.example", exits: 0)
  }
}
