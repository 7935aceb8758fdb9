import Foundation
import Testing

/// What nobody gains by is not held up, under the strictest settings: whoever may do it does it, without an override.
@Suite struct LegitimateWorkTests {
  enum Identity: String, CaseIterable, Sendable { case commit, attested }

  /// A company in which `actor-allowed` asks everybody.
  fileprivate struct Firm {
    let identity: Identity
    let scene: Scene

    /// Declares and applies the beginning, as the operator.
    init(_ identity: Identity, policy: String = "", _ members: String, _ more: String = "") throws {
      self.identity = identity
      scene = try Scene("# nobody yet", apply: false)
      try scene.commit(manifests(policy: policy, members, more), by: "ada@")
      try scene.apply()
    }

    func manifests(policy: String = "", _ members: String, _ more: String = "") -> String {
      """
      apiVersion: tenure/v1
      kind: Policy
      invitations: {admission: direct}
      identity: \(identity.rawValue)
      protection: {actor-allowed: on}
      \(policy)
      ---
      apiVersion: tenure/v1
      kind: Organization
      name: acme
      owner: ada@
      members: {\(members)}
      \(more)
      """
    }

    /// A commit by somebody, which the pipeline applies under their name.
    @discardableResult
    func apply(
      _ manifests: String, by author: String, approvedBy approvers: String..., exits status: Int32 = 0,
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> String {
      try scene.commit(manifests, by: author)
      return try scene.apply(
        flags(author, approvers: approvers), exits: status, sourceLocation: sourceLocation)
    }

    /// Who made the newest commit, where commits are not believed.
    func flags(_ author: String, approvers: [String] = []) -> String {
      let named = identity == .attested ? ["--actor \(author)"] : []
      return (named + approvers.map { "--approved-by \($0)" }).joined(separator: " ")
    }
  }

  @Test(arguments: Identity.allCases)
  func `a company with one admin runs its access alone`(_ identity: Identity) throws {
    let firm = try Firm(identity, "ada@: super-admin", "workspaces: {ml: {}}")
    let workspaces = "ml: {members: {bob@: developer, ada@: admin}}"
    try firm.apply(
      firm.manifests("ada@: super-admin, bob@: member", "workspaces: {\(workspaces), own: {owner: ada@}}"), by: "ada@")
    #expect(try firm.scene.who("acme/ml") == ["ada@ admin", "bob@ developer"])
    #expect(try firm.scene.owner("acme/own") == "ada@")
    // A role of the house, whoever has it, a second admin, and somebody who goes.
    try firm.apply(
      firm.manifests(
        policy: Self.auditors, "ada@: super-admin, bob@: member", "workspaces: {\(workspaces), own: {owner: ada@}}"),
      by: "ada@")
    try firm.apply(
      firm.manifests(
        policy: Self.auditors, "ada@: super-admin, bob@: super-admin, cy@: member",
        "workspaces: {ml: {members: {cy@: auditor, ada@: admin}}, own: {owner: ada@}}"), by: "ada@")
    #expect(try firm.scene.who("acme/ml") == ["ada@ admin", "cy@ auditor"])
    try firm.apply(
      firm.manifests(
        policy: Self.auditors, "ada@: super-admin", "workspaces: {ml: {members: {ada@: admin}}, own: {owner: ada@}}"),
      by: "ada@")
    #expect(try firm.scene.who("acme") == ["ada@ super-admin"])
  }

  private static let auditors = "roles: {workspace: {auditor: {rank: 5, permissions: [members.view]}}}"

  @Test(arguments: Identity.allCases)
  func `a platform team that is in no organization looks after all of them`(_ identity: Identity) throws {
    let operators = "operators: [pat@platform.example, quinn@platform.example]"
    let firm = try Firm(identity, policy: operators, "ada@: super-admin", "workspaces: {ml: {}}")
    let beta = """
      ---
      apiVersion: tenure/v1
      kind: Organization
      name: beta
      owner: bob@
      members: {bob@: super-admin}
      """
    func both(_ more: String = "", role: String = "developer") -> String {
      firm.manifests(
        policy: operators + more, "ada@: super-admin, bob@: member",
        "workspaces: {ml: {members: {bob@: \(role)}}}\n" + beta)
    }
    try firm.apply(both(), by: "pat@platform.example")
    #expect(try firm.scene.who("beta") == ["bob@ super-admin"])
    try firm.apply(both("\n" + Self.auditors, role: "admin"), by: "quinn@platform.example")
    #expect(try firm.scene.who("acme/ml") == ["bob@ admin"])
    try firm.apply(both("\n" + Self.auditors, role: "auditor"), by: "pat@platform.example")
    #expect(try firm.scene.who("acme/ml") == ["bob@ auditor"])
    // They are nobody's members by that.
    #expect(try firm.scene.who("acme") == ["ada@ super-admin", "bob@ member"])
    try firm.scene.run("suspend acme --reason looking --as pat@platform.example")
    try firm.scene.run("resume acme --as quinn@platform.example")
  }

  @Test func `run beside pipelines does what has nobody's name, and what was attested`() throws {
    let firm = try Firm(.attested, "ada@: super-admin, bob@: {role: member, expires: 2034-01-01}")
    func runs(_ now: String) throws { try firm.scene.run("apply --yes --now \(now)") }
    func people() throws -> [String] {
      try firm.scene.who("acme").filter { !$0.hasPrefix("ada@") }
    }
    // Drift, without a word from any pipeline.
    try firm.scene.run("member add acme eve@evil.example --role member")
    try runs("2033-01-01T00:00:00Z")
    #expect(try people() == ["bob@ member"])
    // What is merged and not attested waits; what has ended ends meanwhile.
    try firm.scene.commit(
      firm.manifests("ada@: super-admin, bob@: {role: member, expires: 2034-01-01}, cy@: member"), by: "ada@")
    try runs("2033-02-01T00:00:00Z")
    #expect(try people() == ["bob@ member"])
    try runs("2034-02-01T00:00:00Z")
    #expect(try people() == [])
    // The pipeline was lost; once it is said whose it is, the schedule does it.
    try firm.scene.run("attest HEAD~1..HEAD:ada@")
    try runs("2034-02-02T00:00:00Z")
    #expect(try people() == ["cy@ member"])
    #expect(try firm.scene.answered("cy@") == ["add-member": ["ada@"]])
    // And what a pipeline applies leaves nothing to a schedule.
    try firm.scene.commit(firm.manifests("ada@: super-admin, cy@: member, dan@: member"), by: "ada@")
    try firm.scene.run("apply --yes --actor ada@ --now 2034-02-03T00:00:00Z")
    #expect(try people() == ["cy@ member", "dan@ member"])
    #expect(try firm.scene.run("apply --yes --now 2034-02-04T00:00:00Z").contains("No changes."))
  }

  @Test func `tenure run itself waits for the name and goes on when it is there`() throws {
    let place = try Operations(["acme.yaml": Self.small("")])
    let run = try place.start("run", "--interval", "1s", "--jitter", "0")
    #expect(run.line { ($0["applied"] as? Int ?? 0) > 0 } != nil, "\(run.errors)")
    try place.commit(["acme.yaml": Self.small(", cy@acme.example: member")])
    #expect(run.line { $0["waiting"] as? Int == 1 && $0["applied"] as? Int == 0 } != nil, "\(run.errors)")
    #expect(try place.tenure("attest", "HEAD~1..HEAD:ada@acme.example").status == 0)
    #expect(run.line { $0["applied"] as? Int == 1 } != nil, "\(run.errors)")
    run.signal(SIGTERM)
    #expect(run.wait() == 0)
  }

  private static func small(_ more: String) -> String {
    """
    apiVersion: tenure/v1
    kind: Policy
    identity: attested
    invitations: {admission: direct}
    ---
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    owner: ada@acme.example
    members: {ada@acme.example: super-admin\(more)}
    """
  }

  /// Histories from before Tenure: people wrote themselves in, and nobody says who pushed what.
  @Test(arguments: Identity.allCases, [3, 70])
  func `the first apply takes a history as it is`(_ identity: Identity, _ commits: Int) throws {
    let scene = try Scene("# nobody yet", apply: false)
    let firm = Firm(identity: identity, scene: scene)
    var members = "ada@: super-admin"
    for number in 1...commits {
      members += ", p\(number)@: \(number == 2 ? "super-admin" : "member")"
      try scene.commit(firm.manifests(members, "workspaces: {ml: {members: {p1@: admin}}}"), by: "p\(number)@")
    }
    try scene.apply()
    #expect(try scene.who("acme").count == commits + 1)
    // What comes later is asked about.
    try firm.apply(firm.manifests(members.replacing("p1@: member", with: "p1@: super-admin")), by: "p1@", exits: 3)
  }

  @Test(arguments: Identity.allCases)
  func `an organization is added by an operator, with its owner in it`(_ identity: Identity) throws {
    let operators = "operators: [pat@platform.example]"
    let firm = try Firm(identity, policy: operators, "ada@: super-admin, bob@: member")
    func both(_ beta: String) -> String {
      firm.manifests(
        policy: operators, "ada@: super-admin, bob@: member",
        """
        ---
        apiVersion: tenure/v1
        kind: Organization
        name: beta
        owner: bob@
        members: {bob@: super-admin\(beta)}
        """)
    }
    try firm.apply(both(", cy@: member"), by: "pat@platform.example")
    #expect(try firm.scene.who("beta") == ["bob@ super-admin", "cy@ member"])
    // From then on it is bob's, and none of ada's.
    try firm.apply(both(", cy@: super-admin"), by: "bob@")
    #expect(try firm.scene.who("beta") == ["bob@ super-admin", "cy@ super-admin"])
    try firm.apply(both(""), by: "ada@", exits: 3)
    #expect(try firm.scene.who("beta") == ["bob@ super-admin", "cy@ super-admin"])
  }

  @Test(arguments: Identity.allCases)
  func `a bot writes, a person with the right answers`(_ identity: Identity) throws {
    let bot = "renovate@bots.example"
    let firm = try Firm(identity, "ada@: super-admin, bob@: member, cy@: member")
    // Approved by ada, in the pipeline's words or by hand.
    try firm.apply(firm.manifests("ada@: super-admin, bob@: member"), by: bot, approvedBy: "ada@")
    #expect(try firm.scene.who("acme") == ["ada@ super-admin", "bob@ member"])
    // Alone it may do nothing.
    try firm.apply(firm.manifests("ada@: super-admin"), by: bot, exits: 3)
    #expect(try firm.scene.who("acme") == ["ada@ super-admin", "bob@ member"])
    // As an operator, it may.
    let operators = "operators: [\(bot)]"
    try firm.apply(firm.manifests(policy: operators, "ada@: super-admin, bob@: member"), by: "ada@")
    try firm.apply(firm.manifests(policy: operators, "ada@: super-admin, dan@: member"), by: bot)
    #expect(try firm.scene.who("acme") == ["ada@ super-admin", "dan@ member"])
    try firm.apply(
      firm.manifests(policy: operators, "ada@: super-admin, dan@: member") + "\n# formatted", by: "x@bots.example")
  }

  @Test(arguments: Identity.allCases)
  func `whoever is on call reverts`(_ identity: Identity) throws {
    let before = "ada@: super-admin, grace@: super-admin, bob@: member"
    let firm = try Firm(identity, before, "workspaces: {ml: {members: {grace@: admin, bob@: developer}}}")
    func manifests(_ members: String, bob: String = "bob@: developer") -> String {
      firm.manifests(members, "workspaces: {ml: {members: {grace@: admin, \(bob)}}}")
    }
    // What was applied: a grant, and a removal.
    try firm.apply(manifests(before + ", eve@: super-admin", bob: ""), by: "ada@")
    try firm.apply(manifests(before), by: "grace@")
    #expect(try firm.scene.who("acme") == ["ada@ super-admin", "bob@ member", "grace@ super-admin"])
    #expect(try firm.scene.who("acme/ml") == ["bob@ developer", "grace@ admin"])
    // What was refused: nothing is left of it, and nothing is to be done.
    try firm.apply(manifests(before.replacing("bob@: member", with: "bob@: super-admin")), by: "bob@", exits: 3)
    try firm.scene.commit(manifests(before), by: "grace@")
    #expect(try firm.scene.run("apply --yes \(firm.flags("grace@"))").contains("No changes."))
    #expect(try firm.scene.run("status --format json").contains("\"withheld\": 0"))
    // Whoever was demoted by it themselves is given back what they had by somebody else's word.
    let demoted = before.replacing("grace@: super-admin", with: "grace@: member")
    try firm.apply(manifests(demoted), by: "ada@")
    try firm.apply(manifests(before), by: "grace@", approvedBy: "ada@")
    #expect(try firm.scene.who("acme") == ["ada@ super-admin", "bob@ member", "grace@ super-admin"])
  }

  @Test(arguments: Identity.allCases)
  func `break-glass is an override with a reason, and stays in the audit log`(_ identity: Identity) throws {
    let firm = try Firm(identity, "ada@: super-admin, bob@: member, cy@: member")
    let raised = firm.manifests("ada@: super-admin, bob@: member, cy@: super-admin")
    try firm.apply(raised, by: "bob@", exits: 3)
    #expect(try firm.scene.who("acme") == ["ada@ super-admin", "bob@ member", "cy@ member"])
    let result = try firm.scene.company.run(
      "apply", "--yes", "--override", "actor-allowed@acme", "--reason", "ada is on a plane, incident 7")
    #expect(result.status == 0, "\(result.out)\(result.err)")
    #expect(try firm.scene.who("acme") == ["ada@ super-admin", "bob@ member", "cy@ super-admin"])
    let entry = try #require(try firm.scene.entries().last { $0["subject"] as? String == "cy@" })
    #expect(entry["actors"] as? [String] == ["bob@"])
    #expect(entry["overrides"] as? [String] == ["actor-allowed"])
    #expect(entry["reason"] as? String == "ada is on a plane, incident 7")
    // It counts once: what bob declares next is refused again.
    try firm.apply(firm.manifests("ada@: super-admin, bob@: member"), by: "bob@", exits: 3)
    #expect(try firm.scene.who("acme") == ["ada@ super-admin", "bob@ member", "cy@ super-admin"])
  }
}

extension LegitimateWorkTests.Firm {
  /// One to which nothing is applied yet.
  fileprivate init(identity: LegitimateWorkTests.Identity, scene: Scene) {
    (self.identity, self.scene) = (identity, scene)
  }
}

extension Scene {
  /// The actors of the newest entry about somebody, by its action.
  fileprivate func answered(_ subject: String) throws -> [String: [String]] {
    guard let entry = try entries().last(where: { $0["subject"] as? String == subject }),
      let action = entry["action"] as? String, let actors = entry["actors"] as? [String]
    else { return [:] }
    return [action: actors]
  }
}
