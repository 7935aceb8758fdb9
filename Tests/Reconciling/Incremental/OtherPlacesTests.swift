import Foundation
import Model
import Planning
import Store
import Testing

@testable import Reconciling

/// Policies that ask where else people are, answered by the store for tenants that are not planned.
@Suite struct OtherPlacesTests {
  private static let head = "apiVersion: tenure/v1\nkind: "
  private static let files: [String: String] = [
    "policy.yaml": head + """
      Policy
      extends: small-team
      invitations: {admission: direct, joinAs: declared}
      protection: {removal-threshold: off, no-self-change: off}

      """,
    "acme.yaml": head + """
      Organization
      name: acme
      owner: ada@x.example
      members: {ada@x.example: owner}
      workspaces:
        room: {owner: bob@x.example, members: {ada@x.example: owner, bob@x.example: owner, zoe@x.example: member}}

      """,
    "globex.yaml": head + """
      Organization
      name: globex
      owner: eve@x.example
      members: {eve@x.example: owner}
      workspaces:
        hall: {members: {eve@x.example: owner, kim@x.example: member}}

      """,
    "hooli.yaml": head + "Organization\nname: hooli\nowner: pat@x.example\nmembers: {pat@x.example: owner}\n",
  ]
  private static let bobDemoted =
    "room: {members: {ada@x.example: owner, bob@x.example: member, zoe@x.example: member}}"
  private static let zoeGone = "room: {owner: bob@x.example, members: {ada@x.example: owner, bob@x.example: owner}}"

  private func settled() throws -> IncrementalTests.Pair {
    let pair = try IncrementalTests.Pair(seed: 0)
    try pair.commit(Self.files, "first")
    for _ in 0..<3 { try pair.reconcile(applying: true) }
    return pair
  }

  private func commit(_ room: String, _ pair: IncrementalTests.Pair) throws {
    var files = Self.files
    files["acme.yaml"] = files["acme.yaml"]?.replacing(/room: .*/, with: room)
    try #require(files != Self.files)
    try pair.commit(files, "change")
  }

  /// What the next plan says, and of which tenants; nil: it looks at everything. It is compared with the full one.
  private func plan(_ pair: IncrementalTests.Pair) throws -> (tenants: [String], plan: Plan)? {
    let store = try pair.store("short")
    let found = try pair.reconciliation(.init()).reconcile(.changes(since: try pair.cache()), openStore: { store })
    try store.close()
    try pair.reconcile(applying: false)
    guard found.isNarrowed, let proposal = found.proposal else { return nil }
    return (proposal.input.desired.tenants.map(\.name), proposal.plan)
  }

  /// Lets the person into a workspace that no manifest speaks of.
  private func letIn(_ email: String, until end: Instant?, _ pair: IncrementalTests.Pair) throws {
    let now = pair.now
    try pair.act("\(email) into stray/lab") { _, store in
      try store.transaction { write in
        let stray = try write.createOrganization(
          name: "stray", displayName: nil, owner: nil, subscription: nil, at: now)
        let lab = try write.createWorkspace(
          tenant: stray, name: "lab", kind: .standard, displayName: nil, owner: nil, subscription: nil, at: now)
        let account = try write.accountID(email: email) ?? 0
        try write.putMember(
          .workspace(lab), account: account, role: "member", expires: end, protect: false, joined: now)
      }
    }
  }

  @Test func `a creator may be demoted while active elsewhere, until that ends`() throws {
    let pair = try settled()
    #expect(try plan(pair)?.tenants == [])
    try commit(Self.bobDemoted, pair)
    let alone = try #require(try plan(pair))
    #expect(alone.tenants == ["acme"])
    #expect(alone.plan.blocked.map(\.rule) == [.creatorKept])
    let end = pair.now.advanced(bySeconds: 86_400)
    try letIn("bob@x.example", until: end, pair)
    let elsewhere = try #require(try plan(pair))
    #expect(elsewhere.tenants == ["acme"])
    #expect(elsewhere.plan.blocked.isEmpty && elsewhere.plan.applicable.map(\.kind) == [.changeRole])
    pair.now = end
    #expect(try plan(pair)?.plan.blocked.map(\.rule) == [.creatorKept])
    pair.now = end.advanced(bySeconds: -1)
    try pair.reconcile(applying: true)
    #expect(try plan(pair)?.plan.actions.isEmpty ?? false)
  }

