import Foundation
import Testing

/// What holds under *all* presets, tried from outside: relaxed rules, moved emails and the audit log.
extension AllScenarios {
  /// A rule, a commit that relaxes it, and what only the relaxed rule allows.
  struct Relaxation: Sendable, CustomTestStringConvertible {
    var preset: String
    var rule: String
    /// The policy that lets it pass.
    var policy: String
    /// The policy before, where the preset's does not refuse it.
    var strict = ""
    var author = "scribe@forge.example"
    var acme = "ada@: TOP, bob@: member"
    var ml = "ada@: WSTOP, bob@: WSMEMBER"
    var more = ""
    /// The member lists and workspaces that need it.
    var acmeAfter: String?
    var mlAfter: String?
    var moreAfter: String?
    var flags = ""
    /// Rules that refuse the policy too where the author changes it.
    var policyRefusedBy: [String] = []

    var testDescription: String { "\(preset): \(rule) by \(policy)" }

    private func manifests(_ acme: String, _ ml: String, _ more: String, _ policy: String) -> String {
      let roles = AllScenarios.roles(preset)
      func named(_ text: String) -> String {
        text.replacing("WSTOP", with: roles.wsTop).replacing("WSMEMBER", with: roles.wsMember)
          .replacing("TOP", with: roles.top)
      }
      return Scene.manifests(preset, acme: named(acme), ml: named(ml), more: named(more), policy: policy)
    }

    static let direct = "invitations: {admission: direct}\n"
    /// A further Policy, of one organization, leaves the one for all as it was.
    private var after: String { Self.direct + (policy.hasPrefix("---") ? strict + "\n" : "") + policy }

    var before: String { manifests(acme, ml, more, Self.direct + strict) }
    var relaxed: String { manifests(acme, ml, more, after) }
    var both: String { manifests(acmeAfter ?? acme, mlAfter ?? ml, moreAfter ?? more, after) }
  }

  static let relaxations = [
    Relaxation(
      preset: "small-team", rule: "member-cap", policy: "protection: {member-cap: 9}",
      mlAfter: "ada@: owner, bob@: member, c@: member, d@: member, e@: member, f@: member"),
    Relaxation(
      preset: "single-owner", rule: "member-cap", policy: "subscriptions: {free: {members: 6}}",
      mlAfter: "ada@: owner, bob@: member, c@: member, d@: member, e@: member, f@: member"),
    Relaxation(
      preset: "self-serve", rule: "member-cap",
      policy: "---\napiVersion: tenure/v1\nkind: Policy\norganization: acme\nsubscriptions: {free: {members: none}}",
      strict: "subscriptions: {free: {members: 2}}", mlAfter: "ada@: owner, bob@: member, c@: member"),
    Relaxation(
      preset: "single-owner", rule: "single-owner", policy: "protection: {single-owner: off}",
      mlAfter: "ada@: owner, bob@: owner"),
    Relaxation(
      preset: "enterprise", rule: "organization-member-first", policy: "protection: {organization-member-first: off}",
      mlAfter: "ada@: admin, bob@: viewer, eve@: viewer"),
    Relaxation(
      preset: "enterprise", rule: "default-workspace-kept", policy: "protection: {default-workspace-kept: off}",
      more: "default: {}", moreAfter: "default: {removed: unused}", flags: "--allow-deletion"),
    Relaxation(
      preset: "enterprise", rule: "deletion-needs-operator", policy: "protection: {deletion-needs-operator: off}",
      more: "labs: {}", moreAfter: "labs: {removed: unused}"),
    Relaxation(
      preset: "self-serve", rule: "deletion-needs-tombstone", policy: "protection: {deletion-needs-tombstone: off}",
      more: "labs: {owner: ada@}", moreAfter: "", flags: "--allow-deletion"),
    Relaxation(
      preset: "enterprise", rule: "last-owner-kept", policy: "protection: {last-owner-kept: off}",
      acmeAfter: "ada@: {role: super-admin, expires: 2099-01-01}, bob@: member"),
    Relaxation(
      preset: "enterprise", rule: "protected-subject", policy: "protection: {protected-subject: off}",
      acme: "ada@: TOP, bob@: {role: member, protect: true}", ml: "ada@: WSTOP", acmeAfter: "ada@: TOP"),
    Relaxation(
      preset: "small-team", rule: "creator-kept", policy: "protection: {creator-kept: off}",
      more: "labs: {owner: bob@, members: {bob@: WSTOP, ada@: WSTOP}}", moreAfter: "labs: {members: {ada@: WSTOP}}"),
    Relaxation(
      preset: "enterprise", rule: "no-self-change", policy: "protection: {no-self-change: off}", author: "bob@",
      acmeAfter: "ada@: TOP, bob@: TOP", policyRefusedBy: ["no-self-change"]),
    Relaxation(
      preset: "small-team", rule: "no-self-change", policy: "protection: {no-self-change: raise}", author: "bob@",
      mlAfter: "ada@: WSTOP", policyRefusedBy: ["no-self-change"]),
    Relaxation(
      preset: "enterprise", rule: "actor-allowed", policy: "operators: [scribe@forge.example]",
      strict: "protection: {actor-allowed: on}\noperators: [scribe@forge.example, ada@]", author: "bob@",
      acme: "ada@: TOP, bob@: member, cid@: member", ml: "ada@: WSTOP, bob@: viewer, cid@: viewer",
      mlAfter: "ada@: WSTOP, bob@: viewer, cid@: operator", policyRefusedBy: ["no-self-change", "actor-allowed"]),
    Relaxation(
      preset: "enterprise", rule: "minimum-admins", policy: "protection: {minimum-admins: 1}",
      strict: "protection: {minimum-admins: 2}", acme: "ada@: TOP, bob@: TOP", acmeAfter: "ada@: TOP, bob@: member"),
  ]

