import Foundation
import Testing

/// What *small-team* promises, tried from outside.
@Suite struct SmallTeamScenarios {
  private func manifests(
    _ ml: String, acme: String? = nil, more: String = "", policy: String = "", documents: String = ""
  )
    -> String
  {
    Scene.manifests("small-team", acme: acme, ml: ml, more: more, policy: policy, documents: documents)
  }

  /// Everybody declared has accepted and has the declared role.
  private func scene(_ ml: String, _ people: [String], more: String = "", policy: String = "", documents: String = "")
    throws -> Scene
  {
    let scene = try Scene(manifests("ada@: owner, " + ml, more: more, policy: policy, documents: documents))
    for person in people { try scene.join(person, "acme/ml") }
    try scene.apply()
    return scene
  }

  @Test func `small-team: the sixth member, pending ones counted, is refused; after a cancellation there is room`()
    throws
  {
    let five = "ada@: owner, bob@: member, cid@: member, dan@: member, eve@: member"
    let scene = try Scene(manifests(five))
    try scene.join("bob@", "acme/ml")
    // By manifests.
    try scene.commit(manifests(five + ", fay@: member"))
    let full = try scene.plan()
    #expect(full.actions == ["invite acme/ml fay@ ! member-cap"] && full.blocked == ["member-cap acme/ml fay@"])
    try scene.apply(exits: 3)
    // By hand, added or invited, by the operator or an owner.
    for line in ["member invite acme/ml gus@", "member add acme/ml gus@", "member invite acme/ml gus@ --role owner"] {
      try scene.refused("member-cap", line, line + " --as ada@")
    }
    try scene.run("invitation cancel acme/ml DAN@ --as ada@")
    #expect(try scene.json("workspace show acme/ml")["seats"] as? [String: Int] == ["used": 4, "limit": 5])
    try scene.run("member invite acme/ml gus@ --as ada@")
    try scene.refused("member-cap", "member add acme/ml hal@")
    try scene.run("invitation decline acme/ml --as gus@")
    // Who declined has no seat; dan@ is asked anew.
    try scene.apply(
      commit: manifests("ada@: owner, bob@: member, cid@: member, dan@: member, fay@: member, gus@: member"))
    // A removal, a cancellation and two invitations in one commit of a full workspace have an order.
    try scene.commit(manifests("ada@: owner, dan@: member, fay@: member, hal@: member, ian@: member, joe@: member"))
    let swap = try scene.plan()
    #expect(swap.blocked == ["member-cap acme/ml joe@"])
    #expect(
      swap.actions == [
        "remove-member acme/ml bob@", "cancel-invitation acme/ml cid@", "invite acme/ml hal@", "invite acme/ml ian@",
        "invite acme/ml joe@ ! member-cap", "delete-account ~bob@ bob@",
      ])
    #expect(try scene.plan("--atomic").actions.allSatisfy { $0.hasSuffix(" ! member-cap") })
    try scene.run("apply --yes --atomic", exits: 3)
    try scene.refused("member-cap", "member invite acme/ml joe@")
    try scene.apply(exits: 3)
    // A larger subscription does not lift the rule's own number.
    try scene.run("workspace set-subscription acme/ml business")
    try scene.refused("member-cap", "member invite acme/ml zoe@")
    // An account's own workspace has five seats too.
    try scene.run("account sign-up max@")
    try scene.run("member invite ~max@/Personal a@ b@ c@ d@ --as max@")
    try scene.refused("member-cap", "member invite ~max@/Personal e@ --as max@", "member add ~max@/Personal e@")
    // An organization's own members are not a workspace's.
    try scene.run("member invite acme a@ b@ c@ d@ e@ f@ --as ada@")
  }

  @Test func `small-team: a second pending invitation for one email is refused`() throws {
    let scene = try Scene(manifests("ada@: owner, Bob@: member"))
    for line in ["member invite acme/ml bob@", "member invite acme/ml BOB@ --role owner", "member invite acme/ml Bob@"]
    {
      try scene.refused("one-pending-invitation", line, line + " --as ada@")
    }
    let done = try scene.run("member invite acme/ml eve@ EVE@ --as ada@")
    #expect(done.components(separatedBy: "+ invite ").count == 2)
    try scene.refused("one-pending-invitation", "member invite acme/ml EVE@ --as ada@")
    // The manifests name one who is pending already: nothing new is sent.
    try scene.apply(commit: manifests("ada@: owner, BOB@: member, Eve@: member"))
    #expect(try scene.plan().waiting == ["accept-invitation acme/ml BOB@", "accept-invitation acme/ml Eve@"])
    #expect(try scene.tokens("Bob@").count == 1 && scene.tokens("eve@").count == 1)
    // Another workspace is another invitation.
    try scene.run("workspace create acme/labs --as ada@")
    try scene.run("member invite acme/labs bob@ --as ada@")
  }

  @Test func `small-team: invitations never expire`() throws {
    let scene = try Scene(manifests("ada@: owner, bob@: member"))
    try scene.run("member invite acme/ml eve@ --as ada@")
    let list = try scene.json("invitation list acme/ml --now 2124-01-01")["invitations"] as? [[String: Any]] ?? []
    #expect(list.count == 2 && list.allSatisfy { $0["expires"] is NSNull && $0["status"] as? String == "pending" })
    let late = try scene.plan("--now 2124-01-01")
    #expect(late.actions == ["cancel-invitation acme/ml eve@"] && late.waiting == ["accept-invitation acme/ml bob@"])
    try scene.run("account sign-up bob@ --now 2124-01-01")
    try scene.run("invitation accept acme/ml --as bob@ --now 2124-01-01")
    let token = try #require(try scene.tokens("eve@").first)
    try scene.run("account sign-up eve@ --now 2124-01-01")
    try scene.run("invitation accept --token \(token) --now 2124-01-01")
    #expect(try scene.who("acme/ml") == ["ada@ owner", "bob@ member", "eve@ member"])
  }

  @Test func `small-team: whoever accepts joins as member; declared owners are promoted by the next plan`() throws {
    let scene = try Scene(
      manifests(
        "ada@: owner, bob@: owner, crew: owner",
        documents: "---\napiVersion: tenure/v1\nkind: Group\nname: crew\nmembers: [cid@]"))
    #expect(try scene.who("acme/ml") == ["ada@ owner", "bob@ member pending", "cid@ member pending"])
    try scene.join("bob@", "acme/ml")
    let token = try #require(try scene.tokens("cid@").first)
    try scene.run("account sign-up cid@")
    try scene.run("invitation accept --token \(token)")
    #expect(try scene.who("acme/ml") == ["ada@ owner", "bob@ member", "cid@ member"])
    #expect(try scene.plan().actions == ["change-role acme/ml bob@", "change-role acme/ml cid@"])
    try scene.apply()
    #expect(try scene.who("acme/ml") == ["ada@ owner", "bob@ owner", "cid@ owner"])
    // By hand nobody joins as owner either.
    #expect(try scene.run("member invite acme/ml eve@ --role owner --as bob@").contains("joinAs"))
    try scene.join("eve@", "acme/ml")
    try scene.run("member set-role acme/ml eve@ owner --as bob@")
    #expect(try scene.who("acme/ml").contains("eve@ owner"))
  }

  @Test func `small-team: cancel makes the old link useless`() throws {
    let scene = try Scene(manifests("ada@: owner, bob@: member, cid@: member"))
    let (bob, cid) = (try scene.tokens("bob@")[0], try scene.tokens("cid@")[0])
    try scene.run("account sign-up bob@")
    try scene.refused("actor-allowed", "invitation cancel acme/ml bob@ --as bob@")
    try scene.run("invitation cancel acme/ml bob@ --as ada@")
    try scene.run("invitation accept --token \(bob) --as bob@", exits: 1)
    try scene.run("invitation accept acme/ml --as bob@", exits: 1)
    // The manifests still name bob: the next plan asks anew, with a new link.
    #expect(try scene.plan().actions == ["invite acme/ml bob@"])
    try scene.apply()
    try scene.run("invitation accept --token \(bob)", exits: 1)
    try scene.run("invitation accept --token \(try #require(try scene.tokens("bob@").last))")
    // The same by manifests.
    try scene.apply(commit: manifests("ada@: owner, bob@: member"))
    try scene.run("account sign-up cid@")
    try scene.run("invitation accept --token \(cid)", exits: 1)
    #expect(try scene.who("acme/ml") == ["ada@ owner", "bob@ member"])
  }

  @Test func `small-team: resend keeps one invitation with a new link`() throws {
    let scene = try Scene(manifests("ada@: owner, bob@: member, dan@: member"))
    try scene.join("dan@", "acme/ml")
    let old = try scene.tokens("bob@")[0]
    try scene.refused("actor-allowed", "invitation resend acme/ml bob@ --as dan@")
    try scene.run("invitation resend acme/ml BOB@ --as ada@")
    try scene.run("invitation resend acme/ml bob@")
    let list = try scene.json("invitation list acme/ml")["invitations"] as? [[String: Any]] ?? []
    #expect(list.map { $0["subject"] as? String } == ["bob@"] && list.first?["sends"] as? Int == 3)
    let links = try scene.tokens("bob@")
    #expect(Set(links).count == links.count)
    try scene.run("account sign-up bob@")
    for dead in Set([old] + links.dropLast()) { try scene.run("invitation accept --token \(dead)", exits: 1) }
    try scene.run("invitation accept --token \(links[links.count - 1])")
    #expect(try scene.who("acme/ml") == ["ada@ owner", "bob@ member", "dan@ member"])
    try scene.apply()
  }

  @Test func `small-team: nobody changes their own role or removes themselves, nobody leaves`() throws {
    let people = "bob@: owner, cid@: member"
    let scene = try scene(people, ["bob@", "cid@"])
    // By hand.
    try scene.refused(
      "no-self-change", "member set-role acme/ml bob@ member --as bob@", "member remove acme/ml BOB@ --as bob@",
      "member set-role acme/ml bob@ member --as Bob@")
    try scene.refused(
      "actor-allowed", "member remove acme/ml cid@ --as cid@", "member set-role acme/ml cid@ owner --as cid@",
      "workspace leave acme/ml --as cid@", "workspace leave acme/ml --as bob@", "workspace leave acme --as ada@",
      "account delete cid@ --yes --as cid@")
    // By a commit of their own, up as well as down, through a group too.
    for (ml, action) in [
      ("bob@: owner, cid@: owner", "change-role"), ("bob@: owner", "remove-member"),
      ("bob@: owner, cid@: {role: member, expires: 2099-01-01}", "update-member"),
      ("bob@: owner, crew: owner", "change-role"),
    ] {
      try scene.commit(
        manifests(
          "ada@: owner, " + ml, documents: "---\napiVersion: tenure/v1\nkind: Group\nname: crew\nmembers: [CID@]"),
        by: "cid@")
      let own = try scene.plan()
      #expect(own.actions == ["\(action) acme/ml cid@ ! no-self-change"], "\(ml)")
      #expect(own.blocked == ["no-self-change acme/ml cid@"], "\(ml)")
      #expect(try scene.plan("--approved-by bob@").isSettled == false)
      #expect(try scene.plan("--approved-by bob@").blocked.isEmpty, "another owner approves")
      #expect(try scene.plan("--approved-by cid@").blocked == own.blocked, "one's own word is none")
      try scene.apply(exits: 3)
      try scene.commit(manifests("ada@: owner, " + people), by: "cid@")
      try scene.apply()
    }
    // Somebody else's commit does it, unless they name the person as actor.
    try scene.commit(manifests("ada@: owner, bob@: owner"))
    #expect(try scene.plan("--actor cid@").blocked == ["no-self-change acme/ml cid@"])
    try scene.apply()
    #expect(try scene.who("acme/ml") == ["ada@ owner", "bob@ owner"])
  }

  @Test func `small-team: owners demote other owners`() throws {
    let scene = try scene("bob@: owner, cid@: owner, dan@: member", ["bob@", "cid@", "dan@"])
    try scene.refused("actor-allowed", "member set-role acme/ml cid@ member --as dan@")
    try scene.run("member set-role acme/ml cid@ member --as bob@")
    #expect(try scene.who("acme/ml") == ["ada@ owner", "bob@ owner", "cid@ member", "dan@ member"])
    // The manifests still say owner: that is drift, which the next plan mends.
    #expect(try scene.plan().actions == ["change-role acme/ml cid@"])
    try scene.apply()
    try scene.apply(commit: manifests("ada@: owner, bob@: member, cid@: owner, dan@: member"), by: "cid@")
    #expect(try scene.who("acme/ml") == ["ada@ owner", "bob@ member", "cid@ owner", "dan@ member"])
    try scene.run("member remove acme/ml cid@ --as ada@")
    #expect(try scene.who("acme/ml") == ["ada@ owner", "bob@ member", "dan@ member"])
  }

  @Test func `small-team: the creator is never removed, and demoted only while active in another workspace`() throws {
    func declared(_ ml: String, more: String = "", owner: String = "bob@") -> String {
      Scene.manifests("small-team", ml: ml, mlOwner: owner, more: more)
    }
    let all = "ada@: owner, bob@: owner, cid@: owner"
    let scene = try Scene(declared(all))
    for person in ["ada@", "cid@"] { try scene.join(person, "acme/ml") }
    try scene.apply()
    #expect(try scene.owner("acme/ml") == "bob@" && scene.who("acme/ml") == ["ada@ owner", "bob@ owner", "cid@ owner"])
    for line in ["member remove acme/ml BOB@", "member set-role acme/ml bob@ member"] {
      try scene.refused("creator-kept", line, line + " --as ada@", line + " --as cid@")
    }
    // By manifests that keep silent about the owner of record.
    func silent(_ ml: String) -> String { declared(ml, owner: "x@").replacing("owner: x@", with: "displayName: ML") }
    for (ml, action) in [
      ("ada@: owner, cid@: owner", "remove-member"), ("ada@: owner, cid@: owner, bob@: member", "change-role"),
      ("ada@: owner, cid@: owner, bob@: {role: owner, expires: 2099-01-01}", "update-member"),
    ] {
      try scene.commit(silent(ml))
      let plan = try scene.plan()
      #expect(plan.actions.contains("\(action) acme/ml bob@ ! creator-kept"), "\(plan.actions)")
      #expect(plan.blocked == ["creator-kept acme/ml bob@"])
    }
    try scene.commit(declared(all))
    try scene.apply()
    // Invited elsewhere, or active there until yesterday, is not active in another workspace.
    try scene.run("workspace create acme/labs --as ada@")
    try scene.run("member invite acme/labs bob@ --as ada@")
    try scene.refused("creator-kept", "member set-role acme/ml bob@ member --as cid@")
    try scene.run("invitation accept acme/labs --as bob@")
    try scene.run("account suspend bob@ --reason lost")
    try scene.refused("creator-kept", "member set-role acme/ml bob@ member --as cid@")
    try scene.run("account resume bob@")
    try scene.refused("creator-kept", "member remove acme/ml bob@ --as cid@")
    try scene.run("member set-role acme/ml bob@ member --as cid@")
    #expect(try scene.owner("acme/ml") == "bob@" && scene.who("acme/ml").contains("bob@ member"))
    try scene.refused("creator-kept", "member remove acme/ml bob@ --as cid@")
    try scene.apply()
    #expect(try scene.who("acme/ml").contains("bob@ owner"))
    // Likewise by manifests, and with a workspace of an account.
    try scene.run("member remove acme/labs bob@")
    try scene.run("workspace create ~bob@/Mine --as bob@")
    try scene.commit(silent("ada@: owner, cid@: owner, bob@: member"))
    #expect(try scene.plan().actions.contains("change-role acme/ml bob@"))
    try scene.apply()
    #expect(try scene.who("acme/ml") == ["ada@ owner", "bob@ member", "cid@ owner"])
    // Whoever is no longer the owner of record goes like everybody.
    try scene.refused("actor-allowed", "workspace transfer acme/ml cid@ --as ada@")
    try scene.run("workspace transfer acme/ml cid@")
    try scene.run("member remove acme/ml bob@ --as ada@")
    try scene.refused("creator-kept", "member remove acme/ml cid@ --as ada@")
    // The creator of an account's own workspace is kept in it even while active elsewhere.
    try scene.refused("creator-kept", "member remove ~bob@/Mine bob@")
  }

  @Test func `small-team: invited people get no personal workspace, others do`() throws {
    let scene = try Scene(manifests("ada@: owner, Bob@: member, cid@: member"))
    func workspaces(_ email: String) throws -> [String] {
      try scene.json("account show \(email)")["workspaces"] as? [String] ?? []
    }
    #expect(try scene.run("account sign-up bob@").contains("an invitation to acme/ml as member waits"))
    #expect(try workspaces("bob@").isEmpty)
    try scene.run("account sign-up eve@")
    #expect(try workspaces("eve@") == ["~eve@/Personal"] && scene.who("~eve@/Personal") == ["eve@ owner"])
    // Added counts as invited, by hand and by manifests.
    try scene.run("member add acme/ml dan@")
    #expect(try workspaces("dan@").isEmpty)
    // A cancelled or declined invitation is none.
    try scene.run("invitation decline acme/ml --as cid@")
    try scene.run("account sign-up cid@")
    #expect(try workspaces("cid@") == ["~cid@/Personal"])
    // Whoever was invited makes one when they want one.
    try scene.run("workspace create ~bob@/Mine --as bob@")
    #expect(try scene.who("~bob@/Mine") == ["bob@ owner"])
    // The owner of record who comes with the organization.
    #expect(try workspaces("ada@").isEmpty)
  }

  @Test func `small-team: a member cannot see the member list, buy, or revoke others' keys; both see the balance`()
    throws
  {
    let scene = try scene("bob@: owner, cid@: member, dan@: member", ["bob@", "cid@", "dan@"])
    let shown = try scene.json("workspace show acme/ml --as cid@")
    #expect((shown["members"] as? [[String: Any]])?.compactMap { $0["subject"] as? String } == ["cid@"])
    #expect((try scene.json("workspace show acme/ml --as bob@")["members"] as? [Any])?.count == 4)
    #expect(!(try scene.run("workspace show acme/ml --as cid@")).contains("dan@"))
    try scene.run("member invite acme/ml eve@ --as bob@")
    #expect((try scene.json("invitation list acme/ml --as cid@")["invitations"] as? [Any])?.isEmpty == true)
    try scene.refused("actor-allowed", "billing buy acme/ml 5 --as cid@", "billing show acme/ml --as eve@")
    try scene.run("billing buy acme/ml 5 --as bob@")
    for who in ["bob@", "cid@", "ada@"] {
      #expect(try scene.json("workspace show acme/ml --as \(who)")["balance"] as? Int == 5)
      #expect(try scene.run("billing show acme/ml --as \(who)").contains("balance"))
    }
    try scene.run("api-key create acme/ml one --as dan@")
    try scene.run("api-key create acme/ml two --as cid@")
    try scene.refused("actor-allowed", "api-key revoke acme/ml one --yes --as cid@")
    let keys = try scene.json("api-key list acme/ml --as cid@")["keys"] as? [[String: Any]] ?? []
    #expect(keys.map { $0["name"] as? String } == ["two"])
    try scene.run("api-key revoke acme/ml two --yes --as cid@")
    try scene.run("api-key revoke acme/ml one --yes --as bob@")
    for line in [
      "member invite acme/ml x@", "member remove acme/ml dan@", "member set-role acme/ml dan@ owner",
      "invitation cancel acme/ml eve@", "workspace set-subscription acme/ml team", "workspace delete acme/ml --yes",
      "workspace transfer acme/ml cid@", "api-key create acme/ml x --monthly-limit 5",
    ] {
      try scene.refused("actor-allowed", line + " --as cid@")
    }
  }

  @Test
  func
    `small-team: removal from the only workspace may end the account, never the creator's; with other workspaces the account stays`()
    throws
  {
    let scene = try scene("bob@: member, cid@: member, dan@: member, eve@: member", ["bob@", "cid@", "dan@"])
    try scene.run("workspace create ~dan@/Own --as dan@")
    try scene.apply(commit: manifests("ada@: owner"))
    #expect(try scene.emails() == ["ada@", "dan@"], "eve@ never signed up, dan@ has a workspace")
    #expect(try scene.who("~dan@/Own") == ["dan@ owner"])
    #expect(try scene.log().suffix(2) == ["delete-account ~bob@ bob@", "delete-account ~cid@ cid@"])
    // What somebody made and handed over is not taken along, neither by a plan nor by themselves.
    try scene.run("member add acme/ml eve@")
    try scene.run("workspace create ~eve@/First --as eve@")
    try scene.run("workspace create ~eve@/Second --as eve@")
    try scene.run("member add ~eve@/Second dan@ --role owner")
    try scene.run("workspace transfer ~eve@/Second dan@ --as eve@")
    try scene.run("member remove ~eve@/Second eve@ --as dan@")
    try scene.apply()
    try scene.refused("actor-allowed", "account delete eve@ --yes --as eve@")
    #expect(try scene.owner("~eve@/Second") == "dan@" && scene.who("~eve@/Second") == ["dan@ owner"])
    // By hand: the next plan ends the account, or an owner lets them in again first.
    try scene.run("member add acme/ml fay@ gus@ hal@")
    try scene.apply(commit: manifests("ada@: owner, fay@: member"))
    try scene.run("account sign-up max@")
    try scene.run("member add ~max@/Personal fay@")
    try scene.run("member remove acme/ml fay@ --as ada@")
    try scene.apply(commit: manifests("ada@: owner"))
    #expect(try scene.emails() == ["ada@", "dan@", "eve@", "fay@", "max@"])
    try scene.run("member remove ~max@/Personal fay@ --as max@")
    #expect(try scene.plan().actions == ["delete-account ~fay@ fay@"])
    try scene.run("member add acme/labs fay@", exits: 1)
    try scene.run("workspace create acme/labs --as ada@")
    try scene.run("member invite acme/labs fay@ --as ada@")
    #expect(try scene.plan().isSettled, "somebody waits for them")
    try scene.run("invitation cancel acme/labs fay@")
    // Whoever made a workspace has it; whom a manifest names or the operator suspended keeps the account.
    try scene.commit(manifests("ada@: owner", documents: "---\napiVersion: tenure/v1\nkind: Account\nemail: FAY@"))
    #expect(try scene.plan().actions.allSatisfy { !$0.hasPrefix("delete-account") })
    try scene.commit(manifests("ada@: owner, fay@: member"))
    try scene.run("account suspend fay@ --reason stolen")
    #expect(try scene.plan().actions.isEmpty && scene.plan().held == ["suspended acme/ml fay@"])
    try scene.apply()
    #expect(try scene.emails().contains("fay@"))
    try scene.run("account resume fay@")
    #expect(try scene.plan().actions == ["invite acme/ml fay@"])
    // The creator is not removed, so nothing ends.
    try scene.commit(manifests("bob@: owner").replacing("owner: ada@\n      members", with: "members"))
    try scene.refused("creator-kept", "member remove acme/default ada@")
  }
}
