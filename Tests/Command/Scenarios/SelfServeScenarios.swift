import Foundation
import Testing

/// What *self-serve* promises, tried from outside.
@Suite struct SelfServeScenarios {
  private func manifests(_ ml: String, more: String = "", documents: String = "") -> String {
    Scene.manifests("self-serve", ml: ml, more: more, documents: documents)
  }

  /// Everybody but ada has accepted, in this order, a day after the other from 2027-01-01 on.
  private func scene(_ ml: String, _ people: [String]) throws -> Scene {
    let scene = try Scene(manifests("ada@: owner, " + ml))
    for (day, person) in people.enumerated() {
      try scene.run("account sign-up \(person) --now 2027-01-0\(day + 1)")
      try scene.run("invitation accept acme/ml --as \(person) --now 2027-01-0\(day + 1)")
    }
    try scene.apply()
    return scene
  }

  private func invoices(_ scene: Scene, _ path: String) throws -> [[String: Any]] {
    try scene.json("billing show \(path)")["invoices"] as? [[String: Any]] ?? []
  }

  @Test func `self-serve: the sign-up workspace can be deleted, with a final invoice`() throws {
    let scene = try Scene(manifests("ada@: owner"))
    for person in ["bob@", "cid@", "dan@"] { try scene.run("account sign-up \(person)") }
    #expect(try scene.json("workspace show ~bob@/Personal")["kind"] as? String == "standard")
    try scene.run("member add ~bob@/Personal cid@")
    try scene.run("usage add ~bob@/Personal 7 --as bob@")
    try scene.run("workspace delete ~bob@/Personal --as bob@", exits: 1)
    try scene.refused(
      "actor-allowed", "workspace delete ~bob@/Personal --yes --as cid@",
      "workspace delete ~bob@/Personal --yes --as dan@")
    try scene.run("workspace delete ~BOB@/Personal --yes --as bob@")
    #expect(try invoices(scene, "~bob@/Personal").map { $0["total"] as? Int } == [7])
    #expect(try scene.emails().contains("bob@"), "the account stays")
    #expect(try scene.log().suffix(2) == ["final-invoice ~bob@/Personal", "delete-workspace ~bob@/Personal"])
    try scene.run("workspace create ~bob@/Next --as bob@")
    // By the operator, and where nothing was used.
    try scene.run("workspace delete ~cid@/Personal --yes")
    #expect(try invoices(scene, "~cid@/Personal").map { $0["total"] as? Int } == [0])
    // By manifests: a tombstone and the operator.
    try scene.commit(
      manifests(
        "ada@: owner",
        documents:
          "---\napiVersion: tenure/v1\nkind: Account\nemail: dan@\nworkspaces:\n  Personal: {removed: moved on}"))
    #expect(try scene.plan().blocked == ["deletion-needs-operator ~dan@/Personal"])
    try scene.apply("--allow-deletion")
    #expect(try invoices(scene, "~dan@/Personal").count == 1)
    // An organization's default workspace too.
    try scene.run("workspace delete acme/default --yes --as ada@")
    #expect(try invoices(scene, "acme/default").count == 1)
  }

  @Test func `self-serve: a leaving last owner passes ownership to the longest-standing member`() throws {
    let scene = try scene("cid@: member, bob@: member, dan@: member", ["cid@", "bob@", "dan@"])
    let left = try scene.run("workspace leave acme/ml --as ada@ --now 2027-02-01")
    #expect(left.contains("change-role") && left.contains("transfer-ownership"))
    #expect(try scene.owner("acme/ml") == "cid@")
    #expect(try scene.who("acme/ml") == ["bob@ member", "cid@ owner", "dan@ member"])
    // Suspended, ending and pending people are passed over.
    try scene.run("account suspend bob@ --reason lost")
    try scene.run("member invite acme/ml eve@ --as cid@")
    try scene.run("workspace leave acme/ml --as cid@")
    #expect(try scene.owner("acme/ml") == "dan@" && scene.who("acme/ml").contains("dan@ owner"))
    // Where other owners are, the longest-standing of them becomes the owner of record.
    try scene.run("account resume bob@")
    try scene.run("member add acme/ml fay@ --role owner --now 2027-03-01")
    try scene.run("workspace leave acme/ml --as dan@")
    #expect(try scene.owner("acme/ml") == "fay@")
    #expect(try scene.who("acme/ml") == ["bob@ member", "eve@ member pending", "fay@ owner"])
    // One who is no owner leaves nothing behind.
    try scene.run("workspace leave acme/ml --as bob@")
    #expect(try scene.owner("acme/ml") == "fay@")
    // In an account's own workspace likewise; leaving the organization passes on what was owned in it.
    try scene.run("account sign-up max@")
    try scene.run("member add ~max@/Personal bob@")
    try scene.run("workspace leave ~max@/Personal --as max@")
    #expect(try scene.who("~max@/Personal") == ["bob@ owner"] && scene.owner("~max@/Personal") == "bob@")
  }

