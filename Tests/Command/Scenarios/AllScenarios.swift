import Foundation
import Testing

/// What holds under *all* presets, tried from outside: owners, suspension, rules, moves and endings.
@Suite struct AllScenarios {
  static let presets = ["single-owner", "enterprise", "small-team", "self-serve"]

  /// Top and lowest role of an organization, then of a workspace.
  static func roles(_ preset: String) -> (top: String, member: String, wsTop: String, wsMember: String) {
    preset == "enterprise" ? ("super-admin", "member", "admin", "viewer") : ("owner", "member", "owner", "member")
  }

  @Test(arguments: presets)
  func `all: replacing the only owner by somebody who has yet to accept waits and blocks nobody else`(_ preset: String)
    throws
  {
    let (top, member, wsTop, wsMember) = Self.roles(preset)
    let hasOrganizationFirst = preset == "enterprise"
    func manifests(_ owner: String, _ acme: String, _ ml: String) -> String {
      Scene.manifests(preset, acme: acme, ml: ml, mlOwner: owner, more: "default: {owner: \(owner)}")
        .replacing("\nowner: ada@", with: "\nowner: \(owner)")
    }
    let scene = try Scene(
      manifests("ada@", "ada@: \(top), leo@: \(member)", "ada@: \(wsTop), leo@: \(wsMember)"))
    try scene.join("leo@", "acme")
    if !hasOrganizationFirst { try scene.join("leo@", "acme/ml") }
    try scene.apply()
    // bob@ follows ada@ as owner of all, leo@ goes and eve@ comes in the same commit.
    let swapped = manifests("bob@", "bob@: \(top), eve@: \(member)", "bob@: \(wsTop), eve@: \(wsMember)")
    try scene.commit(swapped)
    let swap = try scene.plan()
    #expect(swap.blocked.isEmpty && swap.actions.allSatisfy { !$0.contains(" ! ") }, "\(swap)")
    #expect(swap.waiting.contains("accept-invitation acme ada@"), "\(swap.waiting)")
    for action in ["invite acme bob@", "invite acme eve@", "remove-member acme leo@", "remove-member acme/ml leo@"] {
      #expect(swap.actions.contains(action), "\(action) is not in \(swap.actions)")
    }
    try scene.apply()
    #expect(try scene.who("acme").contains("ada@ \(top)"))
    if !hasOrganizationFirst {
      #expect(try scene.owner("acme/ml") == "ada@" && scene.who("acme/ml").contains("ada@ \(wsTop)"))
    }
    #expect(try scene.run("apply --yes").contains("No changes."))
    #expect(try scene.run("apply --yes --atomic").contains("No changes."))
    // Somebody who declined does not come; ada@ stays as long, and now that is refused.
    try scene.run("invitation decline acme --as bob@")
    #expect(try scene.plan().blocked.contains { $0.hasSuffix("-kept acme ada@") })
    try scene.run("member invite acme bob@ --as ada@")
    // Accepted, all of it follows by itself.
    try scene.join("bob@", "acme")
    if !hasOrganizationFirst { try scene.join("bob@", "acme/ml", "acme/default") }
    #expect(try scene.plan().blocked.isEmpty)
    try scene.apply()
    #expect(try scene.owner("acme/ml") == "bob@" && scene.owner("acme/default") == "bob@")
    #expect(try scene.who("acme") == ["bob@ \(top)", "eve@ \(member) pending"])
    #expect(try scene.who("acme/ml").contains("bob@ \(wsTop)") && scene.who("acme/default") == ["bob@ \(wsTop)"])
    #expect(!(try scene.who("acme/ml")).contains { $0.hasPrefix("ada@") })
  }

