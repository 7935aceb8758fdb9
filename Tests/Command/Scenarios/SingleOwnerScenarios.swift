import Foundation
import Testing

/// What the documented product behind `single-owner` does, tried from outside.
@Suite struct SingleOwnerScenarios {
  /// `acme`, owned by ada; in `acme/ml`, which grace owns, are linus and whoever else is declared.
  private static func manifests(
    ml: String = "owner: grace@acme.example, members: {linus@acme.example: member}", more: String = "labs: {}",
    policy: String = ""
  ) -> String {
    """
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    owner: ada@acme.example
    groups:
      crew: [grace@acme.example, linus@acme.example, joe@other.example]
    members: {ada@acme.example: owner}
    workspaces:
      ml: {\(ml)}
      \(more)
    ---
    apiVersion: tenure/v1
    kind: Policy
    extends: single-owner
    invitations: {admission: direct}
    \(policy)
    """
  }

  private static func account(_ workspaces: String, policy: String = "") -> String {
    """
    apiVersion: tenure/v1
    kind: Account
    email: Grace@acme.example
    workspaces: {\(workspaces)}
    ---
    apiVersion: tenure/v1
    kind: Policy
    extends: single-owner
    \(policy)
    """
  }

  private func owners(_ company: Company, _ path: String) throws -> [String] {
    try company.people(path).filter { $0.contains(" owner active ") }
  }