  @Test func `self-serve: members may invite`() throws {
    let scene = try scene("bob@: member", ["bob@"])
    try scene.run("member invite acme/ml eve@ --as bob@")
    try scene.run("invitation resend acme/ml eve@ --as bob@")
    try scene.run("member invite acme/ml fay@ --as bob@")
    try scene.run("invitation cancel acme/ml fay@ --as bob@")
    try scene.refused(
      "actor-allowed", "member invite acme/ml gus@ --role owner --as bob@",
      "member set-role acme/ml eve@ owner --as bob@",
      "member remove acme/ml ada@ --as bob@", "member invite acme/default gus@ --as bob@",
      "member invite acme gus@ --as bob@", "member invite acme/ml gus@ --as eve@",
      "member invite acme/ml gus@ --as max@")
    try scene.join("eve@", "acme/ml")
    try scene.run("member invite acme/ml gus@ --as eve@")
    #expect(try scene.who("acme/ml") == ["ada@ owner", "bob@ member", "eve@ member", "gus@ member pending"])
    // Manifests that declare the list are the last word.
    #expect(try scene.plan().actions == ["remove-member acme/ml eve@", "cancel-invitation acme/ml gus@"])
    // A member of an account's workspace may, too.
    try scene.run("member add ~bob@/Personal max@")
    try scene.run("member invite ~bob@/Personal gus@ --as max@")
  }

