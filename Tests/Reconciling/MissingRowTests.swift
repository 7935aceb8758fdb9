import Model
import Planning
import Reconciling
import SQLiteStore
import Store
import Testing

/// A step that would change no row is a failure of its organization, and nothing of it is written: neither its other
/// steps nor audit entries.
@Suite struct MissingRowTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var action: String
    /// The manifests of `acme` from then on.
    var after: String
    /// Takes away what the step is about: the ids of acme, its workspace `ml` and Bob.
    var remove: @Sendable (any StoreTransaction, _ acme: Int64, _ ml: Int64, _ bob: Int64) throws -> Void
    var testDescription: String { action }
  }

  private static let policy = """
    apiVersion: tenure/v1
    kind: Policy
    invitations: {admission: direct}
    protection: {removal-threshold: off}
    ---
    apiVersion: tenure/v1
    kind: Organization
    name: acme
    owner: ada@acme.example

    """
  private static let before = """
    members: {ada@acme.example: super-admin, bob@acme.example: member}
    workspaces: {ml: {apiKeys: {ci: {}}, members: {bob@acme.example: developer}}}
    """

  private static let rows = [
    Row(
      action: "remove-member acme/ml bob@acme.example",
      after: before.replacing("{bob@acme.example: developer}", with: "{}")
    ) { try $0.removeMember(.workspace($2), account: $3) },
    Row(action: "revoke-api-key acme/ml ci", after: before.replacing("{ci: {}}", with: "{}")) { store, _, ml, _ in
      try store.revokeAPIKey(workspace: ml, name: "ci", at: Instant(seconds: 1))
    },
    Row(
      action: "rename-workspace acme/lab", after: before.replacing("ml: {", with: "lab: {renamedFrom: ml, ")
    ) { store, _, ml, _ in try store.deleteWorkspace(ml, at: Instant(seconds: 1)) },
    Row(
      action: "update-workspace acme/ml", after: before.replacing("ml: {", with: "ml: {displayName: Lab, ")
    ) { store, _, ml, _ in try store.deleteWorkspace(ml, at: Instant(seconds: 1)) },
    Row(
      action: "delete-workspace acme/ml",
      after: "members: {ada@acme.example: super-admin, bob@acme.example: member}\nworkspaces: {ml: {removed: gone}}"
    ) { store, _, ml, _ in try store.deleteWorkspace(ml, at: Instant(seconds: 1)) },
  ]

  @Test(arguments: rows) func `a step without its row fails as a whole`(row: Row) throws {
    let history = try AppliedHistory()
    let first = try history.input(Self.policy + Self.before, commit: 1)
    #expect(try history.apply(first, plan(first)).allSatisfy { $0.status == .applied })
    var names = NameTable()
    let acme = try #require(try history.store.read(.tenants(["acme"]), names: &names).tenants.first)
    let ml = try #require(acme.workspaces.first { names.text($0.name) == "ml" }).id
    let bob = try #require(try history.store.account(email: "bob@acme.example")).id
    try history.store.transaction {
      try $0.createAPIKey(
        workspace: ml, name: "ci", hash: "h", creator: bob, limits: .init(monthly: nil, daily: nil),
        at: Instant(seconds: 1))
    }
    var input = try history.input(Self.policy + row.after, commit: 2)
    let planned = plan(input)
    try history.store.transaction { try row.remove($0, acme.id, ml, bob) }
    // As if nobody had noticed: a serial that did not rise.
    let serial = try #require(try history.store.tenant(named: "acme")).serial
    for index in input.actual.tenants.indices where input.actual.tenants[index].name == "acme" {
      input.actual.tenants[index].serial = serial
    }
    let end = try history.store.auditEnd()
    let outcome = try #require(try history.apply(input, planned).first { $0.organization == "acme" })
    #expect(outcome.status == .failed && outcome.applied == 0)
    #expect(outcome.message?.hasPrefix("\(row.action) could not be done") == true, "\(outcome.message ?? "")")
    #expect(try history.store.auditEnd() == end)
    #expect(try history.store.tenant(named: "acme")?.appliedCommit == first.source.commit)
  }
}
