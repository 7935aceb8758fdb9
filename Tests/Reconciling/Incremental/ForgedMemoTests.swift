import Crypto
import Foundation
import Manifests
import Model
import Store
import TestSupport
import Testing

@testable import Reconciling

/// Whoever may write the user's cache, but not read the store, can have nothing passed over.
@Suite struct ForgedMemoTests {
  /// A company of which an apply left nothing to do, and then a commit, a row and an end that each ask for something.
  private static func company() throws -> (pair: IncrementalTests.Pair, old: Memo) {
    let pair = try IncrementalTests.Pair(seed: 1)
    func manifests(_ role: String) -> [String: String] {
      let policy = "apiVersion: tenure/v1\nkind: Policy\ninvitations: {admission: direct}\n"
      let names = ["acme": role, "beta": "member", "gamma": "{role: member, expires: 2027-02-01}"]
      return names.reduce(into: ["policy.yaml": policy]) { files, organization in
        files["\(organization.key).yaml"] = """
          apiVersion: tenure/v1
          kind: Organization
          name: \(organization.key)
          members: {ada@x.example: super-admin, bob@x.example: super-admin, eve@x.example: \(organization.value)}
          """
      }
    }
    try pair.commit(manifests("member"), "first")
    try pair.reconcile(applying: true)
    try pair.reconcile(applying: false)
    let old = try #require(try memo(of: pair))
    try #require(old.tenants.allSatisfy { $0.settled != nil } && old.tenants.count == 3)
    try pair.commit(manifests("billing-admin"), "second")
    pair.execute(
      "UPDATE tenant_members SET role = 'super-admin' WHERE tenant_id = (SELECT id FROM tenants WHERE name = 'beta') "
        + "AND account_id = (SELECT id FROM accounts WHERE email = 'eve@x.example')")
    pair.now = try #require(Instant(rfc3339: "2027-03-01T00:00:00Z"))
    return (pair, old)
  }

  private static func memo(of pair: IncrementalTests.Pair) throws -> Memo? {
    let file = try #require(try pair.cache())
    try file.use(for: try pair.store("short"))
    return file.read()
  }

  /// What each field of a memo is believed for.
  enum Field: CaseIterable {
    case everything, tree, revision, until, marks, files, tenants, unmanaged, commits, moves

    /// An old memo that says that all is well with the company as it is now.
    func forge(_ old: Memo, _ pair: IncrementalTests.Pair) throws -> Memo {
      var memo = old
      let source = try pair.reconciliation(.init()).source
      let store = try pair.store("short")
      let (tree, revision) = (try source.tree(at: try pair.head()), try store.revision())
      let marks = try store.marks(accounts: [], since: old.revision) ?? []
      func setMarks() {
        for index in memo.tenants.indices {
          if let mark = marks.first(where: { $0.name == memo.tenants[index].name }) {
            memo.tenants[index].settled?.mark = mark
          }
        }
      }
      func setUntil() { for index in memo.tenants.indices { memo.tenants[index].settled?.until = .never } }
      switch self {
      case .everything:
        (memo.tree, memo.revision) = (try #require(tree), try #require(revision))
        setMarks()
        setUntil()
      case .tree: memo.tree = try #require(tree)
      case .revision: memo.revision = try #require(revision)
      case .until: setUntil()
      case .marks: setMarks()
      case .files:
        // The file that changed is said to be as it is now, and about nobody.
        memo.files = memo.files.map {
          .init(path: $0.path, id: $0.id, summary: .init(organizations: [], groups: [], isForAll: false, spellings: []))
        }
      case .tenants: memo.tenants = []
      case .unmanaged: memo.unmanaged = ["acme", "beta", "nobody"]
      case .commits: memo.commits = [try pair.head()]
      case .moves: memo.moves = ["eve@x.example"]
      }
      return memo
    }
  }

  /// Keeps the memo as a process with this secret would.
  private func plant(_ memo: Memo, in pair: IncrementalTests.Pair, key: String?) throws {
    let file = try #require(try pair.cache())
    file.use(key: key)
    file.write(memo)
  }

  @Test(arguments: Field.allCases, ["", "0-0-0-0", "sealing-key"])
  func `a forged memo counts as none, and the plan is the one that looks at everything`(
    field: Field, key: String
  ) throws {
    let (pair, old) = try Self.company()
    try plant(try field.forge(old, pair), in: pair, key: key)
    let before = pair.narrowed
    try pair.reconcile(applying: false)
    #expect(pair.narrowed == before)
  }

  @Test func `one that another store sealed counts as none`() throws {
    let (pair, old) = try Self.company()
    try plant(try Field.everything.forge(old, pair), in: pair, key: try pair.store("long").sealingKey())
    let before = pair.narrowed
    try pair.reconcile(applying: true)
    #expect(pair.narrowed == before)
  }

  /// Else the tests above look at nothing.
  @Test func `with the secret of the store it would hide all that there is to do`() throws {
    let (pair, old) = try Self.company()
    try plant(try Field.everything.forge(old, pair), in: pair, key: try pair.store("short").sealingKey())
    let reconciliation = try pair.reconciliation(.init())
    let store = try pair.store("short")
    let found = try reconciliation.reconcile(.changes(since: try pair.cache()), openStore: { store })
    #expect(found.proposal?.plan.actions.isEmpty == true)
    #expect(try reconciliation.reconcile(.full, openStore: { store }).proposal?.plan.actions.count == 3)
  }

  @Test func `an older memo of the same store hides nothing`() throws {
    let (pair, old) = try Self.company()
    try plant(old, in: pair, key: try pair.store("short").sealingKey())
    try pair.reconcile(applying: false)
  }

  @Test func `each store has a secret of its own, which it keeps`() throws {
    let pair = try IncrementalTests.Pair(seed: 1)
    let keys = try ["short", "long", "short"].map { try #require(try pair.store($0).sealingKey()) }
    #expect(keys[0] == keys[2] && keys[0] != keys[1])
    #expect(keys.allSatisfy { $0.count > 50 })
  }
}