  @Test(arguments: relaxations)
  func `all: a commit that relaxes a rule and uses it is refused, two commits pass`(_ row: Relaxation) throws {
    let scene = try Scene(row.before)
    try scene.commit(row.both, by: row.author)
    let plan = try scene.plan(row.flags)
    #expect(plan.blocked.map { String($0.prefix { $0 != " " }) } == row.policyRefusedBy + [row.rule], "\(plan)")
    // Applying it brings the policy into force where it is not refused too, but not what was refused, nor by a commit on
    // top of it.
    try scene.apply(row.flags, exits: 3)
    try scene.commit(row.both + "\n# a comment", by: row.author)
    #expect(try scene.plan(row.flags).blocked == plan.blocked)
    // It is taken back; somebody entitled relaxes the rule, and whoever was refused says it again.
    try scene.apply(commit: row.before)
    try scene.apply(commit: row.relaxed, by: "ada@")
    try scene.commit(row.both, by: row.author)
    #expect(try scene.plan(row.flags).blocked.isEmpty)
    // Two commits that are applied as one are one; each applied by itself, the second may use what the first relaxed.
    let other = try Scene(row.before)
    try other.commit(row.relaxed, by: "ada@")
    try other.commit(row.both, by: row.author)
    #expect(try other.plan(row.flags).blocked == Array(plan.blocked.dropFirst(row.policyRefusedBy.count)))
    try other.run("apply --yes --ref HEAD~1")
    #expect(try other.plan(row.flags).blocked.isEmpty)
    try other.apply(row.flags)
  }

