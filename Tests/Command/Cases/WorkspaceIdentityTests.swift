import Testing

/// What counts as applied goes where a workspace goes: neither a rename nor a step that is withheld makes it forgotten.
@Suite struct WorkspaceIdentityTests {
  private static let enterprise = "apiVersion: tenure/v1\nkind: Policy\ninvitations: {admission: direct}\n---\n"
  private static let frozen = enterprise.replacing(
    "---", with: "protection: {freeze-window: [{cron: \"0 18 * * 5\", duration: 60h, timeZone: UTC}]}\n---")

  private static func acme(_ workspaces: String, policy: String = enterprise, also: String = "") -> String {
    policy + """
      apiVersion: tenure/v1
      kind: Organization
      name: acme
      \(also)
      workspaces:
      \(workspaces.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n"))
      """
  }

  @Test
  func `who makes themself owner in a commit that renames is refused at every apply of it`() throws {
    let members = "owner: ada@\nmembers: {ada@: super-admin, grace@: member, linus@: member}"
    let scene = try Scene(Self.acme("research: {members: {linus@: viewer}}", also: members))
    try scene.commit(
      Self.acme("r2: {renamedFrom: research, owner: grace@, members: {linus@: viewer}}", also: members), by: "grace@")
    for _ in 0..<3 {
      let text = try scene.run("apply --yes", exits: 3)
      #expect(text.contains("grace@ would raise their own access to acme/r2"))
    }
    #expect(try !scene.run("who acme/r2").contains("grace@"))
  }

  private static let selfServe = "apiVersion: tenure/v1\nkind: Policy\nextends: self-serve\n---\n"

  @Test(arguments: ["authoritative", "additive"], [false, true])
  func `a new workspace whose owner has yet to accept is remembered`(_ management: String, _ isDropped: Bool) throws {
    func manifests(_ b: String) -> String {
      Self.acme("z: {owner: ada@}\n" + b, policy: Self.selfServe, also: "owner: ada@\nmanagement: \(management)")
    }
    let scene = try Scene(manifests("b: {owner: heir@, members: {ada@: owner, vic@: member}}"))
    try scene.run("account sign-up vic@")
    try scene.run("invitation accept acme/b --as vic@")
    try scene.run("apply --yes")
    try scene.commit(manifests(isDropped ? "" : "b: {owner: heir@, members: {ada@: owner}}"))
    let text = try scene.run("apply --yes", exits: isDropped ? 3 : 0)
    if isDropped {
      #expect(text.contains("delete-workspace") && text.contains("blocked by deletion-needs-tombstone"))
    } else {
      #expect(try !scene.run("who acme/b").contains("vic@"))
    }
  }

  @Test(arguments: ["authoritative", "additive"], [false, true])
  func `so is one whose owner has yet to join the organization`(_ management: String, _ isDropped: Bool) throws {
    func manifests(_ b: String) -> String {
      Self.acme(
        "z: {}\n" + b, policy: "",
        also: "owner: ada@\nmanagement: \(management)\nmembers: {ada@: super-admin, vic@: member, heir@: member}")
    }
    let scene = try Scene(manifests(""))
    try scene.run("account sign-up vic@")
    try scene.run("invitation accept acme --as vic@")
    try scene.commit(manifests("b: {owner: heir@, members: {ada@: admin, vic@: viewer}}"))
    try scene.run("apply --yes")
    #expect(try scene.run("who acme/b").contains("vic@"))
    try scene.commit(manifests(isDropped ? "" : "b: {owner: heir@, members: {ada@: admin}}"))
    let text = try scene.run("apply --yes", exits: isDropped ? 3 : 0)
    if isDropped {
      #expect(text.contains("blocked by deletion-needs-tombstone"))
    } else {
      #expect(try !scene.run("who acme/b").contains("vic@"))
    }
  }

  @Test(arguments: ["authoritative", "additive"], [false, true])
  func `so is one that is renamed while its new owner has yet to accept`(
    _ management: String, _ isDropped: Bool
  ) throws {
    func manifests(_ entry: String) -> String {
      Self.acme("z: {owner: ada@}\n" + entry, policy: Self.selfServe, also: "owner: ada@\nmanagement: \(management)")
    }
    let scene = try Scene(manifests("a: {owner: ada@, members: {ada@: owner, vic@: member}}"))
    try scene.run("account sign-up vic@")
    try scene.run("invitation accept acme/a --as vic@")
    let heirs = "b: {renamedFrom: a, owner: heir@, members: {ada@: owner, heir@: owner"
    try scene.commit(manifests(heirs + ", vic@: member}}"))
    try scene.run("apply --yes")
    try scene.commit(manifests(isDropped ? "" : heirs + "}}"))
    let text = try scene.run("apply --yes", exits: isDropped ? 3 : 0)
    if isDropped {
      #expect(text.contains("blocked by deletion-needs-tombstone"))
    } else {
      #expect(try !scene.run("who acme/b").contains("vic@"))
    }
  }

