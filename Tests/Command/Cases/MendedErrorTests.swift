import Testing

/// Who answers is whoever changed a declaration: not who mended an error beside it, nor the last one before an apply.
@Suite struct MendedErrorTests {
  private static func acme(_ mallory: String, _ more: String = "", policy: String = "") -> String {
    """
    apiVersion: tenure/v1
    kind: Policy
    invitations: {admission: direct}
    \(policy)
    ---
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    owner: ada@
    members:
      ada@: super-admin
      bob@: super-admin
      mallory@: \(mallory)
    \(more)
    """
  }

  private static let eve = "  eve@: super-admin"

  @Test(arguments: ["nonsense: 1", "management: perhaps", "groups: [", "groups: {g: [nobody-knows]}"])
  func `a new entry beside an error is its author's, whoever mends the error`(_ mistake: String) throws {
    let scene = try Scene(Self.acme("member"))
    try scene.commit(Self.acme("member", Self.eve + "\n" + mistake), by: "eve@")
    try scene.run("apply --yes", exits: 4)
    try scene.commit(Self.acme("member", Self.eve), by: "ada@")
    for _ in 0..<2 {
      let text = try scene.run("apply --yes", exits: 3)
      #expect(text.contains("eve@ would raise their own access to acme"), "\(text)")
      #expect(try !scene.who("acme").contains("eve@ super-admin"))
    }
  }

  @Test func `whoever mends an error beside an entry needs no right to the entry`() throws {
    let scene = try Scene(Self.acme("member", policy: "protection: {actor-allowed: on}"))
    try scene.commit(
      Self.acme("member", "  zed@: member\nnonsense: 1", policy: "protection: {actor-allowed: on}"), by: "ada@")
    try scene.run("apply --yes", exits: 4)
    try scene.commit(Self.acme("member", "  zed@: member", policy: "protection: {actor-allowed: on}"), by: "mallory@")
    try scene.run("apply --yes")
    #expect(try scene.who("acme").contains("zed@ member"))
  }

  @Test func `a raise is refused after any number of commits`() throws {
    let scene = try Scene(Self.acme("member"))
    let beta = """
      ---
      apiVersion: tenure/v1
      kind: Organization
      name: beta
      owner: ada@
      members: {mallory@: super-admin}
      """
    try scene.commit(Self.acme("member", beta), by: "mallory@")
    try scene.run("apply --yes", exits: 3)
    for number in 0..<70 {
      try scene.company.git("commit", "-q", "--allow-empty", "-m", "\(number)", "--author", "Bob <bob@acme.example>")
    }
    let text = try scene.run("apply --yes", exits: 3)
    #expect(text.contains("mallory@ would raise their own access to beta"), "\(text)")
  }

  @Test func `an owner's line has actors where nobody manages the members`() throws {
    func manifests(_ owner: String, _ workspace: String) -> String {
      "apiVersion: tenure/v1\nkind: Organization\nname: acme\nowner: \(owner)\nworkspaces: {ml: {owner: \(workspace)}}\n"
    }
    let scene = try Scene("# nothing", apply: false)
    for person in ["ada@", "mallory@"] { try scene.run("account sign-up \(person)") }
    try scene.commit(manifests("ada@", "ada@"), by: "ada@")
    try scene.run("apply --yes")
    try scene.commit(manifests("mallory@", "ada@"), by: "mallory@")
    #expect(try scene.run("apply --yes", exits: 3).contains("mallory@ would raise their own access to acme"))
    try scene.commit(manifests("ada@", "mallory@"), by: "mallory@")
    let text = try scene.run("apply --yes", exits: 3)
    #expect(text.contains("mallory@ would raise their own access to acme/ml"), "\(text)")
    for path in ["acme", "acme/ml"] {
      #expect(try !scene.who(path).contains { $0.hasPrefix("mallory@") }, "\(path)")
    }
  }

  @Test func `a refused raise is not approved by a merge of what was applied`() throws {
    let scene = try Scene(Self.acme("member"))
    let company = scene.company
    try company.git("branch", "work")
    try scene.commit(Self.acme("super-admin"), by: "mallory@")
    try scene.run("apply --yes", exits: 3)
    try company.git("checkout", "-q", "work")
    try company.git("commit", "-q", "--allow-empty", "-m", "notes")
    try company.git("merge", "-q", "--no-edit", "main")
    try company.git("checkout", "-q", "main")
    try company.git("merge", "-q", "--ff-only", "work")
    try scene.run("apply --yes", exits: 3)
    #expect(try scene.who("acme").contains("mallory@ member"))
  }

  @Test func `a shallow clone waits for the history that it lacks`() throws {
    let scene = try Scene(Self.acme("member"))
    let company = scene.company
    try scene.commit(Self.acme("super-admin"), by: "mallory@")
    try scene.run("apply --yes", exits: 3)
    for number in 1...2 {
      try scene.commit(Self.acme("super-admin", "displayName: a\(number)"), by: "bob@")
      try scene.run("apply --yes", exits: 3)
    }
    try company.git("clone", "-q", "--depth", "2", "file://" + company.folder, company.folder + "/shallow")
    let line = "apply --yes --repo \(company.folder)/shallow --state \(company.store)"
    let result = try company.tenure(line)
    #expect([0, 3].contains(result.status), "\(result.out)\(result.err)")
    #expect(try scene.who("acme").contains("mallory@ member"), "\(result.out)")
  }

  // MARK: - Rewinds

  @Test func `after a forced push whoever plans it answers for what differs, and nobody else`() throws {
    let scene = try Scene(Self.acme("super-admin"))
    let company = scene.company
    try scene.commit(Self.acme("member"), by: "bob@")
    try scene.run("apply --yes")
    // mallory's own history, in which the demotion never was.
    try company.git("reset", "-q", "--hard", "HEAD~1")
    try company.git("commit", "-q", "--allow-empty", "-m", "mine", "--author", "Mallory <mallory@acme.example>")
    let waits = try scene.plan("--allow-rewind")
    #expect(waits.actions.isEmpty && waits.waiting.contains("attestation acme mallory@"), "\(waits)")
    try scene.run("apply --yes --allow-rewind --actor mallory@", exits: 3)
    #expect(try scene.who("acme").contains("mallory@ member"))
  }

  @Test(arguments: ["commit", "attested"]) func `whoever may do it themselves goes back`(_ identity: String) throws {
    let scene = try Scene("# nothing", apply: false)
    try scene.commit(Self.acme("super-admin", policy: "identity: \(identity)"))
    try scene.run("apply --yes --actor ada@")
    try scene.commit(Self.acme("member", policy: "identity: \(identity)"), by: "bob@")
    try scene.run("apply --yes --actor bob@")
    try scene.company.git("reset", "-q", "--hard", "HEAD~1")
    try scene.run("apply --yes --allow-rewind --actor bob@")
    #expect(try scene.who("acme").contains("mallory@ super-admin"))
  }
}
