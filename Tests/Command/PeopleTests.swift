import Foundation
import Testing

private let acme = """
  apiVersion: tenure/v1
  kind: Organization
  name: acme
  owner: ada@acme.example
  members:
    ada@acme.example: super-admin
    grace@acme.example: member
    linus@acme.example: member
  workspaces:
    ml:
      members:
        grace@acme.example: admin
        linus@acme.example: viewer
  """

/// What people change themselves, tried from outside.
@Suite struct PeopleTests {
  /// A company in which everybody has accepted.
  private func joined(policy: String = "") throws -> Company {
    let company = try Company(acme + (policy.isEmpty ? "" : "\n---\napiVersion: tenure/v1\nkind: Policy\n" + policy))
    for name in ["grace", "linus"] {
      try company.tenure("account sign-up \(name)@acme.example", exits: 0)
      try company.tenure("invitation accept acme --as \(name)@acme.example", exits: 0)
    }
    try company.apply()
    return company
  }

  @Test func `sign-up says which invitations wait`() throws {
    let company = try Company(acme)
    let result = try company.tenure("account sign-up grace@acme.example --name Grace")
    #expect(result.status == 0)
    #expect(
      result.out
        == "+ create-account  ~grace@acme.example  grace@acme.example  displayName: Grace, workspace: Personal\n")
    #expect(result.err.contains("an invitation to acme as member waits"))
    try company.tenure("account sign-up GRACE@acme.example", exits: 1)
    let account = try company.tenure("account show Grace@ACME.example --format json", exits: 0)
    #expect(account.contains("\"~grace@acme.example/Personal\""))
  }

  @Test func `accepting needs an account, and makes no action at the next plan`() throws {
    let company = try Company(acme)
    let early = try company.tenure("invitation accept acme --as grace@acme.example", exits: 1)
    #expect(early.contains("sign up first"))
    try company.tenure("account sign-up grace@acme.example", exits: 0)
    try company.tenure("account sign-up linus@acme.example", exits: 0)
    let done = try company.tenure("invitation accept acme --as grace@acme.example", exits: 0)
    #expect(done == "+ accept-invitation  acme  grace@acme.example  → member\n")
    try company.tenure("invitation accept acme --as linus@acme.example", exits: 0)
    try company.apply()
    let plan = try company.tenure("plan", exits: 0)
    #expect(plan.contains("No changes."))
    try company.tenure("invitation accept acme --as grace@acme.example", exits: 1)
  }

  @Test func `an invitation is accepted by its token, only by whom it invites`() throws {
    let company = try Company(acme)
    try company.tenure("invitation accept --token nonsense", exits: 1)
    try company.tenure("invitation accept", exits: 64)
  }

  @Test func `an expired invitation cannot be accepted`() throws {
    let company = try Company(acme + "\n---\napiVersion: tenure/v1\nkind: Policy\ninvitations: {expireAfter: 14d}")
    try company.tenure("account sign-up grace@acme.example", exits: 0)
    let late = try company.tenure("invitation accept acme --as grace@acme.example --now 2099-01-01", exits: 1)
    #expect(late.contains("expired at"))
  }

  @Test func `who declined is held, not chased`() throws {
    let company = try Company(acme)
    try company.tenure("invitation decline acme --as grace@acme.example", exits: 0)
    let plan = try company.tenure("plan", exits: 0)
    #expect(plan.contains("declined the invitation; reinvite: DATE"))
    #expect(!plan.contains("invite  acme"))
    #expect(!(try company.tenure("invitation list acme", exits: 0)).contains("grace"))
  }

  @Test func `enterprise: a person outside the organization cannot become a workspace member`() throws {
    let company = try joined()
    let refused = try company.tenure("member add acme/ml eve@other.example --role viewer", exits: 3)
    #expect(refused.contains("organization-member-first") && refused.contains("instead:"))
    #expect(try company.tenure("account show eve@other.example", exits: 1).contains("has no account"))
  }

  @Test func `enterprise: its user cannot be removed from the personal workspace`() throws {
    let company = try joined()
    for line in [
      "member remove ~grace@acme.example/Personal grace@acme.example",
      "workspace leave ~grace@acme.example/Personal --as grace@acme.example",
    ] {
      #expect(try company.tenure(line, exits: 3).contains("personal-workspace-keeps-its-user"))
    }
  }

  @Test func `the last super-admin stays`() throws {
    let company = try joined()
    for line in [
      "member remove acme ada@acme.example", "member set-role acme ada@acme.example member",
      "workspace leave acme --as ada@acme.example",
    ] {
      #expect(try company.tenure(line, exits: 3).contains("last-owner-kept"))
    }
    #expect(try company.tenure("workspace show acme/general", exits: 1).contains("there is no workspace"))
    #expect(try company.tenure("workspace show acme/default", exits: 0).contains("ada@acme.example"))
  }

  @Test func `the one who left is held by the next plan`() throws {
    let company = try joined()
    let left = try company.tenure("workspace leave acme/ml --as linus@acme.example", exits: 0)
    #expect(left == "- leave  acme/ml  linus@acme.example  viewer →\n")
    let plan = try company.tenure("plan", exits: 0)
    #expect(plan.contains("left of their own will"))
    #expect(plan.contains("0 to add") || plan.contains("No changes."))
    try company.tenure("workspace leave acme/ml --as linus@acme.example", exits: 1)
    try company.tenure("workspace leave acme/ml", exits: 64)
  }

  @Test func `a removal from an organization ends its workspace memberships, listed one by one`() throws {
    let company = try joined()
    let result = try company.tenure("member remove acme linus@acme.example")
    #expect(
      result.out
        == "- remove-member  acme/ml  linus@acme.example  viewer →\n- remove-member  acme     linus@acme.example  member →\n"
    )
    let plan = try company.tenure("plan", exits: 0)
    #expect(plan.contains("+ invite"))
  }

  @Test func `leaving: forbidden refuses, and says who can`() throws {
    let company = try joined(policy: "workspaces: {leaving: forbidden}")
    let refused = try company.tenure("workspace leave acme/ml --as linus@acme.example", exits: 3)
    #expect(refused.contains("actor-allowed") && refused.contains("tenure member remove"))
  }

  @Test func `a suspended person has no access at once and is held until resumed`() throws {
    let company = try joined()
    try company.tenure("account suspend grace@acme.example", exits: 64)
    try company.tenure("account suspend grace@acme.example --reason stolen", exits: 0)
    let refused = try company.tenure("member add acme/ml ada@acme.example --as grace@acme.example", exits: 3)
    #expect(refused.contains("is suspended since"))
    #expect(try company.tenure("workspace show acme/ml", exits: 0).contains("suspended"))
    #expect(try company.tenure("plan", exits: 0).contains("account suspended; tenure account resume"))
    try company.tenure("account resume grace@acme.example", exits: 0)
    try company.tenure("member add acme/ml ada@acme.example --as grace@acme.example", exits: 0)
  }

  @Test func `the last owner can be suspended`() throws {
    let company = try joined()
    try company.tenure("account suspend ada@acme.example --reason stolen", exits: 0)
    try company.tenure("account suspend linus@acme.example --reason x --as grace@acme.example", exits: 3)
  }

  @Test func `a workspace admin changes members of theirs and of no other`() throws {
    let company = try joined()
    try company.tenure("member set-role acme/ml linus@acme.example developer --as grace@acme.example", exits: 0)
    let refused = try company.tenure("member add acme/default linus@acme.example --as grace@acme.example", exits: 3)
    #expect(refused.contains("actor-allowed") && refused.contains("lacks the permission members.invite"))
    try company.tenure("member remove acme linus@acme.example --as grace@acme.example", exits: 3)
    try company.tenure("member remove acme/ml grace@acme.example --as linus@acme.example", exits: 3)
    try company.tenure("member add acme/ml ada@acme.example --as nobody@acme.example", exits: 3)
  }

  @Test func `super-admins reach every workspace`() throws {
    let company = try joined()
    try company.tenure("member remove acme/ml linus@acme.example --as ada@acme.example", exits: 0)
  }

  @Test func `several people: the refused are told, the others done`() throws {
    let company = try joined()
    let result = try company.tenure("member add acme/ml ada@acme.example eve@other.example --role viewer")
    #expect(result.status == 3)
    #expect(result.out == "+ add-member  acme/ml  ada@acme.example  → viewer\n")
    #expect(result.err.contains("eve@other.example"))
  }

  @Test func `adding an email without an account makes the account`() throws {
    let company = try joined()
    try company.tenure("member add acme Barbara@acme.example", exits: 0)
    let account = try company.tenure("account show barbara@acme.example --format json", exits: 0)
    #expect(account.contains("\"Barbara@acme.example\"") && account.contains("\"member\""))
  }

  @Test func `names that do not exist get the nearest one`() throws {
    let company = try joined()
    #expect(
      try company.tenure("member add acme/ml ada@acme.example --role admim", exits: 1).contains("did you mean 'admin'?")
    )
    #expect(try company.tenure("workspace show acme/mk", exits: 1).contains("did you mean 'acme/ml'?"))
    #expect(try company.tenure("member add acmee ada@acme.example", exits: 1).contains("did you mean 'acme'?"))
    #expect(try company.tenure("account show adda@acme.example", exits: 1).contains("did you mean 'ada@acme.example'?"))
    try company.tenure("member add acme/ml nonsense", exits: 64)
  }

  @Test func `people see what they may`() throws {
    let company = try joined()
    try company.tenure("account list", exits: 0)
    try company.tenure("account list --as grace@acme.example", exits: 3)
    try company.tenure("account show grace@acme.example --as grace@acme.example", exits: 0)
    try company.tenure("account show linus@acme.example --as grace@acme.example", exits: 3)
    try company.tenure("workspace show ~linus@acme.example/Personal --as grace@acme.example", exits: 3)
    try company.tenure("workspace show acme/ml --as linus@acme.example --format json", exits: 0)
  }

  @Test func `a missing store is empty`() throws {
    let company = try Company(acme, apply: false)
    #expect(try company.run("account", "list", "--format", "json").out.contains("\"accounts\": []"))
    #expect(try company.run("invitation", "list", "--format", "json").out.contains("\"invitations\": []"))
    try company.tenure("member add acme ada@acme.example", exits: 1)
    #expect(!FileManager.default.fileExists(atPath: company.storeFolder))
  }
}