  @Test func `a chain of renames moves nothing twice, however often its commit is applied`() throws {
    let members = "members: {ada@: super-admin, grace@: member, mallory@: member}"
    let scene = try Scene(
      Self.acme("b: {members: {grace@: admin}}", policy: Self.frozen, also: members), apply: false)
    try scene.run("apply --yes --now 2027-01-06T12:00:00Z")
    let key = try scene.company.tenure(Scene.long("api-key create acme/b k --as grace@ --now 2027-01-06T12:00:00Z")).out
    try scene.commit(
      Self.acme(
        "c: {renamedFrom: b, members: {grace@: admin}}\nd: {renamedFrom: c, members: {mallory@: admin}}",
        policy: Self.frozen, also: members))
    // A freeze withholds the new workspace and its people, not the rename.
    try scene.run("apply --yes --now 2027-01-09T12:00:00Z", exits: 3)
    try scene.run("apply --yes --now 2027-01-09T13:00:00Z", exits: 3)
    try scene.run("apply --yes --now 2027-01-11T12:00:00Z")
    for (path, status) in [("acme/c", Int32(0)), ("acme/d", 1)] {
      #expect(try scene.company.tenure("api-key check \(path)", stdin: key).status == status, "\(path)")
    }
    #expect(try scene.run("who acme/c").contains("grace@"))
    #expect(try !scene.run("who acme/d").contains("grace@"))
  }

  @Test func `a rename onto a workspace that is there does nothing, and says why`() throws {
    let members = "members: {ada@: super-admin, grace@: member, linus@: member}"
    let scene = try Scene(
      Self.acme("a: {members: {grace@: admin}}\nb: {members: {linus@: admin}}", also: members))
    try scene.commit(Self.acme("b: {renamedFrom: a, members: {grace@: admin}}\na: {released: x}", also: members))
    for _ in 0..<2 {
      let text = try scene.run("plan")
      #expect(text.contains("rename-without-effect") && text.contains("acme/b is there already"))
      try scene.run("apply --yes")
    }
  }

  @Test(arguments: ["members: {linus@: admin}", "released: run by hand now"])
  func `a name that goes on after a rename is right, and a plan says what it is`(_ old: String) throws {
    let members = "members: {ada@: super-admin, grace@: member, linus@: member}"
    let scene = try Scene(Self.acme("a: {members: {grace@: admin}}", also: members))
    try scene.commit(Self.acme("b: {renamedFrom: a, members: {grace@: admin}}\na: {\(old)}", also: members))
    #expect(try !scene.run("validate --strict").contains("rename"))
    let plan = try scene.run("plan")
    #expect(plan.contains("rename-workspace") && !plan.contains("rename-without-effect"), "\(plan)")
    #expect(plan.contains("name-taken-over") == old.hasPrefix("members"), "\(plan)")
    try scene.run("apply --yes")
    #expect(try scene.run("plan").contains("No changes."))
    #expect(try !scene.run("validate --strict").contains("rename"))
  }

  @Test func `a forgotten renamedFrom is the first remedy, and nobody is led to delete`() throws {
    func manifests(_ entry: String) -> String { Self.acme(entry, policy: "", also: "owner: ann@") }
    let scene = try Scene(manifests("machine-learning: {members: {ann@: admin}}"))
    try scene.commit(manifests("ml: {members: {ann@: admin}}"))
    let plan = try scene.json("plan")
    let refusal = try #require((plan["blocked"] as? [[String: Any]])?.first)
    let remedy = try #require(refusal["remedy"] as? String)
    let first = try #require(remedy.range(of: "ml: {renamedFrom: machine-learning}"))
    #expect(first.lowerBound < (try #require(remedy.range(of: "removed:"))).lowerBound)
    let warnings = try #require(plan["warnings"] as? [[String: Any]])
    #expect(warnings.contains { $0["code"] as? String == "perhaps-renamed" && $0["path"] as? String == "acme/ml" })
    // Added too late it says why it does nothing.
    try scene.run("apply --yes", exits: 3)
    try scene.commit(manifests("ml: {renamedFrom: machine-learning, members: {ann@: admin}}"))
    #expect(try scene.run("plan", exits: 3).contains("rename-without-effect"))
  }
}
