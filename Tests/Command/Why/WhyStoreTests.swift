import Foundation
import Testing

/// What is stored and audited beside what is declared.
@Suite struct WhyStoreTests {
  static func acme(ml: String = "", direct: Bool = true) -> String {
    """
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    owner: ada@acme.example
    members:
      ada@acme.example: super-admin
      grace@acme.example: member
      linus@acme.example: member
    workspaces:
      ml:
        members:
          \(ml.isEmpty ? "ada@acme.example: admin" : ml)
    ---
    apiVersion: tenure/v1
    kind: Policy
    invitations: {admission: \(direct ? "direct" : "invite")}
    """
  }

  @Test func `an invitation is pending, then says when it was sent and accepted`() throws {
    let company = try Company(Self.acme(ml: "grace@acme.example: developer", direct: false))
    let pending = try company.why("grace@acme.example")
    #expect(pending.access.compactMap { $0.text("status") } == ["pending", "declared"])
    #expect(pending.access.compactMap { $0.text("because") } == ["accept-invitation", "organization-membership"])
    try company.tenure("account sign-up grace@acme.example", exits: 0)
    try company.tenure("invitation accept acme --as grace@acme.example", exits: 0)
    let active = try #require(try company.why("grace@acme.example acme").access.first)
    #expect(active.text("status") == "active")
    #expect(active.text("invited") != nil)
    #expect(active.text("accepted") != nil)
    let applied = try #require(active["applied"] as? [String: Any])
    #expect(applied.text("commit") == (try company.gitOutput("rev-parse", "HEAD")))
  }

  @Test func `what was done by hand says by whom, and what manifests have instead`() throws {
    let company = try Company(Self.acme(ml: "grace@acme.example: developer"))
    try company.tenure("member set-role acme/ml grace@acme.example admin --as ada@acme.example", exits: 0)
    try company.tenure("member add acme/ml linus@acme.example --role viewer --as ada@acme.example", exits: 0)
    let changed = try #require(try company.why("grace@acme.example acme/ml").access.first)
    #expect(changed.text("role") == "admin")
    #expect(changed["declaredBy"] is NSNull)
    #expect((changed["next"] as? [String: Any])?.text("role") == "developer")
    let added = try company.tenure("why linus@acme.example acme/ml", exits: 0)
    #expect(added.contains("acme/ml: viewer, active\n  no manifest declares it: done by hand\n"))
    #expect(added.contains("add-member  viewer  by ada@acme.example"))
    #expect(try company.tenure("why ada@acme.example acme/default", exits: 0).contains("it came with the place"))
  }

  @Test func `a declaration that is not applied is said as such`() throws {
    let company = try Company(Self.acme())
    try company.commit(Self.acme(ml: "grace@acme.example: developer"))
    let added = try #require(try company.why("grace@acme.example acme/ml").access.first)
    #expect(added.text("status") == "declared")
    #expect(added.text("because") == "not-applied")
    try company.apply()
    let active = try #require(try company.why("grace@acme.example acme/ml").access.first)
    #expect(active.text("status") == "active")
    try company.commit(Self.acme())
    let going = try company.tenure("why grace@acme.example acme/ml", exits: 0)
    #expect(going.contains("acme/ml: developer, active"))
    #expect(going.contains("declared no more at \(try company.gitOutput("rev-parse", "HEAD"))"))
  }

  @Test func `what a rule held back is proved by the commit that still counts`() throws {
    let company = try Company(Self.acme(ml: "grace@acme.example: {role: admin, protect: true}"))
    let first = try company.gitOutput("rev-parse", "HEAD")
    try company.commit(Self.acme(ml: "grace@acme.example: viewer"))
    let result = try company.run("apply", "--yes")
    #expect(result.status == 3)
    let access = try #require(try company.why("grace@acme.example acme/ml").access.first)
    #expect(access.text("role") == "admin")
    #expect(access.text("because") == "withheld")
    #expect(access.text("declaredBy") == first)
    #expect((access["next"] as? [String: Any])?.text("role") == "viewer")
  }

