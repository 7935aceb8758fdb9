import Foundation
import Testing

/// `tenure diff`: what merging changes, without a store and with one.
@Suite struct DiffTests {
  private static func manifests(grace: String = "developer", sre: String = "[linus@acme.example]", more: String = "")
    -> String
  {
    """
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    owner: ada@acme.example
    members:
      ada@acme.example: super-admin
      grace@acme.example: member
      linus@acme.example: member
      barbara@acme.example: member
    workspaces:
      ml: {members: {grace@acme.example: \(grace), platform: viewer}}
    groups:
      platform: [sre]
    \(more)
    ---
    apiVersion: tenure/v1
    kind: Group
    name: sre
    members: \(sre)
    """
  }

  private func actions(_ json: String, _ key: String = "actions") throws -> [String] {
    let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
    return try #require(object?[key] as? [[String: Any]]).map { action in
      let role = ["before", "after"].map { ((action[$0] as? [String: Any])?["role"] as? String) ?? "-" }
      return "\(action["action"]!) \(action["workspace"] as? String ?? "") \(action["subject"] as? String ?? "") "
        + "\(role[0])>\(role[1]) \(action["origin"]!)"
    }
  }

  private func digest(_ json: String) throws -> String {
    let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
    return try #require(object?["digest"] as? String)
  }

  private func everybodyAccepts(_ company: Company) throws {
    for person in ["grace", "linus", "barbara"] {
      try company.tenure("account sign-up \(person)@acme.example", exits: 0)
      try company.tenure("invitation accept acme --as \(person)@acme.example", exits: 0)
    }
    try company.apply()
  }

  @Test func `a role that changes is seen without a store`() throws {
    let company = try Company(Self.manifests(), apply: false)
    try company.commit(Self.manifests(grace: "admin"))
    let result = try company.tenure("diff HEAD~1..HEAD --format json")
    #expect(result.status == 0, "\(result.err)")
    #expect(try actions(result.out) == ["change-role ml grace@acme.example developer>admin change"])
    #expect(!FileManager.default.fileExists(atPath: company.storeFolder))
    try company.tenure("diff HEAD~1..HEAD --detailed-exitcode", exits: 2)
    #expect(try company.tenure("diff HEAD..HEAD --detailed-exitcode", exits: 0).contains("No changes."))
  }

  @Test func `a group for all reaches every organization that names it, in whichever file`() throws {
    let company = try Company(Self.manifests(), apply: false)
    for name in ["globex", "initech"] {
      try company.write(
        """
        apiVersion: tenure/v1
        kind: Organization
        name: \(name)
        members: {ada@acme.example: super-admin, "\(name == "globex" ? "s\\x72e" : "ada@x.example")": member}
        """, to: "manifests/\(name).yaml")
    }
    try company.write("apiVersion: tenure/v1\nkind: Policy\ninvitations: {admission: direct}\n", to: "manifests/p.yaml")
    try company.commit(Self.manifests(), message: "more")
    try company.commit(Self.manifests(sre: "[linus@acme.example, barbara@acme.example]"))
    let result = try company.tenure("diff HEAD~1..HEAD --format json")
    #expect(
      try actions(result.out) == [
        "add-member ml barbara@acme.example ->viewer change", "add-member  barbara@acme.example ->member change",
      ])
  }

  @Test func `the digest that was accepted is the one that is applied`() throws {
    let company = try Company(Self.manifests())
    try everybodyAccepts(company)
    try company.git("checkout", "-q", "-b", "more")
    try company.commit(Self.manifests(grace: "admin"))
    let alone = try digest(company.tenure("diff main...more --state none.db --format json").out)
    let stored = try digest(company.tenure("diff main...more --format json").out)
    try company.git("checkout", "-q", "main")
    try company.git("merge", "-q", "--no-ff", "-m", "Merge more", "more")
    #expect(alone == stored)
    try company.tenure("apply --yes --expect \(alone)", exits: 0)
  }

  @Test func `drift stands apart, and is never applied under the digest of a review before it`() throws {
    let company = try Company(Self.manifests())
    try everybodyAccepts(company)
    try company.commit(Self.manifests(grace: "admin"))
    let reviewed = try digest(company.tenure("diff HEAD~1..HEAD --format json").out)
    try company.tenure("member set-role acme/ml linus@acme.example admin", exits: 0)
    let now = try company.tenure("diff HEAD~1..HEAD --format json").out
    #expect(try actions(now) == ["change-role ml grace@acme.example developer>admin change"])
    #expect(try actions(now, "besides") == ["change-role ml linus@acme.example admin>viewer drift"])
    try company.tenure("apply --yes --expect \(reviewed)", exits: 1)
    let role = try company.tenure("who acme/ml", exits: 0).split(separator: "\n").first { $0.contains("linus@") }
    #expect(role?.contains("admin") == true, "nothing was applied")
    try company.tenure("apply --yes --expect \(try digest(now))", exits: 0)
  }

  @Test func `what was merged before and is not applied yet is no part of the change`() throws {
    let company = try Company(Self.manifests())
    try everybodyAccepts(company)
    try company.commit(Self.manifests(more: "displayName: Acme"))
    try company.commit(Self.manifests(grace: "admin", more: "displayName: Acme"))
    let result = try company.tenure("diff HEAD~1..HEAD --format json").out
    #expect(try actions(result) == ["change-role ml grace@acme.example developer>admin change"])
    #expect(try actions(result, "besides") == ["update-organization   ->- change"])
    #expect(try company.tenure("diff HEAD~1..HEAD", exits: 0).contains("What an apply would do besides"))
  }

  @Test func `three dots compare with what both have in common`() throws {
    let company = try Company(Self.manifests(), apply: false)
    try company.git("checkout", "-q", "-b", "more")
    try company.commit(Self.manifests(grace: "admin"))
    try company.git("checkout", "-q", "main")
    try company.commit(Self.manifests(sre: "[]"))
    #expect(try actions(company.tenure("diff main...more --format json").out).count == 1)
    #expect(try actions(company.tenure("diff main..more --format json").out).count == 2)
    #expect(try actions(company.tenure("diff more...main --format json").out).count == 1)
  }

  @Test func `a bare repository will do, and a shallow one says what to fetch`() throws {
    let company = try Company(Self.manifests(), apply: false)
    try company.commit(Self.manifests(grace: "admin"))
    let url = "file://" + company.folder
    try company.git("clone", "-q", "--bare", url, company.folder + "/bare.git")
    try company.git("clone", "-q", "--depth", "1", url, company.folder + "/shallow")
    #expect(try actions(company.tenure("diff main~1..main --repo bare.git --format json").out).count == 1)
    #expect(try company.tenure("diff main~1..main --repo shallow", exits: 1).contains("git fetch --unshallow"))
    try company.git("clone", "-q", "--depth", "2", url, company.folder + "/two")
    #expect(try actions(company.tenure("diff main~1..main --repo two --format json").out).count == 1)
  }

  @Test(arguments: ["main", "..", "main..nowhere", "main....main", "main..main..main", "nowhere...main"])
  func `what names no two commits is refused`(span: String) throws {
    let company = try Company(Self.manifests(), apply: false)
    let result = try company.tenure("diff \(span)")
    #expect([1, 64].contains(result.status) && result.out.isEmpty, "\(result.out)")
    #expect(result.err.contains("BASE..HEAD") || result.err.contains("no branch, tag or commit"), "\(result.err)")
  }

  @Test func `a deletion takes the operator, and passes with the flag`() throws {
    let company = try Company(Self.manifests(), apply: false)
    try company.commit(
      Self.manifests().replacing(
        "ml: {members: {grace@acme.example: developer, platform: viewer}}", with: "ml: {removed: gone}"))
    #expect(try company.tenure("diff HEAD~1..HEAD", exits: 3).contains("deletion-needs-operator"))
    try company.tenure("diff HEAD~1..HEAD --allow-deletion", exits: 0)
  }

  @Test func `who raises themselves is refused before anything is stored`() throws {
    let company = try Company(Self.manifests(), apply: false)
    try company.commit(Self.manifests(grace: "admin"), by: "grace@acme.example")
    #expect(try company.tenure("diff HEAD~1..HEAD", exits: 3).contains("no-self-change"))
    try company.tenure("diff HEAD~1..HEAD --approved-by ada@acme.example", exits: 0)
  }

  @Test func `errors of the branch are shown, those of its base are not its fault`() throws {
    let company = try Company(Self.manifests(), apply: false)
    try company.commit(Self.manifests(grace: "captain"))
    #expect(try company.tenure("diff HEAD~1..HEAD", exits: 4).contains("manifests/acme.yaml:11:"))
    try company.commit(Self.manifests(grace: "admin"))
    #expect(try company.tenure("diff HEAD~1..HEAD", exits: 0).contains("base-invalid"))
  }

  @Test func `a file that does not parse stops everything`() throws {
    let company = try Company(Self.manifests(), apply: false)
    try company.commit("a: [")
    try company.tenure("diff HEAD~1..HEAD", exits: 4)
    try company.tenure("diff HEAD~1..HEAD --format json", exits: 4)
  }

  @Test func `manifests that all go are no empty desired state`() throws {
    let company = try Company(Self.manifests(), apply: false)
    try company.git("rm", "-q", "manifests/acme.yaml")
    try company.git("commit", "-q", "-m", "gone")
    #expect(try company.tenure("diff HEAD~1..HEAD", exits: 4).contains("no-manifests"))
  }

  @Test func `what changes in a policy is an action, and said value by value`() throws {
    let company = try Company(Self.manifests(), apply: false)
    let policy = "\n---\napiVersion: tenure/v1\nkind: Policy\nprotection: {no-self-change: off}\n"
    try company.commit(Self.manifests() + policy)
    let said = "protection.no-self-change: raise → off"
    #expect(try company.tenure("diff HEAD~1..HEAD", exits: 0).contains("update-policy  the Policy for all"))
    #expect(try company.tenure("diff HEAD~1..HEAD", exits: 0).contains("\n      \(said)\n"))
    let comment = try company.tenure("diff HEAD~1..HEAD --format markdown", exits: 0)
    #expect(comment.contains("What changes in policies"), "\(comment)")
    #expect(try company.tenure("diff HEAD~1..HEAD --state none.db", exits: 0).contains("there is no store at none.db"))
  }

  @Test func `a pipeline that does not say who changes is told what that means`() throws {
    let attested = "\n---\napiVersion: tenure/v1\nkind: Policy\nidentity: attested\n"
    let company = try Company(Self.manifests() + attested, apply: false)
    try company.commit(Self.manifests(grace: "admin") + attested, by: "linus@acme.example")
    let nobody = "until the pipeline says who made this change"
    #expect(try company.tenure("diff HEAD~1..HEAD", exits: 0).contains(nobody))
    let named = try company.tenure("diff HEAD~1..HEAD --actor grace@acme.example", exits: 3)
    #expect(named.contains("no-self-change") && !named.contains(nobody))
    try company.tenure("diff HEAD~1..HEAD --actor grace@acme.example --approved-by ada@acme.example", exits: 0)
  }

  @Test func `a grant that waits for an acceptance is said`() throws {
    let company = try Company(Self.manifests())
    try company.commit(Self.manifests(grace: "admin"))
    let comment = try company.tenure("diff HEAD~1..HEAD --format markdown", exits: 0)
    #expect(comment.contains("Declared, and not done by an apply now"), "\(comment)")
    #expect(comment.contains("as admin"), "\(comment)")
  }

  @Test func `a comment says so where nothing can be planned`() throws {
    let company = try Company(Self.manifests(), apply: false)
    try company.commit("a: [")
    let broken = try company.tenure("diff HEAD~1..HEAD --format markdown")
    #expect(broken.status == 4 && broken.out.hasPrefix("<!-- tenure-plan -->"), "\(broken.out)")
    #expect(broken.out.contains("manifests/acme.yaml:"))
    try company.commit(Self.manifests(grace: "captain"))
    let invalid = try company.tenure("diff HEAD~1..HEAD --format markdown")
    #expect(invalid.status == 4 && invalid.out.contains("captain"), "\(invalid.out)")
  }
}