  @Test(arguments: presets)
  func `all: an expiring owner does not count as one, and setting an end for the last permanent one is refused`(
    _ preset: String
  ) throws {
    let (top, member, wsTop, wsMember) = Self.roles(preset)
    func manifests(_ acme: String, _ ml: String) -> String {
      Scene.manifests(preset, acme: acme, ml: ml, policy: "invitations: {admission: direct}")
        .replacing("\nowner: ada@", with: "").replacing("owner: ada@\n", with: "displayName: ML\n")
    }
    let scene = try Scene(
      Scene.manifests(
        preset, acme: "ada@: \(top), bob@: \(top)", ml: "ada@: \(wsTop), bob@: \(wsMember)",
        policy: "invitations: {admission: direct}"))
    // bob@ gets an end: ada@ is the last permanent one.
    let ending = "bob@: {role: \(top), expires: 2099-01-01}"
    try scene.apply(commit: manifests("ada@: \(top), \(ending)", "ada@: \(wsTop), bob@: \(wsMember)"))
    for acme in [
      ending, "ada@: \(member), \(ending)", "ada@: {role: \(top), expires: 2099-01-01}, \(ending)",
      "ada@: {role: \(top), expires: 2099-12-31T00:00:00Z}, \(ending)",
    ] {
      try scene.commit(manifests(acme, "ada@: \(wsTop), bob@: \(wsMember)"))
      let plan = try scene.plan()
      #expect(plan.blocked.contains("last-owner-kept acme ada@"), "\(acme): \(plan)")
      try scene.apply(exits: 3)
    }
    for line in ["member remove acme ada@", "member set-role acme ada@ \(member)"] {
      try scene.refused("last-owner-kept", line, line + " --as bob@")
    }
    // A permanent one takes over: the end may be set, in the same commit.
    try scene.apply(
      commit: Scene.manifests(
        preset, acme: "ada@: \(top), \(ending), cid@: \(top)", ml: "ada@: \(wsTop), bob@: \(wsMember)",
        policy: "invitations: {admission: direct}"))
    if preset == "enterprise" || preset == "self-serve" {
      try scene.apply(
        commit: manifests(
          "ada@: {role: \(top), expires: 2099-01-01}, \(ending), cid@: \(top)", "ada@: \(wsTop), bob@: \(wsMember)"))
      #expect(try scene.run("who acme").contains("2099-01-02T00:00:00Z"))
    }
    // In workspaces, but for enterprise.
    if preset == "enterprise" { return }
    try scene.commit(
      manifests("ada@: \(top), bob@: \(top), cid@: \(top)", "ada@: {role: owner, expires: 2099-01-01}, bob@: member"))
    #expect(try scene.plan().blocked.contains("last-owner-kept acme/ml ada@"))
    try scene.refused("last-owner-kept", "member remove acme/ml ada@", "member set-role acme/ml ada@ member")
  }