  @Test func `who left is held, who is suspended is said to be`() throws {
    let company = try Company(Self.acme(ml: "{ada@acme.example: admin, grace@acme.example: developer}"))
    try company.tenure("workspace leave acme/ml --as grace@acme.example", exits: 0)
    let left = try #require(try company.why("grace@acme.example acme/ml").access.first)
    #expect(left.text("status") == "held")
    #expect(left.text("because") == "left")
    try company.tenure("account suspend linus@acme.example --reason lost", exits: 0)
    #expect(try company.why("linus@acme.example acme").access.first?.text("status") == "suspended")
  }

  @Test func `what was removed names who did it, and the override`() throws {
    let company = try Company(Self.acme(ml: "grace@acme.example: {role: admin, protect: true}"))
    try company.commit(Self.acme())
    let commit = try company.gitOutput("rev-parse", "HEAD")
    let applied = try company.run("apply", "--yes", "--override", "protected-subject", "--reason", "she asked")
    #expect(applied.status == 0, "\(applied.out)\(applied.err)")
    let answer = try company.why("grace@acme.example acme/ml")
    #expect(answer.access.isEmpty)
    let event = try #require(answer.ended.first?["event"] as? [String: Any])
    #expect(event.text("action") == "remove-member")
    #expect(event["overrides"] as? [String] == ["protected-subject"])
    #expect(event.text("reason") == "she asked")
    #expect((answer.ended.first?["removed"] as? [String: Any])?.text("commit") == commit)
    #expect(try company.why("grace@acme.example acme/ml --at HEAD~1").access.first?.text("role") == "admin")
  }

  @Test func `outside of a repository the store answers alone`() throws {
    let company = try Company(Self.acme(ml: "grace@acme.example: developer"))
    let result = try Binary().run(
      ["why", "grace@acme.example", "acme/ml", "--state", company.folder + "/.tenure/state.db"], in: "/")
    #expect(result.status == 0)
    #expect(result.out.hasPrefix("acme/ml: developer, active\n  no manifest at hand declares it\n"))
    #expect(result.err.contains("there is no repository here"))
  }

  @Test func `somebody with a new email is one person before and after the move`() throws {
    let company = try Company(Self.acme(ml: "grace@acme.example: developer"))
    let first = try company.gitOutput("rev-parse", "HEAD")
    let moved = Self.acme(ml: "grace@acme.example: developer").replacing(
      "grace@acme.example", with: "Grace@new.example")
    try company.commit(
      moved + """

        ---
        apiVersion: tenure/v1
        kind: Account
        email: Grace@new.example
        formerly: [grace@acme.example]
        workspaces: {Personal: {subscription: free}}
        """)
    let paths = ["acme", "acme/ml", "~grace@acme.example/Personal"]
    #expect(Set(try company.why("grace@new.example").paths) == Set(paths))
    #expect(try company.why("grace@new.example").paths.count == paths.count)
    try company.tenure("apply --yes --allow-move", exits: 0)
    let answer = try company.why("grace@new.example")
    #expect(Set(answer.paths) == ["acme", "acme/ml", "~Grace@new.example/Personal"])
    #expect((answer.proof("acme").first?["since"] as? [String: Any])?.text("commit") == first)
    #expect(answer.access.first { $0.text("path") == "acme" }?["applied"] is [String: Any])
    let former = try company.tenure("why grace@acme.example", exits: 0)
    #expect(former.contains("tenure why Grace@new.example says what the person has"))
  }

  @Test func `an Account that claims the email of somebody else is told nothing of theirs`() throws {
    let company = try Company(Self.acme(ml: "grace@acme.example: developer"))
    try company.tenure("account sign-up eve@acme.example", exits: 0)
    try company.commit(
      Self.acme(ml: "linus@acme.example: developer").replacing("grace@", with: "zoe@") + """

        ---
        apiVersion: tenure/v1
        kind: Account
        email: eve@acme.example
        formerly: [grace@acme.example]
        """)
    #expect(try company.why("eve@acme.example").paths == ["~eve@acme.example/Personal"])
    #expect(Set(try company.why("grace@acme.example").paths) == ["acme", "acme/ml", "~grace@acme.example/Personal"])
    try company.tenure("apply --yes --allow-move", exits: 3)
    #expect(try company.why("eve@acme.example").paths == ["~eve@acme.example/Personal"])
  }
}