  @Test(arguments: presets)
  func `all: 'formerly:' needs the operator, and takes every membership, invitation and history along`(
    _ preset: String
  ) throws {
    let (top, member, wsTop, wsMember) = Self.roles(preset)
    let worker = preset == "enterprise" ? "developer" : wsMember
    func manifests(_ email: String, account: String = "") -> String {
      Scene.manifests(
        preset, acme: "ada@: \(top), \(email): \(member)", ml: "ada@: \(wsTop), \(email): \(worker)",
        documents: account.isEmpty ? "" : "---\napiVersion: tenure/v1\nkind: Account\nemail: \(account)")
    }
    let scene = try Scene(manifests("bob@old.example"))
    try scene.run("account sign-up Bob@old.example --name Bob")
    try scene.run("invitation accept acme --as bob@old.example")
    if preset != "enterprise" { try scene.run("invitation accept acme/ml --as bob@old.example") }
    try scene.apply()
    try scene.run("workspace create acme/labs --as ada@")
    if preset != "enterprise" { try scene.run("member invite acme/labs bob@old.example --as ada@") }
    if preset != "small-team" {
      // small-team's invited people have no workspace of their own.
      try scene.run("usage add ~bob@old.example/Personal 3 --as bob@old.example")
    }
    let key = try scene.company.key(Scene.long("acme/ml ci --as bob@old.example"))
    try scene.run("resource add acme/ml models --as bob@old.example")
    let history = try scene.log().filter { $0.contains("bob@old.example") }
    // The operator's alone, by manifests and by hand.
    try scene.commit(manifests("bob@", account: "bob@\nformerly: [BOB@old.example]"))
    let plan = try scene.plan()
    #expect(plan.blocked == ["account-move-needs-operator ~bob@ bob@"], "\(plan)")
    #expect(plan.actions.allSatisfy { !$0.contains(" bob@") || $0.contains(" ! ") }, "\(plan.actions)")
    try scene.apply(exits: 3)
    #expect(!(try scene.emails()).contains("bob@"))
    try scene.refused(
      "actor-allowed", "account move bob@old.example bob@ --as ada@",
      "account move bob@old.example bob@ --as bob@old.example")
    #expect(try scene.plan("--allow-move").blocked.isEmpty)
    try scene.apply("--allow-move")
    #expect(try scene.plan().isSettled && scene.run("apply --yes").contains("No changes."))
    // All of it is bob@'s now.
    #expect(try scene.emails().contains("bob@") && !scene.emails().contains { $0.hasSuffix("old.example") })
    #expect(try scene.who("acme").contains("bob@ \(member)") && scene.who("acme/ml").contains("bob@ \(worker)"))
    if preset != "enterprise" { #expect(try scene.who("acme/labs").contains("bob@ member pending")) }
    let shown = try scene.json("account show bob@")
    #expect(shown["displayName"] as? String == "Bob")
    if preset != "small-team" {
      #expect(shown["workspaces"] as? [String] == ["~bob@/Personal"])
      #expect(try scene.json("workspace show ~bob@/Personal")["usage"] as? Int == 3)
    }
    #expect(try scene.check("acme/ml", key: key))
    try scene.run("resource add acme/ml models --as bob@")
    try scene.refused("actor-allowed", "resource add acme/ml models --as bob@old.example")
    let bill = try scene.json("billing show acme/ml")["resources"] as? [[String: Any]] ?? []
    #expect(bill.map { $0["creator"] as? String } == ["bob@"] && bill.map { $0["count"] as? Int } == [2])
    if preset != "enterprise" { try scene.run("invitation accept acme/labs --as bob@") }
    // The log keeps what it said, and adds the move with both emails.
    let log = try scene.log()
    #expect(log.filter { $0.contains("bob@old.example") } == history)
    let move = try #require(try scene.entries().first { $0["action"] as? String == "move-account" })
    #expect(move["subject"] as? String == "bob@")
    #expect((move["before"] as? [String: String])?["email"]?.lowercased() == "bob@old.example")
    #expect(move["after"] as? [String: String] == ["email": "bob@"])
    // An applied move is spent: somebody new may have the old email.
    try scene.run("account sign-up bob@old.example")
    #expect(try scene.plan().blocked.isEmpty)
    // Both have accounts: refused, operator or not.
    try scene.commit(manifests("bob@", account: "bob@\nformerly: [bob@old.example, cid@]"))
    try scene.run("account sign-up cid@")
    for flags in ["", "--allow-move"] {
      #expect(try scene.plan(flags).blocked.contains("account-move-needs-operator ~bob@ bob@"))
    }
    try scene.refused("account-move-needs-operator", "account move cid@ bob@")
    // By the operator's hand.
    try scene.run("account move bob@ rob@")
    #expect(try scene.who("acme").contains("rob@ \(member)"))
  }

  @Test(arguments: presets)
  func
    `all: the audit log has who, what, before, after, commit, rule overrides with reasons for every change made by any way, and its chain verifies; a tampered row is found and named`(
      _ preset: String
    ) throws
  {
    let (top, member, wsTop, wsMember) = Self.roles(preset)
    func manifests(_ bob: String, _ more: String = "") -> String {
      Scene.manifests(
        preset, acme: "ada@: \(top), bob@: \(bob)", ml: "ada@: \(wsTop), bob@: \(wsMember)", more: more,
        policy: "invitations: {admission: direct}")
    }
    let scene = try Scene(manifests("{role: \(member), protect: true}", "labs: {owner: ada@}"))
    let first = try scene.entries()
    #expect(first.allSatisfy { $0["commit"] is String && $0["actors"] as? [String] == ["scribe@forge.example"] })
    // By a plan, with an override.
    try scene.commit(manifests("{role: \(member), protect: true}", "labs: {removed: done}"), by: "ada@")
    try scene.run("apply --yes", exits: 3)
    try scene.run("apply --yes --override default-workspace-kept", exits: 64)
    try scene.apply("--allow-deletion")
    let deletion = try #require(try scene.entries().last { $0["action"] as? String == "delete-workspace" })
    #expect(deletion["path"] as? String == "acme/labs" && deletion["actors"] as? [String] == ["ada@"])
    try scene.commit(manifests("{role: \(top), protect: true}"), by: "carla@forge.example")
    try scene.apply()
    let promotion = try #require(try scene.entries().last)
    #expect(promotion["action"] as? String == "change-role" && promotion["subject"] as? String == "bob@")
    #expect(promotion["actors"] as? [String] == ["carla@forge.example"] && promotion["path"] as? String == "acme")
    #expect((promotion["before"] as? [String: Any])?["role"] as? String == member)
    #expect((promotion["after"] as? [String: Any])?["role"] as? String == top)
    try scene.commit(manifests("{role: \(member), protect: true}"), by: "carla@forge.example")
    #expect(try scene.plan().blocked == ["protected-subject acme bob@"])
    let result = try scene.company.run(
      "apply", "--yes", "--override", "protected-subject@acme", "--reason", "agreed with bob, ticket 7")
    #expect(result.status == 0, "\(result.err)")
    let demotion = try #require(try scene.entries().last)
    #expect(demotion["overrides"] as? [String] == ["protected-subject"])
    #expect(demotion["reason"] as? String == "agreed with bob, ticket 7")
    #expect(
      (demotion["commit"] as? String)?.count == 40 && promotion["commit"] as? String != demotion["commit"] as? String)
    // By hand: the operator, and somebody who may.
    try scene.run("account sign-up eve@")
    try scene.run("member add acme eve@")
    try scene.run("member add acme/ml EVE@ --as Ada@")
    let added = try #require(try scene.entries().last)
    #expect(added["actors"] as? [String] == ["ada@"] && added["action"] as? String == "add-member")
    #expect(added["before"] is NSNull && (added["after"] as? [String: Any])?["role"] as? String == wsMember)
    #expect(added["commit"] is NSNull && added["subject"] as? String == "eve@")
    let hands: [(String, String)] = [
      ("usage add acme/ml 3 --as ada@", "add-usage"), ("billing buy acme/ml 3", "buy-credits"),
      ("workspace set-subscription acme/ml team", "update-workspace"),
      ("workspace create acme/own --as ada@", "create-workspace"),
      ("account suspend eve@ --reason lost", "suspend-account"),
      ("account resume eve@", "resume-account"), ("api-key create acme/ml ci --as ada@", "create-api-key"),
      ("api-key revoke acme/ml ci --yes", "revoke-api-key"), ("member remove acme/ml eve@", "remove-member"),
      ("account move eve@ eva@", "move-account"), ("member remove acme eva@", "remove-member"),
      ("account delete eva@ --yes", "delete-account"),
    ]
    for (line, action) in hands {
      let count = try scene.entries().count
      try scene.run(line)
      let new = try scene.entries().dropFirst(count)
      #expect(new.contains { $0["action"] as? String == action }, "\(line): \(new)")
      for entry in new { #expect((entry["actors"] as? [String])?.count == 1, "\(line)") }
    }
    // Drift is tenure's.
    try scene.run("member remove acme/ml bob@")
    try scene.run("apply --yes")
    let drift = try #require(try scene.entries().last)
    #expect(drift["action"] as? String == "add-member" && drift["actors"] as? [String] == ["tenure"])
    // Suspending the organization is a change too.
    try scene.run("suspend acme --reason pause")
    try scene.run("resume acme")
    let pause = Array(try scene.entries().suffix(2))
    #expect(pause.map { $0["action"] as? String } == ["suspend-organization", "resume-organization"])
    #expect(pause[0]["reason"] as? String == "pause" && pause[0]["actors"] as? [String] == ["operator"])
    #expect((pause[0]["after"] as? [String: Any])?["suspended"] is String)
    #expect((pause[1]["before"] as? [String: Any])?["reason"] as? String == "pause")
    let sequences = try scene.entries().compactMap { $0["sequence"] as? Int }
    #expect(sequences == Array(1...sequences.count))
    #expect(try scene.run("audit verify").contains("\(sequences.count) entries"))
    // Whatever somebody changes behind its back is found, and the first row that is wrong is named.
    let last = sequences.count
    for (sql, named) in [
      ("UPDATE audit SET actors = '[\"eve@acme.example\"]' WHERE sequence = 3", 3),
      ("UPDATE audit SET after = NULL WHERE sequence = \(added["sequence"] ?? 0)", added["sequence"] as? Int ?? 0),
      ("UPDATE audit SET overrides = '[]' WHERE overrides LIKE '%protected%'", demotion["sequence"] as? Int ?? 0),
      ("DELETE FROM audit WHERE sequence = 2", 2), ("DELETE FROM audit WHERE sequence >= \(last - 1)", last - 1),
    ] {
      let copy = scene.company.folder + "/tampered.db"
      _ = try? FileManager.default.removeItem(atPath: copy)
      try scene.sql(".backup \(copy)")
      let honest = try scene.run("audit verify --state \(copy)")
      #expect(honest.contains("OK"))
      try scene.sql("DROP TRIGGER audit_keeps_content; DROP TRIGGER audit_keeps_rows; " + sql, in: copy)
      let found = try scene.run("audit verify --state \(copy)", exits: 1)
      #expect(found.contains("sequence \(named)"), "\(sql): \(found)")
    }
    #expect(throws: (any Error).self) { try scene.sql("UPDATE audit SET reason = 'x'") }
    #expect(throws: (any Error).self) { try scene.sql("DELETE FROM audit") }
  }
}
