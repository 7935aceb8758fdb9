import Foundation
import Testing

/// A plan says what the plan before it said, and an apply does it: what an earlier run left in the cache of the machine
/// takes no part.
@Suite struct MoveAfterPlanTests {
  private static let head = "apiVersion: tenure/v1\nkind: "

  private static func acme(_ members: String, policy: String = "") -> String {
    "\(head)Organization\nname: acme\nmembers: {\(members)}\n" + policy
  }

  private static func account(_ email: String, formerly: String? = nil) -> String {
    "---\n\(head)Account\nemail: \(email)\n" + (formerly.map { "formerly: [\($0)]\n" } ?? "")
  }

  private static let direct = "---\n\(head)Policy\nextends: enterprise\ninvitations: {admission: direct}\n"

  /// Commands of one machine, which keep what they find.
  private struct Machine {
    let company: Company
    let cache: String

    init(_ company: Company) {
      self.company = company
      cache = company.folder + "/cache"
    }

    func run(_ line: String) throws -> Binary.Result {
      try Binary().run(
        line.split(separator: " ").map(String.init), in: company.folder, env: ["XDG_CACHE_HOME": cache])
    }

    func actions(_ line: String) throws -> [String] {
      try run(line).out.split(separator: "\n").filter { line in
        ["  + ", "  ~ ", "  - ", "  ! "].contains { line.hasPrefix($0) }
      }.map(String.init)
    }

    func forget() { try? FileManager.default.removeItem(atPath: cache) }
  }

  private func changed(declaresOld: Bool, policy: String = "") throws -> Machine {
    let old = declaresOld ? Self.account("ada@old.io") : ""
    let company = try Company(
      Self.acme("ada@old.io: super-admin, boss@x.io: super-admin", policy: policy) + old, apply: false)
    let machine = Machine(company)
    for _ in 0..<2 { _ = try machine.run("apply --yes") }
    try company.commit(
      Self.acme("ada@new.io: super-admin, boss@x.io: super-admin", policy: policy)
        + Self.account("ada@new.io", formerly: "ada@old.io"))
    return machine
  }

  @Test(arguments: [true, false]) func `every plan of a move is the first one, and apply makes it`(declaresOld: Bool)
    throws
  {
    let machine = try changed(declaresOld: declaresOld, policy: Self.direct)
    let first = try machine.run("plan --allow-move").out
    #expect(first.contains("~ move-account"), "\(first)")
    #expect(first.contains("Plan: 0 to add, 1 to change, 0 to remove; 0 blocked"), "\(first)")
    for line in ["plan --allow-move", "plan --full --allow-move", "plan --allow-move"] {
      #expect(try machine.run(line).out == first, "\(line)")
    }
    let applied = try machine.run("apply --allow-move --yes")
    #expect(applied.status == 0, "\(applied.out)\(applied.err)")
    #expect(try machine.run("who acme").out.contains("ada@new.io"))
    #expect(try !machine.run("account list").out.contains("ada@old.io"))
    #expect(try machine.run("plan").out.contains("No changes."))
  }

  @Test func `a move that waits for the operator waits in every plan, with or without a cache`() throws {
    let machine = try changed(declaresOld: true)
    let first = try machine.run("plan").out
    #expect(first.contains("blocked by account-move-needs-operator"), "\(first)")
    for _ in 0..<2 { #expect(try machine.run("apply --yes").status == 3) }
    machine.forget()
    for line in ["plan", "plan --full", "plan"] {
      #expect(try machine.actions(line).map { $0.prefix(16) } == ["  ! move-account"], "\(line)")
    }
    #expect(try machine.run("apply --yes --allow-move").status == 0)
    #expect(try machine.run("plan").out.contains("No changes."))
  }

  @Test func `somebody who signs up under the new email in between is seen`() throws {
    let machine = try changed(declaresOld: true)
    _ = try machine.run("plan")
    #expect(try machine.run("account sign-up ada@new.io").status == 0)
    let seen = try machine.run("plan").out
    #expect(seen == (try machine.run("plan --full").out))
    #expect(seen.contains("blocked by account-move-needs-operator"), "\(seen)")
  }

  @Test func `a move by command in between is seen`() throws {
    let machine = try changed(declaresOld: true)
    _ = try machine.run("plan")
    #expect(try machine.run("account move ada@old.io ada@new.io").status == 0)
    #expect(try machine.actions("plan").isEmpty)
    #expect(try machine.run("plan").out == machine.run("plan --full").out)
  }
}
