import Testing

/// Whoever changed a declaration answers for it, whatever is called otherwise before or after.
@Suite struct AnswerableTests {
  static func acme(_ members: String, _ more: String = "", policy: String = "") -> String {
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
    members: {ada@: super-admin, \(members)}
    \(more)
    """
  }

  /// The first commit is the owner's, who may do all that at the first apply.
  private static func begun(_ manifests: String) throws -> Scene {
    let scene = try Scene("# nothing yet", apply: false)
    try scene.apply(commit: manifests, by: "ada@")
    return scene
  }

  // MARK: - Names of workspaces

  private static func two(_ secret: String, policy: String = "") -> String {
    acme(
      "bob@: member, cy@: member",
      "workspaces: {pub: {owner: bob@, members: {bob@: admin}}\(secret.isEmpty ? "" : ", secret: {\(secret)}")}",
      policy: policy)
  }

  /// How bob writes it: at once, in a commit after one that drops the workspace, or having deleted the other one.
  enum Way: CaseIterable { case atOnce, inPieces, afterDeletion, inPiecesAfterDeletion }

  @Test(arguments: Way.allCases)
  func `a renamedFrom that does nothing hides no raise`(_ way: Way) throws {
    let policy = "protection: {actor-allowed: on}"
    let scene = try Self.begun(Self.two("members: {cy@: admin}", policy: policy))
    switch way {
    case .atOnce: break
    case .inPieces: try scene.commit(Self.two("", policy: policy), by: "bob@")
    case .afterDeletion: try scene.run("workspace delete acme/pub --yes")
    case .inPiecesAfterDeletion:
      try scene.commit(Self.two("", policy: policy), by: "bob@")
      try scene.run("workspace delete acme/pub --yes")
    }
    try scene.commit(Self.two("renamedFrom: pub, members: {cy@: admin, bob@: admin}", policy: policy), by: "bob@")
    for _ in 0..<2 {
      let text = try scene.run("apply --yes", exits: 3)
      #expect(text.contains("bob@ would raise their own access to acme/secret"), "\(text)")
      #expect(!text.contains("nobody is known"), "\(text)")
      #expect(try scene.who("acme/secret") == ["cy@ admin"])
    }
    // Nor is it done once the other workspace is gone.
    if way == .atOnce { try scene.run("workspace delete acme/pub --yes") }
    try scene.run("apply --yes", exits: 3)
    #expect(try scene.who("acme/secret") == ["cy@ admin"])
  }

  @Test func `nor that somebody becomes owner of record`() throws {
    let scene = try Scene(Self.two("owner: ada@, members: {ada@: admin}"))
    try scene.commit(Self.two("renamedFrom: pub, owner: bob@, members: {bob@: admin}"), by: "bob@")
    #expect(try scene.run("apply --yes", exits: 3).contains("bob@ would raise their own access to acme/secret"))
    #expect(try scene.owner("acme/secret") != "bob@")
    #expect(try scene.who("acme/secret").isEmpty)
  }

  @Test func `a rename changes who is in the workspace for nobody`() throws {
    func manifests(_ workspaces: String) -> String {
      Self.acme("bob@: member, cy@: member", "workspaces: {\(workspaces)}")
    }
    let scene = try Scene(manifests("a: {members: {bob@: admin}}"))
    try scene.apply(commit: manifests("b: {renamedFrom: a, members: {bob@: admin}}"), by: "bob@")
    #expect(try scene.who("acme/b") == ["bob@ admin"])
    // One that only commits know is what those say, under whatever name.
    try scene.commit(manifests("b: {members: {bob@: admin}}, new: {members: {cy@: admin}}"))
    try scene.apply(
      commit: manifests("b: {members: {bob@: admin}}, n2: {renamedFrom: new, members: {cy@: admin}}"), by: "cy@")
    #expect(try scene.who("acme/n2") == ["cy@ admin"])
  }

  @Test(arguments: ["no apply", "an apply", "an apply, and in pieces"])
  func `what was refused in a workspace is refused under another name for it`(_ between: String) throws {
    func manifests(_ workspaces: String) -> String {
      Self.acme("bob@: member, cy@: member", "workspaces: {\(workspaces)}")
    }
    let scene = try Scene(manifests("b: {members: {cy@: admin}}"))
    try scene.commit(manifests("b: {members: {cy@: admin, bob@: developer}}"), by: "bob@")
    if between != "no apply" { try scene.run("apply --yes", exits: 3) }
    if between.hasSuffix("pieces") { try scene.commit(manifests("")) }
    try scene.commit(manifests("f: {members: {cy@: admin, bob@: developer}}"))
    for _ in 0..<2 {
      let text = try scene.run("apply --yes", exits: 3)
      #expect(text.contains("bob@ would raise their own access to acme/f"), "\(text)")
      #expect(try scene.who("acme/f") == ["cy@ admin"])
    }
  }

  // MARK: - Emails

  private static let moved = "---\napiVersion: tenure/v1\nkind: Account\nemail: bobby@\nformerly: [bob@]"

  /// Moves bob@ to bobby@, by command or by a `formerly` that is applied and gone since.
  private static func move(_ scene: Scene, byCommand: Bool) throws {
    if byCommand {
      try scene.run("account move bob@ bobby@")
    } else {
      try scene.apply(commit: acme("bobby@: member", moved), "--allow-move")
    }
    try scene.apply(commit: acme("bobby@: member"))
  }

  @Test(arguments: [true, false], [[], ["--full"]])
  func `commits under a former email are the person's`(_ byCommand: Bool, _ options: [String]) throws {
    let scene = try Scene(Self.acme("bob@: member"))
    try Self.move(scene, byCommand: byCommand)
    try scene.commit(Self.acme("bobby@: super-admin"), by: "bob@")
    let text = try scene.run((["apply --yes"] + options).joined(separator: " "), exits: 3)
    #expect(text.contains("bobby@ would raise their own access to acme"), "\(text)")
  }

  @Test func `an email that somebody new signed up with is theirs`() throws {
    let scene = try Scene(Self.acme("bob@: member"))
    try Self.move(scene, byCommand: true)
    try scene.run("account sign-up bob@")
    try scene.apply(commit: Self.acme("bobby@: super-admin"), by: "bob@")
    #expect(try scene.who("acme").contains("bobby@ super-admin"))
  }

  @Test(arguments: [true, false])
  func `what was refused is refused once its author has another email`(_ byCommand: Bool) throws {
    let scene = try Scene(Self.acme("bob@: member"))
    try scene.commit(Self.acme("bob@: super-admin"), by: "bob@")
    try scene.run("apply --yes", exits: 3)
    if byCommand { try scene.run("account move bob@ bobby@") }
    try scene.commit(Self.acme("bobby@: super-admin", byCommand ? "" : Self.moved))
    for _ in 0..<2 {
      let text = try scene.run("apply --yes --allow-move", exits: 3)
      #expect(text.contains("bobby@ would raise their own access to acme"), "\(text)")
      #expect(try scene.who("acme") == ["ada@ super-admin", "bobby@ member"])
    }
  }

  // MARK: - Tombstones

  @Test(arguments: ["labs: {members: {bob@: admin}}", ""])
  func `a tombstone that waits deletes no workspace that took the name since`(_ declared: String) throws {
    func manifests(_ workspaces: String) -> String {
      Self.acme("bob@: member, cy@: member", "workspaces: {\(workspaces)}")
    }
    let scene = try Scene(manifests(declared))
    if declared.isEmpty { try scene.run("workspace create acme/labs --owner bob@") }
    try scene.commit(manifests("labs: {removed: done}"))
    try scene.run("apply --yes", exits: 3)
    try scene.run("workspace delete acme/labs --yes")
    try scene.run("workspace create acme/labs --owner cy@")
    for _ in 0..<2 {
      let text = try scene.run("apply --yes --allow-deletion")
      #expect(text.contains("acme/labs is stored but not declared"), "\(text)")
      #expect(try scene.who("acme/labs") == ["cy@ admin"])
    }
    // Nor does leaving the tombstone out speak of the one that is gone.
    try scene.commit(manifests(""))
    try scene.run("apply --yes --allow-deletion")
    #expect(try scene.who("acme/labs") == ["cy@ admin"])
  }

  @Test func `a tombstone that waited deletes the workspace that it is about`() throws {
    func manifests(_ workspaces: String) -> String { Self.acme("bob@: member", "workspaces: {\(workspaces)}") }
    let scene = try Scene(manifests(""))
    try scene.run("workspace create acme/labs --owner bob@")
    try scene.commit(manifests("labs: {removed: done}"))
    try scene.run("apply --yes", exits: 3)
    try scene.run("apply --yes", exits: 3)
    try scene.run("apply --yes --allow-deletion")
    try scene.run("who acme/labs", exits: 1)
  }
}
