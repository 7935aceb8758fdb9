import Foundation
import Testing

/// What a removal ends and what it leaves behind: `invitations.ofRemoved` and `apiKeys.ofRemoved`.
@Suite struct RemovalTests {
  private static func organization(
    admission: String = "invite", ofRemoved: String = "cancel", keys: String = "keep", admins: String = "off",
    bob: Bool = true, declared: String = ""
  ) -> String {
    """
    apiVersion: tenure/v1
    kind: Policy
    extends: enterprise
    protection: {removal-threshold: off, minimum-admins: \(admins)}
    invitations: {admission: \(admission), ofRemoved: \(ofRemoved)}
    apiKeys: {ofRemoved: \(keys)}
    ---
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    management: additive
    members:
      ada@acme.example: super-admin
    \(bob ? "  bob@acme.example: super-admin" : "")
    \(declared)
    workspaces:
      ml:
        members:
          ada@acme.example: admin
    \(bob ? "      bob@acme.example: admin" : "")
    """
  }

  /// Bob is admin of acme/ml, has a key there and invited Eve to acme and Max to acme/ml.
  private func company(ofRemoved: String = "cancel", keys: String = "keep") throws -> Company {
    let company = try Company(Self.organization(admission: "direct", ofRemoved: ofRemoved, keys: keys))
    try company.commit(Self.organization(ofRemoved: ofRemoved, keys: keys), by: "root@acme.example")
    try company.apply()
    try company.tenure("member invite acme eve@acme.example --as bob@acme.example", exits: 0)
    try company.tenure("member invite acme max@acme.example --as bob@acme.example", exits: 0)
    try company.tenure("member invite acme ida@acme.example", exits: 0)
    _ = try company.key("acme/ml ci --as bob@acme.example")
    _ = try company.key("acme/ml own --as ada@acme.example")
    return company
  }

  private func invited(_ company: Company) throws -> Set<String> {
    let list = try #require(try company.json("invitation list")["invitations"] as? [[String: Any]])
    return Set(list.compactMap { $0["subject"] as? String })
  }

  private func keys(_ company: Company) throws -> [String] {
    let list = try #require(try company.json("api-key list acme/ml")["keys"] as? [[String: Any]])
    return list.compactMap { $0["name"] as? String }
  }

  private func actions(_ company: Company, exits status: Int32 = 0) throws -> [[String: Any]] {
    try #require(try company.json("plan", exits: status)["actions"] as? [[String: Any]])
  }

  private static func selfServe(_ role: String, ml: String = "", keys: String = "revoke") -> String {
    """
    apiVersion: tenure/v1
    kind: Policy
    extends: self-serve
    invitations: {admission: direct}
    apiKeys: {ofRemoved: \(keys)}
    ---
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    owner: ada@acme.example
    members: {ada@acme.example: owner, bob@acme.example: \(role)}
    workspaces: {ml: {owner: ada@acme.example, members: {\(ml)}}}
    """
  }

  @Test func `a demotion that closes a workspace ends the keys made there, like a removal`() throws {
    let company = try Company(Self.selfServe("owner"))
    _ = try company.key("acme/ml k --as bob@acme.example")
    try company.commit(Self.selfServe("member"), by: "root@acme.example")
    #expect(try actions(company).map { $0["action"] as? String } == ["change-role", "revoke-api-key"])
    try company.apply()
    #expect(try keys(company).isEmpty)
    try company.commit(Self.selfServe("owner"), by: "root@acme.example")
    try company.apply()
    #expect(try keys(company).isEmpty)
  }

