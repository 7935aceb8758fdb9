import Foundation
import Testing

/// `tenure account move` and `delete`, tried from outside.
@Suite struct AccountCommandTests {
  @Test func `a move takes every membership and invitation along`() throws {
    let company = try Company.staffed("enterprise", ml: ["grace": "admin"])
    try company.tenure("account sign-up eve@other.example", exits: 0)
    try company.tenure("member invite acme eve@other.example", exits: 0)
    let done = try company.tenure("account move eve@other.example Eve@new.example", exits: 0)
    #expect(done == "~ move-account  ~Eve@new.example  Eve@new.example  eve@other.example → Eve@new.example\n")
    #expect(try company.tenure("invitation list acme", exits: 0).contains("Eve@new.example"))
    try company.tenure("account move grace@acme.example grace@new.example", exits: 0)
    let account = try company.tenure("account show grace@new.example --format json", exits: 0)
    #expect(account.contains("\"acme/ml\"") && account.contains("\"~grace@new.example/Personal\""))
    try company.tenure("account show grace@acme.example", exits: 1)
    let last = try #require(try company.auditEntries().last)
    #expect(last["action"] as? String == "move-account" && last["subject"] as? String == "grace@new.example")
    #expect(last["before"] as? [String: String] == ["email": "grace@acme.example"])
    #expect(last["after"] as? [String: String] == ["email": "grace@new.example"])
    #expect(try company.audit().last == "move-account ~grace@new.example grace@new.example")
  }

  @Test func `a move is refused where both have accounts, and to everybody but operators`() throws {
    let company = try Company.staffed("enterprise", ml: ["grace": "admin"], policy: "operators: [grace@acme.example]")
    try company.refused("account move grace@acme.example ADA@acme.example", by: "account-move-needs-operator")
    try company.refused(
      "account move ada@acme.example x@acme.example --as ada@acme.example", by: "actor-allowed",
      "account-move-needs-operator")
    try company.tenure("account move ada@acme.example x@acme.example --as grace@acme.example", exits: 0)
    #expect(try company.tenure("account move x@acme.example X@acme.example", exits: 0).contains("already"))
    try company.tenure("account move nobody@acme.example x@acme.example", exits: 1)
    try company.tenure("account move x@acme.example nonsense", exits: 64)
  }

  @Test func `an account goes with its workspaces and everything held elsewhere`() throws {
    let company = try Company.staffed("enterprise", ml: ["grace": "admin"])
    let asked = try company.tenure("account delete grace@acme.example", exits: 1)
    #expect(asked.contains("nobody to ask"))
    let done = try company.tenure("account delete grace@acme.example --yes --as grace@acme.example", exits: 0)
    #expect(
      done == """
        - remove-member   acme/ml              grace@acme.example  admin →
        - remove-member   acme                 grace@acme.example  member →
        - delete-account  ~grace@acme.example  grace@acme.example

        """)
    #expect(
      try company.audit().suffix(4) == [
        "remove-member acme/ml grace@acme.example", "remove-member acme grace@acme.example",
        "delete-workspace ~grace@acme.example/Personal", "delete-account ~grace@acme.example grace@acme.example",
      ])
    try company.tenure("account show grace@acme.example", exits: 1)
    #expect(!(try company.tenure("who acme", exits: 0)).contains("grace"))
    try company.tenure("account sign-up grace@acme.example", exits: 0)
  }

  @Test func `all refusals are told, and then nothing is done`() throws {
    let company = try Company.staffed("self-serve", ml: ["grace": "member"])
    let result = try company.tenure("account delete ada@acme.example --yes")
    #expect(result.status == 3 && result.out == "")
    #expect(result.err.components(separatedBy: "last-owner-kept: ").count == 4, "\(result.err)")
    try company.refused("account delete ada@acme.example", by: "last-owner-kept")
    try company.refused("account delete ada@acme.example --yes --as grace@acme.example", by: "actor-allowed")
    #expect(try company.tenure("workspace show acme/ml", exits: 0).contains("ada@acme.example"))
    try company.tenure("account delete nobody@acme.example --yes", exits: 1)
    try company.tenure("account delete nonsense --yes", exits: 64)
  }

  @Test func `open invitations end with the account`() throws {
    let company = try Company.staffed("self-serve", ml: [:])
    try company.tenure("account sign-up eve@other.example", exits: 0)
    try company.tenure("member invite acme/ml eve@other.example", exits: 0)
    let done = try company.tenure("account delete eve@other.example --yes", exits: 0)
    #expect(done.hasPrefix("- cancel-invitation  acme/ml"))
    #expect(!(try company.tenure("invitation list", exits: 0)).contains("eve"))
  }

  @Test func `small-team: nobody leaves by deleting their account, the operator ends it`() throws {
    let company = try Company.staffed("small-team", ml: ["grace": "member"])
    try company.refused("account delete grace@acme.example --yes --as grace@acme.example", by: "actor-allowed")
    try company.tenure("account delete grace@acme.example --yes", exits: 0)
  }

  @Test(arguments: [
    ("always", true, true), ("unless-invited", true, false), ("unless-invited", false, true), ("never", false, false),
  ])
  func `sign-up makes the workspace that the policy says`(setting: String, isInvited: Bool, makes: Bool) throws {
    let company = try Company.staffed("self-serve", ml: [:], policy: "signUp: {personalWorkspace: \(setting)}")
    if isInvited { try company.tenure("member invite acme/ml eve@other.example", exits: 0) }
    let done = try company.tenure("account sign-up eve@other.example", exits: 0)
    #expect(done.contains("workspace: Personal") == makes)
    #expect(done.contains("waits") == isInvited)
  }
}