  @Test func `an account ends with its last workspace, and only with that`() throws {
    let pair = try settled()
    try commit(Self.zoeGone, pair)
    let last = try #require(try plan(pair))
    #expect(last.tenants == ["acme"])
    #expect(last.plan.applicable.map(\.kind) == [.removeMember, .deleteAccount])
    try letIn("zoe@x.example", until: pair.now.advanced(bySeconds: 60), pair)
    #expect(try plan(pair)?.plan.applicable.map(\.kind) == [.removeMember])
    pair.now = pair.now.advanced(bySeconds: 3600)
    #expect(
      try plan(pair)?.plan.applicable.map(\.kind) == [.removeMember], "an ended membership is one until it is removed")
    try pair.reconcile(applying: true)
    #expect(try plan(pair)?.plan.actions.isEmpty ?? false)
    try pair.act("stray goes") { _, store in
      let stray = try store.tenant(named: "stray")?.id ?? 0
      let lab = try #require(try workspaceID("lab", of: stray, store))
      try store.transaction { try $0.deleteWorkspace(lab, at: Instant(seconds: 1_800_000_000)) }
    }
    let gone = try #require(try plan(pair))
    #expect(gone.tenants.isEmpty && gone.plan.applicable.map(\.subject) == ["zoe@x.example"])
    // Nothing else is to be done, and still it is not the plan that has nothing to do.
    #expect(try plan(pair)?.plan.applicable.map(\.kind) == [.deleteAccount])
    try pair.reconcile(applying: true)
    #expect(try plan(pair)?.plan.actions.isEmpty ?? false)
  }

  private func workspaceID(_ name: String, of tenant: Int64, _ store: any Store) throws -> Int64? {
    var names = NameTable()
    let state = try store.read(.everything, names: &names)
    let workspaces = state.tenants.first { $0.id == tenant }?.workspaces ?? []
    return workspaces.first { names.text($0.name) == name }?.id
  }

  @Test func `a declared account and a suspended one stay`() throws {
    var files = Self.files
    files["zoe.yaml"] = Self.head + "Account\nemail: zoe@x.example\n"
    let pair = try IncrementalTests.Pair(seed: 0)
    try pair.commit(files, "first")
    for _ in 0..<3 { try pair.reconcile(applying: true) }
    try pair.act("suspend kim") { hand, _ in _ = try hand.suspend("kim@x.example", reason: "lost laptop") }
    for (file, person) in [("acme.yaml", "zoe@x.example"), ("globex.yaml", "kim@x.example")] {
      files[file] = files[file]?.replacing(", \(person): member", with: "")
    }
    try pair.commit(files, "both go")
    let found = try #require(try plan(pair))
    #expect(found.tenants == ["acme", "globex"])
    #expect(found.plan.applicable.map(\.kind) == [.removeMember, .removeMember])
  }
}

/// An account's move, in and out of the tenants that are planned.
@Suite struct MovingAccountTests {
  private static let head = "apiVersion: tenure/v1\nkind: "

  private func files(_ email: String, formerly: String? = nil, displayName: String = "Acme") -> [String: String] {
    let account = "Account\nemail: \(email)\n" + (formerly.map { "formerly: [\($0)]\n" } ?? "")
    return [
      "policy.yaml": Self.head + "Policy\ninvitations: {admission: direct}\n",
      "acme.yaml": Self.head + """
        Organization
        name: acme
        displayName: \(displayName)
        members: {boss@x.example: super-admin, \(email): member}

        """,
      "hooli.yaml": Self.head + "Organization\nname: hooli\nmembers: {boss@x.example: super-admin}\n",
      "ada.yaml": Self.head + account,
    ]
  }

  private func moving() throws -> IncrementalTests.Pair {
    let pair = try IncrementalTests.Pair(seed: 0)
    try pair.commit(files("ada@old.example"), "first")
    for _ in 0..<3 { try pair.reconcile(applying: true) }
    try pair.commit(files("ada@new.example", formerly: "ada@old.example"), "move")
    return pair
  }

  private func planned(_ pair: IncrementalTests.Pair) throws -> [String]? {
    let store = try pair.store("short")
    let found = try pair.reconciliation(.init()).reconcile(.changes(since: try pair.cache()), openStore: { store })
    try store.close()
    return found.isNarrowed ? found.proposal?.input.desired.tenants.map(\.name) : nil
  }

  @Test func `a move that waits is planned with the account under its former email`() throws {
    let pair = try moving()
    for _ in 0..<2 { try pair.reconcile(applying: false) }
    #expect(try planned(pair) == ["~ada@new.example"])
    for _ in 0..<2 { try pair.reconcile(applying: true) }
    #expect(try planned(pair) == ["~ada@new.example"], "refused for want of --allow-move, and everything else settled")
    var options = PlanOptions()
    options.allowMove = true
    try pair.reconcile(applying: true, options: options)
    #expect(try planned(pair) == nil, "whose memberships are whose is another matter now")
    for _ in 0..<3 { try pair.reconcile(applying: true) }
    #expect(try planned(pair) == ["~ada@new.example"])
  }

  @Test(arguments: ["ada@new.example", "ada@old.example"]) func `somebody new under either email`(email: String) throws
  {
    let pair = try moving()
    try pair.reconcile(applying: false)
    if email == "ada@old.example" {
      var options = PlanOptions()
      options.allowMove = true
      for _ in 0..<2 { try pair.reconcile(applying: true, options: options) }
    }
    try pair.act("sign up \(email)") { hand, _ in _ = try hand.signUp(email, displayName: nil) }
    for applying in [false, true, false, true, false] { try pair.reconcile(applying: applying) }
    try pair.act("delete \(email)") { hand, _ in _ = try hand.deleteAccount(email) }
    for applying in [false, true, false] { try pair.reconcile(applying: applying) }
  }

  @Test func `an organization that is written to between plan and apply is planned again with the moves of others`()
    throws
  {
    let pair = try moving()
    try pair.commit(
      files("ada@new.example", formerly: "ada@old.example", displayName: "Acme Corp"), "another name")
    let store = try pair.store("short")
    let found = try pair.reconciliation(.init()).reconcile(.full, isRecording: true, openStore: { store })
    let proposal = try #require(found.proposal)
    #expect(proposal.plan.actions.map(\.kind) == [.moveAccount, .updateOrganization])
    pair.execute("UPDATE tenants SET serial = serial + 1 WHERE name = 'acme'")
    var applier = Applier(store: store, input: proposal.input)
    let outcomes = try applier.apply(proposal.planned)
    #expect(outcomes.map(\.status) == [.blocked, .applied, .unchanged], "\(outcomes)")
  }
}
