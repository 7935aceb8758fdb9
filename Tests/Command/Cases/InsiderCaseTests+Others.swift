import Foundation
import Testing

/// What a plain member can do with what others commit, merge, mend, found, suspend and refuse.
extension InsiderCaseTests {
  private static let asking = "protection: {actor-allowed: on}"
  private static let operated = "operators: [ada@acme.example]\n\(asking)"

  private func commit(_ company: Company, _ documents: String..., by author: String) throws {
    try company.commit(documents.joined(separator: "\n---\n"), by: author)
  }

  private func may(_ email: String, _ company: Company, at options: String = "") throws -> Bool {
    try company.tenure("may \(email) organization.members acme \(options)").status == 0
  }

  // MARK: - Commits

  @Test(arguments: ["", asking])
  func `what a merge says otherwise than all that it merges is the merger's`(_ policy: String) throws {
    let company = try Self.company(policy)
    let document = Self.policy(policy)
    try company.git("checkout", "-q", "-b", "work")
    try commit(company, document, Self.acme("{role: member, expires: 2031-01-01}"), by: Self.bob)
    try company.git("checkout", "-q", "main")
    try commit(company, document, Self.acme(keys: "displayName: Acme"), by: Self.ada)
    try company.tenure("apply --yes", exits: 0)
    try company.git("checkout", "-q", "work")
    _ = try? company.git("merge", "-q", "--no-commit", "main")
    try company.amendMerge(
      document + "\n---\n" + Self.acme("super-admin", keys: "displayName: Acme"), by: Self.mallory)
    try company.git("checkout", "-q", "main")
    try company.git("-c", "user.email=\(Self.bob)", "merge", "-q", "--no-ff", "-m", "Merge work", "work")
    try company.tenure("apply --yes", exits: 3)
    #expect(try role(of: Self.mallory, company) == "member")
  }

  @Test(arguments: ["  \(eve): super-admin\nbad: [", "bad: ["])
  func `whoever mends an error does not answer alone for what it hid`(_ lines: String) throws {
    let company = try Self.company(Self.asking)
    let document = Self.policy(Self.asking)
    var hidden = Self.acme() + lines
    if !lines.hasPrefix(" ") { hidden = hidden.replacing("  \(Self.bob): super-admin\n", with: "") }
    try commit(company, document, hidden, by: Self.mallory)
    try company.tenure("apply --yes", exits: 4)
    try commit(company, document, hidden.replacing("bad: [", with: ""), by: Self.ada)
    try company.tenure("apply --yes", exits: 3)
    #expect(try role(of: Self.eve, company) == nil)
    #expect(try role(of: Self.bob, company) == "super-admin")
  }

  @Test(arguments: [true, false], ["", "--full"])
  func `a mistyped organization hides nobody`(_ isApplied: Bool, _ options: String) throws {
    let company = try Self.company("")
    let workspace = """
      apiVersion: tenure/v1
      kind: Workspace
      organization: acmee
      name: default
      members: {ada@acme.example: admin, mallory@acme.example: admin}
      """
    try commit(company, Self.policy(""), Self.acme(), workspace, by: Self.mallory)
    if isApplied { try company.tenure("apply --yes \(options)", exits: 4) }
    try commit(company, Self.policy(""), Self.acme(), workspace.replacing("acmee", with: "acme"), by: Self.ada)
    try company.tenure("apply --yes \(options)", exits: 3)
    #expect(try role(of: Self.mallory, company, in: "acme/default") == nil)
  }

  @Test func `a commit is no newer for the date that it gives itself`() throws {
    let company = try Self.company(Self.asking)
    let document = Self.policy(Self.asking)
    func acme(_ role: String) -> String { Self.acme(more: "\(Self.eve): \(role)") }
    try company.git("checkout", "-q", "-b", "work")
    try company.commit(document + "\n---\n" + acme("super-admin"), by: Self.mallory, date: "2001-01-01T00:00:00Z")
    try company.git("checkout", "-q", "main")
    try commit(company, document, acme("member"), by: Self.ada)
    try company.git("merge", "-q", "-X", "theirs", "--no-ff", "--no-edit", "work")
    try company.tenure("apply --yes", exits: 3)
    #expect(try role(of: Self.eve, company) == nil)
  }

  // MARK: - What is made

