import Foundation
import Testing

/// What the documented product behind `enterprise` does with workspaces, their members and keys, tried from outside.
/// Who is who: ``Office``.
@Suite struct EnterpriseWorkspaceScenarios {
  private static let asked = "protection: {actor-allowed: on}"

  /// What the plan of `manifests`, committed by `author`, has; taken back afterwards.
  private func seen(_ company: Company, _ manifests: String, by author: String) throws -> PlanSeen {
    try company.commit(manifests, by: "\(author)@acme.example")
    let seen = try company.seePlan()
    try company.commit(Office.manifests(policy: Self.asked), by: "ada@acme.example")
    try company.apply()
    return seen
  }

  @Test func `enterprise: only super-admins create workspaces`() throws {
    let company = try Company(Office.manifests(policy: Self.asked))
    for name in Office.people + ["stranger"] {
      try company.refused("workspace create acme/of-\(name) --as \(name)@acme.example", by: "actor-allowed")
    }
    try company.tenure("workspace create acme/new --as Ada@acme.example", exits: 0)
    try company.tenure("workspace create acme/given --owner dev@acme.example --as ada@acme.example", exits: 0)
    #expect(try company.json("workspace show acme/given")["owner"] as? String == "dev@acme.example")
    let declared = Office.manifests(
      labs: "labs: {}\n  fresh: {owner: op@acme.example, members: {linus@acme.example: viewer}}", policy: Self.asked)
    for author in ["grace", "bill", "op"] {
      let seen = try seen(company, declared, by: author)
      #expect(seen.blocked == ["actor-allowed acme/fresh"] && seen.doing == [], "\(author) \(seen)")
      #expect(seen.withheld == ["create-workspace acme/fresh", "add-member acme/fresh linus@acme.example"])
    }
    let made = try seen(company, declared, by: "ada")
    #expect(made.doing == ["create-workspace acme/fresh", "add-member acme/fresh linus@acme.example"])
  }

  @Test func `enterprise: super-admins of one organization create nothing in another`() throws {
    let company = try Company(
      Office.manifests()
        + "\n---\napiVersion: tenure/v1\nkind: Organization\nname: beta\nowner: bob@beta.example\n"
        + "members: {bob@beta.example: super-admin, grace@acme.example: member}")
    try company.refused("workspace create beta/new --as ada@acme.example", by: "actor-allowed")
    try company.refused("workspace create acme/new --as bob@beta.example", by: "actor-allowed")
    try company.refused("member add acme/ml bill@acme.example --as bob@beta.example", by: "actor-allowed")
    try company.refused("workspace show acme/ml --as bob@beta.example", by: "actor-allowed")
    try company.tenure("workspace create beta/new --as bob@beta.example", exits: 0)
    #expect(!(try company.people("acme/ml").contains { $0.hasPrefix("bob@") }))
  }

  @Test func `enterprise: a workspace admin changes members of theirs and of no other`() throws {
    let company = try Company(Office.manifests(labs: "labs: {members: {dev@acme.example: admin}}"))
    for line in [
      "member set-role acme/ml linus@acme.example operator", "member remove acme/ml linus@acme.example",
      "member add acme/ml linus@acme.example --role admin", "member remove acme/ml linus@acme.example",
      "member invite acme/ml linus@acme.example --role viewer", "invitation resend acme/ml linus@acme.example",
      "invitation cancel acme/ml linus@acme.example", "member add acme/ml linus@acme.example --role viewer",
    ] {
      for name in ["dev", "op", "bill", "stranger"] {
        try company.refused("\(line) --as \(name)@acme.example", by: "actor-allowed")
      }
      try company.tenure("\(line) --as Grace@acme.example", exits: 0)
    }
    for line in [
      "member add acme/labs linus@acme.example --role viewer", "member invite acme/labs linus@acme.example",
      "member set-role acme/labs dev@acme.example viewer", "member remove acme/labs dev@acme.example",
      "member add acme/default linus@acme.example", "member add acme new@other.example",
      "member remove acme linus@acme.example", "member set-role acme linus@acme.example super-admin",
    ] {
      try company.refused("\(line) --as grace@acme.example", by: "actor-allowed")
    }
    // Nobody raises themselves: an admin of one is nothing in another.
    try company.refused(
      "member add acme/labs grace@acme.example --role admin --as grace@acme.example", by: "actor-allowed",
      "no-self-change")
    try company.tenure("member add acme/labs linus@acme.example --role viewer --as ada@acme.example", exits: 0)
    try company.tenure("audit verify", exits: 0)
  }

  @Test func `enterprise: by commit too, a workspace admin changes members of theirs and of no other`() throws {
    let start = Office.manifests(policy: Self.asked)
    let company = try Company(start)
    let own = start.replacing("op@acme.example: operator", with: "op@acme.example: viewer")
    #expect(try seen(company, own, by: "grace").doing == ["change-role acme/ml op@acme.example"])
    #expect(try seen(company, own, by: "dev").rules == ["actor-allowed"])
    let other = start.replacing("labs: {}", with: "labs: {members: {op@acme.example: viewer}}")
    #expect(try seen(company, other, by: "grace").blocked == ["actor-allowed acme/labs op@acme.example"])
    #expect(try seen(company, other, by: "ada").rules == [])
    let organization = start.replacing("op@acme.example: member", with: "op@acme.example: super-admin")
    #expect(try seen(company, organization, by: "grace").rules == ["actor-allowed"])
    let raise = start.replacing("dev@acme.example: developer", with: "dev@acme.example: admin")
    #expect(try seen(company, raise, by: "dev").rules == ["actor-allowed", "no-self-change"])
    #expect(try seen(company, raise, by: "grace").rules == [])
    // Both ways at once: what they may is done, what they may not is withheld.
    let both = own.replacing("labs: {}", with: "labs: {members: {op@acme.example: viewer}}")
    let mixed = try seen(company, both, by: "grace")
    #expect(mixed.doing == ["change-role acme/ml op@acme.example"])
    #expect(mixed.blocked == ["actor-allowed acme/labs op@acme.example"])
  }