  @Test func `self-serve: several people invited in one go`() throws {
    let scene = try scene("bob@: member", ["bob@"])
    let done = try scene.run("member invite acme/ml eve@ fay@ EVE@ bob@ gus@ --as bob@")
    #expect(done.components(separatedBy: "+ invite ").count == 4)
    #expect(
      try scene.who("acme/ml") == [
        "ada@ owner", "bob@ member", "eve@ member pending", "fay@ member pending", "gus@ member pending",
      ])
    // One that is refused keeps none of the others out.
    let mixed = try scene.run("member invite acme/ml fay@ hal@ ian@ --as ada@", exits: 3)
    #expect(mixed.contains("one-pending-invitation: ") && mixed.components(separatedBy: "+ invite ").count == 3)
    try scene.run("member invite acme/ml joe@ nonsense --as ada@", exits: 64)
    #expect(!(try scene.who("acme/ml")).contains { $0.hasPrefix("joe@") })
    // By manifests, in one commit.
    try scene.commit(manifests("ada@: owner, bob@: member, joe@: member, kim@: owner"))
    #expect(
      try scene.plan().actions.filter { $0.hasPrefix("invite") } == ["invite acme/ml joe@", "invite acme/ml kim@"])
  }

  @Test func `self-serve: an invited email without account registers first and finds the invitation`() throws {
    let scene = try Scene(manifests("ada@: owner, Bob@: member, cid@: owner"))
    #expect(try scene.run("invitation accept acme/ml --as bob@", exits: 1).contains("sign up first"))
    let token = try #require(try scene.tokens("cid@").first)
    #expect(try scene.run("invitation accept --token \(token)", exits: 1).contains("sign up first"))
    try scene.run("member invite acme/default bob@ --as ada@")
    let signedUp = try scene.run("account sign-up BOB@")
    #expect(signedUp.contains("acme/ml as member waits") && signedUp.contains("acme/default as member waits"))
    let open = try scene.json("invitation list --as bob@")["invitations"] as? [[String: Any]] ?? []
    #expect(open.map { $0["path"] as? String } == ["acme/default", "acme/ml"])
    try scene.run("invitation accept acme/ml --as bob@")
    #expect(try scene.who("acme/ml").contains { $0.lowercased() == "bob@ member" })
    // Sign-up gives the workspace of one's own all the same.
    #expect((try scene.json("account show bob@")["workspaces"] as? [String])?.count == 1)
    #expect(try scene.run("account sign-up cid@").contains("acme/ml as owner waits"))
    try scene.refused("actor-allowed", "invitation accept --token \(token) --as bob@")
    try scene.run("invitation accept --token \(token) --as CID@")
    try scene.run("invitation accept --token \(token) --as cid@", exits: 1)
    #expect(try scene.who("acme/ml").contains("cid@ owner"))
    #expect(try scene.plan().isSettled)
  }

  @Test func `self-serve: a member leaves when another remains; the last is told to delete the workspace`() throws {
    let scene = try scene("bob@: member", ["bob@"])
    try scene.refused("actor-allowed", "workspace leave acme/ml --as eve@")
    try scene.run("workspace leave acme/ml --as bob@")
    #expect(try scene.who("acme/ml") == ["ada@ owner"])
    // Somebody invited is no member yet, and one whose membership has ended none any more.
    try scene.run("member invite acme/ml eve@ --as ada@")
    let told = try scene.run("workspace leave acme/ml --as ada@", exits: 3)
    #expect(told.contains("leave-needs-another-member: ") && told.contains("tenure workspace delete acme/ml"))
    try scene.refused("actor-allowed", "workspace leave acme/ml --as eve@")
    try scene.run("account sign-up eve@")
    #expect(try scene.run("workspace leave acme/ml --as eve@", exits: 1).contains("invitation decline"))
    try scene.apply(commit: manifests("ada@: owner, fay@: {role: member, expires: 2031-01-01}"))
    try scene.join("fay@", "acme/ml")
    try scene.refused("leave-needs-another-member", "workspace leave acme/ml --as ada@ --now 2031-02-01")
    #expect(try scene.who("acme/ml") == ["ada@ owner", "fay@ member"])
    // In an account's workspace as well.
    try scene.refused("leave-needs-another-member", "workspace leave ~bob@/Personal --as bob@")
    try scene.run("workspace delete ~bob@/Personal --yes --as bob@")
  }

  @Test func `self-serve: the one who left is not re-added by the next plan, is after 'reinvite:'`() throws {
    let scene = try scene("bob@: member, cid@: member", ["bob@", "cid@"])
    try scene.run("workspace leave acme/ml --as BOB@ --now 2027-03-01")
    let held = try scene.plan("--now 2027-03-02")
    #expect(held.isSettled && held.held == ["left acme/ml bob@"])
    #expect(try scene.run("apply --yes --now 2027-03-02").contains("No changes."))
    // An entry of another role, or through a group, chases nobody either.
    try scene.commit(manifests("ada@: owner, bob@: owner, cid@: member"))
    #expect(try scene.plan("--now 2027-03-02").held == ["left acme/ml bob@"])
    func again(_ day: String) -> String {
      manifests("ada@: owner, bob@: {role: member, reinvite: \(day)}, cid@: member")
    }
    try scene.commit(again("2027-02-28"))
    #expect(try scene.plan("--now 2027-03-02").held == ["left acme/ml bob@"], "they left after that day")
    try scene.commit(again("2027-03-02"))
    #expect(try scene.plan("--now 2027-03-02").actions == ["invite acme/ml bob@"])
    try scene.run("apply --yes --now 2027-03-02")
    #expect(try scene.plan("--now 2027-03-02").waiting == ["accept-invitation acme/ml bob@"])
    // Once for each value: who declines is not asked again.
    try scene.run("invitation decline acme/ml --as bob@ --now 2027-03-01T12:00:00Z")
    #expect(try scene.plan("--now 2027-03-02").held == ["declined acme/ml bob@"])
    try scene.commit(again("2027-03-05"))
    try scene.run("apply --yes --now 2027-03-06")
    try scene.run("invitation accept acme/ml --as bob@ --now 2027-03-06")
    #expect(try scene.plan("--now 2027-03-06").isSettled)
    #expect(try scene.who("acme/ml") == ["ada@ owner", "bob@ member", "cid@ member"])
    // By hand another member's new invitation brings them back.
    try scene.run("workspace leave acme/ml --as bob@ --now 2027-03-07")
    #expect(try scene.plan("--now 2027-03-08").held == ["left acme/ml bob@"])
    try scene.run("member invite acme/ml bob@ --as cid@ --now 2027-03-08")
    try scene.run("invitation accept acme/ml --as bob@ --now 2027-03-08")
    #expect(try scene.plan("--now 2027-03-08").isSettled && scene.who("acme/ml").contains("bob@ member"))
  }

  @Test
  func `self-serve: deletion ends memberships, invalidates keys, erases data, writes the final invoice up to the day`()
    throws
  {
    let scene = try scene("bob@: member, eve@: member", ["bob@"])
    func fill(_ path: String) throws -> String {
      try scene.run("usage add \(path) 30 --as bob@ --now 2027-04-01")
      try scene.run("resource add \(path) models --count 3 --as bob@ --now 2027-04-02")
      try scene.run("billing buy \(path) 10 --as ada@ --now 2027-04-02")
      try scene.run("usage add \(path) 5 --as bob@ --now 2027-04-03")
      return try scene.company.key(Scene.long("\(path) ci --as bob@"))
    }
    let key = try fill("acme/ml")
    #expect(try scene.check("acme/ml", key: key))
    let link = try #require(try scene.tokens("eve@").first)
    try scene.refused("actor-allowed", "workspace delete acme/ml --yes --as bob@")
    try scene.run("workspace delete acme/ml --yes --as ada@ --now 2027-04-03")
    #expect(!(try scene.check("acme/ml", key: key)))
    try scene.run("account sign-up eve@")
    try scene.run("invitation accept --token \(link)", exits: 1)
    for line in ["who acme/ml", "workspace show acme/ml", "usage add acme/ml 1 --as bob@"] {
      try scene.run(line, exits: 1)
    }
    let memberships = try scene.json("account show bob@")["memberships"] as? [[String: Any]] ?? []
    #expect(memberships.map { $0["path"] as? String } == ["~bob@/Personal"])
    let bill = try scene.json("billing show acme/ml")
    let invoice = try #require((bill["invoices"] as? [[String: Any]])?.first)
    #expect(invoice["total"] as? Int == 25 && (invoice["created"] as? String)?.hasPrefix("2027-04-03") == true)
    #expect(bill["resources"] == nil || (bill["resources"] as? [Any])?.isEmpty == true)
    // The manifests still declare it: the next plan makes it anew, and empty.
    #expect(try scene.plan().actions.first == "create-workspace acme/ml")
    try scene.apply()
    let fresh = try scene.json("workspace show acme/ml")
    #expect(fresh["usage"] as? Int == 0 && fresh["balance"] as? Int == 0 && fresh["apiKeys"] as? Int == 0)
    #expect(!(try scene.check("acme/ml", key: key)))
    // By manifests.
    try scene.join("bob@", "acme/ml")
    let second = try fill("acme/ml")
    try scene.commit(
      manifests("ada@: owner").replacing("owner: ada@\n    members: {ada@: owner}", with: "removed: done"))
    #expect(try scene.plan().blocked == ["deletion-needs-operator acme/ml"])
    #expect(try scene.check("acme/ml", key: second))
    try scene.run("apply --yes --allow-deletion --now 2027-05-05")
    #expect(!(try scene.check("acme/ml", key: second)))
    let totals = try invoices(scene, "acme/ml").map { "\($0["total"] ?? "") \("\($0["created"] ?? "")".prefix(10))" }
    #expect(totals.sorted() == ["25 2027-04-03", "25 2027-05-05"])
    // An account takes its own workspaces along in the same way.
    try scene.run("usage add ~bob@/Personal 4 --as bob@")
    try scene.run("account delete bob@ --yes --as bob@")
    #expect(try invoices(scene, "~bob@/Personal").map { $0["total"] as? Int } == [4])
    #expect(!(try scene.emails()).contains("bob@"))
  }
}