  @Test func `by command likewise, and what is kept is named`() throws {
    let company = try Company(Self.selfServe("owner"))
    _ = try company.key("acme/ml k --as bob@acme.example")
    let done = try company.tenure("member set-role acme bob@acme.example member", exits: 0)
    #expect(done.contains("revoke-api-key"), "\(done)")

    let keeping = try Company(Self.selfServe("owner", keys: "keep"))
    _ = try keeping.key("acme/ml k --as bob@acme.example")
    try keeping.commit(Self.selfServe("member", keys: "keep"), by: "root@acme.example")
    let warnings = try #require(try keeping.json("plan")["warnings"] as? [[String: Any]])
    #expect(
      warnings.map { $0["message"] as? String } == [
        "bob@acme.example no longer has access and leaves behind API key k"
      ])
  }

  @Test func `who keeps a way in keeps the keys`() throws {
    let company = try Company(Self.selfServe("owner", ml: "bob@acme.example: member"))
    _ = try company.key("acme/ml k --as bob@acme.example")
    for role in ["member", "owner"] {
      try company.commit(Self.selfServe(role, ml: "bob@acme.example: member"), by: "root@acme.example")
      try company.apply()
      #expect(try keys(company) == ["k"])
    }
    // Neither the one alone nor the other ends it.
    try company.commit(Self.selfServe("owner"), by: "root@acme.example")
    try company.apply()
    #expect(try keys(company) == ["k"])
    try company.commit(Self.selfServe("member"), by: "root@acme.example")
    try company.apply()
    #expect(try keys(company).isEmpty)
  }

  @Test func `invitations say who sent them`() throws {
    let company = try company()
    let list = try #require(try company.json("invitation list")["invitations"] as? [[String: Any]])
    let inviters = list.map { "\($0["subject"] ?? "") \($0["invitedBy"] as? String ?? "nobody")" }
    #expect(
      inviters == [
        "eve@acme.example bob@acme.example", "ida@acme.example nobody", "max@acme.example bob@acme.example",
      ])
    #expect(try company.tenure("invitation list", exits: 0).contains("invited by"))
    let entries = try #require(try company.json("audit --subject eve@acme.example")["entries"] as? [[String: Any]])
    #expect((entries.last?["after"] as? [String: Any])?["invitedBy"] as? String == "bob@acme.example")
    try company.tenure("invitation resend acme eve@acme.example", exits: 0)
    let again = try #require(try company.json("invitation list")["invitations"] as? [[String: Any]])
    #expect(again.first?["invitedBy"] is NSNull, "whoever sent it last")
  }

  @Test func `a plan that removes somebody ends what they sent and names what they leave`() throws {
    let company = try company()
    try company.commit(Self.organization(bob: false))
    let actions = try actions(company)
    let cancelled = actions.filter { $0["action"] as? String == "cancel-invitation" }
    #expect(Set(cancelled.compactMap { $0["subject"] as? String }) == ["eve@acme.example", "max@acme.example"])
    let removal = try #require(
      actions.first { $0["action"] as? String == "remove-member" && $0["workspace"] is NSNull })
    for action in cancelled {
      #expect(action["actors"] as? [String] == removal["actors"] as? [String])
      #expect(action["origin"] as? String == removal["origin"] as? String)
    }
    let warnings = try #require(try company.json("plan")["warnings"] as? [[String: Any]])
    let left = warnings.filter { $0["code"] as? String == "removal-leaves" }
    #expect(left.map { $0["path"] as? String } == ["acme/ml"])
    #expect((left.first?["message"] as? String)?.contains("bob@acme.example") == true)
    #expect((left.first?["message"] as? String)?.contains("API key ci") == true)
    try company.apply()
    #expect(try invited(company) == ["ida@acme.example"])
    #expect(try keys(company) == ["ci", "own"])
    #expect(try company.tenure("plan", exits: 0).contains("No changes."))
  }

  @Test func `under revoke the keys go too, and with a removal that is refused nothing does`() throws {
    let company = try company(keys: "revoke")
    try company.commit(Self.organization(keys: "revoke", admins: "2", bob: false))
    let refused = try actions(company, exits: 3).filter { !(($0["blockedBy"] as? [String]) ?? []).isEmpty }
    #expect(
      Set(refused.compactMap { $0["action"] as? String }).isSuperset(of: ["revoke-api-key", "cancel-invitation"]),
      "\(refused)")
    try company.tenure("apply --yes", exits: 3)
    #expect(try keys(company) == ["ci", "own"])
    #expect(try invited(company).count == 3)
    // What was refused is not done by what is relaxed later: it is written again.
    try company.commit(Self.organization(keys: "revoke"))
    _ = try company.tenure("apply --yes")
    try company.commit(Self.organization(keys: "revoke", bob: false))
    #expect(!(try company.tenure("plan", exits: 0)).contains("removal-leaves"))
    try company.apply()
    #expect(try keys(company) == ["own"])
    #expect(try invited(company) == ["ida@acme.example"])
    #expect(try company.tenure("audit verify", exits: 0).contains("OK"))
  }

  @Test func `under keep the invitations stay and are named`() throws {
    let company = try company(ofRemoved: "keep")
    let removed = try company.tenure("member remove acme bob@acme.example")
    #expect(removed.status == 0 && !removed.out.contains("cancel-invitation"))
    #expect(removed.err.contains("leaves behind the invitations of eve@acme.example, max@acme.example"))
    #expect(removed.err.contains("leaves behind API key ci"))
    #expect(try invited(company).count == 3)
  }

  @Test(arguments: [
    "member remove acme bob@acme.example", "account delete bob@acme.example --yes",
    "account suspend bob@acme.example --reason gone",
  ])
  func `commands end what the person sent`(line: String) throws {
    let company = try company()
    let result = try company.tenure(line)
    #expect(result.status == 0, "\(result.out)\(result.err)")
    #expect(result.out.contains("cancel-invitation"))
    #expect(try invited(company) == ["ida@acme.example"], "\(result.out)")
    #expect(try keys(company) == ["ci", "own"], "kept: they are the workspace's")
    let entries = try #require(try company.json("audit --subject eve@acme.example")["entries"] as? [[String: Any]])
    #expect(entries.last?["action"] as? String == "cancel-invitation")
  }

  @Test func `whoever leaves of their own will is not removed, and whom they invited may come`() throws {
    let company = try company()
    try company.tenure("workspace leave acme --as bob@acme.example", exits: 0)
    #expect(try invited(company).count == 3)
  }

  @Test func `who is declared stays invited`() throws {
    let company = try company()
    try company.commit(Self.organization(declared: "  eve@acme.example: member"))
    try company.apply()
    try company.tenure("account suspend bob@acme.example --reason gone", exits: 0)
    #expect(try invited(company) == ["eve@acme.example", "ida@acme.example"])
  }

  @Test func `whoever was taken out while suspended has no key after a resume`() throws {
    let company = try Company(Self.organization(admission: "direct", keys: "revoke"))
    let key = try company.key("acme/ml k --as bob@acme.example")
    func works() throws -> Bool {
      try Binary().run(["api-key", "check", "acme/ml"], in: company.folder, stdin: key).status == 0
    }
    #expect(try works())
    try company.tenure("account suspend bob@acme.example --reason fired", exits: 0)
    #expect(try !works())
    try company.commit(Self.organization(admission: "direct", keys: "revoke", bob: false))
    try company.apply()
    try company.tenure("account resume bob@acme.example", exits: 0)
    #expect(try !works())
    #expect(try keys(company).isEmpty)
  }

  @Test func `mails leave the outbox with their invitation`() throws {
    let company = try company()
    func mails() throws -> [String] {
      let entries = try #require(try company.json("outbox list")["entries"] as? [[String: Any]])
      return entries.filter { $0["kind"] as? String == "invitation" }.compactMap { $0["to"] as? String }
    }
    #expect(try mails() == ["eve@acme.example", "max@acme.example", "ida@acme.example"])
    try company.tenure("invitation resend acme eve@acme.example", exits: 0)
    #expect(try mails() == ["max@acme.example", "ida@acme.example", "eve@acme.example"], "the old token is dead")
    try company.tenure("invitation cancel acme max@acme.example", exits: 0)
    try company.tenure("account sign-up ida@acme.example", exits: 0)
    try company.tenure("invitation accept acme --as ida@acme.example", exits: 0)
    #expect(try mails() == ["eve@acme.example"])
    try company.tenure("invitation decline acme --as eve@acme.example", exits: 0)
    #expect(try mails().isEmpty)
  }
}