  @Test(arguments: ["", operated])
  func `nobody makes themselves owner of what another one declared`(_ policy: String) throws {
    let company = try Self.company(policy)
    func documents(_ owner: String) -> String {
      Self.policy(policy) + "\n---\n" + Self.acme(keys: "workspaces: {vault: {owner: \(owner)}}") + "\n---\n" + """
        apiVersion: tenure/v1
        kind: Organization
        name: beta
        owner: \(owner)
        members: {bob@acme.example: super-admin}
        """
    }
    try company.commit(documents(Self.ada), by: Self.ada)
    try company.commit(documents(Self.mallory), by: Self.mallory)
    try company.tenure("apply --yes", exits: 3)
    for path in ["acme/vault", "beta"] { #expect(try company.tenure("who \(path)").status == 1) }
  }

  @Test(arguments: ["", operated])
  func `an organization without an owner is its founder's`(_ policy: String) throws {
    let company = try Self.company(policy)
    func documents(_ members: String) -> String {
      Self.policy(policy) + "\n---\n" + Self.acme() + "\n---\n"
        + "apiVersion: tenure/v1\nkind: Organization\nname: beta\nmembers: {ada@acme.example: super-admin\(members)}\n"
    }
    try company.commit(documents(""), by: Self.ada)
    try company.commit(documents(", mallory@acme.example: super-admin"), by: Self.mallory)
    try company.tenure("apply --yes", exits: 3)
    #expect(try role(of: Self.mallory, company, in: "beta") == nil)
  }

  @Test(arguments: ["operators: [mallory@acme.example]", "protection: {actor-allowed: off}", "identity: commit"])
  func `an organization's own Policy makes nobody its maker`(_ own: String) throws {
    let company = try Self.company(Self.strict + "\noperators: [ada@acme.example]")
    try commit(
      company, Self.policy(Self.strict + "\noperators: [ada@acme.example]"), Self.acme(),
      "apiVersion: tenure/v1\nkind: Policy\norganization: beta\n\(own)",
      "apiVersion: tenure/v1\nkind: Organization\nname: beta\nowner: mallory@acme.example\n", by: Self.mallory)
    try company.tenure("apply --yes --actor \(Self.mallory)", exits: 3)
    try company.tenure("apply --yes", exits: 3)
    #expect(try company.tenure("who beta").status == 1)
  }

  @Test func `an operator of the Policy for all makes an organization that names others`() throws {
    let company = try Self.company(Self.operated)
    try commit(
      company, Self.policy(Self.operated), Self.acme(),
      "apiVersion: tenure/v1\nkind: Policy\norganization: beta\noperators: [bob@acme.example]",
      "apiVersion: tenure/v1\nkind: Organization\nname: beta\nowner: zoe@acme.example\n", by: Self.ada)
    try company.tenure("apply --yes", exits: 0)
    try company.tenure("who beta", exits: 0)
  }

  @Test func `whoever made a workspace declares it as it is`() throws {
    let company = try Self.company("")
    try company.tenure("workspace create acme/ml --as \(Self.ada)", exits: 0)
    let made = "workspaces: {ml: {owner: ada@acme.example, members: {ada@acme.example: admin}}}"
    try commit(company, Self.policy(""), Self.acme(keys: made), by: Self.ada)
    #expect(try company.tenure("plan", exits: 0).contains("No changes."))
    try company.tenure("apply --yes", exits: 0)
  }

  // MARK: - What is kept

  @Test(arguments: ["", asking])
  func `nobody unpins what an organization lets go of`(_ policy: String) throws {
    func documents(_ management: String, _ own: String) -> String {
      Self.policy("invitations: {admission: direct}\n" + policy) + "\n---\n"
        + Self.acme(keys: "management: \(management)\nworkspaces: {ml: {\(own)members: {bob@acme.example: admin}}}")
    }
    let pinned = "management: authoritative, "
    let company = try Company(documents("authoritative", pinned))
    try company.tenure("member add acme/ml \(Self.mallory) --role admin", exits: 0)
    try company.commit(documents("additive", pinned), by: Self.ada)
    try company.commit(documents("additive", ""), by: Self.mallory)
    try company.tenure("apply --yes", exits: 3)
    #expect(try role(of: Self.mallory, company, in: "acme/ml") == nil)
  }

  @Test func `whoever was made owner by hand takes nothing along`() throws {
    func documents(_ owner: String, _ members: String) -> String {
      Self.policy("invitations: {admission: direct}", preset: "self-serve") + "\n---\n"
        + "apiVersion: tenure/v1\nkind: Organization\nname: acme\nowner: \(owner)\nmembers: {\(members)}\n"
    }
    let everybody = "ada@acme.example: owner, bob@acme.example: member, mallory@acme.example: member"
    let company = try Company(documents(Self.ada, everybody))
    try company.tenure("member set-role acme \(Self.mallory) owner", exits: 0)
    try company.commit(documents(Self.mallory, "bob@acme.example: member"), by: Self.mallory)
    try company.tenure("apply --yes", exits: 3)
    #expect(try company.tenure("workspace show acme/default", exits: 0).contains("owner         ada@acme.example"))
  }

  @Test func `a role by hand replaces no owner`() throws {
    func documents(_ members: String) -> String {
      Self.policy("invitations: {admission: direct}") + "\n---\n"
        + "apiVersion: tenure/v1\nkind: Organization\nname: acme\nmembers: {\(members)}\n"
    }
    let company = try Company(documents("ada@acme.example: super-admin, mallory@acme.example: member"))
    try company.tenure("member set-role acme \(Self.mallory) super-admin", exits: 0)
    try company.commit(documents("mallory@acme.example: member"), by: Self.mallory)
    try company.tenure("apply --yes", exits: 3)
    #expect(try role(of: Self.ada, company) == "super-admin")
    #expect(try role(of: Self.mallory, company) == "member")
  }

  // MARK: - Policies

  private static let everything = "roles: {organization: {member: {permissions: [all]}}}"

  @Test func `a suspension hides no gain`() throws {
    let company = try Self.company("")
    try company.tenure("account suspend \(Self.mallory) --reason incident", exits: 0)
    try commit(company, Self.policy(Self.everything), Self.acme(), by: Self.mallory)
    try company.tenure("apply --yes", exits: 3)
    try company.tenure("account resume \(Self.mallory)", exits: 0)
    #expect(try !may(Self.mallory, company))
  }

  @Test func `a role that one has only later is one's own`() throws {
    func documents(_ policy: String) -> String {
      Self.policy("invitations: {admission: direct}\n" + policy) + "\n---\n"
        + Self.acme(
          "{role: billing-admin, expires: 2035-01-01}", more: "g: member", keys: "groups: {g: [\(Self.mallory)]}")
    }
    let company = try Company(documents(""))
    try company.commit(documents(Self.everything), by: Self.mallory)
    for now in ["2034-01-02", "2035-02-02", "2035-02-03"] {
      try company.tenure("apply --yes --now \(now)", exits: 3)
    }
    #expect(try !may(Self.mallory, company, at: "--now 2035-02-03"))
  }

  @Test func `a refused policy does not pass with the next edit of it`() throws {
    let company = try Self.company("")
    let relaxed = "protection: {no-self-change: off}\noperators: [\(Self.eve)]"
    try commit(company, Self.policy(relaxed), Self.acme(), by: Self.mallory)
    try company.tenure("apply --yes", exits: 3)
    try commit(company, Self.policy(relaxed + "\ninvitations: {maxSends: 5}"), Self.acme(), by: Self.ada)
    try company.tenure("apply --yes", exits: 3)
    #expect(try !kinds(company).contains("update-policy"))
  }

  @Test func `a refused order of roles demotes nobody`() throws {
    func documents(_ policy: String) -> String {
      Self.policy("invitations: {admission: direct}\n" + policy) + "\n---\n" + """
        apiVersion: tenure/v1
        kind: Organization
        name: acme
        owner: ada@acme.example
        members: {bob@acme.example: super-admin, mallory@acme.example: member, carl@acme.example: member}
        groups: {all: [carl@acme.example], devs: [carl@acme.example]}
        workspaces: {ml: {members: {bob@acme.example: admin, all: viewer, devs: developer}}}
        """
    }
    let company = try Company(documents(""))
    try company.commit(
      documents("roles: {organization: {member: {rank: 99}}, workspace: {viewer: {rank: 99}}}"), by: Self.mallory)
    try company.tenure("apply --yes", exits: 3)
    #expect(try role(of: Self.ada, company) == "super-admin")
    #expect(try role(of: "carl@acme.example", company, in: "acme/ml") == "developer")
  }
}