  @Test(arguments: presets)
  func `all: a suspended person has no access at once and is not re-added until resumed`(_ preset: String) throws {
    let (top, member, wsTop, wsMember) = Self.roles(preset)
    let worker = preset == "enterprise" ? "developer" : wsMember
    func manifests(_ more: String = "") -> String {
      Scene.manifests(
        preset, acme: "ada@: \(top), bob@: \(member)", ml: "ada@: \(wsTop), bob@: \(worker)\(more)",
        policy: "invitations: {admission: direct}\noperators: [Root@]")
    }
    let scene = try Scene(manifests())
    let key = try scene.company.key(Scene.long("acme/ml ci --as bob@"))
    try scene.refused("actor-allowed", "account suspend bob@ --reason lost --as ada@")
    try scene.run("account suspend bob@", exits: 64)
    try scene.run("account suspend BOB@ --reason lost --as root@")
    #expect(try scene.who("acme/ml") == ["ada@ \(wsTop)", "bob@ \(worker) suspended"])
    #expect(!(try scene.check("acme/ml", key: key)), "keys stop")
    try scene.refused(
      "actor-allowed", "usage add acme/ml 1 --as bob@", "resource add acme/ml x --as bob@",
      "workspace show acme/ml --as bob@",
      "api-key create acme/ml x --as bob@", "workspace leave acme/ml --as bob@", "account show bob@ --as bob@",
      "account resume bob@ --as bob@", "invitation list --as bob@")
    // Plans hold them: membership and seat stay, nothing changes and nothing is chased.
    let held = try scene.plan()
    #expect(held.isSettled && held.held.contains("suspended acme/ml bob@"))
    try scene.commit(manifests().replacing("bob@: \(worker)", with: "bob@: \(wsTop)"))
    #expect(try scene.plan().held.contains("suspended acme/ml bob@"))
    #expect(try scene.plan().actions.isEmpty && scene.plan().blocked.isEmpty)
    try scene.commit(manifests())
    // Removed while suspended, by hand: still not re-added, and by nobody else either.
    try scene.run("member remove acme/ml bob@")
    if preset == "enterprise" { try scene.run("member remove acme bob@") }
    #expect(try scene.plan().isSettled && scene.plan().held.contains("suspended acme/ml bob@"))
    #expect(try scene.run("apply --yes").contains("No changes."))
    try scene.run("member add acme/ml bob@", exits: 1)
    try scene.run("member invite acme/ml bob@ --as ada@", exits: 1)
    #expect(try scene.who("acme/ml") == ["ada@ \(wsTop)"])
    try scene.run("account sign-up bob@", exits: 1)
    // Resumed, they come back by the next plan.
    try scene.refused("actor-allowed", "account resume bob@ --as ada@")
    try scene.run("account resume bob@")
    #expect(try scene.plan().actions.contains("add-member acme/ml bob@"))
    try scene.apply()
    #expect(try scene.who("acme/ml") == ["ada@ \(wsTop)", "bob@ \(worker)"])
    #expect(
      try scene.check("acme/ml", key: key) == (preset == "enterprise"),
      "their keys ended with them, unless the workspace's")
    // Even the last owner, and a stranger's invitation goes no further.
    try scene.run("account suspend ada@ --reason lost")
    try scene.refused("actor-allowed", "member remove acme/ml bob@ --as ada@")
    #expect(try scene.who("acme/ml").contains("ada@ \(wsTop) suspended"))
    try scene.run("account resume ada@")
    try scene.run("member remove acme/ml bob@ --as ada@")
    #expect(try scene.log().contains("suspend-account ~bob@ bob@") && scene.log().contains("resume-account ~bob@ bob@"))
  }

  @Test(arguments: presets)
  func `all: a full workspace does not keep a leaver in`(_ preset: String) throws {
    let (top, member, wsTop, wsMember) = Self.roles(preset)
    let names = ["bob@", "cid@", "dan@", "eve@"]
    func manifests(_ people: [String]) -> String {
      let acme = people.map { ", \($0): \(member)" }.joined()
      let ml = people.map { ", \($0): \(wsMember)" }.joined()
      return Scene.manifests(
        preset, acme: "ada@: \(top)" + acme, ml: "ada@: \(wsTop)" + ml,
        policy: "invitations: {admission: direct}\nsubscriptions: {free: {members: 5}}\ndefaultSubscription: free")
    }
    let scene = try Scene(manifests(names))
    #expect((try scene.who("acme/ml")).count == 5)
    try scene.refused("member-cap", "member add acme/ml zoe@")
    // One goes and three come: one seat is free.
    try scene.commit(manifests(["cid@", "dan@", "eve@", "fay@", "gus@", "hal@"]))
    let plan = try scene.plan()
    #expect(plan.blocked == ["member-cap acme/ml gus@", "member-cap acme/ml hal@"])
    #expect(plan.actions.contains("remove-member acme/ml bob@") && plan.actions.contains("add-member acme/ml fay@"))
    try scene.apply(exits: 3)
    #expect((try scene.who("acme/ml")).map { $0.prefix(4) } == ["ada@", "cid@", "dan@", "eve@", "fay@"])
    // Nobody's removal waits for the newcomers who find no room, nor does one by hand.
    try scene.commit(manifests(["dan@", "eve@", "fay@", "gus@", "hal@", "ian@"]))
    try scene.apply(exits: 3)
    #expect(!(try scene.who("acme/ml")).contains { $0.hasPrefix("cid@") })
    try scene.run("member remove acme/ml dan@ --as ada@")
    if preset != "small-team" { try scene.run("workspace leave acme/ml --as eve@") }
    // With --atomic it is all or nothing.
    try scene.commit(manifests(["gus@", "hal@", "ian@", "joe@", "kim@", "leo@", "max@"]))
    #expect(try scene.plan("--atomic").actions.allSatisfy { $0.contains(" ! member-cap") })
  }

  @Test(arguments: presets)
  func `all: a removal from an organization ends its workspace memberships, listed one by one`(_ preset: String) throws
  {
    let (top, member, wsTop, wsMember) = Self.roles(preset)
    let more = ["labs", "ops"].map {
      "\($0):\n  owner: ada@\n  members: {ada@: \(wsTop), bob@: \(wsMember), cid@: \(wsMember)}"
    }.joined(separator: "\n")
    func manifests(_ acme: String, more: String) -> String {
      Scene.manifests(
        preset, acme: acme, ml: "ada@: \(wsTop), bob@: \(wsMember)", more: more,
        policy: "invitations: {admission: direct}")
    }
    let scene = try Scene(manifests("ada@: \(top), bob@: \(member), cid@: \(member)", more: more))
    try scene.run("workspace create acme/own --as ada@")
    try scene.run("member add acme/own bob@ --role \(wsMember)")
    if preset != "enterprise" { try scene.run("member invite acme/default bob@ --as ada@") }
    // By hand, one after the other and the organization last.
    try scene.refused("actor-allowed", "member remove acme bob@ --as cid@")
    let lines = try scene.run("member remove acme cid@ --as ada@").split(separator: "\n").map { line in
      line.split(separator: " ", omittingEmptySubsequences: true).prefix(4).joined(separator: " ")
    }
    #expect(
      lines == [
        "- remove-member acme/labs cid@", "- remove-member acme/ops cid@", "- remove-member acme cid@",
      ])
    // By manifests that still name bob@ in the workspaces: declared or not, everything ends.
    try scene.commit(manifests("ada@: \(top)", more: more.replacing(", cid@: \(wsMember)", with: "")))
    let endings = try scene.plan().actions.filter { $0.hasSuffix(" bob@") && !$0.hasPrefix("delete-account") }
    if preset == "enterprise" {
      #expect(
        endings == [
          "remove-member acme/labs bob@", "remove-member acme/ml bob@", "remove-member acme/ops bob@",
          "remove-member acme/own bob@", "remove-member acme bob@",
        ])
    }
    // And by manifests that name them nowhere.
    try scene.commit(
      manifests("ada@: \(top)", more: more.replacing(", bob@: \(wsMember), cid@: \(wsMember)", with: ""))
        .replacing(", bob@: \(wsMember)", with: ""))
    let all = try scene.plan().actions.filter { $0.hasSuffix(" bob@") && !$0.hasPrefix("delete-account") }
    #expect(
      all == (preset == "enterprise" ? [] : ["cancel-invitation acme/default bob@"]) + [
        "remove-member acme/labs bob@", "remove-member acme/ml bob@", "remove-member acme/ops bob@",
        "remove-member acme/own bob@", "remove-member acme bob@",
      ])
    try scene.apply()
    for path in ["acme", "acme/ml", "acme/labs", "acme/ops", "acme/own", "acme/default"] {
      #expect(!(try scene.who(path)).contains { $0.hasPrefix("bob@") })
    }
    let log = try scene.log().filter { $0.hasPrefix("remove-member") && $0.hasSuffix(" bob@") }
    #expect(log.count == 5)
  }
}
