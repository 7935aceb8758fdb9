import Foundation
import Model
import Planning
import Reconciling
import Store
import Testing

@testable import SQLiteStore

/// Applying much at once: the same as entry by entry, told about on the way, and left at any point.
@Suite struct BulkApplyTests {
  private static let policy =
    "apiVersion: tenure/v1\nkind: Policy\nextends: enterprise\ninvitations: {admission: direct}\n"

  private static func organization(_ name: String, _ people: Range<Int>, workspaces: Int, role: String) -> String {
    let emails = people.map { "p\($0)@x.example" }
    var text = "---\napiVersion: tenure/v1\nkind: Organization\nname: \(name)\nowner: boss@x.example\nmembers:\n"
    text += emails.map { "  \($0): member\n" }.joined() + "workspaces:\n"
    for number in 0..<workspaces {
      text += "  w\(number):\n    members:\n" + emails.map { "      \($0): \(role)\n" }.joined()
    }
    return text
  }

  /// A first apply, then one that adds, changes and removes.
  private static let commits = [
    policy + organization("acme", 0..<90, workspaces: 3, role: "operator")
      + organization("beta", 40..<130, workspaces: 1, role: "viewer"),
    policy + organization("acme", 10..<100, workspaces: 4, role: "developer")
      + organization("beta", 40..<130, workspaces: 2, role: "viewer"),
  ]

  /// What can be told of a store.
  private struct Contents: Equatable {
    var audit: [AuditEntry]
    var tenants: [TenantRow]
    var accounts: [AccountRow]
    var rolls: [[String?: [String: String]]]

    init(_ history: AppliedHistory) throws {
      audit = try history.store.audit(since: nil, subject: nil)
      tenants = try history.store.tenants()
      accounts = try history.store.accounts()
      rolls = try ["acme", "beta"].map { try history.rolls($0) }
    }
  }

  private static func applied(rowsAtOnce: Int) throws -> Contents {
    let history = try AppliedHistory()
    history.store.pending.most = rowsAtOnce
    for (number, manifests) in commits.enumerated() {
      let input = try history.input(manifests, commit: number + 1)
      #expect(try history.apply(input, plan(input)).allSatisfy { $0.status == .applied })
    }
    return try Contents(history)
  }

  @Test func `in bulk, entry by entry and anything between leave the same rows and the same audit log`() throws {
    let bulk = try Self.applied(rowsAtOnce: 4096)
    #expect(bulk.audit.count > 700)
    #expect(try Self.applied(rowsAtOnce: 1) == bulk)
    #expect(try Self.applied(rowsAtOnce: 33) == bulk)
  }

  @Test func `progress is told within an organization, and ends at what was planned`() throws {
    let history = try AppliedHistory()
    let input = try history.input(Self.commits[0], commit: 1)
    let planned = plan(input)
    var applier = Applier(store: history.store, input: input)
    var told: [Int] = []
    _ = try applier.apply(planned, progress: { told.append($0) })
    #expect(told.last == planned.plan.applicable.count)
    #expect(told == told.sorted() && Set(told).count > 2 * planned.tenants.count)
  }

  @Test func `an apply that finds nothing to do leaves the generation, one of a newer commit raises it`() throws {
    let history = try AppliedHistory()
    func generation(afterCommit commit: Int) throws -> Int64? {
      let input = try history.input(Self.commits[0], commit: commit)
      _ = try history.apply(input, plan(input))
      try history.store.transaction { try $0.recordReconciliation(at: history.now) }
      return try history.store.generation()
    }
    let first = try generation(afterCommit: 1)
    #expect(try first != nil && generation(afterCommit: 1) == first)
    #expect(try generation(afterCommit: 2) != first)
  }

  @Test func `left at any point, whole organizations stay, and the next apply leads to the same end`() throws {
    struct Stop: Error {}
    let whole = try Self.applied(rowsAtOnce: 4096)
    var random = SystemRandomNumberGenerator()
    for _ in 0..<rounds {
      let history = try AppliedHistory()
      for (number, manifests) in Self.commits.enumerated() {
        var stop = Int.random(in: 0..<10, using: &random)
        let input = try history.input(manifests, commit: number + 1)
        var applier = Applier(store: history.store, input: input)
        do {
          _ = try applier.apply(
            plan(input),
            progress: { _ in
              stop -= 1
              if stop < 0 { throw Stop() }
            })
        } catch is Stop {
          let left = Set(plan(try history.input(manifests, commit: number + 1)).plan.applicable.map(\.organization))
          #expect(left.isDisjoint(with: applier.outcomes.map(\.organization)))
          #expect(try history.store.verifyAudit() == .intact(entries: Int(history.store.auditEnd())))
        }
        let again = try history.input(manifests, commit: number + 1)
        _ = try history.apply(again, plan(again))
      }
      #expect(try Contents(history) == whole)
    }
  }
}
