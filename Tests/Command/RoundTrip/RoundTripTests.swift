import Foundation
import Testing

@Suite("export of any store")
struct RoundTripTests {
  /// `TENURE_SEEDS=100` tries more.
  static let seeds: Range<UInt64> = 0..<(UInt64(ProcessInfo.processInfo.environment["TENURE_SEEDS"] ?? "") ?? 4)

  @Test(arguments: seeds)
  func `the manifests of a store plan to nothing on it`(seed: UInt64) throws {
    var store = try RandomStore(seed: seed)
    try store.live()
    try expectRoundTrip(store.operations, "seed \(seed)")
  }

  @Test
  func `organizations under different policies, and accounts besides, keep theirs`() throws {
    let operations = try Operations([
      "all.yaml": """
      apiVersion: tenure/v1
      kind: Organization
      name: acme
      owner: ada@acme.example
      members: {ada@acme.example: owner}
      ---
      apiVersion: tenure/v1
      kind: Policy
      organization: acme
      subscriptions: {gold: {members: 7}}
      ---
      apiVersion: tenure/v1
      kind: Organization
      name: beta
      owner: bob@acme.example
      members: {bob@acme.example: owner}
      ---
      apiVersion: tenure/v1
      kind: Policy
      extends: small-team
      ---
      apiVersion: tenure/v1
      kind: Account
      email: bob@acme.example
      displayName: Bob
      workspaces: {Personal: {}}
      """
    ])
    #expect(try operations.tenure("apply", "--yes").status == 0)
    let export = try expectRoundTrip(operations, "")
    #expect(export.components(separatedBy: "extends: small-team").count == 3)
    #expect(export.contains("organization: acme\nextends: small-team\nsubscriptions:\n  gold:\n    members: 7\n"))
  }

  private static func company(_ preset: String, organization: String, workspace: String) -> String {
    """
    apiVersion: tenure/v1
    kind: Policy
    extends: \(preset)
    invitations: {admission: direct}
    ---
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    owner: ada@acme.example
    members: {ada@acme.example: \(organization), bob@acme.example: member}
    workspaces:
      ml: {members: {ada@acme.example: \(workspace)}}
      default: {members: {ada@acme.example: \(workspace)}}
    """
  }

  /// Roles of the preset before are still stored where the switch was refused or nobody declares them.
  @Test(arguments: [
    ("self-serve", "owner", "owner", "enterprise", "super-admin", "admin"),
    ("enterprise", "super-admin", "admin", "self-serve", "owner", "owner"),
    ("enterprise", "super-admin", "admin", "single-owner", "owner", "owner"),
  ])
  func `the Policy for all in force is written, and roles that it does not know are left out`(
    old: String, oldTop: String, oldRole: String, new: String, top: String, role: String
  ) throws {
    let before = Self.company(old, organization: oldTop, workspace: oldRole)
    let after = Self.company(new, organization: top, workspace: role)
    let operations = try Operations(["all.yaml": before])
    #expect(try operations.tenure("apply", "--yes").status == 0)
    #expect(try operations.tenure("account", "sign-up", "zoe@acme.example").status == 0)
    #expect(try operations.tenure("workspace", "create", "acme/old", "--as", "ada@acme.example").status == 0)
    try operations.commit(["all.yaml": after])
    _ = try operations.tenure("apply", "--yes")
    #expect(try operations.tenure("account", "sign-up", "yan@acme.example").status == 0)
    let export = try expectRoundTrip(operations, "\(old) to \(new)")
    #expect(export.contains("extends: \(new)\n") && !export.contains("extends: \(old)\n"), "\(export)")
    #expect(!export.contains("\n      ada@acme.example: \(oldRole)\n"), "\(export)")
    #expect(export.contains("# members: left out"), "\(export)")
  }

  @Test
  func `an invitation to a workspace by hand waits, whatever the policy`() throws {
    let operations = try Operations(["all.yaml": Office.manifests()])
    #expect(try operations.tenure("apply", "--yes").status == 0)
    #expect(try operations.tenure("member", "invite", "acme/ml", "bill@acme.example").status == 3)
    #expect(try operations.tenure("member", "invite", "acme/labs", "op@acme.example").status == 0)
    let export = try expectRoundTrip(operations, "")
    #expect(export.contains("  labs:\n    members:\n      op@acme.example: viewer\n"))
  }

  @Test
  func `an account that has nothing left does not end because it was exported`() throws {
    let operations = try Operations([
      "all.yaml": "apiVersion: tenure/v1\nkind: Policy\nextends: small-team\nsignUp: {personalWorkspace: never}\n"
        + "---\napiVersion: tenure/v1\nkind: Organization\nname: acme\nowner: ada@acme.example\n"
    ])
    #expect(try operations.tenure("apply", "--yes").status == 0)
    #expect(try operations.tenure("account", "sign-up", "Zoë@acme.example").status == 0)
    #expect(try expectRoundTrip(operations, "").contains("kind: Account\nemail: Zoë@acme.example\n"))
  }

  /// Exports, commits the export to a repository of its own, and plans that; gives the export.
  @discardableResult
  private func expectRoundTrip(_ operations: Operations, _ note: String) throws -> String {
    let other = operations.folder + "/other"
    try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
    let export = try operations.tenure("export", "--out", other + "/manifests")
    try #require(export.status == 0, "\(note) \(export.err)")
    let valid = try operations.tenure("validate", in: other)
    #expect(valid.status == 0, "\(note) \(valid.out)")
    let git = ["-c", "user.name=Ada", "-c", "user.email=ada@acme.example", "-c", "commit.gpgsign=false"]
    for step in [["init", "-q", "-b", "main"], ["add", "-A"], git + ["commit", "-q", "-m", "export"]] {
      #expect(try Operations.execute("/usr/bin/git", step, in: other).status == 0)
    }
    let plan = try operations.tenure("plan", "--detailed-exitcode", in: other)
    let stream = try operations.tenure("export").out
    #expect(plan.status == 0, "\(note)\n\(plan.out)\n\(stream)")
    return stream
  }
}