  @Test func `single-owner: a user creates and owns several workspaces`() throws {
    let company = try Company(Self.manifests())
    for name in ["lab", "garden"] {
      try company.tenure("workspace create ~grace@acme.example/\(name) --as GRACE@acme.example", exits: 0)
    }
    try company.refused("workspace create ~grace@acme.example/shed --as ada@acme.example", by: "actor-allowed")
    try company.refused("workspace create ~grace@acme.example/shed --as linus@acme.example", by: "actor-allowed")
    let account = try company.json("account show grace@acme.example")
    let all = ["Personal", "garden", "lab"].map { "~grace@acme.example/\($0)" }
    #expect(account["workspaces"] as? [String] == all)
    for path in all + ["acme/ml"] { #expect(try owners(company, path) == ["grace@acme.example owner active direct"]) }
    #expect(try company.json("workspace show ~grace@acme.example/lab")["kind"] as? String == "standard")
    let declared = try Company(Self.account("Personal: {}, Alpha: {}, Zeta: {owner: grace@ACME.example}"))
    try declared.settle(Self.account("Personal: {}, Alpha: {}, Zeta: {}, Beta: {members: {}}"))
    for name in ["Personal", "Alpha", "Beta", "Zeta"] {
      #expect(try owners(declared, "~grace@acme.example/\(name)") == ["Grace@acme.example owner active direct"])
    }
  }

  @Test func `single-owner: a user belongs to workspaces owned by others`() throws {
    let company = try Company(Self.manifests())
    try company.tenure("workspace create ~ada@acme.example/lab --as ada@acme.example", exits: 0)
    try company.tenure("member invite ~ada@acme.example/lab Linus@acme.example --as ada@acme.example", exits: 0)
    try company.tenure("invitation accept ~ada@acme.example/lab --as linus@acme.example", exits: 0)
    let memberships = try #require(
      try company.json("account show linus@acme.example")["memberships"] as? [[String: Any]])
    let roles = memberships.map { "\($0["path"] as? String ?? "") \($0["role"] as? String ?? "")" }
    #expect(
      roles == ["acme/ml member", "~ada@acme.example/lab member", "~linus@acme.example/Personal owner"])
    #expect(
      try company.tenure("workspace show ~ada@acme.example/lab --as linus@acme.example", exits: 0).contains("ada@"))
    try company.refused("workspace show ~ada@acme.example/lab --as grace@acme.example", by: "actor-allowed")
  }

  @Test func `single-owner: a workspace never has two owners`() throws {
    let company = try Company(Self.manifests())
    let inML = ["grace@acme.example owner active direct", "linus@acme.example member active direct"]
    for flags in ["", Company.everyOverride] {
      for ml in [
        "owner: grace@acme.example, members: {linus@acme.example: owner}",
        "owner: grace@acme.example, members: {crew: owner}",
        "owner: linus@acme.example, members: {grace@acme.example: owner}",
        "owner: grace@acme.example, management: additive, members: {joe@other.example: owner}",
        "members: {grace@acme.example: owner, joe@other.example: {role: owner, expires: 2999-01-01}}",
      ] {
        let seen = try company.seePlan(of: Self.manifests(ml: ml), flags)
        #expect(seen.rules == ["single-owner"] && seen.status == 3, "\(ml) \(seen)")
        #expect(
          seen.doing.allSatisfy { $0.hasPrefix("remove-member") || $0.hasPrefix("add-member acme/ml joe") == false })
      }
    }
    for actor in ["", " --as grace@acme.example"] {
      try company.refused("member set-role acme/ml linus@acme.example owner" + actor, by: "single-owner")
      try company.refused("member add acme/ml joe@other.example --role owner" + actor, by: "single-owner")
      try company.refused("member invite acme/ml joe@other.example --role owner" + actor, by: "single-owner")
    }
    let byHand = try company.tenure("member set-role acme/ml linus@acme.example owner", exits: 3)
    #expect(byHand.contains("instead: hand it over instead: tenure workspace transfer acme/ml linus@acme.example"))
    #expect(try company.people("acme/ml") == inML)
  }

  @Test func `single-owner: ownership passes in one step, so that a workspace never has two owners or none`() throws {
    let company = try Company(Self.manifests())
    let toLinus = "owner: linus@acme.example, members: {grace@acme.example: member}"
    #expect(
      try company.seePlan(of: Self.manifests(ml: toLinus)).doing == ["transfer-ownership acme/ml linus@acme.example"])
    try company.settle(Self.manifests(ml: toLinus))
    #expect(try owners(company, "acme/ml") == ["linus@acme.example owner active direct"])
    let toNewcomer = "owner: joe@other.example, members: {grace@acme.example: member}"
    try company.settle(Self.manifests(ml: toNewcomer))
    #expect(
      try company.people("acme/ml") == [
        "grace@acme.example member active direct", "joe@other.example owner active direct",
      ])
    try company.refused("workspace transfer acme/ml grace@acme.example --as grace@acme.example", by: "actor-allowed")
    try company.tenure("workspace transfer acme/ml grace@acme.example --as joe@other.example", exits: 0)
    #expect(try owners(company, "acme/ml") == ["grace@acme.example owner active direct"])
    for line in ["workspace leave acme/ml", "member remove acme/ml grace@acme.example"] {
      try company.refused(line + " --as grace@acme.example", by: "creator-kept", "last-owner-kept")
    }
    try company.tenure("workspace leave acme/ml --as joe@other.example", exits: 0)
  }

  @Test func `single-owner: a successor who has yet to accept makes no second owner`() throws {
    let company = try Company(Self.account("Personal: {}, lab: {}"))
    let manifests = Self.account("Personal: {}, lab: {owner: joe@other.example, members: {grace@acme.example: member}}")
    let lab = "~grace@acme.example/lab"
    let seen = try company.seePlan(of: manifests)
    #expect(seen.status == 0 && seen.doing == ["invite ~Grace@acme.example/lab joe@other.example"])
    try company.settle(manifests)
    #expect(try owners(company, lab) == ["Grace@acme.example owner active direct"])
    #expect(try company.people(lab).contains("joe@other.example member pending direct"))
    try company.join("joe@other.example", lab)
    try company.settle(manifests)
    #expect(
      try company.people(lab) == [
        "Grace@acme.example member active direct", "joe@other.example owner active direct",
      ])
    #expect(try company.json("workspace show \(lab)")["owner"] as? String == "joe@other.example")
  }

  @Test func `single-owner: an organization's owner is no second owner of its workspaces`() throws {
    let company = try Company(Self.manifests())
    #expect(
      try company.people("acme/ml") == [
        "grace@acme.example owner active direct", "linus@acme.example member active direct",
      ])
    try company.refused("member remove acme/ml linus@acme.example --as ada@acme.example", by: "actor-allowed")
    try company.refused("workspace delete acme/ml --yes --as ada@acme.example", by: "actor-allowed")
    try company.tenure("member add acme joe@other.example --as ada@acme.example", exits: 0)
    try company.tenure("workspace create acme/new --as ada@acme.example", exits: 0)
    try company.refused("workspace create acme/other --as joe@other.example", by: "actor-allowed")
    // Where nobody is named, the organization's owner is the workspace's.
    for path in ["acme/default", "acme/labs", "acme/new"] {
      #expect(try company.people(path) == ["ada@acme.example owner active direct"])
    }
    #expect(try company.json("workspace show acme/labs")["owner"] as? String == "ada@acme.example")
  }

  @Test func `single-owner: sign-up gives a default workspace named Personal`() throws {
    let company = try Company(Self.manifests())
    try company.tenure("account sign-up New@other.example --name New", exits: 0)
    let shown = try company.json("workspace show ~new@other.example/Personal --as new@OTHER.example")
    #expect(shown["kind"] as? String == "personal" && shown["owner"] as? String == "New@other.example")
    #expect(try company.people("~new@other.example/Personal") == ["New@other.example owner active direct"])
    // Everybody who gets an account by another way has it too: direct members, and declared accounts.
    #expect(try company.people("~linus@acme.example/Personal") == ["linus@acme.example owner active direct"])
    let declared = try Company(Self.account("Lab: {}"))
    #expect(try declared.people("~grace@acme.example/Personal") == ["Grace@acme.example owner active direct"])
    // It may be renamed and stays what it is: the kind counts, not the name.
    try declared.settle(Self.account("Home: {renamedFrom: Personal}, Lab: {}"))
    #expect(try declared.json("workspace show ~grace@acme.example/Home")["kind"] as? String == "personal")
    try declared.refused(
      "workspace delete ~grace@acme.example/Home --yes --as grace@acme.example", by: "personal-workspace-undeletable")
    let seen = try declared.seePlan(of: Self.account("Home: {removed: unused}, Lab: {}"), Company.everyOverride)
    #expect(seen.blocked == ["personal-workspace-undeletable ~Grace@acme.example/Home"])
  }

  @Test
  func `single-owner: the owner deletes, invites, removes, changes the subscription; a member can do none of these`()
    throws
  {
    let company = try Company(Self.manifests())
    let lines = [
      "member invite acme/ml joe@other.example zoe@other.example", "invitation resend acme/ml joe@other.example",
      "invitation cancel acme/ml joe@other.example", "member set-role acme/ml zoe@other.example member",
      "member remove acme/ml linus@acme.example", "workspace set-subscription acme/ml team",
      "workspace delete acme/ml --yes",
    ]
    for line in lines {
      for name in ["linus@acme.example", "stranger@other.example"] where !line.contains("set-role") {
        try company.refused("\(line) --as \(name)", by: "actor-allowed")
      }
      let done = try company.tenure("\(line) --as Grace@acme.example", exits: 0)
      #expect(!done.isEmpty)
      // The member who was removed is let in again, to be refused once more.
      if line.contains("remove") { try company.tenure("member add acme/ml linus@acme.example", exits: 0) }
    }
    #expect(try company.tenure("who acme/ml", exits: 1).contains("there is no workspace"))
    let entries = try company.auditEntries().suffix(2)
    #expect(entries.map { $0["action"] as? String } == ["update-workspace", "delete-workspace"])
    #expect(entries.allSatisfy { $0["actors"] as? [String] == ["grace@acme.example"] })
    try company.tenure("audit verify", exits: 0)
  }

  @Test(arguments: [("grace@acme.example", true), ("linus@acme.example", false), ("ada@acme.example", false)])
  func `single-owner: by commit too, the owner alone invites, removes and changes the subscription`(
    author: String, may: Bool
  ) throws {
    let asked = "protection: {actor-allowed: on}"
    let company = try Company(Self.manifests(policy: asked))
    for ml in [
      "owner: grace@acme.example, members: {linus@acme.example: member, joe@other.example: member}",
      "owner: grace@acme.example, members: {}",
      "owner: grace@acme.example, subscription: team, members: {linus@acme.example: member}",
    ] {
      try company.commit(Self.manifests(ml: ml, policy: asked), by: author)
      let seen = try company.seePlan()
      #expect(seen.rules == (may ? [] : ["actor-allowed"]) && seen.doing.count == (may ? 1 : 0), "\(ml) \(seen)")
      // Taken back, so that the next commit stands alone.
      try company.commit(Self.manifests(policy: asked), by: "grace@acme.example")
      try company.apply()
    }
    try company.commit(Self.manifests(ml: "removed: unused", policy: asked), by: author)
    #expect(try company.seePlan().rules.contains("deletion-needs-operator"))
    #expect(try company.seePlan("--allow-deletion").rules == (may ? [] : ["actor-allowed"]))
  }

  @Test
  func
    `single-owner: the subscription's member limit is enforced, and lowering it below the present count is refused with the names`()
    throws
  {
    let people = (1...4).map { "m\($0)@other.example: member" }.joined(separator: ", ")
    let full = "owner: grace@acme.example, members: {\(people)}"
    let six = "owner: grace@acme.example, SUB members: {\(people), m5@other.example: member}"
    let company = try Company(Self.manifests(ml: full))
    #expect(try company.seats("acme/ml") == 5)
    for flags in ["", Company.everyOverride] {
      let seen = try company.seePlan(of: Self.manifests(ml: six.replacing("SUB", with: "")), flags)
      #expect(seen.blocked == ["member-cap acme/ml m5@other.example"] && seen.doing == [])
    }
    for line in ["add", "invite"] {
      try company.refused("member \(line) acme/ml m5@other.example --as grace@acme.example", by: "member-cap")
      try company.refused("member \(line) acme/ml m5@other.example", by: "member-cap")
    }
    let large = Self.manifests(ml: six.replacing("SUB", with: "subscription: team,"))
    try company.settle(large)
    #expect(try company.seats("acme/ml") == 6)
    for line in ["", " --as grace@acme.example"] {
      let refused = try company.tenure("workspace set-subscription acme/ml free" + line, exits: 3)
      #expect(refused.contains("member-cap: acme/ml has 6 members"))
      for name in ["grace@acme.example", "m1@other.example", "m5@other.example"] { #expect(refused.contains(name)) }
    }
    let lowered = Self.manifests(ml: six.replacing("SUB", with: "subscription: free,"))
    #expect(try company.seePlan(of: lowered).blocked == ["member-cap acme/ml"])
    #expect(try company.tenure("plan", exits: 3).contains("m4@other.example, m5@other.example"))
    // One seat less and the lower subscription in one commit, in that order.
    let fitting = Self.manifests(ml: "subscription: free, " + full)
    #expect(
      try company.seePlan(of: fitting).doing == ["remove-member acme/ml m5@other.example", "update-workspace acme/ml"])
    try company.settle(fitting)
  }

  @Test func `single-owner: pending invitations count against the limit, and a cancelled one frees its seat`() throws {
    let company = try Company(Self.account("Personal: {members: {joe@other.example: member}}"))
    let place = "~grace@acme.example/Personal"
    try company.tenure("member invite \(place) a@x.example b@x.example c@x.example --as grace@acme.example", exits: 0)
    try company.refused("member invite \(place) d@x.example --as grace@acme.example", by: "member-cap")
    try company.tenure("invitation cancel \(place) b@x.example --as grace@acme.example", exits: 0)
    try company.tenure("member invite \(place) d@x.example --as grace@acme.example", exits: 0)
    try company.refused("member add \(place) e@x.example", by: "member-cap")
    // A full workspace keeps nobody from joining who was promised a seat.
    try company.join("a@x.example", place)
    #expect(try company.seats("\(place)") == 5)
  }
}