  @Test func `enterprise: a renamed workspace keeps its admin, and what people did in it before`() throws {
    let start = Office.manifests(policy: Self.asked)
    let company = try Company(start)
    let renamed = start.replacing("  ml:", with: "  models:\n    renamedFrom: ml")
    #expect(try seen(company, renamed, by: "dev").rules == ["actor-allowed"])
    let fewer = renamed.replacing("      op@acme.example: operator\n", with: "")
    #expect(
      try seen(company, fewer, by: "grace").doing == [
        "rename-workspace acme/models", "remove-member acme/models op@acme.example",
      ])
    // Who raises themselves stays answerable when somebody else renames the workspace.
    let raise = { (text: String) in text.replacing("dev@acme.example: developer", with: "dev@acme.example: admin") }
    try company.commit(raise(start), by: "dev@acme.example")
    try company.tenure("apply --yes", exits: 3)
    try company.commit(raise(renamed), by: "ada@acme.example")
    let first = try company.seePlan()
    #expect(first.doing == ["rename-workspace acme/models"])
    #expect(first.rules == ["actor-allowed", "no-self-change"])
    try company.tenure("apply --yes", exits: 3)
    #expect(try company.seePlan().withheld == ["change-role acme/models dev@acme.example"])
    #expect(try company.people("acme/models").contains("dev@acme.example developer active direct"))
    #expect(try company.seePlan("--approved-by ada@acme.example").rules == [])
  }

  @Test func `enterprise: with additive management too, whoever a renaming commit drops is removed`() throws {
    let start = Office.manifests().replacing("  ml:", with: "  ml:\n    management: additive")
    let company = try Company(start)
    let renamed = start.replacing("  ml:", with: "  models:\n    renamedFrom: ml")
    try company.settle(renamed.replacing("      op@acme.example: operator\n", with: ""))
    #expect(!(try company.people("acme/models").contains { $0.hasPrefix("op@") }))
  }

  @Test func `enterprise: removing a member leaves their resources`() throws {
    let start = Office.manifests()
    let company = try Company(start)
    try company.tenure("resource add acme/ml workflow --count 3 --as dev@acme.example", exits: 0)
    try company.tenure("resource add acme/ml connector --as dev@acme.example", exits: 0)
    try company.tenure("usage add acme/ml 12 --as dev@acme.example", exits: 0)
    let key = try company.key("acme/ml ci --as dev@acme.example")
    let before = try company.tenure("billing show acme/ml", exits: 0)
    #expect(before.contains("dev@acme.example"))
    func kept(_ way: String) throws {
      #expect(!(try company.people("acme/ml").contains { $0.hasPrefix("dev@") }), "\(way)")
      #expect(try company.tenure("billing show acme/ml", exits: 0) == before, "\(way)")
      #expect(try company.tenure("api-key check acme/ml", stdin: key).status == 0, "\(way)")
      #expect(try company.people("~dev@acme.example/Personal") == ["dev@acme.example admin active direct"], "\(way)")
    }
    try company.tenure("member remove acme/ml dev@acme.example --as grace@acme.example", exits: 0)
    try kept("by hand")
    try company.tenure("member add acme/ml dev@acme.example --role developer", exits: 0)
    try company.settle(start.replacing("      dev@acme.example: developer\n", with: ""))
    try kept("by commit")
    #expect(try company.people("acme").contains("dev@acme.example member active direct"))
    try company.settle(
      start.replacing("      dev@acme.example: developer\n", with: "").replacing(
        "  dev@acme.example: member\n", with: ""))
    try kept("with the organization")
  }

  @Test func `enterprise: only adding them again restores access`() throws {
    let start = Office.manifests()
    let company = try Company(start)
    let without = start.replacing("      dev@acme.example: developer\n", with: "")
    try company.tenure("resource add acme/ml workflow --as dev@acme.example", exits: 0)
    try company.settle(without)
    let deeds = [
      "resource add acme/ml workflow", "usage add acme/ml 1", "api-key create acme/ml again",
      "member add acme/ml dev@acme.example --role viewer",
    ]
    func hasNoAccess() throws {
      for line in deeds { try company.refused("\(line) --as dev@acme.example", by: "actor-allowed") }
      try company.tenure("invitation accept acme/ml --as dev@acme.example", exits: 1)
    }
    try hasNoAccess()
    // Nothing else brings it back: another apply, a suspension lifted, a role elsewhere, leaving and joining.
    try company.tenure("apply --yes", exits: 0)
    try company.tenure("account suspend dev@acme.example --reason test", exits: 0)
    try company.tenure("account resume dev@acme.example", exits: 0)
    try company.tenure("member add acme/labs dev@acme.example --role admin", exits: 0)
    try hasNoAccess()
    try company.tenure("member remove acme dev@acme.example", exits: 0)
    try company.tenure("member add acme dev@acme.example", exits: 0)
    try hasNoAccess()
    try company.tenure("member add acme/ml dev@acme.example --role developer --as grace@acme.example", exits: 0)
    try company.tenure("resource add acme/ml workflow --as dev@acme.example", exits: 0)
    #expect(try company.tenure("billing show acme/ml", exits: 0).contains("2"))
    try company.settle(start)
    try company.tenure("api-key create acme/ml again --as dev@acme.example", exits: 0)
  }
}
